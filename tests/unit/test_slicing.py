"""Slices of a project: found, read, checked, and their members."""

import json
from dataclasses import replace

import numpy as np
import pytest

from support.problems import shown
from weaklabel import Project
from weaklabel.errors import SliceError
from weaklabel.inputs import load_inputs
from weaklabel.manifest import digest
from weaklabel.pipeline import slice_project
from weaklabel.slicing import (
    check,
    describe_files,
    find_location,
    find_slice_files,
    load_slices,
    usual_location,
    vote_on_slices,
)
from weaklabel.terms.slices import HasRareTag, Slice

ROWS = [
    {
        "id": f"r{i}",
        "title": f"{'rye loaf' if i % 2 else 'iron anvil'} {i}" + " of one kind" * (i % 3),
        "stars": i,
        "tags": [["bread"], ["metal"], None, []][i % 4],
    }
    for i in range(40)
]
TAGS = [{"tag": "bread", "aliases": ["rye loaf"]}, {"tag": "metal", "aliases": ["iron anvil"]}]
PYTHON = """
from weaklabel import slicing_function

@slicing_function
def divides_by_five(record):
    \"\"\"Every fifth.\"\"\"
    return record.stars % 5 == 0
"""


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "r.json").write_text(json.dumps(ROWS))
    (tmp_path / "t.json").write_text(json.dumps(TAGS))
    return Project.of(str(tmp_path / "r.json"), str(tmp_path / "t.json"), end_model="none", cache=None).settings


@pytest.fixture
def folder(tmp_path):
    """A folder of slices in YAML and in Python, beside what is passed over."""
    folder = tmp_path / "slices"
    (folder / "more").mkdir(parents=True)
    (folder / "_old").mkdir()
    for name in ("_old/x.yaml", ".hidden.yaml", "_draft.py", "notes.txt"):
        (folder / name).write_text("[broken")
    (folder / "b.yaml").write_text("- {id: many, where: {metadata: {stars: {'>=': 30}}}}\n")
    (folder / "more" / "a.yml").write_text("- {id: loaves, where: {match: {keywords: [loaf]}}}\n")
    (folder / "c.py").write_text(PYTHON)
    return folder


def names(paths, folder):
    return [str(path.relative_to(folder)) for path in paths]


def test_files_of_a_folder_are_found_but_for_those_that_are_marked(folder):
    yaml_files, python_files = find_slice_files(folder)
    assert names(yaml_files, folder) == ["b.yaml", "more/a.yml"]
    assert names(python_files, folder) == ["c.py"]
    assert find_slice_files(folder / "_draft.py") == ([], [folder / "_draft.py"])  # one that is named is read


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("s.yaml", "slices: []", "it holds no slice."),
        ("s.py", "x = 1", "it holds no slicing function; did you forget @slicing_function?"),
        ("s.py", "def short(record): return True", "it holds no slicing function; did you forget @slicing_function?"),
        (
            "s.py",
            "from weaklabel import labeling_function\n@labeling_function(tags='bread')\ndef loaf(r): return 'bread'",
            "it holds no slicing function; loaf votes on tags.",
        ),
        (
            "s.py",
            "from snorkel.labeling import labeling_function\n@labeling_function()\ndef loaf(r): return 1",
            "it holds no slicing function; loaf votes on tags.",
        ),
    ],
)
def test_a_file_that_defines_none_is_warned_of(settings, folder, name, text, what):
    (folder / name).write_text(text)
    warnings = []
    assert len(load_slices(folder, load_inputs(settings), warnings)) == 3
    assert [(each.what, each.severity, each.place.path) for each in warnings] == [(what, "warning", f"{folder}/{name}")]


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("slice", "Did you mean 'slices'?"),
        ("slices/notes.txt", "Name a .yaml or .py file"),
        ("nowhere/at/all", "Name a .yaml or .py file"),
    ],
)
def test_where_no_slices_are_the_fix_says_what_to_name(folder, name, fix):
    with pytest.raises(SliceError) as caught:
        find_slice_files(folder.parent / name)
    assert fix in caught.value.problems[0].fix
    assert caught.value.problems[0].place.path == str(folder.parent / name)


def test_slices_are_beside_the_project_file_where_none_are_named(settings, tmp_path):
    own = replace(settings, source=str(tmp_path / "p" / "weaklabel.yaml"))
    assert usual_location(own) == tmp_path / "p" / "slices.yaml"
    assert find_location(replace(own, slices=tmp_path / "mine.py")) == tmp_path / "mine.py"
    with pytest.raises(SliceError, match="this project defines no slices"):
        find_location(own)
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "slices.yaml").touch()
    assert find_location(own) == tmp_path / "p" / "slices.yaml"


def test_members_are_those_that_the_conditions_name(settings, folder):
    sliced = slice_project(settings, lambda inputs: load_slices(folder, inputs)).records
    right = {
        "many": [row["stars"] >= 30 for row in ROWS],
        "loaves": ["loaf" in row["title"] for row in ROWS],
        "divides_by_five": [row["stars"] % 5 == 0 for row in ROWS],
    }
    assert sliced.membership.names == tuple(right)  # YAML first
    for name, members in right.items():
        assert sliced.membership.of(name).tolist() == members
    assert sliced.slices[2].description == "Every fifth."


def test_what_a_run_resolves_is_asked_for_only_where_a_slice_asks(settings, tmp_path):
    (tmp_path / "s.yaml").write_text(
        "- {id: cheap, where: {words: {'<': 4}, given: bread}}\n- {id: dear, where: {none_of: [{resolved: metal}]}}\n"
    )
    inputs = load_inputs(settings)
    cheap, dear = load_slices(tmp_path / "s.yaml", inputs)
    assert [vote_on_slices(settings, [each], inputs).needs_cells for each in (cheap, dear)] == [False, True]
    members = slice_project(settings, lambda _: (cheap, dear)).records.membership
    assert members.of("cheap").tolist() == [len(r["title"].split()) < 4 and r["tags"] == ["bread"] for r in ROWS]
    assert members.of("dear").tolist() == ["anvil" not in row["title"] for row in ROWS]


def test_every_problem_of_every_file_is_told(settings, folder):
    (folder / "b.yaml").write_text("- {id: many, where: {given: bred}}\n- {id: twice, where: {rare: 3}}\n")
    (folder / "c.py").write_text("1 / 0\n")
    (folder / "d.yaml").write_text("- {id: twice, where: {rare: 3}}\n- {id: lost, where: {slice: nowhere}}\n")
    (folder / "e.py").write_text(PYTHON.replace("divides_by_five", "all"))
    with pytest.raises(SliceError) as caught:
        load_slices(folder, load_inputs(settings))
    told = [line.removeprefix(f"{folder}/") for line in shown(caught.value.problems)]
    assert [line.split(": ")[0] for line in told] == ["b.yaml:1:22", "c.py:1", "d.yaml:1:3", "e.py:4"]
    assert "Did you mean 'bread'?" in told[0]
    assert "two slices have the id 'twice'" in told[2]
    assert "no slice can have the id 'all'" in told[3]


def test_references_are_looked_at_once_nothing_else_is_wrong():
    fine = Slice("a", HasRareTag(2))
    assert check([fine]) == (fine,)


def test_a_function_that_fails_is_told_with_its_record(settings, tmp_path):
    (tmp_path / "s.py").write_text(PYTHON.replace("record.stars % 5 == 0", "1 / (record.stars - 3) > 0"))
    with pytest.raises(SliceError) as caught:
        slice_project(settings, lambda inputs: load_slices(tmp_path / "s.py", inputs))
    [told] = shown(caught.value.problems)
    assert told.startswith(f"{tmp_path}/s.py:4: the slice 'divides_by_five' fails on record 'r3': ")


@pytest.mark.parametrize(
    ("column", "fix"), [("starz", "Did you mean 'stars'?"), ("nosuch", "The columns are id, title, stars, tags.")]
)
def test_a_function_that_names_no_column_is_told_which_there_are(settings, tmp_path, column, fix):
    (tmp_path / "s.py").write_text(PYTHON.replace("record.stars", f"record.{column}"))
    with pytest.raises(SliceError) as caught:
        slice_project(settings, lambda inputs: load_slices(tmp_path / "s.py", inputs))
    [told] = shown(caught.value.problems)
    assert told.endswith(f"a record has no column {column!r}. {fix}")


def test_the_manifest_tells_the_files(folder):
    content = b"".join((folder / name).read_bytes() for name in ("b.yaml", "more/a.yml", "c.py"))
    assert describe_files(folder) == {"slices": {"path": str(folder), "sha256": digest(content), "files": 3}}
    assert describe_files(None) == {}


def test_clusters_are_made_once_for_each_number_and_by_the_seed(settings, tmp_path):
    (tmp_path / "s.yaml").write_text(
        "clusters: 3\nslices:\n  - {id: a, where: {cluster: 0}}\n  - {id: b, where: {cluster: {number: 0, of: 3}}}\n"
        "  - {id: c, where: {cluster: {number: [0, 1], of: 2}}}\n"
    )
    members = slice_project(settings, lambda inputs: load_slices(tmp_path / "s.yaml", inputs)).records.membership
    assert np.array_equal(members.of("a"), members.of("b"))
    assert members.of("c").all()
    assert 0 < members.of("a").sum() < len(ROWS)
