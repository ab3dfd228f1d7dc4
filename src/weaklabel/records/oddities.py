"""What is odd in records but could be read: counted, so that one warning speaks for all the batches of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from weaklabel.errors import Place, Problem, quantity
from weaklabel.terms.records import GivenTags

SEPARATORS = "|;,"


@dataclass(slots=True)
class Oddities:
    """Counts of what is unusual.

    Attributes
    ----------
    converted
        For each text field with values that are no text: their number, and where the first stands.
    textless, returns, unlabelled, repeating
        Numbers of records without text, with carriage returns in it, with null tags, and with a tag given twice.
    marked
        For each mark that may separate tags: the number of cells with it inside a tag.
    """

    converted: dict[str, tuple[int, Place]] = field(default_factory=dict)
    textless: int = 0
    returns: int = 0
    unlabelled: int = 0
    repeating: int = 0
    marked: dict[str, int] = field(default_factory=dict)

    def note_converted(self, name: str, number: int, place: Place) -> None:
        """Count values of a text field that are no text, the first of which stands at `place`."""
        known, first = self.converted.get(name, (0, place))
        self.converted[name] = (known + number, first)

    def count(
        self, texts: Mapping[str, Sequence[str]], given: Sequence[GivenTags], *, has_tags: bool, separator: str | None
    ) -> None:
        """Count what is odd in checked records; `separator` is what splits their cells of tags, None where none is."""
        for row in zip(*texts.values(), strict=True):
            self.textless += not any(map(str.strip, row))
            self.returns += any("\r" in text for text in row)
        self.unlabelled += sum(tags is None for tags in given) if has_tags else 0
        for mark in SEPARATORS if separator is not None else "":
            cells = sum(any(mark in tag for tag in tags) for tags in given if tags)
            self.marked[mark] = self.marked.get(mark, 0) + cells

    def add(self, later: Oddities) -> None:
        """Add what was counted in a later batch of the same file."""
        for name, (number, place) in later.converted.items():
            self.note_converted(name, number, place)
        self.textless += later.textless
        self.returns += later.returns
        self.unlabelled += later.unlabelled
        self.repeating += later.repeating
        for mark, cells in later.marked.items():
            self.marked[mark] = self.marked.get(mark, 0) + cells

    def conversions(self) -> list[Problem]:
        """Say which texts were converted."""
        return [
            Problem(
                f"{name!r} is no text in {quantity(number, 'record')}; it was converted.",
                place, "Write it in quotes.", "warning",
            )
            for name, (number, place) in self.converted.items()
        ]  # fmt: skip

    def health(self, location: str, separator: str) -> list[Problem]:
        """Say what is unusual in the file's records."""
        counts = [
            (self.textless, "no text at all", "No labeling function can vote there."),
            (self.returns, "carriage returns in their text", "They are kept, and treated as white space."),
            (self.unlabelled, "null tags", "They count as unlabelled, not as records without tags."),
            (self.repeating, "a tag given more than once", "It counts once."),
        ]
        told = [
            Problem(f"{quantity(number, 'record')} with {what}.", Place(location), fix, "warning")
            for number, what, fix in counts
            if number
        ]
        return [*told, *self._other_separators(location, separator)]

    def _other_separators(self, location: str, separator: str) -> Iterator[Problem]:
        """Warn where cells of tags seem to be split by another mark than the one that is set."""
        for mark, cells in self.marked.items():
            if mark != separator and cells > 0:
                what = f"{quantity(cells, 'cell')} of tags with {mark!r} inside a tag."
                fix = f"If {mark!r} stands between tags, set records.separator, or --separator {mark!r}."
                yield Problem(what, Place(location), fix, "warning")


class Warnings:
    """The warnings about a file, in the order in which they are told.

    Parameters
    ----------
    limit
        How many warnings about single places are kept of each sort; None keeps all.
    """

    def __init__(self, location: str, separator: str, *, limit: int | None = None) -> None:
        self.location, self.separator, self.limit = location, separator, limit
        self.oddities = Oddities()
        self._before: list[Problem] = []
        self._after: list[Problem] = []
        self._left_out = 0

    def add(self, before: Sequence[Problem], oddities: Oddities, after: Sequence[Problem]) -> None:
        """Add what was found in one batch: about columns and ids, about texts, about tags."""
        for kept, found in ((self._before, before), (self._after, after)):
            room = len(found) if self.limit is None else max(0, self.limit - len(kept))
            kept.extend(found[:room])
            self._left_out += len(found[room:])
        self.oddities.add(oddities)

    def told(self) -> list[Problem]:
        """Return all warnings about the file so far."""
        told = [*self._before, *self.oddities.conversions(), *self._after]
        if self._left_out:
            what = f"{quantity(self._left_out, 'further warning')} like these."
            told.append(Problem(what, Place(self.location), "Mend the first ones.", "warning"))
        return [*told, *self.oddities.health(self.location, self.separator)]
