"""The stretches of text behind a vote."""

from __future__ import annotations

from functools import lru_cache

from weaklabel.terms import LabelingFunction, Records, Span
from weaklabel.vote.text import TextLF, TextMatcher


def find_spans(lf: LabelingFunction, records: Records, record: int) -> list[Span]:
    """Return where in a record a labeling function finds its evidence; a Python one shows none.

    Offsets count characters of the field's original text.
    """
    if not isinstance(lf, TextLF):
        return []
    matcher = _matcher(lf)
    return [
        Span(name, start, end)
        for name in lf.fields
        for start, end in dict.fromkeys(matcher.spans(records.texts[name][record]))
    ]


@lru_cache(maxsize=4096)
def _matcher(lf: TextLF) -> TextMatcher:
    return TextMatcher(lf)
