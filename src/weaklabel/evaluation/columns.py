"""The columns of a file that lists tags, as Arrow arrays: whose rows they are, tags by row, probabilities."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weaklabel.errors import Place, Problem, quantity

PROBABILITY = "probability"
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def whole(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array, its dictionary (if it has one) resolved."""
    chunks = column.combine_chunks()
    array = chunks if isinstance(chunks, pa.Array) else pa.concat_arrays(chunks.chunks)
    return array.cast(array.type.value_type) if pa.types.is_dictionary(array.type) else array


def is_list(array: pa.Array) -> bool:
    """Say whether a column holds lists."""
    return bool(pa.types.is_list(array.type) or pa.types.is_large_list(array.type))


def as_ids(location: str, name: str, column: pa.Array, problems: list[Problem]) -> pa.Array:
    """Return ids as Arrow strings; what is wrong with them is added to `problems`."""
    kind = column.type
    try:
        if pa.types.is_floating(kind):
            column = column.cast(pa.int64())
        if pa.types.is_boolean(kind):
            raise pa.ArrowInvalid
        ids = column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        what = f"the column {name!r} holds {kind}, which are no ids."
        problems.append(Problem(what, Place(location), "Write ids as whole numbers or text."))
        return pa.nulls(len(column), pa.string())
    missing = rows_without(ids)
    if len(missing):
        what = f"{quantity(len(missing), 'row')} without an id, the first is row {missing[0] + 1:,}."
        problems.append(Problem(what, Place(location), f"Give {name!r} the id of a record."))
    return ids


def rows_without(texts: pa.Array) -> npt.NDArray[np.intp]:
    """Return the rows whose text is null or empty."""
    return np.flatnonzero(pc.fill_null(pc.equal(texts, ""), True).to_numpy(zero_copy_only=False))


def as_tags(location: str, name: str, column: pa.Array, problems: list[Problem], warnings: list[Problem]) -> pa.Array:
    """Return tags as Arrow strings or lists of them; what is wrong with them is added to `problems`."""
    values = column.flatten() if is_list(column) else column
    kind = values.type
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)
    if not is_text and not pa.types.is_integer(kind):
        what = f"the column {name!r} holds {kind}, which are no names."
        problems.append(Problem(what, Place(location), "Write tags as text, or as lists of text."))
        return pa.nulls(len(column), pa.string())
    if not is_list(column):
        return column.cast(pa.string())
    if values.null_count:
        what = f"the tags hold {quantity(values.null_count, 'null')}, which were left out."
        warnings.append(Problem(what, Place(location), "Remove them.", "warning"))
    return column.cast(pa.list_(pa.string()))


def as_entries(tags: pa.Array) -> tuple[Ints, pa.Array]:
    """Return the row and the name of each tag: trimmed, without empty ones and nulls, each once a row.

    Parameters
    ----------
    tags
        Strings or lists of strings, of shape (rows,).
    """
    if is_list(tags):
        row, names = pc.list_parent_indices(tags).to_numpy().astype(np.int64), tags.flatten()
    else:
        row, names = np.arange(len(tags)), tags
    names = pc.utf8_trim_whitespace(names)
    kept = pc.fill_null(pc.not_equal(names, ""), False)
    row, names = row[kept.to_numpy(zero_copy_only=False)], names.filter(kept)
    if not is_list(tags) or not len(names):
        return row, names
    encoded = names.dictionary_encode()
    keys = row * len(encoded.dictionary) + encoded.indices.to_numpy()
    first = np.sort(np.unique(keys, return_index=True)[1])
    return row[first], names.take(pa.array(first))


def as_probabilities(location: str, column: pa.Array, problems: list[Problem]) -> Floats:
    """Return probabilities, nan where there is none; what is wrong with them is added to `problems`."""
    kind = column.type
    if not (pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_null(kind)):
        problems.append(
            Problem(f"the column {PROBABILITY!r} holds {kind}.", Place(location), "Write numbers from 0 to 1.")
        )
        return np.full(len(column), np.nan)
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def parse_probabilities(column: pa.Array) -> tuple[Floats, Sequence[int]]:
    """Return the numbers that texts are, nan where one is empty, and the rows that hold no number."""
    texts = pc.utf8_trim_whitespace(column)
    texts = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
    try:
        return np.asarray(texts.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64), []
    except pa.ArrowInvalid:
        numbers = [parse_number(text) for text in texts.to_pylist()]
        wrong = [row for row, number in enumerate(numbers) if number is None]
        return np.array([math.nan if number is None else number for number in numbers]), wrong


def parse_number(value: object) -> float | None:
    """Return a value as a number, nan where there is none; None where it is something else."""
    if value is None or value == "":
        return math.nan
    try:
        return None if isinstance(value, bool) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
