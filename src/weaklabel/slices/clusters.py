"""Texts that speak of the same, as clusters: k-means over TF-IDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

CLUSTERS = 20
MOST_CLUSTERS = 1_000
MOST_WORDS = 5_000
WORDS_OF_NAME = 3


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Clusters of texts, the greatest first.

    Attributes
    ----------
    labels
        int of shape (texts,): the number of each text's cluster; -1 for a text without words that others use.
    names
        Of each cluster, the words that weigh most in it: "bert, text, transformers".
    """

    labels: npt.NDArray[np.intp]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)


def cluster_texts(texts: Sequence[str], n_clusters: int = CLUSTERS, seed: int = 0) -> Clusters:
    """Return clusters of texts by the words that they use; the same for the same texts, number and seed.

    There are fewer than `n_clusters` where there are fewer different texts.
    """
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.feature_extraction.text import TfidfVectorizer

    nothing = Clusters(np.full(len(texts), -1, dtype=np.intp), ())
    vectorizer = TfidfVectorizer(
        sublinear_tf=True, min_df=2, max_features=MOST_WORDS, stop_words="english", strip_accents="unicode"
    )
    try:
        vectors = vectorizer.fit_transform(texts)
    except ValueError:  # no word is in two texts
        return nothing
    has_words = np.flatnonzero(np.diff(vectors.indptr))
    vectors = vectors[has_words]
    means = MiniBatchKMeans(_count_distinct(vectors, n_clusters), random_state=seed, n_init=3, batch_size=1024).fit(
        vectors
    )
    sizes = np.bincount(means.labels_, minlength=means.n_clusters)
    order = np.lexsort((np.arange(len(sizes)), -sizes))[: np.count_nonzero(sizes)]
    number = np.empty(len(sizes), dtype=np.intp)
    number[order] = np.arange(len(order))
    labels = nothing.labels
    labels[has_words] = number[means.labels_]
    words = vectorizer.get_feature_names_out()
    top = np.argsort(-means.cluster_centers_[order], axis=1, kind="stable")[:, :WORDS_OF_NAME]
    return Clusters(labels, tuple(", ".join(words[row]) for row in top))


def _count_distinct(vectors: csr_array, most: int) -> int:
    """Return how many rows differ, counted up to `most`."""
    distinct: set[tuple[bytes, bytes]] = set()
    for start, end in zip(vectors.indptr[:-1], vectors.indptr[1:], strict=True):
        if len(distinct) == most:
            break
        distinct.add((vectors.indices[start:end].tobytes(), vectors.data[start:end].tobytes()))
    return len(distinct)
