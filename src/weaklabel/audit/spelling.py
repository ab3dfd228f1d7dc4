"""Findings by rule: given tags that are misspelt, an alias, or unknown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from weaklabel.terms import Finding, GivenTag, Kind, ResolvedTags, SpellingMatch

_WHY = {
    "form": "{given!r} is {tag!r} in another form.",
    "typo": "{given!r} is probably a typing error for {surface!r}.",
    "truncated": "{given!r} is probably {surface!r}, cut off.",
    "alias": "{given!r} is an alias of {tag!r}.",
}


def find_misspellings(given: Sequence[ResolvedTags]) -> Iterator[Finding]:
    """Yield a finding for every given tag that is not written as the vocabulary writes it."""
    for record, tags in enumerate(given):
        for tag in tags or ():
            if tag.match is None:
                yield _unknown(record, tag)
            elif tag.match.how != "name":
                yield _other_form(record, tag.spelling, tag.match)


def _unknown(record: int, tag: GivenTag) -> Finding:
    near = f" The most similar name there is {tag.nearest!r}." if tag.nearest else ""
    return Finding(record, None, "unknown", 1.0, 0, f"{tag.spelling!r} is not in the vocabulary.{near}", tag.spelling)


def _other_form(record: int, spelling: str, found: SpellingMatch) -> Finding:
    kind: Kind = "alias" if found.how == "alias" else "misspelt"
    reason = _WHY[found.how].format(given=spelling, tag=found.tag, surface=found.surface)
    return Finding(record, found.tag, kind, found.confidence, 0, f"{reason} Write {found.tag!r}.", spelling)
