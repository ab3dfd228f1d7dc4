"""Text out of whatever a file holds."""

from __future__ import annotations

from typing import Any


def as_text(value: Any) -> str:
    r"""Return a value as text that can be written to any file.

    A lone surrogate (from a broken \u escape) becomes a question mark; bytes are read as UTF-8, with each byte that
    is none replaced.

    Raises
    ------
    ValueError
        For an int of more digits than Python writes.
    """
    if type(value) is str and value.isascii():
        return value
    text = value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)
    return text.encode("utf-8", errors="replace").decode("utf-8")
