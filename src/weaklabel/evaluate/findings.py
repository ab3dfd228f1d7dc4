"""Precision and recall of findings, where gold tags and planted mislabels are known."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from weaklabel.documents import Row
from weaklabel.errors import Place, Problem, RecordsError, did_you_mean, raise_errors
from weaklabel.terms import KINDS, Finding, FindingQuality, GoldRecord, Kind, PlantedMislabel, Vocabulary
from weaklabel.terms.records import RecordId

ABOUT_TAGS: frozenset[Kind] = frozenset({"missing", "missing_parent", "unsupported"})
"""The kinds of findings that gold tags confirm or refute by themselves."""


def read_gold(rows: Sequence[Row], ids: Sequence[RecordId], vocabulary: Vocabulary) -> dict[int, GoldRecord]:
    """Read gold tags: rows of `id`, `tags` and, if mislabels were planted, `planted` (kind, tag, given).

    Returns
    -------
    dict
        The gold record of each position in `ids` that has one.

    Raises
    ------
    RecordsError
        With every row whose id is unknown or stands twice, and every tag or kind that is not known.
    """
    # Ids read from a text format may be numbers here and text there.
    position = {str(record_id): i for i, record_id in enumerate(ids)}
    gold: dict[int, GoldRecord] = {}
    problems: list[Problem] = []
    for row in rows:
        value = row.value if isinstance(row.value, dict) else {}
        key = str(value.get("id", row.key))
        if key not in position:
            fix = did_you_mean(key, position) or "Give the id of a record."
            problems.append(Problem(f"no record has the id {key!r}.", row.place, fix))
        elif position[key] in gold:
            problems.append(Problem(f"the id {key!r} stands twice.", row.place, "Join the two rows."))
        else:
            wrong = list(_check_gold(value, vocabulary, row.place))
            problems.extend(wrong)
            tags = frozenset() if wrong else frozenset(value["tags"])
            planted = () if wrong else tuple(_planted(entry) for entry in value.get("planted") or ())
            gold[position[key]] = GoldRecord(tags, planted)
    raise_errors(problems, RecordsError)
    return gold


def _check_gold(value: Mapping[str, Any], vocabulary: Vocabulary, place: Place) -> Iterator[Problem]:
    tags, planted = value.get("tags"), value.get("planted") or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        yield Problem("the gold tags are no list of names.", place, 'Write "tags": ["…"].')
        return
    if not isinstance(planted, list) or not all(isinstance(entry, dict) for entry in planted):
        yield Problem("the planted mislabels are no list of objects.", place, 'Write {"kind": "…", "tag": "…"}.')
        return
    for tag in [*tags, *(entry.get("tag") for entry in planted if entry.get("tag") is not None)]:
        if str(tag) not in vocabulary:
            yield Problem(f"{tag!r} is no tag.", place, vocabulary.explain_unknown(str(tag)))
    for entry in planted:
        if entry.get("kind") not in KINDS:
            fix = did_you_mean(str(entry.get("kind")), KINDS) or f"The kinds are {', '.join(KINDS)}."
            yield Problem(f"{entry.get('kind')!r} is no kind of mislabel.", place, fix)
        if not isinstance(entry.get("given", ""), str):
            yield Problem(f"{entry['given']!r} is no spelling.", place, "Write the author's spelling as text.")


def _planted(entry: Mapping[str, Any]) -> PlantedMislabel:
    return PlantedMislabel(entry["kind"], entry.get("tag"), entry.get("given"))


def gold_file(gold: Mapping[RecordId, GoldRecord]) -> str:
    """Return gold tags as JSON Lines, which :func:`read_gold` reads: the record's id, its tags in order, mislabels."""
    return "".join(_as_line(record_id, entry) for record_id, entry in gold.items())


def _as_line(record_id: RecordId, gold: GoldRecord) -> str:
    planted = [
        {key: value for key, value in (("kind", p.kind), ("tag", p.tag), ("given", p.given)) if value is not None}
        for p in gold.planted
    ]
    entry = {"id": record_id, "tags": sorted(gold.tags), **({"planted": planted} if planted else {})}
    return json.dumps(entry, ensure_ascii=False) + "\n"


def score_findings(
    findings: Sequence[Finding], gold: Mapping[int, GoldRecord], kinds: Sequence[Kind] = KINDS
) -> list[FindingQuality]:
    """Return precision and recall for every kind of finding, or for some kinds.

    Gold tags say whether a tag is right, but not how the author meant to spell one: that is known only where planted
    mislabels are named.
    """
    likely = [f for f in findings if f.record in gold and f.is_likely]
    found = {(f.kind, f.record, f.tag, f.given) for f in likely}
    known = {
        (mislabel.kind, record, mislabel.tag, mislabel.given)
        for record, entry in gold.items()
        for mislabel in entry.planted
    }
    return [
        FindingQuality(
            kind=kind,
            found=sum(f.kind == kind for f in likely),
            right=sum(f.kind == kind and _is_right(f, gold[f.record], known) for f in likely)
            if kind in ABOUT_TAGS or known
            else None,
            known=sum(entry[0] == kind for entry in known),
            recalled=sum(entry[0] == kind and entry in found for entry in known),
        )
        for kind in kinds
    ]


def _is_right(finding: Finding, gold: GoldRecord, known: set[tuple[str, int, str | None, str | None]]) -> bool:
    """Say whether gold confirms a finding: by the right tags where they decide, else by what was planted."""
    if finding.kind in ABOUT_TAGS:
        return (finding.tag in gold.tags) == (finding.kind != "unsupported")
    return (finding.kind, finding.record, finding.tag, finding.given) in known
