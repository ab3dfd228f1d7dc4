"""Models that are Python functions."""
# ruff: noqa: E501

import sys

import pytest

from support.problems import shown
from weaklabel.behaviour import ask_function
from weaklabel.errors import ModelError

SOURCE = """
def predict(rows):
    print("working")
    return (row["tags"] for row in rows)

def few(rows): return []
def word(rows): return "a"
def broken(rows): return rows[0]["x"]
constant = 5
"""
ROWS = [{"id": 1, "tags": ["a"]}]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "behaviour_model.py").write_text(SOURCE)
    (tmp_path / "behaviour_broken.py").write_text("import no_such_thing_here\n")
    yield tmp_path
    for name in ("behaviour_model", "behaviour_broken"):
        sys.modules.pop(name, None)


def test_a_function_of_this_folder_is_called_once_with_all_rows(capsys):
    assert ask_function("behaviour_model:predict", ROWS) == [["a"]]
    assert capsys.readouterr() == ("", "working\n")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("behaviour_model", "--callable: 'behaviour_model' names no function. Write module:function."),
        ("behaviour_modl:predict", "--callable: there is no module 'behaviour_modl'. Did you mean 'behaviour_model'?"),
        ("behaviour_model:predct", "--callable: behaviour_model has no function 'predct'. Did you mean 'predict'?"),
        ("behaviour_model:constant", "--callable: 'constant' of behaviour_model is no function."),
        ("behaviour_model:few", "--callable: behaviour_model:few returned 0 answers for 1 row. Return one answer for each row, in order."),
        ("behaviour_model:word", "--callable: behaviour_model:word returned str, not a list of answers. Return one answer for each row, in order."),
    ],
)  # fmt: skip
def test_what_can_be_wrong_with_a_name_or_a_result(name, said):
    with pytest.raises(ModelError) as caught:
        ask_function(name, ROWS)
    assert shown(caught.value.problems) == [said]


def test_a_function_that_fails_is_told_with_its_line(folder):
    with pytest.raises(ModelError) as caught:
        ask_function("behaviour_model:broken", ROWS)
    assert shown(caught.value.problems) == [
        f"{folder}/behaviour_model.py:8: behaviour_model:broken failed: KeyError: 'x'. Call it yourself to see all of it."
    ]


def test_a_module_that_cannot_be_imported_is_told_with_its_line(folder):
    with pytest.raises(ModelError) as caught:
        ask_function("behaviour_broken:predict", ROWS)
    assert shown(caught.value.problems) == [
        f"{folder}/behaviour_broken.py:1: behaviour_broken cannot be imported: ModuleNotFoundError: "
        "No module named 'no_such_thing_here'. Call it yourself to see all of it."
    ]
