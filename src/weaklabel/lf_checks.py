"""`weaklabel lf check`: what labeling functions are expected to do, against what they do on the project's records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from weaklabel.errors import Place, Problem, quantity
from weaklabel.inputs import Inputs
from weaklabel.pipeline import vote
from weaklabel.tags import resolve_given
from weaklabel.terms import PRESENT, LabelingFunction, OnProgress, Settings, Votes, canonical_names, unreported

Reference = Literal["gold", "given"]


@dataclass(frozen=True, slots=True)
class Breach:
    """One labeling function that does not do what it is expected to.

    Attributes
    ----------
    what
        coverage, precision, or failures.
    found
        The share that was measured; of coverage, of all records; None where there is nothing to measure.
    expected
        In words.
    n
        What it is a share of: records, or votes on records whose tags are known.
    reference
        Which tags votes were compared with.
    """

    lf: str
    what: Literal["coverage", "precision", "failures"]
    found: float | None
    expected: str
    n: int
    reference: Reference | None = None
    place: Place | None = None

    def as_problem(self) -> Problem:
        """Return it as a line for people."""
        against = f" against {self.reference} tags" if self.reference else ""
        if self.what == "failures":
            return Problem(
                f"{self.lf!r} fails on {quantity(self.n, 'record')}.", self.place, "Run `weaklabel lf test`."
            )
        if self.found is None:
            what = f"{self.lf!r}: nothing says whether its votes are right."
            return Problem(what, self.place, "Give gold tags, or records with given tags, on which it votes.")
        unit = "record" if self.what == "coverage" else "vote"
        what = f"{self.lf!r} has a {self.what} of {self.found:.1%} ({quantity(self.n, unit)}{against})."
        return Problem(what, self.place, f"It is expected to have {self.expected}.")

    def as_row(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {**asdict(self), "place": str(self.place) if self.place else None}


@dataclass(frozen=True, slots=True)
class Checked:
    """How many labeling functions say what they are expected to do, and every breach."""

    labeling_functions: int
    breaches: tuple[Breach, ...]


def check_expectations(settings: Settings, inputs: Inputs, on_progress: OnProgress = unreported) -> Checked:
    """Let labeling functions vote, and compare coverage and precision with what is expected.

    Precision is measured against gold tags where the project has some, else against given tags: of the votes on records
    whose tags are known, the share that is right. A vote "absent" is right where the record does not have the tag.
    """
    votes = vote(settings, inputs, on_progress)
    held = [(i, lf) for i, lf in enumerate(inputs.lfs) if lf.expect.coverage or lf.expect.precision is not None]
    return Checked(len(held), tuple(breach for i, lf in held for breach in _check(i, lf, votes, inputs)))


def _check(i: int, lf: LabelingFunction, votes: Votes, inputs: Inputs) -> Iterator[Breach]:
    own = votes.where(votes.lf == i)
    failed = next((failure.count for failure in votes.failures if failure.lf_id == lf.id), 0)
    if failed:
        yield Breach(lf.id, "failures", None, "none", failed, place=lf.place)
    if lf.expect.coverage is not None:
        least, greatest = lf.expect.coverage
        n = len(inputs.records)
        share = len(np.unique(own.record)) / n if n else 0.0
        if not least <= share <= greatest:
            yield Breach(lf.id, "coverage", share, f"{least:.1%} to {greatest:.1%}", n, place=lf.place)
    if lf.expect.precision is not None:
        reference, right = _compare(own, inputs)
        share_right = sum(right) / len(right) if right else None
        if share_right is None or share_right < lf.expect.precision:
            expected = f"{lf.expect.precision:.1%} or more"
            yield Breach(lf.id, "precision", share_right, expected, len(right), reference, lf.place)


def _compare(votes: Votes, inputs: Inputs) -> tuple[Reference, list[bool]]:
    """Return what votes are compared with, and of each vote on a record whose tags are known whether it is right."""
    known: dict[int, frozenset[str]]
    reference: Reference
    if inputs.gold:
        reference, known = "gold", {record: gold.tags for record, gold in inputs.gold.items()}
    else:
        given = resolve_given(inputs.records, inputs.vocabulary)
        reference = "given"
        known = {record: frozenset(canonical_names(tags)) for record, tags in enumerate(given) if tags is not None}
    names = inputs.vocabulary.names
    rows = zip(votes.record.tolist(), votes.tag.tolist(), votes.vote.tolist(), strict=True)
    return reference, [
        (names[tag] in known[record]) == (cast == PRESENT) for record, tag, cast in rows if record in known
    ]
