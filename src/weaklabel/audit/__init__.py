"""Find likely mislabels: by rule where rules are certain, by probability where they are not."""

from weaklabel.audit.classes import find_wrong_classes
from weaklabel.audit.evidence import EvidenceFinder
from weaklabel.audit.hierarchy import find_missing_parents
from weaklabel.audit.neighbours import Neighbourhood
from weaklabel.audit.ranking import rank_findings
from weaklabel.audit.spelling import find_misspellings
from weaklabel.audit.support import Reads, find_missing, find_unsupported
from weaklabel.audit.suspicion import CellScores
from weaklabel.audit.tags import find_vocabulary_troubles, summarise_tags

__all__ = [
    "CellScores",
    "EvidenceFinder",
    "Neighbourhood",
    "Reads",
    "find_missing",
    "find_missing_parents",
    "find_misspellings",
    "find_unsupported",
    "find_vocabulary_troubles",
    "find_wrong_classes",
    "rank_findings",
    "summarise_tags",
]
