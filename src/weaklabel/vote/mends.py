"""How to mend what Python labeling functions usually get wrong."""

from __future__ import annotations

import re

from weaklabel.errors import WeaklabelError

MENDS = (
    (r"\(\) takes 0 positional arguments", "It is called with the record: give it a parameter, def f(record)."),
    (r"\(\) missing \d+ required positional", "It is called with the record alone: give it one parameter."),
    (r"^a record is read-only", "Keep it in a variable of its own."),
    (r"^a record is no text", "Look in record.text, or in one of its fields."),
)
"""Patterns of what Python or a record says, each with how to mend it."""


def mend(error: BaseException, said: str) -> str:
    """Return how to mend an error that says this; empty where it is none of the usual ones, or says so itself."""
    if isinstance(error, WeaklabelError):
        return ""
    return next((fix for pattern, fix in MENDS if re.search(pattern, said)), "")
