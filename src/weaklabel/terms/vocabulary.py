"""Tags and the vocabulary they form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from weaklabel.errors import Place


@dataclass(frozen=True, slots=True)
class Tag:
    """One class of the vocabulary: its name, its other names, and the tags above it."""

    name: str
    aliases: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    description: str = ""
    place: Place | None = None

    @property
    def surfaces(self) -> tuple[str, ...]:
        """Every spelling that stands for the tag: its name, then its aliases."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All tags, in the order of their names; `index` gives each name's position."""

    tags: tuple[Tag, ...]
    index: Mapping[str, int] = field(repr=False)

    @classmethod
    def of(cls, tags: tuple[Tag, ...] | list[Tag]) -> Vocabulary:
        """Build a vocabulary from tags with distinct names, in any order."""
        ordered = tuple(sorted(tags, key=lambda tag: tag.name))
        return cls(ordered, {tag.name: i for i, tag in enumerate(ordered)})

    @property
    def names(self) -> tuple[str, ...]:
        """The tags' names, sorted: the columns of every matrix over tags."""
        return tuple(tag.name for tag in self.tags)

    def __len__(self) -> int:
        return len(self.tags)

    def __contains__(self, name: object) -> bool:
        return name in self.index

    def __getitem__(self, name: str) -> Tag:
        return self.tags[self.index[name]]
