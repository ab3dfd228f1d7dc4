"""How well the models learn from the records that each strategy asks for: looking at one reveals all its tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from weaklabel.end_models import MIN_LABELLED
from weaklabel.errors import Place, Problem, UsageError, quantity
from weaklabel.evaluate.metrics import f1_scores
from weaklabel.pipeline import Judged
from weaklabel.queueing.copies import as_given
from weaklabel.queueing.curves import Counts, Floats, spread_points
from weaklabel.queueing.gather import gather_evidence, spread_cells
from weaklabel.queueing.revote import CopyVotes
from weaklabel.queueing.task import Mask, Simulation, Task
from weaklabel.resolution import resolve
from weaklabel.sampling import Mixture, Ranking, draw
from weaklabel.terms import OnProgress, unreported
from weaklabel.terms.finding import LIKELY

BATCHES = 6
TEST_SHARE = 0.3
SHARE = 0.5  # of the records that can be asked for


class Parts(NamedTuple):
    """Which records are tested on, begin labelled, and can be asked for; bool of shape (records,) each."""

    test: Mask
    start: Mask
    pool: Mask


def simulate_learning(
    task: Task, budget: int | None, seeds: Sequence[int], on_progress: OnProgress = unreported
) -> Simulation:
    """Label records in the order of each strategy, in six batches, and score the models after each on other records.

    Parameters
    ----------
    budget
        The number of records that are labelled, besides the 50 that all strategies begin with; by default half of
        those that can be asked for.

    Raises
    ------
    UsageError
        Where the right tags of too few records are known.
    """
    known = int(task.truth.known.sum())
    if known < 2 * MIN_LABELLED:
        what = f"the right tags of {quantity(known, 'record')} are known."
        fix = f"Label {2 * MIN_LABELLED} at least, or name gold tags with --gold."
        raise UsageError(Problem(what, Place("--goal"), fix))
    parts = [draw_parts(task, seed) for seed in seeds]
    most = min(int(each.pool.sum()) for each in parts)
    spent = spread_points(min(budget or max(round(SHARE * most), 1), most), BATCHES)
    votes = _vote_on_copies(task)
    values: list[list[Floats]] = []
    total = len(seeds) * len(task.mixtures)
    for seed, split in zip(seeds, parts, strict=True):
        first = _learn(task, votes, split.start)
        of_seed: list[Floats] = []
        for mixture in task.mixtures:
            of_seed.append(_ask(task, votes, mixture, first, split, spent, seed))
            on_progress(len(values) * len(task.mixtures) + len(of_seed), total)
        values.append(of_seed)
    measure = "accuracy" if task.voted.observed.is_exclusive else "micro-F1"
    chart = task.chart("records", measure, np.concatenate([[0], spent]), values)
    says = f"{quantity(int(parts[0].test.sum()), 'record')} to test on, {MIN_LABELLED} labelled at first; "
    says += "the tags of all others are hidden until they are asked for."
    return Simulation("learning", (chart,), tuple(seeds), says)


def _vote_on_copies(task: Task) -> CopyVotes:
    """Let labeling functions vote where no tags are given, and where all that are known to be right are."""
    n, vocabulary = len(task.truth.known), task.voted.observed.inputs.vocabulary
    return CopyVotes(task.vote_on([None] * n), task.vote_on(as_given(task.truth.tags, task.truth.known, vocabulary)))


def draw_parts(task: Task, seed: int) -> Parts:
    """Draw, of the records whose right tags are known, those to test on and those that begin labelled."""
    ids = task.voted.observed.inputs.records.ids
    draws = np.array([draw(f"parts\0{each}", seed) for each in ids])
    order = [record for record in np.argsort(draws, kind="stable").tolist() if task.truth.known[record]]
    n_test = round(TEST_SHARE * len(order))
    test, start, pool = (np.zeros(len(ids), dtype=np.bool_) for _ in range(3))
    test[order[:n_test]] = True
    start[order[n_test : n_test + MIN_LABELLED]] = True
    pool[order[n_test + MIN_LABELLED :]] = True
    return Parts(test, start, pool)


def _ask(
    task: Task, votes: CopyVotes, mixture: Mixture, first: Judged, parts: Parts, spent: Counts, seed: int
) -> Floats:
    """Return how well the models do before the first batch and after each, float64 of shape (batches + 1,)."""
    labelled, judged = parts.start.copy(), first
    scores = [_score(task, judged, parts.test)]
    for size in np.diff(spent, prepend=0).tolist():
        evidence = gather_evidence(
            task.settings, judged, mixture.needs, waiting=parts.pool & ~labelled, decided=labelled, seed=seed
        )
        labelled[Ranking(evidence, mixture, task.pool).order[:size]] = True
        judged = _learn(task, votes, labelled, earlier=first)
        scores.append(_score(task, judged, parts.test))
    return np.array(scores)


def _learn(task: Task, votes: CopyVotes, labelled: Mask, earlier: Judged | None = None) -> Judged:
    """Let the models learn where only some records are labelled; what that does not change is taken from before."""
    given = as_given(task.truth.tags, labelled, task.voted.observed.inputs.vocabulary)
    voted = task.with_given(given, votes.where(labelled))
    before = earlier.resolution if earlier and earlier.observed.cast is voted.observed.cast else None
    resolution = resolve(task.settings, voted.observed, voted.embeddings, earlier=before)
    return Judged(voted.observed, resolution, ())


def _score(task: Task, judged: Judged, test: Mask) -> float:
    """Return the micro-F1 of tags above .5, or of the most probable classes, which is their accuracy."""
    probability = spread_cells(judged.resolution.cells, task.truth.tags.shape)[test]
    said: npt.NDArray[np.bool_] = probability > LIKELY
    if judged.observed.is_exclusive:
        said = np.zeros_like(said)
        said[np.arange(len(said)), probability.argmax(axis=1)] = True
    return f1_scores(said, task.truth.tags[test])[0]
