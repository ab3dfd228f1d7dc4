"""Conditions against a single record: what rules mean. :mod:`weaklabel.vote.guarded.rules` applies them to many."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from weaklabel.terms import Span
from weaklabel.terms.conditions import (
    AllOf,
    AnyOf,
    ColumnCondition,
    Condition,
    NoneOf,
    TextCondition,
    VotedCondition,
    leaves,
)
from weaklabel.vote.columns import passes
from weaklabel.vote.text import Offsets, TextMatcher
from weaklabel.vote.windows import count_apart, stand_within


@dataclass(frozen=True, slots=True)
class Seen:
    """What a rule sees of a record.

    Attributes
    ----------
    texts
        By field.
    column
        Returns a column's value.
    voted
        The tags for which another labeling function says "present".
    """

    texts: Mapping[str, str]
    column: Callable[[str], Any]
    voted: Collection[str] = ()


class ConditionMatcher:
    """Says whether a condition holds for a record, and where in its texts."""

    def __init__(self, condition: Condition) -> None:
        self._condition = condition
        self._matchers = {id(leaf): TextMatcher(leaf.lf) for leaf in _text_leaves(condition)}

    def holds(self, seen: Seen) -> bool:
        """Say whether the condition holds.

        Raises
        ------
        LabelingFunctionError
            Where a spaCy pipeline fails on a text.
        """
        return self._holds(self._condition, seen)

    def _holds(self, condition: Condition, seen: Seen) -> bool:
        if isinstance(condition, TextCondition):
            return self._is_found(condition, seen)
        if isinstance(condition, ColumnCondition):
            return all(passes(test, seen.column(condition.column)) for test in condition.tests)
        if isinstance(condition, VotedCondition):
            return any(tag in seen.voted for tag in condition.tags)
        held = (self._holds(part, seen) for part in condition.parts)
        if isinstance(condition, AnyOf):
            return any(held)
        if isinstance(condition, NoneOf):
            return not any(held)
        return all(held) and (condition.within is None or self.is_near(condition, condition.within, seen.texts))

    def _is_found(self, condition: TextCondition, seen: Seen) -> bool:
        matcher = self._matchers[id(condition)]
        texts = [seen.texts.get(name, "") for name in condition.lf.fields]
        if condition.min_count == 1:
            return matcher.is_match(texts)
        return self.count(condition, texts) >= condition.min_count

    def count(self, condition: TextCondition, texts: Collection[str]) -> int:
        """Return how often what a part looks for stands in some texts, without overlaps."""
        matcher = self._matchers[id(condition)]
        return sum(count_apart(matcher.all_spans(text)) for text in texts)

    def is_near(self, condition: AllOf, n_words: int, texts: Mapping[str, str]) -> bool:
        """Say whether the parts that are about text stand within `n_words` words in one of the fields."""
        parts = [part for part in condition.parts if is_positive_text(part)]
        return any(
            stand_within(text, [self._spans(part, name, text) for part in parts], n_words)
            for name, text in texts.items()
        )

    def _spans(self, condition: Condition, field: str, text: str) -> Offsets:
        """Return where the parts of a condition that speak for it stand in a field's text."""
        if isinstance(condition, TextCondition):
            return self._matchers[id(condition)].all_spans(text) if field in condition.lf.fields else []
        if isinstance(condition, AllOf | AnyOf):
            return [span for part in condition.parts for span in self._spans(part, field, text)]
        return []

    def spans(self, texts: Mapping[str, str]) -> Iterator[Span]:
        """Yield where in a record's texts the condition has its evidence."""
        for name, text in texts.items():
            for start, end in sorted(set(self._spans(self._condition, name, text))):
                yield Span(name, start, end)


def is_positive_text(condition: Condition) -> bool:
    """Say whether a part holds because of something in a text, and of nothing else."""
    if isinstance(condition, AllOf | AnyOf):
        return all(map(is_positive_text, condition.parts))
    return isinstance(condition, TextCondition)


def _text_leaves(condition: Condition) -> list[TextCondition]:
    return [leaf for leaf in leaves(condition) if isinstance(leaf, TextCondition)]
