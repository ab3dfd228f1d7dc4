"""What the terminal says of decisions that were applied."""

import pytest

from support.correcting import settings_of, write_project
from support.decided import say, settled
from weaklabel.cli.show_apply import _name_deciders, show_applied
from weaklabel.correcting.apply import Request, apply_decisions, explain_change
from weaklabel.corrections import Change, decisions_file

LONG = "natural-language-processing"


@pytest.mark.parametrize(
    ("said", "why", "who"),
    [
        ((say(cooking="no"),), "one annotator", "ana"),
        ((say(cooking="no"), say(annotator="bo", cooking="no")), "unanimous", "ana, bo"),
        ((say(cooking="no"), say(annotator="bo", cooking="unsure")), "one annotator", "ana"),
        (
            (say(cooking="no"), say(annotator="7", cooking="no"), say(annotator="ed", cooking="yes")),
            "majority",
            "2 no: ana, 7; 1 yes: ed",
        ),
        ((say(cooking="yes"), say(annotator="eve", cooking="no", is_final=True)), "final", "eve"),
        ((say(annotator="", cooking="no"),), "one annotator", ""),
    ],
)
def test_who_settled_a_tag_is_named_by_what_they_said(said, why, who):
    [cell] = settled(*said)
    assert explain_change(Change(1, "cooking", "removed", "cooking", cell)) == why
    assert _name_deciders(cell) == who


def show(folder, decisions, capsys, waiting=()):
    path = folder / "d.jsonl"
    path.write_bytes(decisions_file(decisions))
    settings = settings_of(folder)
    applied = apply_decisions(settings, Request((str(path),)))
    show_applied(applied, settings, (str(path),), folder / "o", is_written=False)
    return capsys.readouterr().out


def test_numbers_add_up_and_nobody_is_no_annotator(tmp_path, capsys):
    write_project(tmp_path)
    decisions = [
        *say(annotator="", cooking="no", pytorch="yes", machine_learning="no"),
        *say(99, annotator="", ml="yes"),
    ]
    text = show(tmp_path, [*decisions, *say(1, annotator="", quantum="yes")], capsys)
    first = " ".join(text.split("\n\n")[0].split())
    assert first == (
        "5 decisions on 5 tags of 2 records (1 of no record, 1 of no known tag): "
        "2 yes, 1 no, 0 open, 2 contradicting each other."
    )


def test_a_tag_is_not_broken_in_the_middle(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    write_project(tmp_path, tags=[{"tag": LONG}, {"tag": "cooking", "aliases": ["recipes"]}])
    names = ["a-person-of-a-long-name", "another-of-a-long-name", "a-third-of-a-long-name"]
    decisions = [each for name in names for each in say(1, annotator=name, natural_language_processing="yes")]
    assert LONG in show(tmp_path, decisions, capsys)
