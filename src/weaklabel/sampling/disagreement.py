"""What a committee does not agree on: the label models, or end models that each know half of the labelled records.

A committee is as undecided as its members are far, in bits, from what they say on average.

Sources: Seung, Opper and Sompolinsky, "Query by Committee", COLT 1992; McCallum and Nigam, "Employing EM and Pool-Based
Active Learning for Text Classification", ICML 1998 (the mean Kullback-Leibler divergence from the mean).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import rel_entr

from weaklabel.sampling.interface import Evidence, Floats, Need, Scored, as_distribution
from weaklabel.sampling.words import as_share


def label_model_disagreement(evidence: Evidence) -> Scored:
    """Score by how far label models are from each other."""
    return _disagreement(evidence, "label models")


def ensemble_disagreement(evidence: Evidence) -> Scored:
    """Score by how far end models, each fitted to half of the labelled records, are from each other."""
    return _disagreement(evidence, "ensemble")


def _disagreement(evidence: Evidence, committee: Need) -> Scored:
    members = evidence.opinions.get(committee, ())
    cells = np.zeros_like(evidence.probability)
    if evidence.is_exclusive:
        members = tuple(as_distribution(each) for each in members)
    if members:
        mean = np.mean(members, axis=0)
        for each in members:
            cells += rel_entr(each, mean)
            if not evidence.is_exclusive:
                cells += rel_entr(1 - each, 1 - mean)
        cells = np.maximum(cells / (len(members) * np.log(2)), 0)
    return Scored(cells, cells.sum(axis=1) if evidence.is_exclusive else None)


def say_label_models_disagree(evidence: Evidence, record: int, tags: Sequence[int]) -> str:
    """Say how far apart label models are."""
    return _say(evidence, "label models", record, tags)


def say_ensemble_disagrees(evidence: Evidence, record: int, tags: Sequence[int]) -> str:
    """Say how far apart end models are."""
    return _say(evidence, "ensemble", record, tags)


def _say(evidence: Evidence, committee: Need, record: int, tags: Sequence[int]) -> str:
    members = evidence.opinions.get(committee, ())
    if not members or not tags:
        return f"{committee}: nothing to disagree on"
    ranges = [_range_of([each[record, tag] for each in members]) for tag in tags]
    named = ", ".join(f"{evidence.tags[tag]} {span}" for tag, span in zip(tags, ranges, strict=True))
    return f"{committee} disagree: {named}" if committee == "label models" else f"ensemble disagrees: {named}"


def _range_of(values: Sequence[Floats]) -> str:
    return f"{as_share(float(min(values)))} to {as_share(float(max(values)))}"
