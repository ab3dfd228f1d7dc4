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
        f"{folder}/behaviour_model.py:8: behaviour_model:broken failed: KeyError: 'x'.\nIt was called so:\n"
        'behaviour_model.py:8 in broken: def broken(rows): return rows[0]["x"] Call it yourself to see all of it.'
    ]


def test_the_last_callers_of_what_fails_are_told(folder):
    lines = ["def f0(rows):", "    return 1 / 0"]
    for i in range(1, 9):
        lines += [f"def f{i}(rows):", f"    return f{i - 1}(rows)"]
    (folder / "behaviour_model.py").write_text("\n".join(lines))
    with pytest.raises(ModelError) as caught:
        ask_function("behaviour_model:f8", ROWS)
    told = caught.value.problems[0].what.splitlines()[2:]
    assert told == [
        *(f"behaviour_model.py:{2 * i + 2} in f{i}: return f{i - 1}(rows)" for i in (4, 3, 2, 1)),
        "behaviour_model.py:2 in f0: return 1 / 0",
    ]


def test_a_module_that_cannot_be_imported_is_told_with_its_line(folder):
    with pytest.raises(ModelError) as caught:
        ask_function("behaviour_broken:predict", ROWS)
    assert shown(caught.value.problems) == [
        f"{folder}/behaviour_broken.py:1: cannot be imported: ModuleNotFoundError: "
        "No module named 'no_such_thing_here'. Install the missing package."
    ]


def test_a_syntax_error_is_told_with_its_line(folder):
    (folder / "behaviour_broken.py").write_text("x = 1\ndef predict(rows) return []\n")
    with pytest.raises(ModelError) as caught:
        ask_function("behaviour_broken:predict", ROWS)
    assert shown(caught.value.problems) == [
        f"{folder}/behaviour_broken.py:2:19: cannot be imported: SyntaxError: expected ':'. See this line: def predict(rows) return []"
    ]


def test_where_a_library_fails_the_functions_own_line_is_told(folder):
    (folder / "behaviour_model.py").write_text(
        "import numpy as np\n\ndef predict(rows):\n    return np.ones(2) @ np.ones(3)\n"
    )
    with pytest.raises(ModelError, match=r"behaviour_model\.py:4: behaviour_model:predict failed: ValueError"):
        ask_function("behaviour_model:predict", ROWS)


def test_what_a_module_prints_is_no_output_and_nothing_is_left_behind(folder, capsys):
    (folder / "behaviour_model.py").write_text(
        "print('loading')\ndef predict(rows):\n    from behaviour_late import tags\n    return [tags for _ in rows]\n"
    )
    (folder / "behaviour_late.py").write_text("tags = ['late']\n")
    path, modules = list(sys.path), set(sys.modules)
    assert ask_function("behaviour_model:predict", ROWS) == [["late"]]
    assert capsys.readouterr() == ("", "loading\n")
    assert sys.path == path
    assert not {"behaviour_model", "behaviour_late"} & (set(sys.modules) - modules)
