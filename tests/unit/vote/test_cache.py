import json
import os
import random
from dataclasses import replace

import pytest

from support.made import make_records, make_vocabulary, pattern_lf, phrase_lf, python_lf, vote_rows
from weaklabel.terms import Reuse
from weaklabel.vote import VoteCache, apply_lfs

VOCABULARY = make_vocabulary("bert", "gnn", "nn")


class Counted:
    """A Python labeling function that counts its calls (it runs in this process)."""

    def __init__(self, lf_id="counted", word="graph"):
        self.seen = []
        self.lf = python_lf(lf_id, "nn", self._call)
        self.word = word

    def _call(self, record):
        self.seen.append(record.record_id)
        return [("nn", 1)] if self.word in record.title else []


def cast(lfs, records, folder, *, vocabulary=VOCABULARY, version="1"):
    return apply_lfs(lfs, records, vocabulary, n_workers=0, cache=folder and VoteCache(folder, version))


TITLES = [f"graph {i}" if i % 3 else f"bert {i}" for i in range(100)]


def test_a_second_run_calls_nothing_and_votes_the_same(tmp_path):
    counted = Counted()
    lfs = [counted.lf, pattern_lf("r", "bert", r"^bert \d+$"), phrase_lf("p", "gnn", "graph")]
    first = cast(lfs, make_records(TITLES), tmp_path / "c")
    assert first.reuse == Reuse(kept=2)
    assert len(counted.seen) == 100
    again = cast(lfs, make_records(TITLES), tmp_path / "c")
    assert again.reuse == Reuse(kept=2, whole=2)
    assert len(counted.seen) == 100
    assert (
        vote_rows(again, VOCABULARY)
        == vote_rows(first, VOCABULARY)
        == vote_rows(cast(lfs, make_records(TITLES), None), VOCABULARY)
    )


def test_ten_changed_records_are_ten_calls(tmp_path):
    counted = Counted()
    cast([counted.lf], make_records(TITLES), tmp_path)
    counted.seen.clear()
    changed = [*TITLES]
    for i in range(0, 100, 10):
        changed[i] = f"graph anew {i}"
    votes = cast([counted.lf], make_records(changed), tmp_path)
    assert counted.seen == [i + 1 for i in range(0, 100, 10)]
    assert votes.reuse == Reuse(kept=1, partly=1, records=10)
    assert vote_rows(votes, VOCABULARY) == vote_rows(cast([counted.lf], make_records(changed), None), VOCABULARY)


def test_one_changed_labeling_function_is_one_column(tmp_path):
    counted = [Counted(f"lf{i}", word) for i, word in enumerate(["graph", "bert", "1", "2"])]
    cast([c.lf for c in counted], make_records(TITLES), tmp_path)
    for c in counted:
        c.seen.clear()
    lfs = [c.lf for c in counted]
    lfs[2] = replace(lfs[2], definition="changed")
    votes = cast(lfs, make_records(TITLES), tmp_path)
    assert [len(c.seen) for c in counted] == [0, 0, 100, 0]
    assert votes.reuse == Reuse(kept=4, whole=3)


def test_records_that_move_appear_and_vanish_keep_their_votes(tmp_path):
    rng = random.Random(0)
    counted = Counted()
    known = set()
    for _ in range(20):
        ids = rng.sample(range(200), 60)
        records = make_records([f"graph {i}" if i % 3 else f"bert {i}" for i in ids], ids=ids)
        counted.seen.clear()
        votes = cast([counted.lf], records, tmp_path)
        assert set(counted.seen) == set(ids) - known
        assert vote_rows(votes, VOCABULARY) == {("nn", row, "counted", 1) for row, i in enumerate(ids) if i % 3}
        known = set(ids)  # what the last run had


def test_what_fails_is_tried_again_and_the_rest_is_kept(tmp_path):
    broken = [True]
    seen = []

    def call(record):
        seen.append(record.record_id)
        if broken[0] and record.record_id % 10 == 0:
            raise ValueError("no luck")
        return [("nn", 1)]

    lf = python_lf("a", "nn", call)
    assert cast([lf], make_records(TITLES), tmp_path).failures[0].count == 10
    seen.clear()
    broken[0] = False
    votes = cast([lf], make_records(TITLES), tmp_path)
    assert seen == list(range(10, 101, 10))
    assert votes.failures == ()
    assert len(votes) == 100


@pytest.mark.parametrize(
    "change",
    [
        {"version": "2"},
        {"lf": {"tags": ("nn", "gnn")}},
        {"lf": {"polarity": -1}},
    ],
    ids=str,
)
def test_votes_of_another_version_or_declaration_are_not_used(tmp_path, change):
    counted = Counted()
    cast([counted.lf], make_records(TITLES), tmp_path)
    lf = replace(counted.lf, **change.get("lf", {}))
    cast([lf], make_records(TITLES), tmp_path, version=change.get("version", "1"))
    assert len(counted.seen) == 200


def test_a_column_that_only_python_sees_changes_only_its_votes(tmp_path):
    counted = Counted()
    pattern = pattern_lf("r", "bert", "^bert")
    cast([counted.lf, pattern], make_records(TITLES, given=[["nn"]] * 100), tmp_path)
    votes = cast([counted.lf, pattern], make_records(TITLES, given=[["nn"]] * 50 + [["gnn"]] * 50), tmp_path)
    assert votes.reuse == Reuse(kept=2, whole=1, partly=1, records=50)
    assert counted.seen[100:] == list(range(51, 101))


def test_a_vocabulary_in_another_order_names_the_same_tags_and_a_lost_tag_loses_the_votes(tmp_path):
    counted = Counted()
    cast([counted.lf], make_records(TITLES), tmp_path)
    turned = make_vocabulary("nn", "other", "bert")
    votes = cast([counted.lf], make_records(TITLES), tmp_path, vocabulary=turned)
    assert votes.reuse.whole == 1
    assert {turned.names[tag] for tag in votes.tag.tolist()} == {"nn"}
    without = make_vocabulary("bert")
    assert cast([counted.lf], make_records(TITLES), tmp_path, vocabulary=without).failures[0].count == 66


@pytest.mark.parametrize("damage", [b"", b"x", b"x" * 500], ids=len)
@pytest.mark.parametrize("kind", ["votes", "records"])
def test_a_damaged_entry_is_computed_anew_and_mended(tmp_path, kind, damage):
    counted = Counted()
    expected = vote_rows(cast([counted.lf], make_records(TITLES), tmp_path), VOCABULARY)
    for path in (tmp_path / kind).rglob("*"):
        if path.is_file():
            path.write_bytes(damage)
    assert vote_rows(cast([counted.lf], make_records(TITLES), tmp_path), VOCABULARY) == expected
    assert len(counted.seen) == 200
    assert cast([counted.lf], make_records(TITLES), tmp_path).reuse.whole == 1


def test_one_turned_bit_anywhere_is_noticed(tmp_path):
    counted = Counted()
    expected = vote_rows(cast([counted.lf], make_records(TITLES), tmp_path), VOCABULARY)
    (entry,) = [path for path in (tmp_path / "votes").rglob("*") if path.is_file()]
    whole = entry.read_bytes()
    for at in range(0, len(whole), 7):
        entry.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        votes = cast([counted.lf], make_records(TITLES), tmp_path)
        assert votes.reuse.whole == 0
        assert vote_rows(votes, VOCABULARY) == expected


def test_two_records_alike_have_one_answer_and_both_votes(tmp_path):
    records = make_records(["graph", "graph", "bert"], ids=[1, 2, 3])
    lf = pattern_lf("r", "nn", "graph")
    cast([lf], make_records(["bert", "graph"]), tmp_path)
    votes = cast([lf], records, tmp_path)
    assert votes.reuse == Reuse(kept=1, whole=1)
    assert vote_rows(votes, VOCABULARY) == {("nn", 0, "r", 1), ("nn", 1, "r", 1)}


def test_the_folder_says_what_it_is_and_clearing_removes_it(tmp_path):
    folder = tmp_path / "a" / "cache"
    cache = VoteCache(folder, "1")
    assert cache.clear() == 0
    cast([Counted().lf], make_records(TITLES), folder)
    assert (folder / ".gitignore").read_text() == "*\n"
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert cache.clear() == size > 1600
    assert not folder.exists()


def test_above_its_limit_the_folder_loses_what_was_not_used_for_longest(tmp_path):
    old, new = Counted("old"), Counted("new")
    for counted in (old, new):
        cast([counted.lf], make_records(TITLES), tmp_path)
        for path in (tmp_path / "votes").rglob("*"):
            os.utime(path, (path.stat().st_mtime - 1000,) * 2)
    cast([old.lf], make_records(TITLES), tmp_path)  # used again: now `new` is the one to go
    total = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    VoteCache(tmp_path, "1", limit_bytes=total - 1).trim()
    assert cast([old.lf], make_records(TITLES), tmp_path).reuse.whole == 1
    assert cast([new.lf], make_records(TITLES), tmp_path).reuse.whole == 0
    VoteCache(tmp_path, "1", limit_bytes=0).trim()
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {".gitignore", "CACHEDIR.TAG"}


def test_lists_that_nothing_refers_to_go_before_votes_do(tmp_path):
    lfs = [pattern_lf(f"r{i}", "nn", f"{i}$") for i in range(5)]
    for n in range(6):
        apply_lfs(
            lfs, make_records([*TITLES, f"new {n}"]), VOCABULARY, n_workers=0, cache=VoteCache(tmp_path, "1", 14_000)
        )
        votes = cast(lfs, make_records([*TITLES, f"new {n}"]), tmp_path)
        assert votes.reuse.whole == 5


def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path):
    (tmp_path / "file").write_text("in the way")
    counted = Counted()
    votes = cast([counted.lf], make_records(TITLES), tmp_path / "file")
    assert len(votes) == 66
    assert votes.reuse.problem == f"{tmp_path / 'file'}: File exists"


def test_no_votes_and_no_records_are_kept_too(tmp_path):
    lf = pattern_lf("r", "nn", "never there")
    cast([lf], make_records(TITLES), tmp_path)
    assert cast([lf], make_records(TITLES), tmp_path).reuse.whole == 1
    assert len(cast([lf], make_records([]), tmp_path)) == 0


def test_an_entry_holds_no_more_than_votes(tmp_path):
    cast([Counted().lf], make_records(TITLES), tmp_path)
    (entry,) = [path for path in (tmp_path / "votes").rglob("*") if path.is_file()]
    head = json.loads(entry.read_bytes()[16:].partition(b"\n")[0])
    assert (head["tags"], head["unknown"], head["votes"]) == (["nn"], 0, 66)
