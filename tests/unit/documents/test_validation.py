from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import BeforeValidator

from support.problems import shown
from weaklabel.documents import Document, read_yaml
from weaklabel.documents.validation import StrictModel, Text, Texts, validate
from weaklabel.errors import ProjectError


class Section(StrictModel):
    path: Text
    fields: Texts | None = None


class Model(StrictModel):
    section: Annotated[Section, BeforeValidator(lambda value: {"path": value} if isinstance(value, str) else value)]
    names: Texts | None = None
    mode: Literal["present", "absent"] = "present"
    seed: int = 0


def check(text):
    problems = []
    node = read_yaml(Document("f.yaml", text), ProjectError)
    return validate(Model, node, problems), shown(problems)


def test_a_right_value_has_no_problems():
    model, problems = check("section: {path: a}\nnames: [b]\nseed: 3\n")
    assert problems == []
    assert model == Model(section=Section(path="a"), names=["b"], seed=3)


def test_every_violation_is_reported_at_once_with_its_place_and_fix():
    model, problems = check("section: a\nnmaes: b\nmode: absnet\nseed: x\nnames: 5\n")
    assert model is None
    assert sorted(problems) == [
        "f.yaml:2:1: the key 'nmaes' is not known. Did you mean 'names'?",
        "f.yaml:3:1: mode is 'absnet', which is not known. Did you mean 'absent'? Write one of present, absent.",
        "f.yaml:4:1: seed is 'x'; it should be a whole number. Write seed: 0.",
        'f.yaml:5:1: names is read by YAML as 5, not as text. Put it in quotes: "5".',
    ]


def test_an_unknown_key_like_no_other_lists_the_known_ones():
    assert check("section: a\nzzzzz: b\n")[1] == [
        "f.yaml:2:1: the key 'zzzzz' is not known. The keys here are section, names, mode, seed."
    ]


def test_a_missing_key_stands_where_it_should_be():
    assert check("seed: 1\n")[1] == ["f.yaml:1:1: the key 'section' is missing. Add section: …"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("section: {path: a, feilds: [b]}\n", "f.yaml:1:20: the key 'feilds' is not known. Did you mean 'fields'?"),
        ("section: {fields: [b]}\n", "f.yaml:1:1: the key 'path' is missing. Add path: …"),
        ("section:\n  path: yes\n", 'f.yaml:2:3: section.path is read by YAML as true, not as text. Put it in quotes.'),
    ],
)  # fmt: skip
def test_a_mistake_inside_a_section_is_one_problem_though_the_key_may_also_be_a_text(text, problem):
    assert check(text)[1] == [problem]


def test_a_value_of_a_wrong_kind_is_named_by_its_key_and_not_by_pydantics_types():
    (first, *_) = check("section: a\nnames: {a: b}\n")[1]
    assert first.startswith("f.yaml:2:1: names is {'a': 'b'}; it should be ")


def test_a_key_that_is_no_text_is_reported_readably():
    problems = check("section: a\n1: b\n")[1]
    assert len(problems) == 1
    assert "1 is 1" not in problems[0]
    assert problems[0].startswith("f.yaml:2:1: ")
