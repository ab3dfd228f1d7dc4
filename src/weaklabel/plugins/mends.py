"""How to mend what keeps a Python file from being imported: the nearest name of a module, a function, an argument."""

from __future__ import annotations

import inspect
import re
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from types import FrameType

from weaklabel.errors import nearest

LEAST = 0.75


def mend_import(error: BaseException, path: str) -> str:
    """Return how to mend an error that a file raised while it was imported; empty where that is not known."""
    said = str(error)
    if isinstance(error, ModuleNotFoundError):
        known = {*sys.stdlib_module_names, *(name.partition(".")[0] for name in sys.modules)}
        return _ask(error.name or "", known) or "Install the missing package."
    if isinstance(error, ImportError) and (found := re.match(r"cannot import name '(\w+)'", said)):
        return _ask(found[1], dir(sys.modules.get(error.name or "")))
    if isinstance(error, NameError) and error.name in getattr(sys.modules.get("weaklabel"), "__all__", ()):
        return f"Write at the top: from weaklabel import {error.name}"
    if found := re.search(r"(\w+)\(\) got an unexpected keyword argument '(\w+)'", said):
        function = next((frame.f_globals.get(found[1]) for frame in _frames_of(error, path)), None)
        if callable(function) and (near := nearest(found[2], inspect.signature(function).parameters)):
            return f"Write {near}= in the place of {found[2]}=."
    return ""


def _ask(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known, LEAST)
    return f"Did you mean {near!r}?" if near else ""


def _frames_of(error: BaseException, path: str) -> Iterable[FrameType]:
    """Yield the frames of a file in which an error was raised."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if Path(frame.f_code.co_filename).resolve() == Path(path).resolve():
            yield frame
