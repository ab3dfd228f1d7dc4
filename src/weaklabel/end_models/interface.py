"""What an end model is: it learns given tags from texts, and scores each record as if its own tags were unknown."""

from __future__ import annotations

from typing import Protocol, Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from weaklabel.terms import SpellingMatrix

Floats = npt.NDArray[np.float64]
Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


class EndModel(Protocol):
    """Regression of given tags on texts; it holds the features of all records."""

    def take(self, rows: npt.NDArray[np.intp]) -> Self:
        """Return the model for some of the records."""
        ...

    def similarity(self, record: int, others: npt.NDArray[np.intp]) -> Floats:
        """Return how alike the texts of a record and of others are, float64 of shape (others,); 1 is the same."""
        ...

    def score(self, Y: csr_array, fitted: npt.NDArray[np.bool_]) -> Scores:
        """Return scores of all records, those fitted each by a model that has not seen it.

        Parameters
        ----------
        Y
            float64, sparse, of shape (records, tags): 1 where the author gave the tag; rows that
            are not `fitted` are not read.
        fitted
            bool of shape (records,).

        Returns
        -------
        numpy.ndarray
            float32 of shape (records, tags), mostly within 0 and 1.
        """
        ...

    def score_by_tags(self, Y: csr_array, spellings: SpellingMatrix, hidden: Mask) -> Scores:
        """Return the same for records that are all fitted, from their texts and the other tags that their authors gave.

        Parameters
        ----------
        Y
            As for :meth:`score`.
        spellings
            What the authors gave.
        hidden
            bool of shape (tags, tags): where the row's tag is scored without the spellings of the column's, its own
            among them.
        """
        ...
