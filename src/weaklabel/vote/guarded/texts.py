"""Labeling functions that look for something in texts: regular expressions, spaCy patterns, and what silences them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from weaklabel.terms import PatternLF, PhraseLF, RecordSource, TextLF, TokenPatternLF, Unless, Vocabulary
from weaklabel.vote.batch import Ballots, BatchVotes
from weaklabel.vote.guarded.calls import Calls
from weaklabel.vote.patterns import PatternSet
from weaklabel.vote.patterns.pattern_set import Search
from weaklabel.vote.phrases import PhraseMatcher
from weaklabel.vote.token_patterns import Found, TokenPatternSet

DOCS_AT_ONCE = 16
"""How many texts a spaCy pipeline reads in one call, which has the time limit of one."""

NOTHING = Found((), {})


class TextLFs:
    """Labeling functions that look for something in fields, unless they find something else there."""

    def __init__(self, lfs: Sequence[tuple[int, TextLF]], vocabulary: Vocabulary) -> None:
        self._lfs = lfs
        self._ballots = Ballots(lfs, vocabulary)
        self._finders = TextFinders(lfs)
        self._silencers = {k: _Silencer(i, lf) for k, (i, lf) in enumerate(lfs) if lf.unless != Unless()}

    def vote(self, records: RecordSource, calls: Calls) -> BatchVotes:
        """Return the votes on records; failures are counted in `calls`."""
        texts = {name: _texts_of(records, name) for name in self._finders.fields}
        fired = set(self._finders.find(records, calls))
        for k, silencer in self._silencers.items():
            silenced = silencer.find_phrases([texts[name] for name in self._lfs[k][1].fields])
            fired -= {(row, k) for row in silenced}
        standing = [
            (row, k)
            for row, k in sorted(fired)
            if not self._is_silenced(k, row, texts, calls) and (self._lfs[k][0], row) not in calls.failed
        ]
        pairs = np.array(standing, dtype=np.int32).reshape(-1, 2)
        return self._ballots.cast(pairs[:, 0], pairs[:, 1])

    def _is_silenced(self, k: int, row: int, texts: dict[str, list[str]], calls: Calls) -> bool:
        read = [texts[name][row] for name in self._lfs[k][1].fields]
        return k in self._silencers and self._silencers[k].holds(read, row, calls)


def _by_field(lfs: Sequence[tuple[int, TextLF]]) -> dict[str, list[tuple[int, int, TextLF]]]:
    """Group labeling functions by the fields they read: their place here, their position among all, and they."""
    groups: dict[str, list[tuple[int, int, TextLF]]] = defaultdict(list)
    for k, (i, lf) in enumerate(lfs):
        for name in lf.fields:
            groups[name].append((k, i, lf))
    return groups


def _texts_of(records: RecordSource, name: str) -> list[str]:
    return [text or "" for text in records.text_array(name).to_pylist()]


class TextFinders:
    """What labeling functions look for in texts, whatever silences them.

    Parameters
    ----------
    lfs
        The labeling functions, each with its position among all.
    first_group
        A negative number: shared calls are counted down from here.
    """

    def __init__(self, lfs: Sequence[tuple[int, TextLF]], *, first_group: int = -1) -> None:
        by_field = _by_field(lfs).items()
        self._finders = [_Finder(name, group, first_group - k) for k, (name, group) in enumerate(by_field)]

    @property
    def fields(self) -> list[str]:
        """The text fields that are read."""
        return [finder.field for finder in self._finders]

    def find(self, records: RecordSource, calls: Calls) -> Iterator[tuple[int, int]]:
        """Yield (row, place in `lfs`) for all that is found; failures are counted in `calls`."""
        for finder in self._finders:
            yield from finder.find(_texts_of(records, finder.field), calls)


class _Finder:
    """What the labeling functions that read one field look for."""

    def __init__(self, field: str, lfs: Sequence[tuple[int, int, TextLF]], number: int) -> None:
        self.field, self._number = field, number
        phrases = [(k, lf) for k, _, lf in lfs if isinstance(lf, PhraseLF)]
        self._phrases = [(k, PhraseMatcher(lf.phrases, keep_case=lf.keep_case)) for k, lf in phrases]
        regexes = [(k, i, lf) for k, i, lf in lfs if isinstance(lf, PatternLF)]
        self._regexes = [(k, i) for k, i, _ in regexes]
        self._patterns = PatternSet([(lf.pattern, lf.keep_case) for _, _, lf in regexes])
        token_patterns = [(k, i, lf) for k, i, lf in lfs if isinstance(lf, TokenPatternLF)]
        self._token_lfs = [(k, i) for k, i, _ in token_patterns]
        self._token_patterns = TokenPatternSet([lf for _, _, lf in token_patterns])
        self._token_patterns_alone = [TokenPatternSet([lf]) for _, _, lf in token_patterns]

    def find(self, texts: list[str], calls: Calls) -> Iterator[tuple[int, int]]:
        """Yield (row, place of a labeling function) for all that is found."""
        for k, matcher in self._phrases:
            yield from ((row, k) for row in matcher.matches(texts).nonzero()[0].tolist())
        if self._regexes:
            yield from self._find_patterns(texts, calls)
        if self._token_lfs:
            yield from self._find_token_patterns(texts, calls)

    def _find_patterns(self, texts: list[str], calls: Calls) -> Iterator[tuple[int, int]]:
        def attempt(pattern: int, row: int, search: Search, text: str) -> bool:
            return calls.make(self._regexes[pattern][1], row, None, search, text) is not None

        rows, patterns = self._patterns.matches(texts, attempt).nonzero()
        yield from ((row, self._regexes[p][0]) for row, p in zip(rows.tolist(), patterns.tolist(), strict=True))

    def _find_token_patterns(self, texts: list[str], calls: Calls) -> Iterator[tuple[int, int]]:
        for start in range(0, len(texts), DOCS_AT_ONCE):
            part = texts[start : start + DOCS_AT_ONCE]
            several = calls.make_shared(self._number, start, lambda part=part: list(self._token_patterns.find(part)))
            for row, text in enumerate(part, start):
                found = several[row - start] if several else self._find_alone(row, text, calls)
                for lf, error in found.errors.items():
                    calls.fail(self._token_lfs[lf][1], row, error)
                yield from ((row, self._token_lfs[lf][0]) for lf in found.lfs)

    def _find_alone(self, row: int, text: str, calls: Calls) -> Found:
        """Let each labeling function read a text by itself, so that the one that takes too long is known."""
        found: list[int] = []
        errors: dict[int, str] = {}
        for place, patterns in enumerate(self._token_patterns_alone):
            own = calls.make(self._token_lfs[place][1], row, NOTHING, next, patterns.find([text]))
            found += [place] * len(own.lfs)
            if own.errors:
                errors[place] = own.errors[0]
        return Found(tuple(found), errors)


class _Silencer:
    """What an `unless` names."""

    def __init__(self, i: int, lf: TextLF) -> None:
        self._i = i
        self._phrases = PhraseMatcher(lf.unless.phrases, keep_case=lf.keep_case) if lf.unless.phrases else None
        flags = 0 if lf.keep_case else re.IGNORECASE
        self._search = re.compile(lf.unless.pattern, flags).search if lf.unless.pattern else None

    def find_phrases(self, columns: Sequence[list[str]]) -> set[int]:
        """Return the rows that hold one of the phrases in one of the fields."""
        if self._phrases is None:
            return set()
        return {row for texts in columns for row in self._phrases.matches(texts).nonzero()[0].tolist()}

    def holds(self, texts: Sequence[str], row: int, calls: Calls) -> bool:
        """Say whether the regular expression is found in one of a record's texts."""
        search = self._search
        return search is not None and any(calls.make(self._i, row, None, search, text) for text in texts)
