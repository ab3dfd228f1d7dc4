"""Which columns hold the addresses of images and sounds."""

from __future__ import annotations

import re
from collections.abc import Iterable

from weaklabel.exchange.interface import FieldKind

_SUFFIXES: dict[FieldKind, str] = {
    "image": "avif|bmp|gif|jpe?g|png|svg|tiff?|webp",
    "audio": "aac|aiff?|flac|m4a|mp3|oga|ogg|opus|wav|weba",
}
# One address without spaces, and a file's ending where its path ends, before a query or fragment.
_PATTERNS = {kind: re.compile(rf"\S+\.({ends})([?#]\S*)?", re.IGNORECASE) for kind, ends in _SUFFIXES.items()}


def kind_of_values(values: Iterable[object]) -> FieldKind:
    """Return `image` or `audio` where every value that is not empty is the address of one, else `text`."""
    given = [value for value in values if isinstance(value, str) and value.strip()]
    for kind, pattern in _PATTERNS.items():
        if given and all(pattern.fullmatch(value.strip()) for value in given):
            return kind
    return "text"
