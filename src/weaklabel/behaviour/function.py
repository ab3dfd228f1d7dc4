"""A model that is a Python function: called once with a list of dicts, it returns a list of answers."""

from __future__ import annotations

import contextlib
import importlib
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from weaklabel.errors import ModelError, Place, Problem, did_you_mean, quantity

OPTION = Place("--callable")


def ask_function(name: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Import a function by its name (`module:function`; modules of this folder too), and return its answers.

    Raises
    ------
    ModelError
        Where it cannot be imported, fails, or does not return one answer for each row, in order.
    """
    function = _find(name)
    with contextlib.redirect_stdout(sys.stderr):  # what it prints is not this command's output
        try:
            answers = function([dict(row) for row in rows])
            answers = answers if isinstance(answers, str | Mapping) or answers is None else list(answers)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a model may raise anything
            raise ModelError(_describe(f"{name} failed", error)) from None
    if not isinstance(answers, list):
        what = f"{name} returned {type(answers).__name__}, not a list of answers."
        raise ModelError(Problem(what, OPTION, "Return one answer for each row, in order."))
    if len(answers) != len(rows):
        what = f"{name} returned {quantity(len(answers), 'answer')} for {quantity(len(rows), 'row')}."
        raise ModelError(Problem(what, OPTION, "Return one answer for each row, in order."))
    return answers


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


def _import(name: str) -> Any:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)  # last, so that no file here hides an installed package
    importlib.invalidate_caches()
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not (name == error.name or name.startswith(f"{error.name}.")):
            raise ModelError(_describe(f"{name} cannot be imported", error)) from None
        siblings = [path.stem for path in Path.cwd().glob("*.py")]
        fix = did_you_mean(name, siblings, otherwise="Name an installed module, or one of this folder.")
        raise ModelError(Problem(f"there is no module {name!r}.", OPTION, fix)) from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a module may raise anything while it is imported
        raise ModelError(_describe(f"{name} cannot be imported", error)) from None


def _describe(what: str, error: BaseException) -> Problem:
    """Say what was raised, and where: the last place that is not this file."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    own = [frame for frame in frames if "importlib" not in frame.filename]
    place = Place(own[-1].filename, own[-1].lineno or 0) if own else OPTION
    return Problem(f"{what}: {type(error).__name__}: {error}.", place, "Call it yourself to see all of it.")
