"""Any number of tags a record: label model, end model, closure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from weaklabel.end_models import (
    MIN_LABELLED,
    Embeddings,
    EndModel,
    Prediction,
    VoteSignals,
    predict_cells,
    predict_from_votes,
    read_texts,
)
from weaklabel.errors import list_some
from weaklabel.label_models import (
    DENIED,
    EVIDENCE_KINDS,
    pool_cells,
    resolve_by_pooling,
    resolve_cells,
    without_given,
)
from weaklabel.resolution.observed import Observed
from weaklabel.resolution.result import GIVEN_TAGS_IGNORED, Note, Resolution
from weaklabel.tags import close_matrix, close_probabilities, spelling_matrix
from weaklabel.terms import CellProbabilities, GivenMatrix, OnProgress, Settings, smoothed_share, unreported
from weaklabel.terms.votes import MIN_PROBABILITY
from weaklabel.vote import count_groups_once


def resolve_multilabel(
    settings: Settings,
    observed: Observed,
    embeddings: Embeddings | None = None,
    on_progress: OnProgress = unreported,
    earlier: Resolution | None = None,
) -> Resolution:
    """Resolve votes by the label model, let the end model learn from texts and given tags, and close over the graph.

    Parameters
    ----------
    settings, observed
        How, and what.
    embeddings
        Of the texts and the tags' names; None for none.
    on_progress
        Called with the number of tags whose label model is done, and to do.
    earlier
        A resolution of the same records and votes, of which is taken what given tags do not change.

    Raises
    ------
    LabelModelError
        Where the label model is a plugin that fails.
    """
    if earlier is None or _reads_given_tags(settings, observed):
        resolved = resolve_cells_by_votes(settings, observed, on_progress)
    else:
        resolved = earlier.label_model
    prediction = _predict(settings, observed, resolved, embeddings, earlier)
    if prediction is None:
        vocabulary, graph = observed.inputs.vocabulary, observed.inputs.graph
        cells = judged = close_probabilities(resolved, vocabulary, graph, observed.given)
    else:
        cells, judged = _close(observed, resolved, prediction)
    return Resolution(
        cells=cells,
        judged=judged,
        label_model=resolved,
        prediction=prediction,
        base_rates=_base_rates(observed, resolved, prediction),
        notes=tuple(_notes(observed, prediction, has_names=embeddings is not None)),
        wanted=settings.end_model,
        class_balance=_class_balance(settings, observed),
    )


def resolve_cells_by_votes(
    settings: Settings, observed: Observed, on_progress: OnProgress = unreported
) -> CellProbabilities:
    """Return what the label model alone says of the cells with votes, before closure."""
    if pools_given_tags(settings, observed):
        symbols = without_given(observed.symbols)
        return resolve_by_pooling(observed.votes, symbols, observed.learnt_from, observed.precision_alone)
    return resolve_cells(
        count_groups_once(observed.votes, observed.inputs.lfs),
        len(observed.inputs.vocabulary),
        settings.label_model,
        class_balance=_class_balance(settings, observed),
        seed=settings.seed,
        on_progress=on_progress,
    )


def pools_given_tags(settings: Settings, observed: Observed) -> bool:
    """Return whether the label model counts how often authors gave a tag where the same evidence shows."""
    return settings.label_model == "pooled" and bool(observed.learnt_from.labelled.any())


def _reads_given_tags(settings: Settings, observed: Observed) -> bool:
    """Return whether the label model depends on what authors gave."""
    return pools_given_tags(settings, observed) or settings.class_balance == "given"


def _class_balance(settings: Settings, observed: Observed) -> npt.NDArray[np.float64] | None:
    return observed.learnt_from.base_rates if settings.class_balance == "given" else None


def _base_rates(
    observed: Observed, resolved: CellProbabilities, prediction: Prediction | None
) -> npt.NDArray[np.float64]:
    """Return how often authors give each tag; where none gave any, its mean probability."""
    if observed.learnt_from.labelled.any():
        return observed.learnt_from.base_rates
    if prediction is not None:
        means: npt.NDArray[np.float64] = prediction.probability.mean(axis=0, dtype=np.float64)
        return means
    n_tags = len(observed.inputs.vocabulary)
    sums = np.bincount(resolved.tag, np.nan_to_num(resolved.probability), minlength=n_tags).astype(np.float64)
    return smoothed_share(sums, len(observed.given))


def _notes(observed: Observed, prediction: Prediction | None, *, has_names: bool) -> Iterator[Note]:
    """Yield what was decided; `has_names`, the end model compares texts with the tags' names."""
    if not observed.may_learn:
        yield GIVEN_TAGS_IGNORED
    if prediction is None:
        return
    known = prediction.known or prediction.alone
    if known is not None and known.ungiven.any():
        count = f"{int(known.ungiven.sum()):,} of {len(known.ungiven):,}"
        rest = "they rest on votes and on how alike name and text are" if has_names else "they rest on votes alone"
        names = list_some(observed.inputs.vocabulary.names[tag] for tag in np.flatnonzero(known.ungiven).tolist())
        yield Note("tags_nobody_gave", "Tags that nobody gave", f"{count} ({rest})", f"{count}: {names} ({rest})")
    if not prediction.by_relatives:
        says = "kept closed over the tag graph (a tag's relatives are no evidence for it)"
        yield Note("given_tags", "Given tags", says)


def _predict(
    settings: Settings,
    observed: Observed,
    resolved: CellProbabilities,
    embeddings: Embeddings | None,
    earlier: Resolution | None = None,
) -> Prediction | None:
    """Return what the end model says; None where there is none, or too little to learn from."""
    if settings.end_model == "none":
        return None
    inputs, tags = observed.inputs, observed.learnt_from
    texts = read_texts(inputs.records)
    if tags.labelled.sum() >= MIN_LABELLED and tags.tags.nnz:
        return predict_cells(
            texts,
            _vote_signals(settings, observed, resolved),
            tags,
            spelling_matrix(observed.given, inputs.vocabulary),
            observed.relations,
            model=settings.end_model,
            embeddings=embeddings,
            seed=settings.seed,
            end_model=_end_model_of(earlier),
        )
    if len(np.unique(observed.votes.record)) >= MIN_LABELLED:
        return predict_from_votes(
            texts,
            close_probabilities(resolved, inputs.vocabulary, inputs.graph),
            without_given(observed.symbols) == DENIED,
            model=settings.end_model,
            embeddings=embeddings,
            seed=settings.seed,
        )
    return None


def _end_model_of(earlier: Resolution | None) -> EndModel | None:
    """Return what was made of the texts alone, if anything was."""
    prediction = None if earlier is None else earlier.prediction
    return prediction.end_model if isinstance(prediction, Prediction) else None


def _vote_signals(settings: Settings, observed: Observed, resolved: CellProbabilities) -> VoteSignals:
    symbols, tags = observed.symbols, observed.learnt_from
    flags = {name: flag for name, kind in EVIDENCE_KINDS.items() if (flag := (symbols & kind) > 0).any()}
    label_model = {}
    if settings.label_model != "pooled":  # which would be a second opinion of itself
        label_model["label model"] = spread(resolved, symbols.shape, tags.base_rates)
    pooled = pool_cells(symbols, tags, observed.precision)
    alone = pool_cells(without_given(symbols), tags, observed.precision_alone)
    return VoteSignals(flags, {"pooled": pooled, **label_model}, {"pooled": alone, **label_model})


def spread(
    cells: CellProbabilities, shape: tuple[int, int], base_rates: npt.NDArray[np.float64]
) -> npt.NDArray[np.float32]:
    """Return the label model's probability of every cell, float32 of shape (records, tags), also of silent ones.

    A tag on which nothing ever votes has its base rate.
    """
    silent = np.where(np.isnan(cells.silent), base_rates[:, None], cells.silent).astype(np.float32)
    full = silent.T[cells.has_positive.astype(np.intp)]
    full[cells.record, cells.tag] = cells.probability
    assert full.shape == shape
    return full


def _close(
    observed: Observed, resolved: CellProbabilities, prediction: Prediction
) -> tuple[CellProbabilities, CellProbabilities]:
    """Return the cells that are kept, closed over the tag graph, and the same for the audit."""
    raised = close_matrix(prediction.probability, observed.inputs.vocabulary, observed.inputs.graph)
    kept = _choose_cells(raised, resolved, observed.given_matrix)
    cells = _cells(kept, raised, resolved, raised > prediction.probability)
    return cells, _cells(kept, prediction.probability, resolved) if prediction.by_relatives else cells


def _choose_cells(
    raised: npt.NDArray[np.float32], resolved: CellProbabilities, given: GivenMatrix
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    shown = raised >= MIN_PROBABILITY
    shown[resolved.record, resolved.tag] = True
    positive = given.tags.tocoo()
    shown[positive.row, positive.col] = True
    record, tag = np.nonzero(shown)
    return record, tag


def _cells(
    kept: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]],
    probability: npt.NDArray[np.float32],
    resolved: CellProbabilities,
    raised: npt.NDArray[np.bool_] | None = None,
) -> CellProbabilities:
    record, tag = kept
    has_votes = np.zeros(probability.shape, dtype=np.bool_)
    has_votes[resolved.record, resolved.tag] = True
    return replace(
        resolved,
        record=record.astype(np.int32),
        tag=tag.astype(np.int32),
        probability=probability[kept].astype(np.float64),
        voted=has_votes[kept],
        raised=np.zeros(len(record), dtype=np.bool_) if raised is None else raised[kept],
    )
