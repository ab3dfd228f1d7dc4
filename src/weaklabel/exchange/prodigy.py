"""Prodigy: tasks for its `choice` interface, the run's tags accepted beforehand; answers to choice and binary tasks.

Source: Prodigy's documentation, "Annotation interfaces" (choice) and "Task hashing".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from weaklabel.errors import ExchangeError, Problem, raise_errors
from weaklabel.exchange.entries import Entry, json_file, json_lines, keep_marked, read_entries, without_companions
from weaklabel.exchange.interface import Annotation, Annotations, Layout, Need, Outgoing, OutgoingRecord, Parcel
from weaklabel.exchange.patterns import write_patterns
from weaklabel.terms.records import RecordId

PATTERNS, CONFIGURATION = "patterns.jsonl", "prodigy.json"
ANSWERS = ("accept", "reject", "ignore")


class Prodigy:
    """See the module."""

    name = "prodigy"
    description = "Prodigy choice tasks with the run's tags accepted, and match patterns"
    layouts: tuple[Layout, ...] = ("candidates", "all")
    needs: frozenset[Need] = frozenset({"lfs"})

    def export(self, package: Outgoing) -> Parcel:
        """Return tasks.jsonl, patterns.jsonl, and the prodigy.json that lets a person choose several tags."""
        style = "single" if package.task == "multiclass" else "multiple"
        patterns, warnings = write_patterns(package.lfs)
        files = {
            "tasks.jsonl": json_lines([_task(package, record) for record in package.records]),
            PATTERNS: patterns,
            CONFIGURATION: json_file({"choice_style": style, "choice_auto_accept": style == "single"}),
        }
        return Parcel(files, warnings)

    def read(self, files: Mapping[str, bytes]) -> Annotations:
        """Read answers, as `prodigy db-out` writes them; tasks without answer are passed over."""
        problems: list[Problem] = []
        entries = read_entries(without_companions(files, PATTERNS, CONFIGURATION), problems)
        answered = keep_marked(entries, "file that `prodigy db-out` writes", ("answer",), problems)
        rows = tuple(map(_read_answer, answered))
        raise_errors(problems, ExchangeError)
        return Annotations(rows, tuple(problems))


def _task(package: Outgoing, record: OutgoingRecord) -> dict[str, Any]:
    decided = package.decided_tags(record)
    probabilities = {label.tag: label.probability for label in record.labels}
    shown: dict[str, Any] = {"text": package.text(record)}
    shown |= {kind: address for kind in ("image", "audio") if (address := package.media(record, kind))}
    options = [
        {"id": tag, "text": tag, "meta": {"probability": round(probability, 4)}}
        if (probability := probabilities.get(tag)) is not None
        else {"id": tag, "text": tag}
        for tag in package.candidates(record)
    ]
    task = {**shown, "options": options, "accept": decided, "suggested": decided}
    return {
        **task,
        "record_id": record.id,
        "meta": {"record": record.id, "run": package.run},
        "_input_hash": _hash(shown, record.id),
        "_task_hash": _hash(task, record.id),
        "_view_id": "choice",
    }


def _hash(value: Mapping[str, Any], record_id: RecordId) -> int:
    """Return an int of 32 bits with a sign, as Prodigy's own hashes are, that is the same in every run."""
    content = json_lines([{"record": record_id, **value}])
    return int.from_bytes(blake2b(content, digest_size=4).digest(), signed=True)


def _read_answer(entry: Entry) -> Annotation:
    answer = entry.text("answer")
    if answer not in ANSWERS:
        entry.refuse("answer", "accept, reject or ignore")
    chosen, refused = _read_choice(entry, answer) if "label" not in entry else _read_binary(entry, answer)
    return Annotation(
        entry.place,
        entry.record_id() if "record_id" in entry else entry.entry("meta").record_id("record"),
        chosen=chosen,
        refused=refused,
        text=entry.text("text"),
        only=entry.text("label") if "label" in entry else None,
        annotator=entry.text("_annotator_id") or entry.text("_session_id"),
        time=_iso_time(entry.number("_timestamp")),
        note=entry.text("comment"),
        is_skipped=answer == "ignore",
        is_partial="label" in entry or answer == "reject",
    )


def _read_choice(entry: Entry, answer: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the tags that are right and those that are not.

    To reject a choice says of the accepted tags that they are wrong; what is ignored was put, and nobody knows.
    """
    accepted = entry.names("accept")
    if answer == "reject":
        return (), accepted
    offered = tuple(option.text("id") for option in entry.entries("options"))
    put = entry.names("suggested") if "suggested" in entry else offered
    if answer == "ignore":
        return (), put
    return accepted, tuple(tag for tag in put if tag not in accepted)


def _read_binary(entry: Entry, answer: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the tags that are right and wrong where the question was about one: yes or no."""
    label = (entry.text("label"),)
    return (label, ()) if answer == "accept" else ((), label)


def _iso_time(seconds: float | None) -> str:
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


FORMAT = Prodigy()
