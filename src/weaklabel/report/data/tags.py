"""How often tags are given, alone and together."""

from __future__ import annotations

from dataclasses import dataclass

from weaklabel.report.data.health import Note


@dataclass(frozen=True, slots=True)
class TagRow:
    """One tag: records given it and records that should have it, and findings with score > 0.5 about it."""

    tag: str
    given: int
    expected: float
    missing: int
    unsupported: int
    misspelt: int


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A top of the tag graph with all tags below it: where records are few.

    Attributes
    ----------
    tags, rare
        How many tags it has, and how many of them fewer than ten records were given.
    given
        How many records were given a tag of it.
    lacking
        How many more records it takes until each of its tags has ten.
    rarest
        The names of its rarest tags.
    """

    area: str
    tags: int
    given: int
    rare: int
    lacking: int
    rarest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Support:
    """How often each tag is given, and what there is to mend.

    Attributes
    ----------
    tags, tag_total
        Those with the most to mend first.
    unused, rare
        Tags that nobody gave, and that one to nine records were given.
    median, most
        Records given a tag: of the middle tag, of the most frequent one.
    curve
        Pairs of a rank and the records given the tag of that rank, from the most frequent tag on; at most 200 pairs.
    areas, area_total
        Those that lack the most records first; empty where no tag has a parent.
    troubles
        Where the vocabulary itself seems to be wrong.
    """

    tags: tuple[TagRow, ...] = ()
    tag_total: int = 0
    unused: int = 0
    rare: int = 0
    median: float = 0
    most: int = 0
    curve: tuple[tuple[int, int], ...] = ()
    areas: tuple[AreaRow, ...] = ()
    area_total: int = 0
    troubles: tuple[Note, ...] = ()
    trouble_total: int = 0


@dataclass(frozen=True, slots=True)
class TagPair:
    """Two tags: records given both, and how many times more that is than if neither knew of the other."""

    first: str
    second: str
    both: int
    lift: float


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A line of the tag graph's top: its depth, and how many records were given it."""

    tag: str
    depth: int
    given: int


@dataclass(frozen=True, slots=True)
class Cooccurrence:
    """The most frequent tags, by given tags: records given each two of them (on the diagonal: given it), and the graph.

    Attributes
    ----------
    tags, both
        The tags, and a row of counts for each.
    pairs
        The pairs that most often stand together.
    tree
        The same tags and all above them, each below the first of its parents.
    """

    tags: tuple[str, ...] = ()
    both: tuple[tuple[int, ...], ...] = ()
    pairs: tuple[TagPair, ...] = ()
    tree: tuple[TreeRow, ...] = ()
