import json
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from weaklabel.cluster import target
from weaklabel.cluster.target import VoteFile, read_description
from weaklabel.errors import OutputError


def batch(*values):
    return pa.record_batch({"record_id": pa.array(values, pa.int64())})


def write(path, *batches, **description):
    with VoteFile(path) as file:
        for part in batches:
            file.write(part)
        file.commit(description)


def test_a_file_appears_as_a_whole_with_its_description(tmp_path):
    path = tmp_path / "sub" / "a.parquet"
    with VoteFile(path) as file:
        file.write(batch(1, 2))
        file.write(batch(3))
        assert not path.exists()
        file.commit({"records": 3})
    assert pq.read_table(path).column("record_id").to_pylist() == [1, 2, 3]
    assert read_description(path) == {"format": 1, "records": 3}
    assert [entry.name for entry in path.parent.iterdir()] == ["a.parquet"]
    assert path.stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_rows_are_collected_into_row_groups_and_the_bytes_depend_on_the_batches_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(target, "ROW_GROUP_ROWS", 4)
    batches = [batch(1, 2, 3), batch(), batch(4, 5), batch(6)]
    write(tmp_path / "a.parquet", *batches, x=1)
    write(tmp_path / "b.parquet", *batches, x=1)
    metadata = pq.read_metadata(tmp_path / "a.parquet")
    assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [5, 1]
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_votes_on_nothing_are_a_file_without_rows(tmp_path):
    write(tmp_path / "a.parquet", batch())
    assert pq.read_table(tmp_path / "a.parquet").num_rows == 0


def test_what_breaks_off_leaves_what_was_there(tmp_path):
    path = tmp_path / "a.parquet"
    write(path, batch(1), x=1)

    def break_off():
        with VoteFile(path) as file:
            file.write(batch(2))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert pq.read_table(path).column("record_id").to_pylist() == [1]
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.parquet"]


def test_a_disk_that_refuses_is_said(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="votes cannot be written: File exists"), VoteFile(tmp_path / "file/a"):
        pass

    def full(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(OutputError, match="votes cannot be written: No space left on device"):
        write(tmp_path / "a.parquet", batch(1))
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_truncated_file_counts_as_not_there_and_a_foreign_one_is_not_ours(tmp_path):
    path = tmp_path / "a.parquet"
    assert read_description(path) is None
    write(path, batch(*range(100)), x=1)
    path.write_bytes(path.read_bytes()[:-10])
    assert read_description(path) is None
    pq.write_table(pa.table({"x": [1]}), path)
    with pytest.raises(OutputError, match=r"a\.parquet: this file was not written by `weaklabel vote`"):
        read_description(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(OutputError, match="a folder stands where votes would be written"):
        read_description(path)


@pytest.mark.parametrize("text", [b"no json", b"[]", json.dumps({"format": 2}).encode()])
def test_a_description_that_is_not_understood_counts_as_none(tmp_path, text):
    pq.write_table(pa.table({"x": [1]}).replace_schema_metadata({b"weaklabel": text}), tmp_path / "a.parquet")
    assert read_description(tmp_path / "a.parquet") is None
