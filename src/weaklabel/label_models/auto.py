"""The label model to take where nothing is known about the votes: three fits of `pooled` that assume different things.

No assumption holds everywhere. An abstain is evidence where a labeling function covers its class evenly, and misleads
where several overlap or one is broad; a rare class needs an estimated class balance, and a small sample of votes may
estimate it badly. Each variant is fitted, and the answer is the mean of their evidence. Nothing chooses between them
by the data set: docs/decisions/0012-label-models.md says what was tried, and that a choice by how well each
explains the votes is no better.
"""

from __future__ import annotations

from weaklabel.label_models.interface import Estimate
from weaklabel.label_models.patterns import Probabilities, VotePatterns
from weaklabel.label_models.pooled import DistinctVotes, Variant, fit_variant

VARIANTS = (Variant(hears_silence=False), Variant(), Variant(estimates_balance=True))


def fit_auto(
    patterns: VotePatterns,
    class_balance: Probabilities,
    seed: int,  # noqa: ARG001 - draws nothing
) -> Estimate:
    """Fit all variants.

    The class balance is what two of them assume, and what the third begins with.
    """
    votes = DistinctVotes.of(patterns, len(class_balance))
    return votes.estimate_with(*(fit_variant(votes, class_balance, variant) for variant in VARIANTS))
