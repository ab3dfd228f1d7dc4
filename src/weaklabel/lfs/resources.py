"""The resources of a Snorkel labeling function, which its votes depend on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def describe_resources(lf: Any) -> str:
    """Return the resources of a Snorkel labeling function as text that is the same in every process."""
    return "".join(_describe(getattr(lf, "_resources", None)))


def _describe(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield "{"
        for key, item in sorted(value.items(), key=lambda pair: repr(pair[0])):
            yield from (repr(key), ":", *_describe(item), ",")
        yield "}"
    elif isinstance(value, set | frozenset):
        yield from ("{", *sorted("".join(_describe(item)) for item in value), "}")
    elif isinstance(value, list | tuple):
        yield from ("[", *(part for item in value for part in (*_describe(item), ",")), "]")
    elif value is None or isinstance(value, str | bytes | int | float):
        yield repr(value)
    else:
        yield type(value).__qualname__  # a model or a connection: its file or its package tells it apart
