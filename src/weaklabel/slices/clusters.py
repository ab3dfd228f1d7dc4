"""Clusters of texts: which records are about the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

N_WORDS = 3
COMPONENTS = 50


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Clusters of texts.

    Attributes
    ----------
    labels
        int of shape (texts,): each text's cluster, counted from 0, the largest cluster first.
    words
        Of each cluster the words that tell it from the others, the most telling first.
    """

    labels: npt.NDArray[np.intp]
    words: tuple[tuple[str, ...], ...]


def cluster_texts(texts: Sequence[str], n_clusters: int, seed: int = 0) -> Clusters:
    """Return clusters of texts: k-means over TF-IDF of words, reduced to 50 dimensions (latent semantic analysis).

    Parameters
    ----------
    texts
        The texts; fewer of them than clusters make as many clusters as there are texts.
    n_clusters
        How many clusters there are at most.
    seed
        The same texts and seed give the same clusters.

    Returns
    -------
    Clusters
        A cluster that no text falls into is left out, so the numbers have no gaps.
    """
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(sublinear_tf=True, stop_words="english", max_features=20_000, min_df=2)
    try:
        weights = vectorizer.fit_transform(texts)
    except ValueError:  # there is no word that two texts share
        return Clusters(np.zeros(len(texts), dtype=np.intp), ((),) if len(texts) else ())
    reduced = weights
    if min(weights.shape) > COMPONENTS:
        reduced = TruncatedSVD(COMPONENTS, random_state=seed).fit_transform(weights)
    model = MiniBatchKMeans(min(n_clusters, len(texts)), random_state=seed, n_init=3, batch_size=2048)
    found, sizes = np.unique(model.fit_predict(reduced), return_counts=True)
    rank = np.full(model.n_clusters, -1)
    rank[found[np.argsort(-sizes, kind="stable")]] = np.arange(len(found))
    labels: npt.NDArray[np.intp] = rank[model.labels_]
    names = vectorizer.get_feature_names_out()
    overall = np.asarray(weights.mean(axis=0)).ravel()
    telling = [np.asarray(weights[labels == k].mean(axis=0)).ravel() - overall for k in range(len(found))]
    words = tuple(tuple(names[i] for i in np.argsort(-own, kind="stable")[:N_WORDS]) for own in telling)
    return Clusters(labels, words)
