"""Gold tags out of annotations: only a record that somebody judged as a whole has them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence

from weaklabel.errors import Problem, quantity
from weaklabel.exchange import Annotation
from weaklabel.terms.records import RecordId
from weaklabel.terms.settings import Task


def gold_file(rows: Sequence[Annotation], task: Task) -> tuple[bytes, tuple[Problem, ...]]:
    """Return the tags of each record that was judged as a whole, as JSON Lines that serve as gold tags.

    The annotation that the tool marks as true decides; else the tags that more annotators chose than did not. Of
    classes it must be exactly one. Records that are left out are told.
    """
    by_record: dict[RecordId, list[Annotation]] = defaultdict(list)
    for row in rows:
        if not row.is_skipped and row.record_id is not None:
            by_record[row.record_id].append(row)
    lines = []
    partial = undecided = 0
    for record_id, answers in by_record.items():
        whole = [row for row in answers if not row.is_partial]
        heard = [row for row in whole if row.is_truth] or whole
        tags = _tags_of_most(heard)
        if not heard:
            partial += 1
        elif task == "multiclass" and len(tags) != 1:
            undecided += 1
        else:
            lines.append(f"{json.dumps({'id': record_id, 'tags': tags}, ensure_ascii=False)}\n")
    return "".join(lines).encode(), tuple(_tell(partial, undecided))


def _tags_of_most(answers: Sequence[Annotation]) -> list[str]:
    chosen = {tag for row in answers for tag in row.chosen}
    return sorted(tag for tag in chosen if 2 * sum(tag in row.chosen for row in answers) > len(answers))


def _tell(partial: int, undecided: int) -> list[Problem]:
    told = []
    if partial:
        what = f"left out of gold, as answers are about single tags only: {quantity(partial, 'record')}."
        told.append(Problem(what, None, "As decisions, without --gold, these answers count.", "warning"))
    if undecided:
        what = f"left out of gold, as no class has most of the annotators: {quantity(undecided, 'record')}."
        told.append(Problem(what, None, "Let somebody decide them.", "warning"))
    return told
