"""What people decided, settled to one verdict a cell, and what it means for given and gold tags."""

from weaklabel.corrections.amend import Shown, amend
from weaklabel.corrections.amended import Amended, Change, Held, Orphan
from weaklabel.corrections.blame import BlamedVotes, DecidedCells, blame_votes, probability_by_votes
from weaklabel.corrections.given import Given
from weaklabel.corrections.gold import merge_gold
from weaklabel.corrections.rows import NEEDED, as_row, decisions_file, parse_decisions
from weaklabel.corrections.settle import read_time, settle

__all__ = [
    "NEEDED",
    "Amended",
    "BlamedVotes",
    "Change",
    "DecidedCells",
    "Given",
    "Held",
    "Orphan",
    "Shown",
    "amend",
    "as_row",
    "blame_votes",
    "decisions_file",
    "merge_gold",
    "parse_decisions",
    "probability_by_votes",
    "read_time",
    "settle",
]
