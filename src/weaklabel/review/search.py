"""Search a vocabulary as one types: by name, alias, and what they look like."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from weaklabel.folding import fold
from weaklabel.terms import Vocabulary

MAX_HITS = 12
MAX_QUERY = 100
ALIKE = 70  # of 100


@dataclass(frozen=True, slots=True)
class Hit:
    """A tag that was found; `alias` is the one that was, where it was not the name."""

    tag: str
    alias: str | None = None


@dataclass(frozen=True, eq=False)
class TagSearch:
    """Finds tags by any of their surfaces."""

    vocabulary: Vocabulary

    def find(self, query: str, most: int = MAX_HITS) -> tuple[Hit, ...]:
        """Return the tags whose surfaces begin with the query, then those with a word that does, hold it, or are alike.

        Names come before aliases, short ones before long ones. An empty query gives the first tags.
        """
        wanted = fold(query[:MAX_QUERY]).strip()
        ranked = sorted(
            (rank, surface != tag, len(form), form, tag, surface)
            for form, tag, surface in self._surfaces
            if (rank := _rank(form, wanted)) is not None
        )
        hits: dict[str, Hit] = {}
        for *_, tag, surface in ranked:
            hits.setdefault(tag, Hit(tag, None if surface == tag else surface))
        if len(hits) < most and len(wanted) > 2:
            forms = [form for form, *_ in self._surfaces]
            for _, _, i in process.extract(wanted, forms, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=most):
                _, tag, surface = self._surfaces[i]
                hits.setdefault(tag, Hit(tag, None if surface == tag else surface))
        return tuple(hits.values())[:most]

    @cached_property
    def _surfaces(self) -> list[tuple[str, str, str]]:
        """Every surface: its folded form, its tag, itself."""
        return [(fold(surface).strip(), tag.name, surface) for tag in self.vocabulary.tags for surface in tag.surfaces]


def _rank(form: str, wanted: str) -> int | None:
    if form.startswith(wanted):
        return 0
    if f" {wanted}" in form:
        return 1
    return 2 if wanted in form else None
