"""The metrics: what each is a share of, and how it follows from sums over records.

What is undefined does not count: precision where nothing is predicted, recall where nothing is gold, F1 where neither
is. A mean leaves such a tag or record out, as scikit-learn does with `zero_division=nan`; what is left without any is
nan.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from weaklabel.scoring.answers import Floats
from weaklabel.scoring.sums import UNLISTED_LOSS, Sums
from weaklabel.terms.measures import N_BINS

Evidence = Literal["records", "said", "due", "either", "shown"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric.

    Attributes
    ----------
    label
        What a table calls it.
    evidence
        What it rests on: records, predicted cells (`said`), gold cells (`due`), both (`either`), or the cells whose
        calibration is measured (`shown`).
    less_is_better
        Whether it measures errors.
    greatest
        What it is at the most; the least is 0.
    """

    label: str
    evidence: Evidence
    less_is_better: bool = False
    greatest: float = 1.0


METRICS: Mapping[str, Metric] = {
    "f1": Metric("F1", "either"),
    "precision": Metric("Precision", "said"),
    "recall": Metric("Recall", "due"),
    "macro_f1": Metric("Macro-F1", "either"),
    "macro_precision": Metric("Macro-precision", "said"),
    "macro_recall": Metric("Macro-recall", "due"),
    "weighted_f1": Metric("Weighted F1", "either"),
    "weighted_precision": Metric("Weighted precision", "said"),
    "weighted_recall": Metric("Weighted recall", "due"),
    "samples_f1": Metric("F1 a record", "records"),
    "samples_precision": Metric("Precision a record", "records"),
    "samples_recall": Metric("Recall a record", "records"),
    "ap": Metric("AP", "due"),
    "macro_ap": Metric("Macro-AP", "due"),
    "accuracy": Metric("Accuracy", "records"),
    "coverage": Metric("Coverage", "records"),
    "hamming_loss": Metric("Hamming loss", "records", less_is_better=True),
    "ece": Metric("ECE", "shown", less_is_better=True),
    "log_loss": Metric("Log-loss", "records", less_is_better=True, greatest=math.inf),
    "brier": Metric("Brier", "records", less_is_better=True),
    "coverage_error": Metric("Coverage error", "records", less_is_better=True, greatest=math.inf),
}

OVER_TAGS = tuple(
    name for name in METRICS if name.startswith(("macro_", "weighted_", "samples_")) or name == "coverage_error"
)
"""What two classes, one column of cells, do not have: means over tags and over records' tags, and records' rankings."""

OF_ONE_TAG = ("f1", "precision", "recall", "ap", "accuracy", "ece", "log_loss", "brier")
"""What each tag has."""


def score_sums(sums: Sums, n_tags: int) -> dict[str, Floats]:
    """Return every metric over all tags, of shape (rounds,)."""
    of, tags = sums.records, sums.tags
    n = of["records"]
    hits, said, due = tags["hits"], tags["said"], tags["due"]
    by_tag = {"precision": divide(hits, said), "recall": divide(hits, due), "f1": divide(2 * hits, said + due)}
    scores = {
        "f1": divide(2 * of["hits"], of["said"] + of["due"]),
        "precision": divide(of["hits"], of["said"]),
        "recall": divide(of["hits"], of["due"]),
        "accuracy": divide(of["exact"], n),
        "coverage": divide(of["covered"], n),
        "hamming_loss": divide(of["wrong"], n * n_tags),
    }
    for name, values in by_tag.items():
        scores[f"macro_{name}"] = mean_of_defined(values)
        scores[f"weighted_{name}"] = mean_of_defined(values, due)
        scores[f"samples_{name}"] = divide(of[f"samples_{name}"], of[f"has_{name}"])
    if sums.precision is not None and sums.tag_precision is not None:
        scores["ap"] = sums.precision
        scores["macro_ap"] = mean_of_defined(sums.tag_precision)
        scores["ece"] = divide(np.abs(sums.bins).sum(axis=0), of["shown"])
        scores["log_loss"] = divide(of["loss"], n)
        scores["brier"] = divide(of["square"], n)
        scores["coverage_error"] = divide(of["depth"], n)
    return {name: scores[name] for name in METRICS if name in scores}


def score_tags(sums: Sums) -> dict[str, Floats]:
    """Return the metrics of each tag's own cells, of shape (tags, rounds)."""
    n, tags = sums.records["records"], sums.tags
    hits, said, due = tags["hits"], tags["said"], tags["due"]
    wrong = divide(said + due - 2 * hits, n)
    scores = {
        "f1": divide(2 * hits, said + due),
        "precision": divide(hits, said),
        "recall": divide(hits, due),
        "accuracy": 1 - wrong,
    }
    if sums.tag_precision is not None:
        scores["ap"] = sums.tag_precision
        gaps = np.abs(tags["tag_bins"]).reshape(len(hits), N_BINS, len(n)).sum(axis=1)
        scores["ece"] = divide(gaps, tags["shown"])
        scores["log_loss"] = divide(tags["losses"], n) + UNLISTED_LOSS
        scores["brier"] = divide(tags["squares"], n)
    return {name: scores[name] for name in METRICS if name in scores}


def find_evidence(sums: Sums) -> dict[Evidence, Floats]:
    """Return how much there is of each evidence, of shape (rounds,)."""
    of = sums.records
    return {
        "records": of["records"],
        "said": of["said"],
        "due": of["due"],
        "either": of["said"] + of["due"],
        "shown": of.get("shown", np.zeros_like(of["records"])),
    }


def divide(part: Floats, whole: Floats) -> Floats:
    """Return shares; nan where there is nothing to take a share of."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(whole > 0, part / whole, np.nan))


def mean_of_defined(values: Floats, weights: Floats | None = None) -> Floats:
    """Return means over tags of what is not nan, of shape (rounds,); unweighted where all weights are 0."""
    defined = ~np.isnan(values)
    known = np.where(defined, values, 0)
    mean = divide(known.sum(axis=0), defined.sum(axis=0))
    if weights is None:
        return mean
    weighed = np.where(defined, weights, 0)
    total = weighed.sum(axis=0)
    return np.where(total > 0, divide((known * weighed).sum(axis=0), total), mean)
