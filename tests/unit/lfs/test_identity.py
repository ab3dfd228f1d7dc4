"""What makes the votes of a Python labeling function stale."""

import os
import subprocess
import sys

import pytest
from snorkel.labeling import LabelingFunction

from support.vocabularies import vocabulary
from weaklabel.lfs import discover_python_lfs
from weaklabel.lfs.resources import describe_resources

SOURCE = """from weaklabel import labeling_function
import sklearn
from _shared import WORDS

@labeling_function(tags="nlp")
def f(record):
    return None
"""


@pytest.fixture
def definition(tmp_path):
    (tmp_path / "a.py").write_text(SOURCE)
    (tmp_path / "_shared.py").write_text("WORDS = 1\n")
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "list.txt").write_text("one\n")

    def read():
        (lf,), problems = discover_python_lfs([tmp_path / "a.py"], vocabulary("nlp"), with_entry_points=False)
        assert problems == []
        return lf.definition

    return read


def test_what_does_not_matter_changes_nothing(definition, tmp_path):
    before = definition()
    (tmp_path / "other.py").write_text("x = 1\n")
    (tmp_path / "lfs.yaml").write_text("[]")
    (tmp_path / ".hidden").write_text("x")
    os.utime(tmp_path / "words" / "list.txt", (0, 0))
    assert definition() == before


@pytest.mark.parametrize("file", ["a.py", "_shared.py", "words/list.txt", "words/new.txt", "_words.yaml"])
def test_a_change_in_the_source_shared_code_or_a_data_file_counts(definition, tmp_path, file):
    before = definition()
    with (tmp_path / file).open("a") as stream:
        stream.write("# changed\n")
    assert definition() != before


def test_a_new_name_of_a_data_file_counts(definition, tmp_path):
    before = definition()
    (tmp_path / "words" / "list.txt").rename(tmp_path / "words" / "other.txt")
    assert definition() != before


def test_a_package_that_only_shared_code_imports_counts_also_without_a_version_of_its_own(
    definition, tmp_path, monkeypatch
):
    (tmp_path / "_shared.py").write_text("import rich\nWORDS = 1\n")
    before = definition()
    monkeypatch.setattr("weaklabel.plugins.identity.version", lambda name: f"another of {name}")
    assert definition() != before


def test_another_version_of_an_imported_package_counts(definition, monkeypatch):
    before = definition()
    monkeypatch.setattr("sklearn.__version__", "99")
    assert definition() != before


def test_the_resources_of_a_snorkel_labeling_function_count():
    def described(resources):
        return describe_resources(LabelingFunction("a", lambda x, **_: -1, resources=resources))

    assert described({"words": {"a", "b"}}) == described({"words": {"b", "a"}})
    assert described({"words": {"a", "b"}}) != described({"words": {"a"}})
    assert described({"n": 1, "m": [1, 2.5]}) != described({"n": 1, "m": [1, 2]})
    assert described({"words": "ab"}) != described({"words": ["ab"]})
    assert described({"model": object()}) == described({"model": object()})  # its file or package tells it apart


def test_resources_are_described_alike_in_every_process():
    code = (
        "from snorkel.labeling import LabelingFunction as L\n"
        "from weaklabel.lfs.resources import describe_resources as d\n"
        "print(d(L('a', lambda x, w: -1, resources={'w': {'x', 'y', 'z', 'uvw'}, 'v': {('p', 1), ('q', 2)}})))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
