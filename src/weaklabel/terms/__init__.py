"""The frozen types that stages hand each other."""

from weaklabel.terms.finding import KINDS, Evidence, Finding, Kind
from weaklabel.terms.given import GivenTag, How, Resolution, ResolvedTags, canonical_names
from weaklabel.terms.lf import (
    ABSENT,
    PRESENT,
    Examples,
    LabelingFunction,
    PatternLF,
    PhraseLF,
    PythonLF,
    Unless,
)
from weaklabel.terms.progress import OnProgress, unreported
from weaklabel.terms.quality import FindingQuality, GoldRecord, LFSummaryRow, PlantedMislabel
from weaklabel.terms.records import Record, Records
from weaklabel.terms.settings import USUAL_NAMES, ColumnNames, Settings
from weaklabel.terms.vocabulary import Tag, Vocabulary
from weaklabel.terms.votes import CellProbabilities, Failure, Span, Votes

__all__ = [
    "ABSENT",
    "KINDS",
    "PRESENT",
    "USUAL_NAMES",
    "CellProbabilities",
    "ColumnNames",
    "Evidence",
    "Examples",
    "Failure",
    "Finding",
    "FindingQuality",
    "GivenTag",
    "GoldRecord",
    "How",
    "Kind",
    "LFSummaryRow",
    "LabelingFunction",
    "OnProgress",
    "PatternLF",
    "PhraseLF",
    "PlantedMislabel",
    "PythonLF",
    "Record",
    "Records",
    "Resolution",
    "ResolvedTags",
    "Settings",
    "Span",
    "Tag",
    "Unless",
    "Vocabulary",
    "Votes",
    "canonical_names",
    "unreported",
]
