"""Records whose texts stand for most others: sequential transductive experimental design.

With K the products of texts, a text x explains of the others as much as Σ_j K_jx² / (K_xx + λ): that is by how much the
variance of a kernel ridge regression falls, over all records, once x is labelled. Then x is taken out of K,
K - K_x K_xᵀ / (K_xx + λ), and the next one is what explains most of the rest. No probability is looked at, so a model
that knows little yet cannot lead it astray.

Source: Yu, Bi and Tresp, "Active Learning via Transductive Experimental Design", ICML 2006.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve

from weaklabel.sampling.chance import draw
from weaklabel.sampling.interface import Evidence, Floats, Mask, Scored, score_by_place

PENALTY = 1.0  # λ
MAX_TEXTS = 4_000  # beyond, so many drawn by chance are compared
MAX_PICKS = 500  # beyond, texts are ordered by what they explain of the rest


def representative(evidence: Evidence) -> Scored:
    """Score records by their place: each explains most of what those decided and those before it do not."""
    assert evidence.vectors is not None
    compared = np.arange(len(evidence.ids))
    if len(compared) > MAX_TEXTS:
        draws = np.array([draw(each, evidence.seed) for each in evidence.ids])
        compared = np.sort(np.argsort(draws, kind="stable")[:MAX_TEXTS])
    texts = evidence.vectors[compared]
    products: Floats = (texts @ texts.T).toarray()
    order = _design(products, evidence.waiting[compared], evidence.decided[compared])
    return Scored(None, score_by_place(compared[order], len(evidence.ids)))


def _design(products: Floats, waiting: Mask, decided: Mask) -> npt.NDArray[np.intp]:
    """Return the positions of those that wait, in the order in which they explain most; `products` is used up."""
    known = np.flatnonzero(decided)
    if len(known):
        shifted = products[np.ix_(known, known)] + PENALTY * np.eye(len(known))
        products -= products[:, known] @ solve(shifted, products[known], assume_a="pos")
    waiting = waiting.copy()
    picks: list[int] = []
    for _ in range(min(MAX_PICKS, int(waiting.sum()))):
        pick = int(np.argmax(np.where(waiting, _explained(products), -1.0)))
        picks.append(pick)
        waiting[pick] = False
        own = products[:, pick].copy()
        products -= np.outer(own, own) / (own[pick] + PENALTY)
    rest = np.flatnonzero(waiting)
    later = rest[np.argsort(-_explained(products)[rest], kind="stable")]
    return np.concatenate([np.array(picks, dtype=np.intp), later])


def _explained(products: Floats) -> Floats:
    """Return how much of all texts each explains, float64 of shape (texts,)."""
    explained: Floats = np.einsum("ij,ij->j", products, products) / (products.diagonal() + PENALTY)
    return explained


def say_representative(evidence: Evidence, record: int, tags: Sequence[int]) -> str:  # noqa: ARG001 - the contract's
    """Say why it is asked for."""
    return "its text stands for others that nothing before it is like"
