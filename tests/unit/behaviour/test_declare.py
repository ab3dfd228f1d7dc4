"""Behavioural checks as YAML declares them: what is read, and every mistake with its place."""
# ruff: noqa: E501

import re

import pytest

from support.problems import shown
from weaklabel.behaviour import Change, Demand, Filler, declare_checks
from weaklabel.documents import Document, read_yaml
from weaklabel.errors import ChecksError
from weaklabel.terms import Tag, Vocabulary

VOCABULARY = Vocabulary.of(
    [
        Tag("nlp"),
        Tag("text-classification", ("document classification",), ("nlp",)),
        Tag("sentiment-analysis", (), ("text-classification",)),
        Tag("pytorch", ("torch",)),
    ]
)


def declare(text):
    root = read_yaml(Document("s.yaml", f"checks:\n{text}"), ChecksError)
    checks, problems = declare_checks(root.at("checks"), VOCABULARY, ("title", "body"))
    return checks, shown(problems)


def declare_one(text):
    [check], problems = declare(f"- {{id: a, {text}}}\n")
    assert problems == []
    return check


def test_a_template_that_is_one_text_is_that_of_the_first_field():
    check = declare_one("kind: minimum_functionality, template: x, expect: {present: nlp}")
    assert check.templates == ({"title": "x"},)
    assert (check.expect, check.change, check.max_failures) == (Demand(present=("nlp",)), None, 0.0)
    assert (check.place.line, check.place.column) == (2, 3)


def test_templates_may_name_fields_and_be_several():
    check = declare_one("kind: minimum_functionality, template: [{title: x, body: y}, z], expect: {absent: [nlp]}")
    assert check.templates == ({"title": "x", "body": "y"}, {"title": "z"})


@pytest.mark.parametrize(
    ("filling", "fillers"),
    [
        ("[x, torch, PyTorch]", [("x", None), ("torch", "pytorch"), ("PyTorch", "pytorch")]),
        ("{tags: text-classification}", [("text classification", "text-classification")]),
        ("{children: nlp}", [("text classification", "text-classification")]),
        (
            "{descendants: nlp}",
            [("sentiment analysis", "sentiment-analysis"), ("text classification", "text-classification")],
        ),
        ("{aliases: [pytorch, text-classification]}", [("torch", "pytorch"), ("document classification", "text-classification")]),
    ],
)  # fmt: skip
def test_slots_are_filled_with_texts_and_names_of_tags(filling, fillers):
    check = declare_one(
        f"kind: minimum_functionality, template: 'a {{s}}', fill: {{s: {filling}}}, expect: {{absent: nlp}}"
    )
    assert check.slots == {"s": tuple(Filler(*filler) for filler in fillers)}


def test_changes_and_directions():
    check = declare_one("kind: directional, records: 5, change: {append: x, fields: body}, expect: {rises: nlp, by: 0}")
    assert check.change == Change(append=("x",), fields=("body",))
    assert check.expect == Demand(rises=("nlp",), by=0.0)
    assert declare_one("kind: directional, records: 5, change: {typos: 1}, expect: {falls: nlp}").expect.by == 0.1
    same = declare_one("kind: invariance, records: 5, change: {replace: {a: ''}}, expect: same, tags: nlp")
    assert (same.change.replace, same.tags, same.expect) == ((("a", ""),), ("nlp",), Demand())


HEAD = "kind: invariance, records: 3, change: {typos: 1}"
FUNCTION = "kind: minimum_functionality"
DIRECTION = "kind: directional, records: 3, change: {typos: 1}"


# § stands before each place that a problem names.
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: a, §kind: invariant, records: 3", ["kind is 'invariant', which is not known. Did you mean 'invariance'? Write one of invariance, directional, minimum_functionality."]),
        (f"id: a, {HEAD}, §exepct: same", ["the key 'exepct' is not known. Did you mean 'expect'?"]),
        ("§id: a, kind: invariance, change: {typos: 1}", ["it has neither template nor records. Give one of them: texts to fill, or a number of records."]),
        (f"§id: a, template: x, {HEAD}", ["it has both template and records. Give one of them: texts to fill, or a number of records."]),
        ("§id: a, kind: invariance, records: 3", ["invariance needs a change. Add change: with one of swap, replace, append, prepend, typos, case."]),
        ("id: a, kind: invariance, records: 3, §change: {typos: 1, case: lower}", ["change: it has typos and case. Give one of them, and make another check for another change."]),
        ("id: a, kind: invariance, records: 3, change: {§typo: 1}", ["the key 'typo' is not known. Did you mean 'typos'?"]),
        ("id: a, kind: invariance, records: 3, §change: {swap: s}", ["swap needs a template with slots. Use another change for records."]),
        (f"id: a, {HEAD}, expect: {{§rises: nlp}}", ["invariance does not use rises. It uses within."]),
        (f"id: a, {HEAD}, tags: [nlp, §nlpp]", ["'nlpp' is no tag. Did you mean 'nlp'?"]),
        (f"id: a, {HEAD}, §max_failures: 5", ["max_failures: it is 5. Write a number from 0 to 1."]),
        (f"id: a, {HEAD}, §fill: {{s: x}}", ["it has fill, which only templates use. Remove it."]),
        ("id: a, kind: invariance, records: 3, change: {typos: 1, fields: [§titel]}", ["there is no text field 'titel'. Did you mean 'title'?"]),
        ("id: a, kind: invariance, records: 3, change: {typos: 1}, §fields: [title]", ["the key 'fields' is not known. It belongs into change: {fields: …}."]),
        (f"id: a, {DIRECTION}, §rises: nlp, expect: {{falls: nlp}}", ["the key 'rises' is not known. It belongs into expect: {rises: …}."]),
        (f"§id: a, {DIRECTION}", ["it expects no direction. Write expect: {rises: TAG} or {falls: TAG}."]),
        (f"id: a, {DIRECTION}, expect: {{§rises: torch}}", ["'torch' is no tag. It is an alias of 'pytorch': write that."]),
        (f"id: a, {DIRECTION}, expect: {{rises: nlp}}, §tags: nlp", ["directional looks at the tags in expect alone. Remove it."]),
        (f"id: a, {FUNCTION}, §records: 3, expect: {{present: nlp}}", ["minimum_functionality needs a template. Give one in the place of records."]),
        (f"§id: a, {FUNCTION}, template: x", ["it expects nothing. Write expect: {present: […]} or {absent: […]}."]),
        (f"id: a, {FUNCTION}, §template: 'a {{s}}', fill: {{§t: [x]}}, expect: {{absent: nlp}}", ["nothing fills {s}. Add fill: {s: […]}.", "no template has {t}. Remove it, or put it into a template."]),
        (f"id: a, {FUNCTION}, template: 'a {{s}}', fill: {{s: [x]}}, expect: {{§present: '{{s}}'}}", ["{s} stands for a tag here, and 'x' names none. Fill the slot with tags, children, descendants or aliases."]),
        (f"id: a, {FUNCTION}, template: x, expect: {{§present: '{{s}}'}}", ["there is no slot {s}. Name a tag."]),
        (f"id: a, {FUNCTION}, template: 'a {{s}}', fill: {{§s: {{children: pytorch}}}}, expect: {{absent: nlp}}", ["there are no children of pytorch. Name tags that have some."]),
        (f"id: a, {FUNCTION}, template: 'a {{s}}', fill: {{s: {{§tags: nlpp}}}}, expect: {{absent: nlp}}", ["'nlpp' is no tag. Did you mean 'nlp'?"]),
        (f"id: a, {FUNCTION}, template: {{§titel: x}}, expect: {{absent: nlp}}", ["there is no text field 'titel'. Did you mean 'title'?"]),
        ("id: a, kind: invariance, template: '{s}', fill: {s: [x, y]}, change: {§swap: z}", ["there is no slot 'z' to swap. Name a slot of fill."]),
    ],
)  # fmt: skip
def test_every_mistake_has_its_place(text, said):
    line = f"- {{{text}}}"
    columns = [found.start() + 1 - i for i, found in enumerate(re.finditer("§", line))]
    # What is wrong with a declaration as a whole stands at its brace.
    columns = [3 if column == 4 else column for column in columns]
    checks, problems = declare(line.replace("§", "") + "\n")
    assert checks == []
    assert problems == [f"s.yaml:2:{column}: {told}" for column, told in zip(columns, said, strict=True)]


def test_all_problems_are_told_at_once_and_what_is_right_is_read():
    checks, problems = declare(
        f"- {{id: a, {HEAD}}}\n"
        f"- {{id: a, {HEAD}}}\n"
        "- {id: b, kind: invariance, records: 0, change: {fields: [x]}, tags: zz}\n"
        "- 5\n"
    )
    assert [check.id for check in checks] == ["a", "a"]
    assert [problem.split(": ")[0] for problem in problems] == [
        "s.yaml:3:4", "s.yaml:4:29", "s.yaml:4:41", "s.yaml:4:59", "s.yaml:4:64", "s.yaml:5:3",
    ]  # fmt: skip
    assert problems[0] == "s.yaml:3:4: the id 'a' stands twice. It is in line 2 too."


def test_checks_that_are_no_list():
    root = read_yaml(Document("s.yaml", "checks: {a: 1}"), ChecksError)
    checks, problems = declare_checks(root.at("checks"), VOCABULARY, ("title",))
    assert (checks, shown(problems)) == ([], ["s.yaml:1:1: checks is no list. Write - id: … for each of them."])
