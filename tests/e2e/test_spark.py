"""`weaklabel vote --engine spark`, and votes on a Spark table."""

import re
import time

import pytest

from support.vote_files import (
    POISON,
    expected_rows,
    files_below,
    make_project,
    make_rows,
    weaklabel,
    write_records,
)
from weaklabel.cluster import build_bundle
from weaklabel.errors import RecordsError

pytestmark = pytest.mark.slow
SETTINGS = "records: {path: records, id: id, fields: [title]}\ntags: tags.json\nlfs: lfs\n"


def make(folder, **options):
    settings = make_project(folder, **options)
    (folder / "weaklabel.yaml").write_text(SETTINGS)
    return settings


def test_the_files_equal_the_local_engines_byte_by_byte(tmp_path):
    project = tmp_path / "project"
    make(project)
    write_records(project / "records/part-1.parquet", [*make_rows(1, 2), *make_rows(1, 1)])
    assert weaklabel("vote", "--out", "local", cwd=project).returncode == 1
    done = weaklabel("vote", "--out", "spark", "--engine", "spark", "--address", "local[2]", cwd=project)
    assert done.returncode == 1
    assert len(files_below(project / "local")) == 6
    assert files_below(project / "spark") == files_below(project / "local")
    assert re.search(r"voted on +6 +240 ", done.stdout)
    assert "part-1.parquet:3" in done.stderr
    assert not re.search("WARN|log4j|Exception|Traceback", done.stderr), done.stderr
    again = weaklabel("vote", "--out", "spark", "--engine", "spark", "--address", "local[2]", cwd=project)
    assert re.search(r"done before +6 +240 ", again.stdout)


@pytest.mark.parametrize("master", ["spark://127.0.0.1:1", "nowhere"])
def test_a_master_that_cannot_be_is_told(tmp_path, master):
    make(tmp_path / "project", n_files=1)
    begin = time.monotonic()
    done = weaklabel("vote", "--engine", "spark", "--address", master, cwd=tmp_path / "project", columns=200)
    assert time.monotonic() - begin < 60
    assert done.returncode == 1
    assert master in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def spark():
    from weaklabel.cluster.spark import _session

    with _session("local[2]") as session:
        yield session


def test_a_table_that_spark_holds_is_voted_on(tmp_path, spark):
    from weaklabel.cluster.spark import vote_dataframe

    settings = make(tmp_path / "project", n_files=1)
    bundle = build_bundle(settings, ("title",))
    rows = [(row["id"], row["title"], row["tags"]) for row in make_rows(1, 40)]
    frame = spark.createDataFrame(rows, "id int, title string, tags array<string>").repartition(3)
    votes = vote_dataframe(frame, bundle)
    assert votes.dtypes == [
        ("record_id", "bigint"), ("lf", "string"), ("tag", "string"), ("vote", "tinyint"), ("error", "string"),
    ]  # fmt: skip
    found = votes.collect()
    wanted, failures = expected_rows(settings, tmp_path / "project/records/more/last.parquet")
    cast = sorted((row.record_id, row.lf, row.tag, row.vote) for row in found if row.error is None)
    assert cast == sorted(wanted)
    assert {"stumbles": sum(row.error is not None for row in found)} == failures


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ("id double, title string", "the ids, 'id', are of type double"),
        ("title string", "has no column of ids"),
        ("id int, titel string", "no record has the column 'title'"),
    ],
)
def test_a_table_that_cannot_be_voted_on_is_refused_at_once(tmp_path, spark, schema, message):
    from weaklabel.cluster.spark import vote_dataframe

    bundle = build_bundle(make(tmp_path / "project", n_files=1), ("title",))
    with pytest.raises(RecordsError, match=message):
        vote_dataframe(spark.createDataFrame([], schema), bundle)


def test_a_file_that_kills_every_worker_does_not_stop_the_others(tmp_path):
    project = tmp_path / "project"
    make(project, n_files=2, python=POISON)
    write_records(project / "records/part-0.parquet", [{"id": 1, "title": "poison", "tags": []}])
    done = weaklabel("vote", "--engine", "spark", "--address", "local[2]", cwd=project, columns=200)
    assert done.returncode == 1
    assert "records/part-0.parquet the task failed 4 times: " in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert set(files_below(project / "votes")) == {"more/last.parquet", "cells.csv.parquet", "lines.jsonl.parquet"}
