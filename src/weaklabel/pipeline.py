"""The path, a line a stage: inputs → votes → label model → closure → audit → report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, NamedTuple

from weaklabel.audit import (
    CellScores,
    EvidenceFinder,
    Neighbourhood,
    find_missing,
    find_missing_parents,
    find_misspellings,
    find_unsupported,
    find_vocabulary_troubles,
    find_wrong_classes,
    rank_findings,
    summarise_tags,
)
from weaklabel.comparison import Comparison, advise, compare_models
from weaklabel.embeddings import check_model, embed_texts
from weaklabel.end_models import ClassPrediction, Embeddings, read_texts
from weaklabel.errors import Problem
from weaklabel.evaluate import score_findings, summarise_lfs
from weaklabel.facts import count_results, find_divergences, find_empty_lists, find_silence, list_facts
from weaklabel.inputs import Inputs, load_inputs
from weaklabel.label_models.classes import class_matrix
from weaklabel.lf_suggestions import Query, Suggestions, suggest_lfs
from weaklabel.manifest import build_manifest
from weaklabel.output import check_folder
from weaklabel.report import build_report, render_report
from weaklabel.resolution import (
    Explainer,
    Resolution,
    find_record,
    find_tag,
    resolve_multiclass,
    resolve_multilabel,
)
from weaklabel.run import Run
from weaklabel.tables import finding_table, label_table, row_table
from weaklabel.tags import given_matrix, resolve_given
from weaklabel.terms import (
    Finding,
    LFSummaryRow,
    OnProgress,
    ResolvedTags,
    Settings,
    TagSummaryRow,
    Votes,
    canonical_names,
    kinds_of,
    unreported,
)
from weaklabel.terms.records import RecordId
from weaklabel.terms.settings import embeddings_cache
from weaklabel.vote import VoteCache, apply_lfs, find_spans, withdraw_generated

Watch = Callable[[str], AbstractContextManager[OnProgress]]
"""Called with the name of each stage; gives a function to call with what is done of it and the whole."""


def unwatched(_stage: str) -> AbstractContextManager[OnProgress]:
    """Watch nothing."""
    return nullcontext(unreported)


def run_pipeline(settings: Settings, watch: Watch = unwatched) -> Run:
    """Run the whole path once, in memory.

    Parameters
    ----------
    settings
        What the project file says.
    watch
        Shows progress.

    Returns
    -------
    Run
        The same for the same inputs and settings, but for the times in its manifest.

    Raises
    ------
    WeaklabelError
        Where an input or setting is wrong; nothing is written.
    """
    clock = _Clock(watch)
    check_folder(settings.out)
    inputs, given = _read(settings, clock)
    votes, standing, embeddings = _vote(settings, inputs, clock)
    with clock.stage("resolving") as on_progress:
        resolution = resolve(settings, inputs, standing, given, embeddings, on_progress)
    with clock.stage("advising"):
        advice = advise(settings, inputs, standing, given, resolution)
    with clock.stage("auditing") as on_progress:
        summary = _summarise_lfs(settings, inputs, votes, given)
        findings, tags, troubles = audit(settings, inputs, standing, resolution, given, summary, on_progress)
        quality = tuple(score_findings(findings, inputs.gold, kinds_of(settings.task))) if inputs.gold else ()
    odd = (*find_empty_lists(inputs), *find_silence(votes), *find_divergences(resolution.label_model, inputs))
    warnings = (*inputs.warnings, *odd)
    with clock.stage("reporting"):
        labels = label_table(resolution.cells, inputs.records, inputs.vocabulary, given)
        report = build_report(
            inputs.records,
            findings,
            summary,
            tags=tags,
            troubles=troubles,
            quality=quality,
            warnings=warnings,
            failures=votes.failures,
            task=settings.task,
            facts=list_facts(settings, inputs, votes, resolution),
        )
        page = render_report(report)
    counts = count_results(settings, inputs, votes, resolution, labels, findings, quality)
    times = {**clock.times(), "reused": votes.reuse._asdict()}
    return Run(
        labels=labels,
        findings=finding_table(findings, inputs.records),
        lf_summary=row_table(summary, LFSummaryRow),
        tag_summary=row_table(tags, TagSummaryRow),
        quality=quality,
        advice=advice,
        warnings=warnings,
        failures=votes.failures,
        manifest=build_manifest(settings, inputs.files, inputs.lfs, counts, times),
        settings=settings,
        report=page,
        explainer=make_explainer(settings, inputs, standing, given, resolution),
    )


def explain(
    settings: Settings, watch: Watch = unwatched, record_id: RecordId | None = None, tag: str | None = None
) -> Explainer:
    """Run the path up to the probabilities, and return what says why they are as they are; see :meth:`Run.why`.

    Parameters
    ----------
    settings, watch
        As for :func:`run_pipeline`; nothing is written.
    record_id, tag
        What will be explained: that they are there is checked before anything votes.

    Raises
    ------
    WeaklabelError
        Where an input or setting is wrong, or there is no such record or tag.
    """
    clock = _Clock(watch)
    inputs, given = _read(settings, clock)
    if record_id is not None:
        find_record(inputs, record_id)
    if tag is not None:
        find_tag(inputs, tag)
    _, standing, embeddings = _vote(settings, inputs, clock)
    with clock.stage("resolving") as on_progress:
        resolution = resolve(settings, inputs, standing, given, embeddings, on_progress)
    return make_explainer(settings, inputs, standing, given, resolution)


def compare(settings: Settings, watch: Watch = unwatched) -> Comparison:
    """Score every label model against the given tags, and the settings' one with its end model; nothing is written.

    Raises
    ------
    WeaklabelError
        Where an input or setting is wrong, or nothing was given.
    """
    clock = _Clock(watch)
    inputs, given = _read(settings, clock)
    _, standing, embeddings = _vote(settings, inputs, clock)
    with clock.stage("comparing") as on_progress:
        return compare_models(settings, inputs, standing, given, embeddings, on_progress)


def suggest(settings: Settings, query: Query, watch: Watch = unwatched) -> tuple[Suggestions, Inputs]:
    """Suggest labeling functions that would add to those that are there; nothing is written.

    Returns
    -------
    suggestions, inputs
        Best first, and what they are suggested for.

    Raises
    ------
    WeaklabelError
        Where an input or setting is wrong, or there is nothing to hold suggestions against.
    """
    clock = _Clock(watch)
    inputs, given = _read(settings, clock)
    if query.tag is not None:
        find_tag(inputs, query.tag)
    if query.against == "given":
        with clock.stage("voting") as on_progress:
            votes, resolved = vote(settings, inputs, on_progress), None
    else:
        votes, standing, embeddings = _vote(settings, inputs, clock)
        with clock.stage("resolving") as on_progress:
            resolved = resolve(settings, inputs, standing, given, embeddings, on_progress).cells
    with clock.stage("suggesting"):
        return suggest_lfs(settings, inputs, votes, given, resolved, query), inputs


def _read(settings: Settings, clock: _Clock) -> tuple[Inputs, tuple[ResolvedTags, ...]]:
    """Return the inputs, and the given tags with their spelling resolved."""
    with clock.stage("reading"):
        if settings.uses_embeddings:
            check_model(str(settings.embeddings))
        inputs = load_inputs(settings)
        return inputs, tuple(resolve_given(inputs.records, inputs.vocabulary))


class _Voted(NamedTuple):
    """Votes as they were cast, those of them that stand, and the embeddings of texts where the settings want them."""

    votes: Votes
    standing: Votes
    embeddings: Embeddings | None


def _vote(settings: Settings, inputs: Inputs, clock: _Clock) -> _Voted:
    with clock.stage("voting") as on_progress:
        votes = vote(settings, inputs, on_progress)
        standing = withdraw_generated(votes, inputs.lfs)
    if not settings.uses_embeddings:
        return _Voted(votes, standing, None)
    with clock.stage("embedding") as on_progress:
        return _Voted(votes, standing, embed(settings, inputs, on_progress))


def vote(settings: Settings, inputs: Inputs, on_progress: OnProgress) -> Votes:
    """Return the votes of all labeling functions, as they are cast."""
    return apply_lfs(
        inputs.lfs,
        inputs.records,
        inputs.vocabulary,
        nested_matches=settings.nested_matches,
        timeout_s=settings.lf_timeout_s,
        cache=_open_cache(settings),
        on_progress=on_progress,
    )


def _open_cache(settings: Settings) -> VoteCache | None:
    if settings.cache is None:
        return None
    return VoteCache(settings.cache, version("weaklabel"), settings.cache_mb * 1_000_000)


def embed(settings: Settings, inputs: Inputs, on_progress: OnProgress = unreported) -> Embeddings:
    """Return the embeddings of texts and of the tags' names; those of earlier runs are kept beside the votes."""
    assert settings.embeddings is not None
    cache = None if settings.cache is None else embeddings_cache(settings.cache)
    names = [name.replace("-", " ") for name in inputs.vocabulary.names]
    vectors = embed_texts([*read_texts(inputs.records), *names], settings.embeddings, cache, on_progress)
    return Embeddings(vectors[: len(inputs.records)], vectors[len(inputs.records) :])


def resolve(
    settings: Settings,
    inputs: Inputs,
    votes: Votes,
    given: Sequence[ResolvedTags],
    embeddings: Embeddings | None = None,
    on_progress: OnProgress = unreported,
) -> Resolution:
    """Return the probability of each cell: by the label model, then by the end model, closed over the tag graph."""
    if settings.task == "multiclass":
        return resolve_multiclass(settings, inputs, votes, given, embeddings)
    return resolve_multilabel(settings, inputs, votes, given, embeddings, on_progress)


def make_explainer(
    settings: Settings, inputs: Inputs, votes: Votes, given: Sequence[ResolvedTags], resolution: Resolution
) -> Explainer:
    """Return what explains cells."""
    return Explainer(settings, inputs, votes, given, resolution, _evidence(inputs, votes).of_cell)


def _evidence(inputs: Inputs, votes: Votes) -> EvidenceFinder:
    return EvidenceFinder(
        votes, inputs.records, inputs.vocabulary, lambda lf, record: find_spans(inputs.lfs[lf], inputs.records, record)
    )


class Audit(NamedTuple):
    """What is likely wrong: with records, tag by tag, and with the vocabulary."""

    findings: list[Finding]
    tags: list[TagSummaryRow]
    troubles: list[Problem]


def audit(
    settings: Settings,
    inputs: Inputs,
    votes: Votes,
    resolution: Resolution,
    given: Sequence[ResolvedTags],
    summary: Sequence[LFSummaryRow],
    on_progress: OnProgress = unreported,
) -> Audit:
    """Return all findings, ranked: by rule, then by probability; and what they come to for each tag."""
    evidence = _evidence(inputs, votes)
    prediction = resolution.prediction
    neighbours = Neighbourhood(given, inputs.vocabulary, prediction.similar) if prediction else None
    judged, matrix = resolution.judged, given_matrix(given, inputs.vocabulary)
    parts: tuple[Iterator[Finding], ...]
    if settings.task == "multiclass":
        is_learnt = isinstance(prediction, ClassPrediction) and prediction.is_learnt
        scores = CellScores.of_classes(judged, matrix, inputs.vocabulary, is_learnt=is_learnt)
        parts = (
            find_misspellings(given),
            find_wrong_classes(judged, scores, given, inputs.vocabulary, evidence, neighbours),
        )
    else:
        scores = CellScores.of_cells(judged, resolution.base_rates, inputs.vocabulary)
        known = (given, inputs.vocabulary, inputs.graph, evidence, neighbours)
        parts = (
            find_misspellings(given),
            find_missing_parents(given, inputs.graph, scores if prediction else None),
            find_missing(judged, scores, *known),
            find_unsupported(scores, *known),
        )
    findings: list[Finding] = []
    for done, part in enumerate(parts, start=1):
        findings.extend(part)
        on_progress(done, len(parts))
    ranked = rank_findings(findings)
    troubles = find_vocabulary_troubles(matrix, inputs.vocabulary, inputs.graph, summary)
    tags = summarise_tags(judged, scores, matrix, ranked, inputs.vocabulary, troubles)
    return Audit(ranked, tags, [trouble.problem for trouble in troubles])


def _summarise_lfs(
    settings: Settings, inputs: Inputs, votes: Votes, given: Sequence[ResolvedTags]
) -> list[LFSummaryRow]:
    classes = class_matrix(votes, len(inputs.vocabulary))[0] if settings.task == "multiclass" else None
    return summarise_lfs(votes, inputs.lfs, inputs.vocabulary, _given_names(given), classes)


def _given_names(given: Sequence[ResolvedTags]) -> list[set[str] | None]:
    """Return the canonical tags that each author gave; None for an unlabelled record."""
    return [None if tags is None else canonical_names(tags) for tags in given]


@dataclass(slots=True)
class _Clock:
    """Takes the time of each stage while it is watched."""

    watch: Watch
    started: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[OnProgress]:
        begin = time.perf_counter()
        with self.watch(name) as on_progress:
            yield on_progress
        self.seconds[name] = round(time.perf_counter() - begin, 3)

    def times(self) -> dict[str, Any]:
        return {"started": self.started, "seconds": self.seconds}
