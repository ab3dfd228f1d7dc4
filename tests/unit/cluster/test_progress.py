import json
from pathlib import Path

from support.vote_files import make_rows, write_records
from weaklabel.cluster.progress import estimate_records
from weaklabel.cluster.tasks import FileTask


def estimate(path):
    return estimate_records(FileTask(Path(path).name, str(path), "", ""))


def test_parquet_states_its_records_and_lines_are_counted_in_a_sample(tmp_path):
    write_records(tmp_path / "a.parquet", make_rows(1, 50))
    assert estimate(tmp_path / "a.parquet") == 50
    line = json.dumps({"id": 1, "title": "x" * 83}) + "\n"
    (tmp_path / "a.jsonl").write_text(line * 10_000)
    assert 9_990 <= estimate(tmp_path / "a.jsonl") <= 10_000


def test_what_cannot_be_read_has_none(tmp_path):
    (tmp_path / "empty.csv").write_bytes(b"")
    assert [estimate(tmp_path / name) for name in ("empty.csv", "none.csv")] == [0, 0]
    assert estimate("https://example.org/a.csv") == 0
