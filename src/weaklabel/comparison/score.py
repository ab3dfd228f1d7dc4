"""One model's scores."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace

import numpy as np
import numpy.typing as npt

from weaklabel.comparison.target import Probabilities, Target
from weaklabel.end_models import MIN_LABELLED, Embeddings
from weaklabel.errors import LabelModelError, quantity
from weaklabel.label_models import fit_label_model
from weaklabel.label_models.methods import find_method
from weaklabel.resolution import Observed, resolve, resolve_by_votes
from weaklabel.terms import PRESENT, Settings, Votes
from weaklabel.terms.votes import MIN_PROBABILITY

FOLDS = 5


@dataclass(frozen=True, slots=True)
class ModelScore:
    """How well a label model, or a label model and an end model, foretells given tags.

    Attributes
    ----------
    name, end_model
        The label model; and `none`, `kernel` or `linear`.
    micro_f1, macro_f1, average_precision, ece, log_loss
        See :class:`~weaklabel.evaluate.Scores`; None where the model failed.
    seconds
        What fitting it and resolving all records took.
    covered_cells
        Scored cells with probability ≥ .01, the least that a run shows.
    problem
        Why the model failed, on all tags or on some of them; empty where it did not.
    """

    name: str
    end_model: str
    micro_f1: float | None = None
    macro_f1: float | None = None
    average_precision: float | None = None
    ece: float | None = None
    log_loss: float | None = None
    seconds: float | None = None
    covered_cells: int | None = None
    problem: str = ""

    def of(self, target: Target, probability: Probabilities) -> ModelScore:
        """Return the row with the scores of a target's cells."""
        covered = int(np.count_nonzero(probability >= MIN_PROBABILITY))
        return replace(self, **asdict(target.score(probability)), covered_cells=covered)


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A label model's row, and its average precision in each group of records; None where it failed."""

    score: ModelScore
    groups: npt.NDArray[np.float64] | None = None


def score_label_model(settings: Settings, observed: Observed, target: Target) -> Measured:
    """Resolve by the settings' label model alone, and score it; one that fails is a row that says why."""
    settings = replace(settings, end_model="none")
    score = ModelScore(settings.label_model, "none")
    try:
        find_method(settings.label_model)  # imported before the clock runs
        begin = time.perf_counter()
        probability, diverged = _resolve_unseen(settings, observed, target)
        seconds = time.perf_counter() - begin
        voted = len(observed.votes.tags())
        if diverged == voted > 0:
            _fit_once_more(settings, observed.votes)
            return Measured(replace(score, problem="it can be fitted to no tag."))
    except LabelModelError as error:
        return Measured(replace(score, problem=_say(error)))
    lame = f"it cannot be fitted to {diverged:,} of {voted:,} tags; their labeling functions count as equally accurate."
    score = replace(score, seconds=seconds, problem=lame if diverged else "")
    return Measured(score.of(target, probability), target.precision_of_groups(probability))


def score_end_model(
    settings: Settings, observed: Observed, embeddings: Embeddings | None, target: Target
) -> ModelScore:
    """Resolve by the settings' label model and end model, and score them."""
    score = ModelScore(settings.label_model, settings.end_model)
    begin = time.perf_counter()
    try:
        prediction = resolve(settings, observed, embeddings).prediction
    except LabelModelError as error:
        return replace(score, problem=_say(error))
    if prediction is None:
        return replace(score, problem=_say_too_little(len(target.rows), len(np.unique(observed.votes.record))))
    score = replace(score, end_model=prediction.model, seconds=time.perf_counter() - begin)
    return score.of(target, target.take(prediction.probability))


def _resolve_unseen(settings: Settings, observed: Observed, target: Target) -> tuple[Probabilities, int]:
    """Return the label model's probabilities, none of which has learnt from its record's own given tags.

    Returns
    -------
    probability, diverged
        float32 of the target's shape, and to how many tags the label model cannot be fitted.
    """
    leaves_one_out = settings.label_model == "pooled" and not target.is_multiclass
    if settings.class_balance != "given" or settings.given_tags == "ignore" or leaves_one_out:
        cells = resolve_by_votes(settings, observed)
        return target.take_shown(cells), len(cells.diverged)
    result = np.empty(target.given.shape, dtype=np.float32)
    diverged = 0
    for fold in range(FOLDS):
        hidden = set(target.rows[fold::FOLDS].tolist())
        others = [None if record in hidden else tags for record, tags in enumerate(observed.given)]
        cells = resolve_by_votes(settings, replace(observed, given=others))
        result[fold::FOLDS] = target.take_shown(cells)[fold::FOLDS]
        diverged = max(diverged, len(cells.diverged))
    return result, diverged


def _fit_once_more(settings: Settings, votes: Votes) -> None:
    """Fit a label model that could be fitted to no tag to the first of them: what it raises is the reason."""
    matrix, _, _ = votes.matrix_of_tag(int(votes.tags()[0]))
    L = np.where(matrix == 0, -1, matrix == PRESENT).astype(np.int64)
    fit_label_model(L, 2, settings.label_model, seed=settings.seed)


def _say_too_little(labelled: int, voted: int) -> str:
    there = f"{quantity(labelled, 'labelled record')}, {quantity(voted, 'record')} with votes"
    return f"the end model has too little to learn from ({there}); {MIN_LABELLED} of either are enough."


def _say(error: LabelModelError) -> str:
    return " ".join(problem.what for problem in error.problems)
