"""Tags and the vocabulary they form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from weaklabel.errors import Place, did_you_mean


@dataclass(frozen=True, slots=True)
class Tag:
    """One class of the vocabulary: its name, its other names, and the tags above it.

    `description` is the instruction by which people decide whether a record has the tag; `examples` go with it.
    """

    name: str
    aliases: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    description: str = ""
    place: Place | None = None
    examples: tuple[str, ...] = ()

    @property
    def surfaces(self) -> tuple[str, ...]:
        """Every spelling that stands for the tag: its name, then its aliases."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All tags in the order of their names: `names` are the columns of every matrix, `index` their positions."""

    tags: tuple[Tag, ...]
    names: tuple[str, ...] = field(repr=False)
    index: Mapping[str, int] = field(repr=False)

    @classmethod
    def of(cls, tags: tuple[Tag, ...] | list[Tag]) -> Vocabulary:
        """Build a vocabulary from tags with distinct names, in any order."""
        ordered = tuple(sorted(tags, key=lambda tag: tag.name))
        names = tuple(tag.name for tag in ordered)
        return cls(ordered, names, {name: i for i, name in enumerate(names)})

    @property
    def file(self) -> str:
        """The file that the tags are from, as messages name it."""
        return next((tag.place.path for tag in self.tags if tag.place), "the tags file")

    def explain_unknown(self, name: str) -> str:
        """Return how to mend a name that is no tag: the tag whose alias it is, or the nearest one."""
        folded = name.casefold()
        owners = [repr(tag.name) for tag in self.tags if folded in map(str.casefold, tag.aliases)]
        if owners:
            return f"It is an alias of {' and '.join(owners)}: write {'one of them' if owners[1:] else 'that'}."
        unlike = f"No tag is spelt like it; {self.file} would have to have it."
        return did_you_mean(name, self.names, otherwise=unlike)

    def children(self, name: str) -> tuple[str, ...]:
        """Return the tags right below a tag, by name."""
        return tuple(tag.name for tag in self.tags if name in tag.parents)

    def descendants(self, name: str) -> tuple[str, ...]:
        """Return the tags anywhere below a tag, by name."""
        return self._reach(name, self.children)

    def ancestors(self, name: str) -> tuple[str, ...]:
        """Return the tags anywhere above a tag, by name."""
        return self._reach(name, lambda other: self[other].parents if other in self else ())

    def _reach(self, name: str, step: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
        found: set[str] = set()
        waiting = [name]
        while waiting:
            for other in step(waiting.pop()):
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        return tuple(sorted(found - {name}))

    def __len__(self) -> int:
        return len(self.tags)

    def __contains__(self, name: object) -> bool:
        return name in self.index

    def __getitem__(self, name: str) -> Tag:
        return self.tags[self.index[name]]
