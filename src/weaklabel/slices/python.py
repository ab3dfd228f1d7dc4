"""Slicing functions written in Python: our decorator, and Snorkel's unchanged."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, overload

import numpy as np

from weaklabel.errors import LabelingFunctionError, Place, Problem, SliceError, list_some
from weaklabel.plugins import Plugin, place_of, values_in
from weaklabel.terms import PRESENT, PythonLF, Record
from weaklabel.terms.data_points import as_record, seen_by_snorkel
from weaklabel.terms.slices import Matches, Slice

SLICE_TAG = "(slice)"
"""What the labeling functions that slices are made of vote on; no tag of a file can be spelt so by chance."""


class SlicingFunction:
    """A slicing function of ours: call it with a record, or hand it to Snorkel's appliers.

    Attributes
    ----------
    name
        The slice's id.
    function
        The function it was made from.
    """

    def __init__(self, function: Callable[[Any], Any], name: str) -> None:
        self.function, self.name = function, name
        self.__doc__ = function.__doc__
        self.__name__ = name
        self.__module__ = function.__module__

    def __call__(self, record: Any) -> int:
        """Return 1 where the record is in the slice, else 0, as Snorkel's appliers want it.

        Raises
        ------
        LabelingFunctionError
            Where the function returns anything but True, False, 1 or 0.
        """
        return int(read_membership(self.function(record if isinstance(record, Record) else as_record(record))))

    def __repr__(self) -> str:
        return f"SlicingFunction({self.name!r})"


@overload
def slicing_function(function: Callable[[Any], Any]) -> SlicingFunction: ...
@overload
def slicing_function(*, name: str | None = None) -> Callable[[Callable[[Any], Any]], SlicingFunction]: ...
def slicing_function(
    function: Callable[[Any], Any] | None = None, *, name: str | None = None
) -> SlicingFunction | Callable[[Callable[[Any], Any]], SlicingFunction]:
    """Make a slicing function of a Python function that reads a record and returns True or False.

    Parameters
    ----------
    name
        The slice's id; by default the function's name. What its docstring says is the slice's description.

    Raises
    ------
    SliceError
        Where it is called with something else.

    Examples
    --------
    >>> @slicing_function
    ... def short_text(record):
    ...     \"\"\"Fewer than ten words.\"\"\"
    ...     return len(record.text.split()) < 10
    """
    if function is None:
        return lambda made: SlicingFunction(made, name or made.__name__)
    if not callable(function):
        fix = 'Write @slicing_function or @slicing_function(name="…").'
        raise SliceError(Problem(f"@slicing_function got {function!r}.", fix=fix))
    return SlicingFunction(function, function.__name__)


def read_membership(result: Any) -> bool:
    """Return whether a slicing function's result says that the record is in the slice.

    Raises
    ------
    LabelingFunctionError
        Where it is neither True nor False, 1 nor 0. Snorkel takes -1, None and texts as they are, and -1 is true.
    """
    if isinstance(result, int | np.integer | np.bool_) and int(result) in {0, 1}:
        return bool(result)
    what = f"it returned {result!r:.60}, which says neither that the record is in the slice nor that it is not."
    raise LabelingFunctionError(Problem(what, fix="Return True or False (or 1 or 0)."))


def is_snorkel_sf(value: object) -> bool:
    """Say whether `value` is a Snorkel slicing function, without importing Snorkel."""
    return any(
        c.__module__.startswith("snorkel.slicing") and c.__name__ == "SlicingFunction" for c in type(value).__mro__
    )


def slices_in(plugin: Plugin) -> list[Slice]:
    """Return the slices of the slicing functions in a module."""
    values = [
        value for value in values_in(plugin.content) if isinstance(value, SlicingFunction) or is_snorkel_sf(value)
    ]
    return [_wrap(value, plugin) for value in dict.fromkeys(values)]


def explain_none(plugin: Plugin) -> Problem:
    """Return a warning of a module without slicing functions."""
    names = [name for name, value in vars(plugin.content).items() if _is_lf(value) and not name.startswith("_")]
    if names:
        what = f"it holds no slicing function; {list_some(names)} {'votes' if len(names) == 1 else 'vote'} on tags."
        fix = "A slice is a function with @slicing_function that returns True or False."
        return Problem(what, Place(plugin.path), fix, "warning")
    what = "it holds no slicing function; did you forget @slicing_function?"
    fix = "Decorate one, or let the file's name begin with _ if others import it."
    return Problem(what, Place(plugin.path), fix, "warning")


def _is_lf(value: object) -> bool:
    """Say whether `value` is a labeling function, of ours or of Snorkel."""
    return any(c.__name__.endswith("LabelingFunction") for c in type(value).__mro__)


def _wrap(function: Any, plugin: Plugin) -> Slice:
    own = function.function if isinstance(function, SlicingFunction) else function._f
    see = (lambda record: record) if isinstance(function, SlicingFunction) else seen_by_snorkel(own)
    place, description = place_of(own, plugin.path), inspect.cleandoc(own.__doc__ or "")
    name = str(function.name)  # a decorator takes whatever it is given

    def call(record: Record) -> list[tuple[str, int]]:
        return [(SLICE_TAG, PRESENT)] if read_membership(function(see(record))) else []

    lf = PythonLF(
        id=slice_lf_id(name),
        tags=(SLICE_TAG,),
        origin="python",
        family="slice",
        description=description,
        definition=f"{plugin.source_hash} {name}",
        place=place,
        call=call,
    )
    summary = description.partition("\n")[0]
    return Slice(name, Matches(lf), summary, (), place, f"{Place(plugin.path)}: {name}")


def slice_lf_id(name: str, part: int = 0) -> str:
    """Return the id of the labeling function that a slice, or a part of one, is made of."""
    return f"{SLICE_TAG} {name} {part}"
