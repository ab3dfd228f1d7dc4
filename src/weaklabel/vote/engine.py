"""Run labeling functions over records and collect their votes; a failure of one never stops the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from weaklabel.terms import (
    Failure,
    LabelingFunction,
    OnProgress,
    PatternLF,
    PhraseLF,
    PythonLF,
    Record,
    Records,
    Vocabulary,
    Votes,
    unreported,
)
from weaklabel.vote.call import Outcome, call_lf
from weaklabel.vote.matcher import PhraseMatcher
from weaklabel.vote.text import TextMatcher


@dataclass(slots=True)
class _Collected:
    """Votes and failures while they come in."""

    vocabulary: Vocabulary
    rows: list[tuple[int, int, int, int]] = field(default_factory=list)
    failures: dict[str, Failure] = field(default_factory=dict)

    def add(self, record: int, lf: int, votes: Iterable[tuple[int, int]]) -> None:
        self.rows.extend((tag, record, lf, vote) for tag, vote in votes)

    def fail(self, lf: LabelingFunction, record: int, outcome: Outcome) -> None:
        first = self.failures.get(lf.id) or Failure(lf.id, 0, record, outcome.error, outcome.traceback, lf.place)
        self.failures[lf.id] = replace(first, count=first.count + 1)


def apply_lfs(
    lfs: Sequence[LabelingFunction],
    records: Records,
    vocabulary: Vocabulary,
    *,
    nested_matches: str = "keep",
    on_progress: OnProgress = unreported,
) -> Votes:
    """Let every labeling function vote on every record.

    Parameters
    ----------
    lfs
        The labeling functions, with distinct ids.
    records, vocabulary
        What they vote on.
    nested_matches
        `drop` ignores a match of a generated labeling function strictly inside another tag's longer match.
    on_progress
        Called with the work done so far and the whole of it (in labeling-function calls).

    Returns
    -------
    Votes
        Independent of the order of `lfs`. A labeling function that raises, votes on an unknown tag, or votes both
        ways on one tag fails on that record: it is counted in `failures` and has no vote there.
    """
    ordered = sorted(lfs, key=lambda lf: lf.id)
    collected = _Collected(vocabulary)
    texts = [(i, lf) for i, lf in enumerate(ordered) if isinstance(lf, PhraseLF | PatternLF)]
    pythons = [(i, lf) for i, lf in enumerate(ordered) if isinstance(lf, PythonLF)]
    plain, special = _split_phrases(texts)
    total = len(plain) + len(special) + len(pythons) * len(records)
    _apply_plain_phrases(plain, records, nested_matches, collected)
    on_progress(len(plain), total)
    for done, (i, lf) in enumerate(special, start=len(plain) + 1):
        _apply_text_lf(i, lf, records, collected)
        on_progress(done, total)
    done = len(plain) + len(special)
    for record, view in enumerate(records.views() if pythons else ()):
        for i, python in pythons:
            _apply_python_lf(i, python, record, view, collected)
        done += len(pythons)
        on_progress(done, total)
    return _as_votes(collected, len(records), tuple(lf.id for lf in ordered))


PlainPhrases = list[tuple[int, PhraseLF]]
TextLFs = list[tuple[int, PhraseLF | PatternLF]]


def _split_phrases(texts: TextLFs) -> tuple[PlainPhrases, TextLFs]:
    """Part the phrase labeling functions that one matcher serves from those with conditions of their own."""
    plain: PlainPhrases = []
    special: TextLFs = []
    for i, lf in texts:
        if isinstance(lf, PhraseLF) and not (lf.keep_case or lf.unless.phrases or lf.unless.pattern):
            plain.append((i, lf))
        else:
            special.append((i, lf))
    return plain, special


def _apply_plain_phrases(plain: PlainPhrases, records: Records, nested_matches: str, collected: _Collected) -> None:
    by_field: dict[str, PlainPhrases] = defaultdict(list)
    for i, lf in plain:
        for name in lf.fields:
            by_field[name].append((i, lf))
    fired: set[tuple[int, int]] = set()
    for name, lfs in by_field.items():
        # Only generated phrases know a rival's longer match; what a person declares fires as it is declared.
        for group in _by_nesting(lfs, nested_matches):
            phrases = [(lf_index, phrase, lf.tags) for lf_index, lf in group for phrase in lf.phrases]
            owners = [tags for *_, tags in phrases] if _is_dropping(group, nested_matches) else None
            matcher = PhraseMatcher([phrase for _, phrase, _ in phrases], owners=owners)
            matrix = matcher.matches(records.texts[name]).tocoo()
            lf_of_phrase = np.array([lf_index for lf_index, *_ in phrases])
            fired.update(zip(matrix.row.tolist(), lf_of_phrase[matrix.col].tolist(), strict=True))
    lf_by_index = dict(plain)
    votes = {i: _tag_votes(lf, collected.vocabulary) for i, lf in lf_by_index.items()}
    for record, lf_index in fired:
        collected.add(record, lf_index, votes[lf_index])


def _by_nesting(lfs: PlainPhrases, nested_matches: str) -> list[PlainPhrases]:
    if nested_matches == "keep":
        return [lfs]
    generated = [(i, lf) for i, lf in lfs if lf.origin == "generated"]
    declared = [(i, lf) for i, lf in lfs if lf.origin != "generated"]
    return [group for group in (generated, declared) if group]


def _is_dropping(group: PlainPhrases, nested_matches: str) -> bool:
    return nested_matches == "drop" and group[0][1].origin == "generated"


def _tag_votes(lf: LabelingFunction, vocabulary: Vocabulary) -> list[tuple[int, int]]:
    return [(vocabulary.index[tag], lf.polarity) for tag in lf.tags]


def _apply_text_lf(i: int, lf: PhraseLF | PatternLF, records: Records, collected: _Collected) -> None:
    matcher = TextMatcher(lf)
    votes = _tag_votes(lf, collected.vocabulary)
    columns = [records.texts[name] for name in lf.fields]
    for record, texts in enumerate(zip(*columns, strict=True)):
        if matcher.is_match(texts):
            collected.add(record, i, votes)


def _apply_python_lf(i: int, lf: PythonLF, record: int, view: Record, collected: _Collected) -> None:
    outcome = call_lf(lf, view, collected.vocabulary)
    if outcome.error:
        collected.fail(lf, record, outcome)
    collected.add(record, i, ((collected.vocabulary.index[tag], vote) for tag, vote in outcome.votes))


def _as_votes(collected: _Collected, n_records: int, lf_ids: tuple[str, ...]) -> Votes:
    rows = np.array(sorted(collected.rows), dtype=np.int32).reshape(-1, 4)
    return Votes(
        tag=rows[:, 0].copy(),
        record=rows[:, 1].copy(),
        lf=rows[:, 2].copy(),
        vote=rows[:, 3].astype(np.int8),
        n_records=n_records,
        lf_ids=lf_ids,
        failures=tuple(collected.failures[key] for key in sorted(collected.failures)),
    )
