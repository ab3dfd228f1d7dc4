"""`weaklabel queue simulate`: what each strategy would have found, where the right tags are known but hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from weaklabel.errors import Place, Problem, UsageError, did_you_mean
from weaklabel.pipeline import Watch, unwatched, vote_project
from weaklabel.queueing.build import check_pool
from weaklabel.queueing.correction import simulate_correction
from weaklabel.queueing.curves import YARDSTICK
from weaklabel.queueing.defaults import Goal
from weaklabel.queueing.learning import simulate_learning
from weaklabel.queueing.task import Simulation, Task, find_truth
from weaklabel.sampling import STRATEGIES, parse_mixture
from weaklabel.terms import Settings

LEFT_OUT: Mapping[Goal, frozenset[str]] = {"correction": frozenset(), "learning": frozenset({"expected_correction"})}
"""What a goal cannot use: where nothing is given, nothing can be corrected."""


def simulate_project(
    settings: Settings,
    goal: Goal,
    strategies: Sequence[str] | None = None,
    *,
    seeds: Sequence[int],
    pool: str | None = None,
    budget: int | None = None,
    watch: Watch = unwatched,
) -> Simulation:
    """Replay a project's queue with the right tags hidden; nothing is written.

    Parameters
    ----------
    settings
        The project's. Right are gold tags, or else those that authors gave.
    goal
        To correct given tags, or to learn.
    strategies
        By name, or mixtures; by default all that the goal can use. `random` is always among them.
    seeds
        Of what is planted, hidden and drawn.
    pool
        How the scores of a record's cells become one, of strategies that score cells; by default each strategy's own.
    budget
        How many labels are spent: verdicts to correct, records to learn.
    watch
        Shows progress.

    Raises
    ------
    WeaklabelError
        Where an option, an input or a setting is wrong, or too little is known to hide it.
    """
    names = strategies or [name for name in STRATEGIES if name not in LEFT_OUT[goal]]
    mixtures = [parse_mixture(name, "--strategies") for name in dict.fromkeys([*names, YARDSTICK])]
    named = [mixture for mixture in mixtures if strategies and mixture.name != YARDSTICK]
    chosen_pool = check_pool(pool, named, settings)
    voted = vote_project(settings, watch)
    task = Task(settings, voted, find_truth(voted.observed), mixtures, chosen_pool)
    simulate = simulate_correction if goal == "correction" else simulate_learning
    with watch("simulating") as on_progress:
        return simulate(task, budget, seeds, on_progress)


def check_goals(name: str | None) -> tuple[Goal, ...]:
    """Return the goals that an option names, None naming all.

    Raises
    ------
    UsageError
        Where there is none of this name.
    """
    goals: tuple[Goal, ...] = get_args(Goal)
    if name is None:
        return goals
    for goal in goals:
        if goal == name:
            return (goal,)
    fix = did_you_mean(name, goals, otherwise=f"There are {' and '.join(goals)}.")
    raise UsageError(Problem(f"there is no goal {name!r}.", Place("--goal"), fix))
