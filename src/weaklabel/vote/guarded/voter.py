"""All guarded labeling functions as one job for a worker process."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from weaklabel.terms import LabelingFunction, PythonLF, RecordSource, RuleLF, TextLF, Vocabulary
from weaklabel.vote.batch import BatchVotes
from weaklabel.vote.guarded.calls import Calls
from weaklabel.vote.guarded.pythons import PythonLFs
from weaklabel.vote.guarded.rules import RuleLFs
from weaklabel.vote.guarded.texts import TextLFs
from weaklabel.vote.workers import Guard


class Task(NamedTuple):
    """Records for labeling functions to vote on, and those that are called no more, with the reason."""

    records: RecordSource
    given_up: dict[int, str]


class GuardedVoter:
    """Votes of labeling functions that a guard calls, in a worker process or here.

    Parameters
    ----------
    lfs
        The labeling functions, each with its position among all.
    """

    def __init__(self, lfs: Sequence[tuple[int, LabelingFunction]], vocabulary: Vocabulary) -> None:
        self._texts = TextLFs([(i, lf) for i, lf in lfs if isinstance(lf, TextLF)], vocabulary)
        self._rules = RuleLFs([(i, lf) for i, lf in lfs if isinstance(lf, RuleLF)], vocabulary)
        self._pythons = PythonLFs([(i, lf) for i, lf in lfs if isinstance(lf, PythonLF)], vocabulary)

    def __call__(self, task: Task, guard: Guard, skipped: Collection[tuple[int, int]] = ()) -> BatchVotes:
        """Return the votes on a task's records, without the calls that `skipped` names by labeling function and row."""
        calls = Calls(guard, task.given_up, skipped, len(task.records))
        parts = [group.vote(task.records, calls) for group in (self._texts, self._rules, self._pythons)]
        return BatchVotes.joined([*parts, BatchVotes.of((), calls.failed.values())])
