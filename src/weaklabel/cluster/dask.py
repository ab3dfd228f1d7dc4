"""The engine that votes on a Dask cluster: a task a file, as futures.

What votes goes to each worker once, as a plugin: so it also reaches workers that join later, or take the place of
one that was killed.
"""

from __future__ import annotations

import logging
import secrets
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, cast

from distributed import Client, Future, LocalCluster, Worker, WorkerPlugin, as_completed, get_worker
from distributed.scheduler import KilledWorker

from weaklabel.cluster.bundle import Bundle
from weaklabel.cluster.report import FileReport
from weaklabel.cluster.tasks import FileTask
from weaklabel.cluster.vote_file import vote_file
from weaklabel.errors import ClusterError, Place, Problem, WeaklabelError
from weaklabel.vote.engine import count_cores

CONNECT_S = 5.0
RETRIES = 2


class Delivery(WorkerPlugin):
    """Brings a bundle to every worker; loading it is left to the first task, which can report what is wrong with it.

    Parameters
    ----------
    bundle
        What votes.
    is_ours
        The workers were started for this run alone: Ctrl-C is then meant for the process that started them.
    """

    def __init__(self, bundle: Bundle, *, is_ours: bool) -> None:
        self.name = f"weaklabel-{bundle.fingerprint}"
        self.bundle = bundle
        self._is_ours = is_ours

    def setup(self, worker: Worker) -> None:  # noqa: ARG002 - Dask's interface
        """Begin on a worker."""
        if self._is_ours and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def vote_on_dask(
    bundle: Bundle, tasks: Sequence[FileTask], address: str | None, on_records: Callable[[int], None]
) -> Iterator[FileReport]:
    """Vote on files, in the order in which they are done; see :class:`weaklabel.cluster.engines.Engine`.

    Parameters
    ----------
    address
        The scheduler's, such as tcp://host:8786; None starts a worker process a core here.
    """
    delivery = Delivery(bundle.packed(), is_ours=address is None)
    with _connect(address, len(tasks)) as client:
        _deliver(client, delivery)
        run = secrets.token_hex(4)
        futures = {
            client.submit(
                vote_in_worker, delivery.name, task, key=f"vote-{run}-{task.name}", retries=RETRIES, pure=False
            ): task
            for task in tasks
        }
        try:
            for future in as_completed(list(futures)):
                report = _report_of(future, futures.pop(future))
                on_records(report.records)
                yield report
        finally:
            client.cancel(list(futures))
            with suppress(Exception):
                client.unregister_worker_plugin(delivery.name)


def vote_in_worker(delivery: str, task: FileTask) -> FileReport | WeaklabelError:
    """Vote on a file; what is wrong with the workers is returned, since it would be wrong again if it were retried."""
    plugin = cast("Delivery", get_worker().plugins[delivery])
    try:
        return vote_file(plugin.bundle, task, n_threads=1)  # the other cores have files of their own
    except WeaklabelError as error:
        return error


def _report_of(future: Future[Any], task: FileTask) -> FileReport:
    error = future.exception()
    if error is None:
        result = future.result()
        if isinstance(result, WeaklabelError):
            raise result
        report: FileReport = result
        return report
    if isinstance(error, KilledWorker):
        what = "every worker that voted on this file was lost."
        fix = "Is there enough memory? Use fewer threads a worker, or split the file."
    else:
        what, fix = f"the task failed: {type(error).__name__}: {error}", "See the log of the workers."
    return FileReport(task.name, problems=(Problem(what, Place(task.shown), fix),))


@contextmanager
def _connect(address: str | None, n_tasks: int) -> Iterator[Client]:
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        if address is None:
            n_workers = max(1, min(count_cores(), n_tasks))
            cluster = stack.enter_context(
                LocalCluster(
                    n_workers=n_workers, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
                )
            )
            yield stack.enter_context(Client(cluster))
            return
        try:
            client = stack.enter_context(Client(address, timeout=CONNECT_S))
        except (OSError, ValueError, TypeError) as failure:
            reason = str(failure).strip().partition("\n")[0].rstrip(".")
            what = f"there is no Dask scheduler at {address!r}: {reason or type(failure).__name__}."
            fix = "Give its address, such as tcp://host:8786; without --address, workers are started here."
            raise ClusterError(Problem(what, fix=fix)) from None
        yield client


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what Dask logs of lost connections and workers from the terminal; it retries, and we report."""
    logger = logging.getLogger("distributed")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _deliver(client: Client, delivery: Delivery) -> None:
    try:
        client.register_plugin(delivery)
    except Exception as failure:  # noqa: BLE001 - whatever the workers raise on unpickling
        what = f"the workers cannot load weaklabel: {type(failure).__name__}: {failure}"
        raise ClusterError(Problem(what, fix="Install the same version of weaklabel on all of them.")) from None
