"""What the resolution of votes results in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from weaklabel.end_models import KERNEL_RECORDS, MIN_LABELLED, ClassPrediction, Prediction
from weaklabel.terms import CellProbabilities


class Note(NamedTuple):
    """What was decided about the models: its key in run.json, and in words for people.

    `says` is short, for a terminal; `in_full` says more, where there is more to say.
    """

    key: str
    name: str
    says: str
    in_full: str = ""

    @property
    def told(self) -> str:
        """All that there is to say."""
        return self.in_full or self.says


GIVEN_TAGS_IGNORED = Note("given_tags", "Given tags", "ignored")


@dataclass(frozen=True, slots=True, eq=False)
class Resolution:
    """The probability of each cell.

    Attributes
    ----------
    cells
        Every cell with probability ≥ 0.01, with votes, or given; closed over the tag graph.
    judged
        The same cells for the audit: where there is an end model, each by its own evidence, before closure (unless
        given tags are kept closed too).
    label_model
        The cells with votes, as the label model alone resolves them, before closure.
    prediction
        The end model's; None where there is none.
    base_rates
        float64 of shape (tags,): how often authors give each tag; where none gave any, and for classes, how often it
        should occur.
    notes
        What was decided about the models.
    wanted
        The end model that the settings name.
    class_balance
        float64 of shape (tags,): P(tag) before any vote, which the label models of cells began with; None for
        one half each.
    """

    cells: CellProbabilities
    judged: CellProbabilities
    label_model: CellProbabilities
    prediction: Prediction | ClassPrediction | None
    base_rates: npt.NDArray[np.float64]
    notes: tuple[Note, ...] = ()
    wanted: str = "none"
    class_balance: npt.NDArray[np.float64] | None = None

    def by_votes(self, record: int, tag: int) -> float:
        """Return what the label model says of a cell of a multi-label task, also of one on which nothing votes.

        A tag on which nothing ever votes has its base rate.
        """
        cells = self.label_model
        rows = (cells.record == record) & (cells.tag == tag)
        if rows.any():
            return float(cells.probability[rows][0])
        silent = cells.of_silent(record, tag)
        return float(self.base_rates[tag]) if np.isnan(silent) else silent

    @property
    def end_model(self) -> str:
        """The name of the end model, or `none`; with why it is another than the settings want."""
        if self.prediction is None:
            if self.wanted == "none":
                return "none"
            return f"none (neither {MIN_LABELLED} labelled records to learn from, nor {MIN_LABELLED} with votes)"
        if self.prediction.model != self.wanted:
            return f"{self.prediction.model} (more than {KERNEL_RECORDS:,} records)"
        return self.prediction.model
