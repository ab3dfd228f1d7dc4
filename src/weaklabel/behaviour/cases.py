"""From a check to its cases: templates filled, records drawn, texts changed. The same seed makes the same cases."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from zlib import crc32

import numpy as np

from weaklabel.behaviour.changes import apply_change, count_variants
from weaklabel.behaviour.check import Check, Demand, Filler, Texts
from weaklabel.behaviour.slots import as_slot, fill_slots, slots_in

MOST_OF_NUMPY = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to ask: a text and its changed form (None where one answer is looked at), and what is expected.

    Tags that `expect` names by a slot stand there by their names.
    """

    before: Texts
    after: Texts | None
    expect: Demand


class CaseSource(NamedTuple):
    """What cases are made of besides templates: the text fields, and the texts of the project's records."""

    fields: tuple[str, ...]
    records: Sequence[Texts] = ()


class DrawnCases(NamedTuple):
    """The cases of a check.

    Attributes
    ----------
    possible
        How many there would be without its cap.
    unchanged
        How many of those that were looked at its change does not change; they make no case.
    records
        Of how many records they are; None of templates.
    """

    cases: tuple[Case, ...]
    possible: int
    unchanged: int = 0
    records: int | None = None


def draw_cases(check: Check, source: CaseSource, seed: int) -> DrawnCases:
    """Return the cases of a check: all that its templates make, or `max_cases` of these, drawn evenly.

    Records are taken in an order that the seed decides, as many as the check asks for; those in which its change
    changes nothing are passed over.
    """
    if check.records is not None:
        by_record = list(_from_records(check, source, seed))
        cases = tuple(case for cases in by_record for case in cases)
        return DrawnCases(cases, len(cases), records=len(by_record))
    sizes = [_count(check, template) for template in check.templates]
    possible = sum(sizes)
    picked: Sequence[int] = range(possible)
    if possible > check.max_cases:
        picked = sorted(_draw(possible, check.max_cases, _rng(check, seed)))
    made = [_from_template(check, source, number, seed) for number in picked]
    cases = tuple(case for case in made if case)
    return DrawnCases(cases, possible, unchanged=len(made) - len(cases))


def _draw(possible: int, number: int, rng: np.random.Generator) -> list[int]:
    """Return so many different numbers below `possible`, which may be one that NumPy has no type for."""
    if possible <= MOST_OF_NUMPY:
        drawn: list[int] = rng.choice(possible, number, replace=False).tolist()
        return drawn
    length = possible.bit_length() // 8 + 8  # bytes, so many that the remainder is as good as even
    chosen: set[int] = set()
    while len(chosen) < number:
        chosen.add(int.from_bytes(rng.bytes(length)) % possible)
    return list(chosen)


def _rng(check: Check, seed: int, number: int = 0) -> np.random.Generator:
    """Return a generator of the check's own: other checks, and their order, change nothing."""
    return np.random.default_rng([seed, crc32(check.id.encode()), number])


def _slots_of(template: Texts) -> list[str]:
    return list(dict.fromkeys(name for text in template.values() for name in slots_in(text)))


def _count(check: Check, template: Texts) -> int:
    return math.prod(len(check.slots[name]) for name in _slots_of(template)) * _variants(check, template)


def _variants(check: Check, template: Texts) -> int:
    """Return how many cases one filled template makes."""
    if check.change is None:
        return 1
    if check.change.swap is not None:
        is_there = check.change.swap in _slots_of(template)
        return len(check.slots[check.change.swap]) - 1 if is_there else 0
    return count_variants(check.change)


def _from_template(check: Check, source: CaseSource, number: int, seed: int) -> Case | None:
    """Return the case of a number, counted through templates, fillers and variants; None where nothing changes."""
    rest = number
    for template in check.templates:
        size = _count(check, template)
        if rest < size:
            break
        rest -= size
    rest, variant = divmod(rest, _variants(check, template))
    chosen: dict[str, int] = {}
    for name in reversed(_slots_of(template)):
        rest, chosen[name] = divmod(rest, len(check.slots[name]))
    fillers = {name: check.slots[name][i] for name, i in chosen.items()}
    before = _fill(template, fillers, source.fields)
    expect = _name_tags(check.expect, fillers)
    if check.change is None:
        return Case(before, None, expect)
    if check.change.swap is not None:
        others = check.slots[check.change.swap]
        other = others[(chosen[check.change.swap] + 1 + variant) % len(others)]
        after = _fill(template, {**fillers, check.change.swap: other}, source.fields)
    else:
        after = apply_change(before, check.change, variant, _rng(check, seed, number + 1))
    return Case(before, after, expect) if after != before else None


def _fill(template: Texts, fillers: Mapping[str, Filler], fields: tuple[str, ...]) -> Texts:
    filled = {name: fill_slots(text, lambda slot: fillers[slot].text) for name, text in template.items()}
    return {name: filled.get(name, "") for name in fields}


def _name_tags(expect: Demand, fillers: Mapping[str, Filler]) -> Demand:
    def named(tags: tuple[str, ...]) -> tuple[str, ...]:
        return tuple((fillers[slot].tag or tag) if (slot := as_slot(tag)) else tag for tag in tags)

    return replace(
        expect,
        present=named(expect.present),
        absent=named(expect.absent),
        rises=named(expect.rises),
        falls=named(expect.falls),
    )


def _from_records(check: Check, source: CaseSource, seed: int) -> Iterator[list[Case]]:
    """Yield the cases of each record that its change changes, as many as the check asks for, if there are so many."""
    assert check.change is not None
    assert check.records is not None
    variants = count_variants(check.change)
    left = check.records
    for number in _rng(check, seed).permutation(len(source.records)).tolist():
        if not left:
            return
        before, rng = source.records[number], _rng(check, seed, number + 1)
        cases = [
            Case(before, after, check.expect)
            for variant in range(variants)
            if (after := apply_change(before, check.change, variant, rng)) != before
        ]
        if cases:
            yield cases
            left -= 1
