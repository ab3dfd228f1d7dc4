"""The cells of which the run is least sure."""

from __future__ import annotations

import numpy as np

from weaklabel.report.cards import record_title
from weaklabel.report.clipping import clip, clip_id
from weaklabel.report.data import Queue, QueueRow
from weaklabel.terms import CellProbabilities, GivenMatrix, Records, Vocabulary

MAX_ROWS = 50
UNSURE = 0.25  # at most so far from one half


def uncertain_cells(cells: CellProbabilities, given: GivenMatrix, records: Records, vocabulary: Vocabulary) -> Queue:
    """Return the cells nearest to .5; of equals, in the order of the records and tags."""
    distance = np.abs(cells.probability - 0.5)
    near = np.flatnonzero(distance <= UNSURE)  # nan is not
    rows = near[np.argsort(distance[near].round(9), kind="stable")][:MAX_ROWS]
    is_given = given.has(cells.record[rows], cells.tag[rows])
    return Queue(
        rows=tuple(
            QueueRow(
                record_id=clip_id(records.ids[record]),
                title=record_title(records, record),
                tag=clip(vocabulary.names[tag]),
                probability=round(probability, 4),
                is_given=known,
            )
            for record, tag, probability, known in zip(
                cells.record[rows].tolist(),
                cells.tag[rows].tolist(),
                cells.probability[rows].tolist(),
                is_given.tolist(),
                strict=True,
            )
        ),
        total=len(near),
    )
