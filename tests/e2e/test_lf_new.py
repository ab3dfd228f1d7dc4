"""`weaklabel lf new`: a labeling function in one line, and what it does."""

import json

import pytest
from typer.testing import CliRunner

from weaklabel.cli.main import app


@pytest.fixture
def project(tmp_path, monkeypatch):
    records = [{"id": 7, "title": "red fox", "tags": ["fox"]}, {"id": 8, "title": "grey owl", "tags": []}]
    (tmp_path / "records.json").write_text(json.dumps(records))
    (tmp_path / "tags.json").write_text(json.dumps([{"tag": "fox"}, {"tag": "owl"}]))
    (tmp_path / "weaklabel.yaml").write_text("records: records.json\ntags: tags.json\nlfs: lfs\n")
    (tmp_path / "lfs").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, ["lf", "new", *arguments], catch_exceptions=True)


def test_one_is_written_and_its_effect_is_shown(project):
    done = run("greys", "--tag", "fox", "--keyword", "grey", "--match", "a grey one")
    assert done.exit_code == 0, done.output
    text = (project / "lfs" / "greys.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=lfs.schema.json\n- id: greys\n")
    assert "- a grey one" in text
    assert "Wrote lfs/greys.yaml." in done.output
    assert "greys on fox: 1 record (50.0%)" in done.output
    assert "record 8: fox" in done.output


def test_another_is_added_to_a_file_and_what_is_there_stays(project):
    run("a", "--tag", "fox", "--keyword", "grey", "--write", "lfs/mine.yaml")
    before = (project / "lfs" / "mine.yaml").read_text()
    done = run("b", "--tag", "owl", "--regex", "^red", "--absent", "--write", "lfs/mine.yaml")
    assert done.exit_code == 0, done.output
    after = (project / "lfs" / "mine.yaml").read_text()
    assert after.startswith(before)
    assert "polarity: absent" in after[len(before) :]
    assert "added: b" in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x", "--tag", "foxx", "--keyword", "a"], "'foxx' is no tag"),
        (["x", "--tag", "fox", "--regex", "("], "is no regular expression"),
        (["x y", "--tag", "fox", "--keyword", "a"], "has other characters"),
        (["x", "--tag", "fox"], "nothing says what it looks for"),
        (["x", "--tag", "fox", "--keyword", "a", "--regex", "b"], "for keywords and for a regular expression"),
        (["x", "--tag", "fox", "--keyword", "a", "--write", "lfs/x.txt"], "end in .yaml or .yml"),
        (["1x", "--tag", "fox", "--python"], "no name of a Python function"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_written(project, arguments, said):
    done = run(*arguments)
    assert done.exit_code != 0
    assert said in str(done.exception)
    assert list((project / "lfs").iterdir()) == []


def test_the_outline_of_a_python_function_loads_and_is_never_written_over(project):
    assert run("finds", "--tag", "owl", "--python", "--absent").exit_code == 0
    assert CliRunner().invoke(app, ["lf", "test"]).exit_code == 0
    before = (project / "lfs" / "finds.py").read_text()
    assert "absent('owl')" in before
    done = run("finds", "--tag", "fox", "--python")
    assert "is there already" in str(done.exception)
    assert (project / "lfs" / "finds.py").read_text() == before
