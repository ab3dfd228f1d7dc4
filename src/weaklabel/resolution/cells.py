"""Any number of tags a record: label model, end model, closure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from weaklabel.end_models import (
    MIN_LABELLED,
    Embeddings,
    Prediction,
    VoteSignals,
    predict_cells,
    predict_from_votes,
    read_texts,
)
from weaklabel.inputs import Inputs
from weaklabel.label_models import (
    DENIED,
    EVIDENCE_KINDS,
    kinds_of_lfs,
    pool_cells,
    resolve_by_pooling,
    resolve_cells,
    tabulate_symbols,
    without_given,
)
from weaklabel.resolution.result import Note, Resolution
from weaklabel.tags import close_matrix, close_probabilities, given_matrix, spelling_matrix, tag_relations
from weaklabel.terms import (
    CellProbabilities,
    GivenMatrix,
    OnProgress,
    ResolvedTags,
    Settings,
    TagRelations,
    Votes,
    smoothed_share,
    unreported,
)
from weaklabel.terms.votes import MIN_PROBABILITY


def resolve_multilabel(
    settings: Settings,
    inputs: Inputs,
    votes: Votes,
    given: Sequence[ResolvedTags],
    embeddings: Embeddings | None = None,
    on_progress: OnProgress = unreported,
) -> Resolution:
    """Resolve votes by the label model, let the end model learn from texts and given tags, and close over the graph.

    Parameters
    ----------
    votes
        The vote matrix.
    given
        The given tags of each record, None where it is unlabelled.
    embeddings
        Of the texts and the tags' names; None for none.
    """
    learnt_from = given if settings.given_tags == "use" else [None] * len(given)
    tags = given_matrix(learnt_from, inputs.vocabulary)
    relations = tag_relations(inputs.graph, inputs.vocabulary)
    symbols = tabulate_symbols(votes, kinds_of_lfs(inputs.lfs, inputs.records.fields), relations, tags)
    base_rates = tags.base_rates
    class_balance = _class_balance(settings, tags)
    resolved = _resolve_votes(settings, inputs, votes, symbols, tags, on_progress)
    prediction = _predict(settings, inputs, votes, symbols, resolved, tags, learnt_from, relations, embeddings)
    if not tags.labelled.any():
        base_rates = _expected_rates(resolved, prediction, len(inputs.vocabulary), len(given))
    if prediction is None:
        closed = close_probabilities(resolved, inputs.vocabulary, inputs.graph, given)
        return Resolution(closed, closed, resolved, None, base_rates, tags, (), settings.end_model, class_balance)
    raised = close_matrix(prediction.probability, inputs.vocabulary, inputs.graph)
    kept = _choose_cells(raised, resolved, given_matrix(given, inputs.vocabulary))
    cells = _cells(kept, raised, resolved, raised > prediction.probability)
    judged = _cells(kept, prediction.probability, resolved) if prediction.by_relatives else cells
    notes = _notes(prediction, inputs)
    return Resolution(cells, judged, resolved, prediction, base_rates, tags, notes, settings.end_model, class_balance)


def _notes(prediction: Prediction, inputs: Inputs) -> tuple[Note, ...]:
    notes = []
    known = prediction.known or prediction.alone
    if known is not None and known.ungiven.any():
        count, size = int(known.ungiven.sum()), len(inputs.vocabulary)
        says = f"{count:,} of {size:,} (they rest on votes alone)"
        notes.append(Note("tags_nobody_gave", "Tags that nobody gave", says))
    if not prediction.by_relatives:
        says = "kept closed over the tag graph (a tag's relatives are no evidence for it)"
        notes.append(Note("given_tags", "Given tags", says))
    return tuple(notes)


def resolve_cells_by_votes(
    settings: Settings, inputs: Inputs, votes: Votes, given: Sequence[ResolvedTags]
) -> CellProbabilities:
    """Return what the label model alone says of the cells with votes, before closure."""
    tags = given_matrix(given if settings.given_tags == "use" else [None] * len(given), inputs.vocabulary)
    relations = tag_relations(inputs.graph, inputs.vocabulary)
    symbols = tabulate_symbols(votes, kinds_of_lfs(inputs.lfs, inputs.records.fields), relations, tags)
    return _resolve_votes(settings, inputs, votes, symbols, tags)


def _resolve_votes(
    settings: Settings,
    inputs: Inputs,
    votes: Votes,
    symbols: npt.NDArray[np.uint8],
    tags: GivenMatrix,
    on_progress: OnProgress = unreported,
) -> CellProbabilities:
    if settings.label_model == "pooled" and tags.labelled.any():
        return resolve_by_pooling(votes, symbols, tags)
    return resolve_cells(
        votes,
        len(inputs.vocabulary),
        settings.label_model,
        class_balance=_class_balance(settings, tags),
        seed=settings.seed,
        on_progress=on_progress,
    )


def _class_balance(settings: Settings, tags: GivenMatrix) -> npt.NDArray[np.float64] | None:
    return tags.base_rates if settings.class_balance == "given" else None


def _expected_rates(
    resolved: CellProbabilities, prediction: Prediction | None, n_tags: int, n_records: int
) -> npt.NDArray[np.float64]:
    """Return how often each tag should occur where no author gave any: its mean probability."""
    if prediction is not None:
        means: npt.NDArray[np.float64] = prediction.probability.mean(axis=0, dtype=np.float64)
        return means
    sums = np.bincount(resolved.tag, np.nan_to_num(resolved.probability), minlength=n_tags).astype(np.float64)
    return smoothed_share(sums, n_records)


def _predict(
    settings: Settings,
    inputs: Inputs,
    votes: Votes,
    symbols: npt.NDArray[np.uint8],
    resolved: CellProbabilities,
    tags: GivenMatrix,
    given: Sequence[ResolvedTags],
    relations: TagRelations,
    embeddings: Embeddings | None,
) -> Prediction | None:
    """Return what the end model says; None where there is none, or too little to learn from."""
    if settings.end_model == "none":
        return None
    texts = read_texts(inputs.records)
    by_votes = spread(resolved, symbols.shape, tags.base_rates)
    if tags.labelled.sum() >= MIN_LABELLED and tags.tags.nnz:
        spellings = spelling_matrix(given, inputs.vocabulary)
        signals = _vote_signals(symbols, by_votes, tags, with_label_model=settings.label_model != "pooled")
        return predict_cells(
            texts,
            signals,
            tags,
            spellings,
            relations,
            model=settings.end_model,
            embeddings=embeddings,
            seed=settings.seed,
        )
    if len(np.unique(votes.record)) >= MIN_LABELLED:
        closed = close_probabilities(resolved, inputs.vocabulary, inputs.graph)
        return predict_from_votes(
            texts,
            closed,
            without_given(symbols) == DENIED,
            model=settings.end_model,
            embeddings=embeddings,
            seed=settings.seed,
        )
    return None


def _vote_signals(
    symbols: npt.NDArray[np.uint8], by_votes: npt.NDArray[np.float32], tags: GivenMatrix, *, with_label_model: bool
) -> VoteSignals:
    flags = {name: flag for name, kind in EVIDENCE_KINDS.items() if (flag := (symbols & kind) > 0).any()}
    label_model = {"label model": by_votes} if with_label_model else {}
    alone = pool_cells(without_given(symbols), tags)
    return VoteSignals(flags, {"pooled": pool_cells(symbols, tags), **label_model}, {"pooled": alone, **label_model})


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
