"""One labeling function: its definition as written, and its votes, on a project worked out by hand."""

import json

import pytest

from weaklabel import Project
from weaklabel.errors import LabelingFunctionError, Place
from weaklabel.lf_inspection import inspect_lf, read_source

RECORDS = [
    {"id": "r1", "title": "Cake tin", "tags": ["baking"]},
    {"id": "r2", "title": "A tin and a cake tin", "tags": ["baking"]},
    {"id": "r3", "title": "Paint tin", "tags": ["painting"]},
    {"id": "r4", "title": "Tin of tin", "tags": ["painting"]},
    {"id": "r5", "title": "Tin", "tags": []},
    {"id": "r6", "title": "Tins", "tags": ["painting"]},
    {"id": "r7", "title": "Tin?", "tags": None},
]
YAML = """\
# All about tins.
- id: other
  tags: painting
  match: {keywords: [paint]}

- id: tin
  description: Tins.
  tags: baking
  match:
    keywords:
      - tin  # a comment
# The next one.
- id: last
  tags: baking
  match: {keywords: [nothing]}
"""
PYTHON = '''\
from weaklabel import absent, labeling_function


def helper(text):
    return "paint" in text


@labeling_function(
    tags=["baking"],
)
def denies(record):
    """Paint."""
    if helper(record.title.lower()):
        return absent("baking")
    return None


others = [labeling_function(name=f"made_{i}", tags=["baking"])(lambda record: None) for i in range(2)]
'''


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tins")
    (folder / "lfs").mkdir()
    (folder / "records.json").write_text(json.dumps(RECORDS), encoding="utf-8")
    (folder / "tags.json").write_text('[{"tag": "baking"},\n {"tag": "painting", "aliases": ["paint"]}]', "utf-8")
    (folder / "lfs" / "tins.yaml").write_text(YAML, encoding="utf-8")
    (folder / "lfs" / "denials.py").write_text(PYTHON, encoding="utf-8")
    return Project.of(
        str(folder / "records.json"), str(folder / "tags.json"), lfs=folder / "lfs", label_model="majority"
    )


def test_a_yaml_one_is_shown_as_written_with_its_votes_right_and_wrong(project):
    found = inspect_lf(project.settings, "tin")
    assert found.source == "- id: tin" + YAML.partition("- id: tin")[2].partition("\n#")[0]
    assert [(row.lf, row.tag, row.precision, row.reference_n) for row in found.rows] == [("tin", "baking", 0.4, 5)]
    hits = [(RECORDS[hit.record]["id"], hit.tag, hit.vote, len(hit.spans)) for hit in found.hits]
    assert hits == [("r1", "baking", 1, 1), ("r2", "baking", 1, 2), ("r7", "baking", 1, 1)]  # what nobody refutes
    assert [(span.field, span.start, span.end) for span in found.hits[1].spans] == [("title", 2, 5), ("title", 17, 20)]
    wrong = [RECORDS[miss.record]["id"] for miss in found.wrong]
    assert wrong == json.loads(found.rows[0].wrong) == ["r3", "r4", "r5"]  # r3 is denied, so the least probable
    assert [(pair.lf, pair.other, pair.conflicts) for pair in found.pairs] == [("denies", "tin", 1)]


def test_a_python_one_is_shown_with_its_decorator_and_without_what_stands_around_it(project):
    found = inspect_lf(project.settings, "denies")
    assert found.source == "@labeling_function(" + PYTHON.partition("@labeling_function(")[2].partition("\n\n\n")[0]
    assert [(RECORDS[hit.record]["id"], hit.vote, hit.spans) for hit in found.hits] == [("r3", -1, ())]
    assert found.wrong == ()


def test_one_that_is_made_in_a_statement_is_shown_by_it(project):
    place = Place(inspect_lf(project.settings, "denies").lf.place.path, 18)
    assert read_source(place).startswith("others = [")


def test_a_generated_one_has_no_source_and_one_that_never_votes_no_examples(project):
    generated = inspect_lf(project.settings, "alias:paint@title")
    assert (generated.source, generated.lf.phrases) == ("", ("paint",))
    assert [(pair.other, pair.conflicts, pair.correlation) for pair in generated.pairs] == [("other", 0, 1)]
    idle = inspect_lf(project.settings, "last")
    assert (idle.source.splitlines()[0], idle.hits, idle.wrong, idle.pairs) == ("- id: last", (), (), ())
    assert idle.rows[0].polarity == ""


def test_an_unknown_id_is_an_error_with_the_nearest_one(project):
    with pytest.raises(LabelingFunctionError, match=r"no labeling function 'tim'\. Did you mean 'tin'\?"):
        inspect_lf(project.settings, "tim")


@pytest.mark.parametrize("place", [None, Place("nowhere.yaml", 3), Place("tins.yaml")])
def test_where_there_is_no_source_to_read_there_is_none(place):
    assert read_source(place) == ""


def test_classes(project):
    records = [{**record, "tags": record["tags"] or None} for record in RECORDS]
    path = project.settings.lfs.parent / "classes.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    found = inspect_lf(Project.changed(project.settings, records=str(path), task="multiclass").settings, "tin")
    assert [(row.tag, row.reference_n, round(row.precision, 2)) for row in found.rows] == [("baking", 4, 0.5)]
    met = {(pair.lf, pair.other): (pair.tag, pair.other_tag, pair.conflicts) for pair in found.pairs}
    assert met["other", "tin"] == ("painting", "baking", 1)
    assert met["denies", "tin"] == ("baking", "baking", 1)


RULES = """\
- id: rule
  tags: baking
  all_of:
    - keywords: [cake, bread]
      fields: title
    - any_of: [{regex: 'T\\w+', case: true}, {lookup: words.txt, min_count: 2}]
  within: 4
  none_of: [{spacy: [[{LOWER: oven}]]}]
  unless: [paint]
- id: dated
  tags: baking
  all_of: [{keywords: tin}, {metadata: {made: {">=": 2020-01-01, in: [2021-05-01, 2022-01-01]}}}]
- id: asks
  tags: food
  match: {tag: {voted: children}}
- {id: asks_too, tags: baking, match: {tag: {voted: baking}}}
- id: words/{tag}
  for_each: {tags: [baking]}
  tags: "{tag}"
  match: {keywords: "{name} tin"}
  unless: {regex: not}
"""


@pytest.fixture(scope="module")
def ruled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rules")
    (folder / "lfs").mkdir()
    made = ["2021-05-01", "2022-01-01", None, "2019-01-01", "2021-05-01", None, None]
    records = [{**record, "made": day} for record, day in zip(RECORDS, made, strict=True)]
    (folder / "records.json").write_text(json.dumps(records), encoding="utf-8")
    (folder / "tags.json").write_text('[{"tag": "food"}, {"tag": "baking", "parents": ["food"]}, "painting"]', "utf-8")
    (folder / "lfs" / "rules.yaml").write_text(RULES, encoding="utf-8")
    (folder / "lfs" / "words.txt").write_text("tin\ncup\n", encoding="utf-8")
    return Project.of(
        str(folder / "records.json"), str(folder / "tags.json"), lfs=folder / "lfs", label_model="majority"
    )


def test_a_rule_is_spelled_out_as_it_is_read(ruled):
    title = {"fields": ["title"]}
    found = inspect_lf(ruled.settings, "rule").looks_for
    assert found == {
        "all_of": [
            {
                "all_of": [
                    {"keywords": ["cake", "bread"], **title},
                    {
                        "any_of": [
                            {"regex": "T\\w+", **title, "case": True},
                            {"keywords": ["tin", "cup"], **title, "min_count": 2},
                        ]
                    },
                ],
                "within": 4,
            },
            {
                "none_of": [
                    {"spacy": [[{"LOWER": "oven"}]], "pipeline": "blank:en", **title},
                    {"keywords": ["paint"], **title},
                ]
            },
        ]
    }
    assert inspect_lf(ruled.settings, "words/baking").looks_for == {
        "keywords": ["baking tin"], **title, "unless": {"regex": "not"}
    }  # fmt: skip


def test_a_rule_on_columns_shows_their_values(ruled):
    inspection = inspect_lf(ruled.settings, "dated")
    tests = inspection.looks_for["all_of"][1]["metadata"]["made"]
    assert {key: str(value) for key, value in tests.items()} == {
        ">=": "2020-01-01", "in": "[datetime.date(2021, 5, 1), datetime.date(2022, 1, 1)]",
    }  # fmt: skip
    assert [(hit.record, dict(hit.columns), hit.voted) for hit in inspection.hits] == [
        (0, {"made": "2021-05-01"}, {}),
        (1, {"made": "2022-01-01"}, {}),
    ]
    assert [(hit.record, dict(hit.columns)) for hit in inspection.wrong] == [(4, {"made": "2021-05-01"})]


def test_a_rule_on_votes_shows_which_and_whose(ruled):
    inspection = inspect_lf(ruled.settings, "asks")
    assert inspection.looks_for == {"tag": {"voted": ["baking"]}}
    shown = {hit.record: hit.voted for hit in (*inspection.hits, *inspection.wrong)}
    assert shown[1] == {"baking": ("dated", "rule")}
    assert shown[4] == {"baking": ("dated",)}
    assert all(not hit.columns for hit in inspection.hits)


def test_what_python_looks_for_is_not_spelled_out(project):
    assert inspect_lf(project.settings, "denies").looks_for == {}
