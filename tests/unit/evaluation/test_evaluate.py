"""Predictions, gold and slices from files: what is joined, what is refused, what is said."""

from dataclasses import replace

import pytest

from support.evaluations import GOLD, run, value, warnings
from weaklabel.errors import RecordsError, UsageError
from weaklabel.project import Project
from weaklabel.terms import ColumnNames


@pytest.fixture
def project(files):
    paths = files(
        records_json='[{"id": "x", "title": "1", "tags": ["a"]}, {"id": "y", "title": "2", "tags": ["b"]},'
        ' {"id": "z", "title": "3", "tags": null}]',
        tags_json='[{"tag": "a", "aliases": ["alpha"]}, {"tag": "b"}, {"tag": "c"}]',
    )
    return Project.of(paths["records_json"], paths["tags_json"]).settings


def test_without_a_project_records_are_those_of_the_gold_file(files):
    evaluated = run(files, 'id,tags\nx,a\ny,"a,b"\nz,\n')
    assert (evaluated.reference, evaluated.uncovered, evaluated.warnings) == ("gold", 0, ())
    assert evaluated.evaluation.whole.records == 3
    assert (value(evaluated, "precision"), value(evaluated, "recall")) == pytest.approx((2 / 3, 2 / 3))
    assert value(evaluated, "accuracy") == pytest.approx(1 / 3)
    assert [row.name for row in evaluated.evaluation.tags] == ["a", "b"]


def test_records_without_prediction_are_counted_and_said(files):
    evaluated = run(files, "id,tags\nx,a\n")
    assert evaluated.uncovered == 2
    assert value(evaluated, "coverage") == pytest.approx(1 / 3)
    assert value(evaluated, "recall") == pytest.approx(1 / 3)
    assert warnings(evaluated) == ["2 of 3 records have no prediction ('y', 'z')."]


def test_predicted_tags_that_are_never_gold_are_wrong_and_said(files):
    evaluated = run(files, 'id,tags\nx,"a,bb"\ny,a\nz,\n')
    assert value(evaluated, "precision") == pytest.approx(2 / 3)
    assert warnings(evaluated) == ["1 predicted tag is never gold: 'bb'."]


@pytest.mark.parametrize(
    ("predictions", "what"),
    [
        ("id,tags\nx,a\nyy,a\nw,a\n", "2 ids ('yy', 'w') are no record's. Did you mean 'y'?"),
        ("id,tags\nx,a\nx,b\n", "1 id ('x') is there more than once."),
        ("id,tag,probability\nx,a,.5\nx,b,.5\nx,a,.6\n", "1 cell ('x a') is there more than once."),
        ("id,tag,probability\nx,a,1.5\nx,b,-2\ny,a,.5\n", "2 probabilities are outside 0 to 1: 1.5, -2."),
    ],
)
def test_what_cannot_be_matched_is_refused(files, predictions, what):
    with pytest.raises(RecordsError) as raised:
        run(files, predictions)
    assert what in str(raised.value)
    assert raised.value.problems[0].place.line > 1


def test_probabilities_that_are_missing_are_said(files):
    evaluated = run(files, "id,tag,probability\nx,a,.9\nx,b,nan\ny,a,\nz,a,.1\n")
    assert warnings(evaluated)[0] == "2 rows without a probability (records 'x', 'y') count as not there."
    assert evaluated.uncovered == 1
    assert value(evaluated, "recall") == pytest.approx(1 / 3)


def test_with_a_project_gold_is_preferred_and_given_can_be_asked_for(files, project):
    evaluated = run(files, "id,tags\nx,a\ny,b\nz,c\n", settings=project, against=None)
    assert (evaluated.reference, evaluated.unscored) == ("given", 1)
    assert evaluated.reference_location == project.records
    assert value(evaluated, "f1") == 1
    assert evaluated.evaluation.whole.records == 2
    with_gold = Project.changed(project, gold=files(g_csv="id,tags\n" + GOLD)["g_csv"]).settings
    assert run(files, "id,tags\nx,a\ny,b\nz,c\n", settings=with_gold, against=None).reference == "gold"
    assert run(files, "id,tags\nx,a\ny,b\nz,c\n", settings=with_gold, against="given").reference == "given"


def test_names_of_no_tag_are_refused_with_the_tag_that_they_stand_for(files, project):
    with pytest.raises(RecordsError) as raised:
        run(files, "id,tag\nx,alpha\ny,q\n", settings=project)
    assert [(p.place.line, p.what) for p in raised.value.problems] == [(2, "'alpha' is no tag."), (3, "'q' is no tag.")]
    assert "It is an alias of 'a'" in raised.value.problems[0].fix


def test_gold_with_probabilities_is_refused(files):
    with pytest.raises(RecordsError, match="these are predictions"):
        run(files, "id,tags\nx,a\n", gold="id,tag,probability\nx,a,.5\n")


def test_no_gold_at_all(files, project):
    with pytest.raises(UsageError, match="--gold"):
        run(files, "id,tags\nx,a\n", against=None)
    nothing = files(n_jsonl='{"id": "x", "tags": null}\n')["n_jsonl"]
    with pytest.raises(RecordsError, match="no record has gold tags"):
        run(files, "id,tags\nx,a\n", settings=project, against=nothing)


CLASSES = "id,tag\nx,ham\ny,spam\nz,spam\n"


def test_two_classes_are_found_and_said(files):
    evaluated = run(files, "id,tag,probability\nx,spam,.2\ny,spam,.8\nz,spam,.4\n", gold=CLASSES)
    assert (evaluated.evaluation.task, evaluated.evaluation.positive) == ("binary", "spam")
    assert (value(evaluated, "precision"), value(evaluated, "recall")) == (1, 0.5)
    assert warnings(evaluated) == ["every record has exactly one gold tag: they are taken for exclusive classes."]
    other = run(files, "id,tag,probability\nx,spam,.2\ny,spam,.8\nz,spam,.4\n", gold=CLASSES, positive="ham")
    assert (value(other, "precision"), value(other, "recall")) == (0.5, 1)
    unknown = run(files, "id,tag\nx,spam\ny,spam\nz,spam\nw,ham\n", gold=f"{CLASSES}w,\n")
    assert (unknown.evaluation.task, unknown.evaluation.whole.records) == ("binary", 3)
    several = run(files, "id,tag,probability\nx,spam,.2\ny,spam,.8\n", gold=CLASSES, task="multilabel")
    assert "macro_f1" in several.evaluation.whole.metrics
    assert several.evaluation.task == "multilabel"


def test_three_classes_and_what_is_refused(files):
    gold = "id,tag\nx,a\ny,b\nz,c\n"
    evaluated = run(files, gold, gold=gold)
    assert (evaluated.evaluation.task, evaluated.evaluation.threshold) == ("multiclass", None)
    assert value(evaluated, "accuracy") == 1
    with pytest.raises(RecordsError, match=r"1 record with more than one class\."):
        run(files, "id,tag\nx,a\ny,b\ny,c\n", gold=gold, task="multiclass")
    with pytest.raises(RecordsError, match=r"2 records without exactly one gold class: x has 2, z has 0\."):
        run(files, "id,tag\nx,a\n", task="multiclass")
    with pytest.raises(UsageError, match="--positive"):
        run(files, gold, gold=gold, positive="a")
    with pytest.raises(UsageError, match="--threshold"):
        run(files, gold, gold=gold, threshold=0.5)


def test_a_threshold_needs_probabilities(files):
    cells = "id,tag,probability\nx,a,.9\nx,b,.6\ny,a,.7\nz,a,.1\n"
    assert value(run(files, cells), "recall") == 1
    assert value(run(files, cells, threshold=0.8), "recall") == pytest.approx(1 / 3)
    with pytest.raises(UsageError, match="no probabilities"):
        run(files, "id,tags\nx,a\n", threshold=0.8)


def test_slices_of_a_file(files):
    slices = files(s_parquet={"id": ["z", "x"], "first": [False, True], "none": [False, False]})["s_parquet"]
    evaluated = run(files, "id,tags\nx,a\ny,b\nz,\n", slices=slices)
    assert [(row.name, row.records, row.note) for row in evaluated.evaluation.slices] == [
        ("first", 1, "small"), ("none", 0, "empty"),
    ]  # fmt: skip
    assert evaluated.evaluation.slices[0].metrics["recall"].value == 0.5
    assert warnings(evaluated) == ["1 record without a row ('y') count as in no slice."]


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ({"record_id": ["x"], "s": [2]}, "the slice 's' is a column of int64, not of bool."),
        ({"record_id": ["x", "y"], "s": [True, None]}, "the slice 's' has 1 null."),
        ({"record_id": ["x", "w"], "s": [True, False]}, "1 id ('w') is no record's."),
        ({"record_id": ["x", "x"], "s": [True, False]}, "1 id ('x') is there more than once."),
        ({"record_id": [["x"]], "s": [True]}, "the column 'record_id' holds list<element: string>, which are no ids."),
        ({"record_id": [None], "s": [True]}, "1 row without an id, the first is row 1."),
        ({"s": [True]}, "there is no column record_id (or id)."),
        ({"id": ["x"], "all": [True]}, "no slice can have the id 'all': it stands for all records."),
    ],
)
def test_slices_that_cannot_be(files, table, what):
    with pytest.raises(RecordsError) as raised:
        run(files, "id,tags\nx,a\n", slices=files(s_parquet=table)["s_parquet"])
    assert what in str(raised.value)


def test_gold_and_predictions_without_any_tag_are_refused(files):
    with pytest.raises(RecordsError, match="there are no tags"):
        run(files, "id,tag,probability\nx,,.5\n", gold="id,tags\nx,[]\n")


def test_definitions_of_slices_need_a_project(files):
    with pytest.raises(UsageError, match="there is no project here"):
        run(files, "id,tags\nx,a\n", slices=files(s_yaml="- id: a\n")["s_yaml"])


def test_within_a_slice_scores_are_those_of_its_records_alone(files):
    slices = {"slices": files(s_parquet={"id": ["x", "z"], "xz": [True, True], "none": [False, False]})["s_parquet"]}
    evaluated = run(files, "id,tags\nx,a\ny,b\nz,\n", within="xz", **slices)
    alone = run(files, "id,tags\nx,a\nz,\n", 'id,tags\nx,"a,b"\nz,[]\n')
    assert evaluated.evaluation.whole.metrics == alone.evaluation.whole.metrics
    assert [row.metrics["f1"] for row in evaluated.evaluation.tags[:1]] == [alone.evaluation.tags[0].metrics["f1"]]
    assert [row.gold for row in evaluated.evaluation.tags] == [1, 1]
    assert value(evaluated, "recall") == 0.5
    assert (evaluated.uncovered, evaluated.unscored) == (0, 0)
    with pytest.raises(UsageError, match="--within: there is no slice 'yz'"):
        run(files, "id,tags\nx,a\n", within="yz", **slices)
    with pytest.raises(UsageError, match="no record with known tags is in 'none'"):
        run(files, "id,tags\nx,a\n", within="none", **slices)


CHECKED = (
    '[{"id": "x", "title": "1", "tags": ["a"], "checked": ["b"]},'
    ' {"id": "y", "title": "2", "tags": ["b"], "checked": null},'
    ' {"id": "z", "title": "3", "tags": ["c"], "checked": []}]'
)


def test_gold_tags_are_those_of_the_column_that_the_project_names(files, project):
    settings = replace(project, records=files(c_json=CHECKED)["c_json"], gold_column="checked")
    evaluated = run(files, "id,tags\nx,b\ny,c\nz,c\n", settings=settings, against=None)
    assert (evaluated.reference, evaluated.reference_location) == ("gold", settings.records)
    assert (evaluated.evaluation.whole.records, evaluated.unscored) == (2, 1)
    assert (value(evaluated, "precision"), value(evaluated, "recall")) == (0.5, 1)
    given = run(files, "id,tags\nx,a\ny,b\nz,c\n", settings=settings, against="given")
    assert (given.reference, value(given, "f1")) == ("given", 1)


def test_gold_tags_are_read_by_the_columns_that_the_project_names(files, project):
    gold = files(gold_csv='key,id,ok,tags\nx,1,"a|b",c\ny,2,,a\nz,3,[],b\n')["gold_csv"]
    settings = replace(project, gold=gold, gold_columns=ColumnNames("key", None, "ok", "|"))
    evaluated = run(files, 'id,tags\nx,"a,b"\ny,c\nz,\n', settings=settings, against=None)
    assert (evaluated.reference, evaluated.reference_location) == ("gold", gold)
    assert evaluated.evaluation.whole.records == 2  # an empty cell says nothing of y
    assert value(evaluated, "f1") == value(evaluated, "accuracy") == 1


def test_what_is_odd_about_the_records_is_said(files, project):
    evaluated = run(files, "id,tags\nx,a\ny,b\n", settings=project, against=None)
    assert "1 record with null tags." in warnings(evaluated)


@pytest.mark.parametrize("gold", ['id,tags\nx,"a,b"\ny,a\nz,\n', "id,tag\nx,a\nx,b\ny,a\nz,\n"])
def test_an_empty_cell_of_gold_is_not_known_and_of_predictions_nothing(files, gold):
    evaluated = run(files, "id,tags\nx,a\ny,\nz,b\n", gold)
    assert (evaluated.evaluation.whole.records, evaluated.unscored, evaluated.uncovered) == (2, 1, 0)
    assert (value(evaluated, "precision"), value(evaluated, "recall")) == pytest.approx((1, 1 / 3))


def test_an_empty_cell_means_the_same_with_the_gold_of_a_project_and_with_a_file(files, project):
    rows = "id,tags\nx,a\ny,b\nz,b\n"
    gold = files(gold_csv="id,tags\nx,a\ny,\nz,[]\n")["gold_csv"]
    found = [
        run(files, rows, settings=replace(project, gold=gold), against=None),
        run(files, rows, settings=project, against=gold),
        run(files, rows, against=gold),
    ]
    assert [(each.evaluation.whole.records, value(each, "precision")) for each in found] == [(2, 0.5)] * 3


def test_slices_beside_the_project_file_are_found_where_it_names_none(files, project, tmp_path):
    (tmp_path / "slices.yaml").write_text('- {id: any_words, where: {words: {">": 0}}, expect: {f1: "> .9"}}\n')
    settings = replace(project, source=str(tmp_path / "weaklabel.yaml"))
    evaluated = run(files, "id,tags\nx,a\ny,a\nz,c\n", settings=settings, against=None)
    assert [row.name for row in evaluated.evaluation.slices] == ["any_words"]
    [breach] = evaluated.breaches
    assert (breach.found, str(breach.expectation.place)) == (0.5, f"{tmp_path / 'slices.yaml'}:1:3")
