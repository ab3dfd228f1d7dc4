"""Decisions on disk become files on disk."""

import csv
import io
import json

import pytest

from support.correcting import RECORDS, settings_of, write_decisions, write_project, write_run
from weaklabel.correcting.apply import Request, apply_decisions, changes_csv, next_folder
from weaklabel.correcting.sources import check_sources, find_sources, hide_password, is_database, load_decisions
from weaklabel.errors import OutputError, RecordsError, ReviewError, UsageError, WeaklabelError


def apply_to(settings, *decisions, folder, **options):
    path = write_decisions(folder / "d.jsonl", *decisions)
    return apply_decisions(settings, Request((path,), **options))


@pytest.fixture
def settings(tmp_path):
    return write_project(tmp_path)


def test_the_files_of_a_small_project(settings, tmp_path):
    write_run(tmp_path, [(1, "pytorch", 0.9), (1, "cooking", 0.02), (3, "cooking", 0.8), (2, "pytorch", 0.3)])
    applied = apply_to(
        settings, (1, "pytorch", "yes"), (1, "cooking", "no"), (3, "cooking", "yes"), (2, "deep-learning", "yes"),
        folder=tmp_path,
    )  # fmt: skip
    files = {name: content.decode() for name, content in applied.files.items()}
    assert list(files) == ["records.json", "changes.csv", "gold.jsonl", "decisions.jsonl", "apply.json"]
    assert files["records.json"] == (tmp_path / "records.json").read_text().replace(
        '["recipes"]', '["deep-learning", "machine-learning", "pytorch"]'
    ).replace("null", '["cooking"]')
    assert [json.loads(line) for line in files["gold.jsonl"].splitlines()] == [
        {"id": 1, "tags": ["deep-learning", "machine-learning", "pytorch"]}, {"id": 3, "tags": ["cooking"]},
    ]  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(files["changes.csv"])))
    assert [(row["record_id"], row["tag"], row["change"], row["given"], row["because"]) for row in rows] == [
        ("1", "cooking", "removed", "recipes", "one annotator"),
        ("1", "deep-learning", "added", "", "one annotator: it is above pytorch"),
        ("1", "machine-learning", "added", "", "one annotator: it is above pytorch"),
        ("1", "pytorch", "added", "", "one annotator"),
        ("3", "cooking", "added", "", "one annotator"),
    ]
    assert json.loads(files["decisions.jsonl"].splitlines()[0]) == {
        "record_id": 1, "tag": "pytorch", "verdict": "yes", "annotator": "ana", "time": "", "note": "",
        "is_final": True, "how": "unanimous", "yes": 1, "no": 0, "unsure": 0,
    }  # fmt: skip
    manifest = json.loads(files["apply.json"])
    assert (manifest["added"], manifest["removed"], manifest["changed_records"], manifest["reviewed_records"]) == (
        4, 1, 2, 2,
    )  # fmt: skip


def test_contradictions_are_marked_and_are_not_final_when_they_are_read_again(settings, tmp_path):
    decisions = (1, "pytorch", "yes"), (1, "machine-learning", "no"), (1, "cooking", "no")
    applied = apply_to(settings, *decisions, folder=tmp_path)
    rows = [json.loads(line) for line in applied.files["decisions.jsonl"].splitlines()]
    assert [(row["tag"], row["verdict"], row.get("is_final", False), row["how"]) for row in rows] == [
        ("pytorch", "yes", False, "contradiction"), ("machine-learning", "no", False, "contradiction"),
        ("cooking", "no", True, "unanimous"),
    ]  # fmt: skip
    (tmp_path / "again.jsonl").write_bytes(applied.files["decisions.jsonl"])
    mended = write_decisions(tmp_path / "mended.jsonl", (1, "machine-learning", "yes", "bo"))
    again = apply_decisions(settings, Request((str(tmp_path / "again.jsonl"),)))
    assert [cell.how for cell in again.cells] == ["contradiction", "contradiction", "final"]
    both = apply_decisions(settings, Request((str(tmp_path / "again.jsonl"), mended)))
    assert [(cell.verdict, cell.how) for cell in both.cells] == [
        ("yes", "unanimous"), ("unsure", "tie"), ("no", "final"),
    ]  # fmt: skip


def test_records_that_wait_for_more_annotators_are_counted(settings, tmp_path):
    pytest.importorskip("sqlalchemy", reason="the extra review is not installed")
    from weaklabel.review.store import NewAct, ensure_annotator, open_database, open_queue, record_act

    path = str(tmp_path / "review.sqlite")
    database = open_database(path)
    open_queue(database, [1, 2, 3], overlap=2)
    with database.write() as connection:
        for name, record in (("ana", 1), ("bo", 1), ("ana", 2)):
            act = NewAct(f"{name}-{record}", record, {"cooking": "no"}, spent_ms=2000)
            record_act(connection, database, "decide", ensure_annotator(connection, name), act)
    assert apply_decisions(settings, Request((path,))).waiting == 1
    open_queue(database, [1, 2, 3], overlap=1)
    database.close()
    assert apply_decisions(settings, Request((path,))).waiting == 0
    assert apply_to(settings, (2, "cooking", "no"), folder=tmp_path).waiting == 0


def test_of_two_classes_that_are_right_neither_is_settled(tmp_path):
    records, tags = [{"id": 1, "title": "x", "tags": "ham"}], [{"tag": "ham"}, {"tag": "spam"}]
    settings = write_project(tmp_path, records=records, tags=tags, more="task: multiclass\n")
    applied = apply_to(settings, (1, "spam", "yes"), (1, "ham", "yes", "bo"), folder=tmp_path)
    assert [(cell.tag, cell.how) for cell in applied.cells] == [("spam", "contradiction"), ("ham", "contradiction")]


def test_without_a_run_nothing_counts_as_reviewed(settings, tmp_path):
    applied = apply_to(settings, (1, "cooking", "yes"), (3, "cooking", "yes"), folder=tmp_path)
    assert (applied.run, applied.gold, dict(applied.amended.edits)) == (None, {}, {})
    assert [(each.cell.record_id, each.reason) for each in applied.amended.held] == [(3, "unlabelled")]


def test_what_a_run_suggests_is_what_the_page_offers(settings, tmp_path):
    write_run(tmp_path, [(1, "pytorch", 0.1), (2, "pytorch", 0.0999)], missing_parents=[(1, "machine-learning")])
    decisions = [
        (1, "cooking", "yes"),
        (1, "pytorch", "no"),
        (2, "deep-learning", "yes"),
        (2, "machine-learning", "yes"),
    ]
    applied = apply_to(settings, *decisions, folder=tmp_path)
    assert set(applied.amended.gold) == {1}  # the parent that is missing of record 1 is not decided
    whole = apply_to(settings, *decisions, (1, "machine-learning", "no"), folder=tmp_path)
    assert set(whole.amended.gold) == {0, 1}


def test_a_run_of_other_records_is_refused(settings, tmp_path):
    run = write_run(tmp_path, [(100, "pytorch", 0.9)])
    with pytest.raises(OutputError, match="none of the project's records"):
        apply_to(settings, (1, "cooking", "no"), folder=tmp_path)
    with pytest.raises(OutputError, match="no such folder"):
        apply_to(settings, (1, "cooking", "no"), folder=tmp_path, run=run / "gone")


def test_nothing_is_written_over_and_twice_is_once(settings, tmp_path):
    applied = apply_to(settings, (1, "cooking", "no"), folder=tmp_path)
    folder, is_written = next_folder(settings, applied)
    assert (folder, is_written) == (tmp_path / "corrected/1", False)
    applied.write(folder)
    with pytest.raises(OutputError, match="nothing is written over"):
        applied.write(folder)
    with pytest.raises(OutputError, match="nothing is written over"):
        applied.write(tmp_path / "records.json")
    assert next_folder(settings, applied) == (folder, True)
    other = apply_to(settings, (1, "cooking", "no"), (2, "pytorch", "yes"), folder=tmp_path)
    assert next_folder(settings, other) == (tmp_path / "corrected/2", False)
    (tmp_path / "weaklabel.yaml").write_text("records: corrected/1/records.json\ntags: tags.json\n")
    again = apply_to(settings_of(tmp_path), (1, "cooking", "no"), folder=tmp_path)
    assert again.is_done
    assert again.amended.as_given == 1


def test_gold_that_was_there_stays_and_reviewed_records_take_their_place(tmp_path):
    gold = [{"id": 1, "tags": ["cooking"], "planted": [{"kind": "missing", "tag": "pytorch"}]}, {"id": 2, "tags": []}]
    (tmp_path / "gold.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in gold))
    settings = write_project(tmp_path, more="gold: gold.jsonl\n")
    write_run(tmp_path, [(1, "pytorch", 0.9)])
    applied = apply_to(settings, (1, "cooking", "yes"), (1, "pytorch", "yes"), folder=tmp_path)
    assert [json.loads(line) for line in applied.files["gold.jsonl"].decode().splitlines()] == [
        {"id": 1, "tags": ["cooking", "deep-learning", "machine-learning", "pytorch"]}, {"id": 2, "tags": []},
    ]  # fmt: skip


def test_lines_of_gold_that_do_not_change_stay_byte_for_byte(tmp_path):
    kept = b'{"tags":["pytorch","deep-learning"],  "id": 3, "planted": [], "who": "n\\u00e4h"}\r\n'
    (tmp_path / "gold.jsonl").write_bytes(kept + b'{"id": 1, "tags": ["pytorch"]}\n{"id": 2, "tags": null}')
    settings = write_project(tmp_path, more="gold: gold.jsonl\n")
    write_run(tmp_path, [(1, "cooking", 0.9), (2, "cooking", 0.05)])
    first = apply_to(settings, (1, "cooking", "yes"), folder=tmp_path)
    assert first.files["gold.jsonl"] == kept + b'{"id": 1, "tags": ["cooking"]}\n{"id": 2, "tags": null}\n'
    decisions = (2, "deep-learning", "yes"), (2, "machine-learning", "yes")
    second = apply_to(settings, *decisions, folder=tmp_path)
    lines = b'{"id": 1, "tags": ["pytorch"]}\n{"id": 2, "tags": ["deep-learning", "machine-learning"]}\n'
    assert second.files["gold.jsonl"] == kept + lines


def test_gold_of_another_form_is_written_in_the_usual_one(tmp_path):
    (tmp_path / "gold.jsonl").write_text('{"key": 3, "labels": ["pytorch"]}\n')
    settings = write_project(tmp_path, more="gold: {path: gold.jsonl, id: key, tags: labels}\n")
    applied = apply_to(settings, (1, "cooking", "no"), folder=tmp_path)
    assert applied.files["gold.jsonl"] == b'{"id": 3, "tags": ["pytorch"]}\n'


def test_as_many_as_is_said_must_have_decided(settings, tmp_path):
    decisions = [(1, "cooking", "no", "ana"), (2, "machine-learning", "no", "ana"), (2, "machine-learning", "no", "bo")]
    applied = apply_to(settings, *decisions, folder=tmp_path, least=2)
    assert [(change.record_id, change.tag) for change in applied.amended.changes] == [(2, "machine-learning")]
    assert applied.amended.orphans == ((2, "machine-learning", "deep-learning"),)


def test_a_file_that_would_be_read_otherwise_is_not_written(settings, tmp_path, monkeypatch):
    import weaklabel.correcting.apply as module

    monkeypatch.setattr(module, "rewrite_tags", lambda location, data, columns, edits: data.replace(b"Soup", b"Stew"))
    with pytest.raises(RecordsError, match="record 1 would be read otherwise"):
        apply_to(settings, (1, "cooking", "no"), folder=tmp_path)
    with pytest.raises(RecordsError, match="record 3 would be read otherwise"):
        apply_to(settings, (1, "cooking", "yes"), folder=tmp_path)


def test_changes_can_be_read_by_a_spreadsheet_whatever_stands_in_them():
    assert changes_csv(()).decode() == "record_id,tag,change,given,annotators,verdicts,notes,time,because\r\n"


def test_where_decisions_are(settings, tmp_path):
    with pytest.raises(ReviewError, match=r"no file is called .*review\.sqlite"):
        find_sources(settings)
    path = write_decisions(tmp_path / "d.jsonl", (1, "cooking", "no"))
    assert find_sources(settings, files=[path, path]) == (path, path)
    with pytest.raises(UsageError, match="both --database and --decisions"):
        find_sources(settings, "x.sqlite", [path])
    more = write_project(tmp_path, more="decisions: d.jsonl\n")
    assert find_sources(more) == (path,)
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs/review.sqlite").write_bytes(b"SQLite format 3\0")
    assert find_sources(settings) == (str(tmp_path / "runs/review.sqlite"),)
    assert find_sources(settings, str(tmp_path / "runs/review.sqlite")) == (str(tmp_path / "runs/review.sqlite"),)
    assert find_sources(settings, "postgresql://me@host/name") == ("postgresql://me@host/name",)
    with pytest.raises(ReviewError, match="no such database") as caught:
        find_sources(settings, str(tmp_path / "runs/reveiw.sqlite"))
    assert "Did you mean 'review.sqlite'?" in str(caught.value)
    with pytest.raises(ReviewError, match="no database of a review"):
        find_sources(settings, path)


def test_files_and_databases_are_told_apart(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b"SQLite format 3\0...")
    path = write_decisions(tmp_path / "d.sqlite", (1, "cooking", "no"))
    assert is_database(str(tmp_path / "a.jsonl"))
    assert is_database("postgresql://me@host/name")
    assert not is_database("https://host/decisions.jsonl")
    assert not is_database(path)
    assert not is_database(str(tmp_path / "gone"))


def test_what_is_wrong_with_decisions_is_said_of_all_files(tmp_path):
    paths = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    for path in paths:
        path.write_text('{"record_id": 1}\n')
    with pytest.raises(ReviewError) as caught:
        load_decisions(list(map(str, paths)))
    assert [problem.place.path for problem in caught.value.problems] == list(map(str, paths))


def test_a_password_is_not_written_into_a_manifest():
    check_sources(["postgresql://me@host/name", "d.jsonl"])
    with pytest.raises(UsageError, match="password") as caught:
        check_sources(["postgresql://me:secret@host/name"])
    assert "secret" not in str(caught.value)


def test_a_password_is_not_shown_or_written_elsewhere():
    assert hide_password("postgresql://me:se@cret@host:5/name?a=b") == "postgresql://me@host:5/name?a=b"
    for source in ("postgresql://me@host/name", "d.jsonl", "https://host/d.jsonl"):
        assert hide_password(source) == source


def test_ids_of_records_are_those_of_the_project(tmp_path):
    settings = write_project(tmp_path, records=[{**record, "id": str(record["id"])} for record in RECORDS])
    applied = apply_to(settings, (1, "cooking", "no"), (70, "cooking", "no"), folder=tmp_path)
    assert [change.record_id for change in applied.amended.changes] == ["1"]
    assert [cell.record_id for cell in applied.amended.strangers] == [70]


def test_classes_are_exchanged_or_taken_back(tmp_path):
    settings = write_project(
        tmp_path, records=[{"id": i, "title": "x", "tags": "ham"} for i in (1, 2, 3)],
        tags=[{"tag": "ham"}, {"tag": "spam"}], more="task: multiclass\n",
    )  # fmt: skip
    applied = apply_to(
        settings, (1, "spam", "yes"), (2, "ham", "no"), (2, "spam", "no"), (3, "ham", "yes"), folder=tmp_path
    )
    assert [json.loads(line.strip(",")) for line in applied.files["records.json"].decode().splitlines()[1:-1]] == [
        {"id": 1, "title": "x", "tags": "spam"}, {"id": 2, "title": "x", "tags": None},
        {"id": 3, "title": "x", "tags": "ham"},
    ]  # fmt: skip
    assert applied.files["gold.jsonl"].decode() == '{"id": 1, "tags": ["spam"]}\n{"id": 3, "tags": ["ham"]}\n'


def test_a_broken_project_says_so_before_anything_else(tmp_path):
    settings = write_project(tmp_path, records=[{"id": 1, "title": "x", "tags": [{}]}])
    with pytest.raises(WeaklabelError, match="which is no name"):
        apply_to(settings, (1, "cooking", "no"), folder=tmp_path)
