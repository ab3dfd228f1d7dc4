"""Comparisons of a column's value, as metadata predicates make them.

Numbers compare with numbers, dates with dates (a text in ISO 8601 is a date where it is compared with one), texts with
texts, whatever their case. Values of unlike kinds are unequal, and neither is less. A value that is missing passes no
test but `exists: false`. A list passes where one of its entries does, and `!=`, `not_in` where none is equal.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from weaklabel.terms.conditions import Test, Value

Pair = tuple[Any, Any]


def passes(test: Test, value: Any) -> bool:
    """Say whether a column's value passes a test."""
    if is_missing(value):
        return test.operator == "exists" and test.values == (False,)
    if test.operator == "exists":
        return test.values == (True,)
    entries = _entries(value)
    if test.operator in {"!=", "not_in"}:
        return not any(_equal(entry, other) for entry in entries for other in test.values)
    compare = _COMPARE[test.operator]
    return any(compare(entry, other) for entry in entries for other in test.values if not is_missing(entry))


def _entries(value: Any) -> list[Any]:
    plain = value.tolist() if hasattr(value, "tolist") else value  # of NumPy
    return list(plain) if isinstance(plain, list | tuple | set | frozenset) else [plain]


def is_missing(value: Any) -> bool:
    """Say whether a value stands for none: None, NaN, pandas' NaT and NA."""
    if value is None:
        return True
    try:
        return bool(value != value)  # NaN and NaT are unequal to themselves
    except (TypeError, ValueError):  # pandas.NA has no truth value; an array has many
        return type(value).__name__ == "NAType"


def _equal(value: Any, other: Value) -> bool:
    pair = _alike(value, other)
    return pair is not None and bool(pair[0] == pair[1])


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Value], bool]:
    def holds(value: Any, other: Value) -> bool:
        pair = _alike(value, other)
        return pair is not None and bool(compare(*pair))

    return holds


def _contains(value: Any, other: Value) -> bool:
    """Say whether a text holds another, or an entry is equal."""
    if isinstance(value, str) and isinstance(other, str):
        return other.casefold() in value.casefold()
    return _equal(value, other)


def _matches(value: Any, pattern: Value) -> bool:
    return isinstance(value, str) and re.search(str(pattern), value, re.IGNORECASE) is not None


_COMPARE: dict[str, Callable[[Any, Value], bool]] = {
    "==": _equal,
    "in": _equal,
    "<": _ordered(lambda a, b: a < b),
    "<=": _ordered(lambda a, b: a <= b),
    ">": _ordered(lambda a, b: a > b),
    ">=": _ordered(lambda a, b: a >= b),
    "contains": _contains,
    "matches": _matches,
}


def _alike(value: Any, other: Value) -> Pair | None:
    """Return two values in forms that can be compared; None where they are of unlike kinds."""
    if isinstance(other, date):
        return _as_dates(value, other)
    if isinstance(value, bool) or isinstance(other, bool):
        return (value, other) if isinstance(value, bool) and isinstance(other, bool) else None
    if isinstance(other, int | float):
        number = _as_number(value)
        return None if number is None else (number, other)
    return (value.casefold(), other.casefold()) if isinstance(value, str) else None


def _as_number(value: Any) -> float | int | None:
    """Return a number, also one that is written as text, as in a CSV file."""
    if isinstance(value, int | float):
        return value
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _as_dates(value: Any, other: date) -> Pair | None:
    """Return two dates, or two moments where both have a time; without a zone, as they are written."""
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(moment, datetime) and isinstance(other, datetime):
        return moment.replace(tzinfo=None), other.replace(tzinfo=None)
    if not isinstance(moment, date):
        return None
    day = moment.date() if isinstance(moment, datetime) else moment
    return day, other.date() if isinstance(other, datetime) else other
