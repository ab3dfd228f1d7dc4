"""What people's decisions say of the run, and of the one before it."""

from __future__ import annotations

from dataclasses import dataclass

from weaklabel.terms.records import RecordId


@dataclass(frozen=True, slots=True)
class DecidedScores:
    """How a run does on the decided cells.

    Attributes
    ----------
    cells, wrong
        How many it has a probability of, and on how many of these it is on the wrong side of .5.
    precision, recall, f1
        Of the cells above .5, with verdicts as what is right.
    calibration_error, log_loss
        Of the probabilities of all of them.
    findings, right_findings
        Findings with score > .5 on decided cells, and those that verdicts confirm.
    """

    cells: int = 0
    wrong: int = 0
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    calibration_error: float | None = None
    log_loss: float | None = None
    findings: int = 0
    right_findings: int = 0


@dataclass(frozen=True, slots=True)
class CorrectedLF:
    """A labeling function's votes on decided cells of one tag.

    Attributes
    ----------
    votes
        In all, on the tag.
    confirmed, contradicted
        Votes that verdicts confirm and contradict; `precision` is the share of the former, with Wilson's 95 % interval.
    estimated_accuracy, estimated_before
        By the label model, and by that of the run before; None where nothing is known.
    blame
        For how many cells that the label model gets wrong it answers: each is shared by the contradicted votes on it.
    alone
        How many of them the label model would get right without it.
    records, record_total
        The first records with contradicted votes, and how many there are.
    """

    lf: str
    tag: str
    votes: int
    confirmed: int
    contradicted: int
    precision: float | None
    precision_low: float | None
    precision_high: float | None
    estimated_accuracy: float | None
    estimated_before: float | None
    blame: float
    alone: int
    records: tuple[RecordId, ...]
    record_total: int


@dataclass(frozen=True, slots=True)
class CorrectedCell:
    """A decided cell: what the author says of it now, and how probable it is and was.

    Attributes
    ----------
    is_given
        None where the record is unlabelled.
    before, after
        Probabilities by the run before and by this one; None where nothing is known.
    lfs
        The labeling functions whose votes the verdict contradicts.
    """

    record_id: RecordId
    tag: str
    verdict: str
    is_given: bool | None
    before: float | None
    after: float | None
    lfs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Corrections:
    """What people's decisions say of the run.

    Attributes
    ----------
    sources
        Where decisions are from; empty where the run reads none.
    records, cells, yes, no, open, lost
        How many records and cells are settled, those settled as yes and no, those that annotators do not settle, and
        those of no known record or tag.
    contradictions
        How many cells have verdicts that contradict each other; they are not among those that are settled.
    model_wrong, model_silent, led_astray
        How many cells the label model alone gets wrong; of these, those on which nothing votes, and those on which
        votes are contradicted (the sum of all blame).
    applied
        How many settled cells are as given: with `weaklabel apply`, all are.
    after, before
        How this run does on them, and how the one before did; None without one.
    since, made_on
        When the run before was made (empty without one), and how many cells were decided on its suggestions.
    models
        What was decided about the models otherwise than in the run before, a line each.
    lfs, lf_total, lf_changed
        Labeling functions with votes on decided cells, the most to blame first; and of how many the label model's
        estimate is another than before, by .005 or more.
    rows, row_total
        Decided cells: those that this run gets wrong, then those whose probability changed most.
    """

    sources: tuple[str, ...] = ()
    records: int = 0
    cells: int = 0
    yes: int = 0
    no: int = 0
    open: int = 0
    lost: int = 0
    contradictions: int = 0
    model_wrong: int = 0
    model_silent: int = 0
    led_astray: int = 0
    applied: int = 0
    after: DecidedScores = DecidedScores()
    before: DecidedScores | None = None
    since: str = ""
    made_on: int = 0
    models: tuple[str, ...] = ()
    lfs: tuple[CorrectedLF, ...] = ()
    lf_total: int = 0
    lf_changed: int | None = None
    rows: tuple[CorrectedCell, ...] = ()
    row_total: int = 0
