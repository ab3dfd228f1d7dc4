import math

import numpy as np
import pytest

from support.embedding_models import LETTERS, LetterEncoder, count_letters, write_model
from weaklabel.embeddings import embed_texts
from weaklabel.embeddings import model as models
from weaklabel.embeddings.embed import embed_with
from weaklabel.embeddings.encoder import _batches
from weaklabel.embeddings.vector_cache import VectorCache

TEXTS = ["graph", "a long text about graphs", "", "bert", "graph", " \n", "zebra", "x", "yz"]


def expected_row(text):
    counts = count_letters(text)
    length = math.sqrt(sum(count**2 for count in counts))
    return [count / length if length else 0.0 for count in counts]


def embed(texts, cache=None, encoder=None, **options):
    encoder = encoder or LetterEncoder()
    return embed_with(lambda: encoder, texts, cache, **options), encoder.seen


def never():
    raise AssertionError("everything is kept: no model is needed")


def test_each_row_is_its_text_s_and_has_length_1_or_0():
    vectors, _ = embed(TEXTS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, [expected_row(text) for text in TEXTS], atol=1e-7)
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1)
    np.testing.assert_allclose(lengths, [1, 1, 0, 1, 1, 0, 1, 1, 1], atol=1e-7)


def test_the_length_that_a_model_gives_does_not_matter():
    np.testing.assert_allclose(embed(TEXTS, encoder=LetterEncoder(1e3))[0], embed(TEXTS)[0], atol=1e-7)


def test_a_text_for_which_the_model_knows_nothing_is_zero():
    assert embed(["123", "a"])[0].tolist() == [expected_row("123"), expected_row("a")]


def test_a_text_is_computed_once_and_an_empty_one_never():
    assert sorted(embed(TEXTS)[1]) == sorted({"graph", "a long text about graphs", "bert", "zebra", "x", "yz"})


def test_what_is_kept_has_the_bytes_of_what_is_computed(tmp_path):
    cache = VectorCache(tmp_path, "m")
    fresh, _ = embed(TEXTS)
    first, _ = embed(TEXTS, cache)
    again = embed_with(never, TEXTS[::-1], cache)
    assert fresh.tobytes() == first.tobytes() == again[::-1].tobytes()


def test_only_what_is_new_is_computed(tmp_path):
    cache = VectorCache(tmp_path, "m")
    embed(TEXTS, cache)
    vectors, seen = embed([*TEXTS, "new", "zebra"], cache)
    assert seen == ["new"]
    assert vectors.tobytes() == embed([*TEXTS, "new", "zebra"])[0].tobytes()


def test_damage_is_computed_anew_and_mended(tmp_path):
    cache = VectorCache(tmp_path, "m")
    expected, _ = embed(TEXTS, cache)
    for pack in (tmp_path / "vectors").rglob("*"):
        if pack.is_file():
            pack.write_bytes(b"x" * 500)
    vectors, seen = embed(TEXTS, cache)
    assert len(seen) == 6
    assert vectors.tobytes() == expected.tobytes() == embed_with(never, TEXTS, cache).tobytes()


@pytest.mark.parametrize("texts", [[], ["", " "]])
def test_without_a_text_there_are_rows_of_zeros_as_wide_as_any(texts):
    vectors, _ = embed(texts)
    assert vectors.dtype == np.float32
    assert vectors.tolist() == [[0.0] * len(LETTERS)] * len(texts)


def test_progress_begins_with_what_is_kept_counts_every_row_and_ends_with_all(tmp_path):
    cache = VectorCache(tmp_path, "m")
    heard = []
    embed(TEXTS, cache, on_progress=lambda *pair: heard.append(pair))
    assert heard == [(2, 9), (5, 9), (9, 9)]  # short ones first: x yz bert; then zebra, graph twice, the long one
    heard.clear()
    embed([*TEXTS, "new"], cache, on_progress=lambda *pair: heard.append(pair))
    assert heard == [(9, 10), (10, 10)]
    heard.clear()
    embed_with(never, TEXTS, cache, lambda *pair: heard.append(pair))
    assert heard == [(9, 9)]


def test_an_interrupted_run_keeps_the_parts_that_are_done(tmp_path, monkeypatch):
    monkeypatch.setattr("weaklabel.embeddings.embed.KEPT_AT_ONCE", 2)
    cache = VectorCache(tmp_path, "m")

    def interrupt(done, total):
        if done == 7:  # the second part, before it is kept
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embed(TEXTS, cache, on_progress=interrupt)
    vectors, seen = embed(TEXTS, cache)
    assert sorted(seen) == ["bert", "x", "yz", "zebra"]
    assert vectors.tobytes() == embed(TEXTS)[0].tobytes()


def test_a_changed_model_is_not_answered_from_old_vectors(tmp_path, monkeypatch):
    folder = write_model(tmp_path / "model", "weights")
    loaded = []

    def load(found):
        loaded.append((found.folder / "model.safetensors").read_text())
        encoder = LetterEncoder()
        encoder.encode = lambda texts: iter([(list(range(len(texts))), np.full((len(texts), 2), len(loaded), "f4"))])
        return encoder

    monkeypatch.setattr("weaklabel.embeddings.embed.load_encoder", load)
    monkeypatch.setattr("weaklabel.embeddings.embed.check_runtime", lambda: None)
    monkeypatch.setattr(models.Model.describe, "__defaults__", (("pytest",),))
    for _ in range(2):
        embed_texts(["a", "b"], str(folder), cache=tmp_path / "cache")
    (folder / "model.safetensors").write_text("Weights, changed")
    for _ in range(2):
        embed_texts(["a", "b"], str(folder), cache=tmp_path / "cache")
    assert loaded == ["weights", "Weights, changed"]


def test_batches_have_one_count_of_tokens_and_a_size_that_it_alone_decides():
    counts = [5, 300, 5, 5, 100, 5, 5, 100, 100, 1]
    batches = list(_batches(counts))
    assert batches == [[1], [4, 7], [8, 8], [0, 2, 3, 5], [6, 6, 6, 6], [9, 9, 9, 9]]
    assert list(_batches([])) == []
