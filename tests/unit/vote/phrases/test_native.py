"""With or without the compiled matcher, in one thread or many, the votes are the same."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import weaklabel
from support.phrase_matchers import python_matcher, votes
from weaklabel.vote.phrases.native import SWITCH, load_native

PHRASES = ["alpha", "c++", "学習", "café", "neural network", "network"]
TEXTS = ["Alpha", None, "C++11 and c", "機械学習", "cafe\u0301 networks", "neural-network", "xalpha", ""]
EXPECTED = [[0], [], [1], [2], [3, 5], [4, 5], [], []]

MATCH = f"""
import json, sys, warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    from weaklabel.vote import PhraseMatcher
    for _ in range(3):
        matrix = PhraseMatcher({PHRASES!r}).matches({TEXTS!r})
rows = [matrix.indices[a:b].tolist() for a, b in zip(matrix.indptr, matrix.indptr[1:])]
loaded = sys.modules.get("weaklabel.vote.phrases._native") is not None
said = [[w.category.__name__, str(w.message), w.filename] for w in caught]
print(json.dumps({{"rows": rows, "loaded": loaded, "said": said}}))
"""


def run(code, **environment):
    """Run Python code in a process of its own, and return what it printed as JSON."""
    variables = {name: value for name, value in os.environ.items() if name != SWITCH}
    variables["PYTHONPATH"] = str(Path(weaklabel.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=variables | environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.skipif(bool(os.environ.get(SWITCH)), reason=f"{SWITCH} is set")
def test_the_compiled_matcher_is_built_and_used_without_a_warning():
    assert load_native() is not None
    assert run(MATCH) == {"rows": EXPECTED, "loaded": True, "said": []}


def test_switched_off_it_is_not_loaded_and_nothing_is_said():
    assert run(MATCH, **{SWITCH: "1"}) == {"rows": EXPECTED, "loaded": False, "said": []}


def test_where_it_was_not_built_a_warning_says_so_once():
    found = run("import sys; sys.modules['weaklabel.vote.phrases._native'] = None\n" + MATCH)
    assert found["rows"] == EXPECTED
    assert not found["loaded"]
    [(category, message, filename)] = found["said"]
    assert category == "SlowMatcherWarning"
    assert message.startswith("weaklabel was installed without its compiled phrase matcher")
    assert Path(filename).name == "matcher.py"


THREADS = """
import json, sys, threading
from weaklabel.vote import PhraseMatcher
from weaklabel.vote.phrases import _native

sys.setswitchinterval(1e-6)
started = threading.Barrier(8)


def in_threads(function):
    results = [None] * 8

    def call(i):
        started.wait()
        results[i] = function(i)

    threads = [threading.Thread(target=call, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def votes(matcher, texts):
    matrix = matcher.matches(texts)
    return [matrix.indices[a:b].tolist() for a, b in zip(matrix.indptr, matrix.indptr[1:])]
"""


def test_matchers_that_are_made_in_several_threads_at_once_miss_no_phrase():
    # No page is loaded in a new process; the first matchers load those of their phrases.
    code = """
phrases = ["alpha", "тест", "学习", "αβγ", "ქართ"]
text = " ".join(phrases)
print(json.dumps(in_threads(lambda i: votes(PhraseMatcher(phrases), [text, "x", text]))))
"""
    assert run(THREADS + code) == [[[0, 1, 2, 3, 4], [], [0, 1, 2, 3, 4]]] * 8


# Each second row brings a new page: by itself, or behind a combining mark, so that Python folds it.
PAGES = [0x10, 0x13, 0x14, 0x16, 0x1E, 0x21, 0x22, 0x25, 0x2C, 0xA0, 0xA4, 0xA6, *range(0x4E, 0x80), 0x120, 0x1D4]
ODD_TEXTS = [
    text for page in PAGES for text in ("alpha", f"e\u0301 {chr(page * 256 + 9)}", f"{chr(page * 256 + 70)} Alpha beta")
]


def test_one_matcher_in_several_threads_that_meet_new_characters_finds_what_one_thread_finds():
    code = f"""
texts = {ODD_TEXTS!r}
matcher = PhraseMatcher(["alpha", "beta"])
before = len(_native.LOADED[0])
parts = in_threads(lambda i: votes(matcher, texts if i % 2 else texts[::-1]))
loaded = len(_native.LOADED[0]) - before
print(json.dumps([loaded, parts, votes(matcher, texts)]))
"""
    expected = votes(python_matcher(["alpha", "beta"]), ODD_TEXTS)
    loaded, parts, serial = run(THREADS + code)
    assert loaded > 50
    assert serial == expected
    assert [part if i % 2 else part[::-1] for i, part in enumerate(parts)] == [expected] * 8


def test_an_interrupt_while_a_page_is_made_does_no_harm():
    code = """
import json
from weaklabel.vote import PhraseMatcher
from weaklabel.vote.phrases import _native

matcher, make_page = PhraseMatcher(["alpha"]), _native.make_page


def interrupted(number, *, keep_case):
    raise KeyboardInterrupt


_native.make_page = interrupted
for act in (lambda: matcher.matches(["\\u0561 alpha"]), lambda: PhraseMatcher(["\\u10d0"])):
    try:
        act()
    except KeyboardInterrupt:
        continue
    raise AssertionError
_native.make_page = make_page
print(json.dumps([matcher.matches(["\\u0561 alpha"]).nnz, PhraseMatcher(["\\u10d0"]).matches(["\\u10d0"]).nnz]))
"""
    assert run(code) == [1, 1]
