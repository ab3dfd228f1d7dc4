"""How well a run does on each slice."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from weaklabel.report.data import SliceRow, SliceScores
from weaklabel.resolution import Observed
from weaklabel.scoring import Cells, Scored, find_answers, score, task_of
from weaklabel.slices import SlicedRecords
from weaklabel.tags import close_tags
from weaklabel.terms import CellProbabilities
from weaklabel.terms.slices import Slice


def score_slices(observed: Observed, cells: CellProbabilities, sliced: SlicedRecords) -> SliceScores:
    """Score what a run resolves on each slice, against gold or given tags; the lowest F1 first.

    Both are closed over the tag graph: a run gives every ancestor too, and an author who leaves one out is not wrong.

    Parameters
    ----------
    observed
        What is known; tells the reference, and the tag graph that it is closed over.
    cells
        The run's cells, closed over the tag graph.
    sliced
        The slices.
    """
    reference, listed = observed.reference, _find_scored(observed)
    tags = reference.tags.tags
    right = (tags if observed.is_exclusive else close_tags(tags, observed.relations)).tocoo()
    if not len(sliced) or not listed.any():
        return SliceScores()
    keys = (right.row.astype(np.int64), right.col.astype(np.int64))
    gold = Cells(*keys, None, listed).take(listed)
    known = ~np.isnan(cells.probability)
    record, tag = cells.record[known].astype(np.int64), cells.tag[known].astype(np.int64)
    predicted = Cells(record, tag, cells.probability[known], np.ones_like(listed)).take(listed)
    names = observed.inputs.vocabulary.names
    answers = find_answers(task_of(len(names), is_exclusive=observed.is_exclusive), names, predicted, gold)
    answers = replace(answers, probability=None)  # only what is predicted is told, not how probable it is
    membership = replace(sliced.membership, members=sliced.membership.members[listed])
    scored = score(answers, membership)
    sizes = sliced.membership.sizes().tolist()
    rows = [_row(*each, len(listed)) for each in zip(sliced.slices, sizes, scored.slices, strict=True)]
    rows.sort(key=lambda row: (row.f1 is None, row.f1 or 0.0))
    return SliceScores(
        reference=reference.name,
        records=int(listed.sum()),
        whole=_rounded(scored.whole.metrics["f1"].value),
        rows=tuple(rows),
        positive=scored.positive,
    )


def _find_scored(observed: Observed) -> npt.NDArray[np.bool_]:
    """Return which records have known tags; where each has exactly one, a class of the vocabulary."""
    tags = observed.reference.tags
    has_class = np.asarray(tags.tags.sum(axis=1)).ravel() == 1
    return tags.labelled & has_class if observed.is_exclusive else tags.labelled


def _row(each: Slice, records: int, scored: Scored, n_records: int) -> SliceRow:
    f1, difference = scored.metrics.get("f1"), scored.differences.get("f1")
    precision, recall = (scored.metrics.get(name) for name in ("precision", "recall"))
    return SliceRow(
        slice=each.id,
        description=each.description,
        records=records,
        share=round(records / n_records, 6),
        scored=scored.records,
        precision=_rounded(precision.value if precision else math.nan),
        recall=_rounded(recall.value if recall else math.nan),
        f1=_rounded(f1.value if f1 else math.nan),
        f1_low=_rounded(f1.low if f1 else math.nan),
        f1_high=_rounded(f1.high if f1 else math.nan),
        difference=_rounded(difference.value if difference else math.nan),
        p=_rounded(difference.corrected_p if difference else math.nan),
        note=scored.note,
    )


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)
