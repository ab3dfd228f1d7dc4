import os
from pathlib import Path

import pytest

from weaklabel.cluster.tasks import FileTask, Stamp, find_tasks
from weaklabel.errors import OutputError, Place, Problem, RecordsError


def write(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def test_of_a_folder_all_records_files_count_and_keep_their_subfolders(tmp_path):
    write(tmp_path, "b.jsonl", "a.parquet", "sub/c.csv", "sub/d.PARQUET", "e.tsv", "f.ndjson", "g.json")
    write(
        tmp_path,
        "README.md",
        "_SUCCESS",
        "_old/x.parquet",
        ".hidden.csv",
        ".git/x.csv",
        "votes/a.parquet",
        "votes/x/b.csv",
    )
    tasks = find_tasks(str(tmp_path), tmp_path / "votes")
    out = tmp_path / "votes"
    assert {task.name: Path(task.target) for task in tasks} == {
        "a.parquet": out / "a.parquet",
        "b.jsonl": out / "b.jsonl.parquet",
        "e.tsv": out / "e.tsv.parquet",
        "f.ndjson": out / "f.ndjson.parquet",
        "g.json": out / "g.json.parquet",
        "sub/c.csv": out / "sub/c.csv.parquet",
        "sub/d.PARQUET": out / "sub/d.PARQUET",
    }
    assert [task.name for task in tasks] == sorted(task.name for task in tasks)
    assert tasks[0].source == str(tmp_path / "a.parquet")


def test_paths_are_absolute_and_shown_as_they_were_given(tmp_path, monkeypatch):
    write(tmp_path, "records/a.csv")
    monkeypatch.chdir(tmp_path)
    assert find_tasks("records", Path("votes")) == [
        FileTask("a.csv", str(tmp_path / "records/a.csv"), str(tmp_path / "votes/a.csv.parquet"), "records/a.csv")
    ]
    assert find_tasks("records/a.csv", Path("votes")) == find_tasks("records", Path("votes"))


def test_a_url_is_a_file_that_is_always_read_anew(tmp_path):
    (task,) = find_tasks("https://example.org/data/some%20records.jsonl?x=1", tmp_path)
    assert (task.name, Path(task.target)) == ("some records.jsonl", tmp_path / "some records.jsonl.parquet")
    assert task.stamp() is None


def test_a_folder_without_records_is_an_error(tmp_path):
    write(tmp_path, "notes.txt", "_x.csv")
    with pytest.raises(RecordsError, match="there are no records files in this folder"):
        find_tasks(str(tmp_path), tmp_path / "votes")


def test_records_are_never_overwritten_nor_votes_by_votes(tmp_path):
    write(tmp_path, "data/a.parquet", "data/b.csv", "data/b.csv.parquet")
    with pytest.raises(OutputError) as caught:
        find_tasks(str(tmp_path / "data/a.parquet"), tmp_path / "data")
    assert str(caught.value) == (
        f"{tmp_path}/data/a.parquet: votes would be written over records. Name another folder with --out."
    )
    with pytest.raises(OutputError) as caught:
        find_tasks(str(tmp_path / "data"), tmp_path / "votes")
    assert str(caught.value) == (
        f"{tmp_path}/data/b.csv.parquet: the votes on it and on {tmp_path}/data/b.csv would both be written to "
        f"{tmp_path}/votes/b.csv.parquet. Rename one of the two."
    )


def test_a_stamp_is_size_and_time(tmp_path):
    write(tmp_path, "a.csv")
    os.utime(tmp_path / "a.csv", ns=(5, 7))
    (task,) = find_tasks(str(tmp_path / "a.csv"), tmp_path / "votes")
    assert task.stamp() == Stamp(1, 7)


def test_problems_name_the_file_as_the_user_does():
    task = FileTask("a.csv", "/data/a.csv", "/votes/a.csv.parquet", "a.csv")
    problems = [Problem("x", Place("/data/a.csv", 3)), Problem("y", Place("/other")), Problem("z")]
    assert [str(problem) for problem in task.rename(problems)] == ["a.csv:3: x", "/other: y", "z"]
