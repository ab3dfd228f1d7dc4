"""All that is known of each cell, and the terms in which the stacker weighs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from weaklabel.end_models.interface import Floats, Scores

Value = TypeVar("Value", np.bool_, np.float32)
Part = Literal["base rate", "labeling functions", "text", "given tags"]
"""What a term's share of the log-odds is put down to."""
MIN_CHANCE: Final = 1e-3  # probabilities are kept this far from 0 and 1 before their log-odds are taken
LACKS_PARENT: Final = "lacks a parent"
AGAINST: Final = ("denied", "only denied", LACKS_PARENT)  # flags that speak against a tag
GIVEN_FLAGS: Final = ("below given", LACKS_PARENT)
VOTE_CHANCES: Final = ("pooled", "label model")
MODELS: Final = ("text", "text and given tags")
GIVEN_CHANCES: Final = ("text and given tags",)
NAME_SIMILARITY: Final = "name similarity"


class CellChanges(NamedTuple):
    """Signals of one cell by name, in place of its own; names that a model does not know are passed over."""

    flags: Mapping[str, bool]
    chances: Mapping[str, float]


UNCHANGED: Final = CellChanges({}, {})


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """What is known of each cell of some records.

    Attributes
    ----------
    flags
        bool arrays of shape (records, tags) by name: the kinds of evidence that a cell shows.
    chances
        float32 arrays of shape (records, tags) by name: what says how probable a cell is, mostly within 0 and 1.
    base_rates
        float64 of shape (tags,): how often authors give each tag.
    """

    flags: Mapping[str, npt.NDArray[np.bool_]]
    chances: Mapping[str, Scores]
    base_rates: Floats

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of records and of tags."""
        first = next(iter(self.chances.values()))
        return int(first.shape[0]), int(first.shape[1])

    def of_cell(self, record: int, tag: int, changes: CellChanges = UNCHANGED) -> Signals:
        """Return the signals of one cell, arrays of shape (1, 1), some of them changed."""

        def take(values: npt.NDArray[Value], change: float | None) -> npt.NDArray[Value]:
            return np.array([[values[record, tag] if change is None else change]], dtype=values.dtype)

        return Signals(
            {name: take(values, changes.flags.get(name)) for name, values in self.flags.items()},
            {name: take(values, changes.chances.get(name)) for name, values in self.chances.items()},
            self.base_rates[[tag]],
        )


class Cells:
    """Signals of some cells, each computed when a term first asks for it, float64 of shape (cells,)."""

    def __init__(self, signals: Signals, record: npt.NDArray[np.intp], tag: npt.NDArray[np.intp]) -> None:
        self._signals, self._at, self.tag = signals, (record, tag), tag
        self._log_odds: dict[str, Floats] = {}

    def has(self, flag: str) -> Floats:
        """Return 1 where a cell shows a kind of evidence."""
        return self._signals.flags[flag][self._at].astype(np.float64)

    def chance(self, name: str) -> Floats:
        """Return a chance as it is."""
        return self._signals.chances[name][self._at].astype(np.float64)

    def log_odds(self, name: str) -> Floats:
        """Return the log-odds of a chance."""
        if name not in self._log_odds:
            self._log_odds[name] = log_odds(self.chance(name))
        return self._log_odds[name]

    @cached_property
    def base_rate(self) -> Floats:
        """The log-odds of the tag's base rate."""
        return log_odds(self._signals.base_rates)[self.tag]

    @cached_property
    def fired(self) -> Floats:
        """1 where a cell shows any kind of evidence for the tag."""
        kinds = [self.has(flag) for flag in self._signals.flags if flag not in AGAINST]
        return np.maximum.reduce(kinds) if kinds else np.zeros(len(self.tag))


@dataclass(frozen=True, slots=True)
class Term:
    """One column of the stacker's design matrix, and what it is put down to."""

    name: str
    part: Part
    of: Callable[[Cells], Floats]


def choose_terms(signals: Signals) -> tuple[Term, ...]:
    """Return the terms for the signals that there are.

    A model's score counts as it is, as log-odds, and (where evidence fires) less: the text is then counted already. The
    square bends the log-odds, which saturate where a score is cut at MIN_CHANCE.
    """
    terms = [Term("base rate", "base rate", lambda cells: cells.base_rate)]
    terms += [_flag_term(flag) for flag in signals.flags]
    for name in signals.chances:
        terms += _chance_terms(name)
    last = [name for name in MODELS if name in signals.chances][-1]
    terms.append(Term(f"log-odds {last}, squared", _part_of(last), lambda cells: cells.log_odds(last) ** 2))
    if last == "text":
        terms.append(
            Term("log-odds text · pooled", "text", lambda cells: cells.log_odds("text") * cells.log_odds("pooled"))
        )
    return tuple(terms)


def terms_beside_given(signals: Signals) -> tuple[Term, ...]:
    """Return the terms that need no author who gave the tag: what votes, and the likeness of text and name, say."""
    terms = [_flag_term(flag) for flag in signals.flags if flag != LACKS_PARENT]
    for name in signals.chances:
        if name in (*VOTE_CHANCES, NAME_SIMILARITY):
            terms += _chance_terms(name)
    return tuple(terms)


def terms_of_text() -> tuple[Term, ...]:
    """Return the terms where nothing but the text and the base rate is weighed."""
    return (
        Term("base rate", "base rate", lambda cells: cells.base_rate),
        Term("text", "text", lambda cells: cells.chance("text")),
        Term("log-odds text", "text", lambda cells: cells.log_odds("text")),
        Term("log-odds text, squared", "text", lambda cells: cells.log_odds("text") ** 2),
    )


def _flag_term(flag: str) -> Term:
    return Term(flag, "given tags" if flag in GIVEN_FLAGS else "labeling functions", lambda cells: cells.has(flag))


def _chance_terms(name: str) -> list[Term]:
    part = _part_of(name)
    plain = Term(name, part, lambda cells: cells.chance(name))
    as_log_odds = Term(f"log-odds {name}", part, lambda cells: cells.log_odds(name))
    if name in VOTE_CHANCES:
        return [as_log_odds]
    if name == NAME_SIMILARITY:  # where evidence fires, the text names the tag already
        return [Term(f"not fired · {name}", part, lambda cells: (1 - cells.fired) * cells.chance(name))]
    if name in MODELS:
        return [plain, as_log_odds, Term(f"fired · {name}", part, lambda cells: cells.fired * cells.chance(name))]
    return [plain, as_log_odds]


def _part_of(name: str) -> Part:
    if name in VOTE_CHANCES:
        return "labeling functions"
    return "given tags" if name in GIVEN_CHANCES else "text"


def log_odds(chance: Floats) -> Floats:
    """Return ln(p / (1 - p)), with p kept MIN_CHANCE away from 0 and 1."""
    p = np.clip(chance, MIN_CHANCE, 1 - MIN_CHANCE)
    result: Floats = np.log(p / (1 - p))
    return result
