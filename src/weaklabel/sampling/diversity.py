"""Records that are unlike all that was looked at: farthest-first traversal, a 2-approximation of the k-center problem.

Sources: Gonzalez, "Clustering to Minimize the Maximum Intercluster Distance", 1985; Sener and Savarese, "Active
Learning for Convolutional Neural Networks: A Core-Set Approach", ICLR 2018, where what is labelled are the first
centers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from weaklabel.sampling.interface import Evidence, Floats, Mask, Scored, score_by_place

MAX_CENTERS = 1_000  # beyond, records are ordered by how far they are from the nearest of these
FARTHEST = 1.0


def diversity(evidence: Evidence) -> Scored:
    """Score records by their place: each is the one farthest (1 less the cosine of texts) from those before it.

    Those decided stand before all. Where nothing is decided, the text most like the mean of all comes first: an outlier
    would say little. A text without any word that is compared is unlike all, and says nothing: it comes last.
    """
    assert evidence.vectors is not None
    has_words = np.asarray(evidence.vectors.power(2).sum(axis=1)).ravel() > 0
    order = _traverse(evidence.vectors, evidence.waiting & has_words, evidence.decided & has_words)
    return Scored(None, score_by_place(order, len(evidence.ids)))


def _traverse(vectors: csr_array, waiting: Mask, decided: Mask) -> npt.NDArray[np.intp]:
    """Return the positions of those that wait, in the order in which a person should look; each has words."""
    waiting = waiting.copy()
    distance = np.full(len(waiting), FARTHEST)
    for center in np.flatnonzero(decided).tolist():
        np.minimum(distance, _distances(vectors, center), out=distance)
    centers: list[int] = []
    for _ in range(min(MAX_CENTERS, int(waiting.sum()))):
        far = distance if centers or decided.any() else vectors @ np.asarray(vectors.mean(axis=0)).ravel()
        center = int(np.argmax(np.where(waiting, far, -1.0)))
        centers.append(center)
        waiting[center] = False
        np.minimum(distance, _distances(vectors, center), out=distance)
    rest = np.flatnonzero(waiting)
    return np.concatenate([np.array(centers, dtype=np.intp), rest[np.argsort(-distance[rest], kind="stable")]])


def _distances(vectors: csr_array, center: int) -> Floats:
    """Return how far all texts are from one, float64 of shape (records,), from 0 to 1."""
    distances: Floats = 1 - (vectors @ vectors[[center]].T).toarray()[:, 0]
    return distances


def say_diverse(evidence: Evidence, record: int, tags: Sequence[int]) -> str:  # noqa: ARG001 - the contract's
    """Say why it is asked for."""
    return "its text is unlike those decided and those before it"
