"""Slices of a small run whose weak records are known."""

import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from weaklabel import Project
from weaklabel.discovery import Options
from weaklabel.errors import OutputError, RecordsError, UsageError
from weaklabel.pipeline import explain, slice_project
from weaklabel.slice_discovery import (
    Scope,
    describe_records,
    discover,
    discover_in,
    errors_of_run,
    read_kinds,
    write_definitions,
)
from weaklabel.slicing import load_slices

ROOT = Path(__file__).resolve().parents[3]

# Where the source is a forum, authors tag what the text does not say, and leave out what it says.
ROWS = [
    {
        "id": i,
        "title": f"{'rye loaf' if i % 2 else 'iron anvil'} number {i}",
        "source": "forum" if i % 10 in (3, 6) else ("web" if i % 3 else "mail"),
        "stars": i % 37,
        "tags": ["metal" if (i % 2 == 1) == (i % 10 in (3, 6)) else "bread"],
    }
    for i in range(300)
]
TAGS = [{"tag": "bread", "aliases": ["rye loaf"]}, {"tag": "metal", "aliases": ["iron anvil"]}]


def make_settings(folder, rows=ROWS, **changes):
    (folder / "records.json").write_text(json.dumps(rows))
    (folder / "tags.json").write_text(json.dumps(TAGS))
    return Project.of(str(folder / "records.json"), str(folder / "tags.json"), end_model="none", **changes).settings


@pytest.fixture
def settings(tmp_path):
    return make_settings(tmp_path)


def test_the_weak_slice_is_found_and_defined(settings):
    found = discover(settings, Scope(over=("metadata", "words")))
    assert [definition.where for definition in found.definitions] == [{"metadata": {"source": "forum"}}]
    weak = found.discovery.slices[0]
    assert (weak.size, weak.error.inside, weak.error.outside) == (60, 1, 0)
    assert found.reference == "the given tags of 300 records"


def test_errors_are_those_of_each_record(settings):
    errors = errors_of_run(explain(settings))
    assert errors.tolist() == [1.0 if row["source"] == "forum" else 0.0 for row in ROWS]


def test_of_classes_errors_are_0_and_1_and_unlabelled_records_have_none(tmp_path):
    rows = [{**row, "tags": None if row["id"] < 5 else row["tags"]} for row in ROWS]
    errors = errors_of_run(explain(make_settings(tmp_path, rows, task="multiclass")))
    assert np.isnan(errors[:5]).all()
    assert errors[5:].tolist() == [1.0 if row["source"] == "forum" else 0.0 for row in ROWS[5:]]


def test_errors_of_another_model_are_searched_too(settings):
    run = explain(settings)
    errors = np.array([float(row["stars"] >= 29) for row in ROWS])
    found = discover_in(run, errors, "what I say", Scope(over=("metadata",)))
    (weak,) = found.discovery.slices
    assert set(np.flatnonzero(weak.members)) == {row["id"] for row in ROWS if row["stars"] >= 29}
    assert found.definitions[0].where == {"metadata": {"stars": {">=": 29}}}


def test_all_kinds_of_literals(settings):
    run = explain(settings)
    kinds = ("given", "votes", "metadata", "words", "cluster", "resolved", "inferred", "uncertainty")
    literals = describe_records(run, kinds, n_clusters=2)
    holds = {item.text: literals.held[:, i].sum() for i, item in enumerate(literals.items)}
    assert holds["given bread"] == sum(row["tags"] == ["bread"] for row in ROWS)
    assert holds["resolved bread"] == holds["alias:rye loaf@title fires"] == 150
    assert holds["inferred bread"] == 0
    assert holds["no LF votes"] == holds["LFs in conflict"] == 0
    assert holds["source forum"] == 60
    assert not [text for text in holds if text.startswith(("id ", "title ", "tags "))]
    assert {item.kind for item in literals.items} >= {"given", "votes", "metadata", "cluster", "resolved", "inferred"}


def test_where_nobody_tagged_anything_it_says_so(tmp_path):
    settings = make_settings(tmp_path, [{**row, "tags": None} for row in ROWS])
    with pytest.raises(RecordsError, match="nothing says which records"):
        discover(settings, Scope())


def test_kinds_are_named_with_commas():
    assert read_kinds(None) == ("given", "votes", "metadata", "words", "cluster")
    assert read_kinds("words, given,words") == ("words", "given")
    with pytest.raises(UsageError) as error:
        read_kinds("gven,words,xyz")
    assert [problem.fix for problem in error.value.problems] == [
        "Did you mean 'given'?",
        "There are given, votes, metadata, words, cluster, resolved, inferred, uncertainty.",
    ]
    with pytest.raises(UsageError):
        read_kinds(" , ")


def test_definitions_are_appended_once_and_nothing_is_overwritten(settings, tmp_path):
    found = discover(settings, Scope(over=("metadata",), options=Options(limit=1)))
    path = tmp_path / "slices.yaml"
    mine = "# mine\n- id: source_forum\n  where: {given: bread} # not theirs\n"
    path.write_text(mine)
    assert write_definitions(path, found.discovery.slices) == 1
    text = path.read_text()
    assert text.startswith(mine)
    assert [(item["id"], item["where"]) for item in yaml.safe_load(text)] == [
        ("source_forum", {"given": "bread"}),
        ("source_forum_2", {"metadata": {"source": "forum"}}),
    ]
    assert write_definitions(path, found.discovery.slices) == 0
    assert path.read_text() == text


def test_a_file_that_holds_no_list_is_left_as_it_is(settings, tmp_path):
    found = discover(settings, Scope(over=("metadata",)))
    path = tmp_path / "slices.yaml"
    path.write_text("slices: 3\n")
    with pytest.raises(OutputError, match="it holds no list of slices"):
        write_definitions(path, found.discovery.slices)
    assert path.read_text() == "slices: 3\n"


def test_conditions_on_csv_mean_in_slices_yaml_what_they_mean_to_the_search(tmp_path):
    """Where all values are texts, numbers and empty cells too."""
    lines = [f"{i},rye loaf {i},bread,{i if i % 7 else ''},2020-{i % 12 + 1:02}-01" for i in range(200)]
    (tmp_path / "r.csv").write_text("\n".join(["id,title,tags,stars,created", *lines]))
    (tmp_path / "t.json").write_text(json.dumps(TAGS))
    settings = Project.of(str(tmp_path / "r.csv"), str(tmp_path / "t.json"), end_model="none", cache=None).settings
    literals = describe_records(explain(settings), ("metadata",))
    assert {"empty stars", "created in 2020-03"} < {item.text for item in literals.items}
    assert len(literals) > 40
    assert differing(literals, range(len(literals)), settings, tmp_path) == []


def differing(literals, chosen, settings, folder):
    """Return the literals that the language of slices finds on other records."""
    declared = [{"id": f"s{i}", "where": literals.items[i].where} for i in chosen]
    (folder / "s.yaml").write_text(yaml.safe_dump(declared, sort_keys=False))
    members = slice_project(settings, lambda inputs: load_slices(folder / "s.yaml", inputs)).records.membership
    return [
        (literals.items[i].where, int(members.of(f"s{i}").sum()), int(literals.held[:, [i]].sum()))
        for i in chosen
        if not np.array_equal(members.of(f"s{i}"), literals.held[:, [i]].toarray().ravel() > 0)
    ]


def test_conditions_mean_in_slices_yaml_what_they_mean_to_the_search(tmp_path):
    project = Project.load(ROOT / "weaklabel.yaml")
    settings = Project.changed(project.settings, end_model="none", cache=None, slices=None).settings
    kinds = ("given", "votes", "metadata", "words", "cluster", "resolved", "inferred", "uncertainty")
    literals = describe_records(explain(settings), kinds)
    chosen = [
        i for i, item in enumerate(literals.items) if item.kind not in {"given", "votes", "resolved"} or i % 7 == 0
    ]
    assert len(chosen) > 100
    assert differing(literals, chosen, settings, tmp_path) == []
