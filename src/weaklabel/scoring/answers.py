"""What a model says of records whose right tags are known, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from weaklabel.terms.measures import SHOWN

Task = Literal["multilabel", "multiclass", "binary"]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
THRESHOLD = 0.5


def task_of(n_tags: int, *, is_exclusive: bool) -> Task:
    """Return what is scored: of two exclusive classes the positive one, else every tag or class."""
    if not is_exclusive:
        return "multilabel"
    return "binary" if n_tags == 2 else "multiclass"


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Cells that a file lists, each once.

    Attributes
    ----------
    record, tag
        int64 of shape (cells,): positions.
    probability
        float64 of shape (cells,); None where tags are listed without.
    listed
        bool of shape (records,): which records the file speaks of, if only to say that they have no tag.
    """

    record: Ints
    tag: Ints
    probability: Floats | None
    listed: Bools

    @property
    def n_records(self) -> int:
        """How many records there are, listed or not."""
        return len(self.listed)

    def take(self, records: Bools) -> Cells:
        """Return the cells of some of the records, which are counted anew."""
        kept = records[self.record]
        position = np.cumsum(records) - 1
        probability = None if self.probability is None else self.probability[kept]
        return Cells(position[self.record[kept]], self.tag[kept], probability, self.listed[records])


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Predictions beside gold. Cells that are not here have probability 0, and are neither predicted nor gold.

    Attributes
    ----------
    task
        `binary` has one column of cells: those of the positive class.
    tags
        The names of the columns.
    record, tag
        int64 of shape (cells,): positions, ascending by record, then tag.
    probability
        float64 of shape (cells,); None where the model gives none.
    said, gold
        bool of shape (cells,): whether the tag is predicted, and whether it is right.
    shown
        bool of shape (cells,): the cells whose calibration is measured: those with probability > .05; of exclusive
        classes each record's most probable one; of two classes the positive one.
    covered
        bool of shape (records,): which records have a prediction.
    """

    task: Task
    tags: tuple[str, ...]
    record: Ints
    tag: Ints
    probability: Floats | None
    said: Bools
    gold: Bools
    shown: Bools
    covered: Bools

    @property
    def n_records(self) -> int:
        """How many records are scored."""
        return len(self.covered)


def find_answers(
    task: Task,
    tags: tuple[str, ...],
    predicted: Cells,
    gold: Cells,
    *,
    threshold: float = THRESHOLD,
    positive: int = 1,
) -> Answers:
    """Decide which tags are predicted, and put them beside gold.

    Parameters
    ----------
    predicted, gold
        Cells of the same records. For exclusive classes `gold` has one cell a record.
    threshold
        Tags that are more probable are predicted. Of exclusive classes the most probable one is, a tie being won by
        the first; where there are two, the positive one if it is more probable than the threshold.
    positive
        Which of two classes is the positive one.
    """
    if task == "binary":
        tags, predicted, gold = (tags[positive],), _only(positive, predicted), _only(positive, gold)
    width = len(tags)
    own, right = predicted.record * width + predicted.tag, gold.record * width + gold.tag
    keys = np.union1d(own, right)
    record, tag = np.divmod(keys, width) if width else (keys, keys)
    is_listed, is_gold = (np.zeros(len(keys), dtype=np.bool_) for _ in range(2))
    is_listed[np.searchsorted(keys, own)] = True
    is_gold[np.searchsorted(keys, right)] = True
    if predicted.probability is None:
        said = is_listed
        return Answers(task, tags, record, tag, None, said, is_gold, said, predicted.listed)
    probability = np.zeros(len(keys))
    probability[np.searchsorted(keys, own)] = predicted.probability
    if task == "multiclass":
        said = is_listed & _is_most_probable(record, probability, is_listed)
    else:
        said = is_listed & (probability > threshold)
    shown = {"multilabel": probability > SHOWN, "multiclass": said, "binary": is_listed}[task]
    return Answers(task, tags, record, tag, probability, said, is_gold, shown, predicted.listed)


def _only(positive: int, cells: Cells) -> Cells:
    """Return the cells of the positive class; what is said of the other one alone says the rest of it."""
    is_positive = cells.tag == positive
    record, probability = cells.record[is_positive], cells.probability
    if probability is not None:
        alone = ~np.isin(cells.record, record)
        probability = np.concatenate([probability[is_positive], 1 - probability[alone]])
        record = np.concatenate([record, cells.record[alone]])
    return Cells(record, np.zeros(len(record), dtype=np.int64), probability, cells.listed)


def _is_most_probable(record: Ints, probability: Floats, is_listed: Bools) -> Bools:
    """Return which cell of each record is the most probable of those listed, the first of several."""
    order = np.lexsort((~is_listed, -probability, record))  # stable: ascending by tag where all else is the same
    result = np.zeros(len(record), dtype=np.bool_)
    result[order[np.flatnonzero(np.diff(record[order], prepend=-1))]] = True
    return result
