"""What is known of records, as literals."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array

from weaklabel.discovery.literals import Column, Flags, Literal
from weaklabel.discovery.ranges import Range, date_ranges, number_ranges, say_range

MOST_VALUES = 200  # of a column that is a choice
MOSTLY = 0.5  # what holds on more records than that is named by where it does not


def tag_literals(kind: str, tags: csc_array, names: Sequence[str], known: Flags) -> Iterator[Column]:
    """Yield a literal for each tag, and for one that most records have, for its absence.

    Parameters
    ----------
    kind
        given, resolved or inferred.
    tags
        Sparse, of shape (records, tags); explicit zeros do not count.
    known
        bool of shape (records,): where it is known which tags there are.
    """
    for tag, name in enumerate(names):
        rows = _rows_of(tags, tag)
        where, text = {kind: name}, f"{kind} {name}"
        yield Column(Literal(kind, where, text, f"{kind} {name}"), rows)
        if len(rows) > MOSTLY * len(known):
            absent = {**({"labelled": True} if kind == "given" else {}), "none_of": [where]}
            yield Column(Literal(kind, absent, f"not {text}", f"{kind} {name}"), _others(rows, known))


def vote_literals(fires: csc_array, lf_ids: Sequence[str], conflicts: Flags) -> Iterator[Column]:
    """Yield literals for records on which a labeling function votes, on which none does, and on which two disagree.

    Parameters
    ----------
    fires
        Sparse, of shape (records, labeling functions).
    conflicts
        bool of shape (records,).
    """
    everywhere = np.ones(fires.shape[0], dtype=np.bool_)
    voted = np.zeros(fires.shape[0], dtype=np.bool_)
    voted[fires.indices] = True
    yield Column(Literal("votes", {"abstains": "*"}, "no LF votes", "abstains *"), np.flatnonzero(~voted))
    yield Column(Literal("votes", {"conflicts": "*"}, "LFs in conflict", "conflicts *"), np.flatnonzero(conflicts))
    for lf, lf_id in enumerate(lf_ids):
        rows = _rows_of(fires, lf)
        yield Column(Literal("votes", {"fires": lf_id}, f"{lf_id} fires", f"lf {lf_id}"), rows)
        if len(rows) > MOSTLY * len(everywhere):
            literal = Literal("votes", {"abstains": lf_id}, f"{lf_id} abstains", f"lf {lf_id}")
            yield Column(literal, _others(rows, everywhere))


def word_literals(n_words: npt.NDArray[np.float64]) -> Iterator[Column]:
    """Yield literals for ranges of the number of words, float64 of shape (records,)."""
    for found in number_ranges(n_words):
        tests = found.tests()
        yield Column(Literal("words", {"words": tests}, say_range(tests, "words"), "words"), found.rows)


def uncertainty_literals(uncertainty: npt.NDArray[np.float64]) -> Iterator[Column]:
    """Yield literals for ranges of the entropy, in bits, of the most uncertain cell; float64 of shape (records,)."""
    for found in number_ranges(uncertainty):
        tests = found.tests()
        text = f"uncertainty {say_range(tests)}"
        yield Column(Literal("uncertainty", {"uncertainty": tests}, text, "uncertainty"), found.rows)


def cluster_literals(labels: npt.NDArray[np.intp], names: Sequence[str], n_clusters: int) -> Iterator[Column]:
    """Yield a literal for each cluster of texts.

    Parameters
    ----------
    labels
        Of shape (records,): positions in `names`.
    n_clusters
        How many clusters were asked for, with which the condition means the same in any file of slices.
    """
    for number, name in enumerate(names):
        where = {"cluster": {"number": number, "of": n_clusters}}
        literal = Literal("cluster", where, f"cluster {number} ({name})", "cluster")
        yield Column(literal, np.flatnonzero(labels == number))


def metadata_literals(column: str, values: Sequence[Any]) -> Iterator[Column]:
    """Yield literals for a column's values: ranges of numbers or of dates, else each value that is shared.

    `values` are plain Python values, one a record; None, NaN and the like are missing, which is a literal of its own,
    and so is an empty text, which CSV has in their place.
    """
    entries = [_entries(value) for value in values]
    missing = np.array([not entry for entry in entries], dtype=np.bool_)
    empty = np.array([isinstance(value, str) and not value for value in values], dtype=np.bool_)
    for text, test, rows in ((f"no {column}", {"exists": False}, missing), (f"empty {column}", "", empty)):
        if rows.any() and not rows.all():
            yield Column(
                Literal("metadata", {"metadata": {column: test}}, text, f"column {column}"), np.flatnonzero(rows)
            )
    missing |= empty
    ranges = _ranges_of(values, missing)
    if ranges is None:
        yield from _choices(column, entries)
        return
    for found in ranges:
        tests = found.tests()
        text = f"{column} {say_range(tests)}"
        yield Column(Literal("metadata", {"metadata": {column: tests}}, text, f"column {column}"), found.rows)


def _ranges_of(values: Sequence[Any], missing: Flags) -> list[Range] | None:
    """Return the ranges of a column of dates or numbers, which may be written as texts; None of another."""
    known = [value for value, is_missing in zip(values, missing.tolist(), strict=True) if not is_missing]
    moments = [_as_moment(value) for value in known]
    if None not in moments:
        dates = np.full(len(values), np.datetime64("NaT"), dtype="datetime64[s]")
        dates[~missing] = np.array(moments, dtype="datetime64[s]")
        return date_ranges(dates)
    found = [_as_number(value) for value in known]
    if None in found:
        return None
    numbers = np.full(len(values), np.nan)
    numbers[~missing] = found
    return number_ranges(numbers)


def _as_number(value: Any) -> float | None:
    """Return a number, or a finite one that is written as text, as comparisons read it; None of others."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    except OverflowError:  # a whole number beyond what is finite as float64
        return math.inf if value > 0 else -math.inf  # type: ignore[operator]
    return number if math.isfinite(number) or not isinstance(value, str) else None


def _as_moment(value: Any) -> datetime | None:
    """Return a date, or a text in ISO 8601, as a moment without a zone, as comparisons read it; None of others."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return None
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=None)
    return datetime(moment.year, moment.month, moment.day) if isinstance(moment, date) else None


def _choices(column: str, entries: Sequence[Sequence[Any]]) -> Iterator[Column]:
    """Yield a literal for each value; texts that differ in case alone are one, as comparisons hold them equal."""
    rows_of: dict[Any, list[int]] = defaultdict(list)
    spelt: dict[Any, Any] = {}
    for row, values in enumerate(entries):
        for value in {_folded(value): value for value in values if _is_plain(value)}.values():
            rows_of[_folded(value)].append(row)
            spelt.setdefault(_folded(value), value)
    shared = {key: rows for key, rows in rows_of.items() if len(rows) > 1}
    is_list = any(len(values) > 1 for values in entries)
    for key, rows in _most_frequent(shared):
        value = spelt[key]
        feature = f"column {column} {key}" if is_list else f"column {column}"
        literal = Literal("metadata", {"metadata": {column: value}}, f"{column} {value}", feature)
        yield Column(literal, np.array(rows, dtype=np.intp))


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and value != ""


def _most_frequent(rows_of: Mapping[Any, list[int]]) -> list[tuple[Any, list[int]]]:
    return sorted(rows_of.items(), key=lambda item: (-len(item[1]), str(item[0])))[:MOST_VALUES]


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else (type(value).__name__, value)


def _entries(value: Any) -> list[Any]:
    plain = value.tolist() if hasattr(value, "tolist") else value  # of NumPy
    listed = plain if isinstance(plain, list | tuple | set | frozenset) else [plain]
    return [entry for entry in listed if not _is_missing(entry)]


def _is_missing(value: Any) -> bool:
    try:
        return value is None or bool(value != value)  # NaN and NaT are unequal to themselves
    except (TypeError, ValueError):
        return True  # pandas.NA has no truth value


def _rows_of(matrix: csc_array, column: int) -> npt.NDArray[np.intp]:
    part = slice(*matrix.indptr[column : column + 2])
    rows: npt.NDArray[np.intp] = np.sort(matrix.indices[part][matrix.data[part] != 0]).astype(np.intp)
    return rows


def _others(rows: npt.NDArray[np.intp], among: Flags) -> npt.NDArray[np.intp]:
    others = among.copy()
    others[rows] = False
    return np.flatnonzero(others)
