import pytest

from weaklabel.cluster import lf_folder
from weaklabel.cluster.lf_folder import hash_folder, pack_folder, unpack_folder
from weaklabel.errors import ClusterError


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "lfs"
    for name, content in {
        "rules.py": b"x = 1",
        "_shared.py": b"y = 2",
        "data/words.txt": b"a\r\nb",
        "__pycache__/rules.pyc": b"no",
        ".git/config": b"no",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def test_packed_are_code_shared_code_and_data_but_no_bytecode_and_nothing_hidden(folder):
    assert dict(pack_folder(folder)) == {"rules.py": b"x = 1", "_shared.py": b"y = 2", "data/words.txt": b"a\r\nb"}


def test_the_hash_changes_with_content_and_names_alone(folder):
    before = hash_folder(folder)
    (folder / "__pycache__" / "rules.pyc").write_bytes(b"other")
    (folder / "rules.py").touch()
    assert hash_folder(folder) == before
    (folder / "data" / "words.txt").rename(folder / "data" / "word.txt")
    renamed = hash_folder(folder)
    (folder / "data" / "word.txt").write_bytes(b"a\nb")
    assert len({before, renamed, hash_folder(folder)}) == 3


def test_a_folder_that_is_too_large_is_refused_with_its_largest_files(folder, monkeypatch):
    monkeypatch.setattr(lf_folder, "LIMIT_BYTES", 3_000_000)
    (folder / "model.bin").write_bytes(bytes(4_000_000))
    with pytest.raises(ClusterError) as caught:
        pack_folder(folder)
    assert str(caught.value).startswith(
        f"{folder}: the folder of labeling functions has 4 MB, more than the 3 MB that are sent to workers. "
        "Its largest files: model.bin (4 MB), "
    )


def test_an_unpacked_folder_goes_with_its_process_or_else_with_the_next_one(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    at_exit = []
    monkeypatch.setattr("atexit.register", lambda *call: at_exit.append(call))
    left = tmp_path / "weaklabel-lfs-of_a_killed_process"
    left.mkdir()
    (left / ".weaklabel-0011223344556677.tmp").touch()
    other = tmp_path / "weaklabel-lfs-just_begun"  # its owner has not locked it yet
    other.mkdir()
    root = unpack_folder((("a/b.txt", b"text"),))
    assert (root / "a" / "b.txt").read_bytes() == b"text"
    assert (left.exists(), other.exists(), root.parent) == (False, True, tmp_path)
    unpack_folder(())
    assert root.exists()  # it is in use
    remove, *arguments = at_exit[0]
    remove(*arguments)
    assert not root.exists()
