"""Cards: what the page shows of one record, as data."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, NamedTuple

import networkx as nx
import pandas as pd

from weaklabel.folding import fold
from weaklabel.review.store.models import Verdict
from weaklabel.review.stretches import Mark, Stretch, cut
from weaklabel.review.suggested import suggest_tags
from weaklabel.tags import close_given, resolve_given
from weaklabel.terms import Records, ResolvedTags, Tag, Vocabulary
from weaklabel.terms.records import RecordId
from weaklabel.terms.settings import Task
from weaklabel.vote import PhraseMatcher

MAX_REASONS = 5
MAX_WORDS = 5
SOURCES = {
    "inferred": "It is above a tag that is as probable.",
    "predicted": "No labeling function votes on it; the end model predicts it.",
}
Source = Literal["suggested", "given", "added"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A tag that can be decided on.

    Attributes
    ----------
    source
        `given` by the author, `suggested` by the run, or `added` by an annotator.
    verdict
        What is chosen before anyone chooses: yes for a given tag, no for a suggested one. Of classes one is yes.
    probability
        The run's; None where it has none.
    spelling
        How the author wrote a given tag, where that is not its name.
    reasons
        What speaks for or against it, in words.
    marked
        The words of the texts that are marked for it, some of them.
    above
        The tags that a record with this one has as well: its ancestors, by name.
    """

    tag: str
    source: Source
    verdict: Verdict
    probability: float | None = None
    spelling: str | None = None
    reasons: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    description: str = ""
    examples: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class FieldText:
    """A field of a record: its name and its text, cut into stretches."""

    field: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One record, ready to be shown: its texts, and the tags on offer, suggested ones first.

    Attributes
    ----------
    returned
        The reviewer's note, where the record was sent back for relabeling.
    """

    record_id: RecordId
    texts: tuple[FieldText, ...]
    offers: tuple[Offer, ...]
    note: str = ""
    returned: str | None = None


class _Label(NamedTuple):
    tag: str
    probability: float
    source: str


class _Found(NamedTuple):
    """A finding about a record."""

    tag: str
    kind: str
    reason: str
    evidence: str


@dataclass(frozen=True, eq=False)
class Deck:
    """The cards of all records of a run.

    Attributes
    ----------
    labels, findings, votes
        What the run wrote: tables as :class:`weaklabel.run.Run` has them.
    """

    records: Records
    vocabulary: Vocabulary
    graph: nx.DiGraph[str]
    labels: pd.DataFrame
    findings: pd.DataFrame
    votes: pd.DataFrame
    task: Task = "multilabel"

    def __contains__(self, record_id: object) -> bool:
        return record_id in self._rows

    def deal(self, record_id: RecordId, verdicts: Mapping[str, Verdict] | None = None, note: str = "") -> Card:
        """Return the card of a record; with the verdicts and the note that an annotator chose before, if there are any.

        Raises
        ------
        KeyError
            Where there is no such record.
        """
        row = self._rows[record_id]
        offers = {offer.tag: offer for offer in self._list_offers(row, record_id)}
        if self.task == "multiclass":
            chosen = None if verdicts else _find_class(offers.values())
            offers = {tag: replace(offer, verdict="yes" if tag == chosen else "no") for tag, offer in offers.items()}
        for tag, verdict in (verdicts or {}).items():
            offer = offers.get(tag) or self._offer(tag, "added", verdict)
            offers[tag] = replace(offer, verdict=verdict)
        marks = self._find_marks(row, record_id, offers)
        texts = tuple(
            FieldText(name, tuple(cut(self.records.texts[name][row], found))) for name, found in marks.items()
        )
        words = _find_words({name: self.records.texts[name][row] for name in marks}, marks)
        return Card(record_id, texts, tuple(replace(offer, marked=words[tag]) for tag, offer in offers.items()), note)

    def add(self, tag: str) -> Offer:
        """Return the offer of a tag that an annotator adds."""
        return self._offer(tag, "added", "yes")

    def ancestors(self, tag: str) -> tuple[str, ...]:
        """Return every tag above a tag, by name."""
        return tuple(sorted(close_given([tag], self.graph) - {tag})) if tag in self.graph else ()

    def _list_offers(self, row: int, record_id: RecordId) -> Iterator[Offer]:
        """Yield suggested tags, the most probable first, then the given ones in the author's order.

        Suggested are probable tags, and missing parents however probable. They stand at no until they are chosen, but
        those above a given tag at yes: as long as that one stands, a no would contradict it.
        """
        given = {tag.match.tag if tag.match else tag.spelling: tag.spelling for tag in self._given[row] or ()}
        labels = {label.tag: label for label in self._labels.get(record_id, ())}
        probability = {label.tag: label.probability for label in labels.values()}
        missing = [found.tag for found in self._findings.get(record_id, ()) if found.kind == "missing_parent"]
        above = {ancestor for tag in given for ancestor in self.ancestors(tag)}
        for tag in suggest_tags(probability, missing, given):
            yield self._offer(tag, "suggested", "yes" if tag in above else "no", record_id, labels.get(tag))
        for tag, spelling in given.items():
            offer = self._offer(tag, "given", "yes", record_id, labels.get(tag))
            yield offer if spelling == tag else replace(offer, spelling=spelling)

    def _offer(
        self, tag: str, source: Source, verdict: Verdict, record_id: RecordId | None = None, label: _Label | None = None
    ) -> Offer:
        known = self.vocabulary[tag] if tag in self.vocabulary else Tag(tag)
        is_certain = label is not None and not math.isnan(label.probability)
        return Offer(
            tag=tag,
            source=source,
            verdict=verdict,
            probability=label.probability if label is not None and is_certain else None,
            reasons=() if record_id is None else tuple(self._list_reasons(record_id, tag, label)),
            description=known.description,
            examples=known.examples,
            aliases=known.aliases,
            above=self.ancestors(tag),
            is_known=tag in self.vocabulary,
        )

    def _list_reasons(self, record_id: RecordId, tag: str, label: _Label | None) -> Iterator[str]:
        for found in self._findings.get(record_id, ()):
            if found.tag == tag:
                yield found.reason
        votes = self._votes.get((record_id, tag), ())
        for side in ("present", "absent"):
            lfs = [lf for lf, vote in votes if vote == side]
            if lfs:
                more = f" and {len(lfs) - MAX_REASONS} more" if len(lfs) > MAX_REASONS else ""
                yield f"Votes that it is {side}: {', '.join(lfs[:MAX_REASONS])}{more}."
        if label is not None and label.source in SOURCES:
            yield SOURCES[label.source]

    def _find_marks(self, row: int, record_id: RecordId, offered: Mapping[str, Offer]) -> dict[str, list[Mark]]:
        """Return, of the fields that have a text, what speaks of the offered tags."""
        evidence, marks = self._find_evidence(record_id, offered), {}
        for name, column in self.records.texts.items():
            text = column[row]
            if text.strip():
                named = [Mark(start, end, self._owners[i]) for i, start, end in self._surfaces.spans(text)]
                found = [*evidence[name], *(mark for mark in named if mark.tag in offered)]
                marks[name] = sorted(found, key=lambda mark: mark.start)
        return marks

    def _find_evidence(self, record_id: RecordId, offered: Mapping[str, Offer]) -> dict[str, list[Mark]]:
        marks: dict[str, list[Mark]] = defaultdict(list)
        for found in self._findings.get(record_id, ()):
            for part in json.loads(found.evidence) if found.tag in offered else ():
                if part.get("start") is not None:
                    marks[part["field"]].append(Mark(part["start"], part["end"], part.get("tag") or found.tag))
        return marks

    @cached_property
    def _rows(self) -> dict[RecordId, int]:
        return {record_id: row for row, record_id in enumerate(self.records.ids)}

    @cached_property
    def _given(self) -> Sequence[ResolvedTags]:
        return resolve_given(self.records, self.vocabulary)

    @cached_property
    def _labels(self) -> dict[RecordId, list[_Label]]:
        labels: dict[RecordId, list[_Label]] = defaultdict(list)
        columns = ["record_id", "tag", "probability", "source"]
        for record_id, *label in self.labels[columns].itertuples(index=False):
            labels[record_id].append(_Label(*label))
        return labels

    @cached_property
    def _findings(self) -> dict[RecordId, list[_Found]]:
        found: dict[RecordId, list[_Found]] = defaultdict(list)
        table = self.findings[["record_id", "tag", "given", "kind", "reason", "evidence"]]
        for record_id, tag, given, kind, reason, evidence in table.itertuples(index=False):
            found[record_id].append(_Found(tag if isinstance(tag, str) else given, kind, reason, evidence))
        return found

    @cached_property
    def _votes(self) -> dict[tuple[RecordId, str], list[tuple[str, str]]]:
        votes: dict[tuple[RecordId, str], list[tuple[str, str]]] = defaultdict(list)
        for record_id, tag, lf, vote in self.votes[["record_id", "tag", "lf", "vote"]].itertuples(index=False):
            votes[record_id, tag].append((lf, vote))
        return votes

    @cached_property
    def _owners(self) -> tuple[str, ...]:
        return tuple(tag.name for tag in self.vocabulary.tags for surface in tag.surfaces if fold(surface).strip())

    @cached_property
    def _surfaces(self) -> PhraseMatcher:
        return PhraseMatcher(s for tag in self.vocabulary.tags for s in tag.surfaces if fold(s).strip())


def _find_class(offers: Iterable[Offer]) -> str | None:
    """Return the class that is chosen before anyone chooses: the given one, else the most probable."""
    listed = list(offers)
    given = [offer for offer in listed if offer.source == "given"]
    best = max(given or listed, key=lambda offer: offer.probability or 0.0, default=None)
    return None if best is None else best.tag


def _find_words(texts: Mapping[str, str], marks: Mapping[str, Iterable[Mark]]) -> dict[str, tuple[str, ...]]:
    """Return, for each tag, the distinct words that are marked for it, in their order; a few of them."""
    words: dict[str, dict[str, None]] = defaultdict(dict)
    for name, found in marks.items():
        for mark in found:
            words[mark.tag][" ".join(texts[name][mark.start : mark.end].split())] = None
    return defaultdict(tuple, {tag: tuple(word for word in each if word)[:MAX_WORDS] for tag, each in words.items()})
