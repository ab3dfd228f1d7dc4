"""The phrase matcher: all phrases against all texts in one pass, overlapping.

What a phrase matches (docs/matching.md has it with examples):

- Phrase and text are folded: NFKC, casefold, and one space for each run of white space, hyphens and underscores.
- A match starts and ends on a token boundary. Between two word characters (letters, numbers, marks) there is none,
  unless one of them belongs to a script without word spaces. A symbol at a phrase's start (`.net`) may not
  follow a word character or itself. What follows may not turn the match into another token: `c` is not in `c++`
  or `c#`.
- Overlapping matches all count. A plural s counts where the phrase has four letters or more and does not end in ss.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from weaklabel.errors import LabelingFunctionError, Problem, RecordsError
from weaklabel.folding import fold, fold_with_offsets, is_unspaced
from weaklabel.vote.phrases.automaton import Automaton, Match, drop_nested
from weaklabel.vote.phrases.native import load_native
from weaklabel.vote.phrases.texts import as_string_arrays, buffers_of, decode

if TYPE_CHECKING:
    import pyarrow as pa
    from scipy.sparse import csr_matrix

MIN_PLURAL_LETTERS = 4

Rows = tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]
"""The phrases of each text, ascending, and where each text's begin: indices and indptr of a CSR matrix."""


class PhraseMatcher:
    """Finds every one of many phrases in texts.

    It matches in compiled code, which lets other threads run; where that is not installed, in Python, with the same
    result.

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
        self.phrases = tuple(_listed(phrases))
        self._keep_case = keep_case
        self._owners = owners
        self._forms = tuple(_fold_phrases(self.phrases, keep_case=keep_case))
        native = load_native()
        self._trie = native.Trie(self._forms, len(self.phrases), keep_case) if native else None

    @cached_property
    def _automaton(self) -> Automaton:
        return Automaton(self._forms)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.phrases, self._keep_case, self._owners)

    def matches(self, texts: Any) -> csr_matrix:
        """Say which phrases occur in which texts.

        Parameters
        ----------
        texts
            A pyarrow array or chunked array of strings (read in place), a pandas Series, or any iterable of str;
            a null holds no phrase.

        Returns
        -------
        scipy.sparse.csr_matrix
            int8 of shape (texts, phrases): 1 where the phrase occurs; column indices are sorted.

        Raises
        ------
        RecordsError
            Where a text is none, has more than 2 GB, or its bytes are no UTF-8; it names the text's position.
        """
        from scipy.sparse import csr_matrix

        arrays, admits_surrogates = as_string_arrays(texts)
        indices, indptr = [np.zeros(0, dtype=np.int32)], [np.zeros(1, dtype=np.int64)]
        n_texts = n_matches = 0
        for array in arrays:
            found, ends = self._match(array, n_texts, admits_surrogates=admits_surrogates)
            indices.append(found)
            indptr.append(ends[1:] + n_matches)
            n_texts += len(array)
            n_matches += len(found)
        data = np.ones(n_matches, dtype=np.int8)
        shape = (n_texts, len(self.phrases))
        return csr_matrix((data, np.concatenate(indices), np.concatenate(indptr)), shape=shape, copy=False)

    def _match(self, array: pa.Array, before: int, *, admits_surrogates: bool) -> Rows:
        """Match one array; `before` texts were matched before it."""
        try:
            if self._trie is None:
                return _as_rows(self._find_phrases(text) for text in decode(array))
            rows = self._trie.match(*buffers_of(array), admits_surrogates=admits_surrogates)
            return rows if self._owners is None else self._drop_nested(rows, array)
        except ValueError as error:
            row = _first_invalid(array)
            if row is None:
                raise
            what = f"text {before + row} is no UTF-8."
            raise RecordsError(Problem(what, fix="Decode it as what it is, then encode it as UTF-8.")) from error
        except OverflowError as error:
            what = f"text {before + error.args[0]} has more than 2 GB."
            raise RecordsError(Problem(what, fix="Cut it into several.")) from error

    def _find_phrases(self, text: str | None) -> list[int]:
        """Return the phrases in a text, ascending."""
        if not text:
            return []
        return sorted({match.phrase for match in self._find(fold(text, keep_case=self._keep_case))})

    def _find(self, folded: str) -> list[Match]:
        matches = self._automaton.find(folded)
        return matches if self._owners is None else drop_nested(matches, self._owners)

    def _drop_nested(self, rows: Rows, array: pa.Array) -> Rows:
        """Match those texts anew in which one phrase may lie inside another: those with two or more."""
        indices, indptr = rows
        listed: list[list[int]] = [indices[start:end].tolist() for start, end in pairwise(indptr.tolist())]
        crowded = np.flatnonzero(np.diff(indptr) > 1)
        for row, text in zip(crowded.tolist(), decode(array.take(crowded)), strict=True):
            listed[row] = self._find_phrases(text)
        return _as_rows(listed)

    def spans(self, text: str) -> list[tuple[int, int, int]]:
        """Return (phrase, start, end) for every match in one text, by start, longest first.

        `start` and `end` are character offsets into `text` as it was given.

        Raises
        ------
        RecordsError
            Where the text is none.
        """
        if not isinstance(text, str):
            raise RecordsError(Problem(f"the text is {text!r:.40}, which is no text.", fix="Give one str."))
        folded, offsets = _fold_once(text, keep_case=self._keep_case)
        found = {(match.phrase, offsets[match.start], _end_offset(offsets, match.end)) for match in self._find(folded)}
        return sorted(found, key=lambda span: (span[1], -span[2], span[0]))


def _rebuild(phrases: tuple[str, ...], keep_case: bool, owners: Sequence[Hashable] | None) -> PhraseMatcher:
    return PhraseMatcher(phrases, keep_case=keep_case, owners=owners)


def _listed(phrases: Any) -> Iterable[Any]:
    """Return phrases as a list; Arrow's scalars as what they hold."""
    if isinstance(phrases, str | bytes) or not isinstance(phrases, Iterable):
        what = f"the phrases are {phrases!r:.40}, which is no list."
        raise LabelingFunctionError(Problem(what, fix="Put the phrases into a list."))
    return phrases.to_pylist() if hasattr(phrases, "to_pylist") else phrases


def _fold_phrases(phrases: Sequence[Any], *, keep_case: bool) -> Iterator[tuple[str, int]]:
    """Yield each folded form with the position of its phrase: the phrase itself and, where it has one, its plural."""
    problems: list[Problem] = []
    for index, phrase in enumerate(phrases):
        form = fold(phrase, keep_case=keep_case).strip() if isinstance(phrase, str) else ""
        if not form:
            is_text = isinstance(phrase, str)
            what = f"phrase {index} is {phrase!r}, which {'holds nothing to match' if is_text else 'is no text'}."
            problems.append(Problem(what, fix="Give a text with a letter, number or symbol."))
            continue
        yield form, index
        if takes_plural(form):
            yield f"{form}s", index
    if problems:
        raise LabelingFunctionError(problems)


def _as_rows(listed: Iterable[list[int]]) -> Rows:
    found: list[int] = []
    ends = [0]
    for phrases in listed:
        found.extend(phrases)
        ends.append(len(found))
    return np.array(found, dtype=np.int32), np.array(ends, dtype=np.int64)


def _first_invalid(array: pa.Array) -> int | None:
    """Return the position of the first text whose bytes are no UTF-8."""
    for row in range(len(array)):
        try:
            array[row].as_py()
        except UnicodeDecodeError:
            return row
    return None


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


def _end_offset(offsets: list[int], end: int) -> int:
    """Return where, in the original, the character ends of which folded position `end - 1` is a part."""
    last = offsets[end - 1]
    while end < len(offsets) - 1 and offsets[end] == last:
        end += 1
    return offsets[end]
