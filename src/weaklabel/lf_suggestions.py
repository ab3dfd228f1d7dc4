"""`weaklabel lf suggest`: what the texts suggest, held against given or resolved tags."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from scipy.sparse import csr_array, hstack

from weaklabel.errors import (
    Problem,
    ProjectError,
    TagsError,
    did_you_mean,
    quantity,
)
from weaklabel.folding import fold
from weaklabel.inputs import Inputs
from weaklabel.lf_additions import read_entry
from weaklabel.suggest import (
    LEAST_RECORDS,
    Entry,
    Evidence,
    Reference,
    Suggestion,
    fire_beginnings,
    list_nearby,
    list_phrases,
    make_id,
    ones_at,
    rank_absent,
    rank_present,
    render_entry,
)
from weaklabel.tags import given_matrix, tag_relations
from weaklabel.terms import (
    ABSENT,
    PRESENT,
    CellProbabilities,
    PhraseLF,
    ResolvedTags,
    Settings,
    TextLF,
    Votes,
)
from weaklabel.terms.finding import LIKELY
from weaklabel.vote import PhraseMatcher, TextMatcher, withdraw_generated

Against = Literal["given", "resolved"]
HITS = 3
SNIPPET = 40  # characters on either side of a hit
TOLD_CONFLICTS = 3


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for.

    Attributes
    ----------
    tag
        The tag to suggest labeling functions for; None for all.
    against
        Whether a record has the tags that its author `given` it, or those that a run has `resolved`.
    least_precision
        The least estimated precision of a suggestion.
    limit
        How many suggestions there are at the most; None for all.
    with_absent
        Whether to suggest labeling functions that vote "absent".
    with_beginnings
        Whether to try beginnings of words (`segment…`) too.
    """

    tag: str | None = None
    against: Against = "given"
    least_precision: float = 0.7
    limit: int | None = None
    with_absent: bool = True
    with_beginnings: bool = False


def read_choice(against: str) -> Against:
    """Return what an option names.

    Raises
    ------
    ProjectError
        Where it names neither.
    """
    for choice in get_args(Against):
        if choice == against:
            return choice  # type: ignore[no-any-return]
    raise ProjectError(
        Problem(
            f"--against is {against!r}.",
            fix=did_you_mean(against, get_args(Against), otherwise="Write given or resolved."),
        )
    )


@dataclass(frozen=True, slots=True)
class Hit:
    """A record in which a suggestion fires: where it stands, the words around, and whether the record has the tag."""

    record: int
    snippet: str
    has_tag: bool | None


@dataclass(frozen=True, slots=True, eq=False)
class SuggestedLF:
    """A suggestion as it is written, and what it would change.

    Attributes
    ----------
    entry
        The labeling function as it is written.
    suggestion
        Its figures.
    coverage
        The share of all records in which it fires.
    conflicts
        In how many records each other labeling function votes otherwise.
    hits
        Some of the records that it changes.
    """

    entry: Entry
    suggestion: Suggestion
    coverage: float
    conflicts: dict[str, int]
    hits: tuple[Hit, ...]

    @property
    def text(self) -> str:
        """The YAML."""
        return render_entry(self.entry)


@dataclass(frozen=True, slots=True, eq=False)
class Suggestions:
    """All suggestions, best first, and what they were held against."""

    reference: str
    lfs: tuple[SuggestedLF, ...]


def suggest_lfs(
    settings: Settings,
    inputs: Inputs,
    votes: Votes,
    given: Sequence[ResolvedTags],
    resolved: CellProbabilities | None,
    query: Query,
) -> Suggestions:
    """Suggest labeling functions.

    Parameters
    ----------
    votes
        As they were cast.
    given
        The given tags of each record, None where it is unlabelled.
    resolved
        What a run says of each cell; None to hold suggestions against given tags.

    Raises
    ------
    TagsError
        Where there is nothing to hold a suggestion against.
    """
    vocabulary = inputs.vocabulary
    reference = _refer(settings, inputs, votes, given, resolved)
    tags = None if query.tag is None else [vocabulary.index[query.tag]]
    texts = [inputs.records.texts[name] for name in inputs.records.fields]
    found = _suggest_present(texts, reference, query, tags)
    if query.with_absent and _can_deny(settings, inputs):
        found += _suggest_absent(inputs, texts, reference, query, tags)
    found.sort(key=lambda s: -s.gain)  # stable: present before absent, then by tag
    describe = _Describer(settings, inputs, votes, reference, query.against)
    return Suggestions(_say_reference(reference, query.against), describe.all(found[: query.limit]))


def _refer(
    settings: Settings,
    inputs: Inputs,
    votes: Votes,
    given: Sequence[ResolvedTags],
    resolved: CellProbabilities | None,
) -> Reference:
    shape = (len(inputs.records), len(inputs.vocabulary))
    standing = withdraw_generated(votes, inputs.lfs)
    is_generated = np.array([lf.origin == "generated" for lf in inputs.lfs], dtype=np.bool_)[standing.lf]
    by_generated = _cells(standing.where(is_generated & (standing.vote == PRESENT)), shape)
    by_hand = _cells(standing.where(~is_generated & (standing.vote == PRESENT)), shape)
    denied = _cells(standing.where(standing.vote == ABSENT), shape)
    above = tag_relations(inputs.graph, inputs.vocabulary).ancestors
    present = by_generated + by_hand
    covered = _as_ones(present + present @ above + denied)  # closure adds the tags above
    if resolved is None:
        matrix = given_matrix(given, inputs.vocabulary)
        tags, judged = _as_ones(matrix.tags + matrix.tags @ above), matrix.labelled
        if settings.task == "multiclass":
            judged = judged & (np.diff(matrix.tags.indptr) > 0)
    else:
        likely = resolved.probability > LIKELY
        tags = csr_array((np.ones(likely.sum()), (resolved.record[likely], resolved.tag[likely])), shape=shape)
        judged = np.ones(shape[0], dtype=np.bool_)
    if not judged.any():
        what, fix = "no record has given tags.", "Use --against resolved: what the models make of the votes."
        raise TagsError(Problem(what, fix=fix))
    return Reference(tags, judged, covered, by_generated - by_generated.multiply(by_hand))


def _cells(votes: Votes, shape: tuple[int, int]) -> csr_array:
    return _as_ones(csr_array((np.ones(len(votes)), (votes.record, votes.tag)), shape=shape))


def _as_ones(matrix: csr_array) -> csr_array:
    ones = csr_array(matrix)
    ones.sum_duplicates()
    ones.data[:] = 1.0
    return ones


def _suggest_present(
    texts: Sequence[Sequence[str]], reference: Reference, query: Query, tags: Sequence[int] | None
) -> list[Suggestion]:
    phrases = list_phrases([text for field in texts for text in field])
    evidence, fires = [Evidence("keywords", phrase) for phrase in phrases], _fire(phrases, texts)
    if query.with_beginnings:
        beginnings, at = fire_beginnings(texts)
        evidence, fires = evidence + beginnings, csr_array(hstack([fires, at]))
    return rank_present(evidence, fires, reference, query.least_precision, tags)


def _suggest_absent(
    inputs: Inputs,
    texts: Sequence[Sequence[str]],
    reference: Reference,
    query: Query,
    tags: Sequence[int] | None,
) -> list[Suggestion]:
    near = _list_nearby(inputs, reference)
    phrases = sorted(near)
    by_tag = ones_at([sorted(near[phrase]) for phrase in phrases], len(inputs.vocabulary))
    evidence = [Evidence("keywords", phrase) for phrase in phrases]
    return rank_absent(evidence, _fire(phrases, texts), csr_array(by_tag.T), reference, query.least_precision, tags)


def _list_nearby(inputs: Inputs, reference: Reference) -> dict[str, set[int]]:
    """Return the phrases that stand by surfaces, in three records or more, and the tags whose surfaces these are.

    A surface of the tag itself is none of them.
    """
    owners: dict[str, set[int]] = defaultdict(set)
    for lf in inputs.lfs:
        if lf.origin == "generated" and isinstance(lf, PhraseLF):
            for phrase in lf.phrases:
                owners[fold(phrase).strip()].update(inputs.vocabulary.index[tag] for tag in lf.tags)
    surfaces = sorted(owners)
    matcher = PhraseMatcher(surfaces)
    counts: Counter[tuple[str, int]] = Counter()
    for record in np.flatnonzero(np.diff(reference.deniable.indptr)).tolist():
        counts.update(_nearby_in(inputs, record, matcher, surfaces, owners))
    near: dict[str, set[int]] = defaultdict(set)
    for (phrase, tag), count in counts.items():
        if count >= LEAST_RECORDS and tag not in owners.get(phrase, ()):
            near[phrase].add(tag)
    return near


def _nearby_in(
    inputs: Inputs, record: int, matcher: PhraseMatcher, surfaces: Sequence[str], owners: Mapping[str, set[int]]
) -> set[tuple[str, int]]:
    found: set[tuple[str, int]] = set()
    for name in inputs.records.fields:
        text = inputs.records.texts[name][record]
        for phrase, start, end in matcher.spans(text):
            tags = owners[surfaces[phrase]]
            found.update((other, tag) for other in list_nearby(text, [(start, end)]) for tag in tags)
    return found


def _can_deny(settings: Settings, inputs: Inputs) -> bool:
    """Say whether "absent" means anything: not among more than two classes."""
    return settings.task == "multilabel" or len(inputs.vocabulary) == 2


def _fire(phrases: Sequence[str], texts: Sequence[Sequence[str]]) -> csr_array:
    """Return in which records the matcher finds phrases, float64 of shape (records, phrases)."""
    matcher = PhraseMatcher(phrases)
    return _as_ones(sum(csr_array(matcher.matches(field), dtype=np.float64) for field in texts))


def _say_reference(reference: Reference, against: Against) -> str:
    judged, n_records = int(reference.judged.sum()), len(reference.judged)
    if against == "resolved":
        return f"the tags that the models resolve to for {quantity(n_records, 'record')} (probability above {LIKELY})"
    beside = (
        f"; {quantity(n_records - judged, 'record')} without count for coverage alone" if judged < n_records else ""
    )
    return f"the given tags of {quantity(judged, 'record')}{beside}"


@dataclass(frozen=True, slots=True, eq=False)
class _Describer:
    """Turns suggestions into labeling functions with ids, numbers and hits."""

    settings: Settings
    inputs: Inputs
    votes: Votes
    reference: Reference
    against: Against

    def all(self, suggestions: Sequence[Suggestion]) -> tuple[SuggestedLF, ...]:
        taken = {lf.id for lf in self.inputs.lfs}
        described = []
        for suggestion in suggestions:
            tag = self.inputs.vocabulary.names[suggestion.tag]
            lf_id = make_id(tag, suggestion.evidence, suggestion.polarity, taken)
            taken.add(lf_id)
            described.append(self._describe(suggestion, tag, lf_id))
        return tuple(described)

    def _describe(self, suggestion: Suggestion, tag: str, lf_id: str) -> SuggestedLF:
        bare = Entry(lf_id, self._say_precision(suggestion, tag), tag, suggestion.polarity, suggestion.evidence)
        hits = tuple(self._find_hits(suggestion, read_entry(bare, self.inputs)))
        conflicts = self._find_conflicts(suggestion)
        coverage = len(suggestion.fired) / max(1, len(self.inputs.records))
        notes = (self._say_gain(suggestion, coverage), _say_conflicts(conflicts), self._say_hits(hits))
        examples = tuple(dict.fromkeys(hit.snippet for hit in hits))
        entry = replace(bare, examples=examples, notes=tuple(note for note in notes if note))
        return SuggestedLF(entry, suggestion, coverage, conflicts, hits)

    def _say_precision(self, suggestion: Suggestion, tag: str) -> str:
        verb = "have" if suggestion.polarity == PRESENT else "lack"
        source = "given" if self.against == "given" else "resolved"
        estimate = f"{suggestion.precision:.2f} ({suggestion.low:.2f} to {suggestion.high:.2f})"
        counts = f"{suggestion.right} of {quantity(suggestion.judged, 'record')} {verb} {tag} among {source} tags"
        return f"Suggested: {counts}, estimated precision {estimate}."

    def _say_gain(self, suggestion: Suggestion, coverage: float) -> str:
        effect = "new" if suggestion.polarity == PRESENT else "in which generated votes are withdrawn"
        fired, changed = quantity(len(suggestion.fired), "record"), len(suggestion.changed)
        return f"Gain {suggestion.gain:.1f}: fires in {fired} ({coverage:.1%}), {changed:,} of them {effect}."

    def _say_hits(self, hits: Sequence[Hit]) -> str:
        told = {True: "has the tag", False: "lacks it", None: "not tagged"}
        listed = (f"{self.inputs.records.ids[hit.record]!r} ({told[hit.has_tag]})" for hit in hits)
        return f"Records: {', '.join(listed)}." if hits else ""

    def _find_hits(self, suggestion: Suggestion, lf: TextLF) -> Iterator[Hit]:
        matcher = TextMatcher(lf)
        found = 0
        for record in suggestion.changed.tolist():
            snippet = _find_snippet(matcher, [self.inputs.records.texts[name][record] for name in lf.fields])
            if snippet:
                has_tag = bool(self.reference.tags[record, suggestion.tag])
                yield Hit(record, snippet, has_tag if self.reference.judged[record] else None)
                found += 1
            if found == HITS:
                return

    def _find_conflicts(self, suggestion: Suggestion) -> dict[str, int]:
        """Count the records in which others vote otherwise; generated votes are meant to be denied by "absent"."""
        votes = self.votes
        is_elsewhere = votes.tag != suggestion.tag
        otherwise = ~is_elsewhere & (votes.vote == -suggestion.polarity)
        if self.settings.task == "multiclass" and suggestion.polarity == PRESENT:
            otherwise |= is_elsewhere & (votes.vote == PRESENT)
        against = votes.where(otherwise & np.isin(votes.record, suggestion.fired))
        counts = Counter(against.lf.tolist())
        by_hand = suggestion.polarity == PRESENT
        kept = {
            self.inputs.lfs[i].id: n for i, n in counts.items() if by_hand or self.inputs.lfs[i].origin != "generated"
        }
        return dict(sorted(kept.items(), key=lambda item: (-item[1], item[0])))


def _say_conflicts(conflicts: Mapping[str, int]) -> str:
    if not conflicts:
        return "No other labeling function votes otherwise."
    listed = [f"{lf_id} in {quantity(n, 'record')}" for lf_id, n in conflicts.items()]
    more = f" and {len(listed) - TOLD_CONFLICTS} more" if len(listed) > TOLD_CONFLICTS else ""
    return f"Votes otherwise: {', '.join(listed[:TOLD_CONFLICTS])}{more}."


def _find_snippet(matcher: TextMatcher, texts: Sequence[str]) -> str:
    """Return the words around the first match, in which it is still found; empty where they cannot be cut out."""
    for text in texts:
        for start, end in matcher.spans(text)[:1]:
            around = (_cut(text, start, end), text[start:end])
            return next((snippet for snippet in around if matcher.is_match([snippet])), "")
    return ""


def _cut(text: str, start: int, end: int) -> str:
    """Return the words around a stretch of text, on one line."""
    before, after = text[max(0, start - SNIPPET) : start], text[end : end + SNIPPET]
    if start > SNIPPET:
        before = before.partition(" ")[2]
    if end + SNIPPET < len(text):
        after = after.rpartition(" ")[0]
    return " ".join(f"{before}{text[start:end]}{after}".split())
