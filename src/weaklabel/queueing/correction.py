"""How many mislabels each strategy finds: a *verdict* on a tag of a record says whether it is right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from weaklabel.errors import Place, Problem, UsageError, quantity
from weaklabel.pipeline import Judged, judge
from weaklabel.queueing.copies import NOISE, plant_mislabels, with_tags
from weaklabel.queueing.curves import Floats, found_after, spread_points
from weaklabel.queueing.gather import gather_evidence
from weaklabel.queueing.task import Mask, Simulation, Task, Truth
from weaklabel.resolution import Observed
from weaklabel.sampling import Ranking
from weaklabel.terms import OnProgress, ResolvedTags, unreported

POINTS = 20
SHARE = 0.2  # of given tags, for which there is a verdict, and of records, that are looked at


def simulate_correction(
    task: Task, budget: int | None, seeds: Sequence[int], on_progress: OnProgress = unreported
) -> Simulation:
    """Look for the mislabels that gold tags show; where they show none, for planted ones.

    Parameters
    ----------
    budget
        The number of verdicts; by default one for each fifth given tag.

    Raises
    ------
    UsageError
        Where no record that was given tags has any that are known to be right.
    """
    observed, truth = task.voted.observed, task.truth
    labelled = observed.given_matrix.labelled & truth.known
    if not truth.tags[labelled].any():
        fix = "Give records tags, or name gold tags with --gold."
        raise UsageError(Problem("no record has tags, so there are no mislabels to look for.", Place("--goal"), fix))
    n_given = int(observed.given_matrix.tags.toarray()[labelled].sum())
    spent = spread_points(budget or round(SHARE * n_given), POINTS)
    looked_at = spread_points(round(SHARE * int(labelled.sum())), POINTS)
    verdicts: list[list[Floats]] = []
    records: list[list[Floats]] = []
    is_real = bool(find_mislabelled(observed, truth).any())
    judged = judge(task.settings, task.voted) if is_real else None
    for done, seed in enumerate(seeds, start=1):
        copy = judged or _judge_noisy(task, seed)
        mislabelled = find_mislabelled(copy.observed, truth)
        evidence = gather_evidence(
            task.settings, copy, task.needs, waiting=labelled, decided=np.zeros_like(labelled), seed=seed
        )
        rankings = [Ranking(evidence, mixture, task.pool) for mixture in task.mixtures]
        verdicts.append([found_after(list(found_by_verdict(each, mislabelled)), spent) for each in rankings])
        records.append([found_after(mislabelled[each.order].sum(axis=1), looked_at) for each in rankings])
        on_progress(done, len(seeds))
    whence = "by gold tags" if is_real else f"planted: {NOISE:.0%} of tags dropped, as many wrong ones added"
    says = f"{quantity(int(mislabelled.sum()), 'mislabel')} among {quantity(n_given, 'given tag')} ({whence})."
    charts = (
        task.chart("verdicts", "mislabels found", spent, verdicts),
        task.chart("records", "mislabels found", looked_at, records),
    )
    return Simulation("correction", charts, tuple(seeds), says)


def plant_in(task: Task, seed: int) -> tuple[ResolvedTags, ...]:
    """Return the given tags with mislabels where authors gave tags and it is known what is right, else as they are."""
    observed = task.voted.observed
    given, within = observed.given_matrix, observed.given_matrix.labelled & task.truth.known
    right = np.where(within[:, None], task.truth.tags, given.tags.toarray() > 0)
    tags = plant_mislabels(right, within, is_exclusive=observed.is_exclusive, seed=seed)
    return with_tags(observed.given, tags, observed.inputs.vocabulary)


def _judge_noisy(task: Task, seed: int) -> Judged:
    given = plant_in(task, seed)
    return judge(task.settings, task.with_given(given, task.vote_on(given)))


def find_mislabelled(observed: Observed, truth: Truth) -> Mask:
    """Return which cells the author got wrong, bool of shape (records, tags).

    Of exclusive classes it is the given one that is wrong; which is right instead follows from the verdict on it.
    """
    matrix = observed.given_matrix
    given = matrix.tags.toarray() > 0
    wrong = given & ~truth.tags if observed.is_exclusive else given != truth.tags
    mislabelled: Mask = wrong & (matrix.labelled & truth.known)[:, None]
    return mislabelled


def found_by_verdict(ranking: Ranking, mislabelled: Mask) -> Iterator[int]:
    """Yield, verdict after verdict, 1 where it finds a mislabel and 0 where it does not."""
    for record in ranking.order.tolist():
        tags = np.array(ranking.tags_of(record), dtype=np.intp)
        yield from _as_counts(mislabelled[record, tags])


def _as_counts(found: npt.NDArray[np.bool_]) -> list[int]:
    counts: list[int] = found.astype(np.int64).tolist()
    return counts
