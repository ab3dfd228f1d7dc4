import csv
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from support.problems import what
from weaklabel import Project
from weaklabel.corrections import decisions_file
from weaklabel.errors import ExchangeError, OutputError, TagsError, UsageError
from weaklabel.exchange import FORMATS
from weaklabel.exchanging import (
    Choice,
    add_rules,
    export_run,
    find_leftovers,
    gold_file,
    import_files,
    write_parcel,
)
from weaklabel.inputs import load_records
from weaklabel.terms import ColumnNames

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "src/weaklabel/cli/starter"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The starter project, run; its records have a column of pictures."""
    folder = tmp_path_factory.mktemp("exchange") / "project"
    shutil.copytree(STARTER, folder)
    records = json.loads((folder / "data/records.json").read_text(encoding="utf-8"))
    for i, record in enumerate(records):
        record["photo"] = f"https://example.org/{i}.jpg" if i else None
        record["voice"] = f"clip {i}"
    (folder / "data/records.json").write_text(json.dumps(records), encoding="utf-8")
    Project.load(folder).run(label_model="majority", end_model="none").write()
    return folder


def export(project, name="jsonl", **choice):
    return export_run(name, project / "runs/latest", Choice(**choice))


def rows_of(parcel):
    return [json.loads(line) for line in parcel.files["records.jsonl"].decode().splitlines()]


def settings_of(project):
    return Project.load(project).settings


def test_labels_above_the_threshold_go_out_with_given_tags_and_media(project):
    labels = Project.load(project).run(label_model="majority", end_model="none").labels
    rows = rows_of(export(project))
    assert [row["record_id"] for row in rows] == list(range(1, 13))
    for row in rows:
        own = labels[labels.record_id == row["record_id"]]
        decided = own[~(own.probability <= 0.5)]  # a given tag without probability too
        assert row["tags"] == sorted(decided.tag)
    assert rows[0]["given"] == ["baking", "bread", "cooking"]
    assert rows[1]["photo"] == "https://example.org/1.jpg"
    assert "voice" not in rows[1]
    strict = rows_of(export(project, threshold=1))
    assert {tuple(row["tags"]) for row in strict} == {()} != {tuple(row["tags"]) for row in rows}


@pytest.mark.slow
@pytest.mark.parametrize("example", [ROOT, ROOT / "examples/spam"], ids=["topics", "spam"])
def test_the_run_of_an_example_goes_out(tmp_path, example):
    settings = Project.load(example).settings
    assert settings.gold is not None
    run = Project.load(example).run(label_model="majority", end_model="none", out=tmp_path, cache=None)
    run.write()
    rows = rows_of(export_run("jsonl", tmp_path, Choice()))
    assert {row["record_id"] for row in rows} >= set(run.labels.record_id)
    assert [row["record_id"] for row in rows] == list(load_records(settings, {}, []).ids)


def test_a_run_goes_out_whose_gold_has_names_of_its_own(project, tmp_path):
    (tmp_path / "gold.csv").write_text("key,truth\n1,bread;cooking\n")
    gold = {"gold": str(tmp_path / "gold.csv"), "gold_columns": ColumnNames("key", None, "truth", ";")}
    Project.load(project).run(label_model="majority", end_model="none", out=tmp_path / "run", **gold).write()
    package = json.loads(export_run("wrench", tmp_path / "run", Choice(tag="bread", limit=1)).files["train.json"])
    assert package["1"]["label"] == 1


def test_a_column_can_be_named_as_sounds(project):
    [field] = [key for key in rows_of(export(project, sounds=("voice",)))[0] if key == "voice"]
    assert field == "voice"
    with pytest.raises(UsageError) as caught:
        export(project, images=("photos",))
    assert str(caught.value) == "--image: the records have no column 'photos'. Did you mean 'photo'?"


@pytest.mark.parametrize(
    ("choice", "ids"),
    [
        ({"only": ("7", "3")}, [7, 3]),
        ({"order": (5, 3, 7)}, [5, 3, 7]),
        ({"order": (5, 3, 7), "limit": 2}, [5, 3]),
        ({"order": (5, 3, 7), "only": ("7", "5", "1")}, [5, 7]),
        ({"limit": 2}, [1, 2]),
    ],
)
def test_only_some_records_go_out(project, choice, ids):
    assert [row["record_id"] for row in rows_of(export(project, **choice))] == ids


def test_a_record_that_is_not_there_is_said(project):
    with pytest.raises(UsageError, match="no record has the id '99'"):
        export(project, only=("99",))


def test_the_run_has_the_same_name_when_it_is_repeated(project):
    lines = export(project, "doccano").files["doccano.jsonl"].decode().splitlines()
    first = json.loads(lines[0])["run"]
    Project.load(project).run(label_model="majority", end_model="none").write()
    assert json.loads(export(project, "doccano").files["doccano.jsonl"].decode().splitlines()[0])["run"] == first
    assert first.startswith("weaklabel@")


def test_a_layout_that_the_format_lacks_is_refused(project):
    with pytest.raises(UsageError) as caught:
        export(project, "prodigy", layout="taxonomy")
    assert str(caught.value) == "--layout: prodigy cannot show tags as 'taxonomy'. It can as candidates or all."


def test_evidence_stands_where_the_text_has_it(project):
    files = export(project, "brat").files
    text = files["1.txt"].decode()
    spans = [line.split("\t") for line in files["1.ann"].decode().splitlines()]
    assert spans
    for _, where, shown in spans:
        start, end = map(int, where.split()[1:])
        assert text[start:end] == shown


def test_one_tag_of_many_goes_out_with_its_votes(project):
    with pytest.raises(UsageError, match="--tag: this format has one class a record"):
        export(project, "wrench")
    with pytest.raises(UsageError, match=r"'bred' is no tag\. Did you mean 'bread'"):
        export(project, "wrench", tag="bred")
    entries = json.loads(export(project, "wrench", tag="bread").files["train.json"])
    assert entries["1"]["label"] == 1
    assert {vote for entry in entries.values() for vote in entry["weak_labels"]} == {-1, 1}
    assert 1 in entries["2"]["weak_labels"]  # "Rye bread without a tin"


def copy_project(project, tmp_path):
    """A copy whose run reads the copy's files."""
    copy = tmp_path / "project"
    shutil.copytree(project, copy)
    manifest = json.loads((copy / "runs/latest/run.json").read_text())
    for key in ("records", "tags", "lfs"):
        manifest["settings"][key] = str(copy / Path(manifest["settings"][key]).relative_to(project))
    (copy / "runs/latest/run.json").write_text(json.dumps(manifest))
    return copy


def test_inputs_that_have_changed_or_gone_are_told(project, tmp_path):
    copy = copy_project(project, tmp_path)
    manifest = json.loads((copy / "runs/latest/run.json").read_text())
    records = copy / "data/records.json"
    records.write_text(records.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert what(export_run("jsonl", copy / "runs/latest", Choice()).warnings) == [
        "this file has changed since the run."
    ]
    records.unlink()
    with pytest.raises(OutputError, match="the run read this file, which is not here"):
        export_run("jsonl", copy / "runs/latest", Choice())
    manifest["settings"]["new"] = 1
    (copy / "runs/latest/run.json").write_text(json.dumps(manifest))
    with pytest.raises(OutputError, match=r"the settings in run\.json cannot be read"):
        export_run("jsonl", copy / "runs/latest", Choice())


def test_files_are_written_into_a_folder_or_one_under_its_own_name(project, tmp_path):
    parcel = export(project, "label-studio")
    assert write_parcel(parcel, tmp_path / "ls") == [tmp_path / "ls/tasks.json", tmp_path / "ls/config.xml"]
    assert write_parcel(export(project), tmp_path / "out.jsonl") == [tmp_path / "out.jsonl"]
    with pytest.raises(OutputError, match="this is a file, and the format has several"):
        write_parcel(parcel, tmp_path / "out.jsonl")


def test_one_file_has_a_name_of_its_own_only_with_its_own_ending(project, tmp_path):
    assert write_parcel(export(project), tmp_path / "release-2.1") == [tmp_path / "release-2.1/records.jsonl"]
    assert write_parcel(export(project), tmp_path / "rows.csv") == [tmp_path / "rows.csv/records.jsonl"]


def test_files_of_an_earlier_export_are_told_where_the_tool_would_take_them_in(project, tmp_path):
    earlier, later = export(project, "brat", limit=3), export(project, "brat", limit=2)
    assert find_leftovers(earlier, tmp_path / "brat") == ()
    write_parcel(earlier, tmp_path / "brat")
    assert what(find_leftovers(later, tmp_path / "brat")) == [
        "this folder has 2 files more, which are not of this export: 3.ann, 3.txt."
    ]
    assert find_leftovers(earlier, tmp_path / "brat") == ()
    assert find_leftovers(export(project, "csv"), tmp_path / "brat") == ()


@pytest.mark.parametrize("title", ['=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_cells_that_a_spreadsheet_would_compute_are_marked_where_asked_for(project, tmp_path, title):
    copy = copy_project(project, tmp_path)
    records = json.loads((copy / "data/records.json").read_text(encoding="utf-8"))
    records[0] |= {"title": title, "id": "-a"}
    (copy / "data/records.json").write_text(json.dumps(records[:1]))

    def export_title(**choice):
        rows = list(
            csv.DictReader(io.StringIO(export(copy, "csv", **choice).files["records.csv"].decode(), newline=""))
        )
        return rows[0]["record_id"], rows[0]["title"]

    assert export_title() == ("-a", title)
    assert export_title(for_spreadsheets=True) == ("'-a", f"'{title}")
    settings = replace(settings_of(copy), records=str(copy / "data/records.json"))
    (tmp_path / "rows.csv").write_text("record_id,tags\n'-a,bread\n")
    assert [d.record_id for d in import_files("csv", [str(tmp_path / "rows.csv")], settings).decisions] == ["-a"]


def test_only_tables_are_for_spreadsheets(project):
    with pytest.raises(UsageError, match=r"--for-spreadsheets: jsonl is no table .* The format csv is\."):
        export(project, for_spreadsheets=True)


FAILING = """
from weaklabel import labeling_function


@labeling_function(tags=["bread"])
def breaks_on_kimchi(record):
    if "Kimchi" in record.text:
        raise ValueError("no kimchi")
    return "bread" if "bread" in record.text else None


@labeling_function(tags=["bread"])
def always_breaks(record):
    raise KeyError("nothing")
"""


def test_votes_that_fail_are_told_and_a_labeling_function_without_any_is_left_out(project, tmp_path):
    copy = copy_project(project, tmp_path)
    before = json.loads(export(copy, "wrench", tag="bread").files["train.json"])
    (copy / "lfs/failing.py").write_text(FAILING)
    parcel = export(copy, "wrench", tag="bread")
    after = json.loads(parcel.files["train.json"])
    told = sorted(what(parcel.warnings))
    assert told[0].startswith("'always_breaks' fails on every record, and is left out: KeyError")
    assert told[1] == "'breaks_on_kimchi' fails on 1 record, and abstains there: ValueError: no kimchi."
    assert len(told) == 2
    assert {len(entry["weak_labels"]) for entry in after.values()} == {len(before["1"]["weak_labels"]) + 1}


def write(folder, *rows, name="rows.jsonl"):
    path = folder / name
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return str(path)


def test_decisions_say_yes_no_and_unsure(project, tmp_path):
    options = [{"id": "bread"}, {"id": "cooking"}]
    path = write(
        tmp_path,
        {"record_id": 1, "options": options, "accept": ["bread"], "answer": "accept", "_annotator_id": "ann"},
        {"record_id": 2, "options": options, "accept": [], "answer": "ignore", "comment": "?"},
    )
    imported = import_files("prodigy", [path], settings_of(project))
    assert [json.loads(line) for line in decisions_file(imported.decisions).decode().splitlines()] == [
        {"record_id": 1, "tag": "bread", "verdict": "yes", "annotator": "ann", "time": "", "note": ""},
        {"record_id": 1, "tag": "cooking", "verdict": "no", "annotator": "ann", "time": "", "note": ""},
        {"record_id": 2, "tag": "bread", "verdict": "unsure", "annotator": "", "time": "", "note": "?"},
        {"record_id": 2, "tag": "cooking", "verdict": "unsure", "annotator": "", "time": "", "note": "?"},
    ]
    assert what(imported.warnings) == ["1 annotation skipped: what was suggested there is unsure."]


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in {"patterns", "fasttext"}])
def test_an_export_that_is_imported_straight_back_holds_no_decision(project, tmp_path, name):
    """Of nobody: the run's suggestions, and what authors gave, are not what a person said of them."""
    parcel = export(project, name, tag="bread" if name == "wrench" else None)
    write_parcel(parcel, tmp_path)
    if name in {"label-studio", "prodigy"}:
        with pytest.raises(ExchangeError, match=r"it has no `(annotations|answer)`\."):
            import_files(name, [str(tmp_path)], settings_of(project))
        return
    imported = import_files(name, [str(tmp_path)], settings_of(project))
    assert (imported.rows, imported.decisions) == ((), ())
    [told] = what(imported.warnings)
    assert told.startswith(("held back", "there is no response"))


def test_rows_that_nobody_changed_are_held_back_told_and_taken_where_asked_for(project, tmp_path):
    rows = rows_of(export(project))
    rows[2]["tags"] = [*rows[2]["tags"][1:], "baking"]
    path = write(tmp_path, *rows)
    imported = import_files("jsonl", [path], settings_of(project))
    assert {each.record_id for each in imported.decisions} == {3} == {row.record_id for row in imported.rows}
    assert what(imported.warnings) == ["held back, as their tags are still those that went out: 11 rows of 12."]
    with_all = import_files("jsonl", [path], settings_of(project), unchanged_too=True)
    assert {row.record_id for row in with_all.rows} == set(range(1, 13))
    assert with_all.warnings == ()


def test_unknown_records_and_tags_are_left_out_and_told(project, tmp_path):
    path = write(
        tmp_path,
        {"record_id": "1", "tags": ["bread", "Brot", "loaf"]},
        {"record_id": 99, "tags": ["bread"]},
        {"tags": ["bread"], "text": "nothing like it"},
    )
    imported = import_files("jsonl", [path], settings_of(project))
    assert [(each.record_id, each.tag) for each in imported.decisions] == [(1, "bread")]
    told = [str(problem) for problem in imported.warnings]
    assert any("rows.jsonl:2: no record has the id 99; it is left out." in line for line in told)
    assert any("it names no record, and no record has this text" in line for line in told)
    assert any("'Brot' is no tag; it is left out." in line for line in told)


@pytest.mark.parametrize(
    ("written", "said", "told"),
    [
        (["sourdough", "veg"], {"bread": "yes", "vegetables": "yes"}, {"'sourdough' is read as 'bread'.",
                                                                       "'veg' is read as 'vegetables'."}),
        (["Bread", "vegetable"], {"bread": "yes", "vegetables": "yes"}, {"'Bread' is read as 'bread'.",
                                                                         "'vegetable' is read as 'vegetables'."}),
        (["bread", "loaf"], {"bread": "yes", "vegetables": "no"}, {"'loaf' is read as 'bread'."}),
        (["bread", "vegetabels"], {"bread": "yes"}, {"'vegetabels' is no tag; it is left out."}),
        (["bread", "Brot"], {"bread": "yes", "vegetables": "no"}, {"'Brot' is no tag; it is left out."}),
    ],
)  # fmt: skip
def test_a_tag_is_read_by_every_name_that_it_has_and_none_is_said_against_it(project, tmp_path, written, said, told):
    row = {"record_id": 1, "tags": written, "suggested": ["bread", "vegetables"]}
    imported = import_files("jsonl", [write(tmp_path, row)], settings_of(project))
    assert {each.tag: each.verdict for each in imported.decisions} == said
    assert set(what(imported.warnings)) == told


def test_nothing_is_said_against_the_tags_that_share_an_alias(project, tmp_path):
    tags = [{"tag": "cooking", "aliases": ["stock"]}, {"tag": "trade", "aliases": ["stock"]}, {"tag": "bread"}]
    (tmp_path / "tags.json").write_text(json.dumps(tags))
    row = {"record_id": 1, "tags": ["stock"], "suggested": ["cooking", "trade", "bread"]}
    settings = replace(settings_of(project), tags=str(tmp_path / "tags.json"))
    imported = import_files("jsonl", [write(tmp_path, row)], settings)
    assert [(each.tag, each.verdict) for each in imported.decisions] == [("bread", "no")]
    [problem] = imported.warnings
    assert problem.fix.endswith("write one of them. Nothing is said against 'cooking', 'trade' there.")


def test_answers_about_an_alias_and_its_tag_are_one_question(project, tmp_path):
    asked = [("loaf", "accept", 1), ("bread", "reject", 2)]
    rows = [{"record_id": 1, "label": tag, "answer": said, "_timestamp": when} for tag, said, when in asked]
    imported = import_files("prodigy", [write(tmp_path, *rows)], settings_of(project))
    assert [(each.tag, each.verdict) for each in imported.decisions] == [("bread", "no")]


def test_where_no_record_is_known_the_import_is_an_error(project, tmp_path):
    with pytest.raises(ExchangeError, match="none of its records is in this project: no record has the id 99"):
        import_files("jsonl", [write(tmp_path, {"record_id": 99, "tags": ["bread"]})], settings_of(project))


def test_a_record_is_found_by_its_text(project, tmp_path):
    path = tmp_path / "lines.txt"
    path.write_text("__label__bread Sourdough for beginners Feed the starter for a week, then bake the first loaf.\n")
    imported = import_files("fasttext", [str(path)], settings_of(project))
    assert [(each.record_id, each.tag, each.verdict) for each in imported.decisions] == [(1, "bread", "yes")]


def test_the_last_annotation_of_an_annotator_counts(project, tmp_path):
    task = {"data": {"record_id": 1, "suggested": []}, "annotations": []}
    for user, tag, time in ((1, "bread", "2026-01-02"), (1, "baking", "2026-01-01"), (2, "cooking", "2026-01-01")):
        region = {"type": "choices", "from_name": "tags", "value": {"choices": [tag]}}
        task["annotations"].append({"completed_by": user, "result": [region], "updated_at": time})
    path = tmp_path / "export.json"
    path.write_text(json.dumps([task]))
    imported = import_files("label-studio", [str(path)], settings_of(project))
    assert [(each.annotator, each.tag) for each in imported.decisions] == [("1", "bread"), ("2", "cooking")]
    assert what(imported.warnings) == [
        "1 annotation had a later one of the same record by the same annotator, which counts."
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.250Z"),  # as text, Z is after the full stop
        ("2026-01-02T03:00:00+02:00", "2026-01-02T02:00:00Z"),
        ("2026-01-02T03:00:00", "2026-01-02T03:00:01Z"),
        ("", "2026-01-02"),
        ("yesterday", "2026-01-02T03:00:00Z"),
    ],
)
def test_the_last_annotation_is_told_by_the_clock(project, tmp_path, first, second):
    task = {"data": {"record_id": 1, "suggested": []}, "annotations": []}
    for tag, time in (("bread", second), ("baking", first)):
        region = {"type": "choices", "from_name": "tags", "value": {"choices": [tag]}}
        task["annotations"].append({"completed_by": 1, "result": [region], "updated_at": time})
    (tmp_path / "export.json").write_text(json.dumps([task]))
    imported = import_files("label-studio", [str(tmp_path / "export.json")], settings_of(project))
    assert [each.tag for each in imported.decisions] == ["bread"]


def test_files_of_several_annotators_are_told_apart(project, tmp_path):
    paths = [
        write(tmp_path, {"record_id": 1, "tags": [tag]}, {"record_id": 2, "tags": []}, name=f"{name}.jsonl")
        for name, tag in (("ann", "bread"), ("ben", "baking"))
    ]
    imported = import_files("jsonl", paths, settings_of(project))
    assert [(each.annotator, each.tag) for each in imported.decisions] == [("ann", "bread"), ("ben", "baking")]
    assert what(imported.warnings) == [
        "files that do not say who answered have the same records; each is taken for one annotator's: ann, ben."
    ]


def test_folders_of_several_annotators_are_told_apart(project, tmp_path):
    for name, tags in (("ann", {1: "bread", 2: "baking"}), ("ben", {1: "cooking", 3: "baking"})):
        (tmp_path / name).mkdir()
        for record_id, tag in tags.items():
            (tmp_path / name / f"{record_id}.ann").write_text(f"T1\t{tag} 0 3\txxx\n")
    imported = import_files("brat", [str(tmp_path / "ann"), str(tmp_path / "ben")], settings_of(project))
    assert sorted((each.annotator, each.record_id, each.tag) for each in imported.decisions) == [
        ("ann", 1, "bread"),
        ("ann", 2, "baking"),
        ("ben", 1, "cooking"),
        ("ben", 3, "baking"),
    ]


def test_parts_of_one_table_are_nobodys(project, tmp_path):
    paths = [write(tmp_path, {"record_id": i, "tags": ["bread"]}, name=f"part{i}.jsonl") for i in (1, 2)]
    imported = import_files("jsonl", paths, settings_of(project))
    assert {each.annotator for each in imported.decisions} == {""}
    assert imported.warnings == ()


def test_ids_are_found_as_a_table_spells_them(project, tmp_path):
    text = " ".join(rows_of(export(project))[2][field] for field in ("title", "description"))
    path = tmp_path / "rows.csv"
    path.write_text(f'record_id,tags,text\n7.0,bread,\n 5 ,bread,\n  ,bread,"{text}"\n', encoding="utf-8")
    imported = import_files("csv", [str(path)], settings_of(project))
    assert [each.record_id for each in imported.decisions] == [7, 5, 3]
    assert imported.warnings == ()


def test_answers_about_one_tag_each_all_count(project, tmp_path):
    asked = [
        ("bread", "accept", "ann"),
        ("baking", "accept", "ann"),
        ("cooking", "reject", "ann"),
        ("bread", "reject", "ben"),
    ]
    rows = [{"record_id": 1, "label": tag, "answer": said, "_annotator_id": who} for tag, said, who in asked]
    imported = import_files("prodigy", [write(tmp_path, *rows)], settings_of(project))
    assert [(each.tag, each.verdict, each.annotator) for each in imported.decisions] == [
        ("bread", "yes", "ann"),
        ("baking", "yes", "ann"),
        ("cooking", "no", "ann"),
        ("bread", "no", "ben"),
    ]
    assert imported.warnings == ()
    content, warnings = gold_file(imported.rows, "multilabel")
    assert content == b""  # nobody said which tags the record has
    assert what(warnings) == ["left out of gold, as answers are about single tags only: 1 record."]


def test_a_choice_that_was_rejected_is_no_gold(project, tmp_path):
    """It says that what was accepted beforehand is wrong, not which tags the record has."""
    options = [{"id": "bread"}, {"id": "cooking"}]
    rows = [
        {"record_id": 1, "options": options, "accept": ["bread"], "answer": "reject", "_annotator_id": "ann"},
        {"record_id": 2, "options": options, "accept": ["bread"], "answer": "reject", "_annotator_id": "ann"},
        {"record_id": 2, "options": options, "accept": ["cooking"], "answer": "accept", "_annotator_id": "ben"},
    ]
    imported = import_files("prodigy", [write(tmp_path, *rows)], settings_of(project))
    content, warnings = gold_file(imported.rows, "multilabel")
    assert content.decode() == '{"id": 2, "tags": ["cooking"]}\n'
    assert what(warnings) == ["left out of gold, as answers are about single tags only: 1 record."]


def test_votes_on_one_tag_are_no_gold(project, tmp_path):
    parcel = export(project, "wrench", tag="bread")
    paths = [str(path) for path in write_parcel(parcel, tmp_path)]
    imported = import_files("wrench", paths, settings_of(project), unchanged_too=True)
    assert {row.chosen for row in imported.rows} == {("bread",), ()}
    assert gold_file(imported.rows, "multilabel")[0] == b""


def test_a_class_is_gold_where_most_annotators_chose_it(project, tmp_path):
    said = {1: ("bread", "baking"), 2: ("bread", "bread", "baking"), 3: (None,), 4: ("cooking",)}
    rows = [
        {"record_id": record_id, "tags": [tag] if tag else [], "annotator": f"a{i}"}
        for record_id, tags in said.items()
        for i, tag in enumerate(tags)
    ]
    imported = import_files("jsonl", [write(tmp_path, *rows)], settings_of(project))
    content, warnings = gold_file(imported.rows, "multiclass")
    assert content.decode() == '{"id": 2, "tags": ["bread"]}\n{"id": 4, "tags": ["cooking"]}\n'
    assert what(warnings) == ["left out of gold, as no class has most of the annotators: 2 records."]


def test_gold_tags_are_what_most_annotators_chose(project, tmp_path):
    rows = [
        {"record_id": 1, "tags": tags, "annotator": name}
        for name, tags in (("a", ["bread", "baking"]), ("b", ["bread"]))
    ]
    imported = import_files("jsonl", [write(tmp_path, *rows, {"record_id": 2, "tags": []})], settings_of(project))
    assert gold_file(imported.rows, "multilabel")[0].decode() == '{"id": 1, "tags": ["bread"]}\n{"id": 2, "tags": []}\n'


def test_gold_that_was_written_is_read_by_the_next_run(project, tmp_path):
    imported = import_files("jsonl", [write(tmp_path, {"record_id": 1, "tags": ["bread"]})], settings_of(project))
    (tmp_path / "gold.jsonl").write_bytes(gold_file(imported.rows, "multilabel")[0])
    run = Project.changed(settings_of(project), gold=str(tmp_path / "gold.jsonl")).run(
        label_model="majority", end_model="none"
    )
    assert run.manifest["inputs"]["gold"]["records"] == 1


def test_exported_rows_are_records_again(project, tmp_path):
    [path] = write_parcel(export(project, "csv"), tmp_path / "records.csv")
    again = Project.of(str(path), str(project / "data/tags.json"), label_model="majority", end_model="none").run()
    assert again.manifest["inputs"]["records"]["records"] == 12


def test_patterns_become_labeling_functions_of_the_project(project, tmp_path):
    copy = tmp_path / "project"
    shutil.copytree(project, copy)
    path = write(
        tmp_path,
        {"label": "bread", "pattern": [{"lower": "rye"}, {"lower": "flour"}], "id": "rye"},
        {"label": "bread", "pattern": [{"lower": {"in": ["rye", "spelt"]}}, {"lower": "loaf"}], "id": "loaves"},
        {"label": "Brot", "pattern": "Roggen"},
    )
    imported = import_files("patterns", [path], settings_of(copy))
    assert what(imported.warnings) == ["'Brot' is no tag; it is left out."]
    written, warnings = add_rules(imported.rules, copy / "lfs/patterns.yaml", settings_of(copy))
    assert (written, warnings) == (2, [])
    run = Project.load(copy).run(label_model="majority", end_model="none")
    assert {"rye", "loaves"} <= set(run.manifest["labeling_functions"])
    again, warnings = add_rules(imported.rules, copy / "lfs/patterns.yaml", settings_of(copy))
    assert again == 0
    assert what(warnings) == ["2 labeling functions are here already: rye, loaves."]


def test_a_vocabulary_that_is_not_there_is_told(project, tmp_path):
    settings = Project.load(project).settings
    with pytest.raises(TagsError):
        import_files("jsonl", [write(tmp_path, {"record_id": 1, "tags": []})], replace(settings, tags="nowhere.json"))
