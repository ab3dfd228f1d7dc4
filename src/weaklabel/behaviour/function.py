"""A model that is a Python function: called once with a list of dicts, it returns a list of answers."""

from __future__ import annotations

import contextlib
import inspect
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from weaklabel.errors import ModelError, Place, Problem, did_you_mean, quantity
from weaklabel.plugins import importable, load_module, place_of_error

OPTION = Place("--callable")
LAST_FRAMES = 5


def ask_function(name: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Import a function by its name (`module:function`; modules of this folder too), and return its answers.

    Raises
    ------
    ModelError
        Where it cannot be imported, fails, or does not return one answer for each row, in order.
    """
    with importable(Path.cwd()), contextlib.redirect_stdout(sys.stderr):  # what it prints is not this command's output
        function = _find(name)
        try:
            answers = function([dict(row) for row in rows])
            answers = answers if isinstance(answers, str | Mapping) or answers is None else list(answers)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a model may raise anything
            what = f"{name} failed: {type(error).__name__}: {error}.{_last_frames(error)}"
            place = place_of_error(error, _file_of(function)) or OPTION
            raise ModelError(Problem(what, place, "Call it yourself to see all of it.")) from None
    if not isinstance(answers, list):
        what = f"{name} returned {type(answers).__name__}, not a list of answers."
        raise ModelError(Problem(what, OPTION, "Return one answer for each row, in order."))
    if len(answers) != len(rows):
        what = f"{name} returned {quantity(len(answers), 'answer')} for {quantity(len(rows), 'row')}."
        raise ModelError(Problem(what, OPTION, "Return one answer for each row, in order."))
    return answers


def _last_frames(error: BaseException) -> str:
    """Return where an error was raised and who called that, the innermost last; without this module's own frame."""
    frames = traceback.extract_tb(error.__traceback__)[1:][-LAST_FRAMES:]
    told = [f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}: {frame.line}" for frame in frames]
    return "\nIt was called so:\n" + "\n".join(told) if told else ""


def _find(name: str) -> Callable[[list[dict[str, Any]]], Any]:
    module_name, _, function_name = name.partition(":")
    if not module_name or not function_name:
        raise ModelError(Problem(f"{name!r} names no function.", OPTION, "Write module:function."))
    module = _import(module_name)
    function = getattr(module, function_name, None)
    if not callable(function):
        names = [known for known in vars(module) if callable(getattr(module, known)) and not known.startswith("_")]
        is_there = hasattr(module, function_name)
        what = (
            f"{function_name!r} of {module_name} is no function."
            if is_there
            else (f"{module_name} has no function {function_name!r}.")
        )
        raise ModelError(Problem(what, OPTION, did_you_mean(function_name, names)))
    found: Callable[[list[dict[str, Any]]], Any] = function
    return found


def _file_of(function: Callable[..., Any]) -> str:
    own = inspect.unwrap(function)
    code = getattr(own, "__code__", None) or getattr(type(own).__call__, "__code__", None)
    return code.co_filename if code else ""


def _import(name: str) -> ModuleType:
    problems: list[Problem] = []
    try:
        module = load_module(name, problems)
    except ModuleNotFoundError:
        siblings = [path.stem for path in Path.cwd().glob("*.py")]
        fix = did_you_mean(name, siblings, otherwise="Name an installed module, or one of this folder.")
        raise ModelError(Problem(f"there is no module {name!r}.", OPTION, fix)) from None
    if module is None:
        raise ModelError(problems)
    return module
