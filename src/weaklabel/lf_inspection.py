"""`weaklabel lf show`: one labeling function as it is written, what it does, and where it is wrong."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from weaklabel.auditing import summarise
from weaklabel.errors import LabelingFunctionError, Place, Problem, did_you_mean
from weaklabel.evaluate import JudgedVotes, VoteUnits, find_wrong, judge_votes
from weaklabel.inputs import Inputs, load_inputs
from weaklabel.lf_language import spell_out
from weaklabel.pipeline import Watch, unwatched, vote
from weaklabel.resolution import Observed, resolve_by_votes
from weaklabel.tags import resolve_given
from weaklabel.terms import (
    PRESENT,
    Failure,
    LabelingFunction,
    LFPair,
    LFSummaryRow,
    Records,
    RuleLF,
    Settings,
    Span,
    Votes,
)
from weaklabel.terms.conditions import ColumnCondition, VotedCondition, leaves
from weaklabel.vote import find_spans
from weaklabel.vote.columns import is_missing

SHOWN = 3


@dataclass(frozen=True, slots=True)
class VoteExample:
    """A vote: on which record (by position) and tag, which way, and what it rests on.

    Attributes
    ----------
    spans
        What is found in texts.
    columns
        The values of the columns that a rule compares.
    voted
        The votes that a rule asks for: tags, each with the labeling functions that say it.
    """

    record: int
    tag: str
    vote: int
    spans: tuple[Span, ...]
    columns: Mapping[str, Any]
    voted: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class LFInspection:
    """What there is to know of one labeling function.

    Attributes
    ----------
    source
        Its definition as it is written, or empty where there is none to read.
    looks_for
        What it looks for, spelled out in the words of YAML; empty where that is known to Python alone.
    rows
        What it does, tag by tag.
    pairs
        Those that it conflicts or correlates with, as in lf_pairs.csv.
    hits, wrong
        Some of its votes that the reference does not refute, the most probable first, and some that it refutes, the
        least probable first; one a record.
    failures
        How often it failed, and how first; empty where it did not.
    inputs
        What was read.
    """

    lf: LabelingFunction
    source: str
    looks_for: Mapping[str, Any]
    rows: tuple[LFSummaryRow, ...]
    pairs: tuple[LFPair, ...]
    hits: tuple[VoteExample, ...]
    wrong: tuple[VoteExample, ...]
    failures: tuple[Failure, ...]
    inputs: Inputs


def inspect_lf(settings: Settings, lf_id: str, watch: Watch = unwatched) -> LFInspection:
    """Let all labeling functions vote, resolve by the label model alone, and say what one of them does.

    Parameters
    ----------
    settings
        The project; nothing is written.
    lf_id
        The labeling function's id.
    watch
        Shows progress.

    Raises
    ------
    LabelingFunctionError
        Where there is none of this id.
    WeaklabelError
        Where an input or setting is wrong.
    """
    with watch("reading"):
        inputs = load_inputs(settings)
        position = find_lf(inputs.lfs, lf_id)
        given = tuple(resolve_given(inputs.records, inputs.vocabulary))
    with watch("voting") as on_progress:
        votes = vote(settings, inputs, on_progress)
        observed = Observed.of(settings, inputs, votes, given)
    with watch("resolving"):
        cells = resolve_by_votes(settings, observed)
        rows, pairs = summarise(observed, cells)
    own = votes.where(votes.lf == position)
    judged = judge_votes(own, VoteUnits.of(own, len(inputs.vocabulary)), cells, observed.reference.tags)
    lf = inputs.lfs[position]
    return LFInspection(
        lf,
        read_source(lf.place),
        spell_out(lf),
        tuple(row for row in rows if row.lf == lf_id),
        tuple(pair for pair in pairs if lf_id in {pair.lf, pair.other}),
        tuple(_examples(inputs, position, votes, own, _most_probable(judged))),
        tuple(_examples(inputs, position, votes, own, find_wrong(judged))),
        tuple(failure for failure in votes.failures if failure.lf_id == lf_id),
        inputs,
    )


def find_lf(lfs: Sequence[LabelingFunction], lf_id: str) -> int:
    """Return the position of a labeling function, or raise LabelingFunctionError with the nearest id."""
    for position, lf in enumerate(lfs):
        if lf.id == lf_id:
            return position
    fix = did_you_mean(lf_id, (lf.id for lf in lfs), otherwise="`weaklabel lf list --all` lists them.")
    raise LabelingFunctionError(Problem(f"there is no labeling function {lf_id!r}.", fix=fix))


def _most_probable(judged: JudgedVotes) -> list[int]:
    """Return the votes that the reference does not refute: those it confirms first, the most probable of them first."""
    rows = np.flatnonzero(judged.right != 0)
    order = np.lexsort((judged.record[rows], -judged.probability[rows], -judged.right[rows]))
    found: list[int] = rows[order].tolist()
    return found


def _examples(inputs: Inputs, position: int, votes: Votes, own: Votes, order: Sequence[int]) -> Iterator[VoteExample]:
    lf = inputs.lfs[position]
    seen: set[int] = set()
    for row in order:
        record = int(own.record[row])
        if record in seen or len(seen) == SHOWN:
            continue
        seen.add(record)
        yield VoteExample(
            record,
            inputs.vocabulary.names[int(own.tag[row])],
            int(own.vote[row]),
            tuple(find_spans(lf, inputs.records, record)),
            _columns_read(lf, inputs.records, record),
            _votes_asked(lf, inputs, votes, record),
        )


def _columns_read(lf: LabelingFunction, records: Records, record: int) -> dict[str, Any]:
    """Return the values of the columns that a rule compares."""
    found = leaves(lf.condition) if isinstance(lf, RuleLF) else ()
    columns = dict.fromkeys(leaf.column for leaf in found if isinstance(leaf, ColumnCondition))
    view = next(records.slice(record, record + 1).views())
    return {column: None if is_missing(view[column]) else view[column] for column in columns}


def _votes_asked(lf: LabelingFunction, inputs: Inputs, votes: Votes, record: int) -> dict[str, tuple[str, ...]]:
    """Return the tags that a rule asks for, where they are voted, and who votes; other rules that ask do not count."""
    found = leaves(lf.condition) if isinstance(lf, RuleLF) else ()
    tags = {tag for leaf in found if isinstance(leaf, VotedCondition) for tag in leaf.tags}
    asked: dict[str, list[str]] = {}
    here = votes.where((votes.record == record) & (votes.vote == PRESENT)) if tags else votes.where(votes.record < 0)
    for tag, voter in zip(here.tag.tolist(), here.lf.tolist(), strict=True):
        name, other = inputs.vocabulary.names[tag], inputs.lfs[voter]
        if name in tags and not (isinstance(other, RuleLF) and other.reads_votes):
            asked.setdefault(name, []).append(other.id)
    return {tag: tuple(asked[tag]) for tag in sorted(asked)}


def read_source(place: Place | None) -> str:
    """Return the lines of the definition that begins at a place; empty where the file cannot be read."""
    if place is None or not place.line:
        return ""
    try:
        text = Path(place.path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""
    lines = text.split("\n")
    find = _lines_of_statement if place.path.endswith(".py") else _lines_of_entry
    first, last = find(lines, place.line)
    return "\n".join(lines[first - 1 : last]).rstrip()


def _lines_of_statement(lines: Sequence[str], line: int) -> tuple[int, int]:
    """Return the first and last line of the innermost Python function at a line, or else of the statement there."""
    found = (line, line)
    for node in ast.walk(ast.parse("\n".join(lines))):  # it has been run, so it can be parsed
        if isinstance(node, ast.stmt):
            first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
            is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            last = node.end_lineno or node.lineno
            if first <= line <= last and (is_function or found == (line, line)):
                found = first, last
    return found


def _lines_of_entry(lines: Sequence[str], line: int) -> tuple[int, int]:
    """Return the first and last line of a YAML entry: what follows it and is indented further."""
    indent, last = _indent(lines[line - 1]), line
    for number, following in enumerate(lines[line:], start=line + 1):
        if following.strip() and _indent(following) > indent:
            last = number
        elif following.strip() and not following.lstrip().startswith("#"):
            break
    return line, last


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
