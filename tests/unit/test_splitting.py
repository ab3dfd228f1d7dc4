"""Splits of a small project: the file, growth, gold, leaks."""

import json

import pytest

from support.problems import shown
from weaklabel import Project
from weaklabel.cli import split as command
from weaklabel.errors import OutputError, SplitsError
from weaklabel.splits import SIMILARITY
from weaklabel.splitting import FILE_NAME, check_splits, read_splits, split_records, write_splits

TAGS = [{"tag": "animal"}, {"tag": "fox", "parents": ["animal"]}, {"tag": "owl", "parents": ["animal"]}]
LONG = "a long text of ten words that another record repeats"


def make_records(n):
    return [{"id": i, "title": f"number{i} of its own", "tags": [("fox", "owl")[i % 2]]} for i in range(n)]


@pytest.fixture
def settings(tmp_path):
    def make(records, **changes):
        (tmp_path / "records.json").write_text(json.dumps(records))
        (tmp_path / "tags.json").write_text(json.dumps(TAGS))
        paths = (str(tmp_path / "records.json"), str(tmp_path / "tags.json"))
        return Project.of(*paths, cache=None, **changes).settings

    return make


def split_into(path, settings, **options):
    made = split_records(settings, path, **options)
    write_splits(path, made.assignment)
    return made


def test_each_tag_has_its_share_in_each_split(settings, tmp_path):
    made = split_into(tmp_path / FILE_NAME, settings(make_records(100)))
    assert made.balance.records == (80, 10, 10)
    assert {tag.tag: tag.in_split for tag in made.balance.tags} == {
        "animal": (80, 10, 10),
        "fox": (40, 5, 5),
        "owl": (40, 5, 5),
    }
    assert (made.kept, made.new, made.balance.mean_deviation) == (0, 100, 0.0)


def test_tags_without_a_record_in_a_split_are_counted(settings, tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "TAGS", [*TAGS, {"tag": "robin"}])
    records = [*make_records(60), {"id": "x", "title": "the only robin", "tags": ["robin"]}]
    made = split_into(tmp_path / FILE_NAME, settings(records), shares={"train": 0.8, "test": 0.2, "old": 0.0})
    assert made.balance.lacking() == {"test": 1}


def test_a_record_never_changes_its_split_as_data_grows(settings, tmp_path):
    path = tmp_path / FILE_NAME
    split_into(path, settings(make_records(40)))
    first = path.read_text()
    grown = make_records(100)[::-1]
    made = split_into(path, settings(grown[:-1], seed=7))  # in another order, with another seed, without the first
    assert path.read_text().startswith(first)
    assert (made.kept, made.new, made.vanished) == (39, 60, ("0",))
    assert len(read_splits(path).split_of) == 100
    again = path.read_bytes()
    split_into(path, settings(grown[:-1], seed=8))
    assert path.read_bytes() == again


def test_gold_tags_come_before_given_ones(settings, tmp_path):
    records = make_records(20)
    (tmp_path / "gold.json").write_text(json.dumps([{"id": r["id"], "tags": []} for r in records]))
    made = split_records(settings(records, gold=str(tmp_path / "gold.json")), tmp_path / FILE_NAME)
    assert made.balance.tags == ()


def test_classes_are_not_closed(settings, tmp_path):
    made = split_records(settings(make_records(20), task="multiclass"), tmp_path / FILE_NAME)
    assert [tag.tag for tag in made.balance.tags] == ["fox", "owl"]


def test_near_duplicates_share_a_split_also_with_records_that_have_one(settings, tmp_path):
    path = tmp_path / FILE_NAME
    records = [*make_records(30), *({"id": 100 + i, "title": f"{LONG} {i}", "tags": []} for i in range(20))]
    made = split_into(path, settings(records))
    assert made.together == 20
    assert len({made.assignment.split_of[str(100 + i)] for i in range(20)}) == 1
    checked = check_splits(settings([*records, {"id": 999, "title": LONG, "tags": []}]), path)
    assert (checked.records, checked.unassigned, checked.leaks) == (50, (999,), ())
    path.write_text("record_id,split\n105,test\n")
    split_into(path, settings(records))
    assert {read_splits(path).split_of[str(100 + i)] for i in range(20)} == {"test"}


def test_leaks_are_found_where_they_are_allowed(settings, tmp_path):
    path = tmp_path / FILE_NAME
    records = [{"id": i, "title": f"{LONG} {i // 2}", "tags": []} for i in range(20)]
    split_into(path, settings(records), similarity=None)
    checked = check_splits(settings(records), path)
    splits = read_splits(path).split_of
    leaked = {i for leak in checked.leaks for i in (leak.record_id, leak.other_id)}
    assert {str(i) for i in leaked} == set(splits)  # all are alike, and no split has all
    assert all(leak.split != leak.other_split for leak in checked.leaks)
    assert checked.leaks[0].similarity == 1.0
    assert checked.as_json()["leaks"][0]["text"] == records[checked.leaks[0].record_id]["title"]


def test_a_split_of_the_file_must_have_a_share(settings, tmp_path):
    path = tmp_path / FILE_NAME
    path.write_text("record_id,split\n1,train\n2,dve\n")
    with pytest.raises(SplitsError) as caught:
        split_records(settings(make_records(3)), path)
    assert shown(caught.value.problems) == [
        f"{path}:3: the split 'dve' has no share. Did you mean 'dev'? "
        "Give it a share with --shares; with dve=0 it gets no more records."
    ]


def test_a_file_that_cannot_be_written_leaves_nothing_behind(settings, tmp_path):
    (tmp_path / "folder.csv").mkdir()
    made = split_records(settings(make_records(3)), tmp_path / FILE_NAME)
    with pytest.raises(OutputError, match="it cannot be written"):
        write_splits(tmp_path / "folder.csv", made.assignment)
    assert not list(tmp_path.glob(".folder*"))


def test_tabs_are_written_where_the_name_says_so_and_read_again(settings, tmp_path):
    path = tmp_path / "splits.tsv"
    made = split_into(path, settings(make_records(20)))
    assert path.read_text().splitlines()[0] == "record_id\tsplit"
    assert read_splits(path).split_of == made.assignment.split_of


def test_another_ending_is_refused_before_anything_is_read(settings, tmp_path):
    path = tmp_path / "records.json"
    made = settings(make_records(3))
    path.write_text("not read")
    with pytest.raises(OutputError, match=r"splits cannot be written as '\.json'\. Name a file that ends with \.csv"):
        split_records(made, path)
    assert path.read_text() == "not read"


def test_the_command_states_the_same_similarity():
    assert command.SIMILARITY == SIMILARITY
