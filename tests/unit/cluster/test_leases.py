import os
import signal
import subprocess
import sys
import time

from weaklabel.cluster import leases
from weaklabel.cluster.leases import remove_abandoned, take_lease

HOLD = """
import sys, time
from pathlib import Path
from weaklabel.cluster.leases import take_lease
print(take_lease(Path(sys.argv[1])).path.name, flush=True)
time.sleep(60)
"""


def test_a_file_in_use_stays_and_one_whose_user_was_killed_goes(tmp_path):
    own = take_lease(tmp_path)
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other:
        name = other.stdout.readline().strip()
        assert remove_abandoned(tmp_path) == 0
        assert {path.name for path in tmp_path.iterdir()} == {own.path.name, name}
        other.send_signal(signal.SIGKILL)
        other.wait()
    assert remove_abandoned(tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == [own.path.name]
    own.end()
    assert list(tmp_path.iterdir()) == []


def test_only_files_of_our_own_names_go(tmp_path):
    left = tmp_path / "below" / ".weaklabel-0123456789abcdef.tmp"
    others = [tmp_path / name for name in ("a.parquet", "x.tmp", ".weaklabel-notes", "weaklabel-1.tmp")]
    left.parent.mkdir()
    for path in (left, *others):
        path.write_bytes(b"half")
    assert remove_abandoned(tmp_path) == 1
    assert not left.exists()
    assert all(path.exists() for path in others)


def test_where_files_cannot_be_locked_only_old_ones_go(tmp_path, monkeypatch):
    monkeypatch.setattr(leases, "fcntl", None)
    old, new = take_lease(tmp_path), take_lease(tmp_path)
    yesterday = time.time() - leases.OLD_S - 1
    os.utime(old.path, (yesterday, yesterday))
    assert remove_abandoned(tmp_path) == 1
    assert (old.path.exists(), new.path.exists()) == (False, True)
    old.end()
    new.end()
