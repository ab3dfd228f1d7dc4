"""Which acts stand.

An act is undone by a later `undo`. A record that is sent back begins anew: no earlier act on it stands, be it a
decision, a skip or an adjudication. Of several adjudications of a record the last one stands.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from weaklabel.review.store.models import ActRow

_Undo = aliased(ActRow)
_Later = aliased(ActRow)
_UndoOfLater = aliased(ActRow)


def stands() -> ColumnElement[bool]:
    """Return the condition that a row of acts stands."""
    return (ActRow.kind != "undo") & ~is_undone() & ~is_replaced()


def is_undone() -> ColumnElement[bool]:
    """Return the condition that a later act undoes a row of acts."""
    return exists().where(_Undo.undoes == ActRow.id).correlate(ActRow)


def is_replaced() -> ColumnElement[bool]:
    """Return the condition that the record of a row of acts was sent back later, or adjudicated again."""
    replaces = (_Later.kind == "return") | ((_Later.kind == "adjudicate") & (ActRow.kind == "adjudicate"))
    is_in_force = ~exists().where(_UndoOfLater.undoes == _Later.id).correlate(_Later)
    return (
        exists()
        .where(_Later.record_id == ActRow.record_id, _Later.id > ActRow.id, replaces, is_in_force)
        .correlate(ActRow)
    )
