"""`weaklabel agreement`: what it reads, what it shows, and what it says where there is nothing to compare."""

import json
import re

import pytest

pytest.importorskip("krippendorff", reason="the extra review is not installed")

from weaklabel.cli import agreement as command
from weaklabel.cli.main import main

TAGS = ("baking", "frying-in-very-deep-and-very-hot-oil")


def call(monkeypatch, capsys, *arguments):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("sys.argv", ["weaklabel", "agreement", *map(str, arguments)])
    try:
        main()
        code = 0
    except SystemExit as left:
        code = left.code or 0
    printed = capsys.readouterr()
    return code, printed.out, " ".join(printed.err.split())


def rows(names=("ana", "bo", "cy"), size=40):
    """bo differs from ana on every fourth record, cy on every fifth."""
    for i, name in enumerate(names):
        for record in range(size):
            for k, tag in enumerate(TAGS):
                truth = (record + k) % 2 == 0
                is_right = not i or record % (3 + i)
                yield {
                    "record_id": record, "tag": tag, "verdict": "yes" if truth == bool(is_right) else "no",
                    "annotator": name, "time": "", "note": "", "spent_ms": 1000 * (10 + i),
                }  # fmt: skip


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "decisions.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows()))
    return path


def test_it_shows_what_annotators_agree_on_within_eighty_columns(file, monkeypatch, capsys):
    code, out, _ = call(monkeypatch, capsys, file)
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    for line in (
        r"Krippendorff's α: \.47 \[\.\d\d, \.\d\d\], too low to rely on\.",
        r"73% of verdicts are the same, on 40 records and 80 cells",
        r"ana +40 +9\d% of 80 +78% +10\.0 +360",
        r"bo +40 +7\d% of 80 +70% +11\.0 +327",
        r"ana, bo +\.50 +\[\.\d\d, \.\d\d\] +75% +40",  # of the forty, ten differ; chance has half agree
        r"bo, cy +\.30 +\[-?\.\d\d, \.\d\d\] +65% +40",
        r"32 disagreements on 16 records to adjudicate\.",
    ):
        assert re.search(line, out), f"{line}\n{out}"


def test_json_has_all_of_it_and_no_nan(file, monkeypatch, capsys):
    code, out, _ = call(monkeypatch, capsys, file, "--json", "--tag", "baking")
    found = json.loads(out, parse_constant=lambda name: pytest.fail(name))
    assert code == 0
    assert [each["tag"] for each in found["tags"]] == ["baking"]
    assert [each["name"] for each in found["annotators"]] == ["ana", "bo", "cy"]
    assert found["annotators"][1]["estimated"]["accuracy"] == pytest.approx(0.75, abs=0.03)
    assert found["pairs"][0]["kappa"]["cells"] == 40
    assert len(found["contested"]) == 16


def test_where_all_verdicts_are_the_same_it_is_said_and_no_number_made_up(tmp_path, monkeypatch, capsys):
    path = tmp_path / "d.jsonl"
    same = [{**row, "verdict": "no"} for row in rows(("ana", "bo"), 5)]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in same))
    code, out, _ = call(monkeypatch, capsys, path)
    assert code == 0
    assert "Krippendorff's α is not defined: every verdict is the same" in out
    assert "100% of verdicts are the same, on 5 records" in out
    assert "No disagreement waits for a reviewer." in out
    assert "nobody can tell who errs" in out
    assert "nan" not in out
    assert json.loads(call(monkeypatch, capsys, path, "--json")[1])["alpha"]["undefined"] == "one verdict"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["{file}", "--tag", "bakin"], "Did you mean 'baking'?"),
        (["nowhere.jsonl"], "nowhere.jsonl"),
        (["--database", "nowhere.sqlite"], "there is no such database"),
        (["{alone}"], "ana alone has"),
        (["{apart}"], "no two of the 2"),
        (["--database", "postgresql://ana:secret@127.0.0.1:1/x"], "cannot be opened"),
    ],
)
def test_what_is_wrong_is_told(file, tmp_path, monkeypatch, capsys, options, says):
    alone, apart = tmp_path / "alone.jsonl", tmp_path / "apart.jsonl"
    alone.write_text("".join(f"{json.dumps(row)}\n" for row in rows(("ana",))))
    apart.write_text(
        alone.read_text() + json.dumps({"record_id": "other", "tag": "x", "verdict": "no", "annotator": "bo"})
    )
    monkeypatch.chdir(tmp_path)
    arguments = [option.format(file=file, alone=alone, apart=apart) for option in options]
    code, out, err = call(monkeypatch, capsys, *arguments)
    assert (code, out) == (1, "")
    assert says in err
    assert "secret" not in err
    assert not (tmp_path / "nowhere.sqlite").exists()


def test_a_missing_extra_is_told(file, monkeypatch, capsys):
    monkeypatch.setattr(command, "NEEDED", ("not_installed",))
    code, _, err = call(monkeypatch, capsys, file)
    assert code == 1
    assert "agreement needs not_installed." in err
    assert "weaklabel[review]" in err


def test_the_store_is_read_and_files_beside_it_when_it_is_named(file, tmp_path, monkeypatch, capsys):
    pytest.importorskip("sqlalchemy", reason="the extra review is not installed")
    from weaklabel.review.store import NewAct, adjudicate, ensure_annotator, open_database, record_act

    path = tmp_path / "review.sqlite"
    store = open_database(path)
    with store.write() as connection:
        zoe = ensure_annotator(connection, "zoe")
        for record in range(10):
            act = NewAct(f"key-{record}", record, {"baking": "yes" if record % 2 == 0 else "no"}, spent_ms=2000)
            record_act(connection, store, "decide", zoe, act)
    adjudicate(store, zoe, NewAct("key-final", 4, {"baking": "yes"}))
    store.close()
    monkeypatch.setenv("WEAKLABEL_DATABASE", str(path))
    assert "zoe alone has" in call(monkeypatch, capsys)[2]
    assert "zoe" not in call(monkeypatch, capsys, file)[1]  # a file that is named is all that is read
    code, out, _ = call(monkeypatch, capsys, file, "--database", path)
    assert code == 0
    assert re.search(r"ana, zoe +1\.00 +\[1\.00, 1\.00\] +100% +10", out)
    assert re.search(r"zoe +10 +\d+% of 10 +100% of 1 +\d+% +2\.0 +1,800", out)
    assert "1 record adjudicated." in out
