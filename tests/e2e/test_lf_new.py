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


def test_a_file_is_named_on_its_own_or_with_the_folder(project):
    for name, file in (("a", "mine.yaml"), ("b", "lfs/mine.yaml"), ("c", "deep/mine.yaml")):
        assert run(name, "--tag", "fox", "--keyword", name, "--write", file).exit_code == 0
    assert sorted(str(path.relative_to(project)) for path in project.rglob("mine.yaml")) == [
        "lfs/deep/mine.yaml",
        "lfs/mine.yaml",
    ]


def test_a_project_without_a_folder_is_given_one(project):
    (project / "lfs").rmdir()
    (project / "weaklabel.yaml").write_text("records: records.json\ntags: tags.json  # mine")
    assert run("greys", "--tag", "fox", "--keyword", "grey").exit_code == 0
    assert (project / "weaklabel.yaml").read_text() == "records: records.json\ntags: tags.json  # mine\nlfs: lfs/\n"
    assert "greys" in CliRunner().invoke(app, ["lf", "list"]).output


def test_a_project_file_that_takes_no_line_more_is_left_as_it_was(project):
    (project / "weaklabel.yaml").write_text("{records: records.json, tags: tags.json}")
    assert "Write lfs: lfs/ into it, and make the folder." in str(run("x", "--tag", "fox", "--keyword", "a").exception)
    assert (project / "weaklabel.yaml").read_text() == "{records: records.json, tags: tags.json}"


def test_no_share_is_told_where_no_record_is_hit(project):
    assert "none on fox: 0 records (0.0%), conflicts on 0.0%\n" in run("none", "--tag", "fox", "--keyword", "z").output


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
        (["x", "--tag", "foxx", "--keyword", "a"], "--tag: there is no tag 'foxx'. Did you mean 'fox'?"),
        (["x", "--tag", "zz", "--keyword", "a"], "No tag is spelt like it; tags.json would have to have it."),
        (["x", "--tag", "fox", "--regex", "("], "--regex: match.regex: '(' is no regular expression"),
        (["x", "--tag", "fox", "--keyword", "-"], "--keyword: match.keywords.0: '-' holds nothing but separators"),
        (["x y", "--tag", "fox", "--keyword", "a"], "ID: id: 'x y' has other characters"),
        (["x", "--tag", "fox", "--keyword", "a", "--match", "b"], "--match: 'x' does not match its example 'b'."),
        (["x", "--tag", "fox", "--keyword", "a", "--no-match", "a"], "--no-match: 'x' matches 'a'"),
        (["x", "--tag", "fox", "--python", "--keyword", "a"], "--keyword: the outline of a Python function takes"),
        (["x", "--tag", "fox", "--keyword", "a", "--write", "../x.yaml"], "it is not in lfs, so nothing would read it"),
        (["x", "--tag", "fox", "--keyword", "a", "--write", "_x.yaml"], "begin with _ or . are passed over"),
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
