"""Findings where each record has exactly one class: a given class that is likely wrong, and what is right instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from weaklabel.audit.evidence import EvidenceFinder
from weaklabel.audit.neighbours import Neighbourhood
from weaklabel.audit.support import COMPARED, MIN_SCORE
from weaklabel.audit.suspicion import CellScores
from weaklabel.errors import list_some, quantity
from weaklabel.terms import CellProbabilities, Evidence, Finding, ResolvedTags, Vocabulary, canonical_names
from weaklabel.terms.finding import VoteName


def find_wrong_classes(
    cells: CellProbabilities,
    scores: CellScores,
    given: Sequence[ResolvedTags],
    vocabulary: Vocabulary,
    evidence: EvidenceFinder,
    neighbours: Neighbourhood | None = None,
) -> Iterator[Finding]:
    """Yield a finding for every given class, as far as it is likely wrong.

    A wrong class means that another is right: the finding suggests the most probable one, and its evidence are the
    votes on both.
    """
    judged = [
        (scores.is_unsupported(record, name), record, name)
        for record, tags in enumerate(given)
        for name in canonical_names(tags)
    ]
    judged = sorted((entry for entry in judged if entry[0] >= MIN_SCORE), key=lambda entry: -entry[0])
    for place, (score, record, name) in enumerate(judged):
        better, is_likelier = _find_better(cells, record, name, vocabulary)
        if better is None and not is_likelier:
            continue  # nothing speaks for any class
        votes = tuple(
            replace(vote, tag=voted_on)
            for voted_on in (better, name)
            if voted_on is not None
            for vote in evidence.of_cell(record, vocabulary.index[voted_on])
        )
        reason = _describe(name, better, votes, is_likelier=is_likelier)
        alike = None
        if neighbours and better is not None and place < COMPARED:
            alike = neighbours.of_cell(record, vocabulary.index[better])
        if alike:
            reason = f"{reason} {alike.in_words(better)}"
        similar = alike.having_it if alike else ()
        yield Finding(record, name, "unsupported", score, 0, reason, evidence=votes, similar=similar, suggestion=better)


def _find_better(cells: CellProbabilities, record: int, name: str, vocabulary: Vocabulary) -> tuple[str | None, bool]:
    """Return the most probable other class, None where none stands out; and whether one is more probable."""
    rows = slice(*np.searchsorted(cells.record, [record, record + 1]).tolist())
    tags, probability = cells.tag[rows], cells.probability[rows]
    is_other = tags != vocabulary.index[name]
    own = probability[~is_other].max(initial=0.0)
    best = probability[is_other].max(initial=0.0)
    places = np.flatnonzero(is_other & (probability == best))
    name_of_best = vocabulary.names[tags[places[0]]] if len(places) == 1 else None
    return name_of_best, bool(best > own or not len(places))


def _describe(name: str, better: str | None, votes: Sequence[Evidence], *, is_likelier: bool) -> str:
    """Say which class is right instead of `name`, and what labeling functions say of the two."""
    if better is None:
        return " ".join([f"{name!r} is unlikely, and no other class stands out.", *_tally(name, votes)])
    lead = f"{better!r} is more likely than {name!r}." if is_likelier else f"If {name!r} is wrong, it is {better!r}."
    for_better = list(_tally(better, votes)) or [f"No labeling function votes for {better!r}."]
    return " ".join([lead, *for_better, *_tally(name, votes)])


def _tally(name: str, votes: Sequence[Evidence]) -> Iterator[str]:
    """Yield how many labeling functions vote for a class, and how many against it, with what made them vote."""
    sides: tuple[tuple[VoteName, str], ...] = (("present", "for"), ("absent", "against"))
    for side, preposition in sides:
        cast = [vote for vote in votes if vote.tag == name and vote.vote == side]
        if cast:
            number = len({vote.lf for vote in cast})
            subject = f"{quantity(number, 'labeling function')} {'votes' if number == 1 else 'vote'}"
            parts = [f"{vote.text!r} in the {vote.field}" if vote.text else vote.lf for vote in cast]
            yield f"{subject} {preposition} {name!r}: {list_some(parts)}."
