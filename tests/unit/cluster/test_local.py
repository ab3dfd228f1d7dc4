"""The engine that votes here, from the plan to the files."""

import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from support.vote_files import (
    TEXTS,
    expected_rows,
    files_below,
    make_project,
    make_rows,
    target_of,
    voted_rows,
    write_records,
)
from weaklabel.cluster import LFFailures, cast_votes, plan_votes
from weaklabel.errors import OutputError, RecordsError

NAMES = {"cells.csv", "lines.jsonl", "more/last.parquet", "part-0.parquet", "part-1.parquet"}


def vote_all(settings, out, **options):
    plan = plan_votes(settings, out)
    return plan, {report.name: report for report in cast_votes(plan, **options)}


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return make_project(tmp_path_factory.mktemp("local") / "project", n_files=3)


@pytest.fixture(scope="module")
def voted(settings, tmp_path_factory):
    out = tmp_path_factory.mktemp("votes")
    return out, vote_all(settings, out)[1]


def test_each_file_has_the_votes_of_the_engine_in_memory(settings, voted):
    out, reports = voted
    assert set(reports) == NAMES
    for name in NAMES:
        wanted, failures = expected_rows(settings, f"{settings.records}/{name}")
        rows, failed = voted_rows(target_of(out, name))
        assert rows == wanted
        assert failed == failures
        assert (reports[name].records, reports[name].votes) == (40, len(wanted))
    assert len(wanted) > 40


def test_a_report_counts_failures_and_names_the_first(voted):
    _, reports = voted
    first = next(i for i in range(1, 8) if "nothing" in TEXTS[i % len(TEXTS)])
    (failures,) = reports["more/last.parquet"].failures
    assert failures.lf == "stumbles"
    early = reports["part-0.parquet"]
    assert early.failures == (LFFailures("stumbles", 6, first, "ValueError: stuck on 'nothing'"),)
    assert early.n_failures == 6


def test_the_footer_says_what_was_voted_on_what(settings, voted):
    out, reports = voted
    described = json.loads(pq.read_metadata(out / "part-0.parquet").metadata[b"weaklabel"])
    source = Path(settings.records, "part-0.parquet").stat()
    assert described == {
        "format": 1,
        "fingerprint": plan_votes(settings, out).bundle.fingerprint,
        "source": {"name": "part-0.parquet", "size_bytes": source.st_size, "mtime_ns": source.st_mtime_ns},
        "records": 40,
        "votes": reports["part-0.parquet"].votes,
        "failures": [{"lf": "stumbles", "records": 6, "first_record": 3, "error": "ValueError: stuck on 'nothing'"}],
    }


def test_what_is_done_is_not_done_again_unless_file_or_fingerprint_changed(settings, voted, tmp_path):
    out, reports = voted
    plan = plan_votes(settings, out)
    assert plan.tasks == ()
    assert {r.name: (r.records, r.votes, r.failures, r.was_done) for r in plan.done} == {
        r.name: (r.records, r.votes, r.failures, True) for r in reports.values()
    }
    source = Path(settings.records, "part-1.parquet")
    before = source.stat()
    os.utime(source, ns=(1, 1))
    assert [task.name for task in plan_votes(settings, out).tasks] == ["part-1.parquet"]
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    target = out / "more/last.parquet"
    whole = target.read_bytes()
    target.write_bytes(whole[:-100])
    assert [task.name for task in plan_votes(settings, out).tasks] == ["more/last.parquet"]
    vote_all(settings, out)
    assert target.read_bytes() == whole
    (settings.lfs / "words.txt").write_text("flat bug loaf\n")
    assert {task.name for task in plan_votes(settings, out).tasks} == NAMES
    (settings.lfs / "words.txt").write_text("flat bug\n")
    assert plan_votes(settings, out).tasks == ()


def test_a_half_written_file_is_no_result_and_is_removed(settings, voted):
    out, _ = voted
    half = out / ".weaklabel-00112233445566ff.tmp"
    half.write_bytes(b"PAR1 and no end")
    assert len(plan_votes(settings, out).done) == len(NAMES)
    assert not half.exists()


def test_a_file_that_somebody_else_wrote_is_not_replaced(settings, tmp_path):
    pq.write_table(pa.table({"x": [1]}), tmp_path / "part-0.parquet")
    with pytest.raises(OutputError, match="was not written by `weaklabel vote`"):
        plan_votes(settings, tmp_path)


def test_a_bad_file_does_not_stop_the_others(tmp_path):
    settings = make_project(tmp_path / "project", n_files=3, python="")
    write_records(tmp_path / "project/records/part-0.parquet", [*make_rows(1, 3), *make_rows(2, 1)])
    (tmp_path / "project/records/lines.jsonl").write_bytes(b'{"id": 1, "title": "x"}\n{"id": 2, "title": "\xff"}\n')
    (tmp_path / "project/records/part-1.parquet").write_bytes(b"PAR1")
    _, reports = vote_all(settings, tmp_path / "votes")
    wrong = {name: [str(problem) for problem in report.problems] for name, report in reports.items() if report.problems}
    assert set(wrong) == {"part-0.parquet", "lines.jsonl", "part-1.parquet"}
    assert wrong["part-0.parquet"][0].startswith(f"{settings.records}/part-0.parquet:4: ")
    assert wrong["lines.jsonl"][0].startswith(f"{settings.records}/lines.jsonl:2:21: byte 0xff is not valid UTF-8.")
    assert "part-1.parquet: this is not a readable Parquet file" in wrong["part-1.parquet"][0]
    assert set(files_below(tmp_path / "votes")) == {"more/last.parquet", "cells.csv.parquet"}
    assert {task.name for task in plan_votes(settings, tmp_path / "votes").tasks} == set(wrong)


def test_where_no_file_can_be_read_all_is_said_at_once(tmp_path):
    settings = make_project(tmp_path / "project", n_files=1)
    for path in (tmp_path / "project/records").rglob("*.*"):
        path.write_bytes(b"")
    with pytest.raises(RecordsError) as caught:
        plan_votes(settings, tmp_path / "votes")
    assert len(caught.value.problems) == 3
    assert not (tmp_path / "votes").exists()


def test_all_files_must_have_the_fields_of_the_first(tmp_path):
    settings = make_project(tmp_path / "project", n_files=2)
    write_records(tmp_path / "project/records/part-0.parquet", [{"id": 1, "text": "Rust"}])
    _, reports = vote_all(settings, tmp_path / "votes")
    assert reports["part-0.parquet"].problems[0].what == "no record has the column 'title' (records.fields)."


def test_batches_do_not_change_what_is_voted(tmp_path, monkeypatch):
    settings = make_project(tmp_path / "project", n_files=1)
    vote_all(settings, tmp_path / "one")
    monkeypatch.setattr("weaklabel.cluster.vote_file.BATCH_RECORDS", 7)
    vote_all(settings, tmp_path / "many")
    for name in ("more/last.parquet", "lines.jsonl.parquet", "cells.csv.parquet"):
        assert pq.read_table(tmp_path / "one" / name).to_pylist() == pq.read_table(tmp_path / "many" / name).to_pylist()


def test_progress_tells_every_record_once(tmp_path):
    settings = make_project(tmp_path / "project", n_files=2)
    told = []
    vote_all(settings, tmp_path / "votes", on_records=told.append)
    assert sum(told) == 4 * 40


@pytest.mark.parametrize("out", ["tags.json", "tags.json/below"])
def test_an_output_folder_that_cannot_be_is_refused_first(tmp_path, out):
    settings = make_project(tmp_path / "project", n_files=1)
    with pytest.raises(OutputError, match=r"tags\.json is a file, not a folder"):
        plan_votes(settings, tmp_path / "project" / out)
