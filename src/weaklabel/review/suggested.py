"""Which tags a run suggests for a record: those that the page offers besides the given ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

MAX_SUGGESTED = 9  # as many as there are keys
MIN_SUGGESTED = 0.1  # the probability from which on a tag is suggested


def suggest_tags(
    probability: Mapping[str, float], missing_parents: Iterable[str], given: Collection[str]
) -> tuple[str, ...]:
    """Return the suggested tags of a record, the most probable first.

    Parameters
    ----------
    probability
        What a run says of its tags.
    missing_parents
        The tags that it finds lacking above given ones: they are suggested however probable they are.
    given
        The given tags, which need no suggestion.
    """
    ordered = sorted((tag for tag in probability if probability[tag] >= MIN_SUGGESTED), key=lambda t: -probability[t])
    offered = [tag for tag in dict.fromkeys([*missing_parents, *ordered]) if tag not in given][:MAX_SUGGESTED]
    place = {tag: i for i, tag in enumerate(ordered)}
    return tuple(sorted(offered, key=lambda tag: place.get(tag, len(place))))
