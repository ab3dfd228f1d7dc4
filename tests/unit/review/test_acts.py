"""Acts and leases where several things meet: a place that is free, a lease that is held, another queue, another act."""

import pytest

pytest.importorskip("sqlalchemy", reason="the extra review is not installed")

from dataclasses import replace

from support.review_store import join
from weaklabel.review.store import (
    LeaseRules,
    NewAct,
    RefusedError,
    adjudicate,
    decide,
    open_desk,
    open_queue,
    read_acts,
    read_decisions,
    record_act,
    return_record,
    skip,
    undo,
)

RULES = LeaseRules(minutes=10, ahead=1)


@pytest.fixture
def ana(database):
    open_queue(database, ("a", "b", "c"), overlap=2)
    return join(database, "ana")


@pytest.fixture
def bo(database, ana):
    return join(database, "bo")


@pytest.fixture
def cy(database, bo):
    return join(database, "cy")


def say(record, key, note="", **verdicts):
    return NewAct(key, record, verdicts, run="r1", note=note)


def test_who_comes_back_late_keeps_the_record_while_there_is_a_place(database, ana, bo, clock):
    assert open_desk(database, ana, RULES).records == ("a",)
    clock.pass_minutes(11)
    assert open_desk(database, bo, RULES).records == ("a",)  # one of two places
    decide(database, ana, say("a", "late", pytorch="yes"), RULES)
    decide(database, bo, say("a", "in-time", pytorch="no"), RULES)
    assert [(d.record_id, d.annotator) for d in read_decisions(database)] == [("a", "ana"), ("a", "bo")]


def test_of_those_who_come_back_late_who_left_first_has_lost_the_record(database, ana, bo, cy, clock):
    open_desk(database, ana, RULES)
    clock.pass_minutes(1)
    open_desk(database, bo, RULES)
    clock.pass_minutes(20)
    assert open_desk(database, cy, RULES).records == ("a",)
    with pytest.raises(RefusedError, match="not before you any more"):
        decide(database, ana, say("a", "late", pytorch="yes"), RULES)
    decide(database, bo, say("a", "as-late", pytorch="no"), RULES)
    decide(database, cy, say("a", "in-time", pytorch="no"), RULES)
    assert [d.annotator for d in read_decisions(database)] == ["bo", "cy"]


def test_what_was_imported_is_undone_while_the_record_is_before_the_annotator(database, ana):
    assert open_desk(database, ana, RULES).records == ("a",)
    with database.write() as connection:
        record_act(connection, database, "decide", ana, say("a", "imported", pytorch="yes"))
    undone = undo(database, ana, "undo", RULES)
    assert (undone.act.key, undone.desk.records) == ("imported", ("a",))
    decide(database, ana, say("a", "own", pytorch="no"), RULES)
    assert [(d.record_id, d.verdict) for d in read_decisions(database)] == [("a", "no")]


def test_undo_does_not_reach_into_another_queue(database, ana):
    open_desk(database, ana, RULES)
    decide(database, ana, say("a", "in-the-first", pytorch="yes"), RULES)
    open_queue(database, ("b", "c"))
    assert undo(database, ana, "nothing-here", RULES) is None
    open_desk(database, ana, RULES)
    skip(database, ana, say("b", "in-the-second"), RULES)
    open_queue(database, ("a",))
    assert undo(database, ana, "undo", RULES).act.key == "in-the-first"  # though the other was later
    assert [act.kind for act in read_acts(database)] == ["undo", "skip", "decide"]


@pytest.mark.parametrize("other", [{"verdicts": {"pytorch": "no"}}, {"verdicts": {}}, {"note": "else"}])
def test_a_key_that_comes_with_another_decision_is_refused(database, ana, other):
    open_desk(database, ana, RULES)
    act = say("a", "one-key", "odd", pytorch="yes")
    desk = decide(database, ana, act, RULES)
    assert decide(database, ana, replace(act, run="r2", spent_ms=9), RULES) == desk  # sent again, later
    with pytest.raises(RefusedError, match="decided otherwise on record a"):
        decide(database, ana, replace(act, **other), RULES)
    [stored] = read_acts(database)
    assert (stored.verdicts, stored.note) == ({"pytorch": "yes"}, "odd")


def test_a_reviewers_key_that_comes_with_another_act_is_refused(database, ana):
    rey = join(database, "rey", is_reviewer=True)
    adjudicate(database, rey, say("a", "one-key", pytorch="yes"))
    with pytest.raises(RefusedError, match="decided otherwise on record a"):
        adjudicate(database, rey, say("a", "one-key", pytorch="no"))
    return_record(database, rey, say("a", "return-key", "look again", pytorch="yes"))
    return_record(database, rey, say("a", "return-key", "look again", pytorch="no"))  # verdicts are no part of it
    with pytest.raises(RefusedError, match="decided otherwise on record a"):
        return_record(database, rey, say("a", "return-key", "look elsewhere"))
    assert len(read_acts(database)) == 2
