"""The store: what is acknowledged is there once, and a record is before one annotator at a time."""

import sqlite3
import threading
from collections import Counter

import pytest

pytest.importorskip("sqlalchemy", reason="the extra review is not installed")

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from support.review_store import join
from weaklabel.errors import ReviewError
from weaklabel.review.store import (
    LeaseRules,
    NewAct,
    RefusedError,
    decide,
    enrol,
    ensure_annotator,
    find_annotator,
    list_annotators,
    log_in,
    log_out,
    open_database,
    open_desk,
    open_queue,
    read_acts,
    read_decisions,
    record_act,
    revoke,
    skip,
    undo,
)
from weaklabel.review.store.annotators import SESSION
from weaklabel.review.store.models import ActRow, DecisionRow, Table

RULES = LeaseRules(minutes=10, ahead=2)
RECORDS = ("a", "b", "c", "d", "e")


@pytest.fixture
def ana(database):
    open_queue(database, RECORDS)
    return join(database, "ana")


@pytest.fixture
def bo(database, ana):
    return join(database, "bo")


def say(record, key=None, **verdicts):
    return NewAct(key or f"key-of-{record}", record, verdicts, run="r1", spent_ms=1500, note=f"about {record}")


def standing(database):
    return [(d.record_id, d.tag, d.verdict, d.annotator) for d in read_decisions(database)]


def test_a_decision_is_stored_with_all_that_is_known_of_it(database, ana, clock):
    open_desk(database, ana, RULES)
    desk = decide(database, ana, say("a", pytorch="yes", cooking="unsure"), RULES)
    assert desk.records == ("b", "c")
    assert (desk.progress.records, desk.progress.done, desk.progress.mine) == (5, 1, 1)
    [first, second] = read_decisions(database)
    assert (first.tag, first.verdict, second.tag, second.verdict) == ("cooking", "unsure", "pytorch", "yes")
    assert (first.record_id, first.annotator, first.decided_at) == ("a", "ana", clock.time)
    assert (first.run, first.spent_ms, first.note) == ("r1", 1500, "about a")


def test_a_decision_that_is_sent_again_is_stored_once(database, ana):
    open_desk(database, ana, RULES)
    first = decide(database, ana, say("a", pytorch="yes"), RULES)
    assert decide(database, ana, say("a", pytorch="yes"), RULES) == first
    assert standing(database) == [("a", "pytorch", "yes", "ana")]
    assert len(read_acts(database)) == 1


def test_a_key_is_one_acts_alone(database, ana, bo):
    open_desk(database, ana, RULES)
    open_desk(database, bo, RULES)
    decide(database, ana, say("a", "one-key"), RULES)
    for annotator, call in ((ana, decide), (ana, skip), (bo, decide)):
        record = "b" if annotator == ana else "c"
        with pytest.raises(RefusedError, match="key was used"):
            call(database, annotator, say(record, "one-key"), RULES)
    with pytest.raises(RefusedError, match="key was used"):
        undo(database, ana, "one-key", RULES)
    assert len(read_acts(database)) == 1


def test_two_annotators_get_different_records(database, ana, bo):
    assert open_desk(database, ana, RULES).records == ("a", "b")
    assert open_desk(database, bo, RULES).records == ("c", "d")
    assert open_desk(database, ana, RULES).records == ("a", "b")
    with pytest.raises(RefusedError, match="another annotator has it"):
        decide(database, bo, say("a", pytorch="no"), RULES)
    with pytest.raises(RefusedError):
        decide(database, ana, say("e", pytorch="no"), RULES)  # nobody has it: it has to be leased first
    assert standing(database) == []


def test_with_overlap_each_record_is_decided_on_by_as_many(database, ana, bo):
    open_queue(database, RECORDS, overlap=2)
    cy = join(database, "cy")
    assert open_desk(database, ana, RULES).records == ("a", "b")
    assert open_desk(database, bo, RULES).records == ("a", "b")
    assert open_desk(database, cy, RULES).records == ("c", "d")
    assert decide(database, ana, say("a", pytorch="yes"), RULES).progress.done == 0
    assert decide(database, bo, say("a", "other", pytorch="no"), RULES).progress.done == 1
    assert standing(database) == [("a", "pytorch", "yes", "ana"), ("a", "pytorch", "no", "bo")]


def test_a_lease_ends_after_its_minutes_and_is_renewed(database, ana, bo, clock):
    open_desk(database, ana, RULES)
    clock.pass_minutes(9)
    open_desk(database, ana, RULES)
    clock.pass_minutes(9)
    assert open_desk(database, bo, RULES).records == ("c", "d")
    clock.pass_minutes(9)
    skip(database, bo, say("c"), RULES)
    assert open_desk(database, bo, RULES).records == ("a", "d")
    with pytest.raises(RefusedError):
        decide(database, ana, say("a", "late"), RULES)
    decide(database, ana, say("b", "late", pytorch="yes"), RULES)  # over as well, but nobody has taken it
    assert standing(database) == [("b", "pytorch", "yes", "ana")]


def test_a_skipped_record_is_for_others(database, ana, bo):
    open_desk(database, ana, RULES)
    assert skip(database, ana, say("a", pytorch="no"), RULES).records == ("b", "c")
    assert open_desk(database, bo, RULES).records == ("a", "d")
    assert standing(database) == []  # what was chosen before it was skipped is no decision


def test_undo_brings_the_record_back_and_keeps_the_history(database, ana):
    open_desk(database, ana, RULES)
    decide(database, ana, say("a", pytorch="yes"), RULES)
    skip(database, ana, say("b"), RULES)
    undone = undo(database, ana, "undo-1", RULES)
    assert (undone.act.kind, undone.act.record_id, undone.desk.records) == ("skip", "b", ("b", "c", "d"))
    undone = undo(database, ana, "undo-2", RULES)
    assert (undone.act.record_id, undone.act.verdicts, undone.act.note) == ("a", {"pytorch": "yes"}, "about a")
    assert undo(database, ana, "undo-2", RULES).act.id == undone.act.id  # sent again
    assert undo(database, ana, "undo-3", RULES) is None
    assert standing(database) == []
    assert undone.desk.progress.done == 0
    decide(database, ana, say("a", "again", pytorch="no"), RULES)
    assert standing(database) == [("a", "pytorch", "no", "ana")]
    acts = [(act.kind, act.record_id, act.is_undone) for act in reversed(read_acts(database))]
    assert acts == [
        ("decide", "a", True), ("skip", "b", True), ("undo", "b", False), ("undo", "a", False), ("decide", "a", False),
    ]  # fmt: skip


def test_an_undone_skip_does_not_take_the_record_from_whom_has_it(database, ana, bo):
    open_desk(database, ana, RULES)
    skip(database, ana, say("a"), RULES)
    open_desk(database, bo, RULES)
    assert "a" not in undo(database, ana, "undo-1", RULES).desk.records


def test_nobody_undoes_what_another_did(database, ana, bo):
    open_desk(database, ana, RULES)
    decide(database, ana, say("a", pytorch="yes"), RULES)
    assert undo(database, bo, "undo-1", RULES) is None
    assert standing(database) == [("a", "pytorch", "yes", "ana")]


def test_a_new_queue_counts_what_was_decided(database, ana):
    open_desk(database, ana, RULES)
    decide(database, ana, say("a"), RULES)
    open_queue(database, ("e", "a", "b"))
    assert open_desk(database, ana, RULES).records == ("e", "b")


def test_ids_keep_their_type_and_any_character(database, ana):
    strange = (1, "1", "a\0b", "\ud800", "ÅÅ 🙂", "'; DROP TABLE acts; --")
    open_queue(database, strange)
    for record in strange:
        assert open_desk(database, ana, RULES).records[0] == record
        decide(database, ana, NewAct(f"key {strange.index(record)}", record, {"pytorch": "yes"}), RULES)
    assert [d.record_id for d in read_decisions(database)] == list(strange)


def test_nothing_that_was_decided_can_be_changed_or_removed(database, ana):
    open_desk(database, ana, RULES)
    decide(database, ana, say("a", pytorch="yes"), RULES)
    attempts = [
        update(DecisionRow).values(verdict="no"), delete(DecisionRow), update(ActRow).values(note=""), delete(ActRow),
    ]  # fmt: skip
    for attempt in attempts:
        with pytest.raises(DBAPIError, match="append-only"), database.write() as connection:
            connection.execute(attempt)
    assert standing(database) == [("a", "pytorch", "yes", "ana")]


def test_a_failure_in_the_middle_stores_nothing(database, ana, monkeypatch):
    open_desk(database, ana, RULES)
    monkeypatch.setattr("weaklabel.review.store.acts.release", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        decide(database, ana, say("a", pytorch="yes"), RULES)
    assert (standing(database), read_acts(database)) == ([], ())
    assert open_desk(database, ana, RULES).records == ("a", "b")


def test_many_at_once_are_each_stored_once(database, location, clock):
    open_queue(database, range(80), overlap=1)
    others = open_database(location, clock)  # as another process would have it
    seen = Counter()

    def work(name, store):
        annotator = join(store, name)
        while records := open_desk(store, annotator, RULES).records:
            for _ in range(2):  # sent twice, as after a broken connection
                decide(store, annotator, say(records[0], f"{name}-{records[0]}", pytorch="yes"), RULES)
            seen[records[0]] += 1

    threads = [threading.Thread(target=work, args=(f"w{i}", (database, others)[i % 2])) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    others.close()
    assert seen == Counter(range(80))
    assert Counter(d.record_id for d in read_decisions(database)) == Counter(range(80))


def test_the_tables_are_what_the_models_say(database):
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []


def test_a_database_is_opened_again_and_keeps_what_it_has(database, location, ana):
    open_desk(database, ana, RULES)
    decide(database, ana, say("a", pytorch="yes"), RULES)
    again = open_database(location)
    assert standing(again) == [("a", "pytorch", "yes", "ana")]
    again.close()


def test_a_database_of_a_later_version_is_refused(database, location):
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ReviewError, match=r"form \(9999\).*Update weaklabel"):
        open_database(location)


def test_tokens_and_sessions_are_kept_as_hashes_alone(database, ana):
    token = enrol(database, "ana")
    session = log_in(database, token)
    with database.read() as connection:
        names = [table.name for table in Table.metadata.sorted_tables]
        rows = [str(row) for name in names for row in connection.execute(text(f"SELECT * FROM {name}"))]
    assert not [row for row in rows if token in row or session in row]
    assert find_annotator(database, session).name == "ana"


def test_a_new_token_ends_the_old_one_and_no_session(database, ana, clock):
    first = enrol(database, "ana")
    session = log_in(database, first)
    second = enrol(database, "ana")
    assert log_in(database, first) is None
    assert log_in(database, second) not in (None, session)
    assert find_annotator(database, session).id == ana
    assert [annotator.name for annotator in list_annotators(database)] == ["ana"]
    log_out(database, session)
    assert find_annotator(database, session) is None


def test_whose_access_is_revoked_is_out_and_their_decisions_stay(database, ana):
    open_desk(database, ana, RULES)
    decide(database, ana, say("a", pytorch="yes"), RULES)
    token = enrol(database, "ana")
    session = log_in(database, token)
    assert revoke(database, "ana")
    assert (find_annotator(database, session), log_in(database, token)) == (None, None)
    assert log_in(database, "") is None  # no token is nobody's
    assert standing(database) == [("a", "pytorch", "yes", "ana")]
    assert not revoke(database, "nobody")


def test_what_is_recorded_without_a_lease_counts_too(database, ana):
    """What imports and adjudication do: they have no page."""
    with database.write() as connection:
        judge = ensure_annotator(connection, "judge")
        record_act(connection, database, "decide", judge, say("a", pytorch="no"))
        assert ensure_annotator(connection, "judge") == judge
    assert standing(database) == [("a", "pytorch", "no", "judge")]
    assert open_desk(database, ana, RULES).records == ("b", "c")


def test_a_session_ends(database, ana, clock):
    session = log_in(database, enrol(database, "ana"))
    clock.time += SESSION
    assert find_annotator(database, session) is None


@pytest.mark.parametrize("forged", ["", "x", "\ud800", "' OR 1=1 --", "A" * 10_000])
def test_a_forged_token_is_nobodys(database, ana, forged):
    assert log_in(database, forged) is None
    assert find_annotator(database, forged) is None


def test_the_file_is_made_and_not_its_folder(tmp_path):
    open_database(tmp_path / "review.sqlite").close()
    assert (tmp_path / "review.sqlite").is_file()
    with pytest.raises(ReviewError, match=r"no folder is called .*rusn"):
        open_database(tmp_path / "rusn/review.sqlite")
    assert not (tmp_path / "rusn").exists()


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("mysql://localhost/x", "mysql is no database that the review knows"),
        ("postgresql://ana:secret@127.0.0.1:1/x", "cannot be opened"),
        ("://", "no URL of a database"),
        ("/proc/review.sqlite", "cannot be opened"),
    ],
)
def test_a_database_that_cannot_be_opened_is_named_without_its_password(location, says):
    with pytest.raises(ReviewError, match=says) as raised:
        open_database(location)
    assert "secret" not in str(raised.value)
    assert raised.value.problems[0].fix


def test_another_programs_file_is_left_alone(tmp_path):
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE acts (scene TEXT)")
    other.close()
    with pytest.raises(ReviewError, match="did not make"):
        open_database(path)
    (tmp_path / "notes.txt").write_text("no database " * 100)
    with pytest.raises(ReviewError, match="not a database"):
        open_database(tmp_path / "notes.txt")
