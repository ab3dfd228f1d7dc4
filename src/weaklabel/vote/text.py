"""One labeling function that looks for something in texts, against the texts of a single record."""

from __future__ import annotations

import re
from collections.abc import Sequence

from weaklabel.errors import LabelingFunctionError, Problem
from weaklabel.terms import PatternLF, PhraseLF, TextLF, TokenPatternLF
from weaklabel.vote.phrases import PhraseMatcher
from weaklabel.vote.token_patterns import TokenPatternSet
from weaklabel.vote.workers.guard import OutOfTimeError, TimedGuard

Offsets = list[tuple[int, int]]

SPANS_TIMEOUT_S = 1.0


class TextMatcher:
    """Says where a labeling function finds its evidence in a text, and whether something silences it."""

    def __init__(self, lf: TextLF) -> None:
        flags = 0 if lf.keep_case else re.IGNORECASE
        self._phrases = PhraseMatcher(lf.phrases, keep_case=lf.keep_case) if isinstance(lf, PhraseLF) else None
        self._pattern = re.compile(lf.pattern, flags) if isinstance(lf, PatternLF) else None
        self._tokens = TokenPatternSet([lf]) if isinstance(lf, TokenPatternLF) else None
        unless = lf.unless.phrases
        self._unless_phrases = PhraseMatcher(unless, keep_case=lf.keep_case) if unless else None
        self._unless_pattern = re.compile(lf.unless.pattern, flags) if lf.unless.pattern else None

    def is_match(self, texts: Sequence[str]) -> bool:
        """Say whether the labeling function votes on a record with these texts (those of its fields).

        Raises
        ------
        LabelingFunctionError
            Where a spaCy pipeline fails on a text.
        """
        return any(self._has_evidence(text) for text in texts) and not self.is_silenced(texts)

    def is_silenced(self, texts: Sequence[str]) -> bool:
        """Say whether one of the texts holds what the labeling function's `unless` names."""
        return any(
            (self._unless_phrases is not None and self._unless_phrases.matches([text]).nnz > 0)
            or (self._unless_pattern is not None and self._unless_pattern.search(text) is not None)
            for text in texts
        )

    def _has_evidence(self, text: str) -> bool:
        if self._pattern is not None:
            return self._pattern.search(text) is not None
        if self._tokens is not None:
            found = next(self._tokens.find([text]))
            if found.errors:
                raise LabelingFunctionError(Problem(found.errors[0]))
            return bool(found.lfs)
        return self._phrases is not None and self._phrases.matches([text]).nnz > 0

    def spans(self, text: str) -> Offsets:
        """Return start and end, in characters, of every stretch of `text` that is evidence.

        Of a regular expression that takes long, or where no time limit can be kept, only the first.
        """
        if self._pattern is not None:
            return _search_spans(self._pattern, text)
        if self._tokens is not None:
            return self._tokens.spans(text, 0)
        return self._phrase_spans(text)

    def all_spans(self, text: str) -> Offsets:
        """Return the same, of a regular expression all, however long it takes; for calls that have a time limit."""
        if self._pattern is not None:
            return [match.span() for match in self._pattern.finditer(text)]
        return self.spans(text)

    def _phrase_spans(self, text: str) -> Offsets:
        return [(start, end) for _, start, end in self._phrases.spans(text)] if self._phrases else []


def _search_spans(pattern: re.Pattern[str], text: str) -> Offsets:
    """Search on behind the first match, which the vote has found in time, as far as time allows."""
    first = pattern.search(text)
    if first is None or not TimedGuard.is_available():
        return [] if first is None else [first.span()]
    try:
        with TimedGuard(SPANS_TIMEOUT_S) as guard:
            return guard.run(0, 0, lambda: [match.span() for match in pattern.finditer(text)])
    except OutOfTimeError:
        return [first.span()]
