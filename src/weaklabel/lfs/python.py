"""Labeling functions written in Python: our decorator, Snorkel's unchanged, and what they may return."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from weaklabel.errors import LabelingFunctionError, Place, Problem, WeaklabelError, did_you_mean, quantity
from weaklabel.terms import ABSENT, PRESENT, Batch, Expectation, PythonLF, Record
from weaklabel.terms.data_points import as_record, seen_by_snorkel
from weaklabel.terms.frames import as_one_row, to_arrow

Result = Any
NO_EXPECTATION = Expectation()


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
    batch
        The form in which the function takes many records at once; empty where it takes one.
    group, expect
        Those of one group count once; what `weaklabel lf check` holds it to.
    """

    def __init__(
        self,
        function: Callable[..., Result],
        name: str,
        tags: tuple[str, ...],
        batch: Batch = "",
        group: str = "",
        expect: Expectation = NO_EXPECTATION,
    ) -> None:
        self.function, self.name, self.tags, self.batch = function, name, tags, batch
        self.group, self.expect = group, expect
        self.__doc__ = function.__doc__
        self.__name__ = name
        self.__module__ = function.__module__

    def __call__(self, record: Any) -> Result:
        """Return what the function returns for a :class:`~weaklabel.Record`; for any other data point, Snorkel's int.

        A function that takes tables gets one of one row. Snorkel's appliers pass data points with columns as
        attributes and want an int: with one declared tag
        1 is present, 0 absent; with several, the position of the tag in `tags`; -1 abstains.

        Raises
        ------
        LabelingFunctionError
            Where the votes do not fit into one of Snorkel's ints, or a table of one row gets another than one result.
        """
        if isinstance(record, Record):
            return self._call_with_table(record) if self.batch else self.function(record)
        return self._as_snorkel_label(read_votes(self(as_record(record))))

    def _call_with_table(self, record: Record) -> Result:
        frame = as_one_row(record)
        table = to_arrow(frame) if self.batch == "arrow" else frame
        return read_row(read_results(self.function(table), table)[0], self.tags)

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
    tags: str | Sequence[str] = (),
    *,
    name: str | None = None,
    batch: Batch = "",
    group: str = "",
    coverage: tuple[float, float] | None = None,
    precision: float | None = None,
) -> Callable[[Callable[..., Result]], PythonLabelingFunction]:
    """Make a labeling function of a Python function that reads a record.

    The function may return None (abstain), a tag's name, several names, `present(…)`, `absent(…)`, or a list of
    these. With `batch` it reads a table of one row a record, and returns a list, Series or array of one such result
    a row (a missing value and "" abstain); with exactly one declared tag also booleans: True is present, False
    abstains. What it returns for a row should depend on that row alone.

    Parameters
    ----------
    tags
        The tag or tags on which it may vote; a vote on another tag is a failure.
    name
        Its id; by default the function's name.
    batch
        `pandas`: it is called with a DataFrame, `arrow`: with a pyarrow RecordBatch. Both have every column, and
        `text`, `tags` and `record_id` as a record has them.
    group
        Labeling functions of one group are one witness: a label model counts what most of them say, once.
    coverage, precision
        What `weaklabel lf check` holds it to: the least and the greatest share of records on which it votes, and the
        least share of its votes that are right.

    Raises
    ------
    LabelingFunctionError
        Where the parentheses or the tags are missing, or `batch`, `coverage` or `precision` is something else.

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
    if batch not in get_args(Batch):
        fix = did_you_mean(str(batch), ("pandas", "arrow"), otherwise='Write batch="pandas" or batch="arrow".')
        raise LabelingFunctionError(Problem(f"@labeling_function got batch={batch!r}.", fix=fix))

    expect = _expect(coverage, precision)

    def decorate(function: Callable[..., Result]) -> PythonLabelingFunction:
        return PythonLabelingFunction(function, name or function.__name__, declared, batch, group, expect)

    return decorate


def _expect(coverage: Any, precision: Any) -> Expectation:
    if coverage is None and precision is None:
        return NO_EXPECTATION
    shares = [*coverage] if isinstance(coverage, list | tuple) else [] if coverage is None else [coverage]
    numbers = [*shares, *([] if precision is None else [precision])]
    are_shares = all(isinstance(number, int | float) and 0 <= number <= 1 for number in numbers)
    if not are_shares or (coverage is not None and (len(shares) != 2 or shares[0] > shares[1])):
        what = f"@labeling_function got coverage={coverage!r}, precision={precision!r}."
        raise LabelingFunctionError(Problem(what, fix="Write coverage=(0, 0.2), precision=0.9: shares from 0 to 1."))
    return Expectation((float(shares[0]), float(shares[1])) if shares else None, precision)


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
    if isinstance(result, Vote) and all(isinstance(tag, str) for tag in result.tags):
        return [(tag, result.vote) for tag in result.tags]
    if hasattr(result, "__index__") and not isinstance(result, bool):
        return _read_int(int(result), labels)
    if isinstance(result, Iterable) and not isinstance(result, Mapping | bytes):
        return [vote for item in result for vote in read_votes(item, labels)]
    if result is present or result is absent:
        what, fix = f"it returned {result.__name__} itself.", f'Call it with the tag: {result.__name__}("…").'
        raise LabelingFunctionError(Problem(what, fix=fix))
    fix = "Return None, a tag's name, several names, present(…) or absent(…)."
    if isinstance(result, bool):
        fix = "Return the tag's name in the place of True, and None in the place of False."
    raise LabelingFunctionError(Problem(f"it returned {result!r}, which is no vote.", fix=fix))


def read_results(results: Any, table: Any) -> list[Result]:
    """Return what a labeling function returned for a table as a list with one result a row.

    Parameters
    ----------
    results
        A list or tuple, a pandas Series, a NumPy or an Arrow array. A Series with the table's rows in another order
        is put back in order by its index.
    table
        The pandas DataFrame or pyarrow RecordBatch that it was called with.

    Raises
    ------
    LabelingFunctionError
        Where it is something else, or has another length.
    """
    results = _in_order_of(table, results)
    listed = next((getattr(results, name)() for name in ("to_pylist", "tolist") if hasattr(results, name)), results)
    if not isinstance(listed, list | tuple) or getattr(results, "ndim", 1) != 1:
        what = f"it returned a {type(results).__name__} for a table."
        raise LabelingFunctionError(Problem(what, fix="Return a list, Series or array with one result a row."))
    if len(listed) != len(table):
        what = f"it returned {quantity(len(listed), 'result')} for {quantity(len(table), 'record')}."
        raise LabelingFunctionError(Problem(what, fix="Return one result a row, None where it abstains."))
    return list(listed)


def _in_order_of(table: Any, results: Any) -> Any:
    """Return results in the order of a DataFrame's rows, if they are a Series of it that was sorted otherwise."""
    index: Any = getattr(results, "index", None)
    rows: Any = getattr(table, "index", None)
    if rows is None or not hasattr(index, "equals") or index.equals(rows) or len(index) != len(rows):
        return results
    if not index.sort_values().equals(rows):
        what = "it returned a Series whose index is not that of its table."
        raise LabelingFunctionError(Problem(what, fix="Keep the table's index, or return a list."))
    return results.loc[rows]


def read_row(result: Result, tags: tuple[str, ...]) -> Result:
    """Return the result for a row of a table as that of a labeling function that reads one record.

    Raises
    ------
    LabelingFunctionError
        Where it is a boolean and there is not exactly one declared tag.
    """
    import pandas as pd

    if pd.api.types.is_scalar(result) and (pd.isna(result) or result == ""):
        return None
    if not pd.api.types.is_bool(result):
        return result
    if len(tags) != 1:
        what = f"it returned {bool(result)}, and it declares {quantity(len(tags), 'tag')}."
        raise LabelingFunctionError(Problem(what, fix="Return the tag's name: booleans are for exactly one tag."))
    return tags[0] if result else None


def _read_row_votes(result: Result, tags: tuple[str, ...]) -> list[tuple[str, int]] | WeaklabelError:
    try:
        return read_votes(read_row(result, tags))
    except WeaklabelError as error:
        return error


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


def is_snorkel_lf(value: object) -> bool:
    """Say whether `value` is a Snorkel labeling function, without importing Snorkel."""
    return any(
        c.__module__.startswith("snorkel.labeling") and c.__name__ == "LabelingFunction" for c in type(value).__mro__
    )


def wrap_python(lf: PythonLabelingFunction, definition: str, place: Place) -> PythonLF:
    """Return our own labeling function in the form in which it is run."""

    def call_batch(table: Any) -> list[list[tuple[str, int]] | WeaklabelError]:
        return [_read_row_votes(result, lf.tags) for result in read_results(lf.function(table), table)]

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
        batch=lf.batch,
        call_batch=call_batch if lf.batch else None,
        group=lf.group,
        expect=lf.expect,
    )


def wrap_snorkel(lf: Any, labels: Mapping[int, str] | None, definition: str, place: Place) -> PythonLF:
    """Return a Snorkel labeling function in the form in which it is run.

    What it is called with is told by the name of its first parameter: `text` gets the record's text (a str), any
    other gets a data point with the record's columns as attributes, as Snorkel's PandasLFApplier passes it.
    """
    see = seen_by_snorkel(lf._f)

    def call(record: Record) -> list[tuple[str, int]]:
        return read_votes(lf(see(record)), labels)

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
