"""What settled cells change in given tags, and which records they make gold."""

import pytest

from support.decided import make_classes, make_given, say, settled
from weaklabel.corrections import amend, merge_gold
from weaklabel.tags import resolve_tags
from weaklabel.terms import GoldRecord, PlantedMislabel


def changes(amended):
    return [(change.record_id, change.tag, change.kind, change.spelling) for change in amended.changes]


def held(amended):
    return {(each.cell.record_id, each.cell.tag): (each.reason, each.other) for each in amended.held}


def after(given, amended, record=0):
    tags = given.tags[record]
    spelt = None if tags is None else tuple(tag.spelling for tag in tags)
    return amended.edits[record].apply(spelt) if record in amended.edits else spelt


def test_yes_adds_a_tag_with_all_above_it_and_no_removes_each_of_its_spellings():
    given = make_given(["recipes", "kitchen", "zorp"])
    amended = amend(given, settled(say(pytorch="yes", cooking="no")), None)
    assert changes(amended) == [
        (1, "cooking", "removed", "recipes"), (1, "cooking", "removed", "kitchen"),
        (1, "deep-learning", "added", ""), (1, "machine-learning", "added", ""), (1, "pytorch", "added", ""),
    ]  # fmt: skip
    assert after(given, amended) == ("zorp", "deep-learning", "machine-learning", "pytorch")
    assert [change.cell.tag for change in amended.changes[2:]] == ["pytorch"] * 3


def test_what_is_as_given_changes_nothing_and_is_counted():
    amended = amend(
        make_given(["cooking", "ml"]), settled(say(cooking="yes", machine_learning="yes", keras="no")), None
    )
    assert (amended.edits, amended.as_given) == ({}, 3)


def test_a_spelling_outside_the_vocabulary_is_removed_by_its_spelling():
    given = make_given(["zorp", "cooking"], ["cooking"])
    amended = amend(given, settled(say(1, zorp="no"), say(2, zorp="no", blip="yes")), None)
    assert changes(amended) == [(1, "zorp", "removed", "zorp")]
    assert [(cell.record_id, cell.tag) for cell in amended.unknown] == [(2, "blip")]


def test_a_spelling_outside_the_vocabulary_that_is_right_stays_and_is_no_gold():
    amended = amend(make_given(["zorp", "cooking"]), settled(say(zorp="yes", cooking="yes")), {0: ()})
    assert (changes(amended), amended.gold) == ([], {0: frozenset({"cooking"})})


def test_records_that_are_not_there_are_kept_apart():
    amended = amend(make_given(["cooking"], ids=("7",)), settled(say(7, cooking="no"), say(70, cooking="no")), None)
    assert changes(amended) == [("7", "cooking", "removed", "cooking")]  # 7 of a database, "7" of a file
    assert [cell.record_id for cell in amended.strangers] == [70]


def test_a_yes_below_a_no_contradicts_it_and_neither_counts():
    given = make_given(["deep-learning", "cooking"])
    cells = settled(say(pytorch="yes", keras="yes", deep_learning="no", cooking="no"))
    amended = amend(given, cells, {0: ()})
    assert changes(amended) == [(1, "cooking", "removed", "cooking")]
    assert held(amended) == {
        (1, "pytorch"): ("contradiction", "deep-learning"), (1, "keras"): ("contradiction", "deep-learning"),
        (1, "deep-learning"): ("contradiction", "pytorch"),
    }  # fmt: skip
    assert (amended.gold, amended.reviewed) == ({}, 0)


def test_a_parent_that_is_removed_leaves_children_nobody_decided_on():
    amended = amend(make_given(["pytorch", "dl"]), settled(say(deep_learning="no")), None)
    assert changes(amended) == [(1, "deep-learning", "removed", "dl")]
    assert amended.orphans == ((1, "deep-learning", "pytorch"),)
    both = amend(make_given(["pytorch", "dl"]), settled(say(deep_learning="no", pytorch="no")), None)
    assert both.orphans == ()


def test_open_cells_change_nothing_and_a_yes_below_settles_them():
    cells = settled(say(deep_learning="yes", keras="yes"), say(1, "bo", deep_learning="no", keras="yes"))
    amended = amend(make_given([]), cells, {0: ("deep-learning",)})
    assert [cell.tag for cell in amended.open] == ["deep-learning"]
    assert {tag for _, tag, kind, _ in changes(amended) if kind == "added"} == {
        "deep-learning", "keras", "machine-learning",
    }  # fmt: skip
    assert amended.gold == {0: frozenset({"keras", "deep-learning", "machine-learning"})}


@pytest.mark.parametrize(
    ("verdicts", "shown", "gold"),
    [
        ({"cooking": "yes"}, (), {"cooking"}),
        ({"cooking": "yes"}, ("keras",), None),
        ({"cooking": "yes", "keras": "no"}, ("keras",), {"cooking"}),
        ({"cooking": "yes", "machine_learning": "no"}, ("keras",), {"cooking"}),  # what is below a no is no
        (
            {"cooking": "yes", "pytorch": "yes"},
            ("deep-learning",),
            {"cooking", "pytorch", "deep-learning", "machine-learning"},
        ),
        ({"keras": "no"}, ("keras",), None),  # the given tag is not decided
        ({"cooking": "no", "keras": "no"}, ("keras",), None),  # none of those that were shown is right
        ({"cooking": "yes"}, None, None),  # nobody knows what was shown
    ],
)
def test_gold_is_what_was_reviewed_whole(verdicts, shown, gold):
    amended = amend(make_given(["cooking"]), settled(say(**verdicts)), None if shown is None else {0: shown})
    assert amended.gold == ({} if gold is None else {0: frozenset(gold)})


def test_an_unlabelled_record_gets_its_tags_when_it_was_reviewed_whole():
    given = make_given(None, None, None, None)
    cells = settled(
        say(1, cooking="yes", keras="no"), say(2, cooking="yes"), say(3, cooking="no", keras="no"),
        say(4, pytorch="yes", cooking="no", keras="no"),
    )  # fmt: skip
    amended = amend(given, cells, dict.fromkeys(range(4), ("cooking", "keras")))
    assert after(given, amended, 0) == ("cooking",)
    assert after(given, amended, 1) is None  # keras may be right too
    assert after(given, amended, 2) is None  # what is right was not shown
    assert after(given, amended, 3) == ("deep-learning", "machine-learning", "pytorch")
    assert held(amended) == {
        (2, "cooking"): ("unlabelled", ""), (3, "cooking"): ("unlabelled", ""), (3, "keras"): ("unlabelled", ""),
    }  # fmt: skip


def test_spellings_are_mended_when_it_is_wanted():
    given = make_given(["kitchen", "recipes", "ML", "zorp"])
    cells = settled(say(cooking="yes", keras="yes", zorp="yes"))
    assert after(given, amend(given, cells, None)) == (
        "kitchen", "recipes", "ML", "zorp", "deep-learning", "keras",
    )  # fmt: skip
    amended = amend(given, cells, None, mends_spellings=True)
    assert after(given, amended) == ("cooking", "recipes", "machine-learning", "zorp", "deep-learning", "keras")
    assert (1, "cooking", "respelt", "kitchen") in changes(amended)


def test_the_class_that_is_settled_replaces_the_given_one():
    given = make_classes(["ham"], ["ham"], None, ["ham"], ["ham"], ["hamm"])
    cells = settled(
        say(1, spam="yes", ham="no"), say(2, ham="yes", spam="no"), say(3, scam="yes"), say(4, ham="no", spam="no"),
        say(5, spam="yes", scam="yes"), say(6, spam="yes"),
    )  # fmt: skip
    amended = amend(given, cells, None)
    assert [after(given, amended, i) for i in range(6)] == [
        ("spam",), ("ham",), ("scam",), None, ("ham",), ("spam",),
    ]  # fmt: skip
    assert held(amended) == {(5, "spam"): ("contradiction", "scam"), (5, "scam"): ("contradiction", "spam")}
    assert amended.gold == {
        0: frozenset({"spam"}), 1: frozenset({"ham"}), 2: frozenset({"scam"}), 5: frozenset({"spam"}),
    }  # fmt: skip


def test_a_class_that_some_chose_and_most_did_not_leaves_the_given_one():
    given = make_classes(["ham"], ["ham"])
    three = [say(1, who, **{c: "yes" if c == own else "no" for c in ("ham", "spam", "scam")})
             for who, own in zip("abc", ("ham", "spam", "scam"), strict=True)]  # fmt: skip
    two = [say(2, "a", spam="yes", ham="no"), say(2, "b", spam="no", ham="no")]
    amended = amend(given, settled(*three, *two), None)
    assert (amended.edits, amended.gold) == ({}, {})
    assert {each.reason for each in amended.held} == {"no class"}


def test_gold_keeps_what_was_known_and_forgets_mislabels_that_are_gone():
    mislabels = (
        PlantedMislabel("missing", "keras"), PlantedMislabel("unsupported", "cooking"),
        PlantedMislabel("alias", "machine-learning", "ml"), PlantedMislabel("missing_parent", "deep-learning"),
    )  # fmt: skip
    known = {0: GoldRecord(frozenset({"keras"}), mislabels), 1: GoldRecord(frozenset({"cooking"}), mislabels)}
    given = resolve_tags([("ml", "keras"), ("cooking",), ("keras",)], make_given().vocabulary)
    merged = merge_gold(known, {0: frozenset({"keras", "machine-learning"}), 2: frozenset({"keras"})}, given, {0})
    assert merged == {
        0: GoldRecord(frozenset({"keras", "machine-learning"}), (mislabels[2], mislabels[3])),
        1: known[1],
        2: GoldRecord(frozenset({"keras"})),
    }
