"""The whole report, section by section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from weaklabel.report.data.changes import Changes
from weaklabel.report.data.corrections import Corrections
from weaklabel.report.data.findings import CellFindings, SpellingFindings
from weaklabel.report.data.health import Health
from weaklabel.report.data.lfs import LFs
from weaklabel.report.data.models import Calibration, Models, QualityRow
from weaklabel.report.data.slices import SliceScores
from weaklabel.report.data.tags import Cooccurrence, Support
from weaklabel.report.data.uncertain import Queue
from weaklabel.terms.settings import Task

NO_SLICES = SliceScores()
NO_CORRECTIONS = Corrections()
SCHEMA = 1
"""Raised when a field of report.json changes its meaning or goes; new fields do not raise it."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the report says, section by section.

    Attributes
    ----------
    time
        When the run began, in UTC.
    task
        Whether records have any number of tags, or exactly one (a class).
    facts
        Figures of the run, by name.
    calibration
        None where the project has no gold tags.
    """

    time: str
    task: Task
    facts: Mapping[str, str]
    changes: Changes
    health: Health
    cells: tuple[CellFindings, ...]
    spellings: tuple[SpellingFindings, ...]
    support: Support
    quality: tuple[QualityRow, ...]
    lfs: LFs
    models: Models
    calibration: Calibration | None
    cooccurrence: Cooccurrence
    queue: Queue
    slices: SliceScores = NO_SLICES
    corrections: Corrections = NO_CORRECTIONS
    schema: int = SCHEMA
