"""How many records there are to vote on, before they are read."""

from __future__ import annotations

from weaklabel.cluster.tasks import FileTask
from weaklabel.documents import is_url
from weaklabel.records import count_hint, size_bytes

SAMPLE_BYTES = 1 << 18


def estimate_records(task: FileTask) -> int:
    """Return the number of records of a file: exact for Parquet, of other formats a guess by its first lines."""
    count = count_hint(task.source)
    size = size_bytes(task.source)
    if count is not None or not size or is_url(task.source):
        return count or 0
    try:
        with open(task.source, "rb") as file:  # noqa: PTH123 - see FileTask.stamp
            sample = file.read(SAMPLE_BYTES)
    except OSError:
        return 0
    return size * sample.count(b"\n") // len(sample) if sample else 0
