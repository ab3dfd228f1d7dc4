import json
from xml.etree import ElementTree as ET

import pytest

from support.packages import make_package
from weaklabel.errors import ExchangeError
from weaklabel.exchange import Field
from weaklabel.exchange.label_studio import FORMAT, tag_paths
from weaklabel.terms import Tag, Vocabulary


def export(package):
    files = FORMAT.export(package).files
    return ET.fromstring(files["config.xml"]), json.loads(files["tasks.json"])


def read(*tasks):
    return FORMAT.read({"export.json": json.dumps(tasks).encode()})


def make_task(*results, record_id=1, **answer):
    return {
        "id": 9,
        "data": {"record_id": record_id, "suggested": ["a", "b"], "given": []},
        "annotations": [{"completed_by": 3, "result": list(results), **answer}],
        "predictions": [17],
    }


def choices(*tags):
    return {"type": "choices", "from_name": "tags", "to_name": "title", "value": {"choices": list(tags)}}


def test_a_task_has_the_fields_and_one_prediction_that_fits_the_config():
    config, [task] = export(make_package("a", "b", labels=[{"a": 0.9, "b": 0.2}]))
    assert task["data"] == {"title": "title 1", "record_id": 1, "given": [], "suggested": ["a"]}
    [prediction] = task["predictions"]
    assert prediction["model_version"] == "weaklabel@00000000"
    assert prediction["score"] == 0.8  # the least certain cell: b is absent by .8
    [region] = prediction["result"]
    [control] = config.findall("Choices")
    assert (region["from_name"], region["to_name"]) == (control.get("name"), control.get("toName"))
    assert region["value"] == {"choices": ["a"]}
    assert [choice.get("value") for choice in control] == ["a", "b"]
    assert control.get("choice") == "multiple"


def test_of_classes_one_is_chosen():
    config, [task] = export(make_package("ham", "spam", labels=[{"ham": 0.4, "spam": 0.35}], task="multiclass"))
    assert config.find("Choices").get("choice") == "single"
    assert task["data"]["suggested"] == ["ham"]


def test_images_and_sounds_have_their_controls():
    fields = (Field("title"), Field("my picture", "image"), Field("tags", "audio"), Field("2nd"))
    config, [task] = export(make_package("a", fields=fields))
    shown = [
        (child.tag, child.get("name"), child.get("value"))
        for child in config
        if child.tag in {"Text", "Image", "Audio"}
    ]
    assert shown == [
        ("Text", "title", "$title"),
        ("Image", "my_picture", "$my_picture"),
        ("Audio", "tags_", "$tags_"),  # `tags` is the control
        ("Text", "field_2nd", "$field_2nd"),
    ]
    assert {"title", "my_picture", "tags_", "field_2nd"} < set(task["data"])


def test_candidates_are_the_records_own_tags_with_the_most_probable_first():
    package = make_package("a", "b", "c", labels=[{"b": 0.3, "a": 0.9}, {}], layout="candidates")
    config, [first, second] = export(package)
    assert config.find("Choices").get("value") == "$candidates"
    assert [entry["value"] for entry in first["data"]["candidates"]] == ["a", "b"]
    assert [entry["value"] for entry in second["data"]["candidates"]] == ["a", "b", "c"]
    assert second["predictions"][0]["result"] == []


def test_a_tag_has_one_path_from_a_root_through_each_parent():
    parents = {"deep": ("ml",), "vision": ("ml", "graphics"), "3d": ("vision", "deep")}
    vocabulary = Vocabulary.of(
        [Tag(name, parents=parents.get(name, ())) for name in ("ml", "graphics", "deep", "vision", "3d")]
    )
    assert tag_paths(vocabulary) == [
        ("graphics",),
        ("graphics", "vision"),
        ("graphics", "vision", "3d"),
        ("ml",),
        ("ml", "deep"),
        ("ml", "deep", "3d"),
        ("ml", "vision"),
        ("ml", "vision", "3d"),
    ]


def test_a_taxonomy_suggests_every_path_of_a_tag_and_is_read_by_the_paths_ends():
    parents = {"3d": ("cv", "graphics")}
    package = make_package("3d", "cv", "graphics", labels=[{"3d": 0.9}], parents=parents, layout="taxonomy")
    config, [task] = export(package)
    [graphics] = [choice for choice in config.find("Taxonomy") if choice.get("value") == "graphics"]
    assert [choice.get("value") for choice in graphics] == ["3d"]
    [region] = task["predictions"][0]["result"]
    assert region["value"] == {"taxonomy": [["cv", "3d"], ["graphics", "3d"]]}
    [row] = read({**task, "annotations": [{"result": [region]}]}).rows
    assert row.chosen == ("3d",)


@pytest.mark.parametrize("layout", ["all", "taxonomy"])
@pytest.mark.parametrize("tag", ["$price", "bell\x07"])
def test_a_tag_that_the_config_cannot_hold_is_named(tag, layout):
    with pytest.raises(ExchangeError) as caught:
        FORMAT.export(make_package("a", tag, layout=layout))
    assert repr(tag) in str(caught.value)
    assert "--layout candidates" in str(caught.value)
    assert FORMAT.export(make_package("a", tag, layout="candidates")).files


def test_what_was_suggested_and_not_chosen_is_refused():
    [row] = read(make_task(choices("a", "c"), lead_time=4.5, updated_at="2026-01-02T03:04:05Z")).rows
    assert (row.record_id, row.chosen, row.refused) == (1, ("a", "c"), ("b",))
    assert (row.annotator, row.seconds, row.time) == ("3", 4.5, "2026-01-02T03:04:05Z")


def test_given_tags_that_were_not_suggested_were_not_put_to_the_annotator():
    task = make_task(choices("a", "b"))
    task["data"]["given"] = ["odd"]
    minimal = {
        "annotation_id": 4,
        "record_id": 1,
        "suggested": ["a"],
        "given": ["odd"],
        "tags": {"choices": ["a", "b"]},
    }
    rows = [*read(task).rows, *read(minimal).rows]
    assert [(row.chosen, row.refused) for row in rows] == [(("a", "b"), ())] * 2


def test_a_cancelled_annotation_is_skipped_with_all_that_was_suggested():
    [row] = read(make_task(choices("a"), was_cancelled=True)).rows
    assert (row.is_skipped, row.chosen, row.refused) == (True, (), ("a", "b"))


def test_several_annotations_are_told_apart_and_the_true_one_is_marked():
    task = make_task(choices("a"), completed_by={"id": 1, "email": "ann@example.org"})
    task["annotations"].append({"completed_by": 2, "result": [choices("b")], "ground_truth": True})
    rows = read(task).rows
    assert [(row.annotator, row.chosen, row.is_truth) for row in rows] == [
        ("ann@example.org", ("a",), False),
        ("2", ("b",), True),
    ]


def test_notes_come_back_and_other_controls_do_not():
    note = {"type": "textarea", "from_name": "note", "to_name": "title", "value": {"text": ["odd", "very"]}}
    box = {"type": "rectanglelabels", "from_name": "box", "to_name": "title", "value": {"rectanglelabels": ["x"]}}
    [row] = read(make_task(choices("a"), note, box)).rows
    assert (row.chosen, row.note) == (("a",), "odd\nvery")


@pytest.mark.parametrize(
    ("value", "chosen"),
    [
        ("a", ("a",)),
        ({"choices": ["a", "c"]}, ("a", "c")),
        ([{"taxonomy": [["x"], ["x", "a"]]}], ("x", "a")),
        (None, ()),
    ],
)
def test_json_min_is_read_too(value, chosen):
    [row] = read({"id": 1, "record_id": "r", "suggested": ["b"], "tags": value, "annotator": 2, "lead_time": 1}).rows
    assert (row.record_id, row.chosen, row.refused, row.annotator) == ("r", chosen, ("b",), "2")


def test_tasks_without_annotations_are_counted():
    found = read({"id": 1, "data": {"record_id": 1}, "annotations": []}, make_task(choices("a")))
    assert len(found.rows) == 1
    assert "there is no annotation of 1 task." in [problem.what for problem in found.warnings]


def test_rows_of_json_min_without_an_annotation_say_nothing():
    answered = {"record_id": 1, "suggested": ["a"], "tags": "a", "annotation_id": 4}
    found = read(answered, {"record_id": 2, "suggested": ["a"], "tags": "b"})
    assert [row.record_id for row in found.rows] == [1]
    assert [problem.what for problem in found.warnings] == ["passed over, without `annotations`: 1 row of 2."]


def test_a_file_that_is_cut_off_says_where():
    with pytest.raises(ExchangeError) as caught:
        FORMAT.read({"export.json": b'[{"data": {"record_id": 1},\n "annotations": ['})
    [problem] = caught.value.problems
    assert str(problem.place).startswith("export.json:2:")
    assert "not valid JSON" in problem.what


def test_all_wrong_values_are_told_at_once():
    wrong = make_task({"type": "choices", "from_name": "tags", "value": {"choices": 7}}, lead_time="long")
    with pytest.raises(ExchangeError) as caught:
        read(wrong, 5)
    assert [problem.what for problem in caught.value.problems] == [
        "the entry is 5; it should be an object.",
        "annotations[0].result[0].value.choices is 7; it should be a list of texts.",
        'annotations[0].lead_time is "long"; it should be a number.',
    ]
