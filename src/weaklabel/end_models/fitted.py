"""What is known of cells, and the regressions that weigh it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weaklabel.end_models.interface import Mask, Scores
from weaklabel.end_models.signals import UNCHANGED, CellChanges, Part, Signals, choose_terms, terms_beside_given
from weaklabel.end_models.stacker import Stacker, fit_stacker
from weaklabel.terms import GivenMatrix


@dataclass(frozen=True, slots=True, eq=False)
class FittedCells:
    """Signals, and the stacker for them.

    Attributes
    ----------
    signals
        What is known of each cell.
    stacker
        Weighs it for tags that authors gave.
    ungiven
        bool of shape (tags,): those that no author gave. Of their text nothing can be learnt.
    by_votes
        Weighs, for these, what votes and names say, as it does for other tags; None where there are none.
    """

    signals: Signals
    stacker: Stacker
    ungiven: Mask
    by_votes: Stacker | None = None

    @classmethod
    def fit(cls, signals: Signals, given: GivenMatrix, seed: int) -> FittedCells:
        """Fit on labelled records."""
        ungiven = np.asarray(given.tags.sum(axis=0)).ravel() == 0
        stacker = fit_stacker(signals, choose_terms(signals), given, seed)
        if not ungiven.any():
            return cls(signals, stacker, ungiven)
        by_votes = fit_stacker(signals, terms_beside_given(signals), given, seed, for_each_tag=False)
        return cls(signals, stacker, ungiven, by_votes)

    def predict(self, rows: npt.NDArray[np.intp]) -> Scores:
        """Return P(tag) for some records, float32 of shape (rows, tags)."""
        result = self.stacker.predict(self.signals, rows)
        if self.by_votes is not None:
            ungiven = np.flatnonzero(self.ungiven)
            result[:, ungiven] = self.by_votes.predict(self.signals, rows, ungiven)
        return result

    def explain(
        self, record: int, tag: int, usual: npt.NDArray[np.intp], changes: CellChanges = UNCHANGED
    ) -> tuple[float, dict[Part, float]]:
        """Return the mean log-odds of the tag among `usual` records, and what each part adds in this cell.

        With `changes`, as if the cell had other signals.
        """
        stacker = self.by_votes if self.by_votes is not None and self.ungiven[tag] else self.stacker
        return stacker.explain(self.signals, tag, usual, self.signals.of_cell(record, tag, changes))
