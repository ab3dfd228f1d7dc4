"""Slots of templates, held against str.format, which reads the same braces."""

from string import Formatter

import pytest

from weaklabel.behaviour.slots import as_slot, fill_slots, slots_in


@pytest.mark.parametrize(
    "template", ["{a} in {b}", "{{a}} is {a}", "{{{a}}}", "{{}}", "f({{{{a}}}}, {a}{b}{a})", "plain"]
)
def test_braces_are_read_as_python_reads_them(template):
    texts = {"a": "one {b}", "b": "two"}
    assert fill_slots(template, texts.__getitem__) == template.format(**texts)
    assert slots_in(template) == [name for _, name, _, _ in Formatter().parse(template) if name is not None]


def test_single_braces_that_hold_no_name_stay():
    assert fill_slots('{"a": 1} } {', str) == '{"a": 1} } {'


def test_a_slot_in_the_place_of_a_tag():
    assert [as_slot(name) for name in ("{task}", "{{task}}", "task", "{{")] == ["task", None, None, None]
