"""The path, a line a stage: inputs → votes → label model → closure → audit → report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from weaklabel.audit import (
    CellScores,
    EvidenceFinder,
    Neighbourhood,
    find_missing,
    find_missing_parents,
    find_misspellings,
    find_unsupported,
    rank_findings,
)
from weaklabel.embeddings import embed_texts
from weaklabel.end_models import Embeddings, read_texts
from weaklabel.errors import Problem
from weaklabel.evaluate import score_findings, summarise_lfs
from weaklabel.inputs import Inputs, load_inputs
from weaklabel.manifest import build_manifest
from weaklabel.output import check_folder
from weaklabel.report import build_report, render_report
from weaklabel.resolution import Resolution, resolve_multiclass, resolve_multilabel
from weaklabel.run import Run
from weaklabel.tables import SOURCES, finding_table, label_table
from weaklabel.tags import given_matrix, resolve_given
from weaklabel.terms import (
    KINDS,
    CellProbabilities,
    Finding,
    FindingQuality,
    LFSummaryRow,
    OnProgress,
    ResolvedTags,
    Settings,
    Votes,
    canonical_names,
    unreported,
)
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
    with clock.stage("reading"):
        check_folder(settings.out)
        inputs = load_inputs(settings)
        given = resolve_given(inputs.records, inputs.vocabulary)
    with clock.stage("voting") as on_progress:
        votes = vote(settings, inputs, on_progress)
        standing = withdraw_generated(votes, inputs.lfs)
    embeddings = None
    if settings.embeddings is not None:
        with clock.stage("embedding") as on_progress:
            embeddings = embed(settings, inputs, on_progress)
    with clock.stage("resolving") as on_progress:
        resolution = resolve(settings, inputs, standing, given, embeddings, on_progress)
    with clock.stage("auditing") as on_progress:
        findings = audit(settings, inputs, standing, resolution, given, on_progress)
        quality = tuple(score_findings(findings, inputs.gold)) if inputs.gold else ()
    warnings = (*inputs.warnings, *_divergences(resolution.label_model, inputs))
    with clock.stage("reporting"):
        summary = summarise_lfs(votes, inputs.lfs, inputs.vocabulary, _given_names(given))
        labels = label_table(resolution.cells, inputs.records, inputs.vocabulary, given)
        report = build_report(
            inputs.records,
            findings,
            summary,
            quality=quality,
            warnings=warnings,
            failures=votes.failures,
            facts=_facts(settings, inputs, votes, resolution),
        )
        page = render_report(report)
    counts = _counts(inputs, votes, labels, findings, quality)
    times = {**clock.times(), "reused": votes.reuse._asdict()}
    return Run(
        labels=labels,
        findings=finding_table(findings, inputs.records),
        lf_summary=pd.DataFrame([asdict(row) for row in summary], columns=[f.name for f in fields(LFSummaryRow)]),
        quality=quality,
        warnings=warnings,
        failures=votes.failures,
        manifest=build_manifest(settings, inputs.files, inputs.lfs, counts, times),
        settings=settings,
        report=page,
    )


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


def audit(
    settings: Settings,
    inputs: Inputs,
    votes: Votes,
    resolution: Resolution,
    given: Sequence[ResolvedTags],
    on_progress: OnProgress = unreported,
) -> list[Finding]:
    """Return all findings, ranked: by rule, then by probability."""
    evidence = EvidenceFinder(
        votes, inputs.records, inputs.vocabulary, lambda lf, record: find_spans(inputs.lfs[lf], inputs.records, record)
    )
    prediction = resolution.prediction
    neighbours = Neighbourhood(given, inputs.vocabulary, prediction.similar) if prediction else None
    judged = resolution.judged
    if settings.task == "multiclass":
        is_learnt = prediction is not None and resolution.given.labelled.any()
        matrix = given_matrix(given, inputs.vocabulary)
        scores = CellScores.of_classes(judged, matrix, inputs.vocabulary, is_learnt=bool(is_learnt))
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
    return rank_findings(findings)


def _given_names(given: Sequence[ResolvedTags]) -> list[set[str] | None]:
    """Return the canonical tags that each author gave; None for an unlabelled record."""
    return [None if tags is None else canonical_names(tags) for tags in given]


def _divergences(cells: CellProbabilities, inputs: Inputs) -> Iterator[Problem]:
    for tag in cells.diverged:
        name = inputs.vocabulary.names[tag]
        what = f"the label model of {name!r} diverges; each of its labeling functions counts as equally accurate."
        fix = "It has many that nearly always vote alike: merge aliases, or use the label model `majority`."
        yield Problem(what, inputs.vocabulary[name].place, fix, "warning")


def _facts(settings: Settings, inputs: Inputs, votes: Votes, resolution: Resolution) -> dict[str, str]:
    """Return the figures at the head of the report."""
    covered = len(np.unique(votes.record))
    unlabelled = sum(tags is None for tags in inputs.records.given)
    return {
        "Records": f"{len(inputs.records):,}",
        "Unlabelled records": f"{unlabelled:,}",
        "Tags": f"{len(inputs.vocabulary):,}",
        "Labeling functions": f"{len(inputs.lfs):,}",
        "Votes": f"{len(votes):,}",
        "Records with votes": f"{covered:,} ({covered / len(inputs.records):.0%})",
        "Label model": settings.label_model,
        "End model": resolution.end_model,
        **dict(resolution.notes),
    }


def _counts(
    inputs: Inputs,
    votes: Votes,
    labels: pd.DataFrame,
    findings: Sequence[Finding],
    quality: Sequence[FindingQuality],
) -> dict[str, Any]:
    """Return the figures of a run for its manifest."""
    return {
        "votes": {
            "labeling_functions": len(inputs.lfs),
            "votes": len(votes),
            "records_with_votes": len(np.unique(votes.record)),
            "failures": {failure.lf_id: failure.count for failure in votes.failures},
        },
        "labels": {source: int((labels["source"] == source).sum()) for source in SOURCES},
        "findings": {kind: sum(finding.kind == kind for finding in findings) for kind in KINDS},
        "gold": {q.kind: {"precision": q.precision, "recall": q.recall, **asdict(q)} for q in quality},
    }


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
