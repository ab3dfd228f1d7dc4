"""What settled cells mean for given tags, and which records' tags they make gold.

- Yes adds the tag, and with it every tag above; no removes each spelling that stands for it.
- Yes to a tag and no to one above it contradict each other: neither counts.
- A record is *reviewed* when each of its given tags, and each that a run suggests, is decided and none contradicted.
  What follows from other verdicts is decided too: the tags above a yes are yes, a suggested one below a no is no.
- A record that nobody had tagged gets its tags when it is reviewed and one of them is yes: a list of given tags says no
  to all others. So do gold tags, and they have the same rule.
- Of classes, exactly one is right: one that is settled as yes replaces the given one. One that is only said to be wrong
  leaves the record unlabelled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from weaklabel.corrections.amended import Amended, RecordAmended
from weaklabel.corrections.classes import amend_class
from weaklabel.corrections.given import Given
from weaklabel.corrections.tags import amend_tags
from weaklabel.terms.decisions import SettledCell

Shown = Mapping[int, Collection[str]]
"""The tags that a run suggests for each record, by its position."""


def amend(given: Given, cells: Iterable[SettledCell], shown: Shown | None, *, mends_spellings: bool = False) -> Amended:
    """Return what settled cells change in given tags, and which records they make gold.

    Parameters
    ----------
    given
        What was given.
    cells
        What is settled, and what is not.
    shown
        Which tags a run suggests; None where no run is known, so that no record counts as reviewed (of classes, one
        that is settled as yes is all there is to know).
    mends_spellings
        Whether a tag that is settled as yes, and written otherwise, is written by its name; of any number of tags.
    """
    position = {str(record_id): i for i, record_id in enumerate(given.ids)}
    settled: dict[int, dict[str, SettledCell]] = defaultdict(dict)
    disputed: set[int] = set()
    undecided: list[SettledCell] = []
    strangers: list[SettledCell] = []
    unknown: list[SettledCell] = []
    for cell in cells:
        record = position.get(str(cell.record_id))
        if record is None:
            strangers.append(cell)
        elif cell.tag not in given.vocabulary and cell.tag not in given.names(record) and cell.verdict != "no":
            unknown.append(cell)
        elif cell.is_settled:
            settled[record][cell.tag] = cell
        else:
            undecided.append(cell)
            if cell.count("yes"):
                disputed.add(record)

    def amend_record(record: int) -> RecordAmended:
        if given.task == "multiclass":
            return amend_class(given, record, settled[record], is_disputed=record in disputed)
        suggested = None if shown is None else shown.get(record, ())
        return amend_tags(given, record, settled[record], suggested, mends_spellings=mends_spellings)

    records = {record: amend_record(record) for record in sorted(settled)}
    return Amended(records, tuple(undecided), tuple(strangers), tuple(unknown))
