"""Numbers that each record has: words, conflicts and disagreement of labeling functions, uncertainty."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from weaklabel.terms import Votes
from weaklabel.terms.slices import Members

Numbers = npt.NDArray[np.float64]


def count_words(texts: Sequence[str]) -> Numbers:
    """Return how many words each text has, which white space tells apart, float64 of shape (texts,)."""
    return np.array([len(text.split()) for text in texts], dtype=np.float64)


def find_conflicts(votes: Votes, *, is_exclusive: bool) -> Members:
    """Return which votes another labeling function contradicts, bool of shape (votes,).

    Two conflict that vote otherwise on one cell; where each record has exactly one tag, also two that say "present" of
    two tags of one record.
    """
    conflicts: Members = np.zeros(len(votes), dtype=np.bool_)
    if not len(votes):
        return conflicts
    _, cell = np.unique(np.stack([votes.record, votes.tag]), axis=1, return_inverse=True)
    said_present = np.bincount(cell, votes.vote > 0) > 0
    said_absent = np.bincount(cell, votes.vote < 0) > 0
    conflicts |= (said_present & said_absent)[cell]
    if is_exclusive:
        present = votes.vote > 0
        pairs = np.unique(np.stack([votes.record[present], votes.tag[present]]), axis=1)
        n_classes = np.bincount(pairs[0], minlength=votes.n_records)
        conflicts |= present & (n_classes[votes.record] > 1)
    return conflicts


def disagreement(votes: Votes, *, is_exclusive: bool) -> Numbers:
    """Return how far labeling functions disagree on each record, float64 of shape (records,), from 0 to 1.

    It is the share of the record's voted cells on which two vote otherwise; where each record has exactly one tag, the
    share of its votes "present" that are not for the class with most. Without votes, 0.
    """
    if not len(votes):
        return np.zeros(votes.n_records)
    if is_exclusive:
        present = votes.vote > 0
        cells, counts = np.unique(np.stack([votes.record[present], votes.tag[present]]), axis=1, return_counts=True)
        total = np.bincount(cells[0], counts, minlength=votes.n_records)
        most = np.zeros(votes.n_records)
        np.maximum.at(most, cells[0], counts)
        minority: Numbers = np.divide(total - most, total, out=np.zeros(votes.n_records), where=total > 0)
        return minority
    in_conflict = find_conflicts(votes, is_exclusive=False)
    cells, first = np.unique(np.stack([votes.record, votes.tag]), axis=1, return_index=True)
    total = np.bincount(cells[0], minlength=votes.n_records)
    contested = np.bincount(cells[0], in_conflict[first], minlength=votes.n_records)
    share: Numbers = np.divide(contested, total, out=np.zeros(votes.n_records), where=total > 0)
    return share


def record_uncertainty(
    record: npt.NDArray[np.int32], probability: Numbers, n_records: int, n_classes: int | None = None
) -> Numbers:
    """Return how uncertain each record's tags are, float64 of shape (records,), from 0 to 1.

    The binary entropy, in bits, of its most uncertain cell; with `n_classes`, the entropy of its distribution over the
    classes as a share of the greatest that there can be. A record without cells has 0.

    Parameters
    ----------
    record, probability
        The cells, of shape (cells,); of a cell that is not among them the probability is taken to be 0.
    """
    certain = np.clip(np.nan_to_num(probability), 1e-12, 1 - 1e-12)
    result = np.zeros(n_records)
    if n_classes is not None:
        np.add.at(result, record, -certain * np.log2(certain))
        share: Numbers = np.minimum(result / max(np.log2(n_classes), 1e-12), 1)
        return share
    np.maximum.at(result, record, -certain * np.log2(certain) - (1 - certain) * np.log2(1 - certain))
    return result
