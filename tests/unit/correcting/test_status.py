"""What is ready, of projects whose runs are made by hand."""

import hashlib
import json
import shlex
import subprocess
import sys
from dataclasses import replace

import pytest

from support.correcting import settings_of, write_decisions, write_project, write_run
from weaklabel.correcting.apply import Request, apply_decisions
from weaklabel.correcting.status import find_status, needs_qa
from weaklabel.corrections import settle
from weaklabel.decided import describe_decided
from weaklabel.errors import ReviewError
from weaklabel.terms.decisions import Decided, Decision


def write_current_run(folder, decided=None, labels=()):
    """Write a run that has read the records as they are and, if there are any, decisions."""
    records = (folder / "records.json").read_bytes()
    inputs = {"records": {"sha256": hashlib.sha256(records).hexdigest(), "records": 3}}
    if decided is not None:
        inputs["decisions"] = describe_decided(decided)
    return write_run(folder, labels, inputs=inputs)


def ready(status):
    return [name for name in ("labeling", "qa", "modeling") if status.of(name).is_ready]


def test_without_a_run_nothing_is_ready(tmp_path):
    status = find_status(write_project(tmp_path))
    assert (ready(status), status.run, status.sources) == ([], "", ())
    assert [status.of(name).next for name in ("labeling", "modeling")] == ["weaklabel run", "weaklabel review"]


@pytest.mark.parametrize("name", ["runs/reveiw.sqlite", "gone/review.sqlite"])
def test_only_a_database_that_nobody_names_may_be_missing(tmp_path, name):
    settings = write_project(tmp_path)
    write_current_run(tmp_path)
    assert find_status(settings).sources == ()
    with pytest.raises(ReviewError, match="no such database"):
        find_status(settings, str(tmp_path / name))
    assert not (tmp_path / name).parent.exists() or name.startswith("runs")


def test_without_a_project_file_the_next_command_names_records_and_tags(tmp_path):
    settings = replace(write_project(tmp_path / "a project"), source="")
    records, tags = tmp_path / "a project/records.json", tmp_path / "a project/tags.json"
    status = find_status(settings)
    assert shlex.split(status.labeling.next) == ["weaklabel", "run", "--records", str(records), "--tags", str(tags)]
    assert status.modeling.next.startswith("weaklabel review --records ")
    assert status.qa.next == "weaklabel agreement"


def test_a_run_is_there_to_be_labelled(tmp_path):
    settings = write_project(tmp_path)
    write_current_run(tmp_path)
    status = find_status(settings)
    assert (ready(status), len(status.run)) == (["labeling"], 12)
    assert status.labeling.counts == {"queued": 3, "waiting": 3, "leased": 0, "decided": 0}
    assert json.loads(status.as_json())["schema"] == 1


def test_changes_wait_until_they_are_in_the_records_and_the_run_has_read_these(tmp_path):
    write_decisions(tmp_path / "d.jsonl", (1, "cooking", "no"), (2, "machine-learning", "yes"))
    settings = write_project(tmp_path, more="decisions: d.jsonl\n")
    write_current_run(tmp_path)
    status = find_status(settings)
    assert status.modeling.is_ready
    assert (status.modeling.next, status.modeling.counts) == (
        "weaklabel apply", {"decisions": 2, "settled": 2, "changes": 1, "records": 1, "gold": 0, "new": 2},
    )  # fmt: skip
    text = (tmp_path / "records.json").read_text().replace('["recipes"]', "[]")
    (tmp_path / "records.json").write_text(text)
    status = find_status(settings)
    assert (status.modeling.is_ready, status.modeling.next) == (True, "weaklabel run")
    assert "other" in status.modeling.why


def test_records_that_would_become_gold_wait_too(tmp_path):
    path = write_decisions(tmp_path / "d.jsonl", (1, "cooking", "yes"), (1, "pytorch", "no"))
    settings = write_project(tmp_path, more="decisions: d.jsonl\n")
    write_current_run(tmp_path, labels=[(1, "cooking", 0.9)])
    found = find_status(settings).modeling
    assert (found.is_ready, found.next) == (True, "weaklabel apply")
    assert found.why == "2 decisions that the run does not know; 1 record would become gold."
    assert (found.counts["changes"], found.counts["gold"], found.counts["new"]) == (0, 1, 2)
    apply_decisions(settings, Request((path,))).write(tmp_path / "corrected/1")
    assert "corrected/1 has them" in find_status(settings).modeling.why
    settings = write_project(tmp_path, more="decisions: d.jsonl\ngold: corrected/1/gold.jsonl\n")
    assert find_status(settings).modeling.next == "weaklabel run"


def test_a_project_that_names_no_decisions_is_not_said_to_know_them(tmp_path):
    pytest.importorskip("sqlalchemy", reason="the extra review is not installed")
    from weaklabel.review.store import NewAct, ensure_annotator, open_database, record_act

    settings = write_project(tmp_path)
    write_current_run(tmp_path)
    database = open_database(tmp_path / "runs/review.sqlite")
    with database.write() as connection:
        act = NewAct("ana-1", 2, {"machine-learning": "yes"}, spent_ms=2000)
        record_act(connection, database, "decide", ensure_annotator(connection, "ana"), act)
    database.close()
    found = find_status(settings).modeling
    assert not found.is_ready
    assert found.why == (
        "Given and gold tags are as decided; the run knows 0 decisions of 1, and the project names none (decisions)."
    )


def test_decisions_that_the_run_does_not_know_are_told(tmp_path):
    path = write_decisions(tmp_path / "d.jsonl", (2, "machine-learning", "yes"), (1, "pytorch", "no"))
    settings = write_project(tmp_path, more="decisions: d.jsonl\n")
    known = Decided((path,), (Decision(2, "machine-learning", "yes", "ana"),))
    write_current_run(tmp_path, known)
    status = find_status(settings)
    assert (status.modeling.is_ready, status.modeling.next, status.modeling.counts["new"]) == (True, "weaklabel run", 1)
    assert status.modeling.why == "The run knows 1 decision of 2; given tags are as decided."
    (tmp_path / "runs/latest/run.json").unlink()
    for name in ("labels", "findings", "votes"):
        (tmp_path / f"runs/latest/{name}.parquet").unlink()
    (tmp_path / "runs/latest").rmdir()
    write_current_run(tmp_path, Decided((path,), (*known.decisions, Decision(1, "pytorch", "no", "ana"))))
    assert ready(find_status(settings)) == ["labeling"]


def test_what_is_disputed_or_unsure_waits_for_a_reviewer(tmp_path):
    rows = [
        (1, "cooking", "yes", "ana"), (1, "cooking", "no", "bo"), (1, "pytorch", "unsure", "ana"),
        (2, "pytorch", "yes", "ana"), (2, "pytorch", "yes", "bo"), (2, "pytorch", "no", "eve"),
    ]  # fmt: skip
    write_decisions(tmp_path / "d.jsonl", *rows)
    settings = write_project(tmp_path, more="decisions: d.jsonl\n")
    status = find_status(settings)
    assert status.qa.is_ready
    assert status.qa.counts == {"records": 2, "disagreements": 2, "unsure": 1, "not_yet": 0, "adjudicated": 0}
    assert status.qa.why == "3 tags of 2 records: 2 disputed, 1 unsure."


@pytest.mark.parametrize(
    ("verdicts", "final", "least", "expected"),
    [
        (["yes"], None, 1, False), (["unsure"], None, 1, True), (["yes", "no"], None, 1, True),
        (["yes", "yes", "no"], None, 1, True), (["yes", "no"], "yes", 1, False), (["unsure"], "no", 1, False),
        (["yes"], None, 2, False), (["yes", "unsure"], None, 1, True), (["yes", "no"], "unsure", 1, False),
    ],
)  # fmt: skip
def test_a_second_look_is_due_where_annotators_disagree_or_all_are_unsure(verdicts, final, least, expected):
    said = [Decision(1, "t", verdict, f"a{i}") for i, verdict in enumerate(verdicts)]
    said += [Decision(1, "t", final, "eve", is_final=True)] if final else []
    [cell] = settle(said, least)
    assert needs_qa(cell) is expected


def test_the_command_says_why_and_what_is_next_in_eighty_columns(tmp_path):
    write_project(tmp_path)
    write_current_run(tmp_path)
    command = [sys.executable, "-m", "weaklabel", "status"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "labeling  yes    3 of 3 records wait (no review has" in done.stdout


def test_decisions_in_files_need_no_database(tmp_path):
    write_decisions(tmp_path / "d.jsonl", (1, "cooking", "no"))
    write_project(tmp_path, more="decisions: d.jsonl\n")
    code = (
        "import sys; sys.modules.update(dict.fromkeys(['sqlalchemy', 'alembic', 'starlette', 'uvicorn']));"
        "from weaklabel.cli.main import main; sys.argv = ['weaklabel', {!r}]; main()"
    )
    for name, said in (("status", "weaklabel apply"), ("apply", "1 removed")):
        command = [sys.executable, "-c", code.format(name)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), name
        assert said in done.stdout


def test_a_database_without_what_opens_it_is_said(tmp_path, monkeypatch):
    import weaklabel.correcting.sources as module

    settings = write_project(tmp_path)
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs/review.sqlite").write_bytes(b"SQLite format 3\0")
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(module.ReviewError, match="needs sqlalchemy"):
        find_status(settings_of(settings.out.parent.parent))
