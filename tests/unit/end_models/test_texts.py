"""Texts as vectors, against TF-IDF as its definition reads, in plain Python."""

import math
import re
import unicodedata
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from support.made import make_records
from weaklabel.end_models.texts import frequent_words, read_texts, text_kernel, weigh

TEXTS = [
    "The owl hunts, the OWL sleeps",
    "An owl hunts mice at night",
    "Naïve owls sleep at night",
    "Naive mice sleep, sleep, sleep",
    "The heron hunts at night",
]


def plain(text):
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


def words_and_pairs(text):
    words = re.findall(r"\w\w+", plain(text))
    return words + [f"{a} {b}" for a, b in pairwise(words)]


def letters(text):
    """Three to five letters in a row, of words with a space on either side; a short word counts once."""
    found = []
    for word in text.lower().split():
        padded = f" {word} "
        for size in range(3, 6):
            found.append(padded[:size])
            found += [padded[i : i + size] for i in range(1, len(padded) - size + 1)]
            if len(padded) <= size:
                break
    return found


def tf_idf(texts, grams_of, min_df):
    """A mapping from n-gram to weight for each text: (1 + ln tf)(1 + ln((1 + n) / (1 + df))), of length 1."""
    counts = [Counter(grams_of(text)) for text in texts]
    df = Counter(gram for count in counts for gram in count)
    vectors = []
    for count in counts:
        weights = {
            gram: (1 + math.log(tf)) * (1 + math.log((1 + len(texts)) / (1 + df[gram])))
            for gram, tf in count.items()
            if df[gram] >= min_df
        }
        length = math.sqrt(math.fsum(w * w for w in weights.values())) or 1.0
        vectors.append({gram: w / length for gram, w in weights.items()})
    return vectors


def product(a, b):
    return math.fsum(weight * b.get(gram, 0.0) for gram, weight in a.items())


def test_two_texts_are_alike_half_by_words_and_half_by_letters():
    by_words, by_letters = tf_idf(TEXTS, words_and_pairs, 2), tf_idf(TEXTS, letters, 3)
    expected = [
        [0.5 * product(by_words[i], by_words[j]) + 0.5 * product(by_letters[i], by_letters[j]) for j in range(5)]
        for i in range(5)
    ]
    kernel = text_kernel(TEXTS)
    assert kernel.dtype == np.float64
    assert kernel == pytest.approx(np.array(expected), abs=1e-12)
    assert kernel.diagonal().tolist() == pytest.approx([1] * 5)


def test_a_kernel_has_no_negative_eigenvalue():
    assert np.linalg.eigvalsh(text_kernel(TEXTS)).min() > -1e-12


def test_an_empty_text_is_like_none_not_even_itself():
    kernel = text_kernel([*TEXTS, "", "  ."])
    assert kernel[5:].tolist() == [[0.0] * 7] * 2
    assert kernel.diagonal()[:5].tolist() == pytest.approx([1] * 5)


@pytest.mark.parametrize("texts", [["", "", ""], ["owl", "heron", "wren"], ["x"]])
def test_texts_that_share_nothing_are_not_alike(texts):
    assert text_kernel(texts).tolist() == np.zeros((len(texts), len(texts))).tolist()
    assert frequent_words(texts, 10).shape == (len(texts), 0)


def test_frequent_words_are_the_same_vectors_of_words():
    found = frequent_words(TEXTS, 1000)
    vectors = tf_idf(TEXTS, words_and_pairs, 2)
    expected = [[product(a, b) for b in vectors] for a in vectors]
    assert (found @ found.T).toarray() == pytest.approx(np.array(expected), abs=1e-12)


def test_of_words_the_most_frequent_are_kept():
    """Sleep stands five times, hunts, night, at and the three times each."""
    found = frequent_words(TEXTS, 1)
    assert found.toarray().ravel().tolist() == [0, 0, 1, 1, 0]


def test_a_records_fields_are_lines_of_one_text():
    records = make_records(["Owls", "Herons"], descriptions=["They hunt", ""])
    assert read_texts(records) == ["Owls\nThey hunt", "Herons"]


def test_an_option_that_is_wrong_is_no_lack_of_words():
    with pytest.raises(ValueError, match="ngram_range"):
        weigh(TEXTS, {"ngram_range": (2, 1)})
