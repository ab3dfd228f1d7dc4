"""`weaklabel split`, `split check` and `gold import` as a person calls them."""

import json

import pytest
from typer.testing import CliRunner

from weaklabel.cli.main import app, main

LONG = "one text of many words that is in two records"


@pytest.fixture
def project(tmp_path, monkeypatch):
    records = [{"id": i, "title": f"number{i}", "tags": ["fox" if i % 2 else "owl"]} for i in range(18)]
    records += [{"id": 18, "title": LONG, "tags": []}, {"id": 19, "title": LONG.upper(), "tags": []}]
    (tmp_path / "records.json").write_text(json.dumps(records))
    (tmp_path / "tags.json").write_text(json.dumps([{"tag": "fox", "aliases": ["vixen"]}, {"tag": "owl"}]))
    (tmp_path / "weaklabel.yaml").write_text("records: records.json\ntags: tags.json\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, arguments, catch_exceptions=False)


def test_records_are_split_and_what_was_done_is_said(project):
    done = run("split", "--shares", "train=.5,test=.5")
    assert done.exit_code == 0, done.output
    assert "train       10  50.0%  50.0%" in done.output
    assert "2 new records with near-duplicates: each is in the split of those." in done.output
    assert "splits.csv: 0 records as before, 20 new." in done.output
    first = (project / "splits.csv").read_bytes()
    assert first.startswith(b"record_id,split\n0,")
    again = run("split", "--shares", "train=.5,test=.5", "--seed", "5")
    assert "20 records as before, 0 new." in again.output
    assert (project / "splits.csv").read_bytes() == first


def test_vanished_records_are_kept_and_said(project):
    (project / "splits.csv").write_text("record_id,split\nold,test\n0,dev\n")
    done = run("split")
    assert "1 id of the file no record has any more; kept: 'old'." in done.output
    assert (project / "splits.csv").read_text().startswith("record_id,split\nold,test\n0,dev\n1,")


def test_a_leak_is_shown_with_both_texts_and_fails(project):
    lines = [f"{i},train" for i in range(19)]
    (project / "mine.csv").write_text("\n".join(["record_id,split", *lines, "19,test", "77,test"]) + "\n")
    done = run("split", "check", "--splits", "mine.csv")
    assert done.exit_code == 1
    assert "1.00  18 (train)" in done.output
    assert "19 (test)" in done.output
    assert "1 id of the file no record has any more." in done.output
    assert "20 records: failed (1 pair of near-duplicates in different splits; similarity 0.5 or more)." in done.output
    [leak] = json.loads(run("split", "check", "--splits", "mine.csv", "--json").output)["leaks"]
    assert (leak["record_id"], leak["other_split"], leak["similarity"]) == (18, "test", 1.0)


def test_no_leak_passes(project):
    run("split")
    done = run("split", "check")
    assert done.exit_code == 0
    assert "20 records: passed (0 pairs" in done.output


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["split", "--shares", "train=.5"], 2, "the shares sum to 0.5, not to 1."),
        (["split", "check"], 1, "there is no such file."),
        (["gold", "import"], 2, "there is neither a file nor --column."),
        (["gold", "import", "no.csv"], 1, "there is no such file."),
    ],
)
def test_what_is_wrong_is_said_without_a_traceback(project, monkeypatch, capsys, arguments, code, said):
    monkeypatch.setattr("sys.argv", ["weaklabel", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == code
    assert said in " ".join(capsys.readouterr().err.split())


def test_gold_tags_are_imported_and_then_used(project):
    (project / "g.csv").write_text("id,labels\n1,Vixen\n2,zebra\n")
    done = run("gold", "import", "g.csv", "--out", "gold.jsonl")
    assert done.exit_code == 0, done.output
    assert "zebra           1  no tag" in done.output
    assert "Vixen           1  fox (alias)" in done.output
    assert "Wrote 1 gold tag of 2 records to gold.jsonl." in done.output
    assert (project / "gold.jsonl").read_text() == '{"id": 1, "tags": ["fox"]}\n{"id": 2, "tags": []}\n'
    (project / "weaklabel.yaml").write_text("records: records.json\ntags: tags.json\ngold: {path: gold.jsonl}\n")
    assert run("split").exit_code == 0
