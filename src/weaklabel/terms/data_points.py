"""Records as Snorkel's data points, and data points as records."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from weaklabel.terms.records import Record


def as_record(x: Any) -> Record:
    """Read any data point with columns (a pandas row, a named tuple, a namespace, a mapping) as a record."""
    if isinstance(x, Mapping):
        values = dict(x)
    elif hasattr(x, "to_dict"):
        values = x.to_dict()
    elif hasattr(x, "_asdict"):
        values = x._asdict()
    else:
        values = dict(vars(x))
    named = {str(key): value for key, value in values.items()}
    tags = named.get("tags")
    # pandas may hold lists as arrays
    given = tuple(tags) if isinstance(tags, Iterable) and not isinstance(tags, str) else None
    return Record(named.get("id", named.get("record_id", "")), named, tags=given)


def as_data_point(record: Record) -> Any:
    """Return the pandas row that Snorkel's functions get: a copy, so that none sees what another did."""
    return _make_data_point(record).copy()


@lru_cache(maxsize=1)
def _make_data_point(record: Record) -> Any:
    import pandas as pd

    return pd.Series(record.as_dict(), name=record.record_id, dtype=object)


def seen_by_snorkel(function: Callable[..., Any]) -> Callable[[Record], Any]:
    """Return what makes of a record the thing that one of Snorkel's functions is called with.

    The name of its first parameter tells: `text` gets the record's text (a str), any other gets a data point with the
    record's columns as attributes, as Snorkel's PandasLFApplier passes it.
    """
    return (lambda record: record.text) if _first_parameter(function) == "text" else as_data_point


def _first_parameter(function: Callable[..., Any]) -> str | None:
    try:
        return next(iter(inspect.signature(function).parameters), None)
    except ValueError:  # a builtin that does not tell
        return None
