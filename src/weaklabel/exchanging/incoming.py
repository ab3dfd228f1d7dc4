"""What comes back from other tools: decisions, gold tags, labeling functions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from weaklabel.documents import read_bytes
from weaklabel.errors import ExchangeError, Place, Problem, list_some, quantity
from weaklabel.exchange import Annotation, Rules, kind_of_values, load_format
from weaklabel.exchanging.annotators import keep_last, name_annotators
from weaklabel.exchanging.tag_spellings import explain_unknown_tag, match_tags
from weaklabel.inputs import Inputs, load_inputs
from weaklabel.lf_additions import append_text
from weaklabel.terms import Settings, Vocabulary
from weaklabel.terms.decisions import Decision, Verdict
from weaklabel.terms.records import RecordId

MOST_LOST = 20


@dataclass(frozen=True, slots=True)
class Imported:
    """What came back from another tool.

    Attributes
    ----------
    rows
        The annotations of known records, with known tags, the last of each annotator.
    decisions
        What they say, cell by cell: `yes` for a tag that was chosen, `no` for one that was suggested and not chosen,
        `unsure` for those suggested where the record was skipped.
    rules
        Labeling functions as YAML declares them, where the format holds these.
    warnings
        What was left out, and why.
    """

    rows: tuple[Annotation, ...] = ()
    decisions: tuple[Decision, ...] = ()
    rules: tuple[Mapping[str, Any], ...] = ()
    warnings: tuple[Problem, ...] = ()


def import_files(name: str, paths: Sequence[str], settings: Settings, *, unchanged_too: bool = False) -> Imported:
    """Read what another tool exported, for the records and tags of a project.

    Parameters
    ----------
    name
        The format.
    paths
        Files, folders whose files are read, or URLs.
    settings
        The project's.
    unchanged_too
        Whether rows count that have the very tags that they went out with.

    Raises
    ------
    WeaklabelError
        Where a file is broken, or nothing in it is about the project's records.
    """
    form = load_format(name)
    found = form.read(_read_files(paths))
    inputs = load_inputs(replace(settings, lfs=None))
    if isinstance(found, Rules):
        rules, unknown = _check_rules(found, inputs.vocabulary)
        return Imported(rules=rules, warnings=(*found.warnings, *unknown))
    warnings = list(found.warnings)
    matched = _match_records(found.rows, inputs, warnings)
    heard = matched if unchanged_too else _hold_back(matched, warnings)
    named = name_annotators(match_tags(heard, inputs.vocabulary, warnings), warnings)
    rows = keep_last(named, warnings)
    return Imported(tuple(rows), tuple(_decide(rows)), warnings=tuple(warnings))


def _read_files(paths: Sequence[str]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for path in paths:
        inside = sorted(entry for entry in Path(path).iterdir() if entry.is_file()) if Path(path).is_dir() else [path]
        for each in inside:
            files[str(each)] = read_bytes(str(each), ExchangeError)
    return files


def _check_rules(found: Rules, vocabulary: Vocabulary) -> tuple[tuple[Mapping[str, Any], ...], list[Problem]]:
    known = tuple(rule for rule in found.declarations if all(tag in vocabulary for tag in rule["tags"]))
    unknown = Counter(tag for rule in found.declarations for tag in rule["tags"] if tag not in vocabulary)
    return known, [explain_unknown_tag(tag, count, vocabulary) for tag, count in unknown.items()]


class _RecordFinder:
    """Finds the record that an annotation is of: by its id, or by its text where the annotation has no id."""

    def __init__(self, inputs: Inputs) -> None:
        records = inputs.records
        self._by_id = {str(record_id): record_id for record_id in records.ids}
        self._by_text: dict[str, list[RecordId]] = defaultdict(list)
        texts = [column for column in records.texts.values() if kind_of_values(column) == "text"]
        for record_id, parts in zip(records.ids, zip(*(texts or records.texts.values()), strict=True), strict=True):
            self._by_text[_in_one_line(" ".join(parts))].append(record_id)

    def find(self, row: Annotation) -> tuple[RecordId | None, str]:
        """Return the record's id as the project has it, or None with the reason."""
        if row.record_id is not None and (str(row.record_id) in self._by_id or str(row.record_id).strip()):
            spellings = _spellings(str(row.record_id))
            found = next((self._by_id[name] for name in spellings if name in self._by_id), None)
            return found, f"no record has the id {row.record_id!r}"
        known = self._by_text.get(_in_one_line(row.text), [])
        if len(known) == 1:
            return known[0], ""
        several = f"{quantity(len(known), 'record')} have this text" if known else "no record has this text"
        return None, f"it names no record, and {several}"


def _spellings(record_id: str) -> tuple[str, ...]:
    """Return an id as it stands, and as it was before a table made a cell of it: `7` became ` 7`, `7.0` or `'7`."""
    bare = record_id.strip()
    return record_id, bare, bare.removesuffix(".0"), record_id.removeprefix("'")


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _match_records(rows: Iterable[Annotation], inputs: Inputs, warnings: list[Problem]) -> list[Annotation]:
    """Return the annotations of the project's records, each with the id that the project has."""
    finder = _RecordFinder(inputs)
    matched: list[Annotation] = []
    lost: list[tuple[Place, str]] = []
    for row in rows:
        record_id, why = finder.find(row)
        if record_id is None:
            lost.append((row.place, why))
        else:
            matched.append(replace(row, record_id=record_id))
    if lost and not matched:
        place, why = lost[0]
        fix = "Import into the project that it was exported from; --project names it."
        raise ExchangeError(Problem(f"none of its records is in this project: {why}.", place, fix))
    warnings += [
        Problem(f"{why}; it is left out.", place, "Check the id.", "warning") for place, why in lost[:MOST_LOST]
    ]
    if len(lost) > MOST_LOST:
        what = f"{len(lost) - MOST_LOST:,} more annotations are left out for the same."
        warnings.append(Problem(what, severity="warning"))
    return matched


def _hold_back(rows: Sequence[Annotation], warnings: list[Problem]) -> list[Annotation]:
    """Return the annotations that show that somebody looked: not those that have the tags they went out with."""
    changed = [row for row in rows if not row.is_unchanged]
    if unchanged := len(rows) - len(changed):
        count = f"{quantity(unchanged, 'row')} of {len(rows):,}"
        what = f"held back, as their tags are still those that went out: {count}."
        fix = "Where somebody looked at each of them, add --unchanged-too."
        warnings.append(Problem(what, None, fix, "warning"))
    return changed


def _decide(rows: Iterable[Annotation]) -> Iterator[Decision]:
    for row in rows:
        assert row.record_id is not None
        verdicts: list[tuple[str, Verdict]] = [(tag, "yes") for tag in row.chosen]
        verdicts += [(tag, "unsure" if row.is_skipped else "no") for tag in row.refused]
        for tag, verdict in verdicts:
            yield Decision(row.record_id, tag, verdict, row.annotator, row.time, row.note)


def check_content(content: bytes, paths: Sequence[str]) -> None:
    """Raise ExchangeError where nothing was decided in files, so that there is nothing to write."""
    if not content:
        what = f"nothing is decided in {'these files' if len(paths) > 1 else 'it'}, and no file is written."
        fix = "Import what people answered, in the format of the tool that they used."
        raise ExchangeError(Problem(what, Place(paths[0]), fix))


def add_rules(rules: Sequence[Mapping[str, Any]], path: Path, settings: Settings) -> tuple[int, list[Problem]]:
    """Append labeling functions to a YAML file, but for those whose id the project has already.

    Returns
    -------
    written, warnings
        How many were appended, and which were not.

    Raises
    ------
    OutputError, LabelingFunctionError
        Where they cannot be.
    """
    inputs = load_inputs(settings)
    taken = {lf.id for lf in inputs.lfs}
    fresh = [dict(rule) for rule in rules if rule["id"] not in taken]
    there = [rule["id"] for rule in rules if rule["id"] in taken]
    warnings = []
    if there:
        what = f"{quantity(len(there), 'labeling function')} are here already: {list_some(there)}."
        warnings.append(Problem(what, Place(str(path)), "They are left as they are.", "warning"))
    if not fresh:
        return 0, warnings
    text = yaml.safe_dump(fresh, allow_unicode=True, sort_keys=False, width=110)
    return append_text(path, text, inputs), warnings
