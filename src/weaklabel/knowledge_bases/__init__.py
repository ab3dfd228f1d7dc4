"""Knowledge bases: the concepts of a SKOS, OWL or OBO file, their labels, and which stand below which."""

from weaklabel.knowledge_bases.concepts import Concept, select_branches
from weaklabel.knowledge_bases.read import FORMATS, is_knowledge_base, read_concepts

__all__ = ["FORMATS", "Concept", "is_knowledge_base", "read_concepts", "select_branches"]
