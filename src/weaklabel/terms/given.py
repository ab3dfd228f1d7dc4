"""The tags that authors gave, once their spelling is resolved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

How = Literal["name", "alias", "form", "typo", "truncated"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """The tag that a spelling stands for.

    Attributes
    ----------
    tag
        The canonical tag.
    how
        `name`: it is the tag's name, letter for letter. `alias`: one of its aliases, written in any form.
        `form`: the name in another form (case, hyphens, plural, joined words). `typo`: one or two letters away
        from a surface. `truncated`: the beginning of a surface, cut off.
    surface
        The surface that it was resolved to.
    confidence
        The probability that the resolution is right: 1 for a name, less for each looser rule.
    """

    tag: str
    how: How
    surface: str
    confidence: float


@dataclass(frozen=True, slots=True)
class GivenTag:
    """One tag as its author spelt it, what it stands for, and (where it stands for nothing) the most similar tag."""

    spelling: str
    resolution: Resolution | None
    nearest: str | None = None


ResolvedTags = tuple[GivenTag, ...] | None


def canonical_names(tags: ResolvedTags) -> set[str]:
    """Return the tags that an author's spellings stand for; none for an unlabelled record."""
    return {tag.resolution.tag for tag in tags or () if tag.resolution}
