"""Choose what the report says of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from weaklabel.errors import Problem
from weaklabel.report.cards import cell_findings
from weaklabel.report.clipping import MAX_REASON, clip
from weaklabel.report.cooccurrence import tag_cooccurrence
from weaklabel.report.data import Changes, Corrections, FailedLF, Health, QualityRow, Report, SliceScores
from weaklabel.report.data.report import NO_CORRECTIONS, NO_SLICES
from weaklabel.report.lfs import list_lfs
from weaklabel.report.models import calibrate, score_models
from weaklabel.report.spellings import spelling_findings
from weaklabel.report.support import notes, tag_support
from weaklabel.report.uncertain import uncertain_cells
from weaklabel.terms import (
    KINDS,
    CellProbabilities,
    Failure,
    Finding,
    FindingQuality,
    GivenMatrix,
    GoldRecord,
    LFSummaryRow,
    Records,
    TagSummaryRow,
    Vocabulary,
    Votes,
    kinds_of,
)
from weaklabel.terms.settings import Task

MAX_FAILURES = 50
MAX_TRACEBACK = 4_000
SPELLING_KINDS = frozenset({"misspelt", "alias", "unknown"})


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What a report is made of.

    Attributes
    ----------
    cells
        Every cell that the run shows, closed over the tag graph.
    models
        For each model of the run its name and its cells, before closure.
    given
        The canonical tags that authors gave.
    gold
        Gold tags by the position of their record; empty where there are none.
    advice
        Which other label model does better.
    slices
        How the run does on each slice.
    corrections
        What people's decisions say of it.
    """

    records: Records
    vocabulary: Vocabulary
    graph: nx.DiGraph[str]
    votes: Votes
    given: GivenMatrix
    cells: CellProbabilities
    models: Mapping[str, CellProbabilities]
    findings: Sequence[Finding]
    summary: Sequence[LFSummaryRow]
    tags: Sequence[TagSummaryRow]
    troubles: Sequence[Problem]
    gold: Mapping[int, GoldRecord]
    quality: Sequence[FindingQuality]
    warnings: Sequence[Problem]
    facts: Mapping[str, str]
    time: str
    task: Task = "multilabel"
    advice: str | None = None
    slices: SliceScores = NO_SLICES
    corrections: Corrections = NO_CORRECTIONS


def build_report(material: Material) -> Report:
    """Choose what the report shows of a run; long lists are cut and say how long they are."""
    m = material
    of_kind = {kind: [f for f in m.findings if f.kind == kind] for kind in KINDS}
    kinds = kinds_of(m.task)
    return Report(
        time=m.time,
        task=m.task,
        facts=dict(m.facts),
        changes=Changes(),
        health=_health(m),
        cells=tuple(cell_findings(kind, of_kind[kind], m.records) for kind in kinds if kind not in SPELLING_KINDS),
        spellings=tuple(spelling_findings(kind, of_kind[kind], m.records) for kind in kinds if kind in SPELLING_KINDS),
        support=tag_support(m.tags, m.given, m.vocabulary, m.graph, m.troubles),
        quality=tuple(_quality(m)),
        lfs=list_lfs(m.summary, m.votes, n_classes=len(m.vocabulary) if m.task == "multiclass" else None),
        models=score_models(m.models, m.given, m.gold, m.vocabulary, m.advice),
        calibration=calibrate(m.cells, m.gold, m.vocabulary),
        cooccurrence=tag_cooccurrence(m.given, m.vocabulary, m.graph),
        queue=uncertain_cells(m.cells, m.given, m.records, m.vocabulary),
        slices=m.slices,
        corrections=m.corrections,
    )


def _quality(m: Material) -> Iterator[QualityRow]:
    """Yield how well each kind of findings does; of classes, only what was found or is known."""
    for q in m.quality:
        if m.task == "multilabel" or q.found or q.known:
            yield QualityRow(q.kind, q.found, q.precision, q.known, q.recall)


def _health(m: Material) -> Health:
    failures = m.votes.failures
    return Health(
        warnings=notes(m.warnings),
        warning_total=len(m.warnings),
        failures=tuple(map(_failed, failures[:MAX_FAILURES])),
        failure_total=len(failures),
        records=len(m.records),
        labelled=int(m.given.labelled.sum()),
        without_tags=sum(tags is not None and not tags for tags in m.records.given),
        without_text=sum(
            not any(text.strip() for text in texts) for texts in zip(*m.records.texts.values(), strict=True)
        ),
        gold=len(m.gold),
    )


def _failed(failure: Failure) -> FailedLF:
    traceback = clip(failure.traceback, MAX_TRACEBACK)
    return FailedLF(clip(failure.lf_id), failure.count, clip(failure.error, MAX_REASON), traceback)
