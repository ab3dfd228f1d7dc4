"""What a person has decided: the records that a file of decisions names."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from weaklabel.errors import Problem, ReviewError, did_you_mean, raise_errors
from weaklabel.inputs import read_decisions
from weaklabel.terms import Records


def read_decided(location: str, records: Records) -> npt.NDArray[np.bool_]:
    """Return which records a file of decisions names, bool of shape (records,).

    Raises
    ------
    ReviewError
        Where the file cannot be read, or with every row that is no decision or names no record.
    """
    position = {str(record_id): i for i, record_id in enumerate(records.ids)}
    decided = np.zeros(len(records), dtype=np.bool_)
    problems: list[Problem] = []
    for decision, place in read_decisions(location, problems):
        name = str(decision.record_id)
        if name in position:
            decided[position[name]] = True
        else:
            fix = did_you_mean(name, position) or "Give the id of a record."
            problems.append(Problem(f"no record has the id {name!r}.", place, fix))
    raise_errors(sorted(problems, key=lambda problem: problem.place.line if problem.place else 0), ReviewError)
    return decided
