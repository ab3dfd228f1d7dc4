"""The store of the review: who annotates, who has which record, and every decision that was ever made.

Decisions are append-only: what is undone or sent back is marked so by a later act, and stays. One writer at a time
changes the store, within a process and among processes, so that each transaction reads what it then writes by.
"""

from weaklabel.review.store.acts import NewAct, RefusedError, Undone, decide, record_act, skip, undo
from weaklabel.review.store.adjudications import adjudicate, read_last_review, return_record, undo_review
from weaklabel.review.store.annotators import (
    Annotator,
    enrol,
    ensure_annotator,
    find_annotator,
    list_annotators,
    log_in,
    log_out,
    revoke,
)
from weaklabel.review.store.database import Database, open_database
from weaklabel.review.store.history import (
    Act,
    Decision,
    Progress,
    read_acts,
    read_changed,
    read_decisions,
    read_last_act_id,
    read_progress,
    read_returns,
    read_undone,
)
from weaklabel.review.store.leases import Desk, LeaseRules, open_desk
from weaklabel.review.store.models import Kind, Verdict
from weaklabel.review.store.state import read_queue_state
from weaklabel.review.store.tasks import open_queue

__all__ = [
    "Act",
    "Annotator",
    "Database",
    "Decision",
    "Desk",
    "Kind",
    "LeaseRules",
    "NewAct",
    "Progress",
    "RefusedError",
    "Undone",
    "Verdict",
    "adjudicate",
    "decide",
    "enrol",
    "ensure_annotator",
    "find_annotator",
    "list_annotators",
    "log_in",
    "log_out",
    "open_database",
    "open_desk",
    "open_queue",
    "read_acts",
    "read_changed",
    "read_decisions",
    "read_last_act_id",
    "read_last_review",
    "read_progress",
    "read_queue_state",
    "read_returns",
    "read_undone",
    "record_act",
    "return_record",
    "revoke",
    "skip",
    "undo",
    "undo_review",
]
