"""What people try who mean harm, and what a page must not become by it."""

import re
from html.parser import HTMLParser

SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</textarea></title><svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
)
TRAVERSALS = (
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "/etc/passwd",
    "....//etc/passwd",
    "..\\..\\x",
    "%00",
    "C:\\x",
)


def assert_harmless(page):
    """Assert that a page has no element, attribute or address that data brought in."""

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            assert tag not in {"img", "svg", "iframe", "object", "embed", "style"}, tag
            for name, value in attributes:
                assert not name.startswith("on"), (tag, name)
                assert name != "style"
                if name in {"href", "src", "action", "formaction"}:
                    assert re.fullmatch(r"#\w*|/(?!/)[\w./?=&%+-]*|data:,", value), value
                if tag == "script":
                    assert name in {"src", "defer"}

    Reader().feed(page)
