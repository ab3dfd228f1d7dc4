"""`weaklabel lf suggest` as a user runs it."""

import json
import os
import subprocess
import sys

import pytest
import yaml

TITLES = [(f"{word} sourdough loaves", ["baking"]) for word in "abcdefghij"]
TITLES += [(f"item {i} of {i % 7}", []) for i in range(60)]


@pytest.fixture
def project(tmp_path):
    rows = [{"id": i, "title": title, "tags": tags} for i, (title, tags) in enumerate(TITLES)]
    (tmp_path / "records.json").write_text(json.dumps(rows))
    (tmp_path / "tags.json").write_text(json.dumps([{"tag": "baking"}, {"tag": "metal"}]))
    (tmp_path / "lfs").mkdir()
    (tmp_path / "weaklabel.yaml").write_text("records: records.json\ntags: tags.json\nlfs: lfs/\n")
    return tmp_path


def weaklabel(project, *arguments):
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "weaklabel", "lf", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, env=environment, check=False)


def test_what_is_printed_is_a_file_of_labeling_functions(project):
    done = weaklabel(project, "suggest")
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == ["1 suggestion, held against the given tags of 70 records."]
    (project / "lfs" / "new.yaml").write_text(done.stdout)
    assert [item["tags"] for item in yaml.safe_load(done.stdout)] == [["baking"]]
    tested = weaklabel(project, "test")
    assert tested.stdout.splitlines()[-1] == "1 labeling function, 3 examples: passed (0 problems)."


def test_written_suggestions_are_not_suggested_again(project):
    first = weaklabel(project, "suggest", "--write", "lfs/suggested.yaml")
    assert first.returncode == 0, first.stderr
    assert first.stderr.splitlines()[-1] == "1 labeling function written to lfs/suggested.yaml."
    text = (project / "lfs" / "suggested.yaml").read_text()
    again = weaklabel(project, "suggest", "--write", "lfs/suggested.yaml")
    assert again.stdout == ""
    assert again.stderr.splitlines() == [
        "There is nothing to suggest. Phrases were held against the given tags of 70 records.",
        "Nothing was written to lfs/suggested.yaml.",
    ]
    assert (project / "lfs" / "suggested.yaml").read_text() == text


def test_json_has_the_figures(project):
    found = json.loads(weaklabel(project, "suggest", "--json", "--tag", "baking").stdout)
    assert found["reference"] == "the given tags of 70 records"
    (row,) = found["suggestions"]
    assert (row["right"], row["judged"], row["changed"]) == (10, 10, 10)
    assert row["precision_low"] <= row["precision"] <= row["precision_high"]
    assert [hit["record_id"] for hit in row["hits"]] == [0, 1, 2]


def test_what_is_wrong_is_said_in_a_line(project):
    for arguments, said in (
        (("--tag", "bakin"), "Did you mean 'baking'?"),
        (("--against", "gold"), "Write given or resolved."),
        (("--write", "weaklabel.yaml"), "nothing can be added to this file: it holds no list of labeling functions."),
    ):
        done = weaklabel(project, "suggest", *arguments)
        assert done.returncode == 1
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_resolved_tags_are_a_reference(project):
    done = weaklabel(project, "suggest", "--against", "resolved")
    assert done.returncode == 0, done.stderr
    assert "the tags that the models resolve to for 70 records" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_on_a_terminal_each_suggestion_is_asked_for(project):
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "weaklabel", "lf", "suggest"]
    os.write(ours, b"?\ny\n")  # the first is no answer, so that it is asked again
    done = subprocess.run(
        command, cwd=project, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, text=True, env=environment,
        check=False, timeout=60,
    )  # fmt: skip
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 0, done.stderr
    assert done.stderr.endswith("1 labeling function written to lfs/suggested.yaml.\n")
    (item,) = yaml.safe_load((project / "lfs" / "suggested.yaml").read_text())
    assert item["tags"] == ["baking"]
