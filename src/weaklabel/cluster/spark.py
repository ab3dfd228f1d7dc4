"""The engine that votes on Spark, and votes on tables that Spark holds; both through `mapInArrow`."""

from __future__ import annotations

import os
import pickle
import socket
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import IO, TYPE_CHECKING, Any

from weaklabel.cluster.arrow_voter import ArrowVoter
from weaklabel.cluster.bundle import Bundle
from weaklabel.cluster.report import FileReport
from weaklabel.cluster.tasks import FileTask
from weaklabel.cluster.vote_file import find_done, vote_file
from weaklabel.errors import ClusterError, Place, Problem, RecordsError, WeaklabelError
from weaklabel.records.columns import find_columns
from weaklabel.vote.engine import map_in_threads

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

CONNECT_S = 5.0
MAX_FAILURES = 4  # Spark's own number of tries on a cluster; its local mode does not retry unless told
POLL_S = 0.5
POLL_SHARE = 20
"""Looking for finished files takes at most one part in so many of the time."""


def vote_dataframe(frame: DataFrame, bundle: Bundle) -> DataFrame:
    """Return the votes on a Spark table, as a table that is computed when it is used.

    Parameters
    ----------
    frame
        The records, with a column of ids (whole numbers or strings; nothing checks that they are distinct) and the
        bundle's text fields.
    bundle
        What votes. The workers need weaklabel, and the plugins that it uses.

    Returns
    -------
    DataFrame
        Columns `record_id` (bigint or string), `lf`, `tag`, `vote` (tinyint) and `error`, as the files of votes have.

    Raises
    ------
    RecordsError
        Where a column is missing.
    """
    problems: list[Problem] = []
    name = find_columns("the Spark table", dict.fromkeys(frame.columns), bundle.columns, problems).id
    problems = [problem for problem in problems if problem.severity == "error"]
    kind = dict(frame.dtypes).get(name or "", "")
    if name is None:
        problems.append(Problem("the Spark table has no column of ids.", fix="Name it in records.id, or --id."))
    elif kind not in {"tinyint", "smallint", "int", "bigint", "string"}:
        fix = f'Cast it: frame.withColumn("{name}", frame["{name}"].cast("string")).'
        problems.append(Problem(f"the ids, {name!r}, are of type {kind}.", fix=fix))
    if problems:
        raise RecordsError(problems)
    record_id = "string" if kind == "string" else "bigint"
    schema = f"record_id {record_id}, lf string, tag string, vote tinyint, error string"
    return frame.mapInArrow(partial(_vote_on_batches, bundle.packed()), schema)


def _vote_on_batches(bundle: Bundle, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    with ArrowVoter(bundle) as vote:
        for batch in batches:
            votes = vote(batch)
            plain = [votes.column(name).cast(pa.string()) for name in ("lf", "tag")]
            yield pa.record_batch(
                [votes.column("record_id"), *plain, votes.column("vote"), votes.column("error")],
                names=votes.schema.names,
            )


def vote_on_spark(
    bundle: Bundle, tasks: Sequence[FileTask], address: str | None, on_records: Callable[[int], None]
) -> Iterator[FileReport]:
    """Vote on files, a partition each; see :class:`weaklabel.cluster.engines.Engine`.

    Parameters
    ----------
    address
        The master's URL, such as spark://host:7077 or local[4]; None is local[*].
    """
    packed = bundle.packed()
    with _session(address or "local[*]") as spark:
        job = _start(partial(_run_job, spark, packed, tasks))
        _tell_progress(bundle, tasks, job, on_records)
        failure = job.exception()
        if isinstance(failure, WeaklabelError):
            raise failure
        if failure is None:
            yield from job.result()
        else:
            yield from _run_rest(spark, packed, tasks)


def _run_job(spark: SparkSession, bundle: Bundle, tasks: Sequence[FileTask]) -> list[FileReport]:
    """Run one job with a partition a file."""
    rows = spark.sparkContext.parallelize([(pickle.dumps(task),) for task in tasks], len(tasks))
    frame = spark.createDataFrame(rows, "task binary")
    reports = frame.mapInArrow(partial(_vote_on_files, bundle), "report binary").collect()
    results = [pickle.loads(row.report) for row in reports]  # noqa: S301 - written by our own workers
    for result in results:
        if isinstance(result, WeaklabelError):
            raise result
    return results


def _vote_on_files(bundle: Bundle, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    for batch in batches:
        for packed in batch.column("task").to_pylist():
            report = _vote_on_file(bundle, pickle.loads(packed))  # noqa: S301 - written by the driver
            yield pa.record_batch({"report": pa.array([pickle.dumps(report)], pa.binary())})


def _vote_on_file(bundle: Bundle, task: FileTask) -> FileReport | WeaklabelError:
    """Vote on a file; what is wrong with the workers is returned, since it would be wrong again if it were retried."""
    try:
        return vote_file(bundle, task, n_threads=1)  # the other cores have files of their own
    except WeaklabelError as error:
        return error


def _run_rest(spark: SparkSession, bundle: Bundle, tasks: Sequence[FileTask]) -> Iterator[FileReport]:
    """Finish the work of a job that Spark gave up: a task that kills its worker each time ends the whole of it.

    In jobs of their own, such tasks end nothing but themselves.
    """
    reports = {task.name: find_done(bundle, task) for task in tasks}
    yield from (replace(report, was_done=False) for report in reports.values() if report)
    rest = [task for task in tasks if not reports[task.name]]
    run, n_threads = partial(_run_alone, spark, bundle), spark.sparkContext.defaultParallelism
    yield from map_in_threads(run, rest, n_threads, spark.sparkContext.cancelAllJobs)


def _run_alone(spark: SparkSession, bundle: Bundle, task: FileTask) -> FileReport:
    try:
        return _run_job(spark, bundle, [task])[0]
    except WeaklabelError:
        raise
    except Exception as failure:  # noqa: BLE001 - whatever Spark raises for a lost worker
        what = f"the task failed {MAX_FAILURES} times: {_reason(failure)}."
        fix = "Is there enough memory? Use fewer cores a machine, or split the file."
        return FileReport(task.name, problems=(Problem(what, Place(task.shown), fix),))


def _start(function: Callable[[], list[FileReport]]) -> Future[list[FileReport]]:
    """Run a function in a thread that does not keep the process from ending."""
    future: Future[list[FileReport]] = Future()

    def run() -> None:
        try:
            future.set_result(function())
        except BaseException as error:  # noqa: BLE001 - handed on
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future


def _tell_progress(
    bundle: Bundle, tasks: Sequence[FileTask], job: Future[Any], on_records: Callable[[int], None]
) -> None:
    """Wait for a job, and tell of the files of votes that appear; Spark itself tells no result before the end."""
    waiting = list(tasks)
    look_at = time.monotonic()
    while not job.done():
        time.sleep(POLL_S)
        if (begin := time.monotonic()) < look_at:
            continue
        reports = [(task, find_done(bundle, task)) for task in waiting]
        waiting = [task for task, report in reports if report is None]
        on_records(sum(report.records for _, report in reports if report))
        look_at = time.monotonic() + POLL_SHARE * (time.monotonic() - begin)


@contextmanager
def _session(master: str) -> Iterator[SparkSession]:
    """Start Spark for as long as the block lasts; what it logs is kept from the terminal."""
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    is_local = master.startswith("local")
    if is_local:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    _check_reachable(master)
    conf = SparkConf().setMaster(_with_retries(master)).setAppName("weaklabel")
    conf.setIfMissing("spark.ui.showConsoleProgress", "false")
    conf.setIfMissing("spark.log.level", "ERROR")
    if is_local:
        conf.setIfMissing("spark.ui.enabled", "false")
        # This JVM only hands out names of files: it had better start quickly.
        conf.setIfMissing("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        conf.setIfMissing("spark.driver.host", "127.0.0.1")
        conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1")
    with tempfile.TemporaryFile() as log, warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=FutureWarning, module="pyspark")  # of pandas, which is not used
        try:
            gateway = launch_gateway(conf, {"stdout": log, "stderr": log})
            context = SparkContext(conf=conf, gateway=gateway)
        except Exception as failure:  # noqa: BLE001 - of py4j, Java or the system
            what = f"Spark cannot be started on {master!r}: {_reason(failure, log)}."
            fix = "Spark needs Java 17 or later (JAVA_HOME), and an address such as local[4] or spark://host:7077."
            raise ClusterError(Problem(what, fix=fix)) from None
        try:
            yield SparkSession(context)
        finally:
            context.stop()


def _with_retries(master: str) -> str:
    """Let Spark's local mode try a task again, as a cluster does."""
    if master == "local":
        return f"local[1,{MAX_FAILURES}]"
    if master.startswith("local[") and master.endswith("]") and "," not in master:
        return f"{master[:-1]},{MAX_FAILURES}]"
    return master


def _check_reachable(master: str) -> None:
    """Find out in seconds, and not in the minute that Spark tries for, that nothing answers."""
    if not master.startswith("spark://"):
        return
    problems = []
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host, int(port)), CONNECT_S).close()
        except (OSError, ValueError, OverflowError) as failure:
            problems.append(f"{address}: {failure}")
        else:
            return
    what = f"there is no Spark master at {master!r}: {'; '.join(problems)}."
    raise ClusterError(
        Problem(what, fix="Give its address, such as spark://host:7077; without --address, Spark is started here.")
    )


def _reason(failure: Exception, log: IO[bytes] | None = None) -> str:
    """Return the line that says why Spark failed."""
    text = str(failure)
    if log is not None and "JAVA_GATEWAY_EXITED" in text:
        log.seek(0)
        text = log.read().decode(errors="replace") or text
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "Exception: " in line or "Error: " in line]
    return (telling or lines or [type(failure).__name__])[0].rstrip(".")
