"""Slices that are proposed, against what they are to hold counted by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy.sparse import csr_array

from support.vocabularies import vocabulary
from weaklabel.slices import propose_slices, write_proposals
from weaklabel.slices.propose import MOST_AREAS

TAGS = vocabulary("ai", "nlp < ai", "parsing < nlp", "vision < ai", "games", "chess < games")


def propose(given=(), texts=("a b", "c"), frame=None, tags=TAGS):
    """`given` are the tags of each record."""
    matrix = np.zeros((len(given), len(tags)), dtype=bool)
    for row, names in enumerate(given):
        matrix[row, [tags.index[name] for name in names]] = True
    frame = pd.DataFrame({"id": range(len(texts))}) if frame is None else frame
    return {each.id: each for each in propose_slices(tags, csr_array(matrix), texts, frame)}


def test_areas_are_tags_with_others_below_them_that_are_neither_rare_nor_wide():
    given = [["parsing"]] * 6 + [["chess"]] * 4 + [["vision"]] * 8 + [[]] * 22
    found = propose(given)
    # ai has 14 of 40 records, more than a third; games has 4, fewer than five; nothing is below vision.
    assert [(name, each.where) for name, each in found.items() if name.startswith("area")] == [
        ("area_nlp", {"area": "nlp"})
    ]


def test_the_largest_areas_come_first_and_no_more_than_a_dozen():
    names = [f"t{i}" for i in range(20)]
    tags = vocabulary(*names, *(f"below{i} < t{i}" for i in range(20)))
    given = [[f"below{i}"] for i in range(20) for _ in range(5 + i)]
    areas = [name for name in propose(given, tags=tags) if name.startswith("area")]
    assert areas == [f"area_t{i}" for i in range(19, 19 - MOST_AREAS, -1)]


@pytest.mark.parametrize(
    ("uses", "bound"),
    [
        ([40, 40, 9, 0, 0, 0], 20),  # with 50, all records have a rare tag; with 20, 9 of 89
        ([60, 4, 1, 0, 0, 0], 50),
        ([40, 12, 12, 12, 12, 12], 10),  # a rare tag that no record has: the slice is empty, and not kept
    ],
)
def test_what_is_rare_depends_on_how_many_records_have_such_a_tag(uses, bound):
    given = [[name] for name, count in zip(TAGS.names, uses, strict=True) for _ in range(count)]
    assert propose(given)["rare_tags"].where == {"rare": bound}


def test_short_texts_are_the_shortest_tenth():
    texts = [" ".join("w" * n) for n in range(1, 101)]
    assert propose(texts=texts)["short_text"].where == {"words": {"<": int(np.quantile(range(1, 101), 0.1))}}
    assert propose(texts=texts)["short_text"].description == "Fewer than 10 words: the shortest 9.0%."
    assert propose(texts=["", ""])["short_text"].where == {"words": {"<": 2}}
    assert "short_text" not in propose(texts=[])


@pytest.mark.parametrize(
    ("values", "first"),
    [
        (["2024-05-01", "2024-06-30", "2024-06-02"], date(2024, 6, 1)),
        ([pd.Timestamp("2024-05-01"), pd.Timestamp("2023-01-01")], date(2024, 5, 1)),
        ([date(2024, 5, 3), date(2023, 1, 1)], date(2024, 5, 1)),
        (["2024-05-01"] * 9 + [None], date(2024, 5, 1)),
        (["2024-05-01", None, "x"], None),  # fewer than nine in ten are dates
        ([20240501, 20240601], None),
        ([["2024-05-01"], 3, "2024-05-01"], None),
        ([], None),
    ],
)
def test_the_newest_month_is_that_of_the_first_column_of_dates(values, first):
    frame = pd.DataFrame({"words": ["x"] * len(values), "made": values, "later": ["2030-01-01"] * len(values)})
    found = propose(frame=frame).get("newest_month")
    if first is None and values:
        assert found.where == {"metadata": {"later": {">=": date(2030, 1, 1)}}}
    else:
        assert (found and found.where) == ({"metadata": {"made": {">=": first}}} if first else None)


def test_proposals_are_a_slices_file():
    proposals = list(propose([["parsing"]] * 6 + [[]] * 14).values())
    text = write_proposals(proposals, {"area_nlp": 6, "unlabelled": 1})
    assert yaml.safe_load(text)["slices"] == [
        {"id": each.id, "description": each.description, "where": each.where} for each in proposals
    ]
    assert "  - id: area_nlp # 6 records\n" in text
    assert "  - id: unlabelled # 1 record\n" in text
    assert yaml.safe_load(write_proposals([])) == {"slices": []}
