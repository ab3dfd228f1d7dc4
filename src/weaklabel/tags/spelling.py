"""Resolve an author's spelling to a tag of the vocabulary, and say how it was resolved."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from weaklabel.folding import fold
from weaklabel.terms import GivenTag, Records, ResolvedTags, SpellingMatch, Vocabulary
from weaklabel.terms.records import GivenTags

MIN_TYPO_LENGTH = 6
MIN_TRUNCATED_LENGTH = 8
TRUNCATED_SHARE = 0.6
ESTABLISHED = 3  # so many records with one unknown spelling make it a tag that the vocabulary lacks, not an error


def canonical_form(spelling: str) -> str:
    """Return the form in which two spellings of one tag are equal: folded, with words apart by one space."""
    return fold(spelling).strip()


def _joined(form: str) -> str:
    return form.replace(" ", "")


def _singular(form: str) -> str:
    """Drop a plural s (not in ss), where four letters or more are left."""
    cut = form[:-1]
    letters = sum(c.isalpha() for c in cut)
    return cut if form.endswith("s") and not form.endswith("ss") and letters >= 4 else form


def loose_form(form: str) -> str:
    """Return what a canonical form shares with its plural or singular and with its words joined."""
    return _joined(_singular(form))


class Speller:
    """Knows every surface of a vocabulary and resolves spellings to tags.

    A tag's name wins over another tag's alias; an alias that two tags share resolves to neither.

    Parameters
    ----------
    vocabulary
        The tags and their aliases.
    established
        Spellings that several authors use. One of these is a tag in its own right that the vocabulary lacks, and
        is never taken for a typing error.
    """

    def __init__(self, vocabulary: Vocabulary, established: Iterable[str] = ()) -> None:
        self._vocabulary = vocabulary
        self._established = {canonical_form(spelling) for spelling in established}
        self._forms: dict[str, tuple[str, str] | None] = {}
        self._loose: dict[str, tuple[str, str] | None] = {}
        for tag in vocabulary.tags:
            self._forms[canonical_form(tag.name)] = (tag.name, tag.name)
        names = set(self._forms)
        for tag in vocabulary.tags:
            for alias in tag.aliases:
                form = canonical_form(alias)
                if form not in names:
                    _add(self._forms, form, (tag.name, alias))
        for form, target in self._forms.items():
            for key in {_joined(form), loose_form(form)}:
                if target is not None:
                    _add(self._loose, key, target)
        self._candidates = sorted(
            form for form, target in self._forms.items() if target and len(form) >= MIN_TYPO_LENGTH
        )

    def resolve(self, spelling: str) -> SpellingMatch | None:
        """Return what tag `spelling` stands for by rule, or None; typing errors are for :meth:`correct`."""
        if spelling in self._vocabulary:
            return SpellingMatch(spelling, "name", spelling, 1.0)
        form = canonical_form(spelling)
        target = self._forms.get(form)
        confidence = 0.99
        if target is None and form not in self._forms:
            target = self._loose.get(_joined(form)) or self._loose.get(loose_form(form))
            confidence = 0.97
        if target is None:
            return None
        tag, surface = target
        return SpellingMatch(tag, "form" if surface == tag else "alias", surface, confidence)

    def owners(self, spelling: str) -> list[str]:
        """Return the names of all tags that have `spelling` as an alias, in any form."""
        form = canonical_form(spelling)
        return [tag.name for tag in self._vocabulary.tags if form in map(canonical_form, tag.aliases)]

    def correct(self, spelling: str) -> SpellingMatch | None:
        """Return the tag of which `spelling` is a typing error, or None where none is near enough, or two are.

        One wrong, missing, extra or swapped letter is allowed, two from ten letters on; every word must begin with
        the same letter and digits must agree (`gpt-2` is no typing error for `gpt-3`, nor `supervised learning`
        for `unsupervised learning`). A cut-off spelling must hold most of the surface.
        """
        form = canonical_form(spelling)
        if form in self._established or form in self._forms or len(form) < MIN_TYPO_LENGTH:
            return None
        return self._correct_typo(form) or self._complete(form)

    def _correct_typo(self, form: str) -> SpellingMatch | None:
        limit = 1 if len(form) < 10 else 2
        found = process.extract(form, self._candidates, scorer=OSA.distance, score_cutoff=limit, limit=None)
        near = [(distance, surface) for surface, distance, _ in found if _is_plausible_typo(form, surface)]
        if not near:
            return None
        best = min(distance for distance, _ in near)
        targets = {self._forms[surface] for distance, surface in near if distance == best} - {None}
        if len({target[0] for target in targets if target}) != 1:
            return None
        tag, surface = min(target for target in targets if target)
        return SpellingMatch(tag, "typo", surface, 1 - best / len(form))

    def _complete(self, form: str) -> SpellingMatch | None:
        """Find the surface of which `form` is the beginning, cut off inside a word."""
        if len(form) < MIN_TRUNCATED_LENGTH:
            return None
        whole = [s for s in self._candidates if s.startswith(form) and len(form) >= TRUNCATED_SHARE * len(s)]
        targets = {target for s in whole if s[len(form)] != " " and (target := self._forms[s])}
        if len({tag for tag, _ in targets}) != 1:
            return None
        tag, surface = min(targets)
        return SpellingMatch(tag, "truncated", surface, 0.5 + 0.5 * len(form) / len(surface))

    def nearest(self, spelling: str) -> str | None:
        """Return the tag with the surface most like `spelling`, to suggest; None where none is alike."""
        found = process.extractOne(canonical_form(spelling), self._candidates, scorer=fuzz.ratio, score_cutoff=75)
        target = self._forms[found[0]] if found else None
        return target[0] if target else None


def resolve_given(records: Records, vocabulary: Vocabulary) -> tuple[ResolvedTags, ...]:
    """Resolve every given tag of every record; None for an unlabelled record."""
    return resolve_tags(records.given, vocabulary)


def resolve_tags(given: Sequence[GivenTags], vocabulary: Vocabulary) -> tuple[ResolvedTags, ...]:
    """Resolve tags as people spelt them, record by record; None stays None."""
    uses = Counter(spelling for tags in given for spelling in tags or ())
    speller = Speller(vocabulary, (spelling for spelling, count in uses.items() if count >= ESTABLISHED))
    resolved = {spelling: _resolve(speller, spelling) for spelling in uses}
    return tuple(None if tags is None else tuple(resolved[spelling] for spelling in tags) for tags in given)


def _resolve(speller: Speller, spelling: str) -> GivenTag:
    match = speller.resolve(spelling) or speller.correct(spelling)
    return GivenTag(spelling, match, None if match else speller.nearest(spelling))


def _add(forms: dict[str, tuple[str, str] | None], form: str, target: tuple[str, str]) -> None:
    """Enter a form; one that already stands for another tag stands for none."""
    known = forms.get(form, target)
    forms[form] = known if known is not None and known[0] == target[0] else None


_DIGITS = re.compile(r"\d+")


def _is_plausible_typo(form: str, surface: str) -> bool:
    words, others = form.split(), surface.split()
    return (
        len(words) == len(others)
        and all(a[0] == b[0] for a, b in zip(words, others, strict=True))
        and _DIGITS.findall(form) == _DIGITS.findall(surface)
    )
