"""The tags that authors gave, once their spelling is resolved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from scipy.sparse import csr_array

Sums = TypeVar("Sums", float, "npt.NDArray[np.float64]")
How = Literal["name", "alias", "form", "typo", "truncated"]


@dataclass(frozen=True, slots=True)
class SpellingMatch:
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
        The surface that it was matched with.
    confidence
        The probability that the match is right: 1 for a name, less for each looser rule.
    """

    tag: str
    how: How
    surface: str
    confidence: float


@dataclass(frozen=True, slots=True)
class GivenTag:
    """One tag as its author spelt it, what it stands for, and (where it stands for nothing) the most similar tag."""

    spelling: str
    match: SpellingMatch | None
    nearest: str | None = None


ResolvedTags = tuple[GivenTag, ...] | None


@dataclass(frozen=True, slots=True, eq=False)
class GivenMatrix:
    """The canonical tags that authors gave.

    Attributes
    ----------
    tags
        float64, sparse, of shape (records, tags): 1 where the author gave the tag.
    labelled
        bool of shape (records,): False where nobody tagged the record, which is no evidence against any tag.
    """

    tags: csr_array
    labelled: npt.NDArray[np.bool_]

    @property
    def base_rates(self) -> npt.NDArray[np.float64]:
        """Each tag's share of the labelled records, float64 of shape (tags,); see :func:`smoothed_share`."""
        counts: npt.NDArray[np.float64] = self.tags.sum(axis=0).ravel()
        return smoothed_share(counts, float(self.labelled.sum()))

    def has(self, record: npt.NDArray[np.int32], tag: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        """Return which of some cells authors gave: bool of the shape of `record`."""
        width = self.tags.shape[1]
        given = self.tags.tocoo()
        import numpy as np

        cells, known = record.astype(np.int64) * width + tag, given.row.astype(np.int64) * width + given.col
        return np.isin(cells, known)


@dataclass(frozen=True, slots=True, eq=False)
class SpellingMatrix:
    """The spellings that authors used, vocabulary or not.

    Attributes
    ----------
    weights
        float64, sparse, of shape (records, spellings).
    tag
        int32 of shape (spellings,): the tag that a spelling stands for, or -1.
    """

    weights: csr_array
    tag: npt.NDArray[np.int32]

    def take(self, rows: npt.NDArray[np.intp]) -> SpellingMatrix:
        """Return the spellings of some of the records."""
        return SpellingMatrix(self.weights[rows], self.tag)

    def standing_for(self, tags: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Return which spellings stand for one of some tags, bool of shape (spellings,); `tags` is of shape (tags,)."""
        return (self.tag >= 0) & tags[self.tag]


@dataclass(frozen=True, slots=True, eq=False)
class TagRelations:
    """The tag graph as matrices, float64 and sparse, of shape (tags, tags).

    Attributes
    ----------
    parents, ancestors
        1 where the column's tag is a parent of the row's, or stands anywhere above it.
    """

    parents: csr_array
    ancestors: csr_array


def canonical_names(tags: ResolvedTags) -> set[str]:
    """Return the tags that an author's spellings stand for; none for an unlabelled record."""
    return {tag.match.tag for tag in tags or () if tag.match}


def smoothed_share(counts: Sums, total: Sums | float) -> Sums:
    """Return counts as shares of a total, with half a case added on either side: none is 0 or 1.

    Source: Krichevsky and Trofimov, "The Performance of Universal Encoding", 1981.
    """
    return (counts + 0.5) / (total + 1)
