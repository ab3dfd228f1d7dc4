"""Adjudications and records sent back: what stands after them, and after they are undone."""

import pytest

pytest.importorskip("sqlalchemy", reason="the extra review is not installed")

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from support.review_store import join
from weaklabel.review.store import (
    LeaseRules,
    NewAct,
    RefusedError,
    adjudicate,
    decide,
    enrol,
    find_annotator,
    log_in,
    open_database,
    open_desk,
    open_queue,
    read_acts,
    read_decisions,
    return_record,
    skip,
    undo,
    undo_review,
)
from weaklabel.review.store.database import _as_url, _make_engine
from weaklabel.review.store.migrate import MIGRATIONS

RULES = LeaseRules(minutes=10, ahead=3)


@pytest.fixture
def ana(database):
    open_queue(database, ("a", "b", "c"), overlap=2)
    return join(database, "ana")


@pytest.fixture
def bo(database, ana):
    return join(database, "bo")


@pytest.fixture
def rey(database):
    return join(database, "rey", is_reviewer=True)


def say(key, record="a", note="", **verdicts):
    return NewAct(key, record, verdicts, run="r1", spent_ms=1500, note=note)


def standing(database):
    return [(d.record_id, d.tag, d.verdict, d.annotator, d.is_final) for d in read_decisions(database)]


def disagree(database, ana, bo, key="first"):
    for annotator, verdict in ((ana, "yes"), (bo, "no")):
        open_desk(database, annotator, RULES)
        decide(database, annotator, say(f"{key}-{annotator}", pytorch=verdict), RULES)


def test_an_adjudication_stands_beside_what_annotators_say_and_is_final(database, ana, bo, rey):
    disagree(database, ana, bo)
    adjudicate(database, rey, say("final", note="it is", pytorch="yes"))
    adjudicate(database, rey, say("final", note="it is", pytorch="yes"))  # sent again
    said = [("a", "pytorch", "yes", "ana", False), ("a", "pytorch", "no", "bo", False)]
    assert standing(database) == [*said, ("a", "pytorch", "yes", "rey", True)]
    [final] = [d for d in read_decisions(database, "a") if d.is_final is True]
    assert (final.note, final.run, final.spent_ms) == ("it is", "r1", 1500)


def test_a_reviewers_own_label_is_not_replaced_by_their_adjudication(database, ana, rey):
    open_desk(database, rey, RULES)
    decide(database, rey, say("own", pytorch="no"), RULES)
    adjudicate(database, rey, say("final", pytorch="yes"))
    assert standing(database) == [("a", "pytorch", "no", "rey", False), ("a", "pytorch", "yes", "rey", True)]


def test_of_two_adjudications_the_last_stands_as_a_whole_until_it_is_undone(database, ana, bo, rey):
    other = join(database, "other", is_reviewer=True)
    adjudicate(database, rey, say("final-1", pytorch="yes", cooking="yes"))
    adjudicate(database, other, say("final-2", pytorch="no"))
    assert standing(database) == [("a", "pytorch", "no", "other", True)]
    assert undo_review(database, rey, "nothing-stands") is None
    assert undo_review(database, other, "undo").key == "final-2"
    assert standing(database) == [("a", "cooking", "yes", "rey", True), ("a", "pytorch", "yes", "rey", True)]


def test_nobody_is_asked_about_an_adjudicated_record(database, ana, bo, rey):
    assert open_desk(database, ana, RULES).records == ("a", "b", "c")
    decide(database, ana, say("ana's", pytorch="yes"), RULES)
    assert open_desk(database, bo, RULES).records == ("a", "b", "c")
    adjudicate(database, rey, say("final", pytorch="no"))
    desk = open_desk(database, bo, RULES)
    assert (desk.records, desk.progress.done) == (("b", "c"), 1)
    with pytest.raises(RefusedError, match="it is done"):
        decide(database, bo, say("late", pytorch="yes"), RULES)
    undo_review(database, rey, "undo")
    assert open_desk(database, bo, RULES).progress.done == 0
    open_queue(database, ("a", "c"), overlap=2)
    assert open_desk(database, bo, RULES).records == ("a", "c")
    adjudicate(database, rey, say("final again", pytorch="no"))
    open_queue(database, ("a", "c"), overlap=2)
    assert open_desk(database, bo, RULES).records == ("c",)


def test_a_record_that_is_sent_back_begins_anew(database, ana, bo, rey):
    cy = join(database, "cy")
    disagree(database, ana, bo)
    adjudicate(database, rey, say("final", pytorch="yes"))
    open_queue(database, ("a", "b", "c"), overlap=3)
    open_desk(database, cy, RULES)
    return_record(database, rey, say("back", note="look at the title", pytorch="no"))
    return_record(database, rey, say("back", note="look at the title", pytorch="no"))  # sent again
    assert standing(database) == []
    for annotator in (ana, bo, cy):
        desk = open_desk(database, annotator, RULES)
        assert desk.records[0] == "a"
        assert desk.returned == {"a": "look at the title"}
        assert desk.progress.done == 0
    decide(database, ana, say("second", pytorch="no"), RULES)
    assert standing(database) == [("a", "pytorch", "no", "ana", False)]
    assert open_desk(database, ana, RULES).returned == {}
    assert [(act.kind, act.is_replaced, act.is_undone) for act in reversed(read_acts(database))] == [
        ("decide", True, False), ("decide", True, False), ("adjudicate", True, False), ("return", False, False),
        ("decide", False, False),
    ]  # fmt: skip
    assert read_acts(database)[1].verdicts == {}


def test_a_skip_ends_too_when_a_record_is_sent_back(database, ana, bo, rey):
    open_desk(database, ana, RULES)
    skip(database, ana, say("skipped"), RULES)
    open_desk(database, bo, RULES)
    decide(database, bo, say("bo's", pytorch="no"), RULES)
    assert "a" not in open_desk(database, ana, RULES).records
    return_record(database, rey, say("back", note="a new instruction"))
    open_queue(database, ("a",), overlap=2)
    assert open_desk(database, ana, RULES).records == ("a",)
    assert undo(database, ana, "undo", RULES) is None  # what does not stand cannot be undone


def test_an_undone_return_leaves_all_as_it_was(database, ana, bo, rey):
    disagree(database, ana, bo)
    adjudicate(database, rey, say("final", pytorch="yes"))
    before = standing(database)
    return_record(database, rey, say("back", note="why"))
    assert undo_review(database, rey, "undo").kind == "return"
    assert undo_review(database, rey, "undo").kind == "return"  # sent again
    assert standing(database) == before
    desk = open_desk(database, ana, RULES)
    assert ("a" in desk.records, desk.returned, desk.progress.done) == (False, {}, 1)


def test_an_undone_return_keeps_what_was_decided_since(database, ana, bo, rey):
    disagree(database, ana, bo)
    return_record(database, rey, say("back", note="why"))
    open_desk(database, ana, RULES)
    decide(database, ana, say("second", pytorch="no", cooking="yes"), RULES)
    undo_review(database, rey, "undo")
    assert standing(database) == [
        ("a", "pytorch", "no", "bo", False),
        ("a", "cooking", "yes", "ana", False),
        ("a", "pytorch", "no", "ana", False),
    ]
    assert open_desk(database, ana, RULES).progress.done == 1


def test_an_annotator_undoes_no_adjudication_and_a_reviewer_no_label(database, ana, rey):
    open_desk(database, rey, RULES)
    decide(database, rey, say("own", pytorch="no"), RULES)
    adjudicate(database, rey, say("final", pytorch="yes"))
    assert undo(database, rey, "undo-1", RULES).act.key == "own"
    assert undo(database, rey, "undo-2", RULES) is None
    assert undo_review(database, rey, "undo-3").key == "final"
    assert undo_review(database, rey, "undo-4") is None
    assert standing(database) == []


def test_a_sent_back_record_can_be_sent_back_again_when_it_is_decided(database, ana, bo, rey):
    with pytest.raises(RefusedError, match="nobody has decided on record a"):
        return_record(database, rey, say("too early", note="why"))
    disagree(database, ana, bo)
    return_record(database, rey, say("back-1", note="first"))
    with pytest.raises(RefusedError, match="sent back already"):
        return_record(database, rey, say("twice", note="why"))
    disagree(database, ana, bo, "second")
    return_record(database, rey, say("back-2", note="second"))
    assert open_desk(database, ana, RULES).returned == {"a": "second"}
    undo_review(database, rey, "undo")
    assert len(standing(database)) == 2
    undo_review(database, rey, "undo again")
    assert standing(database) == [("a", "pytorch", "yes", "ana", False), ("a", "pytorch", "no", "bo", False)]
    assert {act.key for act in read_acts(database) if act.kind == "decide" and not act.is_replaced} == {
        f"{key}-{annotator}" for key in ("first", "second") for annotator in (ana, bo)
    }


def test_a_record_that_nobody_would_get_is_not_sent_back(database, ana, bo, rey):
    disagree(database, ana, bo)
    open_queue(database, ("b",))
    with pytest.raises(RefusedError, match="not in the queue"):
        return_record(database, rey, say("back", note="why"))
    assert len(standing(database)) == 2


def test_a_reviewers_key_is_one_acts_alone(database, ana, bo, rey):
    disagree(database, ana, bo)
    adjudicate(database, rey, say("one-key", pytorch="yes"))
    for call, act in (
        (adjudicate, say("one-key", "b")),
        (return_record, say("one-key")),
        (adjudicate, say(f"first-{ana}")),
    ):
        with pytest.raises(RefusedError, match="key was used"):
            call(database, rey, act)
    with pytest.raises(RefusedError, match="key was used"):
        undo_review(database, rey, "one-key")
    assert len(read_acts(database)) == 3


def test_who_reviews_is_as_the_last_start_said(database):
    first = log_in(database, enrol(database, "rey", is_reviewer=True))
    assert find_annotator(database, first).is_reviewer is True
    enrol(database, "rey")
    assert find_annotator(database, first).is_reviewer is False


# ---- a database of the first form


def make_first_form(location):
    """Make a database as the first version did, with a decision, a skip, and an undone decision."""
    engine = _make_engine(_as_url(location))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO annotators (id, name) VALUES (1, 'ana')"))
        acts = [(1, "decide", "a", None), (2, "decide", "b", None), (3, "undo", "b", 2), (4, "skip", "c", None)]
        for number, kind, record, undoes in acts:
            row = {"id": number, "kind": kind, "record": f'"{record}"', "undoes": undoes}
            connection.execute(
                text(
                    "INSERT INTO acts (id, key, kind, record_id, annotator_id, run, done_at, spent_ms, note, undoes) "
                    "VALUES (:id, 'key-' || :id, :kind, :record, 1, 'r1', '2026-01-02 03:04:05', 7, 'n', :undoes)"
                ),
                row,
            )
            if kind == "decide":
                connection.execute(text("INSERT INTO decisions VALUES (:id, 'pytorch', 'yes')"), row)
        connection.execute(text("INSERT INTO tasks VALUES ('\"a\"', 0, 0)"))
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT setval('acts_id_seq', 4), setval('annotators_id_seq', 1)"))
    engine.dispose()


def test_a_database_of_the_first_form_keeps_all_it_has_and_takes_the_new_acts(location, clock):
    make_first_form(location)
    database = open_database(location, clock)
    assert standing(database) == [("a", "pytorch", "yes", "ana", False)]
    assert [(act.kind, act.undoes, act.is_undone) for act in read_acts(database)] == [
        ("skip", None, False), ("undo", 2, False), ("decide", None, True), ("decide", None, False),
    ]  # fmt: skip
    open_queue(database, ("a", "b", "c"))
    rey = join(database, "rey", is_reviewer=True)
    return_record(database, rey, say("back", note="why"))
    adjudicate(database, rey, say("final", pytorch="no"))
    assert standing(database) == [("a", "pytorch", "no", "rey", True)]
    refused = {
        "append-only": ["UPDATE acts SET note = ''", "DELETE FROM acts", "DELETE FROM decisions"],
        "(?i)check": ["INSERT INTO acts SELECT 99, 'k', 'burn', record_id, 1, run, done_at, 1, '', NULL FROM acts"],
        "(?i)foreign key": ["INSERT INTO decisions VALUES (98, 't', 'yes')"],
    }
    for says, statements in refused.items():
        for statement in statements:
            with pytest.raises(DBAPIError, match=says), database.write() as connection:
                connection.execute(text(statement))
    database.close()
