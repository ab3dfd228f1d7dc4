"""Behind a proxy with TLS: links, cookies and origins are those of the public address, and strangers block nobody."""

import pytest

pytest.importorskip("starlette", reason="the extra review is not installed")

from support.reviews import Browser, make_deck, make_site
from weaklabel.errors import UsageError
from weaklabel.review.app import Rate, RateLimits
from weaklabel.review.serve import Address, Loaded, make_links, read_public_url
from weaklabel.review.serve import make_site as make_served_site
from weaklabel.review.store import LeaseRules, enrol, log_in, open_queue, read_acts

PUBLIC = "https://review.example"


@pytest.fixture
def site(small_database):
    open_queue(small_database, [1, 2, 3])
    address = Address("127.0.0.1", 8765, ("other.example",), PUBLIC)
    return make_served_site(Loaded(make_deck(), "r1", ()), small_database, LeaseRules(), address, 8765)


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("https://review.example", PUBLIC), ("https://Review.Example/", PUBLIC), ("https://review.example:443", PUBLIC),
        ("https://review.example:8443/", "https://review.example:8443"), ("http://10.0.0.7:80", "http://10.0.0.7"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)  # fmt: skip
def test_a_public_address_is_read_as_browsers_write_it(url, read):
    assert read_public_url(url) == read


@pytest.mark.parametrize(
    "url",
    ["review.example", "ftp://review.example", "https://", "https://review.example/review", "https://a:x", "https://a:0",
     "https://ana:secret@review.example", "https://review.example?x=1", "https://review.example#x", "https://a b",
     "https://[::1", "https://review..example", ""],
)  # fmt: skip
def test_what_is_no_public_address_is_refused(url):
    with pytest.raises(UsageError, match="public-url") as raised:
        read_public_url(url)
    assert "secret" not in str(raised.value)


def test_links_are_the_public_ones(site):
    [link] = make_links(site.database, ["ana"], Address("127.0.0.1", 8765, ("other.example",), PUBLIC), 8765).values()
    assert link.startswith(f"{PUBLIC}/login?token=")


def test_the_cookie_is_for_tls_alone(site, small_database):
    def answer_login(where, address):
        data = {"token": enrol(small_database, "ana")}
        return Browser(where, address).client.post("/login", data=data, follow_redirects=False)

    assert "; secure" in answer_login(site, PUBLIC).headers["set-cookie"].lower()
    plain = answer_login(make_site(small_database), "http://127.0.0.1:8765")
    assert "secure" not in plain.headers["set-cookie"].lower()
    browser = Browser(site, PUBLIC).log_in("ana")
    assert "; secure" in browser.post("/logout", is_script=False).headers["set-cookie"].lower()


def test_the_proxy_may_keep_the_host_or_name_its_own(site):
    browser = Browser(site, PUBLIC).log_in("ana")
    assert browser.get().status_code == 200
    form = {"csrf": browser.csrf, "record": "1", "key": "key-of-an-annotator"}
    headers = {"Host": "127.0.0.1:8765", "Origin": PUBLIC, "Accept": "application/json"}
    assert browser.client.post("/decisions", data=form, headers=headers).status_code == 200
    for origin in ("https://evil.example", "https://review.example:444", "null"):
        answer = browser.client.post("/skip", data={**form, "record": "2"}, headers={**headers, "Origin": origin})
        assert answer.status_code == 403
    assert len(read_acts(site.database)) == 1


def test_a_stranger_behind_the_same_proxy_keeps_nobody_out(small_database):
    site = make_site(small_database, limits=RateLimits(stranger=Rate(0.001, 5)))
    ana = Browser(site).log_in("ana")

    def ask(session):
        return ana.client.get("/", headers={"Cookie": f"{site.cookie}={session}"}).status_code

    assert [ask("forged") for _ in range(6)][-2:] == [429, 429]
    session = log_in(small_database, enrol(small_database, "bo"))
    assert ask(session) == 200  # at the first time that this address is seen with it
    assert ana.get().status_code == 200
    assert ana.decide(3).status_code == 200  # the first that is not before bo
    assert ask("forged") == 429
