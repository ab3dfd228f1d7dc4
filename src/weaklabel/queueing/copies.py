"""Copies of a project's given tags: with mislabels planted, or with most of them hidden."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from weaklabel.terms import GivenTag, ResolvedTags, SpellingMatch, Vocabulary

Mask = npt.NDArray[np.bool_]
NOISE = 0.1  # the share of given tags that are dropped; as many wrong ones are added


def plant_mislabels(truth: Mask, within: Mask | None = None, *, is_exclusive: bool, seed: int) -> Mask:
    """Return given tags with mislabels, bool of the shape of `truth`, (records, tags).

    Of the records that `within` holds, bool of shape (records,), by default all, a tenth of the tags is dropped, and as
    many are added that are wrong, a tag as often as it is used; of exclusive classes, a tenth of the records has
    another one.
    """
    rng = np.random.default_rng(seed)
    given = truth.copy()
    uses = truth.sum(axis=0)
    may_change = np.ones(len(truth), dtype=np.bool_) if within is None else within
    among, cells = np.flatnonzero(may_change), np.argwhere(truth & may_change[:, None])
    chosen = cells[rng.permutation(len(cells))[: round(NOISE * len(cells))]]
    given[chosen[:, 0], chosen[:, 1]] = False
    records = chosen[:, 0] if is_exclusive else among[rng.integers(len(among), size=len(chosen))]
    for record in records.tolist():
        free = np.flatnonzero((uses > 0) & ~truth[record] & ~given[record])
        if len(free):
            given[record, rng.choice(free, p=uses[free] / uses[free].sum())] = True
    return given


def as_given(tags: Mask, labelled: Mask, vocabulary: Vocabulary) -> tuple[ResolvedTags, ...]:
    """Return a matrix of tags as given ones, spelt by their names; None for a record that is not labelled."""
    known = [GivenTag(name, SpellingMatch(name, "name", name, 1.0)) for name in vocabulary.names]
    return tuple(
        tuple(known[tag] for tag in np.flatnonzero(row).tolist()) if is_labelled else None
        for row, is_labelled in zip(tags, labelled, strict=True)
    )


def with_tags(given: Sequence[ResolvedTags], tags: Mask, vocabulary: Vocabulary) -> tuple[ResolvedTags, ...]:
    """Return given tags as authors spelt them, without those that `tags` lacks, and with those that it adds."""
    copies = as_given(tags, np.ones(len(tags), dtype=np.bool_), vocabulary)
    return tuple(None if own is None else _merge(own, wanted or ()) for own, wanted in zip(given, copies, strict=True))


def _merge(own: Sequence[GivenTag], wanted: Sequence[GivenTag]) -> tuple[GivenTag, ...]:
    names = {tag.match.tag for tag in wanted if tag.match}
    kept = [tag for tag in own if tag.match is None or tag.match.tag in names]
    known = {tag.match.tag for tag in kept if tag.match}
    return (*kept, *(tag for tag in wanted if tag.match and tag.match.tag not in known))
