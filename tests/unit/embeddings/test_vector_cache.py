import os

import numpy as np
import pytest

from weaklabel.embeddings.vector_cache import VectorCache, digest_text


def make_vectors(*texts, dimensions=3):
    return {
        digest_text(text): np.arange(1, dimensions + 1, dtype=np.float32) * len(text) + ord(text[0]) / 7
        for text in texts
    }


def packs(folder):
    return sorted(path for path in (folder / "vectors").rglob("*") if path.is_file())


def as_bytes(vectors):
    return {digest: vector.tobytes() for digest, vector in vectors.items()}


def test_what_was_written_is_read_to_the_byte_and_nothing_else(tmp_path):
    cache = VectorCache(tmp_path, "m")
    vectors = make_vectors("a", "bb", "naïve 🙂", "\ud800")
    assert cache.read(vectors) == {}
    cache.write(vectors)
    assert as_bytes(VectorCache(tmp_path, "m").read([*vectors, digest_text("other")])) == as_bytes(vectors)
    assert list(cache.read([digest_text("bb")])) == [digest_text("bb")]


def test_another_model_is_not_answered(tmp_path):
    vectors = make_vectors("a")
    VectorCache(tmp_path, "model 1").write(vectors)
    other = VectorCache(tmp_path, "model 2")
    assert other.read(vectors) == {}
    other.write(make_vectors("a", dimensions=5))
    assert len(other.read(vectors)[digest_text("a")]) == 5
    assert len(VectorCache(tmp_path, "model 1").read(vectors)[digest_text("a")]) == 3


def test_one_turned_bit_anywhere_is_noticed_and_the_file_removed(tmp_path):
    cache = VectorCache(tmp_path, "m")
    vectors = make_vectors("a", "bb")
    cache.write(vectors)
    (pack,) = packs(tmp_path)
    whole = pack.read_bytes()
    for at in range(len(whole)):
        pack.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        assert cache.read(vectors) == {}
        assert not pack.exists()


@pytest.mark.parametrize("length", [0, 5, 16, 40, -1])
def test_a_file_cut_short_is_not_trusted(tmp_path, length):
    cache = VectorCache(tmp_path, "m")
    vectors = make_vectors("a", "bb")
    cache.write(vectors)
    (pack,) = packs(tmp_path)
    pack.write_bytes(pack.read_bytes()[:length])
    assert cache.read(vectors) == {}
    cache.write(vectors)
    assert as_bytes(cache.read(vectors)) == as_bytes(vectors)


def test_many_small_writes_make_few_packs_and_lose_nothing(tmp_path):
    cache = VectorCache(tmp_path, "m")
    texts = [f"text {i}" for i in range(60)]
    for text in texts:
        cache.write(make_vectors(text))
        assert len(packs(tmp_path)) <= 6  # each more than twice as large as the next
    assert as_bytes(cache.read(map(digest_text, texts))) == as_bytes(make_vectors(*texts))


def test_packs_do_not_grow_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr("weaklabel.embeddings.vector_cache.PACK_BYTES", 300)
    cache = VectorCache(tmp_path, "m")
    texts = [f"text {i}" for i in range(100)]
    for text in texts:
        cache.write(make_vectors(text))
    assert max(pack.stat().st_size for pack in packs(tmp_path)) <= 300 + 16
    assert len(cache.read(map(digest_text, texts))) == 100


def test_two_writers_that_know_nothing_of_each_other_both_count(tmp_path, monkeypatch):
    first, second = VectorCache(tmp_path, "m"), VectorCache(tmp_path, "m")
    monkeypatch.setattr(VectorCache, "_packs", lambda self: [])  # both look before either has written
    first.write(make_vectors("a", "both"))
    second.write(make_vectors("b", "both"))
    monkeypatch.undo()
    assert as_bytes(first.read(make_vectors("a", "b", "both"))) == as_bytes(make_vectors("a", "b", "both"))


def test_a_write_that_is_interrupted_leaves_what_was_there(tmp_path, monkeypatch):
    cache = VectorCache(tmp_path, "m")
    vectors = make_vectors("a")
    cache.write(vectors)

    def interrupt(self, target):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        cache.write(make_vectors("b"))
    assert len(packs(tmp_path)) == 1
    assert as_bytes(cache.read(vectors)) == as_bytes(vectors)


def test_above_its_limit_it_loses_the_packs_that_were_unused_for_longest(tmp_path):
    used, unused = VectorCache(tmp_path, "used"), VectorCache(tmp_path, "unused")
    vectors = make_vectors("a", "bb")
    for cache in (used, unused):
        cache.write(vectors)
    for pack in packs(tmp_path):
        os.utime(pack, (1, 1))
    used.read(vectors)
    total = sum(pack.stat().st_size for pack in packs(tmp_path))
    VectorCache(tmp_path, "new", limit_bytes=total).write(make_vectors("c"))
    assert (len(used.read(vectors)), len(unused.read(vectors))) == (2, 0)
    VectorCache(tmp_path, "new", limit_bytes=0).trim()
    assert packs(tmp_path) == []


def test_the_folder_says_what_it_is(tmp_path):
    VectorCache(tmp_path / "a" / "b", "m").write(make_vectors("a"))
    assert (tmp_path / "a" / "b" / ".gitignore").read_text() == "*\n"
    assert (tmp_path / "a" / "b" / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path):
    (tmp_path / "file").write_text("in the way")
    cache = VectorCache(tmp_path / "file", "m")
    cache.write(make_vectors("a"))
    assert cache.read(make_vectors("a")) == {}
