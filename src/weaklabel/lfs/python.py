"""Labeling functions written in Python: our decorator, Snorkel's unchanged, and what they may return."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from weaklabel.errors import LabelingFunctionError, Place, Problem
from weaklabel.terms import ABSENT, PRESENT, PythonLF, Record

Result = Any


@dataclass(frozen=True, slots=True)
class Vote:
    """An explicit vote; made by :func:`present` and :func:`absent`."""

    tags: tuple[str, ...]
    vote: int


def present(*tags: str) -> Vote:
    """Return the vote that `tags` are right for the record."""
    return Vote(tags, PRESENT)


def absent(*tags: str) -> Vote:
    """Return the vote that `tags` are wrong for the record."""
    return Vote(tags, ABSENT)


class PythonLabelingFunction:
    """A labeling function of ours: call it with a record, or hand it to Snorkel's appliers.

    Attributes
    ----------
    name
        Its id.
    tags
        The tags it may vote on.
    function
        The function it was made from.
    """

    def __init__(self, function: Callable[..., Result], name: str, tags: tuple[str, ...]) -> None:
        self.function, self.name, self.tags = function, name, tags
        self.__doc__ = function.__doc__
        self.__name__ = name
        self.__module__ = function.__module__

    def __call__(self, record: Any) -> Result:
        """Return what the function returns for a :class:`~weaklabel.Record`; for any other data point, Snorkel's int.

        Snorkel's appliers pass data points with columns as attributes and want an int: with one declared tag
        1 is present, 0 absent; with several, the position of the tag in `tags`; -1 abstains.

        Raises
        ------
        LabelingFunctionError
            Where the votes do not fit into one of Snorkel's ints.
        """
        if isinstance(record, Record):
            return self.function(record)
        return self._as_snorkel_label(read_votes(self.function(_as_record(record))))

    def _as_snorkel_label(self, votes: list[tuple[str, int]]) -> int:
        distinct = set(votes)
        if not distinct:
            return -1
        tag, vote = min(distinct)
        if len(distinct) == 1 and tag in self.tags:
            if len(self.tags) == 1:
                return 1 if vote == PRESENT else 0
            if vote == PRESENT:
                return self.tags.index(tag)
        what = f"{self.name} voted {votes}, which is no single class of {', '.join(self.tags)}."
        raise LabelingFunctionError(Problem(what, fix="Snorkel's appliers take one class a labeling function."))

    def __repr__(self) -> str:
        return f"PythonLabelingFunction({self.name!r}, tags={list(self.tags)!r})"


def labeling_function(
    tags: str | Sequence[str] = (), *, name: str | None = None
) -> Callable[[Callable[..., Result]], PythonLabelingFunction]:
    """Make a labeling function of a Python function that reads a record.

    The function may return None (abstain), a tag's name, several names, `present(…)`, `absent(…)`, or a list of
    these.

    Parameters
    ----------
    tags
        The tag or tags on which it may vote; a vote on another tag is a failure.
    name
        Its id; by default the function's name.

    Raises
    ------
    LabelingFunctionError
        Where the parentheses or the tags are missing.

    Examples
    --------
    >>> @labeling_function(tags="tensorflow")
    ... def imports_tensorflow(record):
    ...     return "tensorflow" if "import tensorflow" in record.text else None
    """
    if callable(tags) or not tags:
        what = "@labeling_function needs the tags it votes on."
        raise LabelingFunctionError(Problem(what, fix='Write @labeling_function(tags="…") or tags=["…", "…"].'))
    declared = (tags,) if isinstance(tags, str) else tuple(tags)
    if not all(isinstance(tag, str) for tag in declared):
        raise LabelingFunctionError(Problem(f"@labeling_function got the tags {tags!r}.", fix="Tags are names."))

    def decorate(function: Callable[..., Result]) -> PythonLabelingFunction:
        return PythonLabelingFunction(function, name or function.__name__, declared)

    return decorate


def read_votes(result: Result, labels: Mapping[int, str] | None = None) -> list[tuple[str, int]]:
    """Return what a labeling function returned as pairs of a tag and +1 or -1; an abstain is empty.

    Parameters
    ----------
    result
        None, a tag's name, a vote, or an iterable of names and votes; an int only where `labels` gives names to
        ints (-1 abstains).
    labels
        The tag that each int of a Snorkel labeling function stands for.

    Raises
    ------
    LabelingFunctionError
        Where the result is none of these.
    """
    if result is None:
        return []
    if isinstance(result, str):
        return [(result, PRESENT)]
    if isinstance(result, Vote):
        return [(tag, result.vote) for tag in result.tags]
    if hasattr(result, "__index__") and not isinstance(result, bool):
        return _read_int(int(result), labels)
    if isinstance(result, Iterable) and not isinstance(result, Mapping | bytes):
        return [vote for item in result for vote in read_votes(item, labels)]
    fix = "Return None, a tag's name, several names, present(…) or absent(…)."
    raise LabelingFunctionError(Problem(f"it returned {result!r}, which is no vote.", fix=fix))


def _read_int(label: int, labels: Mapping[int, str] | None) -> list[tuple[str, int]]:
    if label == -1:
        return []
    if labels is None:
        fix = "Return the tag's name, or say in the file what the ints stand for: LABELS = {0: …, 1: …}."
        raise LabelingFunctionError(Problem(f"it returned {label}, and nothing says which tag that is.", fix=fix))
    if label not in labels:
        known = ", ".join(str(key) for key in labels)
        raise LabelingFunctionError(Problem(f"it returned {label}, which LABELS lacks.", fix=f"It has {known}."))
    return [(labels[label], PRESENT)]


def _as_record(x: Any) -> Record:
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


def is_snorkel_lf(value: object) -> bool:
    """Say whether `value` is a Snorkel labeling function, without importing Snorkel."""
    return any(
        c.__module__.startswith("snorkel.labeling") and c.__name__ == "LabelingFunction" for c in type(value).__mro__
    )


def wrap_python(lf: PythonLabelingFunction, definition: str, place: Place) -> PythonLF:
    """Return our own labeling function in the form in which it is run."""
    return PythonLF(
        id=lf.name,
        tags=lf.tags,
        polarity=0,
        origin="python",
        family="python",
        description=inspect.cleandoc(lf.__doc__ or ""),
        definition=definition,
        place=place,
        call=lambda record: read_votes(lf(record)),
    )


def wrap_snorkel(lf: Any, labels: Mapping[int, str] | None, definition: str, place: Place) -> PythonLF:
    """Return a Snorkel labeling function in the form in which it is run.

    What it is called with is told by the name of its first parameter: `text` gets the record's text (a str), any
    other gets a data point with the record's columns as attributes, as Snorkel's PandasLFApplier passes it.
    """
    takes_text = _first_parameter(lf._f) == "text"

    def call(record: Record) -> list[tuple[str, int]]:
        return read_votes(lf(record.text if takes_text else as_data_point(record)), labels)

    return PythonLF(
        id=lf.name,
        tags=tuple(dict.fromkeys(labels.values())) if labels else (),
        polarity=0,
        origin="snorkel",
        family="python",
        description=inspect.cleandoc(lf._f.__doc__ or ""),
        definition=definition,
        place=place,
        call=call,
    )


def _first_parameter(function: Callable[..., Any]) -> str | None:
    try:
        return next(iter(inspect.signature(function).parameters), None)
    except ValueError:  # a builtin that does not tell
        return None


@lru_cache(maxsize=1)
def as_data_point(record: Record) -> Any:
    """Return the pandas row that Snorkel's labeling functions get; all of them get the same one, as in Snorkel."""
    import pandas as pd

    return pd.Series(record.as_dict(), name=record.record_id, dtype=object)
