"""Everything a run reads: records, vocabulary, tag graph, labeling functions and gold tags."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import networkx as nx

from weaklabel.corrections import NEEDED, parse_decisions
from weaklabel.documents import read_bytes, read_document
from weaklabel.errors import LabelingFunctionError, Place, Problem, RecordsError, ReviewError, TagsError, WeaklabelError
from weaklabel.evaluate import read_gold
from weaklabel.knowledge_bases import is_knowledge_base, read_concepts
from weaklabel.lfs import declare_lfs, discover_python_lfs, find_lf_files, gather_lfs, generate_lfs
from weaklabel.manifest import digest
from weaklabel.records import parse_records, parse_rows, parse_tagged_rows
from weaklabel.tags import build_graph, build_vocabulary, check_vocabulary, resolve_given, to_rows
from weaklabel.terms import GoldRecord, LabelingFunction, Records, Settings, TagLabels, Vocabulary, canonical_names
from weaklabel.terms.decisions import Decision

Result = TypeVar("Result")
ANY_TAGS = TagLabels()


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a run reads, checked.

    Attributes
    ----------
    lfs
        Sorted by id.
    gold
        Gold tags by the position of their record; empty where the project names none.
    files
        For each file that was read: its path, SHA-256 and number of entries.
    warnings
        What was odd but could be read.
    """

    records: Records
    vocabulary: Vocabulary
    graph: nx.DiGraph[str]
    lfs: tuple[LabelingFunction, ...]
    gold: dict[int, GoldRecord]
    files: dict[str, dict[str, Any]]
    warnings: tuple[Problem, ...]


def load_inputs(settings: Settings) -> Inputs:
    """Read and check all inputs.

    Raises
    ------
    WeaklabelError
        With every problem of the records and tags files together, or of the labeling functions.
    """
    warnings: list[Problem] = []
    files: dict[str, dict[str, Any]] = {}
    broken: list[WeaklabelError] = []
    records = _attempt(lambda: load_records(settings, files, warnings), broken)
    tags = _attempt(lambda: load_vocabulary(settings.tags, files, warnings, settings.tag_labels), broken)
    if records is None or tags is None:
        raise type(broken[0])([problem for error in broken for problem in error.problems])
    vocabulary, graph = tags
    gold = load_gold(settings, records, vocabulary, files, warnings)
    lfs = load_lfs(settings, vocabulary, records.fields, record_columns(records), warnings)
    return Inputs(records, vocabulary, graph, lfs, gold, files, tuple(warnings))


def _attempt(load: Callable[[], Result], broken: list[WeaklabelError]) -> Result | None:
    try:
        return load()
    except WeaklabelError as error:
        broken.append(error)
        return None


def load_records(settings: Settings, files: dict[str, dict[str, Any]], warnings: list[Problem]) -> Records:
    """Read the records; notes the file and its oddities in `files` and `warnings`."""
    data = read_bytes(settings.records, RecordsError)
    records, odd = parse_records(settings.records, data, settings.columns)
    files["records"] = {"path": settings.records, "sha256": digest(data), "records": len(records)}
    warnings.extend(odd)
    return records


def load_vocabulary(
    location: str, files: dict[str, dict[str, Any]], warnings: list[Problem], labels: TagLabels = ANY_TAGS
) -> tuple[Vocabulary, nx.DiGraph[str]]:
    """Read a tags file and build the tag graph; notes the file and its oddities in `files` and `warnings`."""
    data = read_bytes(location, TagsError)
    vocabulary, odd = parse_vocabulary(location, data, labels)
    files["tags"] = {"path": location, "sha256": digest(data), "tags": len(vocabulary)}
    warnings.extend(odd)
    graph, odd = build_graph(vocabulary)
    warnings.extend(odd)
    return vocabulary, graph


def parse_vocabulary(location: str, data: bytes, labels: TagLabels = ANY_TAGS) -> tuple[Vocabulary, list[Problem]]:
    """Return the vocabulary of a tags file's bytes, whatever its format, and what is odd about it.

    Raises
    ------
    TagsError
        With every problem of the file.
    """
    odd: list[Problem] = []
    if is_knowledge_base(location):
        concepts, found = read_concepts(location, data, labels, TagsError)
        rows, namesakes = to_rows(concepts)
        odd += [*found, *namesakes]
    else:
        rows = parse_rows(location, data, TagsError)
    vocabulary, more = build_vocabulary(location, rows)
    return vocabulary, [*odd, *more]


def load_gold(
    settings: Settings,
    records: Records,
    vocabulary: Vocabulary,
    files: dict[str, dict[str, Any]],
    warnings: list[Problem],
) -> dict[int, GoldRecord]:
    """Return gold tags by the position of their record, from a file or a column of the records; {} without either.

    Raises
    ------
    RecordsError
        With every row that cannot be read, and every id and tag that is not known.
    """
    location = settings.records if settings.gold_column else settings.gold
    if location is None:
        return {}
    data = read_bytes(location, RecordsError)
    columns, ids = settings.gold_columns, None
    if settings.gold_column:
        columns, ids = replace(columns, tags=settings.gold_column), records.ids
    rows, odd = parse_tagged_rows(location, data, columns, ids)
    gold = read_gold(rows, records.ids, vocabulary)
    files["gold"] = {"path": location, "sha256": digest(data), "records": len(gold)}
    warnings.extend(odd)
    return gold


def read_decisions(
    location: str, problems: list[Problem], needed: Sequence[str] = NEEDED
) -> list[tuple[Decision, Place]]:
    """Return the decisions of a file, and where each stands; what is wrong with rows is added to `problems`.

    `needed` are the columns that no row may lack.

    Raises
    ------
    ReviewError
        Where the file cannot be read.
    """
    rows = parse_rows(location, read_bytes(location, ReviewError), ReviewError)
    return list(parse_decisions(rows, problems, needed))


def record_columns(records: Records) -> tuple[str, ...]:
    """Return the names of all columns, which metadata predicates may name."""
    return tuple(dict.fromkeys((*map(str, records.frame.columns), *records.fields)))


def load_lfs(
    settings: Settings,
    vocabulary: Vocabulary,
    fields: tuple[str, ...],
    columns: tuple[str, ...] | None = None,
    warnings: list[Problem] | None = None,
) -> tuple[LabelingFunction, ...]:
    """Return the generated labeling functions and those of the folder and of installed plugins, sorted by id.

    `columns` are those that rules may name; any, where they are not known. What is odd about the files that labeling
    functions name is added to `warnings`, if it is not there.

    Raises
    ------
    LabelingFunctionError
        With every problem of every file.
    """
    found: list[LabelingFunction] = list(generate_lfs(vocabulary, fields))
    problems: list[Problem] = []
    yaml_files, python_files = find_lf_files(settings.lfs) if settings.lfs else ([], [])
    for path in yaml_files:
        document = read_document(str(path), LabelingFunctionError)
        declared, wrong = declare_lfs(document, vocabulary, fields, columns=columns, read_table=parse_rows)
        found.extend(declared)
        problems.extend(wrong)
    written, wrong = discover_python_lfs(python_files, vocabulary)
    problems.extend(wrong)
    lfs = gather_lfs([*found, *written], problems)
    if warnings is not None:
        warnings.extend(problem for problem in dict.fromkeys(problems) if problem not in warnings)
    return lfs


def warnings_of_lfs(settings: Settings, inputs: Inputs) -> list[Problem]:
    """Return what is odd about the files of the folder of labeling functions."""
    folder = settings.lfs
    return [w for w in inputs.warnings if folder and w.place and Path(w.place.path).is_relative_to(folder)]


def locate_records(inputs: Inputs) -> list[Place | None]:
    """Return where each record stands, for messages: the file is read again, for its lines are not kept.

    Where it has changed meanwhile, the file's name is all that is known; None where the records are from no file.
    """
    known = inputs.files.get("records")
    if known is None:
        return [None] * len(inputs.records)
    location = known["path"]
    try:
        data = read_bytes(location, RecordsError)
    except RecordsError:
        data = b""
    if digest(data) != known["sha256"]:
        return [Place(location)] * len(inputs.records)
    return [row.place for row in parse_rows(location, data, RecordsError)]


def read_vocabulary(location: str, settings: Settings | None = None) -> tuple[Vocabulary, list[Problem]]:
    """Return the vocabulary of a tags file, and what is odd about it; raises as :func:`parse_vocabulary` does."""
    labels = settings.tag_labels if settings else ANY_TAGS
    return parse_vocabulary(location, read_bytes(location, TagsError), labels)


def check_tags(location: str, settings: Settings | None = None) -> tuple[list[Problem], int]:
    """Check a tags file, and (with settings) which of its tags the records use.

    Returns
    -------
    problems, size
        What `weaklabel tags check` shows, and the number of tags.
    """
    vocabulary, odd = read_vocabulary(location, settings)
    used: set[str] | None = None
    if settings is not None:
        records, _ = parse_records(settings.records, read_bytes(settings.records, RecordsError), settings.columns)
        resolved = resolve_given(records, vocabulary)
        used = {name for tags in resolved for name in canonical_names(tags)}
    return [*odd, *check_vocabulary(vocabulary, used)], len(vocabulary)
