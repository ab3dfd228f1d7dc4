"""Texts as Arrow string arrays, whatever they came as."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from weaklabel.errors import Problem, RecordsError

if TYPE_CHECKING:
    import pyarrow as pa


class Buffers(NamedTuple):
    """The memory of an Arrow string array, and which rows of it are meant; see `Trie.match`."""

    data: npt.NDArray[np.uint8]
    offsets: npt.NDArray[np.int32] | npt.NDArray[np.int64]
    validity: npt.NDArray[np.uint8]
    first: int
    length: int


def as_string_arrays(texts: Any) -> tuple[list[pa.Array], bool]:
    """Return texts as Arrow arrays of string or large_string, and whether they may hold lone surrogates.

    Parameters
    ----------
    texts
        A pyarrow array or chunked array of strings, a pandas Series, or any iterable of str and None.

    Raises
    ------
    RecordsError
        Where a text is neither a str nor null; it names the first.
    """
    import pyarrow as pa

    _check_listed(texts)
    if _is_pandas(texts) and texts.dtype == object:  # what Arrow makes nothing of is named below
        texts = texts.where(texts.notna(), None)
    elif hasattr(texts, "__arrow_c_stream__") and not isinstance(texts, pa.ChunkedArray):
        texts = pa.chunked_array(texts)
    elif hasattr(texts, "__arrow_array__") or _is_pandas(texts):
        texts = pa.array(texts, from_pandas=True)
    if isinstance(texts, pa.ChunkedArray):
        return [_as_strings(chunk) for chunk in texts.chunks], False
    if isinstance(texts, pa.Array):
        return [_as_strings(texts)], False
    listed = [_as_text(i, text) for i, text in enumerate(texts)]
    try:
        return [pa.array(listed, type=pa.large_string())], False
    except UnicodeEncodeError:  # a str may hold lone surrogates, which UTF-8 has no form for
        encoded = [None if text is None else text.encode("utf-8", "surrogatepass") for text in listed]
        return [pa.array(encoded, type=pa.large_binary())], True


def _check_listed(texts: object) -> None:
    if isinstance(texts, str | bytes):
        raise RecordsError(Problem(f"the texts are {texts[:40]!r}, which is a single one.", fix="Put it into a list."))
    if not isinstance(texts, Iterable):
        raise RecordsError(
            Problem(f"the texts are {texts!r:.40}, which is no list.", fix="Give a list of str and None.")
        )


def _as_text(position: int, text: object) -> str | None:
    if text is None or isinstance(text, str):
        return text
    if isinstance(text, float) and math.isnan(text):  # what pandas has for a missing text
        return None
    what = f"text {position} is {text!r}, which is no text."
    raise RecordsError(Problem(what, fix="Give str or None for each record."))


def _is_pandas(texts: Any) -> bool:
    return type(texts).__module__.partition(".")[0] == "pandas" and hasattr(texts, "dtype")


def _as_strings(array: pa.Array) -> pa.Array:
    """Return an array of string or large_string; string views and dictionaries are decoded."""
    import pyarrow as pa

    kind = array.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return array
    decoded = kind.value_type if pa.types.is_dictionary(kind) else kind
    is_text = (pa.types.is_null, pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    if any(holds(decoded) for holds in is_text):
        if pa.types.is_dictionary(kind):
            return array.dictionary.cast(pa.large_string()).take(array.indices)
        return array.cast(pa.large_string())
    what = f"the texts are an Arrow array of {kind}, which are no texts."
    raise RecordsError(Problem(what, fix="Give an array of strings, or cast it."))


def buffers_of(array: pa.Array) -> Buffers:
    """Return the memory of an array of (large) strings or binaries, without a copy."""
    import pyarrow as pa

    validity, offsets, data = array.buffers()
    is_large = pa.types.is_large_string(array.type) or pa.types.is_large_binary(array.type)
    width: type[np.generic] = np.int64 if is_large else np.int32
    return Buffers(
        _view(data, np.uint8),
        _view(offsets, width) if offsets is not None and offsets.size else np.zeros(1, dtype=width),
        _view(validity, np.uint8),
        array.offset,
        len(array),
    )


def _view(buffer: pa.Buffer | None, dtype: type[np.generic]) -> npt.NDArray[Any]:
    if buffer is None:
        return np.zeros(0, dtype=dtype)
    return np.frombuffer(buffer, dtype=dtype, count=buffer.size // np.dtype(dtype).itemsize)


def decode(array: pa.Array) -> Iterable[str | None]:
    """Yield the texts of an array as str.

    Raises
    ------
    UnicodeDecodeError
        Where the bytes are no UTF-8.
    """
    import pyarrow as pa

    if pa.types.is_large_binary(array.type):
        return (None if value is None else value.decode("utf-8", "surrogatepass") for value in array.to_pylist())
    return (scalar.as_py() for scalar in array)
