"""Which acts stand: decisions and skips that no later act undoes."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from weaklabel.review.store.models import ActRow

_Undo = aliased(ActRow)


def stands() -> ColumnElement[bool]:
    """Return the condition that a row of acts stands."""
    return (ActRow.kind != "undo") & ~exists().where(_Undo.undoes == ActRow.id).correlate(ActRow)
