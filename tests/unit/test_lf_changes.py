"""What an edit changes: records that gain or lose tags, by whom, and where."""

import subprocess
from dataclasses import replace

import networkx as nx
import pytest

from support.made import make_records, make_vocabulary, phrase_lf
from weaklabel.errors import LabelingFunctionError
from weaklabel.inputs import Inputs
from weaklabel.lf_changes import compare_versions, folder_at_revision
from weaklabel.terms import Span
from weaklabel.vote import apply_lfs

VOCABULARY = make_vocabulary("fox", "owl")
RECORDS = make_records(["red fox", "grey owl", "a fox and an owl", "nothing"], given=[None] * 4)
FOX = phrase_lf("fox", "fox", "fox")


def diff(old, new):
    old, new = (sorted(lfs, key=lambda lf: lf.id) for lfs in (old, new))
    inputs = Inputs(RECORDS, VOCABULARY, nx.DiGraph(), tuple(new), {}, {}, ())
    votes = [apply_lfs(lfs, RECORDS, VOCABULARY, n_workers=0) for lfs in (old, new)]
    return compare_versions(inputs, old, votes[0], new, votes[1])


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
