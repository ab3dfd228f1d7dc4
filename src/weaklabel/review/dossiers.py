"""Dossiers: what a reviewer sees of one record, as data: its card, and who said what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from weaklabel.review.cards import Card, Deck, Offer
from weaklabel.review.store import Decision, Verdict
from weaklabel.terms.records import RecordId


class Said(NamedTuple):
    """An annotator's verdict."""

    annotator: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """A tag on which somebody decided: its offer, with the verdict that is chosen at first, and what each said."""

    offer: Offer
    said: tuple[Said, ...]

    @property
    def is_contested(self) -> bool:
        """Whether annotators disagree, or one is unsure."""
        return len({said.verdict for said in self.said}) > 1 or any(said.verdict == "unsure" for said in self.said)


@dataclass(frozen=True, slots=True)
class Dossier:
    """A record that a reviewer looks at.

    Attributes
    ----------
    card
        The record's texts, and the tags on which somebody decided.
    contested, agreed
        These tags, with what each annotator said.
    notes
        The annotators and what they noted.
    is_final
        Whether it is adjudicated: the verdicts that are chosen are then those.
    """

    card: Card
    contested: tuple[Judged, ...]
    agreed: tuple[Judged, ...]
    notes: tuple[tuple[str, str], ...]
    is_final: bool


def lay_out(deck: Deck, record_id: RecordId, decisions: Sequence[Decision], returned: str | None = None) -> Dossier:
    """Return the dossier of a record from the decisions on it that stand; `returned` is the note it was sent back with.

    What most say is chosen at first; where as many say yes as no, or all are unsure, it is unsure.
    """
    said: dict[str, list[Said]] = defaultdict(list)
    for decision in decisions:
        if not decision.is_final:
            said[decision.tag].append(Said(decision.annotator, decision.verdict))
    chosen = {tag: _choose(each.verdict for each in saids) for tag, saids in said.items()}
    final = {decision.tag: decision for decision in decisions if decision.is_final}
    chosen |= {tag: decision.verdict for tag, decision in final.items()}
    note = next((decision.note for decision in final.values()), "")
    card = deck.deal(record_id, chosen, note)
    judged = [Judged(offer, tuple(sorted(said[offer.tag]))) for offer in card.offers if offer.tag in chosen]
    notes = dict.fromkeys((each.annotator, each.note) for each in decisions if each.note and not each.is_final)
    return Dossier(
        replace(card, offers=tuple(each.offer for each in judged), returned=returned),
        tuple(each for each in judged if each.is_contested),
        tuple(each for each in judged if not each.is_contested),
        tuple(notes),
        bool(final),
    )


def _choose(verdicts: Iterable[Verdict]) -> Verdict:
    counts = Counter(verdicts)
    if counts["yes"] == counts["no"]:
        return "unsure"
    return "yes" if counts["yes"] > counts["no"] else "no"
