"""One phrase or pattern labeling function against the texts of a record, with its `unless`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from weaklabel.terms import PatternLF, PhraseLF
from weaklabel.vote.matcher import PhraseMatcher


class TextMatcher:
    """Says where a labeling function finds its evidence in a text, and whether something silences it."""

    def __init__(self, lf: PhraseLF | PatternLF) -> None:
        flags = 0 if lf.keep_case else re.IGNORECASE
        self._phrases = PhraseMatcher(lf.phrases, keep_case=lf.keep_case) if isinstance(lf, PhraseLF) else None
        self._pattern = re.compile(lf.pattern, flags) if isinstance(lf, PatternLF) else None
        self._unless_phrases = PhraseMatcher(lf.unless.phrases, keep_case=lf.keep_case)
        self._unless_pattern = re.compile(lf.unless.pattern, flags) if lf.unless.pattern else None

    def is_match(self, texts: Sequence[str]) -> bool:
        """Say whether the labeling function votes on a record with these texts (those of its fields)."""
        return any(self._has_evidence(text) for text in texts) and not self.is_silenced(texts)

    def is_silenced(self, texts: Sequence[str]) -> bool:
        """Say whether one of the texts holds what the labeling function's `unless` names."""
        return any(
            _has_phrase(self._unless_phrases, text)
            or (self._unless_pattern is not None and self._unless_pattern.search(text) is not None)
            for text in texts
        )

    def _has_evidence(self, text: str) -> bool:
        if self._pattern is not None:
            return self._pattern.search(text) is not None
        return self._phrases is not None and _has_phrase(self._phrases, text)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return start and end, in characters, of every stretch of `text` that is evidence."""
        if self._pattern is not None:
            return [match.span() for match in self._pattern.finditer(text)]
        return [(start, end) for _, start, end in self._phrases.spans(text)] if self._phrases else []


def _has_phrase(matcher: PhraseMatcher, text: str) -> bool:
    return bool(matcher.phrases) and matcher.matches([text]).nnz > 0
