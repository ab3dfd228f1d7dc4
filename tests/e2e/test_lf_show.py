"""`weaklabel lf show` as a user runs it, on the example projects."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.text import Text

from support.markdown import copy_example
from weaklabel.cli.show_lf import quote
from weaklabel.terms import Span

ROOT = Path(__file__).resolve().parents[2]


def show(*arguments, project=".", columns=120):
    command = [sys.executable, "-m", "weaklabel", "lf", "show", *arguments, "--project", project]
    environment = {**os.environ, "COLUMNS": str(columns), "NO_COLOR": "1"}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment, check=False)


def test_a_written_one_with_its_definition_figures_and_examples():
    done = show("go_is_a_verb_or_a_board_game")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "go_is_a_verb_or_a_board_game  yaml, regex"
    assert "  written in  lfs/ambiguous.yaml:4:3" in lines
    assert "  polarity: absent" in lines
    assert "100.0%   5" in done.stdout
    assert "KataGo, a superhuman Go engine" in done.stdout
    assert "  name:go@description (short), go: on 5 of 5" in lines


def test_one_that_fails_says_on_which_record_first_and_why(tmp_path, monkeypatch):
    example = copy_example(tmp_path)
    source = "from weaklabel import labeling_function\n\n@labeling_function(tags='go')\ndef f(record):\n    1 / 0\n"
    (example / "lfs" / "fails.py").write_text(source)
    done = show("f", project=str(example))
    assert "It fails on 375 records, first on record 1: ZeroDivisionError: division by zero\n" in done.stdout
    assert done.stdout.endswith("It never votes otherwise.\n")
    [failure] = json.loads(show("f", "--json", project=str(example)).stdout)["failures"]
    assert (failure["records"], failure["error"]) == (375, "ZeroDivisionError: division by zero")


def test_figures_stand_one_below_the_other_where_the_table_is_too_wide():
    done = show("name:python@description", columns=80)
    found = re.search(
        r"^Tag +python\nCoverage +28\.53%\nConflict +1\.07%\n(?:.*\n){4}Value +([+-]0\.\d{5})$", done.stdout, re.M
    )
    assert found
    assert f" {found[1]} " in show("name:python@description").stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_generated_one_shows_what_it_gets_wrong():
    done = show("name:python@description")
    assert done.returncode == 0
    assert "  written in  data/tags.json:97:3" in done.stdout.splitlines()
    assert "Votes refuted by the gold tags" in done.stdout
    assert "a viper, a python or one of many" in " ".join(done.stdout.split())


def test_as_json():
    done = show("go_is_a_verb_or_a_board_game", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    shown = json.loads(done.stdout)
    assert (shown["id"], shown["polarity"], shown["tags"]) == ("go_is_a_verb_or_a_board_game", "absent", ["go"])
    assert shown["looks_for"]["unless"] == {"keywords": ["golang"]}
    [figures] = shown["figures"]
    assert (figures["precision"], figures["reference_n"]) == (1.0, 5)
    first = shown["votes"][0]
    assert {"record_id", "tag", "vote", "spans", "columns", "voted"} == first.keys()
    assert (first["tag"], first["vote"]) == ("go", "absent")
    assert "NaN" not in done.stdout


RULES = """\
- {id: dated, tags: go, all_of: [{keywords: golang}, {metadata: {created_on: {">=": 2000-01-01}}}]}
- {id: asks, tags: machine-learning, match: {tag: {voted: children}}, unless: paper}
- {id: never, tags: go, match: {keywords: zzz}, expect: {coverage: [0, 0.5], precision: 0.9}, group: none_such}
"""


def test_rules_are_spelled_out_with_what_their_votes_rest_on(tmp_path):
    project = copy_example(tmp_path)
    (project / "lfs" / "rules.yaml").write_text(RULES, encoding="utf-8")
    dated = show("dated", project=str(project)).stdout.splitlines()
    assert "Looks for" in dated
    assert any(line.startswith("    created_on  20") for line in dated)
    assert "      created_on: {'>=': 2000-01-01}" in dated
    asks = show("asks", project=str(project)).stdout
    assert "  - tag:\n      voted: [" in asks
    assert "\n    voted  " in asks
    never = show("never", project=str(project)).stdout.splitlines()
    for line in ("  group  none_such", "  expected coverage  0.0% to 50.0%", "  expected precision  90.0%"):
        assert line in never
    assert "Looks for" not in never  # what is written says it all
    assert "It never votes." in never


def test_classes():
    listed = subprocess.run(
        [sys.executable, "-m", "weaklabel", "lf", "list", "--project", "examples/spam"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    first = listed.stdout.splitlines()[1].split()[0]
    done = show(first, project="examples/spam")
    assert (done.returncode, done.stdout.split()[0]) == (0, first)
    assert "Precision" in done.stdout


def test_an_unknown_id_is_no_traceback():
    done = show("go_is_a_verb")
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no labeling function" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "spans", "shown", "marked"),
    [
        ("ab cd", [(3, 5)], "ab cd", ["cd"]),
        ("x" * 100 + " tin " + "y" * 300, [(101, 104)], "…" + "x" * 59 + " tin " + "y" * 136 + "…", ["tin"]),
        ("tin\nand\ttin", [(0, 3), (8, 11)], "tin and tin", ["tin", "tin"]),
        ("a" * 500, [], "a" * 200 + "…", []),
    ],
)
def test_what_is_quoted_is_around_the_first_span(text, spans, shown, marked):
    quoted = quote(text, [Span("title", start, end) for start, end in spans], "bold")
    assert isinstance(quoted, Text)
    assert quoted.plain == shown
    assert [quoted.plain[span.start : span.end] for span in quoted.spans] == marked
