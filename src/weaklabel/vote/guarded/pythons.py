"""Labeling functions in Python, called with one record or with all of a batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from weaklabel.terms import PythonLF, RecordSource, Vocabulary
from weaklabel.vote.batch import BatchVotes
from weaklabel.vote.call import ABSTAINED, Outcome, call_batch_lf, call_lf
from weaklabel.vote.guarded.calls import Calls
from weaklabel.vote.workers import WHOLE_LF


class PythonLFs:
    """Labeling functions in Python, called with one record or with all of a batch."""

    def __init__(self, lfs: Sequence[tuple[int, PythonLF]], vocabulary: Vocabulary) -> None:
        self._single = [(i, lf) for i, lf in lfs if lf.call_batch is None]
        self._batched = [(i, lf) for i, lf in lfs if lf.call_batch is not None]
        self._vocabulary = vocabulary

    def vote(self, records: RecordSource, calls: Calls) -> BatchVotes:
        """Return the votes on records; failures are counted in `calls`."""
        rows = [*self._vote_one_by_one(records, calls), *self._vote_at_once(records, calls)]
        return BatchVotes.of(rows)

    def _vote_one_by_one(self, records: RecordSource, calls: Calls) -> Iterator[tuple[int, int, int, int]]:
        make, vocabulary = calls.make, self._vocabulary  # the loop runs once a call
        for row, view in enumerate(records.views() if self._single else ()):
            for i, lf in self._single:
                outcome = make(i, row, ABSTAINED, call_lf, lf, view, vocabulary)
                if outcome is not ABSTAINED:
                    yield from self._read(outcome, i, row, calls)

    def _vote_at_once(self, records: RecordSource, calls: Calls) -> Iterator[tuple[int, int, int, int]]:
        for i, lf in self._batched:
            outcomes: list[Outcome] = calls.make(i, WHOLE_LF, [], call_batch_lf, lf, records, self._vocabulary)
            if whole := calls.failed.pop((i, WHOLE_LF), None):
                calls.fail_all(i, whole.error, is_lost=True)
            for row, outcome in enumerate(outcomes):
                yield from self._read(outcome, i, row, calls)

    def _read(self, outcome: Outcome, i: int, row: int, calls: Calls) -> Iterable[tuple[int, int, int, int]]:
        if outcome.error:
            calls.fail(i, row, outcome.error, outcome.traceback)
        return ((row, i, self._vocabulary.index[tag], vote) for tag, vote in outcome.votes)
