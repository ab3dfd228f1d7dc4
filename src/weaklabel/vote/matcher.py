"""The phrase matcher: all phrases against a text in one pass, overlapping, on pyahocorasick.

What a phrase matches (docs/matching.md has it with examples):

- Phrase and text are folded: NFKC, casefold, and one space for each run of white space, hyphens and underscores.
- A match starts and ends on a token boundary. Between two word characters (letters, numbers, marks) there is none,
  unless one of them belongs to a script without word spaces. A symbol at a phrase's start (`.net`) may not
  follow a word character or itself. What follows may not turn the match into another token: `c` is not in `c++`
  or `c#`.
- Overlapping matches all count. A plural s counts where the phrase has four letters or more and does not end in ss.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import ahocorasick
import numpy as np

from weaklabel.errors import LabelingFunctionError, Problem
from weaklabel.folding import fold, fold_with_offsets, is_unspaced, is_word_character

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MIN_PLURAL_LETTERS = 4


class Match(NamedTuple):
    """A phrase found in a folded text, by its position among the phrases and where it starts and ends."""

    phrase: int
    start: int
    end: int


class PhraseMatcher:
    """Finds every one of many phrases in texts.

    Parameters
    ----------
    phrases
        The phrases; two that fold to the same form are both reported.
    keep_case
        Compare without casefolding.
    owners
        For each phrase, whose it is (its tags). With owners, a match that lies strictly inside a longer one of
        another owner is dropped.

    Raises
    ------
    LabelingFunctionError
        Where a phrase is no text or holds nothing but separators; it names every such phrase.

    Examples
    --------
    >>> matcher = PhraseMatcher(["neural network", "graph neural network"])
    >>> matcher.spans("A Graph-Neural Network")
    [(1, 2, 22), (0, 8, 22)]
    """

    def __init__(
        self, phrases: Iterable[str], *, keep_case: bool = False, owners: Sequence[Hashable] | None = None
    ) -> None:
        self.phrases = tuple(phrases)
        self._keep_case = keep_case
        self._owners = owners
        self._automaton = ahocorasick.Automaton()
        by_form: dict[str, list[int]] = defaultdict(list)
        problems: list[Problem] = []
        for index, phrase in enumerate(self.phrases):
            form = fold(phrase, keep_case=keep_case).strip() if isinstance(phrase, str) else ""
            if not form:
                what = f"phrase {index} is {phrase!r}, which holds nothing to match."
                problems.append(Problem(what, fix="Give a text with a letter, number or symbol."))
                continue
            by_form[form].append(index)
            if takes_plural(form):
                by_form[f"{form}s"].append(index)
        if problems:
            raise LabelingFunctionError(problems)
        for form, indices in by_form.items():
            self._automaton.add_word(form, (len(form), tuple(indices)))
        if by_form:
            self._automaton.make_automaton()

    def matches(self, texts: Iterable[Any]) -> csr_matrix:
        """Say which phrases occur in which texts.

        Parameters
        ----------
        texts
            Texts, as a list of str or a pyarrow string array; a null holds no phrase.

        Returns
        -------
        scipy.sparse.csr_matrix
            int8 of shape (texts, phrases): 1 where the phrase occurs; column indices are sorted.
        """
        from scipy.sparse import csr_matrix

        found: list[int] = []
        ends = [0]
        for text in texts:
            value = text if text is None or isinstance(text, str) else text.as_py()
            if value:
                matches = self._find(fold(value, keep_case=self._keep_case))
                found.extend(sorted({match.phrase for match in matches}))
            ends.append(len(found))
        columns = np.array(found, dtype=np.int32)
        data = np.ones(len(found), dtype=np.int8)
        return csr_matrix((data, columns, np.array(ends)), shape=(len(ends) - 1, len(self.phrases)))

    def spans(self, text: str) -> list[tuple[int, int, int]]:
        """Return (phrase, start, end) for every match in one text, by start, longest first.

        `start` and `end` are character offsets into `text` as it was given.
        """
        folded, offsets = _fold_once(text, keep_case=self._keep_case)
        found = {(match.phrase, offsets[match.start], _end_offset(offsets, match.end)) for match in self._find(folded)}
        return sorted(found, key=lambda span: (span[1], -span[2], span[0]))

    def _find(self, folded: str) -> list[Match]:
        if not len(self._automaton):
            return []
        matches = [
            Match(phrase, end - length + 1, end + 1)
            for end, (length, indices) in self._automaton.iter(folded)
            if is_bounded(folded, end - length + 1, end + 1)
            for phrase in indices
        ]
        return matches if self._owners is None else self._drop_nested(matches)

    def _drop_nested(self, matches: list[Match]) -> list[Match]:
        """Drop each match that lies strictly inside one of another owner, in one sweep by start, longest first."""
        owners = self._owners or ()
        # The two furthest ends so far that belong to different owners, each with where that match begins.
        furthest: list[tuple[int, int, Hashable]] = []
        kept: list[Match] = []
        for match in sorted(matches, key=lambda match: (match.start, -match.end)):
            owner = owners[match.phrase]
            if not any(
                other != owner and match.end <= end and (start, end) != (match.start, match.end)
                for end, start, other in furthest
            ):
                kept.append(match)
            best: dict[Hashable, tuple[int, int, Hashable]] = {}
            for entry in sorted([*furthest, (match.end, match.start, owner)], key=lambda entry: (-entry[0], entry[1])):
                best.setdefault(entry[2], entry)
            furthest = list(best.values())[:2]
        return kept


@lru_cache(maxsize=64)
def _fold_once(text: str, *, keep_case: bool) -> tuple[str, list[int]]:
    """Fold a text that several labeling functions are about to be asked for their spans in."""
    return fold_with_offsets(text, keep_case=keep_case)


def takes_plural(form: str) -> bool:
    """Say whether a folded phrase also matches with a plural s."""
    return (
        form[-1].isalpha()
        and not is_unspaced(form[-1])
        and not form.endswith("ss")
        and sum(c.isalpha() for c in form) >= MIN_PLURAL_LETTERS
    )


def is_bounded(folded: str, start: int, end: int) -> bool:
    """Say whether `folded[start:end]` starts and ends on token boundaries."""
    return _starts_token(folded, start) and _ends_token(folded, end)


def _starts_token(folded: str, start: int) -> bool:
    if start == 0:
        return True
    before, first = folded[start - 1], folded[start]
    if is_unspaced(before) or is_unspaced(first):
        return True
    if is_word_character(first):
        return not is_word_character(before)
    return not is_word_character(before) and before != first


def _ends_token(folded: str, end: int) -> bool:
    if end == len(folded):
        return True
    last, after = folded[end - 1], folded[end]
    if is_unspaced(last) or is_unspaced(after):
        return True
    if not is_word_character(last):
        return after != last
    if after == "+":
        return folded[end + 1 : end + 2] != "+"
    if after == "#":
        return folded[end + 1 : end + 2].isalpha()  # `c#` is a token; in `#ml#nlp` the second # begins one
    return not is_word_character(after)


def _end_offset(offsets: list[int], end: int) -> int:
    """Return where, in the original, the character ends of which folded position `end - 1` is a part."""
    last = offsets[end - 1]
    while end < len(offsets) - 1 and offsets[end] == last:
        end += 1
    return offsets[end]
