"""Votes as an Arrow table: what `weaklabel vote` writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from weaklabel.terms import LabelingFunction, RecordSource, Vocabulary
from weaklabel.vote.batch import BatchVotes, FailedCall

if TYPE_CHECKING:
    import pyarrow as pa

FAILED = 0
"""What stands in the place of a vote where a labeling function failed."""

MAX_ERROR_CHARACTERS = 500


def votes_to_arrow(
    votes: BatchVotes, records: RecordSource, lfs: Sequence[LabelingFunction], vocabulary: Vocabulary
) -> pa.RecordBatch:
    """Return the votes on a batch of records by their names, one row a vote and one row a failed call.

    Parameters
    ----------
    votes
        The votes, by positions.
    records, lfs, vocabulary
        What the positions count.

    Returns
    -------
    pyarrow.RecordBatch
        Sorted by the positions of record, labeling function and tag; the columns are those of :func:`vote_schema`.
    """
    import pyarrow as pa

    failed = sorted(votes.failed)
    record = np.concatenate([votes.record, np.array([call.record for call in failed], dtype=np.int32)])
    lf = np.concatenate([votes.lf, np.array([call.lf for call in failed], dtype=np.int32)])
    tag = np.concatenate([votes.tag, np.full(len(failed), -1, dtype=np.int32)])
    vote = np.concatenate([votes.vote, np.full(len(failed), FAILED, dtype=np.int8)])
    order = np.lexsort((tag, lf, record))
    ids = records.id_array()
    columns = [
        ids.take(pa.array(record[order])),
        pa.DictionaryArray.from_arrays(pa.array(lf[order]), pa.array([lf.id for lf in lfs], pa.string())),
        pa.DictionaryArray.from_arrays(
            pa.array(tag[order], mask=tag[order] < 0), pa.array(vocabulary.names, pa.string())
        ),
        pa.array(vote[order]),
        _errors(len(votes.vote), failed).take(pa.array(order)),
    ]
    return pa.record_batch(columns, schema=vote_schema(ids.type))


def vote_schema(record_id: pa.DataType) -> pa.Schema:
    """Return the columns of votes.

    `record_id` has the given type; `lf` and `tag` are dictionaries of strings, `tag` null where the call failed;
    `vote` is int8, +1 present, -1 absent, 0 where the call failed; `error` says why, and is null for a vote.
    """
    import pyarrow as pa

    name = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [
            pa.field("record_id", record_id, nullable=False),
            pa.field("lf", name, nullable=False),
            pa.field("tag", name),
            pa.field("vote", pa.int8(), nullable=False),
            pa.field("error", pa.string()),
        ]
    )


def _errors(n_votes: int, failed: Sequence[FailedCall]) -> pa.Array:
    import pyarrow as pa

    told = pa.array([_as_text(call.error) for call in failed], pa.string())
    return pa.concat_arrays([pa.nulls(n_votes, pa.string()), told])


def _as_text(error: str) -> str:
    """Return an error as text that UTF-8 can hold, of bounded length: it may quote a whole record."""
    text = error if len(error) <= MAX_ERROR_CHARACTERS else f"{error[: MAX_ERROR_CHARACTERS - 1]}…"
    return text.encode("utf-8", "replace").decode()
