"""Slices: definitions, membership, and what they are written as."""

from weaklabel.slices.clusters import Clusters, cluster_texts
from weaklabel.slices.declare import Known, check_ids, check_references, declare_slices
from weaklabel.slices.membership import (
    LikelyCells,
    RunEvidence,
    SliceEvidence,
    assign_slices,
)
from weaklabel.slices.numbers import count_words, find_conflicts, record_uncertainty
from weaklabel.slices.propose import Proposal, propose_slices, write_proposals
from weaklabel.slices.python import SLICE_TAG, explain_none, slice_lf_id, slices_in, slicing_function
from weaklabel.slices.sliced import SlicedRecords
from weaklabel.slices.snorkel_module import write_module
from weaklabel.slices.write import find_fault, make_id, render_slice

__all__ = [
    "SLICE_TAG",
    "Clusters",
    "Known",
    "LikelyCells",
    "Proposal",
    "RunEvidence",
    "SliceEvidence",
    "SlicedRecords",
    "assign_slices",
    "check_ids",
    "check_references",
    "cluster_texts",
    "count_words",
    "declare_slices",
    "explain_none",
    "find_conflicts",
    "find_fault",
    "make_id",
    "propose_slices",
    "record_uncertainty",
    "render_slice",
    "slice_lf_id",
    "slices_in",
    "slicing_function",
    "write_module",
    "write_proposals",
]
