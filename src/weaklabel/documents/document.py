"""Fetch a file from a path or an http(s) URL, decode it, and say where in it an offset stands."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path

from weaklabel.errors import Place, Problem, WeaklabelError, did_you_mean

TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Document:
    """A file's text and the name under which problems in it are reported."""

    name: str
    text: str
    _line_starts: list[int] = field(default_factory=list, repr=False)

    def place(self, offset: int) -> Place:
        """Return the line and column of a character offset."""
        if not self._line_starts:
            ends = (i + 1 for i, c in enumerate(self.text) if c == "\n")
            self._line_starts.extend((0, *ends))
        line = bisect_right(self._line_starts, offset)
        return Place(self.name, line, offset - self._line_starts[line - 1] + 1)


def is_url(location: str) -> bool:
    """Say whether `location` is an http(s) URL rather than a path."""
    return location.lower().startswith(("http://", "https://"))


def read_bytes(location: str, error: type[WeaklabelError]) -> bytes:
    """Return the bytes at a path or URL.

    Raises
    ------
    error
        The given error type, where nothing can be read: with the reason and the nearest file name.
    """
    if is_url(location):
        return _read_url(location, error)
    if "://" in location:
        scheme = location.partition("://")[0]
        what = f"addresses that begin with {scheme}:// are not read."
        raise error(Problem(what, Place(location), "Give an http(s) address, or download the file and give its path."))
    return _read_path(location, error)


def _read_path(location: str, error: type[WeaklabelError]) -> bytes:
    path = Path(location)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        siblings = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        fix = did_you_mean(path.name, siblings, otherwise="Check the path.")
        raise error(Problem("there is no such file.", Place(location), fix)) from None
    except IsADirectoryError:
        raise error(Problem("this is a folder, not a file.", Place(location), "Name a file in it.")) from None
    except (OSError, ValueError) as failure:  # ValueError: a null character in the path
        what = f"cannot be read: {getattr(failure, 'strerror', None) or failure}."
        raise error(Problem(what, Place(location), "Check the path and its permissions.")) from None


def _read_url(location: str, error: type[WeaklabelError]) -> bytes:
    try:
        request = urllib.request.Request(location, headers={"User-Agent": "weaklabel"})  # noqa: S310 - http(s) only
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:  # noqa: S310 - see is_url
            body: bytes = response.read()
            return body
    except urllib.error.HTTPError as failure:
        what = f"the server answered {failure.code} {failure.reason}."
    except (urllib.error.URLError, TimeoutError) as failure:
        what = f"cannot be reached: {getattr(failure, 'reason', failure)}."
    except (http.client.HTTPException, OSError, ValueError) as failure:
        what = f"cannot be read: {failure or type(failure).__name__}."
    raise error(Problem(what, Place(location), "Check the URL, or download the file and give its path."))


def read_document(location: str, error: type[WeaklabelError]) -> Document:
    """Return the UTF-8 text at a path or URL (a byte order mark is dropped).

    Raises
    ------
    error
        The given error type, where nothing can be read or the bytes are no UTF-8: with line and column.
    """
    return decode(location, read_bytes(location, error), error)


def decode(name: str, data: bytes, error: type[WeaklabelError]) -> Document:
    """Decode the bytes of a file that is called `name`; see :func:`read_document`."""
    try:
        return Document(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as failure:
        before = data[: failure.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", errors="replace")) + 1
        what = f"byte 0x{data[failure.start]:02x} is not valid UTF-8."
        encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "latin1"
        file, ending = ("FILE", "") if is_url(name) else (name, Path(name).suffix)
        fix = f"Save the file as UTF-8, for example: iconv -f {encoding} -t utf-8 {file} > fixed{ending}"
        raise error(Problem(what, Place(name, line, column), fix)) from None
