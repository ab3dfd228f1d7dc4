"""One tree of errors: what is wrong, where it stands, and how to mend it.

Bad input never shows a traceback. A stage collects every :class:`Problem` it meets and raises them together, so
that a file is mended in one go.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file; lines and columns count from 1, and 0 means "not known"."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.path, *(str(number) for number in (self.line, self.column) if number)]
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: what, where, and the fix. A warning lets the run go on, an error does not."""

    what: str
    place: Place | None = None
    fix: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        fix = f" {self.fix}" if self.fix else ""
        return f"{where}{self.what}{fix}"


class WeaklabelError(Exception):
    """The root of every error that weaklabel raises on purpose; it carries all problems found at once."""

    def __init__(self, problems: Problem | str | Iterable[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[WeaklabelError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class ProjectError(WeaklabelError):
    """The project file, or a path or setting that stands in for it."""


class UsageError(WeaklabelError):
    """An option of a command that cannot be."""


class RecordsError(WeaklabelError):
    """A records file."""


class TagsError(WeaklabelError):
    """A tags file."""


class SplitsError(WeaklabelError):
    """A splits file, or shares that no splits can have."""


class ChecksError(WeaklabelError):
    """The behavioural checks of a slices file."""


class ModelError(WeaklabelError):
    """A model that behavioural checks ask: it cannot be called, or its answers cannot be read."""


class LabelingFunctionError(WeaklabelError):
    """A labeling function's declaration, source or result."""


class SliceError(WeaklabelError):
    """A slice's definition, or what its function returns."""


class UnknownSliceError(SliceError, KeyError):
    """A slice that is not there; a KeyError too, so that slices are a mapping as others are."""

    __str__ = Exception.__str__  # KeyError's puts it in quotes


class LabelModelError(WeaklabelError):
    """A vote matrix or a setting that a label model cannot use."""


class DivergenceError(LabelModelError):
    """A label model whose descent diverges on the votes that it is given."""


class EmbeddingsError(WeaklabelError):
    """A model that makes vectors of texts: not there, not loadable, or what runs it is not installed."""


class WorkerError(WeaklabelError):
    """A worker process that cannot be started, or does not survive."""


class ClusterError(WeaklabelError):
    """An engine that cannot be reached or started, or workers that are not like this process."""


class ReviewError(WeaklabelError):
    """The review: its database, its queue, its server, or a decision that cannot be taken."""


class OutputError(WeaklabelError):
    """The folder that a run writes into."""


class ExchangeError(WeaklabelError):
    """A file that comes from another tool, or what cannot be written in its format."""


def raise_errors(problems: Sequence[Problem], error: type[WeaklabelError]) -> None:
    """Raise `error` with every problem (warnings too, they are often the cause) if one of them is an error."""
    if any(problem.severity == "error" for problem in problems):
        raise error(problems)


def nearest(name: str, known: Iterable[str], least: float = 0.6) -> str | None:
    """Return the known name that is most like `name`, or None where none is alike by `least` (1 is the same)."""
    matches = difflib.get_close_matches(name, list(known), n=1, cutoff=least)
    return matches[0] if matches else None


def did_you_mean(name: str, known: Iterable[str], *, otherwise: str = "", least: float = 0.6) -> str:
    """Return "Did you mean …?" with the nearest known name, or `otherwise` where none is alike."""
    match = nearest(name, known, least)
    return f"Did you mean {match!r}?" if match else otherwise


def list_some(parts: Iterable[str], most: int = 3) -> str:
    """List the first of the different parts, and count the others: "a, b, c and 4 more"."""
    distinct = list(dict.fromkeys(parts))
    more = f" and {len(distinct) - most:,} more" if len(distinct) > most else ""
    return ", ".join(distinct[:most]) + more


def quantity(number: int, noun: str) -> str:
    """Return a number with its noun: "1 record", "2,032 records", "2 classes"."""
    ending = "es" if noun.endswith("s") else "s"
    return f"{number:,} {noun}{'' if number == 1 else ending}"
