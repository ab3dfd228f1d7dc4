"""Tags as another tool or a person spelt them: what they stand for in the project, and what remains in doubt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from weaklabel.errors import Place, Problem, list_some
from weaklabel.exchange import Annotation
from weaklabel.tags import Speller
from weaklabel.terms import Vocabulary

Places = dict[str, list[Place]]


def match_tags(rows: Iterable[Annotation], vocabulary: Vocabulary, warnings: list[Problem]) -> list[Annotation]:
    """Return annotations with the project's tags.

    An alias, or a name in another form, becomes its tag, as given tags do. What is no tag is left out; where it may
    have been meant for a tag, as a typing error or an alias of several, nothing is said against that tag.
    """
    reader = _TagReader(vocabulary)
    matched = []
    for row in rows:
        chosen, doubtful = reader.read(row.chosen, row.place)
        refused, _ = reader.read(row.refused, row.place)
        kept = tuple(tag for tag in refused if tag not in {*chosen, *doubtful})
        only = row.only if row.only is None else next(iter(reader.read((row.only,))[0]), row.only)
        matched.append(replace(row, chosen=chosen, refused=kept, only=only))
    warnings.extend(reader.tell())
    return matched


def explain_unknown_tag(tag: str, count: int, vocabulary: Vocabulary, place: Place | None = None) -> Problem:
    """Return a warning that what was named is no tag, and how to mend it."""
    what = f"{tag!r} is no tag; it is left out{_times(count)}."
    return Problem(what, place, vocabulary.explain_unknown(tag), "warning")


class _TagReader:
    """Reads tags, and remembers which of them were spelt in another way, and which are none."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary, self._speller = vocabulary, Speller(vocabulary)
        self._known: dict[str, str | None] = {}
        self._places: Places = defaultdict(list)

    def read(self, spellings: Sequence[str], place: Place | None = None) -> tuple[tuple[str, ...], set[str]]:
        """Return the tags that spellings stand for, and those that the others may stand for.

        Where they stand is remembered for :meth:`tell`, if it is given.
        """
        found: dict[str, None] = {}
        doubtful: set[str] = set()
        for spelling in spellings:
            tag = self._resolve(spelling)
            if place is not None and tag != spelling:
                self._places[spelling].append(place)
            if tag is None:
                doubtful.update(self._may_be(spelling))
            else:
                found[tag] = None
        return tuple(found), doubtful

    def tell(self) -> Iterable[Problem]:
        """Yield what was read as another name, and what was left out, each once."""
        for spelling, places in self._places.items():
            tag = self._resolve(spelling)
            if tag is not None:
                yield Problem(f"{spelling!r} is read as {tag!r}{_times(len(places))}.", places[0], "", "warning")
                continue
            told = explain_unknown_tag(spelling, len(places), self._vocabulary, places[0])
            if meant := self._may_be(spelling):
                spared = f"Nothing is said against {list_some([repr(tag) for tag in meant])} there."
                told = replace(told, fix=f"{told.fix} {spared}")
            yield told

    def _resolve(self, spelling: str) -> str | None:
        if spelling not in self._known:
            match = self._speller.resolve(spelling)
            self._known[spelling] = match.tag if match else None
        return self._known[spelling]

    def _may_be(self, spelling: str) -> list[str]:
        typo, nearest = self._speller.correct(spelling), self._speller.nearest(spelling)
        return sorted({*self._speller.owners(spelling), *([typo.tag] if typo else []), *([nearest] if nearest else [])})


def _times(count: int) -> str:
    return f" ({count:,} times)" if count > 1 else ""
