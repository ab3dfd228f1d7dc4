"""Gold tags of reviewed records, beside those that were known before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from weaklabel.terms import GoldRecord, PlantedMislabel, ResolvedTags, canonical_names


def merge_gold(
    known: Mapping[int, GoldRecord],
    reviewed: Mapping[int, frozenset[str]],
    given: Sequence[ResolvedTags],
    changed: Collection[int],
) -> dict[int, GoldRecord]:
    """Return the gold tags of all records, those that were reviewed in the place of others.

    Parameters
    ----------
    known
        Gold tags before, by the position of the record.
    reviewed
        The right tags of reviewed records.
    given
        The given tags as they are amended.
    changed
        The records whose given tags are others than before: planted mislabels that they have no longer are left out.
    """
    merged: dict[int, GoldRecord] = {}
    for record in sorted({*known, *reviewed}):
        before = known.get(record, GoldRecord(frozenset()))
        planted = before.planted
        if record in changed:
            planted = tuple(each for each in planted if _is_there(each, given[record]))
        merged[record] = GoldRecord(reviewed.get(record, before.tags), planted)
    return merged


def _is_there(planted: PlantedMislabel, given: ResolvedTags) -> bool:
    """Say whether given tags have a mislabel: a spelling, a tag too many, or one that lacks."""
    if planted.given is not None:
        return any(tag.spelling == planted.given for tag in given or ())
    return (planted.tag in canonical_names(given)) == (planted.kind == "unsupported")
