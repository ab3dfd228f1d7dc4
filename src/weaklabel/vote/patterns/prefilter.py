"""The prefilter: which of many patterns may match a text, in one pass over it with RE2's automata."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain
from typing import Any

from weaklabel.vote.patterns.images import images_of
from weaklabel.vote.patterns.weaken import weaken

MAX_MEMORY_BYTES = 64 * 1024 * 1024  # of one automaton, which grows as texts need it
_UNLIKE = (b"a", b"0", b"-", b" ")  # what is found in each of these, or in the empty text, tells texts apart too seldom


class Prefilter:
    """Narrows down which patterns are found in a text: it never leaves out one that `re` finds.

    Parameters
    ----------
    patterns
        Pairs of a pattern and its flags, as for `re.compile`.
    ascii_only
        Whether the texts to come are ASCII. See `weaken`.
    """

    def __init__(self, patterns: Sequence[tuple[str, int]], *, ascii_only: bool) -> None:
        self._always: list[int] = []
        self._pattern_of: list[int] = []  # of each alternative
        self._n_required: list[int] = []  # pieces of each alternative
        by_piece: dict[str, list[int]] = defaultdict(list)
        is_telling = cache(_is_telling)
        for index, (pattern, flags) in enumerate(patterns):
            alternatives = [list(filter(is_telling, a)) for a in weaken(pattern, flags, ascii_only=ascii_only)]
            if not all(alternatives):
                self._always.append(index)
                continue
            for pieces in alternatives:
                for piece in pieces:
                    by_piece[piece].append(len(self._pattern_of))
                self._pattern_of.append(index)
                self._n_required.append(len(pieces))
        self._automata = _compile(list(by_piece.items()))

    def candidates(self, text: str) -> list[int]:
        """Return the positions of the patterns that may match `text`, in order."""
        if not self._automata:
            return self._always
        images = images_of(text)
        found = Counter(chain.from_iterable(automaton.find(images) for automaton in self._automata))
        if not found:
            return self._always
        may_match = {self._pattern_of[a] for a, n_pieces in found.items() if n_pieces == self._n_required[a]}
        return sorted(may_match.union(self._always))


class _Automaton:
    """Finds pieces, each given with the alternatives that require it.

    An automaton that runs out of memory says so by finding nothing, not even the end of the text, which is added to
    it for this. Then, and where it cannot be built, it claims to find everything.
    """

    def __init__(self, pieces: Sequence[tuple[str, list[int]]]) -> None:
        import re2

        self._alternatives = [alternatives for _, alternatives in pieces]
        self._end = len(pieces)
        self._set: Any = re2.Set.SearchSet(_options())
        for piece, _ in pieces:
            self._set.Add(piece.encode("ascii"))
        self._set.Add(rb"\z")
        try:
            self._set.Compile()
        except re2.error:
            self._set = None

    @property
    def is_built(self) -> bool:
        return self._set is not None

    def find(self, images: bytes) -> Iterable[int]:
        """Return the alternatives that require a piece found, once for each such piece."""
        found = self._set.Match(images) if self.is_built else None
        if not found or self._end not in found:
            return chain.from_iterable(self._alternatives)
        return chain.from_iterable(self._alternatives[piece] for piece in found if piece != self._end)


def _compile(pieces: Sequence[tuple[str, list[int]]]) -> list[_Automaton]:
    """Build as few automata as there is memory for."""
    if not pieces:
        return []
    automaton = _Automaton(pieces)
    if automaton.is_built or len(pieces) == 1:
        return [automaton]
    middle = len(pieces) // 2
    return [*_compile(pieces[:middle]), *_compile(pieces[middle:])]


def _is_telling(piece: str) -> bool:
    """Say whether a piece tells texts apart, and whether RE2 takes it; False without RE2."""
    try:
        import re2
    except ImportError:
        return False
    try:
        pattern = re2.compile(piece.encode("ascii"), _options())
    except re2.error:
        return False
    return not pattern.search(b"") and not all(pattern.search(text) for text in _UNLIKE)


def _options() -> Any:
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1  # a byte is a character
    options.max_mem = MAX_MEMORY_BYTES
    options.log_errors = False
    return options
