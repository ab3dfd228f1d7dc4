"""Slices of a project: read their definitions, let their functions vote, and say which records are in which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from weaklabel.documents import Document, YamlNode, read_document
from weaklabel.end_models import read_texts
from weaklabel.errors import Place, Problem, SliceError, did_you_mean, list_some, quantity
from weaklabel.inputs import Inputs, record_columns
from weaklabel.lfs import Surroundings, declare_match
from weaklabel.manifest import digest
from weaklabel.plugins import load_files
from weaklabel.records import parse_rows
from weaklabel.resolution import Observed
from weaklabel.slices import (
    SLICE_TAG,
    Known,
    LikelyCells,
    RunEvidence,
    SliceEvidence,
    assign_slices,
    check_ids,
    check_references,
    cluster_texts,
    declare_slices,
    explain_none,
    record_uncertainty,
    slice_lf_id,
    slices_in,
)
from weaklabel.tables import source_of_cells
from weaklabel.terms import (
    CellProbabilities,
    Failure,
    Finding,
    LabelingFunction,
    OnProgress,
    RuleLF,
    Settings,
    Tag,
    Vocabulary,
    Votes,
    unreported,
)
from weaklabel.terms.finding import LIKELY
from weaklabel.terms.slices import (
    HasFinding,
    HasRareTag,
    Matches,
    Measures,
    Membership,
    Slice,
    SliceCondition,
    TagIs,
    slice_leaves,
)
from weaklabel.vote import apply_lfs

YAML_SUFFIXES = {".yaml", ".yml"}
USUAL_FILE = "slices.yaml"


def usual_location(settings: Settings) -> Path:
    """Return where a project's slices and behavioural checks are where its settings name no place."""
    return Path(settings.source).parent / USUAL_FILE if settings.source else Path(USUAL_FILE)


def find_location(settings: Settings) -> Path:
    """Return where a project's slices are: what its settings name, else slices.yaml beside the project file.

    Raises
    ------
    SliceError
        Where there are none.
    """
    usual = usual_location(settings)
    if settings.slices is None and not usual.is_file():
        fix = "Make them with `weaklabel slices init`, or name their file with --slices."
        raise SliceError(Problem("this project defines no slices.", Place(str(usual)), fix))
    return settings.slices or usual


def find_slice_files(location: Path) -> tuple[list[Path], list[Path]]:
    """Return the YAML and the Python files of a slices file or folder, sorted; of those with `_` or `.` first, none.

    Raises
    ------
    SliceError
        Where it is neither.
    """
    files = [location] if location.is_file() else []
    if location.is_dir():
        files = [
            path
            for path in sorted(location.rglob("*"))
            if path.is_file() and not any(part.startswith(("_", ".")) for part in path.relative_to(location).parts)
        ]
    yaml_files = [path for path in files if path.suffix in YAML_SUFFIXES]
    python_files = [path for path in files if path.suffix == ".py"]
    if not yaml_files and not python_files:
        siblings = [entry.name for entry in location.parent.iterdir()] if location.parent.is_dir() else []
        usual = "Name a .yaml or .py file, or a folder of them; `weaklabel slices init` makes one."
        fix = usual if location.exists() else did_you_mean(location.name, siblings, otherwise=usual)
        raise SliceError(Problem("no slices are defined here.", Place(str(location)), fix))
    return yaml_files, python_files


def describe_files(location: Path | None) -> dict[str, dict[str, Any]]:
    """Return what run.json says of the files that define slices."""
    if location is None:
        return {}
    files = [path for paths in find_slice_files(location) for path in paths]
    content = b"".join(path.read_bytes() for path in files)
    return {"slices": {"path": str(location), "sha256": digest(content), "files": len(files)}}


def load_slices(location: Path, inputs: Inputs, warnings: list[Problem] | None = None) -> tuple[Slice, ...]:
    """Return the slices of a file or folder: those of YAML files first, in each file's order.

    Each file that defines none is added to `warnings`, if it is not there.

    Raises
    ------
    SliceError
        With every problem of every file.
    """
    yaml_files, python_files = find_slice_files(location)
    problems: list[Problem] = []
    found: list[Slice] = []
    for path in yaml_files:
        declared, wrong = declare(read_document(str(path), SliceError), inputs)
        found += declared
        problems += wrong
    for plugin in load_files(python_files, problems):
        found += (written := slices_in(plugin))
        problems += [] if written else [explain_none(plugin)]
    if warnings is not None:
        warnings += [each for each in problems if each.severity == "warning" and each not in warnings]
    return check(found, problems)


def check(slices: Sequence[Slice], problems: Sequence[Problem] = ()) -> tuple[Slice, ...]:
    """Return slices that may stand together; `problems` are what is wrong with single ones.

    Raises
    ------
    SliceError
        With all problems, but for warnings.
    """
    found = [*(each for each in problems if each.severity == "error"), *check_ids(slices)]
    found = found or list(check_references(slices))  # one that is wrong may be what another names
    if found:
        raise SliceError(found)
    return tuple(slices)


def declare(document: Document, inputs: Inputs) -> tuple[list[Slice], list[Problem]]:
    """Return the slices of a YAML document that are right, and every problem of the others."""
    known = Known(inputs.vocabulary, tuple(lf.id for lf in inputs.lfs), _MatchBuilder(inputs))
    return declare_slices(document, known)


class _MatchBuilder:
    """Makes labeling functions of what slices say in the language of labeling functions."""

    def __init__(self, inputs: Inputs) -> None:
        vocabulary = with_slice_tag(inputs.vocabulary)
        columns = record_columns(inputs.records)
        self._known = Surroundings(vocabulary, inputs.records.fields, columns, parse_rows, [])
        self._made = 0

    def __call__(self, node: YamlNode, name: str, problems: list[Problem]) -> LabelingFunction | None:
        self._made += 1
        return declare_match(node, slice_lf_id(name, self._made), SLICE_TAG, self._known, problems)


def with_slice_tag(vocabulary: Vocabulary) -> Vocabulary:
    """Return the vocabulary with one tag more, on which the labeling functions of slices vote."""
    return Vocabulary.of([*vocabulary.tags, Tag(SLICE_TAG)])


@dataclass(frozen=True, slots=True, eq=False)
class VotedSlices:
    """Slices, and the votes of the labeling functions that they are made of."""

    slices: tuple[Slice, ...]
    votes: Votes
    seed: int  # of the clusters

    @property
    def needs_cells(self) -> bool:
        """Whether they ask what tags the run resolves, or what it finds."""
        return any(_asks_run(leaf) for each in self.slices for leaf in slice_leaves(each.condition))


def _asks_run(leaf: SliceCondition) -> bool:
    match leaf:
        case TagIs(state, _):
            return state != "given"
        case Measures(what, _):
            return what == "uncertainty"
        case HasFinding() | HasRareTag():
            return True
    return False


def vote_on_slices(
    settings: Settings, slices: Sequence[Slice], inputs: Inputs, on_progress: OnProgress = unreported
) -> VotedSlices:
    """Let the labeling functions of slices vote.

    Raises
    ------
    SliceError
        With every slice whose function fails on some record, or returns anything but True or False.
    """
    own = [leaf.lf for each in slices for leaf in slice_leaves(each.condition) if isinstance(leaf, Matches)]
    asks_votes = any(isinstance(lf, RuleLF) and lf.reads_votes for lf in own)
    votes = apply_lfs(
        [*own, *(inputs.lfs if asks_votes else ())],
        inputs.records,
        with_slice_tag(inputs.vocabulary),
        nested_matches=settings.nested_matches,
        timeout_s=settings.lf_timeout_s,
        on_progress=on_progress,
    )
    owners = {leaf.lf.id: each for each in slices for leaf in slice_leaves(each.condition) if isinstance(leaf, Matches)}
    failures = [failure for failure in votes.failures if failure.lf_id in owners]
    if failures:
        raise SliceError(_explain(failure, owners[failure.lf_id], inputs) for failure in failures)
    return VotedSlices(tuple(slices), votes, settings.seed)


def _explain(failure: Failure, owner: Slice, inputs: Inputs) -> Problem:
    first = f"record {inputs.records.ids[failure.first_record]!r}"
    on = first if failure.count == 1 else f"{quantity(failure.count, 'record')}, the first of them {first}"
    has_fix = "has no column" not in failure.error or "Did you mean" in failure.error
    fix = "" if has_fix else f"The columns are {list_some(record_columns(inputs.records), 10)}."
    return Problem(f"the slice {owner.id!r} fails on {on}: {failure.error}", owner.place, fix)


@dataclass(frozen=True, slots=True, eq=False)
class ResolvedRecords:
    """What a run resolves and finds, for slices that ask for it."""

    cells: CellProbabilities
    findings: Sequence[Finding]


def slice_records(voted: VotedSlices, observed: Observed, resolved: ResolvedRecords | None = None) -> Membership:
    """Return which records are in which slices.

    Parameters
    ----------
    voted
        The slices.
    observed
        What is known of the records.
    resolved
        What the run resolves; None only where no slice asks for it (see `needs_cells`).
    """
    inputs = observed.inputs
    texts, votes = read_texts(inputs.records), observed.cast
    evidence = SliceEvidence(
        own=voted.votes,
        votes=votes,
        lf_index={name: i for i, name in enumerate(votes.lf_ids)},
        tag_index=inputs.vocabulary.index,
        given=observed.given_matrix.tags,
        labelled=np.array([tags is not None for tags in observed.given], dtype=np.bool_),
        texts=texts,
        cluster=lru_cache(lambda n_clusters: cluster_texts(texts, n_clusters, voted.seed).labels),
        is_exclusive=observed.is_exclusive,
        run=None if resolved is None else _as_evidence(observed, resolved),
    )
    return assign_slices(voted.slices, evidence)


def _as_evidence(observed: Observed, resolved: ResolvedRecords) -> RunEvidence:
    cells, n_records = resolved.cells, len(observed.given)
    source = source_of_cells(cells, observed.inputs.vocabulary, observed.given)
    shown = cells.probability > LIKELY
    findings: dict[str, npt.NDArray[np.bool_]] = {}
    for finding in resolved.findings:
        if finding.is_likely:
            findings.setdefault(finding.kind, np.zeros(n_records, dtype=np.bool_))[finding.record] = True
    n_classes = len(observed.inputs.vocabulary) if observed.is_exclusive else None
    return RunEvidence(
        likely=LikelyCells(cells.record[shown], cells.tag[shown], source[shown]),
        findings=findings,
        uncertainty=record_uncertainty(cells.record, cells.probability, n_records, n_classes),
    )
