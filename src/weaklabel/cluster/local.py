"""The engine that votes here: one file after the other, the batches of each on all cores."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

from weaklabel.cluster.bundle import Bundle
from weaklabel.cluster.report import FileReport
from weaklabel.cluster.tasks import FileTask
from weaklabel.cluster.vote_file import vote_file
from weaklabel.errors import ClusterError, Problem
from weaklabel.vote.engine import count_cores


def vote_locally(
    bundle: Bundle, tasks: Sequence[FileTask], address: str | None, on_records: Callable[[int], None]
) -> Iterator[FileReport]:
    """Vote on files, in their order; see :class:`weaklabel.cluster.engines.Engine`."""
    if address is not None:
        raise ClusterError(Problem("the engine 'local' has no address.", fix="Leave out --address, or --engine dask."))
    lock = threading.Lock()

    def tell(n_records: int) -> None:
        with lock:
            on_records(n_records)

    for task in tasks:
        yield vote_file(bundle, task, count_cores(), tell)
