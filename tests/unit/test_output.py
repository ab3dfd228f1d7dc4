from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from weaklabel import output
from weaklabel.errors import OutputError
from weaklabel.output import check_folder, write_file, write_folder

OLD = {"run.json": b"old", "labels.parquet": b"old labels", "report.html": b"old report"}
NEW = {"run.json": b"new", "labels.parquet": b"new labels", "report.html": b"new report"}


def content(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_new_folder_holds_the_files_and_nothing_else_is_left(tmp_path):
    write_folder(tmp_path / "a/b/latest", NEW)
    assert content(tmp_path / "a/b/latest") == NEW
    assert [p.name for p in (tmp_path / "a/b").iterdir()] == ["latest"]


def test_an_earlier_run_is_replaced_whole(tmp_path):
    write_folder(tmp_path / "latest", OLD)
    write_folder(tmp_path / "latest", NEW)
    assert content(tmp_path / "latest") == NEW
    assert [p.name for p in tmp_path.iterdir()] == ["latest"]


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "latest").mkdir()
    write_folder(tmp_path / "latest", NEW)
    assert content(tmp_path / "latest") == NEW


def test_a_folder_relative_to_the_working_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_folder(Path("runs/latest"), NEW)
    assert content(tmp_path / "runs/latest") == NEW


def test_others_may_read_what_was_written(tmp_path):
    write_folder(tmp_path / "latest", NEW)
    assert (tmp_path / "latest").stat().st_mode & 0o777 == 0o755


def test_files_that_a_person_added_are_carried_over(tmp_path):
    folder = tmp_path / "latest"
    write_folder(folder, OLD)
    (folder / "notes.md").write_bytes(b"mine")
    (folder / "mine/deep").mkdir(parents=True)
    (folder / "mine/deep/x").write_bytes(b"x")
    write_folder(folder, NEW)
    assert content(folder) == {**NEW, "notes.md": b"mine", "mine/deep/x": b"x"}


def test_a_hidden_file_that_a_person_added_is_carried_over_too(tmp_path):
    folder = tmp_path / "latest"
    write_folder(folder, OLD)
    (folder / ".gitignore").write_bytes(b"*")
    write_folder(folder, NEW)
    assert content(folder) == {**NEW, ".gitignore": b"*"}


def test_a_link_that_a_person_added_and_that_leads_nowhere_does_not_stop_a_run(tmp_path):
    folder = tmp_path / "latest"
    write_folder(folder, OLD)
    (folder / "link").symlink_to(tmp_path / "nowhere")
    write_folder(folder, NEW)
    assert content(folder) == NEW


def test_a_folder_that_no_run_wrote_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.doc").write_bytes(b"years of work")
    with pytest.raises(OutputError) as caught:
        write_folder(tmp_path, NEW)
    assert str(caught.value) == (
        f"{tmp_path}: the output folder holds files that no run of weaklabel wrote. "
        "Name a new or empty folder with --out."
    )
    assert content(tmp_path) == {"thesis.doc": b"years of work"}


def test_a_file_is_no_output_folder(tmp_path):
    (tmp_path / "latest").write_bytes(b"x")
    with pytest.raises(OutputError, match=r"the output folder is a file\. Name another with --out\."):
        check_folder(tmp_path / "latest")
    assert (tmp_path / "latest").read_bytes() == b"x"


def test_a_folder_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(OutputError):
        write_folder(tmp_path / "file/latest", NEW)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_refused_before_the_run(tmp_path):
    tmp_path.chmod(0o555)
    with pytest.raises(OutputError, match="is not writable"):
        check_folder(tmp_path / "latest")


@pytest.mark.parametrize(
    ("failure", "raised"),
    [(OSError(28, "No space left on device"), OutputError), (KeyboardInterrupt(), KeyboardInterrupt)],
)
def test_a_failed_write_leaves_the_old_folder_and_no_rubbish(tmp_path, monkeypatch, failure, raised):
    folder = tmp_path / "latest"
    write_folder(folder, OLD)
    write = Path.write_bytes

    def fail(self, data):
        if self.name == "report.html":
            raise failure
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(raised):
        write_folder(folder, NEW)
    assert content(folder) == OLD
    assert [p.name for p in tmp_path.iterdir()] == ["latest"]


KILL = """
import os, signal, sys
from pathlib import Path
from weaklabel import output
die = lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL)
at, folder = sys.argv[1], Path(sys.argv[2])
if at == "second file":
    write = Path.write_bytes
    Path.write_bytes = lambda self, data: die() if self.name == "labels.parquet" else write(self, data)
elif at == "before the exchange":
    output._exchange = die
elif at == "after the exchange":
    output.shutil.rmtree = die
output.write_folder(folder, {"run.json": b"new", "labels.parquet": b"new labels", "report.html": b"new report"})
"""


@pytest.mark.parametrize(
    ("at", "expected"), [("second file", OLD), ("before the exchange", OLD), ("after the exchange", NEW)]
)
def test_a_killed_write_leaves_the_old_run_or_the_new_one_whole_and_the_next_one_works(tmp_path, at, expected):
    folder = tmp_path / "latest"
    write_folder(folder, OLD)
    killed = subprocess.run([sys.executable, "-c", KILL, at, str(folder)], check=False, capture_output=True)
    assert killed.returncode == -9, killed.stderr.decode()
    assert content(folder) == expected
    write_folder(folder, NEW)
    assert content(folder) == NEW


def test_where_the_system_cannot_exchange_folders_the_run_is_still_written(tmp_path, monkeypatch):
    folder = tmp_path / "latest"
    write_folder(folder, OLD)
    (folder / "notes.md").write_bytes(b"mine")
    monkeypatch.setattr(output.sys, "platform", "darwin")
    write_folder(folder, NEW)
    assert content(folder) == {**NEW, "notes.md": b"mine"}
    assert [p.name for p in tmp_path.iterdir()] == ["latest"]


def test_a_file_that_must_be_new_is_kept_as_it_is(tmp_path):
    file = tmp_path / "gold.jsonl"
    write_file(file, b"first", must_be_new=True)
    with pytest.raises(OutputError, match="it cannot be written: File exists"):
        write_file(file, b"second", must_be_new=True)
    assert [path.name for path in tmp_path.iterdir()] == ["gold.jsonl"]
    assert file.read_bytes() == b"first"
    write_file(file, b"third")
    assert file.read_bytes() == b"third"


def test_a_link_to_a_folder_is_written_without_leaving_rubbish(tmp_path):
    write_folder(tmp_path / "real", OLD)
    (tmp_path / "latest").symlink_to(tmp_path / "real")
    write_folder(tmp_path / "latest", NEW)
    assert content(tmp_path / "latest") == NEW
    assert sorted(p.name for p in tmp_path.iterdir()) == ["latest", "real"]
