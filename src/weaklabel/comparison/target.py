"""What is scored: which cells, and what a model says of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from weaklabel.evaluate import Scores, average_precision, score_cells, score_classes
from weaklabel.inputs import Inputs
from weaklabel.resolution import Observed
from weaklabel.tags import close_matrix
from weaklabel.terms import CellProbabilities
from weaklabel.terms.votes import MIN_PROBABILITY

Probabilities = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]
BLOCK = 4096  # records at a time
GROUPS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """The cells that are scored: of labelled records and tags given at least once, or of all classes.

    Attributes
    ----------
    inputs
        The vocabulary and its graph.
    shape
        How many records and tags there are.
    rows, tags
        int arrays: which of them are scored.
    given
        bool of shape (rows, tags).
    is_multiclass
        Whether each record has exactly one tag.
    """

    inputs: Inputs
    shape: tuple[int, int]
    rows: Rows
    tags: Rows
    given: npt.NDArray[np.bool_]
    is_multiclass: bool

    @classmethod
    def of(cls, observed: Observed) -> Target:
        """Return the target for the given tags of all records."""
        is_multiclass, matrix = observed.is_exclusive, observed.given_matrix
        rows = find_labelled(observed)
        uses = np.asarray(matrix.tags.sum(axis=0)).ravel()
        tags = np.arange(len(uses)) if is_multiclass and uses.any() else np.flatnonzero(uses)
        there = matrix.tags[rows][:, tags].astype(np.bool_).toarray()
        return cls(observed.inputs, matrix.tags.shape, rows, tags, there, is_multiclass)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given."""
        return not len(self.tags)

    def take(self, probability: csr_array | npt.NDArray[np.floating]) -> Probabilities:
        """Return the scored cells of a matrix of all records and tags, closed over the tag graph."""
        result = np.empty(self.given.shape, dtype=np.float32)
        for start in range(0, len(self.rows), BLOCK):
            part = probability[self.rows[start : start + BLOCK]]
            dense = part if isinstance(part, np.ndarray) else part.toarray()
            closed = close_matrix(dense.astype(np.float32), self.inputs.vocabulary, self.inputs.graph)
            result[start : start + BLOCK] = closed[:, self.tags]
        return result

    def take_shown(self, cells: CellProbabilities) -> Probabilities:
        """Return the same of a label model's cells; what a run would not show is 0."""
        return self.take(shown_matrix(cells, self.shape))

    def score(self, probability: Probabilities) -> Scores:
        """Score what :meth:`take` returned."""
        return score_classes(probability, self.given) if self.is_multiclass else score_cells(probability, self.given)

    def precision_of_groups(self, probability: Probabilities) -> npt.NDArray[np.float64]:
        """Return the average precision in each of ten groups of records; nan in one to which nothing was given."""
        groups = [slice(first, None, GROUPS) for first in range(GROUPS)]
        return np.array([average_precision(probability[group], self.given[group]) for group in groups])


def find_labelled(observed: Observed) -> Rows:
    """Return which records are labelled; where each has exactly one class, those with one of the vocabulary."""
    given = observed.given_matrix
    is_known = np.asarray(given.tags.sum(axis=1)).ravel() > 0
    return np.flatnonzero(is_known if observed.is_exclusive else given.labelled)


def shown_matrix(cells: CellProbabilities, shape: tuple[int, int]) -> csr_array:
    """Return a label model's cells as a sparse matrix, float64 of shape (records, tags).

    Cells that are there only because the author gave their tag are left out: they must not tell.
    """
    shown = cells.voted | (cells.probability >= MIN_PROBABILITY)
    return csr_array((cells.probability[shown], (cells.record[shown], cells.tag[shown])), shape=shape)
