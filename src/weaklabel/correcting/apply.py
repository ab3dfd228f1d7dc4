"""`weaklabel apply`: decisions become given and gold tags, in files of their own."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from weaklabel.correcting.gold import rewrite_gold
from weaklabel.correcting.queue import read_queue
from weaklabel.correcting.sources import hide_password, load_decisions
from weaklabel.correcting.suggested import find_run, read_suggested
from weaklabel.corrections import Amended, Change, Given, amend, as_row, merge_gold, settle
from weaklabel.documents import is_url, read_bytes
from weaklabel.errors import OutputError, Place, Problem, RecordsError
from weaklabel.inputs import load_gold, load_records, load_vocabulary
from weaklabel.output import write_folder
from weaklabel.records import parse_records
from weaklabel.records.rewriting import rewrite_tags
from weaklabel.tags import resolve_given, resolve_tags
from weaklabel.terms import GoldRecord, Records, Settings
from weaklabel.terms.decisions import Decision, SettledCell
from weaklabel.terms.records import GivenTags

FOLDER = "corrected"
CHANGES, GOLD, DECISIONS, MANIFEST = "changes.csv", "gold.jsonl", "decisions.jsonl", "apply.json"
COLUMNS = ("record_id", "tag", "change", "given", "annotators", "verdicts", "notes", "time", "because")


@dataclass(frozen=True, slots=True)
class Request:
    """What is applied, and how.

    Attributes
    ----------
    sources
        Where decisions are.
    run
        The run whose suggestions were decided on; None for the project's, if there is one.
    least
        How many annotators must have said yes or no.
    mends_spellings
        Whether a right tag that is written otherwise is written by its name.
    """

    sources: tuple[str, ...]
    run: Path | None = None
    least: int = 1
    mends_spellings: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """What decisions change, not yet written.

    Attributes
    ----------
    cells
        What is settled, and what is not; verdicts that contradict each other are not.
    amended
        What that means for given and gold tags.
    decisions, annotators
        How many decisions there are, and by how many people that are named.
    run
        The run whose suggestions show which records are reviewed; None without one.
    records_name
        The name of the records file.
    is_exclusive
        Whether each record has exactly one class.
    gold, gold_before
        Gold tags afterwards and before, by the position of the record.
    waiting
        How many records that were decided on wait for more annotators, as the review's database knows.
    files
        What is written, by name.
    warnings
        What was odd in the inputs.
    """

    cells: tuple[SettledCell, ...]
    amended: Amended
    decisions: int
    annotators: int
    run: Path | None
    records_name: str
    is_exclusive: bool
    gold: Mapping[int, GoldRecord]
    gold_before: Mapping[int, GoldRecord]
    waiting: int
    files: Mapping[str, bytes]
    warnings: tuple[Problem, ...]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do: given and gold tags are as decided."""
        return not self.amended.edits and self.gold == self.gold_before

    @property
    def new_gold(self) -> int:
        """How many records have gold tags that they had not before, or others."""
        before = self.gold_before
        return sum(i not in before or before[i].tags != record.tags for i, record in self.gold.items())

    def write(self, folder: Path) -> None:
        """Write the files into a new folder.

        Raises
        ------
        OutputError
            Where the folder holds anything, or cannot be written.
        """
        if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
            what = "something is there already, and nothing is written over."
            raise OutputError(Problem(what, Place(str(folder)), "Name a new folder with --out."))
        write_folder(folder, self.files)

    def is_written(self, folder: Path) -> bool:
        """Say whether a folder has all of these files already; the manifest names inputs by how they were reached."""
        paths = {folder / name: content for name, content in self.files.items() if name != MANIFEST}
        return all(path.is_file() and path.read_bytes() == content for path, content in paths.items())


def apply_decisions(settings: Settings, request: Request) -> Applied:
    """Settle decisions, and amend given and gold tags by them; nothing is written.

    Raises
    ------
    WeaklabelError
        Where an input, a decision or the run cannot be read.
    """
    warnings: list[Problem] = []
    files: dict[str, dict[str, Any]] = {}
    records = load_records(settings, files, warnings)
    vocabulary, graph = load_vocabulary(settings.tags, files, warnings, settings.tag_labels)
    gold_before = load_gold(settings, records, vocabulary, files, warnings)
    given = Given(records.ids, resolve_given(records, vocabulary), vocabulary, graph, settings.task)
    decided = load_decisions(request.sources)
    settled = settle(decided.decisions, request.least)
    run = find_run(request.run, settings.out)
    shown = None if run is None else read_suggested(run, given)
    amended = amend(given, settled, shown, mends_spellings=request.mends_spellings)
    cells = amended.mark_contradictions(settled)
    tags = [amended.edits[i].apply(tags) if i in amended.edits else tags for i, tags in enumerate(records.given)]
    gold = merge_gold(gold_before, amended.gold, resolve_tags(tags, vocabulary), amended.edits)
    name = _name_of(settings.records)
    manifest = {
        "records": files["records"],
        "decisions": {
            "sources": [hide_password(source) for source in decided.sources],
            "decisions": len(decided.decisions),
        },
        "run": None if run is None else str(run),
        "least": request.least,
        "added": sum(change.kind == "added" for change in amended.changes),
        "removed": sum(change.kind == "removed" for change in amended.changes),
        "respelt": sum(change.kind == "respelt" for change in amended.changes),
        "changed_records": len(amended.edits),
        "reviewed_records": amended.reviewed,
    }
    written = {
        name: _rewrite(settings, records, amended, tags),
        CHANGES: changes_csv(amended.changes),
        GOLD: rewrite_gold(settings, records.ids, gold_before, gold),
        DECISIONS: settled_file(cells),
        MANIFEST: f"{json.dumps(manifest, indent=2, ensure_ascii=False)}\n".encode(),
    }
    annotators = {decision.annotator for decision in decided.decisions} - {""}
    return Applied(
        cells=cells,
        amended=amended,
        decisions=len(decided.decisions),
        annotators=len(annotators),
        run=run,
        records_name=name,
        is_exclusive=settings.task == "multiclass",
        gold=gold,
        gold_before=gold_before,
        waiting=len({cell.record_id for cell in cells} & read_queue(request.sources).waiting),
        files=written,
        warnings=tuple(warnings),
    )


def next_folder(settings: Settings, applied: Applied) -> tuple[Path, bool]:
    """Return the folder to write into unless another is named, and whether it has all of this already.

    They are numbered, beside the project file; the last one is looked at.
    """
    beside = Path(settings.source).parent / FOLDER if settings.source else Path(FOLDER)
    numbers = [int(entry.name) for entry in beside.iterdir() if entry.name.isdecimal()] if beside.is_dir() else []
    last = max(numbers, default=0)
    if numbers and applied.is_written(beside / str(last)):
        return beside / str(last), True
    return beside / str(last + 1), False


def changes_csv(changes: Sequence[Change]) -> bytes:
    """Return changes as CSV, a row each."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for change in changes:
        cell = change.cell
        writer.writerow(
            (
                change.record_id,
                change.tag,
                change.kind,
                change.spelling,
                "; ".join(cell.annotators),
                "; ".join(decision.verdict for decision in cell.said),
                " / ".join(cell.notes),
                cell.time,
                explain_change(change),
            )
        )
    return text.getvalue().encode()


def explain_change(change: Change) -> str:
    """Say what a change follows from; of one annotator nobody says that all agree."""
    is_alone = change.cell.how == "unanimous" and change.cell.count(change.cell.verdict) == 1
    how = "one annotator" if is_alone else change.cell.how
    if change.tag == change.cell.tag:
        return how
    return f"{how}: it is above {change.cell.tag}" if change.kind == "added" else f"{how}: it is {change.cell.tag}"


def settled_file(cells: Sequence[SettledCell]) -> bytes:
    """Return settled cells as decisions, a line each, which are read back as final.

    Open ones are unsure; those that contradict each other keep their verdicts, and are not final.
    """
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in map(_as_row, cells)).encode()


def _as_row(cell: SettledCell) -> dict[str, Any]:
    who, note = "; ".join(dict.fromkeys(cell.annotators)), " / ".join(cell.notes)
    runs = {decision.run for decision in cell.said}
    run = runs.pop() if len(runs) == 1 else ""
    settled = Decision(cell.record_id, cell.tag, cell.verdict, who, cell.time, note, cell.is_settled, run)
    counts = {verdict: cell.count(verdict) for verdict in ("yes", "no", "unsure")}
    return {**as_row(settled), "how": cell.how, **counts}


def _name_of(location: str) -> str:
    """Return the name of a records file; what comes from a URL without one is called records.json."""
    name = PurePosixPath(urlsplit(location).path).name if is_url(location) else Path(location).name
    return name or "records.json"


def _rewrite(settings: Settings, records: Records, amended: Amended, tags: Sequence[GivenTags]) -> bytes:
    """Return the records file with the given tags amended, read back and compared.

    Raises
    ------
    RecordsError
        Where what was written is not what should be: a file in a form that was not foreseen.
    """
    data = read_bytes(settings.records, RecordsError)
    written = rewrite_tags(settings.records, data, settings.columns, amended.edits)
    again, _ = parse_records(settings.records, written, settings.columns)
    wrong = next(_differ(records, again, tags), None)
    if wrong is not None:
        what = f"the records cannot be written with other tags: record {wrong!r} would be read otherwise."
        raise RecordsError(Problem(what, Place(settings.records), "Save the file as JSON Lines, and try again."))
    return written


def _differ(before: Records, after: Records, tags: Sequence[GivenTags]) -> Iterator[Any]:
    for i, record_id in enumerate(before.ids):
        same_texts = all(before.texts[name][i] == after.texts[name][i] for name in before.fields)
        if after.ids[i] != record_id or not same_texts or after.given[i] != tags[i]:
            yield record_id
