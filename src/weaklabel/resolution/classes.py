"""Exactly one tag a record: one label model and one softmax for all classes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from weaklabel.end_models import MIN_LABELLED, ClassPrediction, Embeddings, predict_classes, read_texts
from weaklabel.errors import Problem, RecordsError, TagsError, quantity, raise_errors
from weaklabel.inputs import Inputs, locate_records
from weaklabel.label_models import ClassProbabilities, resolve_classes
from weaklabel.resolution.observed import Observed
from weaklabel.resolution.result import GIVEN_TAGS_IGNORED, Note, Resolution
from weaklabel.terms import CellProbabilities, GivenMatrix, ResolvedTags, Settings, Votes, canonical_names
from weaklabel.terms.votes import MIN_PROBABILITY
from weaklabel.vote import count_groups_once

MAX_NAMED, MAX_PARENTS = 20, 3


def resolve_multiclass(settings: Settings, observed: Observed, embeddings: Embeddings | None = None) -> Resolution:
    """Resolve votes on classes of which each record has exactly one.

    Parameters
    ----------
    settings, observed
        How, and what.
    embeddings
        Of the texts; None for none.

    Raises
    ------
    WeaklabelError
        Where the vocabulary is none of classes, a record was given none or several, or the label model cannot be
        fitted.
    """
    _check(observed)
    by_votes = resolve_votes_on_classes(settings, observed, observed.votes)
    never_given = _find_never_given(observed)
    prediction = _predict(settings, observed, by_votes, embeddings)
    resolved = _as_cells(by_votes.probability, observed)
    cells = resolved if prediction is None else _as_cells(prediction.probability, observed)
    return Resolution(
        cells=cells,
        judged=cells,
        label_model=resolved,
        prediction=prediction,
        base_rates=by_votes.balance,
        notes=tuple(_notes(by_votes, observed, never_given)),
        wanted=settings.end_model,
    )


def resolve_classes_by_votes(settings: Settings, observed: Observed) -> CellProbabilities:
    """Return what the label model alone says of the shown cells; raises as :func:`resolve_multiclass` does."""
    _check(observed)
    return _as_cells(resolve_votes_on_classes(settings, observed, observed.votes).probability, observed)


def resolve_votes_on_classes(settings: Settings, observed: Observed, votes: Votes) -> ClassProbabilities:
    """Return what the label model says of each class under some votes."""
    n_classes, balance = len(observed.inputs.vocabulary), _choose_balance(settings, observed.learnt_from)
    counted = count_groups_once(votes, observed.inputs.lfs)
    return resolve_classes(counted, n_classes, settings.label_model, balance=balance, seed=settings.seed)


def _choose_balance(settings: Settings, given: GivenMatrix) -> Sequence[float] | Literal["uniform", "estimated"]:
    if settings.class_balance != "given":
        return settings.class_balance
    shares = given.base_rates
    return (shares / shares.sum()).tolist() if given.labelled.any() else "uniform"


def _find_never_given(observed: Observed) -> list[str]:
    uses = np.asarray(observed.learnt_from.tags.sum(axis=0)).ravel()
    return [name for name, count in zip(observed.inputs.vocabulary.names, uses.tolist(), strict=True) if not count]


def _predict(
    settings: Settings, observed: Observed, by_votes: ClassProbabilities, embeddings: Embeddings | None
) -> ClassPrediction | None:
    """Return what the end model says; None where there is none, or too little to learn from.

    It learns from given classes where two at least were given, and enough of them; else from votes.
    """
    given = observed.learnt_from
    classes = len(observed.inputs.vocabulary) - len(_find_never_given(observed))
    enough = given.labelled.sum() >= MIN_LABELLED and classes > 1
    if settings.end_model == "none" or not (enough or by_votes.covered.sum() >= MIN_LABELLED):
        return None
    labels = np.where(given.labelled, given.tags.argmax(axis=1), -1).astype(np.intp)
    return predict_classes(
        read_texts(observed.inputs.records),
        by_votes.probability,
        by_votes.balance,
        labels if enough else None,
        model=settings.end_model,
        embeddings=embeddings,
        seed=settings.seed,
    )


def _check(observed: Observed) -> None:
    raise_errors(list(_check_classes(observed.inputs)), TagsError)
    raise_errors(list(_check_given(observed.inputs, observed.given)), RecordsError)


def _check_classes(inputs: Inputs) -> Iterator[Problem]:
    if len(inputs.vocabulary) < 2:
        place = next((tag.place for tag in inputs.vocabulary.tags), None)
        yield Problem("there is only one class.", place, "Add the other classes to the tags file.")
    if edges := sorted(dict(iter(inputs.graph.edges)).items()):
        named = ", ".join(f"{child!r} (below {parent!r})" for child, parent in edges[:MAX_PARENTS])
        more = f" and {len(edges) - MAX_PARENTS:,} more" if edges[MAX_PARENTS:] else ""
        stands = "tag has a parent" if len(edges) == 1 else "tags have parents"
        what = f"{len(edges):,} {stands}, but in a multiclass task tags exclude each other: {named}{more}."
        fix = "Remove `parents` from the tags file, or set `task: multilabel`."
        yield Problem(what, inputs.vocabulary[edges[0][0]].place, fix)


def _check_given(inputs: Inputs, given: Sequence[ResolvedTags]) -> Iterator[Problem]:
    """Yield the records with an empty list or several classes; a spelling that stands for no class is a finding."""
    wrong = [i for i, tags in enumerate(given) if tags is not None and (not tags or len(canonical_names(tags)) > 1)]
    if not wrong:
        return
    places = locate_records(inputs)
    for record in wrong[:MAX_NAMED]:
        names = ", ".join(map(repr, sorted(canonical_names(given[record])))) or "an empty list"
        what = (
            f"record {inputs.records.ids[record]!r} was given {names}; in a multiclass task it has exactly one class."
        )
        fix = "Give one class, or null where nobody labelled it, or set `task: multilabel`."
        yield Problem(what, places[record], fix)
    if len(wrong) > MAX_NAMED:
        place = places[wrong[MAX_NAMED]]
        more = f"{quantity(len(wrong) - MAX_NAMED, 'more record')} with none or several classes, from this one on."
        yield Problem(more, place, "Mend them likewise.")


def _as_cells(probability: npt.NDArray[np.float64], observed: Observed) -> CellProbabilities:
    votes = observed.votes
    voted = np.zeros(probability.shape, dtype=np.bool_)
    voted[votes.record, votes.tag] = True
    shown = voted | (probability >= MIN_PROBABILITY)
    positive = observed.given_matrix.tags.tocoo()
    shown[positive.row, positive.col] = True
    record, tag = np.nonzero(shown)
    return CellProbabilities(
        record=record.astype(np.int32),
        tag=tag.astype(np.int32),
        probability=probability[record, tag],
        voted=voted[record, tag],
        raised=np.zeros(len(record), dtype=np.bool_),
        silent=np.full((probability.shape[1], 2), np.nan),
        has_positive=votes.has_positive(),
    )


def _notes(by_votes: ClassProbabilities, observed: Observed, never_given: Sequence[str]) -> Iterator[Note]:
    if not observed.may_learn:
        yield GIVEN_TAGS_IGNORED
    shares = zip(observed.inputs.vocabulary.names, by_votes.balance.tolist(), strict=True)
    listed = ", ".join(f"{name} {share:.0%}" for name, share in shares)
    yield Note("class_balance", "Class balance", f"{by_votes.balance_source} ({listed})")
    if by_votes.unused:
        name = "Votes on several classes, or against one of many, left out"
        yield Note("votes_left_out", name, f"{by_votes.unused:,}")
    if never_given and observed.learnt_from.labelled.any():
        listed = ", ".join(map(repr, never_given))
        yield Note("classes_nobody_gave", "Classes that nobody gave", f"{listed} (they rest on votes alone)")
