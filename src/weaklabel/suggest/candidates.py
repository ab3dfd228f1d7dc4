"""What a suggested labeling function may look for: the words and phrases of the texts, and how words begin.

A phrase is one to three words that stand one after the other in a folded text, with nothing but a space between them,
so that the phrase matcher finds it wherever it is listed from. In scripts without word spaces it is one to six
characters. Which records a phrase fires in is for the matcher to say: it knows of plurals and boundaries.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import CountVectorizer

from weaklabel.folding import fold, fold_with_offsets, is_unspaced

MOST_WORDS = 3
MOST_CHARACTERS = 6  # of a phrase in a script without word spaces
LEAST_RECORDS = 3  # of a candidate: fewer say nothing of its precision
NEAR = 2  # words on either side of a surface
LEAST_LETTERS = 4  # of a word's beginning

_MARKS = "".join(c for c in map(chr, range(0x300, 0x20000)) if unicodedata.category(c)[0] == "M")
_LETTER = rf"(?:[^\W_]|[{_MARKS}])"  # as the matcher has it: letters, numbers and combining marks
_TOKENS = re.compile(rf"{_LETTER}+(?:[.'’&]{_LETTER}+)*[+#]*")
_WORDS = re.compile(r"\w+")
# What Python's `re` holds equal to an ASCII letter, where case is ignored, besides its other case.
_AS_ASCII = str.maketrans({"ı": "i", "İ": "i", "ſ": "s", "K": "k"})


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """What a labeling function looks for: a phrase (`keywords`) or a regular expression."""

    kind: Literal["keywords", "regex"]
    text: str

    @property
    def generality(self) -> tuple[int, int, str]:
        """Sorts what is more general first: fewer words, then fewer letters."""
        return self.text.count(" "), len(self.text), self.text


def list_phrases(texts: Sequence[str]) -> list[str]:
    """Return the phrases that occur in at least three texts, sorted."""
    counter = CountVectorizer(analyzer=_phrases_in, min_df=LEAST_RECORDS, dtype=np.int32)
    try:
        counter.fit(texts)
    except ValueError:  # there is no text, or no phrase in three
        return []
    return [str(phrase) for phrase in counter.get_feature_names_out()]


class _Token(NamedTuple):
    """A word in a folded text, or a character of a script without word spaces; where it starts and ends."""

    start: int
    end: int
    is_character: bool


def _phrases_in(text: str) -> set[str]:
    folded = fold(text)
    tokens = list(_tokens_in(folded))
    return {folded[tokens[i].start : tokens[j].end] for i, j in _runs(folded, tokens)}


def _tokens_in(folded: str) -> Iterator[_Token]:
    for match in _TOKENS.finditer(folded):
        start = match.start()
        for i in range(match.start(), match.end()):
            if is_unspaced(folded[i]):
                if start < i:
                    yield _Token(start, i, is_character=False)
                yield _Token(i, i + 1, is_character=True)
                start = i + 1
        if start < match.end():
            yield _Token(start, match.end(), is_character=False)


def _runs(folded: str, tokens: Sequence[_Token]) -> Iterator[tuple[int, int]]:
    """Yield the first and last token of every phrase."""
    for i, first in enumerate(tokens):
        most = MOST_CHARACTERS if first.is_character else MOST_WORDS
        for j in range(i, min(i + most, len(tokens))):
            if j > i and not _is_joined(folded, tokens[j - 1], tokens[j]):
                break
            yield i, j


def _is_joined(folded: str, left: _Token, right: _Token) -> bool:
    """Say whether two tokens may stand in one phrase; a word and a character of another script do not."""
    between = folded[left.end : right.start]
    return left.is_character == right.is_character and between == ("" if left.is_character else " ")


def list_nearby(text: str, spans: Iterable[tuple[int, int]]) -> set[str]:
    """Return the phrases around and beside stretches of a text, but for those that lie inside one.

    A phrase may hold the stretch and as many words more as a phrase has, of those that stand no further than two words
    from it.

    Parameters
    ----------
    text
        The original text.
    spans
        Start and end of each stretch, in characters of the original text.
    """
    folded, offsets = fold_with_offsets(text)
    tokens = list(_tokens_in(folded))
    found: set[str] = set()
    for start, end in spans:
        inside = [k for k, token in enumerate(tokens) if offsets[token.end - 1] >= start and offsets[token.start] < end]
        if inside:
            found.update(_phrases_around(folded, tokens, inside[0], inside[-1]))
    return found


def _phrases_around(folded: str, tokens: Sequence[_Token], first: int, last: int) -> Iterator[str]:
    low, high = max(0, first - NEAR), min(len(tokens) - 1, last + NEAR)
    longest = last - first + MOST_WORDS
    for i in range(low, high + 1):
        for j in range(i, min(i + longest, high + 1)):
            if j > i and not _is_joined(folded, tokens[j - 1], tokens[j]):
                break
            if not (first <= i and j <= last):
                yield folded[tokens[i].start : tokens[j].end]


def fire_beginnings(texts: Sequence[Sequence[str]]) -> tuple[list[Evidence], csr_array]:
    r"""Return beginnings of words, `\bsegment\w*`, and the records in which they fire.

    A beginning has four ASCII letters or more, stands in at least three records and two different words, and is as long
    as it can be without firing in fewer records.

    Parameters
    ----------
    texts
        For each text field, the records' texts.

    Returns
    -------
    evidence, fires
        float64 of shape (records, beginnings): 1 where the regular expression is found.
    """
    n_records = len(texts[0]) if texts else 0
    records_of: dict[str, set[int]] = defaultdict(set)
    for field in texts:
        for record, text in enumerate(field):
            for word in _WORDS.findall(text):
                records_of[word.translate(_AS_ASCII).lower()].add(record)
    words = sorted(records_of)
    longest: dict[frozenset[int], str] = {}
    for beginning in sorted(_shared_beginnings(words)):
        first, last = bisect_left(words, beginning), bisect_right(words, beginning + chr(0x10FFFF))
        records = frozenset[int]().union(*(records_of[word] for word in words[first:last]))
        if len(records) >= LEAST_RECORDS:
            longest[records] = max(longest.get(records, ""), beginning, key=len)
    found = sorted((beginning, sorted(records)) for records, beginning in longest.items())
    evidence = [Evidence("regex", rf"\b{beginning}\w*") for beginning, _ in found]
    return evidence, ones_at([records for _, records in found], n_records)


def _shared_beginnings(words: Sequence[str]) -> set[str]:
    """Return what two different words begin with; `words` are sorted, so that such words stand side by side."""
    shared: set[str] = set()
    for left, right in pairwise(words):
        length = next(
            (i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right))
        )
        common = left[:length]
        if len(common) >= LEAST_LETTERS and common.isascii() and common.isalpha():
            shared.add(common)
    return shared


def ones_at(rows_of_column: Sequence[Sequence[int]], n_rows: int) -> csr_array:
    """Return a sparse matrix of shape (rows, columns), float64, with ones in the given rows of each column."""
    rows = np.array([row for rows in rows_of_column for row in rows], dtype=np.int32)
    columns = np.repeat(np.arange(len(rows_of_column), dtype=np.int32), [len(rows) for rows in rows_of_column])
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=(n_rows, len(rows_of_column)))
