"""The vocabulary: read it, resolve spellings to its tags, build the tag graph, close over it, check it."""

from weaklabel.tags.check import check_vocabulary
from weaklabel.tags.closure import close_given, close_matrix, close_probabilities
from weaklabel.tags.concepts import to_rows
from weaklabel.tags.export import export_tags
from weaklabel.tags.graph import build_graph
from weaklabel.tags.matrix import close_tags, given_matrix, gold_matrix, spelling_matrix, tag_relations
from weaklabel.tags.spelling import Speller, canonical_form, resolve_given, resolve_tags
from weaklabel.tags.vocabulary import build_vocabulary

__all__ = [
    "Speller",
    "build_graph",
    "build_vocabulary",
    "canonical_form",
    "check_vocabulary",
    "close_given",
    "close_matrix",
    "close_probabilities",
    "close_tags",
    "export_tags",
    "given_matrix",
    "gold_matrix",
    "resolve_given",
    "resolve_tags",
    "spelling_matrix",
    "tag_relations",
    "to_rows",
]
