"""How often each two votes occur together."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from weaklabel.label_models.patterns import Probabilities, VotePatterns

DENSE_SPEED = 400  # pairs of cells that a dense product takes in the time of one of a sparse one
BLOCK_VOTES, BLOCK_CELLS = 1 << 21, 1 << 20
BLOCK_ROWS = 1 << 17
EXACT = 1 << 24  # up to which float32 counts exactly


def count_together(patterns: VotePatterns, cardinality: int) -> Probabilities:
    """Return how many records have each two votes, float64 of shape (LFs · classes, LFs · classes).

    A sparse product looks at every pair of votes of a pattern, a dense one at every pair of symbols, hundreds of times
    faster. Either goes through the patterns block by block.
    """
    width = patterns.n_lfs * cardinality
    together = np.zeros((width, width))
    _add_pairs(together, patterns, cardinality, np.ones(len(patterns)))
    repeated = np.flatnonzero(patterns.counts > 1)  # by themselves, so that a product with its own transpose does most
    if len(repeated):
        more = patterns.take(repeated)
        _add_pairs(together, more, cardinality, (more.counts - 1).astype(np.float64))
    return together


def count_together_in_rows(L: npt.NDArray[np.integer], cardinality: int) -> Probabilities:
    """Return the same for a checked vote matrix, without finding its patterns.

    Each vote is a row of bits, one a record; two occur together where both bits are set. So a pair costs a sixty-fourth
    of a step a record, and the bits are the only copy of the votes.
    """
    width = L.shape[1] * cardinality
    blocks = [L[start : start + BLOCK_ROWS] for start in range(0, len(L), BLOCK_ROWS)]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:
        return sum(threads.map(lambda block: _count_bits(block, cardinality), blocks), np.zeros((width, width)))


def _count_bits(block: npt.NDArray[np.integer], cardinality: int) -> Probabilities:
    columns = np.ascontiguousarray(block.T)
    packed = np.stack([np.packbits(columns == c, axis=1) for c in range(cardinality)], axis=1)
    packed = packed.reshape(len(columns) * cardinality, packed.shape[-1])
    spare = -packed.shape[1] % 8
    words = np.ascontiguousarray(np.pad(packed, ((0, 0), (0, spare)))).view(np.uint64)
    together = np.zeros((len(words), len(words)))
    for i in range(len(words)):
        counts = np.bitwise_count(words[i] & words[i:]).sum(axis=1, dtype=np.int64)
        together[i, i:] = counts
        together[i:, i] = counts
    return together


def _add_pairs(together: Probabilities, patterns: VotePatterns, cardinality: int, weights: Probabilities) -> None:
    votes_each = max(1.0, float(patterns.n_votes.mean())) if len(patterns) else 1.0
    width = len(together)
    pairs = float((patterns.n_votes**2).sum())
    is_sparse = pairs * DENSE_SPEED < len(patterns) * float(width) ** 2
    step = max(1, int(BLOCK_VOTES / votes_each if is_sparse else BLOCK_CELLS / max(width, 1)))
    number = np.float32 if weights.max(initial=0) * step < EXACT else np.float64
    for start in range(0, len(patterns), step):
        block = VotePatterns(patterns.votes[start : start + step], patterns.counts[start : start + step])
        weight = weights[start : start + step].astype(number)[:, None]
        if is_sparse:
            votes = block.one_hot(cardinality, dtype=number)
            together += (votes.T.tocsr() @ votes.multiply(weight).tocsr()).toarray()
        elif (weight == 1).all():
            together += _count_bits(block.dense(), cardinality)
        else:
            dense = block.one_hot(cardinality, dtype=number).toarray()
            together += dense.T @ (dense * weight)
