"""The path, a line a stage: inputs → votes → label model → closure → audit → report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, NamedTuple

import numpy as np

from weaklabel.auditing import audit, find_mislabels, make_evidence_finder, summarise
from weaklabel.comparison import Comparison, advise, compare_models
from weaklabel.decided import describe_decided, judge_decided
from weaklabel.embeddings import check_model, embed_texts
from weaklabel.end_models import Embeddings, read_texts
from weaklabel.errors import Problem
from weaklabel.evaluate import score_findings
from weaklabel.facts import count_results, find_divergences, find_empty_lists, find_silence, find_strangers, list_facts
from weaklabel.inputs import Inputs, load_inputs
from weaklabel.lf_suggestions import Query, Suggestions, suggest_lfs
from weaklabel.manifest import build_manifest
from weaklabel.output import check_folder
from weaklabel.report import Material, build_report, describe_corrections
from weaklabel.report.data.report import NO_CORRECTIONS
from weaklabel.report.notebook import Findings, LFSummary
from weaklabel.resolution import (
    Explainer,
    Observed,
    Resolution,
    find_record,
    find_tag,
    resolve,
)
from weaklabel.run import Run
from weaklabel.slice_scores import score_slices
from weaklabel.slices import SlicedRecords
from weaklabel.slicing import (
    ResolvedRecords,
    VotedSlices,
    describe_files,
    load_slices,
    slice_records,
    vote_on_slices,
)
from weaklabel.tables import finding_table, label_table, row_table
from weaklabel.tags import resolve_given
from weaklabel.terms import (
    CellProbabilities,
    Finding,
    LFPair,
    LFSummaryRow,
    Membership,
    OnProgress,
    ResolvedTags,
    Settings,
    TagSummaryRow,
    Votes,
    kinds_of,
    unreported,
)
from weaklabel.terms.decisions import Decided
from weaklabel.terms.records import RecordId
from weaklabel.terms.settings import embeddings_cache
from weaklabel.terms.slices import Slice
from weaklabel.vote import VoteCache, apply_lfs

Watch = Callable[[str], AbstractContextManager[OnProgress]]
"""Called with the name of each stage; gives a function to call with what is done of it and the whole."""


def unwatched(_stage: str) -> AbstractContextManager[OnProgress]:
    """Watch nothing."""
    return nullcontext(unreported)


def run_pipeline(settings: Settings, watch: Watch = unwatched, decided: Decided | None = None) -> Run:
    """Run the whole path once, in memory.

    Parameters
    ----------
    settings
        What the project file says.
    watch
        Shows progress.
    decided
        What people decided: the run is held against it. None for nothing; the settings' sources are not read here.

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
    observed, embeddings = _vote(settings, *_read(settings, clock), clock)
    inputs, votes = observed.inputs, observed.cast
    odd_slices: list[Problem] = []
    voted_slices = _vote_on_slices(settings, inputs, clock, odd_slices)
    with clock.stage("resolving") as on_progress:
        resolution = resolve(settings, observed, embeddings, on_progress)
    with clock.stage("advising"):
        advice = advise(settings, observed, resolution)
    with clock.stage("auditing") as on_progress:
        summary, pairs = summarise(observed, resolution.label_model)
        audited = audit(observed, resolution, summary, on_progress)
        quality = tuple(score_findings(audited.findings, inputs.gold, kinds_of(settings.task))) if inputs.gold else ()
        sliced = _slice(voted_slices, observed, resolution, audited.findings)
        judged = judge_decided(decided, observed, resolution, summary) if decided is not None else None
    with clock.stage("reporting"):
        labels = label_table(resolution.cells, inputs.records, inputs.vocabulary, observed.given)
        warnings = (*_find_odd(votes, observed, resolution), *odd_slices)
        facts = list_facts(settings, inputs, votes, resolution)
        table = finding_table(audited.findings, inputs.records)
        report = build_report(
            Material(
                records=inputs.records,
                vocabulary=inputs.vocabulary,
                graph=inputs.graph,
                votes=votes,
                given=observed.given_matrix,
                cells=resolution.cells,
                models=_cells_of_models(settings, resolution),
                findings=audited.findings,
                summary=summary,
                tags=audited.tags,
                troubles=audited.troubles,
                gold=inputs.gold,
                quality=quality,
                warnings=warnings,
                facts=facts,
                time=clock.started,
                task=settings.task,
                advice=advice,
                slices=score_slices(observed, resolution.cells, sliced),
                corrections=describe_corrections(judged, table) if judged is not None else NO_CORRECTIONS,
            )
        )
    counts = count_results(settings, inputs, votes, resolution, labels, audited.findings, quality)
    times = {**clock.times(), "reused": votes.reuse._asdict()}
    files = {**inputs.files, **describe_files(settings.slices)}
    if decided is not None:
        files["decisions"] = describe_decided(decided)
    return Run(
        labels=labels,
        findings=Findings(table),
        lf_summary=LFSummary(row_table(summary, LFSummaryRow)),
        lf_pairs=row_table(pairs, LFPair),
        tag_summary=row_table(audited.tags, TagSummaryRow),
        quality=quality,
        advice=advice,
        warnings=warnings,
        failures=votes.failures,
        slices=sliced,
        manifest=build_manifest(settings, files, inputs.lfs, counts, times),
        settings=settings,
        report=report,
        explainer=make_explainer(settings, observed, resolution),
        decided=judged,
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
    observed, embeddings = _vote(settings, inputs, given, clock)
    with clock.stage("resolving") as on_progress:
        resolution = resolve(settings, observed, embeddings, on_progress)
    return make_explainer(settings, observed, resolution)


def compare(settings: Settings, watch: Watch = unwatched) -> Comparison:
    """Score every label model against the given tags, and the settings' one with its end model; nothing is written.

    Raises
    ------
    WeaklabelError
        Where an input or setting is wrong, or nothing was given.
    """
    clock = _Clock(watch)
    observed, embeddings = _vote(settings, *_read(settings, clock), clock)
    with clock.stage("comparing") as on_progress:
        return compare_models(settings, observed, embeddings, on_progress)


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
        observed, embeddings = _vote(settings, inputs, given, clock)
        votes = observed.cast
        with clock.stage("resolving") as on_progress:
            resolved = resolve(settings, observed, embeddings, on_progress).cells
    with clock.stage("suggesting"):
        return suggest_lfs(settings, inputs, votes, given, resolved, query), inputs


def slice_project(settings: Settings, define: Callable[[Inputs], Sequence[Slice]], watch: Watch = unwatched) -> Sliced:
    """Say which records are in which slices; nothing is written. The models run only where a slice asks for them.

    Parameters
    ----------
    settings, watch
        As for :func:`run_pipeline`; the slices that settings name are not read.
    define
        Gives the slices, from all that was read.

    Raises
    ------
    WeaklabelError
        Where an input, setting or slice is wrong.
    """
    clock = _Clock(watch)
    inputs, given = _read(settings, clock)
    slices = define(inputs)
    with clock.stage("slicing") as on_progress:
        voted = vote_on_slices(settings, slices, inputs, on_progress)
    observed, embeddings = _vote(settings, inputs, given, clock)
    resolved = None
    if voted.needs_cells:
        with clock.stage("resolving") as on_progress:
            resolution = resolve(settings, observed, embeddings, on_progress)
        with clock.stage("auditing") as on_progress:
            summary, _ = summarise(observed, resolution.label_model)
            findings = audit(observed, resolution, summary, on_progress).findings
        resolved = ResolvedRecords(resolution.cells, findings)
    return Sliced(SlicedRecords(voted.slices, slice_records(voted, observed, resolved), inputs.records), inputs)


class Sliced(NamedTuple):
    """The records in each slice, and what was read for it."""

    records: SlicedRecords
    inputs: Inputs


class Judged(NamedTuple):
    """What is known once all have voted, what follows, and what is likely wrong."""

    observed: Observed
    resolution: Resolution
    findings: Sequence[Finding]


def vote_project(settings: Settings, watch: Watch = unwatched) -> Voted:
    """Run the path up to the votes; nothing is written.

    Raises
    ------
    WeaklabelError
        Where an input or setting is wrong.
    """
    clock = _Clock(watch)
    return _vote(settings, *_read(settings, clock), clock)


def judge(settings: Settings, voted: Voted, watch: Watch = unwatched) -> Judged:
    """Resolve votes, and find what is likely wrong."""
    clock, observed = _Clock(watch), voted.observed
    with clock.stage("resolving") as on_progress:
        resolution = resolve(settings, observed, voted.embeddings, on_progress)
    with clock.stage("auditing") as on_progress:
        _, findings = find_mislabels(observed, resolution, on_progress)
    return Judged(observed, resolution, findings)


def _read(settings: Settings, clock: _Clock) -> tuple[Inputs, tuple[ResolvedTags, ...]]:
    """Return the inputs, and the given tags with their spelling resolved."""
    with clock.stage("reading"):
        if settings.uses_embeddings:
            check_model(str(settings.embeddings))
        inputs = load_inputs(settings)
        return inputs, tuple(resolve_given(inputs.records, inputs.vocabulary))


def _vote_on_slices(settings: Settings, inputs: Inputs, clock: _Clock, warnings: list[Problem]) -> VotedSlices | None:
    """Read the slices and let their functions vote: one that fails ends the run before it takes time."""
    if settings.slices is None:
        return None
    with clock.stage("slicing") as on_progress:
        slices = load_slices(settings.slices, inputs, warnings)
        return vote_on_slices(settings, slices, inputs, on_progress)


def _slice(
    voted: VotedSlices | None, observed: Observed, resolution: Resolution, findings: Sequence[Finding]
) -> SlicedRecords:
    if voted is None:
        nothing = np.zeros((len(observed.given), 0), dtype=np.bool_)
        return SlicedRecords((), Membership((), nothing), observed.inputs.records)
    membership = slice_records(voted, observed, ResolvedRecords(resolution.cells, findings))
    return SlicedRecords(voted.slices, membership, observed.inputs.records)


class Voted(NamedTuple):
    """What is known once all have voted, and embeddings where the settings want them."""

    observed: Observed
    embeddings: Embeddings | None


def _vote(settings: Settings, inputs: Inputs, given: Sequence[ResolvedTags], clock: _Clock) -> Voted:
    with clock.stage("voting") as on_progress:
        votes = vote(settings, inputs, on_progress)
        observed = Observed.of(settings, inputs, votes, given)
    if not settings.uses_embeddings:
        return Voted(observed, None)
    with clock.stage("embedding") as on_progress:
        return Voted(observed, embed(settings, inputs, on_progress))


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


def make_explainer(settings: Settings, observed: Observed, resolution: Resolution) -> Explainer:
    """Return what explains cells."""
    return Explainer(settings, observed, resolution, make_evidence_finder(observed).of_cell)


def _cells_of_models(settings: Settings, resolution: Resolution) -> dict[str, CellProbabilities]:
    """Return what the label model says alone and, where there is an end model, what both say."""
    cells = {settings.label_model: resolution.label_model}
    if resolution.prediction is not None:
        cells[f"{settings.label_model} + {resolution.prediction.model}"] = resolution.judged
    return cells


def _find_odd(votes: Votes, observed: Observed, resolution: Resolution) -> tuple[Problem, ...]:
    """Return what is odd about the inputs, the votes and the label model."""
    inputs = observed.inputs
    divergences = find_divergences(resolution.label_model, inputs)
    about_given = (*find_empty_lists(inputs), *find_strangers(inputs, observed.given))
    return (*inputs.warnings, *about_given, *find_silence(votes), *divergences)


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
