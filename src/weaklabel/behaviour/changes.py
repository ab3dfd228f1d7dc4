"""Changes of a text: words replaced, sentences added, typing errors, case."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from weaklabel.behaviour.check import Change, LetterCase, Texts

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_PAIR = re.compile(r"(?<=[^\W\d_])[^\W\d_](?=[^\W\d_])")  # a letter inside a word, that may swap with the next


def count_variants(change: Change) -> int:
    """Return how many changed texts a change makes of one."""
    return max(1, len(change.append), len(change.prepend))


def apply_change(texts: Texts, change: Change, variant: int, rng: np.random.Generator) -> Texts:
    """Return the changed texts; the same where there is nothing to change.

    Parameters
    ----------
    texts
        The text of each field.
    change
        What to do; `swap`, which needs the template, is none of this.
    variant
        Which of several sentences is added.
    rng
        Decides where typing errors are made.
    """
    fields = [name for name in texts if texts[name] and (change.fields is None or name in change.fields)]
    if not fields:
        return texts
    if change.append:
        return {**texts, fields[-1]: f"{texts[fields[-1]]} {change.append[variant]}"}
    if change.prepend:
        return {**texts, fields[0]: f"{change.prepend[variant]} {texts[fields[0]]}"}
    if change.typos:
        return _misspell(texts, fields, change.typos, rng)
    if change.case:
        return {**texts, **{name: _set_case(texts[name], change.case) for name in fields}}
    return {**texts, **{name: _replace(texts[name], change.replace) for name in fields}}


def _set_case(text: str, case: LetterCase) -> str:
    if case == "title":  # str.title makes "Don'T"
        return _WORD.sub(lambda word: word[0].capitalize(), text)
    return text.upper() if case == "upper" else text.lower()


def _replace(text: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Replace whole words, all in one pass: what was put in is not replaced again."""
    by_word = {old.casefold(): new for old, new in pairs}
    longest_first = sorted((old for old, _ in pairs), key=len, reverse=True)
    pattern = "|".join(rf"(?<!\w){re.escape(old)}(?!\w)" for old in longest_first)
    return re.sub(pattern, lambda found: by_word.get(found[0].casefold(), found[0]), text, flags=re.IGNORECASE)


def _misspell(texts: Texts, fields: Sequence[str], number: int, rng: np.random.Generator) -> Texts:
    """Swap neighbouring letters inside words, never the first one; each place once, and no two that touch."""
    changed = {name: list(texts[name]) for name in fields}
    places = [(name, found.start()) for name in fields for found in _PAIR.finditer(texts[name])]
    places = [(name, at) for name, at in places if texts[name][at] != texts[name][at + 1]]
    taken: set[tuple[str, int]] = set()
    for i in rng.permutation(len(places)).tolist():
        name, at = places[i]
        if len(taken) == number:
            break
        if not {(name, at - 1), (name, at + 1)} & taken:
            letters = changed[name]
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
            taken.add((name, at))
    return {**texts, **{name: "".join(letters) for name, letters in changed.items()}}
