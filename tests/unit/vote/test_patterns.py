import random
import re
import subprocess
import sys

import numpy as np
import pytest

from weaklabel.vote.patterns import PatternSet, plain
from weaklabel.vote.patterns import prefilter as prefilter_module
from weaklabel.vote.patterns.images import images_of
from weaklabel.vote.patterns.weaken import weaken


def found(patterns, texts, attempt=plain):
    return PatternSet([(p, False) if isinstance(p, str) else p for p in patterns]).matches(texts, attempt)


class Attempts:
    """An attempt that keeps what it was called for."""

    def __init__(self):
        self.calls = []

    def __call__(self, pattern, row, search, text):
        self.calls.append((pattern, row))
        return search(text) is not None


def attempts(patterns, texts):
    recorded = Attempts()
    found(patterns, texts, recorded)
    return recorded.calls


def test_the_matrix_has_a_row_a_text_and_a_column_a_pattern():
    matrix = found([r"\bbert\b", r"gpt-\d", ("RL", True)], ["BERT and GPT-2", "roberta", "", "rl", "RL, bert"])
    assert matrix.dtype == np.int8
    assert matrix.has_sorted_indices
    assert matrix.toarray().tolist() == [[1, 1, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [1, 0, 1]]


def test_no_patterns_and_no_texts():
    assert found([], ["a", "b"]).shape == (2, 0)
    assert found(["a"], []).shape == (0, 1)
    assert found([], []).shape == (0, 0)


def test_case_counts_only_where_it_is_kept():
    patterns = [("Go", True), ("Go", False), ("(?i:g)o", True), ("(?-i:G)o", False)]
    assert found(patterns, ["Go", "GO", "go"]).toarray().tolist() == [[1, 1, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]]


def test_letters_beyond_ascii_that_equal_ascii_letters_when_case_is_ignored():
    texts = ["\u212a", "k", "ſ", "s", "ı", "i"]
    matrix = found(["k", "\u212a", "s", "ſ", ("k", True), ("ſ", True), "ı"], texts)
    assert matrix.toarray().T.tolist() == [
        [1, 1, 0, 0, 0, 0],
        [1, 1, 0, 0, 0, 0],
        [0, 0, 1, 1, 0, 0],
        [0, 0, 1, 1, 0, 0],
        [0, 1, 0, 0, 0, 0],
        [0, 0, 1, 0, 0, 0],
        [int(re.search("ı", text, re.IGNORECASE) is not None) for text in texts],
    ]


def test_flags_hold_inside_of_their_group_only():
    texts = ["bÉ", "b\u212a", "bK", "Bk", "b\n"]
    matrix = found(["(?a:b(?u:é))", "(?a:bk)", "(?a:b(?u:k))", "b(?-i:k)", "(?s:b.)", ("b(?i:k)", True)], texts)
    assert matrix.toarray().tolist() == [
        [1, 0, 0, 0, 1, 0],
        [0, 0, 1, 0, 1, 1],
        [0, 1, 1, 0, 1, 1],
        [0, 1, 1, 1, 1, 0],
        [0, 0, 0, 0, 1, 0],
    ]


def test_white_space_newlines_and_nul_mean_what_they_mean_to_re():
    texts = ["a\x1cb", "a\vb", "a\xa0b", "a\u3000b", "a\nb", "a\x00b", "ab\n", "ab\n\n"]
    matrix = found([r"a\sb", "a.b", "(?s)a.b", r"a\x00b", "b$", r"b\Z", "(?m)^b", r"a$\nb"], texts)
    assert matrix.toarray().tolist() == [
        [1, 1, 1, 0, 1, 1, 0, 0],
        [1, 1, 1, 0, 1, 1, 0, 0],
        [1, 1, 1, 0, 1, 1, 0, 0],
        [1, 1, 1, 0, 1, 1, 0, 0],
        [1, 0, 1, 0, 1, 1, 1, 0],
        [0, 1, 1, 1, 1, 1, 0, 0],
        [0, 0, 0, 0, 1, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
    ]


def test_re_is_asked_only_where_it_may_find_something():
    texts = ["bert", "ROBERTA", "a cat", "été, bert", "機械学習"]
    assert attempts([r"\bbert\b", r"c.t", "機械", "été"], texts) == [(0, 0), (1, 2), (0, 3), (3, 3), (2, 4)]


def test_an_attempt_is_given_the_search_of_its_pattern_and_the_text_as_it_was():
    given = []

    def attempt(pattern, row, search, text):
        given.append((pattern, row, search.__self__.pattern, text))
        return True

    found(["a+b", "é"], ["x", "É aab"], attempt)
    assert given == [(0, 1, "a+b", "É aab"), (1, 1, "é", "É aab")]


def test_an_attempt_that_finds_nothing_leaves_no_vote_and_its_errors_get_through():
    assert found(["a", "b"], ["ab"], lambda pattern, row, search, text: pattern == 1).toarray().tolist() == [[0, 1]]

    def stop(pattern, row, search, text):
        raise TimeoutError

    with pytest.raises(TimeoutError):
        found(["a"], ["a"], stop)


@pytest.mark.parametrize("pattern", ["", "a*", "^", r"(?!a).", r"(.)\1", r"[\s\S]", r"(?=a?)", "(?:a|.*)", r"(a)?\1"])
def test_a_pattern_that_cannot_be_filtered_goes_to_re_on_every_text(pattern):
    assert attempts([pattern], ["", "zz", "é"]) == [(0, 0), (0, 1), (0, 2)]


def test_a_pattern_that_re_does_not_take_is_its_error():
    with pytest.raises(re.error, match="unterminated"):
        PatternSet([("(", False)])


@pytest.mark.parametrize(
    ("pattern", "pieces"),
    [
        (r"\bab\b", [(r"\b[Aa][Bb]\b",)]),
        (r"k\d", [("[Kk][0-9]",)]),
        (r"(?-i:k)\s", [(r"[k][\x09-\x0d\x1c-\x20]",)]),
        (r"[^a-z]m$", [(r"[\x00-\x40\x5b-\x60\x7b-\x7f][Mm](?m:$)",)]),
        ("a.*b", [("[Aa]", "[Bb]")]),
        ("a.*b|b.*a|c", [("[Aa]", "[Bb]"), ("[Bb]", "[Aa]"), ("(?:[Cc])",)]),
        (r"^(?=.*a)(?=.*b)", [(r"\A", "[Aa]", "[Bb]")]),
        (r"a(?:\w+\W+){0,5}b", [("[Aa]", "[Bb]")]),
        (r"(?:ab )+c", [(r"[Aa][Bb][\x20]", "[Cc]")]),
        (r"(a)\1b", [("[Aa]", "[Bb]")]),
        (r"(?<!no )a(?!b)", [("(?:)[Aa](?:)",)]),
        (r"(a)?b(?(1)c|d)", [("(?:(?:[Aa])){0,1}[Bb](?:[Cc]|[Dd])",)]),
        ("a{3}b{9}c{,2}", [("(?:[Aa]){3,3}(?:[Bb]){4,}(?:[Cc]){0,2}",)]),
        ("(?:(?:ab){3}){2}", [("(?:(?:[Aa][Bb]){2,}){2,2}",)]),
        ("(?>a+)b++", [("(?:(?:[Aa]){1,})(?:[Bb]){1,}",)]),
        ("é", [(r"[^\x00-\xff]",)]),
        ("(?x) a  # why", [("[Aa]",)]),
    ],
)
def test_what_a_pattern_is_weakened_to_for_ascii_texts(pattern, pieces):
    assert weaken(pattern, re.IGNORECASE, ascii_only=True) == pieces


def test_what_a_pattern_is_weakened_to_for_the_images_of_other_texts():
    assert images_of("\u212a\u017f\u3000٣a") == b"ks 5a"
    letter = images_of("機").decode()
    assert weaken("機", re.IGNORECASE, ascii_only=False) == [(f"[{letter}]",)]
    assert weaken(r"\bk\d", re.IGNORECASE, ascii_only=False) == [(r"\b[Kk][0-9]",)]
    assert weaken(r"(?a)\bk", re.IGNORECASE, ascii_only=False) == [("[Kk]",)]
    assert weaken(r"(?a)\bk", re.IGNORECASE, ascii_only=True) == [(r"\b[Kk]",)]
    everything_but_control = r"[\x20-\x7e]"
    assert weaken(r"[^\x00-\x7f]", 0, ascii_only=False) == [(everything_but_control,)]


def test_without_re2_every_pattern_goes_to_re(monkeypatch):
    monkeypatch.setitem(sys.modules, "re2", None)
    texts = ["bert", "cat", "é"]
    assert attempts([r"\bbert\b", "c.t"], texts) == [(p, row) for row in range(3) for p in range(2)]
    assert found([r"\bbert\b", "c.t"], texts).toarray().tolist() == [[1, 0], [0, 1], [0, 0]]


def some_patterns(n):
    rng = random.Random(n)
    word = lambda: "".join(rng.choice("abcde") for _ in range(2))  # noqa: E731
    return [rf"\b(?:{word()}|{word()})\w*\s+\d{{1,3}}\b" for _ in range(n)]


def some_texts(n):
    rng = random.Random(n)
    return ["".join(rng.choice("abcde  12") for _ in range(300)) for _ in range(n)]


def expected(patterns, texts):
    searches = [re.compile(pattern, re.IGNORECASE).search for pattern in patterns]
    return [[int(search(text) is not None) for search in searches] for text in texts]


@pytest.mark.parametrize("memory_bytes", [1_000, 4_000, 20_000, 100_000])
def test_patterns_that_do_not_fit_into_one_automaton_are_split(monkeypatch, capfd, memory_bytes):
    monkeypatch.setattr(prefilter_module, "MAX_MEMORY_BYTES", memory_bytes)
    patterns, texts = some_patterns(60), some_texts(20)
    matches = found(patterns, texts).toarray().tolist()
    assert matches == expected(patterns, texts)
    assert 20 < sum(map(sum, matches)) < 1_000
    assert capfd.readouterr() == ("", "")


def test_the_split_makes_as_many_automata_as_it_takes(monkeypatch):
    patterns = [(pattern, int(re.IGNORECASE)) for pattern in some_patterns(60)]
    whole = prefilter_module.Prefilter(patterns, ascii_only=True)
    monkeypatch.setattr(prefilter_module, "MAX_MEMORY_BYTES", 20_000)
    split = prefilter_module.Prefilter(patterns, ascii_only=True)
    assert len(whole._automata) == 1
    assert 1 < len(split._automata) < 60
    assert [split.candidates(text) for text in some_texts(20)] == [whole.candidates(text) for text in some_texts(20)]


def test_an_automaton_that_runs_out_of_memory_while_matching_loses_no_vote(monkeypatch):
    """RE2 then finds nothing and says nothing, not even that the text has an end."""
    import re2

    monkeypatch.setattr(re2.Set, "Match", lambda self, text: None)
    patterns, texts = ["abc.*d", r"\be", "x"], ["abcd", "e", "y"]
    assert found(patterns, texts).toarray().tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert attempts(patterns, texts) == [(p, row) for row in range(3) for p in range(3)]


def test_a_thousand_patterns_are_one_pass():
    patterns, texts = [f"{p}{i:04d}" for i in range(500) for p in ("a", r"\bb")], ["a0000 b0499 c0001", "ab0001"]
    assert found(patterns, texts).nonzero()[1].tolist() == [0, 999]
    assert attempts(patterns, texts) == [(0, 0), (999, 0)]


def test_patterns_nested_deeper_than_can_be_weakened_go_to_re():
    deep = "(?:a|" * 200 + "c" + "b)" * 200
    assert found([deep, "b"], ["a", "b"]).toarray().tolist() == [[1, 0], [0, 1]]
    assert attempts([deep, "b"], ["a", "b"]) == [(0, 0), (0, 1), (1, 1)]


def test_re2_is_loaded_with_the_first_patterns_only():
    code = "import sys, weaklabel.vote.patterns; print('re2' in sys.modules, 'scipy' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.split()[0] == "False"
