"""One function from a record batch to a record batch of votes, for whatever moves record batches about."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from weaklabel.cluster.bundle import Bundle
from weaklabel.records import check_batch
from weaklabel.records.columns import find_columns
from weaklabel.terms import ColumnNames, RecordSource
from weaklabel.vote.arrow import vote_schema, votes_to_arrow
from weaklabel.vote.batch import BatchVotes
from weaklabel.vote.rounds import Rounds
from weaklabel.vote.voter import Voter

if TYPE_CHECKING:
    import pyarrow as pa


def _unreported(_n_records: int) -> None:
    """Take the place of what is called with progress."""


class ArrowVoter:
    """Votes on record batches; the same for the same batch, wherever it runs.

    A context manager, since labeling functions in Python, regular expressions and spaCy run in worker processes. May
    be used from several threads.

    Parameters
    ----------
    bundle
        The labeling functions and all they need.
    n_workers
        How many worker processes there may be.

    Examples
    --------
    >>> with ArrowVoter(bundle) as vote:  # doctest: +SKIP
    ...     votes = vote(pa.record_batch({"id": [1], "title": ["Gardening in Rust"]}))
    """

    def __init__(self, bundle: Bundle, *, n_workers: int = 1) -> None:
        self._bundle = bundle
        self._loaded = bundle.load()
        self._rounds = Rounds(self._loaded.lfs, self._loaded.vocabulary)
        self._voter = Voter(
            self._rounds.first,
            self._loaded.vocabulary,
            nested_matches=bundle.nested_matches,
            timeout_s=bundle.timeout_s,
            n_workers=n_workers,
        )

    def __enter__(self) -> Self:
        self._voter.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._voter.__exit__(kind, error, trace)

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the votes on a batch of records, with the columns of :func:`weaklabel.vote.arrow.vote_schema`.

        Raises
        ------
        RecordsError
            With every problem of the batch: a column that is missing, ids that are null or not distinct.
        """
        if not batch.num_rows:
            return _no_votes(batch.schema, self._bundle.columns)
        records, _ = check_batch(batch, self._bundle.columns, only_texts=self._bundle.only_texts)
        return self.vote(records)

    def vote(self, records: RecordSource, on_records: Callable[[int], None] = _unreported) -> pa.RecordBatch:
        """Return the votes on checked records.

        Parameters
        ----------
        on_records
            Called, from time to time, with how many more records are done.
        """
        votes = self._rounds.finish(self._voter.vote(records, on_records), len(records))
        votes = self._with_own_paths(votes)
        return votes_to_arrow(votes, records, self._loaded.lfs, self._loaded.vocabulary)

    def stop(self) -> None:
        """Make calls that run in other threads end soon."""
        self._voter.stop()

    def _with_own_paths(self, votes: BatchVotes) -> BatchVotes:
        """Let errors name the project's folder, and not a temporary one that differs from worker to worker."""
        here, there = self._loaded.folder, self._bundle.folder
        if not votes.failed or here is None or there is None or here == there:
            return votes
        named = [call._replace(error=call.error.replace(str(here), str(there.resolve()))) for call in votes.failed]
        return votes._replace(failed=tuple(named))


def _no_votes(records: pa.Schema, columns: ColumnNames) -> pa.RecordBatch:
    import pyarrow as pa

    name = find_columns("record batch", dict.fromkeys(records.names), columns, []).id
    is_number = name is None or pa.types.is_integer(records.field(name).type)
    schema = vote_schema(pa.int64() if is_number else pa.string())
    return pa.record_batch([pa.array([], column.type) for column in schema], schema=schema)
