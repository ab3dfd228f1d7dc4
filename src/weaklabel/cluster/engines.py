"""The engines that can run a plan, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from weaklabel.cluster.bundle import Bundle
from weaklabel.cluster.leases import remove_abandoned
from weaklabel.cluster.plan import VotePlan
from weaklabel.cluster.report import FileReport
from weaklabel.cluster.tasks import FileTask
from weaklabel.errors import ClusterError, Problem, did_you_mean

ENGINES = {
    "local": "weaklabel.cluster.local:vote_locally",
    "dask": "weaklabel.cluster.dask:vote_on_dask",
    "spark": "weaklabel.cluster.spark:vote_on_spark",
}
NEEDED_PACKAGES = {"dask": "distributed", "spark": "pyspark"}


class Engine(Protocol):
    """It votes on files, in whatever order, and yields the report of each when it is done."""

    def __call__(
        self, bundle: Bundle, tasks: Sequence[FileTask], address: str | None, on_records: Callable[[int], None]
    ) -> Iterator[FileReport]:
        """Vote on files.

        Parameters
        ----------
        bundle, tasks
            What votes on what.
        address
            Where the cluster is; None starts one here.
        on_records
            Called, from time to time, with how many more records are done.

        Raises
        ------
        ClusterError
            Where the cluster cannot be reached or started, or its workers are not like this process.
        """
        ...


def find_engine(name: str) -> Engine:
    """Return the engine of a name.

    Raises
    ------
    ClusterError
        Where there is none, or its packages are not installed.
    """
    if name not in ENGINES:
        fix = did_you_mean(name, ENGINES) or f"Use one of {', '.join(ENGINES)}."
        raise ClusterError(Problem(f"there is no engine {name!r}.", fix=fix))
    needed = NEEDED_PACKAGES.get(name)
    if needed and find_spec(needed) is None:
        what = f"the engine {name!r} needs the package {needed}, which is not installed."
        raise ClusterError(Problem(what, fix=f"pip install 'weaklabel[{name}]'"))
    module, _, function = ENGINES[name].partition(":")
    engine: Engine = getattr(import_module(module), function)
    return engine


def _unreported(_n_records: int) -> None:
    """Take the place of what is called with progress."""


def cast_votes(
    plan: VotePlan,
    engine: str = "local",
    address: str | None = None,
    on_records: Callable[[int], None] = _unreported,
) -> Iterator[FileReport]:
    """Carry out a plan, and yield the report of each file when it is done; one that is wrong does not stop the others.

    Parameters
    ----------
    plan
        What :func:`weaklabel.cluster.plan_votes` returned.
    engine
        One of :data:`ENGINES`.
    address, on_records
        See :class:`Engine`.

    Raises
    ------
    ClusterError
        Where the engine cannot be used.

    Examples
    --------
    >>> plan = plan_votes(Project.load().settings, Path("votes"))  # doctest: +SKIP
    >>> for report in cast_votes(plan, "dask", "tcp://scheduler:8786"):  # doctest: +SKIP
    ...     print(report.name, report.votes)
    """
    found = find_engine(engine)
    if not plan.tasks:
        return
    try:
        yield from found(plan.bundle, plan.tasks, address, on_records)
    finally:
        if plan.out.is_dir():
            remove_abandoned(plan.out)  # those of workers that were killed
