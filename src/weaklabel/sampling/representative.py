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
from scipy.sparse import csr_array

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
        draws = np.array([draw(f"representative\0{each}", evidence.seed) for each in evidence.ids])
        compared = np.sort(np.argsort(draws, kind="stable")[:MAX_TEXTS])
    order = _order(evidence.vectors[compared], evidence.waiting[compared], evidence.decided[compared])
    return Scored(None, score_by_place(compared[order], len(evidence.ids)))


def _order(texts: csr_array, waiting: Mask, decided: Mask) -> npt.NDArray[np.intp]:
    """Return the positions of those that wait, in the order in which they explain most."""
    n_picks, waiting = min(MAX_PICKS, int(waiting.sum())), waiting.copy()
    left = _Unexplained(texts, room=int(decided.sum()) + n_picks)
    for text in np.flatnonzero(decided).tolist():
        left.take(text)
    picks: list[int] = []
    for _ in range(n_picks):
        pick = int(np.argmax(np.where(waiting, left.explained_by(), -1.0)))
        picks.append(pick)
        waiting[pick] = False
        left.take(pick)
    rest = np.flatnonzero(waiting)
    later = rest[np.argsort(-left.explained_by()[rest], kind="stable")]
    return np.concatenate([np.array(picks, dtype=np.intp), later])


class _Unexplained:
    """K after some texts were taken out of it: K - Σ uuᵀ, which is never made, as only products with it count."""

    def __init__(self, texts: csr_array, room: int) -> None:
        products = texts @ texts.T
        self._texts = texts
        self._taken, self._count = np.zeros((room, texts.shape[0])), 0  # u, a row each
        self._squares = np.asarray(products.power(2).sum(axis=0)).ravel()  # Σ_j K_jx²
        self._own = products.diagonal()  # K_xx

    def explained_by(self) -> Floats:
        """Return how much of all texts each explains, float64 of shape (texts,)."""
        explained: Floats = self._squares / (self._own + PENALTY)
        return explained

    def take(self, text: int) -> None:
        """Take out what a text explains."""
        one = np.zeros(len(self._own))
        one[text] = 1.0
        u = self._times(one) / np.sqrt(self._own[text] + PENALTY)
        self._squares += u * (u * (u @ u) - 2 * self._times(u))
        self._own -= u * u
        self._taken[self._count] = u
        self._count += 1

    def _times(self, vector: Floats) -> Floats:
        taken = self._taken[: self._count]
        product: Floats = self._texts @ (self._texts.T @ vector) - taken.T @ (taken @ vector)
        return product


def say_representative(evidence: Evidence, record: int, tags: Sequence[int]) -> str:  # noqa: ARG001 - the contract's
    """Say why it is asked for."""
    return "its text stands for others that nothing before it is like"
