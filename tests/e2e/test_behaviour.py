"""`weaklabel behaviour` with the example's checks and model."""

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from weaklabel.cli.main import app, main

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "behaviour"
USUAL = ["--project", "../..", "--slices", "slices.yaml"]


@pytest.fixture(autouse=True)
def _folder(monkeypatch):
    monkeypatch.chdir(EXAMPLE)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)


def run(*arguments):
    return CliRunner().invoke(app, ["behaviour", *USUAL, *arguments], catch_exceptions=False)


def test_the_example_as_a_function_and_as_a_command():
    called = run("--callable", "keyword_model:predict", "--json")
    assert called.exit_code == 1
    results = {row["id"]: row for row in json.loads(called.output)}
    assert [row["passed"] for row in results.values()] == [True, True, True, False]
    wrong = {failure["reason"] for failure in results["knows_aliases"]["failures"]}
    assert wrong == {"lacks computer-vision", "lacks reinforcement-learning"}
    assert run("--command", f"{sys.executable} keyword_model.py", "--json").output == called.output


def test_what_a_module_prints_is_not_the_output(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "printing_model.py").write_text(
        "print('loading')\ndef predict(rows):\n    print('…')\n    return [[]] * len(rows)\n"
    )
    project, slices = str(EXAMPLE.parents[1]), str(EXAMPLE / "slices.yaml")
    arguments = ["--project", project, "--slices", slices, "--callable", "printing_model:predict", "--json"]
    monkeypatch.setattr("sys.argv", ["weaklabel", "behaviour", *arguments])
    with pytest.raises(SystemExit):
        main()
    said = capfd.readouterr()
    assert len(json.loads(said.out)) == 4
    assert "loading" in said.err


def test_the_table_fits_80_columns_and_shows_three_failures():
    done = run("--callable", "keyword_model:predict")
    assert max(map(len, done.output.splitlines())) <= 80
    assert "knows_aliases   minimum functionality      8  4 (50.0%)     0.0%  failed" in done.output
    assert done.output.count("lacks ") == 3
    assert "… and 1 more: --json lists all." in done.output
    assert "4 checks, 274 cases: 1 failed." in done.output


def test_checks_that_pass_exit_with_0():
    done = run("--callable", "keyword_model:predict", "--check", "framework_swap")
    assert (done.exit_code, "1 check, 66 cases: passed." in done.output) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "there is no model."),
        (["--command", "x", "--callable", "y:z"], 2, "there are two models."),
        (["--callable", "keyword_model:predict", "--timeout", "5"], 2, "it limits a --command"),
        (["--command", f"{sys.executable} -c 'import sys; sys.exit(\"no weights\")'"], 1, "no weights"),
        (["--callable", "keyword_model:predikt"], 1, "Did you mean 'predict'?"),
        (["--slices", "slice.yaml", "--callable", "a:b"], 1, "Did you mean 'slices.yaml'?"),
    ],
)
def test_what_is_wrong_is_said_without_a_traceback(monkeypatch, capsys, arguments, code, said):
    monkeypatch.setattr("sys.argv", ["weaklabel", "behaviour", *USUAL, *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    told = " ".join(capsys.readouterr().err.split())
    assert (left.value.code, said in told, "Traceback" in told) == (code, True, False)
