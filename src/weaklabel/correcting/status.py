"""`weaklabel status`: what is ready for labeling, for QA, for modeling."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from weaklabel.correcting.apply import Applied, Request, apply_decisions, next_folder
from weaklabel.correcting.queue import read_queue
from weaklabel.correcting.sources import (
    check_database,
    default_database,
    hide_password,
    load_decisions,
)
from weaklabel.corrections import settle
from weaklabel.decided import describe_decided
from weaklabel.documents import is_url, read_bytes
from weaklabel.errors import RecordsError, quantity
from weaklabel.manifest import digest, hash_run
from weaklabel.output import MARKER
from weaklabel.run_folder import is_run
from weaklabel.terms import Settings
from weaklabel.terms.decisions import Decided, QueueState, SettledCell

StageName = Literal["labeling", "qa", "modeling"]
STAGES: tuple[StageName, ...] = get_args(StageName)
SCHEMA = 1
NOTHING = Decided((), ())


@dataclass(frozen=True, slots=True)
class Stage:
    """Whether something can be done, why, and how.

    Attributes
    ----------
    why
        In a sentence.
    next
        The command.
    counts
        Figures, by name.
    """

    is_ready: bool
    why: str
    next: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Status:
    """How far a project is.

    Attributes
    ----------
    run
        The short hash of the run in the project's folder; empty where there is none.
    sources
        Where decisions are.
    """

    run: str
    sources: tuple[str, ...]
    labeling: Stage
    qa: Stage
    modeling: Stage

    def of(self, name: StageName) -> Stage:
        """Return a stage by its name."""
        stage: Stage = getattr(self, name)
        return stage

    def as_json(self) -> str:
        """Return all of it; `schema` is raised when a field changes its meaning."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, indent=2, ensure_ascii=False)


def find_status(settings: Settings, database: str | None = None, least: int = 1) -> Status:
    """Say what is ready; nothing is run or written.

    Parameters
    ----------
    settings
        The project's.
    database
        The review's database; by default the one that the project names, or the usual one, which may not be there yet.
    least
        How many annotators must have said yes or no of a tag.

    Raises
    ------
    WeaklabelError
        Where an input, the run or the database cannot be read.
    """
    sources = _find_sources(settings, database)
    decided = load_decisions(sources) if sources else NOTHING
    manifest = _read_manifest(settings.out)
    queue = read_queue(sources)
    cells = settle(decided.decisions, least)
    options = _name_data(settings)
    return Status(
        run="" if manifest is None else hash_run(manifest),
        sources=tuple(map(hide_password, sources)),
        labeling=_complete(_labeling(manifest, queue, cells), options),
        qa=_complete(_qa(queue, cells), options),
        modeling=_complete(_modeling(settings, manifest, decided, least), options),
    )


def _name_data(settings: Settings) -> tuple[str, ...]:
    """Return the options that name records and tags, where no project file does."""
    return () if settings.source else ("--records", settings.records, "--tags", settings.tags)


def _complete(stage: Stage, options: Sequence[str]) -> Stage:
    """Return a stage whose command has these options, too; `weaklabel agreement` reads no records."""
    program, name, *rest = stage.next.split(" ")
    if not options or name == "agreement":
        return stage
    return replace(stage, next=" ".join((program, name, shlex.join(options), *rest)))


def _find_sources(settings: Settings, database: str | None) -> tuple[str, ...]:
    if database:
        check_database(database)
        return (database,)
    if settings.decisions:
        return settings.decisions
    default = default_database(settings)
    return (default,) if Path(default).is_file() else ()


def _read_manifest(folder: Path) -> dict[str, Any] | None:
    if not is_run(folder):
        return None
    try:
        manifest: dict[str, Any] = json.loads((folder / MARKER).read_bytes())
    except (OSError, ValueError):
        return None
    return manifest


def _labeling(manifest: Mapping[str, Any] | None, queue: QueueState, cells: tuple[SettledCell, ...]) -> Stage:
    decided = {cell.record_id for cell in cells}
    if manifest is None:
        counts = {"queued": queue.records, "waiting": 0, "leased": 0, "decided": len(decided)}
        return Stage(False, "There is no run whose labels people could look at.", "weaklabel run", counts)
    records = manifest["inputs"]["records"]["records"]
    queued = queue.records or records
    waiting = len(queue.waiting) if queue.records else records - len(decided)
    counts = {"queued": queued, "waiting": waiting, "leased": len(queue.leased), "decided": len(decided)}
    if not waiting:
        why = f"All {quantity(queued, 'record')} of the queue are decided on."
        return Stage(False, why, "weaklabel review --queue FILE", counts)
    now = f"; {len(queue.leased):,} before an annotator now" if queue.leased else ""
    begun = "" if queue.records else " (no review has begun)"
    return Stage(True, f"{waiting:,} of {quantity(queued, 'record')} wait{now}{begun}.", "weaklabel review", counts)


def needs_qa(cell: SettledCell) -> bool:
    """Say whether a second look is due: annotators disagree or one is unsure, and nobody has settled it for them."""
    return cell.how != "final" and (cell.disagrees or cell.count("unsure") > 0)


def _qa(queue: QueueState, cells: tuple[SettledCell, ...]) -> Stage:
    due = [cell for cell in cells if needs_qa(cell) and cell.record_id not in queue.waiting]
    later = sum(needs_qa(cell) for cell in cells) - len(due)
    counts = {
        "records": len({cell.record_id for cell in due}),
        "disagreements": sum(cell.disagrees for cell in due),
        "unsure": sum(not cell.disagrees for cell in due),
        "not_yet": later,
        "adjudicated": sum(cell.how == "final" for cell in cells),
    }
    if not due:
        waits = f" {later:,} wait for more annotators." if later else ""
        return Stage(False, f"No tag is disputed or unsure.{waits}", "weaklabel agreement", counts)
    parts = [(counts["disagreements"], "disputed"), (counts["unsure"], "unsure")]
    said = ", ".join(f"{count:,} {what}" for count, what in parts if count)
    why = f"{quantity(len(due), 'tag')} of {quantity(counts['records'], 'record')}: {said}."
    return Stage(True, why, "weaklabel review --reviewer NAME", counts)


def _modeling(
    settings: Settings,
    manifest: Mapping[str, Any] | None,
    decided: Decided,
    least: int,
) -> Stage:
    if not decided.decisions:
        nothing = dict.fromkeys(("decisions", "settled", "changes", "records", "gold", "new"), 0)
        return Stage(False, "Nobody has decided anything yet.", "weaklabel review", nothing)
    run = settings.out if manifest is not None else None
    applied = apply_decisions(settings, Request(decided.sources, run, least))
    is_used = manifest is not None and _has_used(manifest, decided)
    used = 0 if manifest is None else int(manifest["inputs"].get("decisions", {}).get("decisions", 0))
    counts = {
        "decisions": len(decided.decisions),
        "settled": sum(cell.is_settled for cell in applied.cells),
        "changes": len(applied.amended.changes),
        "records": len(applied.amended.edits),
        "gold": applied.new_gold,
        "new": 0 if is_used else max(len(decided.decisions) - used, 0),
    }
    if not applied.is_done:
        return Stage(True, *_say_waiting(settings, applied, counts["new"]), counts)
    if manifest is None or _is_older(settings, manifest):
        return Stage(True, "The records are others than those that the run read.", "weaklabel run", counts)
    if settings.decisions and not is_used:
        why = f"The run knows {quantity(used, 'decision')} of {len(decided.decisions):,}; given tags are as decided."
        return Stage(True, why, "weaklabel run", counts)
    if not is_used:
        known = f"the run knows {quantity(used, 'decision')} of {len(decided.decisions):,}"
        why = f"Given and gold tags are as decided; {known}, and the project names none (decisions)."
        return Stage(False, why, "weaklabel review", counts)
    return Stage(False, "Given and gold tags are as decided, and the run knows them.", "weaklabel review", counts)


def _say_waiting(settings: Settings, applied: Applied, new: int) -> tuple[str, str]:
    amended, parts = applied.amended, []
    if amended.edits:
        changes, records = quantity(len(amended.changes), "change"), quantity(len(amended.edits), "record")
        parts.append(f"{changes} of given tags in {records} wait")
    elif new:
        parts.append(f"{quantity(new, 'decision')} that the run does not know")
    if applied.new_gold:
        parts.append(f"{quantity(applied.new_gold, 'record')} would become gold")
    why = "; ".join(parts)
    folder, is_written = next_folder(settings, applied)
    if is_written:
        return f"{why}; {folder} has them, and the project does not name it.", "weaklabel apply"
    return f"{why}.", "weaklabel apply"


def _has_used(manifest: Mapping[str, Any], decided: Decided) -> bool:
    used = manifest["inputs"].get("decisions", {}).get("sha256")
    return bool(used == describe_decided(decided)["sha256"])


def _is_older(settings: Settings, manifest: Mapping[str, Any]) -> bool:
    """Say whether the run read other records than those that are there."""
    if is_url(settings.records):
        return False
    return bool(digest(read_bytes(settings.records, RecordsError)) != manifest["inputs"]["records"]["sha256"])
