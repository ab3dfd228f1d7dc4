"""Cases: what templates and records make."""

from weaklabel.behaviour import CaseSource, Change, Check, Demand, Filler, draw_cases
from weaklabel.errors import Place

SOURCE = CaseSource(
    ("title", "body"), [{"title": f"word{i} torch" if i % 2 else f"w{i}", "body": ""} for i in range(40)]
)
SLOTS = {"a": (Filler("x", "X"), Filler("y", "Y")), "b": (Filler("1"), Filler("2"), Filler("3"))}


def make_check(**values):
    usual = {
        "id": "c",
        "kind": "invariance",
        "templates": (),
        "slots": {},
        "records": None,
        "change": None,
        "place": Place("s"),
    }
    return Check(**{**usual, "expect": Demand(), **values})


def titles(check, seed=0):
    cases = draw_cases(check, SOURCE, seed).cases
    return [(case.before["title"], case.after and case.after["title"]) for case in cases]


def test_templates_are_filled_in_every_way():
    check = make_check(templates=({"title": "{a} {b}"}, {"body": "{b}"}), slots=SLOTS)
    drawn = draw_cases(check, SOURCE, 0)
    assert [tuple(case.before.values()) for case in drawn.cases] == [
        ("x 1", ""), ("x 2", ""), ("x 3", ""), ("y 1", ""), ("y 2", ""), ("y 3", ""), ("", "1"), ("", "2"), ("", "3"),
    ]  # fmt: skip
    assert drawn.possible == 9


def test_cases_are_drawn_from_more_than_a_machine_word_can_count():
    slots = {f"s{i}": tuple(Filler(str(j)) for j in range(300)) for i in range(8)}  # 300 ** 8 > 2 ** 63
    check = make_check(templates=({"title": " ".join(f"{{{name}}}" for name in slots)},), slots=slots, max_cases=200)
    drawn = draw_cases(check, SOURCE, 0)
    assert drawn.possible == 300**8
    titles_drawn = [case.before["title"] for case in drawn.cases]
    assert len(set(titles_drawn)) == 200
    assert drawn == draw_cases(check, SOURCE, 0)
    first = [int(title.split()[0]) for title in titles_drawn]
    assert min(first) < 15  # drawn evenly: all below 285 or above 14 has a probability of 4e-5
    assert max(first) > 285


def test_what_nothing_changes_is_counted():
    check = make_check(
        templates=({"title": "{a}"},), slots={"a": (Filler("x"), Filler("y"))}, change=Change(replace=(("x", "z"),))
    )
    drawn = draw_cases(check, SOURCE, 0)
    assert (len(drawn.cases), drawn.possible, drawn.unchanged) == (1, 2, 1)
    drawn = draw_cases(make_check(records=50, change=Change(replace=(("torch", "jax"),))), SOURCE, 0)
    assert (len(drawn.cases), drawn.records, drawn.unchanged) == (20, 20, 0)


def test_swap_gives_a_slot_each_of_its_other_fillers():
    check = make_check(templates=({"title": "{a} {b}"},), slots=SLOTS, change=Change(swap="b"))
    found = titles(check)
    assert len(found) == 2 * 3 * 2
    assert {pair for pair in found if pair[0] == "x 2"} == {("x 2", "x 3"), ("x 2", "x 1")}


def test_a_template_without_the_swapped_slot_makes_no_case():
    assert titles(make_check(templates=({"title": "{a}"},), slots=SLOTS, change=Change(swap="b"))) == []


def test_each_sentence_makes_a_case():
    check = make_check(templates=({"title": "{a}"},), slots=SLOTS, change=Change(append=("s", "t")))
    assert titles(check) == [("x", "x s"), ("x", "x t"), ("y", "y s"), ("y", "y t")]


def test_slots_stand_for_the_tags_of_their_fillers():
    expect = Demand(present=("{a}", "Z"), falls=("{a}",))
    check = make_check(templates=({"title": "{a}"},), slots=SLOTS, expect=expect)
    named = [(case.expect.present, case.expect.falls) for case in draw_cases(check, SOURCE, 0).cases]
    assert named == [(("X", "Z"), ("X",)), (("Y", "Z"), ("Y",))]


def test_more_cases_than_the_cap_are_drawn_by_the_seed():
    many = tuple(Filler(str(i)) for i in range(1_000))
    slots = dict.fromkeys("abcd", many)  # 10**12 cases, none of which is made in vain
    check = make_check(templates=({"title": "{a} {b} {c} {d}"},), slots=slots, max_cases=10)
    drawn = draw_cases(check, SOURCE, 3)
    assert (len(drawn.cases), drawn.possible) == (10, 10**12)
    assert drawn == draw_cases(check, SOURCE, 3)
    assert drawn != draw_cases(check, SOURCE, 4)


def test_records_that_a_change_does_not_reach_are_passed_over():
    check = make_check(records=15, change=Change(replace=(("torch", "jax"),)))
    found = titles(check)
    assert len(found) == len(set(found)) == 15
    assert all(after == before.replace("torch", "jax") != before for before, after in found)
    assert found == titles(check)
    assert set(found) != set(titles(check, seed=1))
    assert len(titles(make_check(records=100, change=Change(replace=(("torch", "jax"),))))) == 20
