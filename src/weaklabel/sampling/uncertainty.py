"""What the run is least certain of.

Sources: Lewis and Gale, "A Sequential Algorithm for Training Text Classifiers", SIGIR 1994 (least confidence);
Scheffer et al., "Active Hidden Markov Models for Information Extraction", 2001 (margin); Li and Guo, "Active Learning
with Multi-Label SVM Classification", IJCAI 2013 (the margin of several labels).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import entr

from weaklabel.sampling.interface import Evidence, Floats, Scored, as_distribution
from weaklabel.sampling.words import list_cells

CUT = 0.5  # a tag above it counts as right


def entropy(evidence: Evidence) -> Scored:
    """Score by entropy in bits: of each cell, which has two outcomes, or of a record's one class."""
    p = evidence.probability
    if evidence.is_exclusive:
        bits = entr(as_distribution(p)) / np.log(2)
        return Scored(bits, bits.sum(axis=1))
    return Scored((entr(p) + entr(1 - p)) / np.log(2))


def least_confidence(evidence: Evidence) -> Scored:
    """Score by the probability that what is said is wrong: of each cell, or of a record's most probable class."""
    p = evidence.probability
    if evidence.is_exclusive:
        shares = as_distribution(p)
        return Scored(shares, 1 - shares.max(axis=1, initial=0.0))
    return Scored(np.minimum(p, 1 - p))


def margin(evidence: Evidence) -> Scored:
    """Score by how near the last tag that is said is to the first that is not; or the first class to the second."""
    p = evidence.probability
    if evidence.is_exclusive:
        shares = as_distribution(p)
        best = np.sort(shares, axis=1)[:, ::-1]
        return Scored(shares, 1 - (best[:, 0] - best[:, 1]) if best.shape[1] > 1 else np.zeros(len(best)))
    said = np.where(p > CUT, p, 1.0).min(axis=1, initial=1.0)
    unsaid = np.where(p > CUT, 0.0, p).max(axis=1, initial=0.0)
    return Scored(_nearness_to_cut(p), 1 - (said - unsaid))


def _nearness_to_cut(probability: Floats) -> Floats:
    nearness: Floats = 1 - np.abs(2 * probability - 1)
    return nearness


def say_uncertain(evidence: Evidence, record: int, tags: Sequence[int]) -> str:
    """Say which tags are uncertain, and how probable they are."""
    return f"uncertain: {list_cells(evidence.tags, evidence.probability[record], tags)}"
