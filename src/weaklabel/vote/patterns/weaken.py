r"""Weaken a regular expression of Python's `re` to what RE2 can look for, found wherever `re` finds a match.

Soundness. Read a text by the images of its characters (see `images`). Claim: if a part of a pattern matches a
stretch of a text, then what it is weakened to matches the images of that stretch, at the same place. By induction on
the parts, as Python's own parser gives them:

- An atom (literal, `.`, class) becomes the class of the images of all characters that it matches, or a larger one.
- `\A ^ $ \Z \b \B` hold at the same places of a text and of its images, as images keep newlines and word characters.
  `$` becomes the end of any line, which is weaker. Under `(?a)`, `\b` means something else outside of ASCII: dropped.
- A look-around takes up no characters: dropped, which is weaker.
- Sequences, groups and alternatives keep their form. A conditional group is one of its two alternatives.
- A possessive or atomic part matches nothing that it would not match as a plain one.
- `x{m,n}` stays as it is for small n; else `x{k,}` with k <= m is weaker.
- A back reference, and whatever a later Python may add, takes up some stretch of text: any stretch will do.

A part that may take up any stretch, or run on past words, is a gap: `a.*b` is not looked for, but `a` and `b` are,
anywhere. That is weaker too, and it keeps RE2's automaton small: it need not remember every `a` until its `b`. What a
positive look-around asks for, outside of repetitions, is one more piece that must be somewhere in the text.

Nothing here is taken from a pattern's spelling: flags, escapes and verbose mode are for Python's parser to read.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from weaklabel.vote.patterns.atoms import atom_images, spell_class

MAX_REPEAT = 4
MAX_ALTERNATIVES = 64
_ATOMS = {sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN}
_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}
_ASSERTIONS = {
    sre.AT_BEGINNING: r"\A", sre.AT_BEGINNING_STRING: r"\A", sre.AT_END: "(?m:$)", sre.AT_END_STRING: r"\z",
    sre.AT_BOUNDARY: r"\b", sre.AT_NON_BOUNDARY: r"\B",
}  # fmt: skip

Items = Any  # a sequence of (opcode, argument), as the parser of `re` gives it


def weaken(pattern: str, flags: int, *, ascii_only: bool) -> list[tuple[str, ...]]:
    """Weaken a pattern for ASCII texts, or for the images of texts that hold other characters as well.

    Parameters
    ----------
    pattern, flags
        As they are given to `re.compile`.
    ascii_only
        Whether the texts are ASCII; what is required of them is then nearly all that the pattern asks for.

    Returns
    -------
    list of tuple of str
        Alternatives, each of pieces: patterns for RE2 over bytes. Where `re` finds `pattern` in a text, all pieces of
        one of the alternatives are found in the text's images. An alternative without pieces says nothing.
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # whoever compiled the pattern has been warned
            tree = _parser.parse(pattern, flags)
        alternatives = _Weakener(ascii_only=ascii_only).alternatives(tree, tree.state.flags)
    except RecursionError:
        return [()]
    return [tuple(dict.fromkeys(filter(None, pieces.required()))) for pieces in alternatives]


@dataclass(frozen=True, slots=True)
class _Pieces:
    """What must be found in a row, gaps between, and what must be found besides; the outer two may still grow."""

    row: tuple[str, ...]
    besides: tuple[str, ...] = ()

    def required(self) -> tuple[str, ...]:
        return (*self.row, *self.besides)

    def then(self, after: _Pieces) -> _Pieces:
        row = (*self.row[:-1], self.row[-1] + after.row[0], *after.row[1:])
        return _Pieces(row, self.besides + after.besides)


_GAP = _Pieces(("", ""))


def _join(before: list[_Pieces], after: list[_Pieces]) -> list[_Pieces]:
    if len(before) * len(after) > MAX_ALTERNATIVES:
        after = [_GAP]
    return [first.then(second) for first in before for second in after]


@dataclass(frozen=True, slots=True)
class _Weakener:
    ascii_only: bool

    def alternatives(self, items: Items, flags: int) -> list[_Pieces]:
        """Weaken a sequence to alternatives of pieces."""
        found = [_Pieces(("",))]
        for opcode, argument in items:
            found = _join(found, self._item_alternatives(opcode, argument, flags))
        return found

    def _item_alternatives(self, opcode: Any, argument: Any, flags: int) -> list[_Pieces]:
        if opcode is sre.ASSERT:
            return [_Pieces(("",), inside.required()) for inside in self.alternatives(argument[1], flags)]
        if opcode is sre.SUBPATTERN:
            return self.alternatives(argument[3], _inside(flags, argument))
        if not self._has_gap(opcode, argument, flags):
            return [_Pieces((self._item(opcode, argument, flags, MAX_REPEAT),))]
        if opcode in _REPEATS:
            least, _, items = argument
            return _join(self.alternatives(items, flags), [_GAP]) if least else [_GAP]
        return self._branch_alternatives(_bodies(opcode, argument), flags) or [_GAP]

    def _branch_alternatives(self, branches: list[Items], flags: int) -> list[_Pieces]:
        """Weaken alternatives of which some have gaps; all others together are one piece."""
        whole: list[str] = []
        found: list[_Pieces] = []
        for items in branches:
            if self._holds_gap(items, flags):
                found.extend(self.alternatives(items, flags))
            else:
                whole.append(self._sequence(items, flags, MAX_REPEAT))
        return [*found, _Pieces((_group(whole),))] if whole else found

    def _has_gap(self, opcode: Any, argument: Any, flags: int) -> bool:
        """Say whether a part may take up any stretch of text, run on past words, or holds a part that may."""
        if opcode in _ATOMS or opcode in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
            return False
        if opcode in _REPEATS and argument[1] > MAX_REPEAT and self._runs_on(argument[2], flags):
            return True
        bodies = _bodies(opcode, argument)
        flags = _inside(flags, argument) if opcode is sre.SUBPATTERN else flags
        return not bodies or any(self._holds_gap(items, flags) for items in bodies)

    def _holds_gap(self, items: Items, flags: int) -> bool:
        return any(self._has_gap(opcode, argument, flags) for opcode, argument in items)

    def _runs_on(self, items: Items, flags: int) -> bool:
        """Say whether a repeated part may pass over the end of a word; taken for granted of all but an atom."""
        opcode, argument = items[0] if len(items) == 1 else (None, None)
        if opcode not in _ATOMS:
            return True
        images = atom_images(opcode, argument, flags, ascii_only=self.ascii_only)
        return " " in images and any(c.isalpha() for c in images)

    def _sequence(self, items: Items, flags: int, limit: int) -> str:
        return "".join(self._item(opcode, argument, flags, limit) for opcode, argument in items)

    def _item(self, opcode: Any, argument: Any, flags: int, limit: int) -> str:
        """Weaken a part without gaps to one piece, nested repetitions multiplying to no more than `limit`."""
        if opcode in _ATOMS:
            return spell_class(atom_images(opcode, argument, flags, ascii_only=self.ascii_only))
        if opcode is sre.AT:
            return self._assertion(argument, flags)
        if opcode in _REPEATS:
            least, most, items = argument
            return self._repeat(int(least), int(most), items, flags, limit)
        flags = _inside(flags, argument) if opcode is sre.SUBPATTERN else flags
        return _group(self._sequence(items, flags, limit) for items in _bodies(opcode, argument))

    def _repeat(self, least: int, most: int, items: Items, flags: int, limit: int) -> str:
        if most <= limit:
            return f"{_group([self._sequence(items, flags, limit // max(1, most))])}{{{least},{most}}}"
        least = min(least, limit)
        return f"{_group([self._sequence(items, flags, limit // max(1, least))])}{{{least},}}"

    def _assertion(self, code: Any, flags: int) -> str:
        if code is sre.AT_BEGINNING and flags & re.MULTILINE:
            return "(?m:^)"
        if code in (sre.AT_BOUNDARY, sre.AT_NON_BOUNDARY) and flags & re.ASCII and not self.ascii_only:
            return ""
        return _ASSERTIONS.get(code, "")


def _bodies(opcode: Any, argument: Any) -> list[Items]:
    """Return what a group or repetition holds: its alternatives, one of which a match goes through."""
    match opcode:
        case sre.BRANCH:
            return list(argument[1])
        case sre.GROUPREF_EXISTS:
            return [argument[1], argument[2] or ()]
        case sre.SUBPATTERN:
            return [argument[3]]
        case sre.ATOMIC_GROUP:
            return [argument]
        case sre.MAX_REPEAT | sre.MIN_REPEAT | sre.POSSESSIVE_REPEAT:
            return [argument[2]]
    return []


def _group(alternatives: Iterable[str]) -> str:
    return f"(?:{'|'.join(alternatives)})"


def _inside(flags: int, argument: Any) -> int:
    """Return the flags inside of a group like `(?a-i:…)`."""
    _, added, dropped, _ = argument
    if added & (re.ASCII | re.UNICODE):
        flags &= ~(re.ASCII | re.UNICODE)
    return int((flags | added) & ~dropped)
