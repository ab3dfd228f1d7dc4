"""One verdict a cell, or why there is none."""

import itertools
from collections import Counter

import pytest

from support.decided import say, settled
from weaklabel.corrections import settle
from weaklabel.terms.decisions import VERDICTS, Decision


def verdict_of(*decisions, least=1):
    [cell] = settled(*decisions, least=least)
    return cell.verdict, cell.how


@pytest.mark.parametrize(
    ("verdicts", "least", "expected"),
    [
        ("yes", 1, ("yes", "unanimous")),
        ("no no", 2, ("no", "unanimous")),
        ("no", 2, ("unsure", "few")),
        ("no unsure", 2, ("unsure", "few")),
        ("no unsure", 1, ("no", "unanimous")),
        ("yes yes no", 1, ("yes", "majority")),
        ("yes no no unsure unsure unsure", 1, ("no", "majority")),
        ("yes no", 1, ("unsure", "tie")),
        ("yes no", 3, ("unsure", "few")),
        ("yes no unsure", 1, ("unsure", "tie")),
        ("unsure unsure", 1, ("unsure", "unsure")),
    ],
)
def test_most_of_those_who_said_yes_or_no_decide(verdicts, least, expected):
    said = [say(annotator=f"a{i}", cooking=verdict) for i, verdict in enumerate(verdicts.split())]
    assert verdict_of(*said, least=least) == expected
    assert verdict_of(*reversed(said), least=least) == expected


def test_an_adjudication_is_final_whoever_says_what_before_or_after():
    crowd = [say(annotator=name, time="2026-03-01T10:00:00+00:00", cooking="yes") for name in "abc"]
    final = say(annotator="eve", time="2026-02-01T10:00:00+00:00", is_final=True, cooking="no")
    assert verdict_of(*crowd, final, least=3) == ("no", "final")
    assert verdict_of(final, *crowd, least=9) == ("no", "final")
    later = say(annotator="dan", time="2026-02-02T10:00:00+00:00", is_final=True, cooking="unsure")
    assert verdict_of(later, *crowd, final) == ("unsure", "final")


def test_the_last_decision_of_an_annotator_counts():
    first, second = say(cooking="yes"), say(cooking="no")
    assert verdict_of(first, second) == ("no", "unanimous")
    assert verdict_of(second, first) == ("yes", "unanimous")  # without times, as they stand
    early = say(time="2026-01-01T12:00:00+02:00", cooking="yes")
    late = say(time="2026-01-01T11:00:00Z", cooking="no")  # an hour later, though the text sorts before
    assert verdict_of(late, early) == ("no", "unanimous")


def test_cells_are_apart_and_keep_what_was_noted():
    cells = settled(
        say(1, note="short", cooking="yes", keras="no"), say(2, cooking="no"), say(1, "bo", note="short", cooking="no")
    )
    assert [(c.record_id, c.tag, c.verdict) for c in cells] == [
        (1, "cooking", "unsure"), (1, "keras", "no"), (2, "cooking", "no"),
    ]  # fmt: skip
    assert (cells[0].annotators, cells[0].notes, cells[0].disagrees) == (("ana", "bo"), ("short",), True)
    assert (cells[1].count("yes"), cells[1].count("no"), cells[1].disagrees) == (0, 1, False)


def test_every_way_in_which_three_annotators_may_say_something_is_settled_as_the_rule_says():
    for verdicts in itertools.product(VERDICTS, repeat=3):
        for least in (1, 2, 3):
            [cell] = settle([Decision(1, "t", v, name) for v, name in zip(verdicts, "abc", strict=True)], least)
            count = Counter(verdicts)
            votes = count["yes"] + count["no"]
            winner = "yes" if count["yes"] > count["no"] else "no" if count["no"] > count["yes"] else "unsure"
            assert cell.verdict == (winner if votes >= least else "unsure"), verdicts
