"""What labeling functions are expected to do, against records by hand."""

import json

import pytest

from weaklabel import Project
from weaklabel.inputs import load_inputs
from weaklabel.lf_checks import check_expectations

RECORDS = [
    {"id": 1, "title": "red fox", "tags": ["fox"]},
    {"id": 2, "title": "red owl", "tags": ["owl"]},
    {"id": 3, "title": "red", "tags": None},
    {"id": 4, "title": "blue", "tags": []},
]


def checked(tmp_path, declared, gold=None):
    (tmp_path / "records.json").write_text(json.dumps(RECORDS))
    (tmp_path / "tags.json").write_text(json.dumps([{"tag": "fox"}, {"tag": "owl"}]))
    (tmp_path / "lfs").mkdir()
    (tmp_path / "lfs" / "a.yaml").write_text(declared)
    options = {}
    if gold is not None:
        (tmp_path / "gold.json").write_text(json.dumps(gold))
        options["gold"] = str(tmp_path / "gold.json")
    project = Project.of(
        str(tmp_path / "records.json"), str(tmp_path / "tags.json"), lfs=tmp_path / "lfs", cache=None, **options
    )
    return check_expectations(project.settings, load_inputs(project.settings))


RED = "- {id: red, tags: fox, match: {keywords: red}, expect: {%s}}\n"


@pytest.mark.parametrize(
    ("expect", "breaches"),
    [
        ("coverage: [0.75, 0.75]", []),
        ("coverage: [0, 0.5]", [("coverage", 0.75, 4, None)]),
        ("coverage: [0.8, 1]", [("coverage", 0.75, 4, None)]),
        ("precision: 0.5", []),
        ("precision: 0.51", [("precision", 0.5, 2, "given")]),  # right of the two records that are labelled
        ("coverage: [0, 0.1], precision: 1", [("coverage", 0.75, 4, None), ("precision", 0.5, 2, "given")]),
    ],
)
def test_coverage_and_precision_against_given_tags(tmp_path, expect, breaches):
    found = checked(tmp_path, RED % expect)
    assert found.labeling_functions == 1
    assert [(b.what, b.found, b.n, b.reference) for b in found.breaches] == breaches


def test_gold_tags_come_before_given_ones(tmp_path):
    gold = [{"id": 1, "tags": ["fox"]}, {"id": 2, "tags": ["fox"]}, {"id": 3, "tags": ["fox"]}]
    found = checked(tmp_path, RED % "precision: 1", gold)
    assert found.breaches == ()


def test_an_absent_vote_is_right_where_the_tag_is_not(tmp_path):
    denies = "- {id: a, tags: owl, polarity: absent, match: {keywords: red}, expect: {precision: 0.6}}"
    found = checked(tmp_path, denies)
    [breach] = found.breaches
    assert (breach.found, breach.n) == (0.5, 2)
    assert breach.as_problem().what == "'a' has a precision of 50.0% (2 votes against given tags)."
    assert breach.as_problem().fix == "It is expected to have 60.0% or more."
    assert breach.as_row()["place"].endswith("a.yaml:1:3")


def test_precision_that_nothing_tells_is_a_breach(tmp_path):
    found = checked(tmp_path, "- {id: a, tags: owl, match: {keywords: purple}, expect: {precision: 0.1}}")
    [breach] = found.breaches
    assert (breach.found, breach.n) == (None, 0)
    assert "nothing says whether its votes are right" in breach.as_problem().what


def test_labeling_functions_without_expectations_are_not_looked_at(tmp_path):
    assert checked(tmp_path, "- {id: a, tags: owl, match: {keywords: red}}").labeling_functions == 0


def test_python_labeling_functions_have_expectations_too(tmp_path):
    (tmp_path / "lfs2").mkdir()
    text = (
        "from weaklabel import labeling_function\n\n"
        "@labeling_function(tags='fox', coverage=(0, 0.5), precision=0.9, group='g')\n"
        "def red(record):\n    return 'fox' if 'red' in record.title else None\n"
    )
    (tmp_path / "lfs2" / "a.py").write_text(text)
    (tmp_path / "records.json").write_text(json.dumps(RECORDS))
    (tmp_path / "tags.json").write_text(json.dumps([{"tag": "fox"}]))
    project = Project.of(str(tmp_path / "records.json"), str(tmp_path / "tags.json"), lfs=tmp_path / "lfs2", cache=None)
    inputs = load_inputs(project.settings)
    assert next(lf for lf in inputs.lfs if lf.id == "red").group == "g"
    assert [b.what for b in check_expectations(project.settings, inputs).breaches] == ["coverage", "precision"]


@pytest.mark.parametrize("wrong", ["coverage=0.5", "coverage=(0.5, 0.1)", "precision=90", "coverage=(0, '1')"])
def test_expectations_that_are_no_shares_are_an_error(wrong):
    from weaklabel import labeling_function
    from weaklabel.errors import LabelingFunctionError

    options = eval(f"dict({wrong})")
    with pytest.raises(LabelingFunctionError, match="shares from 0 to 1"):
        labeling_function(tags="fox", **options)
