"""Amend a record that may have any number of tags."""

from __future__ import annotations

from collections.abc import Collection

from weaklabel.corrections.amended import Held, Orphan, RecordAmended
from weaklabel.corrections.given import Cells, Given, count_as_given


def amend_tags(
    given: Given, record: int, cells: Cells, shown: Collection[str] | None, *, mends_spellings: bool = False
) -> RecordAmended:
    """Return what the settled cells of a record change.

    Parameters
    ----------
    given, record
        The given tags, and the record's position.
    cells
        What is settled of it, by tag.
    shown
        Which tags a run suggests for it; None where no run is known.
    mends_spellings
        Whether a right tag that is written otherwise is written by its name.
    """
    contradicted = _find_contradicted(given, cells)
    held = tuple(Held(cells[tag], "contradiction", other) for tag, other in contradicted.items())
    sure = {tag: cell for tag, cell in cells.items() if tag not in contradicted}
    yes = {tag: cell for tag, cell in sure.items() if cell.verdict == "yes"}
    no = {tag: cell for tag, cell in sure.items() if cell.verdict == "no"}
    causes = {**_imply(given, yes), **yes}
    right = frozenset(tag for tag in causes if tag in given.vocabulary)
    names = given.names(record)
    decided = causes.keys() | no.keys()
    is_open = shown is None or any(tag not in decided and not given.above(tag) & no.keys() for tag in shown)
    is_reviewed = not (contradicted or is_open) and names.keys() <= decided
    gold = right if is_reviewed and right else None
    if given.tags[record] is None and gold is None:
        held += tuple(Held(cell, "unlabelled") for cell in sure.values())
        return RecordAmended(is_reviewed=is_reviewed, held=held)
    removed = {tag: cell for tag, cell in no.items() if tag in names}
    added = sorted(right - names.keys())
    changes, edit = given.change(record, removed=removed, added=added, causes=causes, mends_spellings=mends_spellings)
    left = sorted(names.keys() - removed.keys())
    orphans = tuple(
        Orphan(given.ids[record], above, tag) for tag in left for above in sorted(given.above(tag) & removed.keys())
    )
    return RecordAmended(changes, edit, gold, is_reviewed, count_as_given(sure, names), held, orphans)


def _find_contradicted(given: Given, cells: Cells) -> dict[str, str]:
    """Return the tags that are settled as yes below one that is settled as no, and those, each with the other."""
    found: dict[str, str] = {}
    for tag, cell in cells.items():
        for above in sorted(given.above(tag)) if cell.verdict == "yes" else ():
            if above in cells and cells[above].verdict == "no":
                found.setdefault(tag, above)
                found.setdefault(above, tag)
    return found


def _imply(given: Given, yes: Cells) -> Cells:
    """Return the tags above those that are settled as yes, each with the first cell that it follows from."""
    return {above: yes[tag] for tag in sorted(yes, reverse=True) for above in given.above(tag)}
