"""What the report says, as plain dataclasses, a module for what belongs together: report.json is these, field by field.

Long lists are cut; beside each stands how long it is (`total`, or a field named for it). A share, a probability or a
score is from 0 to 1; None stands where there is nothing to take a share of.
"""

from weaklabel.report.data.changes import Changes, FindingLine, KindChange, LabelChange
from weaklabel.report.data.corrections import CorrectedCell, CorrectedLF, Corrections, DecidedScores
from weaklabel.report.data.findings import (
    Card,
    CellFindings,
    FieldText,
    Segment,
    Similar,
    SpellingFindings,
    SpellingRow,
)
from weaklabel.report.data.health import FailedLF, Health, Note
from weaklabel.report.data.lfs import LFGrid, LFGroup, LFPair, LFRow, LFs
from weaklabel.report.data.models import Bin, Calibration, ModelRow, Models, QualityRow, Reference
from weaklabel.report.data.report import SCHEMA, Report
from weaklabel.report.data.slices import SliceRow, SliceScores
from weaklabel.report.data.tags import AreaRow, Cooccurrence, Support, TagPair, TagRow, TreeRow
from weaklabel.report.data.uncertain import Queue, QueueRow

__all__ = [
    "SCHEMA",
    "AreaRow",
    "Bin",
    "Calibration",
    "Card",
    "CellFindings",
    "Changes",
    "Cooccurrence",
    "CorrectedCell",
    "CorrectedLF",
    "Corrections",
    "DecidedScores",
    "FailedLF",
    "FieldText",
    "FindingLine",
    "Health",
    "KindChange",
    "LFGrid",
    "LFGroup",
    "LFPair",
    "LFRow",
    "LFs",
    "LabelChange",
    "ModelRow",
    "Models",
    "Note",
    "QualityRow",
    "Queue",
    "QueueRow",
    "Reference",
    "Report",
    "Segment",
    "Similar",
    "SliceRow",
    "SliceScores",
    "SpellingFindings",
    "SpellingRow",
    "Support",
    "TagPair",
    "TagRow",
    "TreeRow",
]
