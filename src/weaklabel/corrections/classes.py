"""Amend a record that has exactly one class."""

from __future__ import annotations

from weaklabel.corrections.amended import Held, RecordAmended
from weaklabel.corrections.given import Cells, Given, count_as_given


def amend_class(given: Given, record: int, cells: Cells, *, is_disputed: bool = False) -> RecordAmended:
    """Return what the settled cells of a record change.

    Parameters
    ----------
    given, record
        The given classes, and the record's position.
    cells
        What is settled of it, by class.
    is_disputed
        Whether some annotator chose a class that is not settled.
    """
    right = [tag for tag, cell in cells.items() if cell.verdict == "yes" and tag in given.vocabulary]
    names = given.names(record)
    if len(right) > 1:
        held = tuple(Held(cells[tag], "contradiction", right[tag == right[0]]) for tag in right)
        return RecordAmended(held=held)
    if right:
        [chosen] = right
        removed = {tag: cells.get(tag, cells[chosen]) for tag in names if tag != chosen}
        added = [] if chosen in names else [chosen]
        changes, edit = given.change(record, removed=removed, added=added, causes={chosen: cells[chosen]})
        return RecordAmended(changes, edit, frozenset(right), True, count_as_given(cells, names))
    if is_disputed or any(decision.verdict == "yes" for cell in cells.values() for decision in cell.said):
        return RecordAmended(held=tuple(Held(cell, "no class") for cell in cells.values()))
    removed = {tag: cells[tag] for tag in names if tag in cells}
    changes, edit = given.change(record, removed=removed, added=(), causes={})
    return RecordAmended(changes, edit, as_given=count_as_given(cells, names))
