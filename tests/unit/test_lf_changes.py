"""What an edit changes: records that gain or lose tags, by whom, and where."""

import json
import shutil
import subprocess
from dataclasses import replace

import networkx as nx
import pytest

from support.made import make_records, make_vocabulary, phrase_lf
from weaklabel import Project
from weaklabel.cli.show_diff import show_diff
from weaklabel.errors import LabelingFunctionError, OutputError
from weaklabel.inputs import Inputs, load_inputs
from weaklabel.lf_changes import Version, compare_versions, folder_at_revision
from weaklabel.terms import Span
from weaklabel.vote import apply_lfs

VOCABULARY = make_vocabulary("fox", "owl")
RECORDS = make_records(["red fox", "grey owl", "a fox and an owl", "nothing"], given=[None] * 4)
FOX = phrase_lf("fox", "fox", "fox")


def diff(old, new):
    old, new = (sorted(lfs, key=lambda lf: lf.id) for lfs in (old, new))
    inputs = Inputs(RECORDS, VOCABULARY, nx.DiGraph(), tuple(new), {}, {}, ())
    votes = [apply_lfs(lfs, RECORDS, VOCABULARY, n_workers=0) for lfs in (old, new)]
    return compare_versions(inputs, Version.of_votes(old, votes[0]), Version.of_votes(new, votes[1]))


def cells(found):
    return [(cell.record, cell.tag, cell.change, cell.lfs) for cell in found.cells]


def test_nothing_changes_where_nothing_was_edited():
    found = diff([FOX], [FOX])
    assert (found.added, found.removed, found.changed, found.cells) == ((), (), (), ())


def test_a_new_labeling_function_gives_records_its_tag():
    found = diff([FOX], [FOX, phrase_lf("owl", "owl", "owl")])
    assert found.added == ("owl",)
    assert cells(found) == [(1, "owl", "gained", ("owl",)), (2, "owl", "gained", ("owl",))]
    assert found.cells[1].spans == (Span("title", 13, 16),)


def test_a_changed_one_takes_and_gives():
    found = diff([FOX], [replace(phrase_lf("fox", "fox", "red", "grey"), definition="new")])
    assert found.changed == ("fox",)
    assert cells(found) == [(1, "fox", "gained", ("fox",)), (2, "fox", "lost", ("fox",))]
    assert found.cells[0].spans == (Span("title", 0, 4),)
    assert found.cells[1].spans == (Span("title", 2, 5),)  # where the old one found it


def test_a_removed_one_takes_nothing_where_another_votes_too():
    other = phrase_lf("red", "fox", "red")
    found = diff([FOX, other], [FOX])
    assert (found.removed, cells(found)) == (("red",), [])


def test_an_absent_vote_takes_a_tag_where_it_outweighs_or_withdraws():
    denies = phrase_lf("no", "fox", "red", polarity=-1)
    generated = phrase_lf("name", "fox", "fox", origin="generated")
    assert cells(diff([generated], [generated, denies])) == [(0, "fox", "lost", ("name", "no"))]
    assert cells(diff([FOX], [FOX, denies])) == [(0, "fox", "lost", ("no",))]


def test_votes_against_tags_count_where_no_record_changes():
    found = diff([FOX], [FOX, phrase_lf("no", "owl", "red", "nothing", polarity=-1)])
    assert (cells(found), found.against) == ([], 2)


def test_the_terminal_counts_them(capsys):
    show_diff(diff([FOX], [FOX, phrase_lf("no", "owl", "red", "nothing", polarity=-1)]), RECORDS, 5)
    assert "2 absent votes changed, but no record gains or loses a tag." in capsys.readouterr().out
    show_diff(diff([FOX], [FOX]), RECORDS, 5)
    assert capsys.readouterr().out == "Nothing was added, removed or changed.\nNo record gains or loses a tag.\n"


def test_a_folder_in_no_repository_is_said_to_be_in_none(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    said = "the folder is in no Git repository. Name a run or another folder to compare with"
    with pytest.raises(LabelingFunctionError, match=said):
        folder_at_revision(tmp_path, "HEAD", tmp_path)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(LabelingFunctionError, match="Git is not installed"):
        folder_at_revision(tmp_path, "HEAD", tmp_path)


def test_a_folder_as_it_was_at_a_revision(tmp_path):
    def git(*arguments):
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True, capture_output=True)

    lfs = tmp_path / "lfs"
    lfs.mkdir()
    (lfs / "a.yaml").write_text("old")
    git("init", "-q")
    git("add", ".")
    git("-c", "user.name=n", "-c", "user.email=e@example.org", "commit", "-qm", "first")
    (lfs / "a.yaml").write_text("new")
    (tmp_path / "then").mkdir()
    found = folder_at_revision(lfs, "HEAD", tmp_path / "then")
    assert [(path.name, path.read_text()) for path in found.iterdir()] == [("a.yaml", "old")]
    with pytest.raises(LabelingFunctionError, match="there is no version 'v9' of it"):
        folder_at_revision(lfs, "v9", tmp_path / "then")
    with pytest.raises(LabelingFunctionError, match="there is no version '--output=x'"):
        folder_at_revision(lfs, "--output=x", tmp_path / "then")
    with pytest.raises(LabelingFunctionError, match=r"Did you mean '.*/then'\?"):
        folder_at_revision(lfs, str(tmp_path / "than"), tmp_path / "then")


LFS = """\
- {id: fox, tags: fox, match: {keywords: [fox]}}
- {id: bird, tags: owl, match: {keywords: [grey, feathers]}}
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A project, a run of it, and another run after its labeling functions and records were edited."""
    folder = tmp_path_factory.mktemp("runs")
    texts = {1: "red fox", 2: "grey owl", 3: "a hen with feathers"}
    rows = [{"id": i, "title": text, "tags": None} for i, text in texts.items()]
    (folder / "records.json").write_text(json.dumps(rows), encoding="utf-8")
    (folder / "tags.json").write_text('["fox", "owl"]', encoding="utf-8")
    (folder / "lfs").mkdir()
    project = Project.of(
        str(folder / "records.json"), str(folder / "tags.json"), lfs=folder / "lfs",
        label_model="majority", end_model="none",
    )  # fmt: skip
    (folder / "lfs" / "a.yaml").write_text(LFS, encoding="utf-8")
    project.run().write(folder / "one")
    edited = (
        LFS.replace("grey, feathers", "grey") + "- {id: no_fox, tags: fox, polarity: absent, match: {keywords: red}}\n"
    )
    (folder / "lfs" / "a.yaml").write_text(edited, encoding="utf-8")
    project.run().write(folder / "two")
    return folder, load_inputs(project.settings)


def test_two_runs_differ_by_the_votes_that_they_cast(runs):
    folder, inputs = runs
    one, two = (Version.of_run(folder / name, inputs) for name in ("one", "two"))
    found = compare_versions(inputs, one, two)
    assert (found.added, found.removed, found.changed) == (("no_fox",), (), ("bird",))
    assert cells(found) == [
        (0, "fox", "lost", ("name:fox@title", "no_fox")),  # the generated vote is withdrawn
        (2, "owl", "lost", ("bird",)),
    ]
    assert found.cells[0].spans == (Span("title", 4, 7),)
    assert found.cells[1].spans == ()  # `bird` is defined otherwise by now: it cannot say where it looked
    assert compare_versions(inputs, two, two).cells == ()


def test_a_run_and_the_folder_as_it_is_now_are_compared_too(runs):
    folder, inputs = runs
    now = Version.of_votes(inputs.lfs, apply_lfs(inputs.lfs, inputs.records, inputs.vocabulary, n_workers=0))
    assert compare_versions(inputs, Version.of_run(folder / "two", inputs), now).cells == ()
    assert compare_versions(inputs, now, Version.of_run(folder / "one", inputs)).removed == ("no_fox",)


def test_records_and_tags_that_the_project_no_longer_has_are_left_out(runs):
    folder, inputs = runs
    fewer = replace(inputs, records=inputs.records.slice(1, 3), vocabulary=make_vocabulary("owl"))
    version = Version.of_run(folder / "one", fewer)
    assert version.has == {(0, 0), (0, 1)}


def test_a_run_without_votes_or_with_broken_ones_is_an_error(runs, tmp_path):
    folder, inputs = runs
    shutil.copytree(folder / "one", tmp_path / "old")
    (tmp_path / "old" / "votes.parquet").write_bytes(b"no")
    with pytest.raises(
        OutputError, match=r"votes\.parquet: this file of the run cannot be read: .* Run `weaklabel run`"
    ):
        Version.of_run(tmp_path / "old", inputs)
    (tmp_path / "old" / "votes.parquet").unlink()
    with pytest.raises(OutputError, match=r"this run has no votes\.parquet: an older version of weaklabel wrote it\."):
        Version.of_run(tmp_path / "old", inputs)
    with pytest.raises(OutputError, match=r"there is no such folder\. Did you mean 'one'\?"):
        Version.of_run(folder / "ona", inputs)
