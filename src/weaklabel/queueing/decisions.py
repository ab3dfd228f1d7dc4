"""What a person has decided: the records that a file of decisions names."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from weaklabel.errors import Problem, ReviewError, raise_errors
from weaklabel.inputs import read_decisions
from weaklabel.queueing.named import by_name, find_named
from weaklabel.terms import Records


def read_decided(location: str, records: Records) -> npt.NDArray[np.bool_]:
    """Return which records a file of decisions names, bool of shape (records,).

    Raises
    ------
    ReviewError
        Where the file cannot be read, or with every row that is no decision or names no record.
    """
    known = by_name(records.ids)
    position = {record_id: i for i, record_id in enumerate(records.ids)}
    decided = np.zeros(len(records), dtype=np.bool_)
    problems: list[Problem] = []
    for decision, place in read_decisions(location, problems):
        found = find_named(decision.record_id, known, place)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            decided[position[found]] = True
    raise_errors(sorted(problems, key=lambda problem: problem.place.line if problem.place else 0), ReviewError)
    return decided
