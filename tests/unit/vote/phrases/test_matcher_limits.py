"""Both matchers at their limits: odd phrases, very many, very long texts; and the matrix they return."""

import pickle
import random
import time

import numpy as np
import pyarrow as pa
import pytest

from support import phrase_reference as reference
from support.phrase_matchers import native_matcher, python_matcher, votes
from weaklabel.errors import LabelingFunctionError

BOTH = pytest.mark.parametrize("make", [native_matcher, python_matcher])


@BOTH
def test_the_matrix_is_canonical_and_holds_ones_of_int8(make):
    matrix = make(["b", "a", "c", "B", "a b"]).matches(pa.chunked_array([["c b a b", None], ["a", "", "x"], ["b c"]]))
    assert matrix.format == "csr"
    assert matrix.shape == (6, 5)
    assert matrix.dtype == np.int8
    assert matrix.data.tolist() == [1] * 9
    assert matrix.indices.tolist() == [0, 1, 2, 3, 4, 1, 0, 2, 3]
    assert matrix.indptr.tolist() == [0, 5, 5, 6, 6, 6, 9]
    assert matrix.has_sorted_indices
    assert matrix.has_canonical_format
    assert matrix.indices.dtype == matrix.indptr.dtype


@BOTH
def test_forty_phrases_in_one_text_are_listed_in_order(make):
    # The compiled matcher sorts few of them in another way than many.
    for count in (31, 32, 33, 34, 40):
        words = [f"w{i}" for i in range(count)]
        random.Random(count).shuffle(words)
        matcher = make(words)
        assert votes(matcher, [" ".join(sorted(words)), words[1]]) == [list(range(count)), [1]]


@BOTH
@pytest.mark.parametrize(
    ("phrases", "texts", "expected"),
    [
        (["+", "++", "#", "c#", ".", "...", "@#", "&"], ["a + b", "++", "c#", "a ... b", "@#", "#c", "&&"],
         [[0], [1], [3], [5], [2, 6], [2], []]),
        (["a\x00b", "\x00", "\x00a", "b\x00"], ["a\x00b", "a \x00 b", "\x00a", "a\x00\x00b", "ab\x00"],
         [[0], [1], [1, 2], [], []]),
        (["GPT-2", "gpt 2", "ｇｐｔ＿２", "gpt2"], ["a gpt\u20112", "gpt2"], [[0, 1, 2], [3]]),
        (["straße", "STRASSE", "ﬁ", "fi", "İ", "i\u0307"], ["Strasse ﬁ", "İ"], [[0, 1, 2, 3], [4, 5]]),
        (["word", "words", "Words "], ["words", "word"], [[0, 1, 2], [0]]),
    ],
    ids=["symbols", "nul", "one form", "folds to one form", "plural of another"],
)  # fmt: skip
def test_odd_phrases(make, phrases, texts, expected):
    assert expected == [reference.matching_phrases(phrases, text) for text in texts]
    assert votes(make(phrases), texts) == expected


@BOTH
def test_keep_case_compares_without_casefolding(make):
    matcher = make(["R", "r", "É", "straße", "GPT-2"], keep_case=True)
    texts = ["R", "in r.", "É é", "e\u0301 E\u0301", "Straße STRASSE", "straße", "GPT_2 gpt-2", "gpt 2", "学R"]
    assert votes(matcher, texts) == [[0], [1], [2], [2], [], [3], [4], [], [0]]


@BOTH
def test_no_phrases_match_nothing(make):
    assert make([]).matches(["a", None, "é", "e\u0301"]).shape == (4, 0)
    assert make([]).matches(pa.chunked_array([], pa.string())).shape == (0, 0)


@BOTH
def test_nested_matches_are_dropped_alike_in_arrow_arrays_and_lists(make):
    phrases = ["neural network", "graph neural network", "network", "学習", "機械学習", "café"]
    texts = [
        "graph neural networks",
        "network",
        None,
        "機械学習 学習",
        "a cafe\u0301 network",
        "機械学習",
        "neural network graph",
    ]
    expected = [[1], [2], [], [3, 4], [2, 5], [4], [0]]
    matcher = make(phrases, owners=["a", "b", "c", "d", "e", "f"])
    assert expected == [reference.without_nested(phrases, matcher.phrases, text or "") for text in texts]
    assert votes(matcher, texts) == expected
    assert votes(matcher, pa.array(["x", *texts])[1:]) == expected
    assert votes(matcher, pa.chunked_array([texts[:3], [], texts[3:]])) == expected
    nobody = make(phrases, owners=["a"] * 6)
    assert votes(nobody, texts) == votes(make(phrases), texts) != expected


@BOTH
@pytest.mark.parametrize("options", [{}, {"keep_case": True}, {"owners": ("a", "b", "c")}], ids=str)
def test_a_matcher_is_pickled(make, options):
    matcher = make(["Network", "neural network", "学習"], **options)
    texts = ["neural network", "Network 学習", "neural Network"]
    again = pickle.loads(pickle.dumps(matcher))
    assert again.phrases == matcher.phrases
    assert votes(again, texts) == votes(matcher, texts)
    assert again.spans(texts[2]) == matcher.spans(texts[2])
    assert len(pickle.dumps(matcher)) < 500


@pytest.mark.parametrize("tail", ["", " 学", " e\u0301"], ids=["ascii", "unicode", "folded in Python"])
def test_a_text_of_10_mb(tail):
    matcher = native_matcher(["alpha beta", "omega", "gamma"])
    text = "alpha-beta " + "lorem ipsum, dolor/sit amet_ " * 350_000 + "OMEGA" + tail
    assert len(text) > 10_000_000
    assert votes(matcher, ["gamma", text, "gamma"]) == [[2], [0, 1], [2]]


def test_a_hundred_thousand_phrases():
    phrases = [f"tag {i} of {i % 977}" for i in range(100_000)]
    start = time.perf_counter()
    matcher = native_matcher(phrases)
    took_s = time.perf_counter() - start
    print(f"100,000 phrases in {took_s:.2f} s")
    assert took_s < 30
    rng = random.Random(0)
    chosen = [rng.randrange(100_000) for _ in range(2000)]
    texts = [f"see Tag_{i} of {i % 977}, and tag {i} of {i % 977 + 1}" for i in chosen]
    assert votes(matcher, texts) == [[i] for i in chosen]
    assert votes(matcher, [" ".join(phrases)]) == [list(range(100_000))]


@BOTH
def test_bad_phrases_are_all_named(make):
    with pytest.raises(LabelingFunctionError) as caught:
        make(["fine", 3, "\u2011", b"x"])
    assert [str(problem).split(",")[0] for problem in caught.value.problems] == [
        "phrase 1 is 3", "phrase 2 is '\u2011'", "phrase 3 is b'x'",
    ]  # fmt: skip
