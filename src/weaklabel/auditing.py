"""What a run finds: how labeling functions did, and what is likely wrong with records, tags and the vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from weaklabel.audit import (
    CellScores,
    EvidenceFinder,
    Neighbourhood,
    Reads,
    find_missing,
    find_missing_parents,
    find_misspellings,
    find_unsupported,
    find_vocabulary_troubles,
    find_wrong_classes,
    rank_findings,
    summarise_tags,
)
from weaklabel.end_models import ClassPrediction, Prediction
from weaklabel.errors import Problem
from weaklabel.evaluate import CastVotes, LFAnalysis, analyse_lfs, summarise_lfs
from weaklabel.label_models.classes import class_matrix
from weaklabel.resolution import Observed, Resolution
from weaklabel.terms import (
    CellProbabilities,
    Finding,
    LFSummaryRow,
    OnProgress,
    TagSummaryRow,
    Votes,
    canonical_names,
    unreported,
)
from weaklabel.vote import find_spans


def summarise(observed: Observed, cells: CellProbabilities) -> LFAnalysis:
    """Return the summary of labeling functions, and their pairs; `cells` are what the label model alone says."""
    inputs = observed.inputs
    cast, standing = (_with_classes(observed, each) for each in (observed.cast, observed.votes))
    names = [None if tags is None else canonical_names(tags) for tags in observed.given]
    summary = summarise_lfs(observed.cast, inputs.lfs, inputs.vocabulary, names, cast.classes)
    reference = observed.reference
    return analyse_lfs(summary, cast, standing, cells, reference, inputs.lfs, inputs.vocabulary, inputs.records.ids)


def _with_classes(observed: Observed, votes: Votes) -> CastVotes:
    n_classes = len(observed.inputs.vocabulary)
    return CastVotes(votes, class_matrix(votes, n_classes)[0] if observed.is_exclusive else None)


def make_evidence_finder(observed: Observed) -> EvidenceFinder:
    """Return what finds the votes, and the stretches of text, that speak for or against a cell."""
    inputs = observed.inputs
    return EvidenceFinder(
        observed.votes,
        inputs.records,
        inputs.vocabulary,
        lambda lf, record: find_spans(inputs.lfs[lf], inputs.records, record),
    )


class Audit(NamedTuple):
    """What is likely wrong: with records, tag by tag, and with the vocabulary."""

    findings: list[Finding]
    tags: list[TagSummaryRow]
    troubles: list[Problem]


def audit(
    observed: Observed,
    resolution: Resolution,
    summary: Sequence[LFSummaryRow],
    on_progress: OnProgress = unreported,
) -> Audit:
    """Return all findings, ranked: by rule, then by probability; and what they come to for each tag."""
    inputs, given = observed.inputs, observed.given_matrix
    scores, parts = _find_by_task(observed, resolution)
    findings: list[Finding] = []
    for done, part in enumerate(parts, start=1):
        findings.extend(part)
        on_progress(done, len(parts))
    ranked = rank_findings(findings)
    troubles = find_vocabulary_troubles(given, inputs.vocabulary, inputs.graph, summary)
    tags = summarise_tags(resolution.judged, scores, given, ranked, inputs.vocabulary, troubles)
    return Audit(ranked, tags, [trouble.problem for trouble in troubles])


def _find_by_task(observed: Observed, resolution: Resolution) -> tuple[CellScores, tuple[Iterator[Finding], ...]]:
    """Return the scores of cells, and what finds each part of the findings."""
    vocabulary, graph, given = observed.inputs.vocabulary, observed.inputs.graph, observed.given
    evidence, judged, prediction = make_evidence_finder(observed), resolution.judged, resolution.prediction
    neighbours = Neighbourhood(given, vocabulary, prediction.similar) if prediction else None
    if observed.is_exclusive:
        is_learnt = isinstance(prediction, ClassPrediction) and prediction.is_learnt
        scores = CellScores.of_classes(judged, observed.given_matrix, vocabulary, is_learnt=is_learnt)
        wrong = find_wrong_classes(judged, scores, given, vocabulary, evidence, neighbours)
        return scores, (find_misspellings(given), wrong)
    is_learnt = not isinstance(prediction, Prediction) or prediction.is_learnt
    scores = CellScores.of_cells(judged, resolution.base_rates, vocabulary, is_learnt=is_learnt)
    reads: Reads = "votes" if prediction is None else "texts and given tags" if is_learnt else "texts"
    return scores, (
        find_misspellings(given),
        find_missing_parents(given, graph, scores if prediction else None),
        find_missing(judged, scores, given, vocabulary, graph, evidence, neighbours, reads=reads),
        find_unsupported(scores, given, vocabulary, graph, evidence, neighbours),
    )
