"""Many regular expressions against texts: found where Python's `re` finds them, and asked of it only where need be."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from weaklabel.vote.patterns.prefilter import Prefilter

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Search = Callable[[str], Any]
Attempt = Callable[[int, int, Search, str], bool]


def plain(pattern: int, row: int, search: Search, text: str) -> bool:  # noqa: ARG001 - other attempts count by them
    """Search a text without a limit."""
    return search(text) is not None


class PatternSet:
    r"""Many regular expressions against texts: found where Python's `re` finds them.

    RE2 passes once over a text and says which patterns may match it; `re` then decides. A pattern that cannot be
    weakened to one that RE2 takes goes to `re` on every text, and so do all of them where google-re2 is missing.

    Parameters
    ----------
    patterns
        Pairs of a regular expression and whether it keeps case; it is compiled with `re.IGNORECASE` unless it does.

    Raises
    ------
    re.error
        Where `re` does not take a pattern.

    Examples
    --------
    >>> patterns = PatternSet([(r"\bGPT-\d", False), ("RL", True)])
    >>> patterns.matches(["gpt-2", "RL and rl", "rl"]).toarray().tolist()
    [[1, 0], [0, 1], [0, 0]]
    """

    def __init__(self, patterns: Sequence[tuple[str, bool]]) -> None:
        self._patterns = [(pattern, 0 if keep_case else int(re.IGNORECASE)) for pattern, keep_case in patterns]
        self._searches: list[Search] = [re.compile(pattern, flags).search for pattern, flags in self._patterns]
        self._ascii_prefilter = Prefilter(self._patterns, ascii_only=True)

    @cached_property
    def _prefilter(self) -> Prefilter:
        """Where no text needs it, it is never built."""
        return Prefilter(self._patterns, ascii_only=False)

    def matches(self, texts: Sequence[str], attempt: Attempt = plain) -> csr_matrix:
        """Say which patterns are found in which texts.

        Parameters
        ----------
        texts
            The texts to search.
        attempt
            Called as `attempt(pattern, row, search, text)` for every pattern that may be found in a text; it calls
            `search(text)` and says whether that found something. Limits on time, and what to make of a search that
            exceeds one, are its business.

        Returns
        -------
        scipy.sparse.csr_matrix
            int8 of shape (texts, patterns): 1 where the pattern is found; column indices are sorted.
        """
        from scipy.sparse import csr_matrix

        found: list[int] = []
        ends = [0]
        for row, text in enumerate(texts):
            prefilter = self._ascii_prefilter if text.isascii() else self._prefilter
            found.extend(
                index for index in prefilter.candidates(text) if attempt(index, row, self._searches[index], text)
            )
            ends.append(len(found))
        columns = np.array(found, dtype=np.int32)
        data = np.ones(len(found), dtype=np.int8)
        return csr_matrix((data, columns, np.array(ends)), shape=(len(ends) - 1, len(self._searches)))
