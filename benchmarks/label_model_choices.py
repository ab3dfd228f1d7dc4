"""Two choices about label models, each beside what it replaces.

1. Snorkel's label model written out, fitted on patterns, beside `LabelModel.fit`: the same numbers, in less time.
2. Generated votes that yield to a hand-written "absent", beside leaving both to the label model, on the example
   project: precision and recall of `missing` findings against gold.

    python benchmarks/label_model_choices.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TypeVar
from unittest.mock import patch

import numpy as np
from data import ROOT, record_result
from snorkel.labeling.model import LabelModel

from weaklabel import Project
from weaklabel.label_models import fit_label_model

FITS = 30
Result = TypeVar("Result")


def main() -> None:
    record_result("Snorkel's label model with its gradient written out", compare_fits())
    record_result("Generated votes yield to a hand-written absent", compare_precedence())


def compare_fits() -> str:
    rng = np.random.default_rng(0)
    ours, theirs, gaps = [], [], []
    for _ in range(FITS):
        L = np.where(rng.random((2_000, 6)) < 0.9, -1, rng.integers(0, 2, (2_000, 6)))
        covered = L[(L != -1).any(axis=1)]
        model, seconds = timed(lambda L=L: fit_label_model(L, 2, "snorkel"))
        ours.append(seconds)
        peer = LabelModel(cardinality=2, verbose=False)
        _, seconds = timed(lambda L=L, peer=peer: peer.fit(L, seed=0, progress_bar=False))
        theirs.append(seconds)
        gaps.append(np.abs(model.predict_proba(covered) - peer.predict_proba(covered)).max())
    ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
    return (
        f"Command: `python benchmarks/label_model_choices.py` (2,000 records, 6 LFs, {FITS} matrices, interleaved).\n\n"
        f"| | median ms a fit |\n|---|---|\n| `LabelModel.fit` | {statistics.median(theirs) * 1e3:.1f} |\n"
        f"| the same, from patterns, written out | {statistics.median(ours) * 1e3:.1f} |\n\n"
        f"{ratio:.0f} times as fast (median of pairs); largest difference of any probability {max(gaps):.1e}."
    )


def timed(call: Callable[[], Result]) -> tuple[Result, float]:
    begin = time.perf_counter()
    result = call()
    return result, time.perf_counter() - begin


def compare_precedence() -> str:
    project = Project.load(ROOT / "weaklabel.yaml")
    with patch("weaklabel.resolution.observed.withdraw_generated", lambda votes, _lfs: votes):
        left = next(row for row in project.run().quality if row.kind == "missing")
    yielded = next(row for row in project.run().quality if row.kind == "missing")
    rows = [("both left to the label model", left), ("generated votes yield", yielded)]
    lines = [f"| {name} | {q.found} | {q.precision:.1%} | {q.recall:.1%} |" for name, q in rows]
    return (
        "Command: `python benchmarks/label_model_choices.py` (example project, `missing` findings against gold).\n\n"
        "| | found | precision | recall |\n|---|---|---|---|\n" + "\n".join(lines)
    )


if __name__ == "__main__":
    main()
