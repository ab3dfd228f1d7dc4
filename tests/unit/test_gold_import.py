"""Gold tags by hand, brought into the vocabulary's spelling."""

import json

import pytest

from support.problems import shown
from weaklabel import Project
from weaklabel.errors import RecordsError
from weaklabel.gold_import import import_gold
from weaklabel.inputs import load_inputs
from weaklabel.terms import ColumnNames

RECORDS = [{"id": i, "title": f"t{i}", "tags": [], "checked": checked} for i, checked in enumerate("abc", start=1)]
TAGS = [
    {"tag": "natural-language-processing", "aliases": ["nlp"]},
    {"tag": "transformers", "parents": ["natural-language-processing"]},
    {"tag": "a"},
    {"tag": "b"},
]


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "records.json").write_text(json.dumps(RECORDS))
    (tmp_path / "tags.json").write_text(json.dumps(TAGS))

    def make(**changes):
        return Project.of(str(tmp_path / "records.json"), str(tmp_path / "tags.json"), cache=None, **changes).settings

    return make


def imported(settings, tmp_path, text):
    (tmp_path / "g.csv").write_text(text)
    return import_gold(settings, str(tmp_path / "g.csv"))


def test_spellings_are_resolved_and_parents_added(settings, tmp_path):
    found = imported(settings(), tmp_path, 'id,tags\n3,"NLP, zorp"\n1,transfomers\n2,\n')
    assert found.as_json_lines() == (
        '{"id": 1, "tags": ["natural-language-processing", "transformers"]}\n'
        '{"id": 3, "tags": ["natural-language-processing"]}\n'
    )
    assert found.added == 1
    assert [(s.tag.spelling, s.tag.match and s.tag.match.how, s.records) for s in found.spelt] == [
        ("zorp", None, 1),
        ("NLP", "alias", 1),
        ("transfomers", "typo", 1),
    ]


def test_what_is_imported_is_read_as_gold(settings, tmp_path):
    found = imported(settings(), tmp_path, "id,tags\n1,nlp\n")
    (tmp_path / "gold.jsonl").write_text(found.as_json_lines())
    gold = load_inputs(settings(gold=str(tmp_path / "gold.jsonl"))).gold
    assert {i: row.tags for i, row in gold.items()} == {0: {"natural-language-processing"}}


def test_planted_mislabels_are_kept(settings, tmp_path):
    (tmp_path / "g.jsonl").write_text('{"id": 1, "tags": ["a"], "planted": [{"kind": "missing", "tag": "a"}]}\n')
    found = import_gold(settings(), str(tmp_path / "g.jsonl"))
    assert json.loads(found.as_json_lines())["planted"] == [{"kind": "missing", "tag": "a"}]


def test_a_column_of_the_records_holds_gold_tags(settings):
    with pytest.raises(RecordsError) as caught:
        load_inputs(settings(gold_column="checked"))
    assert [p.what for p in caught.value.problems] == ["'c' is no tag."]  # strict: it is trusted as it is written
    assert import_gold(settings(gold_column="checked"), settings().records).gold[3].tags == frozenset()


def test_gold_tags_of_a_column_are_those_of_their_rows(tmp_path):
    (tmp_path / "records.csv").write_text("title,checked\nx,a|b\ny,\nz,[]\n")  # without ids: rows are numbered
    (tmp_path / "tags.json").write_text(json.dumps(TAGS))
    (tmp_path / "weaklabel.yaml").write_text(
        "records: records.csv\ntags: tags.json\ngold: {column: checked, separator: '|'}\n"
    )
    inputs = load_inputs(Project.load(tmp_path).settings)
    assert {i: row.tags for i, row in inputs.gold.items()} == {0: {"a", "b"}, 2: frozenset()}
    assert inputs.files["gold"]["records"] == 2


def test_a_column_that_is_not_there_is_named_with_the_nearest(settings):
    with pytest.raises(RecordsError) as caught:
        load_inputs(settings(gold_column="cheked"))
    [said] = shown(caught.value.problems)
    assert said.endswith("no row has the column 'cheked' (gold.column). Did you mean 'checked'?")


def test_classes_stand_alone_and_are_one_a_record(settings, tmp_path):
    found = imported(settings(task="multiclass"), tmp_path, "id,tags\n1,transformers\n")
    assert found.gold[1].tags == {"transformers"}
    with pytest.raises(RecordsError) as caught:
        imported(settings(task="multiclass"), tmp_path, 'id,tags\n1,"a, b"\n2,zorp\n')
    assert shown(caught.value.problems) == [
        f"{tmp_path}/g.csv:2: the record '1' has the classes a, b. "
        "Each record has exactly one class: mend it, or make it null.",
        f"{tmp_path}/g.csv:3: the record '2' has no class that is in the vocabulary. "
        "Each record has exactly one class: mend it, or make it null.",
    ]


def test_an_id_of_no_record_and_one_that_stands_twice_are_errors(settings, tmp_path):
    with pytest.raises(RecordsError) as caught:
        imported(settings(), tmp_path, "id,tags\n1,a\n1,b\n9,a\n")
    assert [p.what for p in caught.value.problems] == ["the id '1' stands twice.", "no record has the id '9'."]


def test_the_command_names_its_options_where_a_column_is_not_there(settings, tmp_path):
    with pytest.raises(RecordsError, match=r"no row has the column 'cheked' \(--column\)"):
        import_gold(settings(gold_column="cheked"), settings().records)
    with pytest.raises(RecordsError, match=r"no row has the column 'tgas' \(--tags-column\)"):
        imported(settings(gold_columns=ColumnNames(tags="tgas")), tmp_path, "id,tags\n1,a\n")
    with pytest.raises(RecordsError, match=r"no column looks like an id\. Name it with --id\."):
        imported(settings(), tmp_path, "x,tags\n1,a\n")
