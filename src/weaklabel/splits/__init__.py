"""Train, dev and test splits that keep as data grows, and what leaks between them."""

from weaklabel.splits.assignment import Assignment, read_assignment, write_assignment
from weaklabel.splits.balance import SplitBalance, TagBalance, measure_balance
from weaklabel.splits.duplicates import SIMILARITY, Duplicates, find_duplicates
from weaklabel.splits.leaks import Leak, find_leaks
from weaklabel.splits.shares import DEFAULT_SHARES, Shares, read_shares
from weaklabel.splits.stratify import NEW, stratify

__all__ = [
    "DEFAULT_SHARES",
    "NEW",
    "SIMILARITY",
    "Assignment",
    "Duplicates",
    "Leak",
    "Shares",
    "SplitBalance",
    "TagBalance",
    "find_duplicates",
    "find_leaks",
    "measure_balance",
    "read_assignment",
    "read_shares",
    "stratify",
    "write_assignment",
]
