from dataclasses import replace

from support.made import make_vocabulary, make_votes, phrase_lf, vote_rows
from weaklabel.vote import count_groups_once, withdraw_generated

VOCABULARY = make_vocabulary("a", "b")
GENERATED = phrase_lf("generated", ("a", "b"), "x", origin="generated")
WRITTEN = phrase_lf("written", ("a", "b"), "x")
LFS = [GENERATED, WRITTEN]
IDS = ("generated", "written")


def stand(rows, lfs=LFS):
    votes = withdraw_generated(make_votes(rows, n_records=3, lf_ids=IDS), lfs)
    return vote_rows(votes, VOCABULARY)


def test_a_written_absent_withdraws_the_generated_present_of_that_cell_only():
    rows = [(0, 0, 0, 1), (0, 0, 1, -1), (0, 1, 0, 1), (1, 0, 0, 1), (1, 2, 1, -1)]
    assert stand(rows) == {
        ("a", 0, "written", -1),
        ("a", 1, "generated", 1),  # another record
        ("b", 0, "generated", 1),  # another tag
        ("b", 2, "written", -1),
    }


def test_a_written_present_withdraws_nothing():
    assert stand([(0, 0, 0, 1), (0, 0, 1, 1)]) == {("a", 0, "generated", 1), ("a", 0, "written", 1)}


def test_written_votes_for_the_tag_stand_beside_a_written_absent():
    lfs = [phrase_lf("generated", "a", "x"), WRITTEN]  # written too, whatever its id says
    assert stand([(0, 0, 0, 1), (0, 0, 1, -1)], lfs) == {("a", 0, "generated", 1), ("a", 0, "written", -1)}


def test_a_generated_absent_does_not_withdraw():
    ids = ("denying", "generated", "written")
    lfs = [phrase_lf("denying", "a", "x", polarity=-1, origin="generated"), *LFS]
    votes = make_votes([(0, 0, 0, -1), (0, 0, 1, 1), (1, 1, 2, -1)], n_records=3, lf_ids=ids)
    assert vote_rows(withdraw_generated(votes, lfs), VOCABULARY) == {
        ("a", 0, "denying", -1),
        ("a", 0, "generated", 1),
        ("b", 1, "written", -1),
    }


def test_no_votes_at_all():
    votes = make_votes([], n_records=3, lf_ids=IDS)
    assert len(withdraw_generated(votes, LFS)) == 0


def test_order_and_facts_about_the_votes_are_kept():
    votes = make_votes([(0, 0, 0, 1), (0, 0, 1, -1), (1, 1, 0, 1)], n_records=3, lf_ids=IDS)
    result = withdraw_generated(votes, LFS)
    assert (result.n_records, result.lf_ids) == (3, IDS)
    assert result.tag.tolist() == [0, 1]
    assert result.record.tolist() == [0, 1]
    assert len(votes) == 3  # what was passed in is as it was


def grouped(rows, groups):
    lfs = [replace(phrase_lf(str(i), "a", "x"), group=group) for i, group in enumerate(groups)]
    votes = count_groups_once(make_votes(rows, n_records=3, lf_ids=[lf.id for lf in lfs]), lfs)
    return votes.lf_ids, vote_rows(votes, VOCABULARY)


def test_a_group_says_what_most_of_its_members_say():
    rows = [(0, 0, 0, 1), (0, 0, 1, 1), (0, 0, 2, -1), (0, 0, 3, 1), (0, 1, 1, -1), (1, 1, 0, 1)]
    assert grouped(rows, ["g", "g", "g", ""]) == (
        ("3", "group:g"),
        {("a", 0, "3", 1), ("a", 0, "group:g", 1), ("a", 1, "group:g", -1), ("b", 1, "group:g", 1)},
    )


def test_a_group_that_is_divided_says_nothing():
    assert grouped([(0, 0, 0, 1), (0, 0, 1, -1)], ["g", "g"]) == (("group:g",), set())


def test_groups_are_apart_and_without_groups_nothing_changes():
    rows = [(0, 0, 0, 1), (0, 0, 1, 1)]
    assert grouped(rows, ["g", "h"])[1] == {("a", 0, "group:g", 1), ("a", 0, "group:h", 1)}
    assert grouped(rows, ["", ""]) == (("0", "1"), {("a", 0, "0", 1), ("a", 0, "1", 1)})
