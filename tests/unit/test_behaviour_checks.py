"""Checks of a small project, against models whose mistakes are known."""

import json

import pytest

from support.problems import shown
from weaklabel import Project
from weaklabel.behaviour_checks import load_behaviour_inputs, read_checks, run_checks
from weaklabel.errors import ChecksError
from weaklabel.terms import ColumnNames

RECORDS = [{"id": i, "title": f"a red {animal}", "body": "b"} for i, animal in enumerate(["fox", "owl", "elk"])]
CHECKS = """
slices: [{id: whatever, is not: looked at}]
checks:
  - {id: swapped, kind: invariance, template: "{colour} fox", fill: {colour: [red, grey, blue]}, change: {swap: colour}}
  - {id: louder, kind: directional, records: 3, change: {append: "Fox!"}, expect: {rises: fox}, max_failures: 0.4}
  - id: named
    kind: minimum_functionality
    template: "the {name}"
    fill: {name: {tags: [fox, owl]}}
    expect: {present: "{name}"}
"""


@pytest.fixture
def inputs(tmp_path):
    def make(checks=CHECKS, wanted=()):
        (tmp_path / "records.json").write_text(json.dumps(RECORDS))
        (tmp_path / "tags.json").write_text(json.dumps([{"tag": "fox"}, {"tag": "owl"}]))
        (tmp_path / "slices.yaml").write_text(checks)
        project = Project.of(str(tmp_path / "records.json"), str(tmp_path / "tags.json"), cache=None)
        return load_behaviour_inputs(project.settings, tmp_path / "slices.yaml", wanted)

    return make


def says_fox_where_grey(rows):
    """A fox is seen where it stands, and never where the text is grey; owls are not known."""
    return [{"fox": 0.9} if "fox" in row["text"] and "grey" not in row["text"] else {"fox": 0.2} for row in rows]


def test_failures_are_counted_and_told(inputs):
    swapped, louder, named = run_checks(inputs(), says_fox_where_grey, 0)
    assert (swapped.cases, len(swapped.failures), swapped.is_passed) == (6, 4, False)
    assert {failure.reason for failure in swapped.failures} == {"loses fox", "gains fox"}
    # What is appended has a capital letter, which this model does not see: the fox stays at .9, the others at .2.
    assert (louder.cases, len(louder.failures), louder.is_passed) == (3, 3, False)
    assert (named.cases, [failure.before["title"] for failure in named.failures]) == (2, ["the owl"])


SILENT = """
checks:
  - {id: any_tag, kind: invariance, records: 3, change: {case: upper}}
  - {id: one_tag, kind: invariance, records: 3, change: {case: upper}, tags: [owl]}
  - {id: numbers, kind: invariance, records: 3, change: {case: upper}, expect: {within: 0.5}}
  - {id: lower, kind: directional, records: 3, change: {append: "No owl."}, expect: {falls: owl}}
  - id: named
    kind: directional
    template: "the {name}"
    fill: {name: {tags: [fox, owl]}}
    change: {append: "It is none."}
    expect: {falls: "{name}", by: 0}
"""


@pytest.mark.parametrize(
    ("answer", "silent"),
    [
        ({}, ["any_tag", "one_tag", "numbers", "lower", "named"]),
        ({"fox": 0.4}, ["any_tag", "one_tag", "lower"]),
        ({"fox": 0.9}, ["one_tag", "lower"]),
        ({"owl": 0.9}, []),
    ],
)
def test_where_no_answer_has_a_tag_to_look_at_nothing_was_tested(inputs, answer, silent):
    results = run_checks(inputs(SILENT), lambda rows: [answer for _ in rows], 0)
    assert [result.id for result in results if result.is_silent] == silent
    assert [result.as_row()["silent"] for result in results] == [result.is_silent for result in results]


def test_each_text_is_asked_once_with_its_fields(inputs):
    asked = []

    def ask(rows):
        asked.extend(rows)
        return [{} for _ in rows]

    run_checks(inputs(), ask, 0)
    assert len(asked) == 3 + 6 + 2
    assert [row["id"] for row in asked] == list(range(1, 12))
    assert asked[0] == {"id": 1, "text": "red fox", "title": "red fox", "body": ""}
    assert {row["text"] for row in asked} >= {"a red fox\nb", "a red fox\nb Fox!"}


def test_a_text_field_takes_no_name_from_the_rows(tmp_path):
    """A field that is called text, or id, gives way to the texts together and to the number of the row."""
    records = [{"key": "k", "text": "body", "title": "head", "id": "mine"}]
    (tmp_path / "records.json").write_text(json.dumps(records))
    (tmp_path / "tags.json").write_text(json.dumps([{"tag": "fox"}]))
    (tmp_path / "slices.yaml").write_text(
        "checks:\n  - {id: a, kind: invariance, records: 1, change: {replace: {head: tail}}}\n"
    )
    files = [str(tmp_path / "records.json"), str(tmp_path / "tags.json")]
    columns = ColumnNames(id="key", fields=("title", "text", "id"))
    settings = Project.of(*files, cache=None, columns=columns).settings
    asked = []
    run_checks(
        load_behaviour_inputs(settings, tmp_path / "slices.yaml"), lambda rows: asked.extend(rows) or [{}] * 2, 0
    )
    assert [(row["id"], row["text"], row["title"]) for row in asked] == [
        (1, "head\nbody\nmine", "head"),
        (2, "tail\nbody\nmine", "tail"),
    ]


def test_one_check_can_be_chosen(inputs):
    assert [check.id for check in inputs(wanted=["named"]).checks] == ["named"]
    with pytest.raises(ChecksError) as caught:
        inputs(wanted=["nmaed", "named"])
    assert shown(caught.value.problems) == ["--check: there is no check 'nmaed'. Did you mean 'named'?"]


def test_a_check_without_cases_is_an_error(inputs):
    nothing = "checks:\n  - {id: a, kind: invariance, records: 3, change: {replace: {zebra: x}}}\n"
    with pytest.raises(ChecksError) as caught:
        run_checks(inputs(nothing), says_fox_where_grey, 0)
    [said] = shown(caught.value.problems)
    assert said.endswith(
        "slices.yaml:2:5: 'a' makes no case: nothing changes. "
        "Check its change: the words to replace, the fields, or the slot to swap."
    )


def test_the_checks_of_a_folder_are_read_together_and_their_ids_differ(inputs, tmp_path):
    settings_of = inputs()
    folder = tmp_path / "slices"
    folder.mkdir()
    (folder / "a.yaml").write_text(CHECKS)
    (folder / "b.yaml").write_text("slices: []\n")
    (folder / "c.yaml").write_text(CHECKS.replace("id: named", "id: other"))
    with pytest.raises(ChecksError) as caught:
        read_checks(folder, settings_of.vocabulary, ("title",))
    assert shown(caught.value.problems) == [
        f"{folder}/c.yaml:4:5: the id 'swapped' stands twice. It is in {folder}/a.yaml:4:5 too.",
        f"{folder}/c.yaml:5:5: the id 'louder' stands twice. It is in {folder}/a.yaml:5:5 too.",
    ]
    (folder / "c.yaml").unlink()
    assert [check.id for check in read_checks(folder, settings_of.vocabulary, ("title",))] == [
        "swapped",
        "louder",
        "named",
    ]


@pytest.mark.parametrize(("text", "fix"), [("cheks: []", "Did you mean"), ("- id: a", "Write checks:"), ("", "Write")])
def test_a_file_without_checks_is_an_error(inputs, text, fix):
    with pytest.raises(ChecksError, match=f"there are no checks. {fix}"):
        inputs(text)
