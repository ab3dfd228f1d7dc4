"""Texts as TF-IDF vectors of words and of letters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from weaklabel.end_models.interface import Floats
from weaklabel.terms import Records

MAX_LETTERS = 40_000
WORDS = {"ngram_range": (1, 2), "min_df": 2, "strip_accents": "unicode"}
NO_TERMS = ("empty vocabulary", "After pruning, no terms remain", "max_df corresponds to < documents than min_df")
"""How scikit-learn's errors begin where there are no n-grams, all are too rare, or there are too few texts."""
LETTERS = {"analyzer": "char_wb", "ngram_range": (3, 5), "min_df": 3, "max_features": MAX_LETTERS}


def read_texts(records: Records) -> list[str]:
    """Return each record's text fields that are not empty, a line each."""
    return ["\n".join(filter(None, parts)) for parts in zip(*records.texts.values(), strict=True)]


def text_kernel(texts: Sequence[str]) -> Floats:
    """Return how alike each two texts are, float64 of shape (texts, texts): half by words, half by letters in words.

    A text's product with itself is 1, or less where it has no n-gram of one of the two kinds. N-grams are weighted by
    TF-IDF with sublinear term frequency (Salton and Buckley, 1988); rare ones are left out.
    """
    joined = csr_array(hstack([weigh(texts, WORDS), weigh(texts, LETTERS)], format="csr")) * np.sqrt(0.5)
    kernel: Floats = (joined @ joined.T).toarray()
    return kernel


def frequent_words(texts: Sequence[str], most: int) -> csr_array:
    """Return TF-IDF vectors of the most frequent words and pairs of words; rows have length 1 or 0."""
    return weigh(texts, {**WORDS, "max_features": most})


def weigh(texts: Sequence[str], options: dict[str, object]) -> csr_array:
    """Return TF-IDF vectors; without columns where no n-gram is in enough texts."""
    try:
        return csr_array(TfidfVectorizer(sublinear_tf=True, **options).fit_transform(texts))
    except ValueError as error:
        if not str(error).startswith(NO_TERMS):
            raise
        return csr_array((len(texts), 0))
