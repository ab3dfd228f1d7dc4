"""The frozen types that stages hand each other."""

from weaklabel.terms.explanation import Explanation, Share, WithoutVote
from weaklabel.terms.finding import KINDS, Evidence, Finding, Kind, SimilarRecord, kinds_of
from weaklabel.terms.given import (
    GivenMatrix,
    GivenTag,
    How,
    Resolution,
    ResolvedTags,
    SpellingMatrix,
    TagRelations,
    canonical_names,
)
from weaklabel.terms.lf import (
    ABSENT,
    PRESENT,
    Batch,
    Examples,
    LabelingFunction,
    PatternLF,
    PhraseLF,
    PythonLF,
    TokenPatternLF,
    Unless,
)
from weaklabel.terms.progress import OnProgress, unreported
from weaklabel.terms.quality import FindingQuality, GoldRecord, LFPair, LFSummaryRow, PlantedMislabel, TagSummaryRow
from weaklabel.terms.records import ArrowRecords, Record, Records, RecordSource
from weaklabel.terms.settings import USUAL_NAMES, ColumnNames, NestedMatches, Settings, TagLabels
from weaklabel.terms.vocabulary import Tag, Vocabulary
from weaklabel.terms.votes import CellProbabilities, Failure, Reuse, Span, Votes

__all__ = [
    "ABSENT",
    "KINDS",
    "PRESENT",
    "USUAL_NAMES",
    "ArrowRecords",
    "Batch",
    "CellProbabilities",
    "ColumnNames",
    "Evidence",
    "Examples",
    "Explanation",
    "Failure",
    "Finding",
    "FindingQuality",
    "GivenMatrix",
    "GivenTag",
    "GoldRecord",
    "How",
    "Kind",
    "LFPair",
    "LFSummaryRow",
    "LabelingFunction",
    "NestedMatches",
    "OnProgress",
    "PatternLF",
    "PhraseLF",
    "PlantedMislabel",
    "PythonLF",
    "Record",
    "RecordSource",
    "Records",
    "Resolution",
    "ResolvedTags",
    "Reuse",
    "Settings",
    "Share",
    "SimilarRecord",
    "Span",
    "SpellingMatrix",
    "Tag",
    "TagLabels",
    "TagRelations",
    "TagSummaryRow",
    "TokenPatternLF",
    "Unless",
    "Vocabulary",
    "Votes",
    "WithoutVote",
    "canonical_names",
    "kinds_of",
    "unreported",
]
