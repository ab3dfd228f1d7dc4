"""Ids of slices, and slices as YAML."""

import pytest
import yaml

from support.problems import shown
from weaklabel.documents import Document
from weaklabel.slices import Known, declare_slices, find_fault, make_id, render_slice


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("given C++", "given_c"),
        ("created from 2020-05-01", "created_from_2020_05_01"),
        ("Über Größe", "uber_grosse"),
        ("計算機視覚", "slice"),
        ("All", "all_2"),
        (" -- ", "slice"),
    ],
)
def test_an_id_is_made_of_a_text(text, name):
    assert make_id(text) == name
    assert find_fault(name) is None


def test_ids_that_are_taken_get_a_number():
    taken = set()
    for _ in range(3):
        taken.add(make_id("area c#", taken))
    assert taken == {"area_c", "area_c_2", "area_c_3"}
    assert make_id("area 計算") == "area"


def test_a_slice_is_read_as_it_was_written():
    """Words that YAML takes for something else stay what they are."""
    declared = {"id": "no", "description": "a: b # c", "where": {"any_of": [{"given": ["no", "3"]}, {"area": "null"}]}}
    text = render_slice(declared, "3 records")
    assert yaml.safe_load(text) == [declared]
    assert text.splitlines()[0] == "- id: 'no' # 3 records"
    declared["where"] = {"fires": ["no", "off"]}
    slices, problems = declare_slices(Document("s.yaml", render_slice(declared)), Known({}, ("no", "off"), None))
    assert shown(problems) == []
    assert slices[0].condition.lfs == ("no", "off")
