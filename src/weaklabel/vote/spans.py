"""The stretches of text behind a vote."""

from __future__ import annotations

from functools import lru_cache

from weaklabel.terms import LabelingFunction, Records, RuleLF, Span, TextLF
from weaklabel.vote.conditions import ConditionMatcher
from weaklabel.vote.text import TextMatcher


def find_spans(lf: LabelingFunction, records: Records, record: int) -> list[Span]:
    """Return where in a record a labeling function finds its evidence; a Python one shows none.

    Offsets count characters of the field's original text.
    """
    if isinstance(lf, RuleLF):
        return list(_rule_matcher(lf).spans({name: records.texts[name][record] for name in lf.fields}))
    if not isinstance(lf, TextLF):
        return []
    matcher = _matcher(lf)
    return [
        Span(name, start, end)
        for name in lf.fields
        for start, end in dict.fromkeys(matcher.spans(records.texts[name][record]))
    ]


@lru_cache(maxsize=4096)
def _rule_matcher(lf: RuleLF) -> ConditionMatcher:
    return ConditionMatcher(lf.condition)


@lru_cache(maxsize=4096)
def _matcher(lf: TextLF) -> TextMatcher:
    return TextMatcher(lf)
