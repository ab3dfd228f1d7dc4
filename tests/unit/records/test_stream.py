from __future__ import annotations

import json
import os
import subprocess
import sys
import threading

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from support.loopback import serve
from support.problems import shown, what, where
from weaklabel.errors import RecordsError
from weaklabel.records import count_hint, size_bytes, stream_records
from weaklabel.records.repeats import SeenIds
from weaklabel.terms import ColumnNames


def lines(*entries):
    return "".join(json.dumps(entry) + "\n" for entry in entries).encode()


def entries(*ids):
    return [{"id": i, "title": f"t{i}", "tags": ["a"]} for i in ids]


def stream(tmp_path, data, name="f.jsonl", columns=ColumnNames(), **options):  # noqa: B008 - frozen
    (tmp_path / name).write_bytes(data)
    warnings = []
    options = {"batch_rows": 2, **options}
    return list(stream_records(str(tmp_path / name), columns, warnings=warnings, **options)), warnings


def refuse(tmp_path, data, name="f.jsonl", **options):
    """The batches before an error, and its errors, under the file's name alone."""
    (tmp_path / name).write_bytes(data)
    seen = []
    with pytest.raises(RecordsError) as caught:
        seen.extend(s.ids for s in stream_records(str(tmp_path / name), **{"batch_rows": 2, **options}))
    folder = f"{tmp_path}{os.sep}"
    return [shown_id for ids in seen for shown_id in ids], [line.replace(folder, "") for line in shown(errors(caught))]


def errors(caught):
    return [problem for problem in caught.value.problems if problem.severity == "error"]


def parquet(path, **columns):
    pq.write_table(pa.table(columns), path)
    return path.read_bytes()


def test_batches_have_no_more_rows_than_asked_for(tmp_path):
    sources, _ = stream(tmp_path, lines(*entries(1, 2, 3, 4, 5)))
    assert [s.ids for s in sources] == [(1, 2), (3, 4), (5,)]


@pytest.mark.parametrize("name", ["f.jsonl", "f.csv"])
def test_a_batch_of_long_records_ends_early(tmp_path, name, monkeypatch):
    monkeypatch.setattr("weaklabel.records.stream.BATCH_BYTES", 300)
    long = "x" * 200
    data = lines(*({"id": i, "title": long} for i in range(6)))
    if name == "f.csv":
        data = b"id,title\n" + b"".join(f"{i},{long}\n".encode() for i in range(6))
    sources, _ = stream(tmp_path, data, name, batch_rows=100)
    assert [len(s) for s in sources] == [2, 2, 2]


def test_errors_have_the_lines_of_the_file_and_come_after_the_batches_before_them(tmp_path):
    data = lines(*entries(1, 2)) + b'\n{"id": 3,\n' + lines({"id": None, "title": []}) + lines(*entries(6))
    seen, told = refuse(tmp_path, data, batch_rows=3)
    assert seen == [1, 2]
    assert told == [
        "f.jsonl:4:10: this is not valid JSON: expecting property name enclosed in double quotes. "
        "Write one complete JSON object a line.",
        "f.jsonl:5: the id is missing. Give 'id' a whole number or a text that no other record has.",
        "f.jsonl:5: 'title' is a list, not text. Write one text, or name another column under records.fields.",
    ]


def test_errors_of_a_csv_file_count_line_breaks_in_quotes(tmp_path):
    data = b'id,title\n1,"a\nb"\n2,c\n3,d\n4\n5,"e\n\n",x\n'
    seen, told = refuse(tmp_path, data, "f.csv")
    assert seen == ["1", "2"]
    assert [line.partition(": ")[0] for line in told] == ["f.csv:6", "f.csv:7"]


def test_errors_of_a_parquet_file_count_rows_over_batches(tmp_path):
    data = parquet(tmp_path / "x", id=[1, 2, 3, None], title=["a"] * 4)
    seen, told = refuse(tmp_path, data, "f.parquet")
    assert (seen, [line.partition(". ")[0] for line in told]) == ([1, 2], ["f.parquet:4: the id is missing"])


@pytest.mark.parametrize("ids", [[5, 1, 1], ["b", "a", "a"]])
def test_an_id_twice_in_a_batch_of_a_parquet_file_names_both_rows(tmp_path, ids):
    data = parquet(tmp_path / "x", id=ids, title=["x"] * 3)
    _, told = refuse(tmp_path, data, "f.parquet", batch_rows=3)
    assert told == [f"f.parquet:3: the id {ids[2]!r} stands twice. It is in line 2 too: change one, or remove it."]


@pytest.mark.parametrize(("name", "head"), [("f.jsonl", b""), ("f.csv", b"id,title\n")])
def test_bytes_that_are_no_utf8_are_found_by_line_and_column(tmp_path, name, head, monkeypatch):
    monkeypatch.setattr("weaklabel.records.stream.BLOCK_BYTES", 10)
    rows = lines(*entries(1, 2, 3)) if name == "f.jsonl" else b"1,aaaaa\n2,bbbbb\n3,ccccc\n"
    _, (told,) = refuse(tmp_path, head + rows + b"\xc3\xa9 \xe9\n", name)
    line = 4 + (name == "f.csv")
    assert told.startswith(f"{name}:{line}:3: byte 0xe9 is not valid UTF-8. Save the file as UTF-8, for example: iconv")
    assert "-f latin1" in told


def test_a_line_that_begins_like_another_file_is_no_beginning(tmp_path):
    _, told = refuse(tmp_path, lines(*entries(1, 2)) + b"\xef\xbb\xbf" + lines(*entries(3)))
    assert [line.partition(": ")[0] for line in told] == ["f.jsonl:3:1"]
    _, told = refuse(tmp_path, lines(*entries(1, 2)) + b"\xff\xfe\n")
    assert "-f latin1" in told[0]


@pytest.mark.parametrize(("ids", "line"), [((1, 2, 3, 1), 4), (("a", "b", "c", "b"), 4), ((5, 1, 4, 3, 2, 4), 6)])
@pytest.mark.parametrize("name", ["f.jsonl", "f.parquet"])
def test_an_id_that_an_earlier_batch_has_is_an_error(tmp_path, ids, line, name):
    data = lines(*entries(*ids))
    if name == "f.parquet":
        data = parquet(tmp_path / "x", id=ids, title=["x"] * len(ids), tags=[["a"]] * len(ids))
    _, told = refuse(tmp_path, data, name)
    assert told == [
        f"{name}:{line}: the id {ids[-1]!r} stands twice. It is in an earlier line too: change one, or remove it."
    ]


def test_seen_ids_are_found_whatever_their_order():
    generator = np.random.default_rng(0)
    ids = generator.permutation(np.repeat(np.arange(-500, 500), 2))
    seen, known = SeenIds(), set()
    for start in range(0, len(ids), 50):
        batch = list(dict.fromkeys(ids[start : start + 50].tolist()))
        assert seen.note(np.array(batch)) == [i for i, record_id in enumerate(batch) if record_id in known]
        known.update(batch)


def test_ids_beyond_the_limit_are_unchecked_and_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("weaklabel.records.stream.SeenIds", lambda: SeenIds(limit=3))
    sources, warnings = stream(tmp_path, lines(*entries(1, 2, 3, 4, 1)))
    assert [s.ids for s in sources] == [(1, 2), (3, 4), (1,)]
    assert what(warnings) == ["only the first 3 ids were checked for repeats."]


def test_texts_that_follow_ids_of_numbers_are_an_error(tmp_path):
    seen, told = refuse(tmp_path, lines(*entries(1, 2, 3, "x")))
    assert seen == [1, 2]
    assert told == [
        "f.jsonl:4: this id is text, and those of the earlier records are numbers. Write them all in one way."
    ]


def test_numbers_that_follow_ids_of_text_are_read_as_text_with_one_warning(tmp_path):
    sources, warnings = stream(tmp_path, lines(*entries("a", "b", 3, 4, 5)))
    assert [s.ids for s in sources] == [("a", "b"), ("3", "4"), ("5",)]
    assert (what(warnings), where(warnings)) == (
        ["this id is a number, and those of the earlier records are text; all are read as text."],
        [(3, 0)],
    )


def test_rows_without_ids_are_numbered_over_batches(tmp_path):
    data = lines(*({"title": "x", "tags": []} for _ in range(5)))
    assert [s.ids for s in stream(tmp_path, data)[0]] == [(1, 2), (3, 4), (5,)]
    data = parquet(tmp_path / "x", title=["a"] * 5)
    assert [s.ids for s in stream(tmp_path, data, "f.parquet")[0]] == [(1, 2), (3, 4), (5,)]


def test_a_text_column_that_first_appears_in_a_later_batch_is_told_but_not_read(tmp_path):
    late = [{**entry, "description": "d", "url": "u"} for entry in entries(3, 4)]
    sources, warnings = stream(tmp_path, lines(*entries(1, 2), *late, *entries(5)))
    assert [s.fields for s in sources] == [("title",)] * 3
    assert (what(warnings), where(warnings)) == (
        ["the column 'description' first appears here, after the first batch of records; it is not read."],
        [(3, 0)],
    )
    assert [view.url for s in sources[1:] for view in s.views()] == ["u", "u", None]


def test_warnings_are_counted_over_batches(tmp_path):
    rows = [{"id": i, "title": title, "tags": tags} for i, (title, tags) in enumerate([("", None), (5, []), (" ", [None]), (6, ["a"])])]  # fmt: skip  # noqa: E501
    _, warnings = stream(tmp_path, lines(*rows))
    assert [line.split("/")[-1] for line in shown(warnings)] == [
        "f.jsonl:2: 'title' is no text in 2 records; it was converted. Write it in quotes.",
        "f.jsonl:3: the tags hold a null, which was left out. Remove it.",
        "f.jsonl: 2 records with no text at all. No labeling function can vote there.",
        "f.jsonl: 1 record with null tags. They count as unlabelled, not as records without tags.",
    ]


def test_of_warnings_about_single_places_the_first_are_kept(tmp_path):
    rows = [{"id": i, "title": "x", "tags": [None]} for i in range(130)]
    _, warnings = stream(tmp_path, lines(*rows), batch_rows=40)
    assert len(warnings) == 101
    assert where(warnings)[99:] == [(100, 0), (0, 0)]
    assert warnings[100].what == "30 further warnings like these."


@pytest.mark.parametrize("name", ["f.jsonl", "f.csv", "f.parquet"])
def test_only_texts_leaves_tags_and_other_columns_unread(tmp_path, name):
    rows = [{"id": "1", "title": "a", "tags": "[broken", "stars": "3"}, {"id": "2", "title": "b", "tags": "", "stars": "4"}]  # fmt: skip  # noqa: E501
    data = {
        "f.jsonl": lines(*rows),
        "f.csv": b"id,title,tags,stars\n1,a,[broken,3\n2,b,,4\n",
        "f.parquet": parquet(tmp_path / "x", **{key: [row[key] for row in rows] for key in rows[0]}),
    }[name]
    (source,), warnings = stream(tmp_path, data, name, only_texts=True)
    assert (source.ids, source.given, warnings) == (("1", "2"), (None, None), [])
    assert [view.as_dict() for view in source.views()] == [
        {"id": "1", "title": "a", "text": "a", "tags": None},
        {"id": "2", "title": "b", "text": "b", "tags": None},
    ]


def test_a_named_column_that_is_missing_is_an_error_at_once(tmp_path):
    data = parquet(tmp_path / "x", id=[1], titel=["a"])
    seen, told = refuse(tmp_path, data, "f.parquet", columns=ColumnNames(fields=("title",)))
    assert (seen, told) == ([], ["f.parquet: no record has the column 'title' (records.fields). Did you mean 'titel'?"])


@pytest.mark.parametrize("name", ["f.jsonl", "f.csv", "f.json", "f.parquet", "f"])
def test_an_empty_file_is_an_error(tmp_path, name):
    assert refuse(tmp_path, b" \n\t\n", name)[1] == [f"{name}: the file is empty. Give a file with at least one entry."]


def test_what_is_not_there_or_no_file_is_explained(tmp_path):
    (tmp_path / "records.jsonl").write_bytes(lines(*entries(1)))
    with pytest.raises(RecordsError, match=r"there is no such file\. Did you mean 'records\.jsonl'\?"):
        next(stream_records(str(tmp_path / "record.jsonl")))
    with pytest.raises(RecordsError, match="this is a folder"):
        next(stream_records(str(tmp_path)))
    with pytest.raises(RecordsError, match="addresses that begin with s3://"):
        next(stream_records("s3://b/f.parquet"))


def test_a_broken_parquet_file_is_an_error(tmp_path):
    data = parquet(tmp_path / "x", id=[1], title=["a"])[:-20]
    assert refuse(tmp_path, data, "f.parquet")[1][0].startswith("f.parquet: this is not a readable Parquet file: ")


def test_a_url_is_streamed_from_memory(tmp_path):
    data = {"/f.jsonl": lines(*entries(1, 2, 3)), "/f.parquet": parquet(tmp_path / "x", id=[1, 2, 3], title=["a"] * 3)}
    with serve(data) as address:
        for path in data:
            assert [s.ids for s in stream_records(address + path, batch_rows=2)] == [(1, 2), (3,)]
            assert (count_hint(address + path), size_bytes(address + path)) == (None, None)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name are a POSIX thing")
def test_a_pipe_is_streamed(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(b"\n" + lines(*entries(1, 2, 3)),))
    writer.start()
    assert [i for s in stream_records(str(tmp_path / "pipe"), batch_rows=2) for i in s.ids] == [1, 2, 3]
    writer.join()
    assert size_bytes(str(tmp_path / "pipe")) is None


def test_the_number_of_records_is_known_beforehand_for_parquet_only(tmp_path):
    size = len(parquet(tmp_path / "f.parquet", id=[1, 2, 3]))
    (tmp_path / "f.jsonl").write_bytes(b"{}\n")
    paths = [str(tmp_path / name) for name in ("f.parquet", "f.jsonl", "none")]
    assert [count_hint(path) for path in paths] == [3, None, None]
    assert [size_bytes(path) for path in paths] == [size, 3, None]


def test_batch_rows_is_at_least_1(tmp_path):
    with pytest.raises(ValueError, match="batch_rows is 0"):
        stream(tmp_path, lines(*entries(1)), batch_rows=0)


MEASURE = """
import resource, sys
import pandas, pyarrow.parquet, pyarrow.compute
from weaklabel.records import stream_records
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
before, rows = peak(), 0
for source in stream_records(sys.argv[1]):
    rows += len(source)
print(rows, peak() - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss counts kilobytes on Linux only")
@pytest.mark.parametrize("name", ["f.jsonl", "f.csv", "f.parquet"])
def test_memory_does_not_grow_with_the_file(tmp_path, name):
    path, size = tmp_path / name, 300_000_000
    rows = write_large(path, size)
    assert path.stat().st_size >= size
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
    read, grown_mb = map(int, done.stdout.split())
    assert read == rows
    assert grown_mb < 200


def write_large(path, size):
    """A file of at least that many bytes, 140 a record, that neither compression nor a dictionary makes small."""
    generator = np.random.default_rng(0)
    with path.open("wb") as file:
        writer, rows = None, 0
        while file.tell() < size:
            start, rows = rows, rows + 200_000
            block = generator.integers(97, 123, size=(200_000, 120), dtype=np.uint8).tobytes().decode()
            texts = [block[i : i + 120] for i in range(0, len(block), 120)]
            ids = range(start, rows)
            if path.suffix == ".jsonl":
                line = '{{"id": {}, "title": "{}", "tags": ["a", "b"]}}\n'
                file.write("".join(line.format(i, t) for i, t in zip(ids, texts, strict=True)).encode())
            elif path.suffix == ".csv":
                head = "" if start else "id,title,tags\n"
                file.write((head + "".join(f'{i},{t},"a,b"\n' for i, t in zip(ids, texts, strict=True))).encode())
            else:
                table = pa.table({"id": ids, "title": texts, "tags": [["a", "b"]] * len(texts)})
                writer = writer or pq.ParquetWriter(file, table.schema, compression="none", use_dictionary=False)
                writer.write_table(table)
        if writer:
            writer.close()
    return rows
