"""Labeling functions that are nothing but phrases: all of them in one pass of the compiled matcher over each field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from weaklabel.terms import LabelingFunction, NestedMatches, PhraseLF, RecordSource, Vocabulary
from weaklabel.vote.batch import Ballots, BatchVotes
from weaklabel.vote.phrases import PhraseMatcher

Keys = npt.NDArray[np.int64]


def is_phrases_alone(lf: LabelingFunction) -> bool:
    """Say whether a labeling function needs no regular expression, no pipeline and no code of its own."""
    return isinstance(lf, PhraseLF) and lf.unless.pattern is None


class _Pass(NamedTuple):
    """Phrases that are looked for together, and to which labeling function each belongs."""

    field: str
    matcher: PhraseMatcher
    lf_of_phrase: npt.NDArray[np.int64]

    def find(self, records: RecordSource, n_lfs: int) -> Keys:
        """Return record · n_lfs + lf for each match."""
        matches = self.matcher.matches(records.text_array(self.field))
        row = np.repeat(np.arange(matches.shape[0], dtype=np.int64), np.diff(matches.indptr))
        keys: Keys = row * n_lfs + self.lf_of_phrase[matches.indices]
        return keys


class PhraseVoter:
    """Votes of phrase labeling functions.

    Parameters
    ----------
    lfs
        Those for which :func:`is_phrases_alone` holds, each with its position among all.
    nested_matches
        `drop` ignores a match of a generated labeling function strictly inside another tag's longer match.
    """

    def __init__(
        self, lfs: Sequence[tuple[int, PhraseLF]], vocabulary: Vocabulary, nested_matches: NestedMatches
    ) -> None:
        self._n_lfs = max(1, len(lfs))
        self._ballots = Ballots(lfs, vocabulary)
        phrases = [lf for _, lf in lfs]
        self._evidence = _make_passes(phrases, nested_matches)
        self._silencers = _make_passes(
            [_Silencer(lf.unless.phrases, lf.fields, lf.keep_case) for lf in phrases], nested_matches="keep"
        )

    def vote(self, records: RecordSource) -> BatchVotes:
        """Return the votes on records; phrases never fail."""
        fired = self._find(self._evidence, records)
        if self._silencers and len(fired):
            fired = np.setdiff1d(fired, self._find(self._silencers, records), assume_unique=True)
        record, lf = np.divmod(fired, self._n_lfs)
        return self._ballots.cast(record.astype(np.int32), lf.astype(np.int32))

    def _find(self, passes: Sequence[_Pass], records: RecordSource) -> Keys:
        found = [each.find(records, self._n_lfs) for each in passes]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)


class _Silencer(NamedTuple):
    """The phrases of an `unless`, in the form of a labeling function."""

    phrases: tuple[str, ...]
    fields: tuple[str, ...]
    keep_case: bool
    tags: tuple[str, ...] = ()
    origin: str = "yaml"


def _make_passes(lfs: Sequence[PhraseLF | _Silencer], nested_matches: NestedMatches) -> list[_Pass]:
    """Group phrases by field, by case, and by whether nested matches are dropped: a pass each."""
    groups: dict[tuple[str, bool, bool], list[tuple[str, int, Hashable]]] = defaultdict(list)
    for i, lf in enumerate(lfs):
        # Only generated phrases know a rival's longer match; what a person declares fires as it is declared.
        drops_nested = nested_matches == "drop" and lf.origin == "generated"
        for field in lf.fields:
            groups[field, lf.keep_case, drops_nested].extend((phrase, i, lf.tags) for phrase in lf.phrases)
    passes = []
    for (field, keep_case, drops_nested), listed in groups.items():
        if not listed:
            continue
        owners = [tags for _, _, tags in listed] if drops_nested else None
        matcher = PhraseMatcher([phrase for phrase, _, _ in listed], keep_case=keep_case, owners=owners)
        passes.append(_Pass(field, matcher, np.array([i for _, i, _ in listed], dtype=np.int64)))
    return passes
