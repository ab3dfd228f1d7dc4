import math
from datetime import date

import numpy as np
import pytest
from scipy.sparse import csc_array

from weaklabel.discovery import cluster_literals, metadata_literals, tag_literals, vote_literals, word_literals


def brief(columns):
    return {column.literal.text: (column.literal.where, column.rows.tolist()) for column in columns}


def test_tags_and_the_absence_of_what_most_records_have():
    tags = csc_array(np.array([[1, 1], [1, 0], [1, 0], [0, 0], [0, 0]]), dtype=float)
    known = np.array([True, True, True, True, False])
    assert brief(tag_literals("given", tags, ["code", "nlp"], known)) == {
        "given code": ({"given": "code"}, [0, 1, 2]),
        "not given code": (
            {"labelled": True, "none_of": [{"given": "code"}]},
            [3],
        ),  # it is not known what the last was given
        "given nlp": ({"given": "nlp"}, [0]),
    }


def test_votes_and_records_without_them():
    fires = csc_array(np.array([[2, 0], [1, 0], [1, 1], [0, 0]]), dtype=float)
    conflicts = np.array([False, False, True, False])
    assert brief(vote_literals(fires, ["a", "b"], conflicts)) == {
        "no LF votes": ({"abstains": "*"}, [3]),
        "LFs in conflict": ({"conflicts": "*"}, [2]),
        "a fires": ({"fires": "a"}, [0, 1, 2]),
        "a abstains": ({"abstains": "a"}, [3]),
        "b fires": ({"fires": "b"}, [2]),
    }


def test_choices_are_one_whatever_their_case_and_rare_ones_are_left_out():
    found = brief(metadata_literals("source", ["Web", "web", "mail", None, "mail", "once"]))
    assert found == {
        "no source": ({"metadata": {"source": {"exists": False}}}, [3]),
        "source mail": ({"metadata": {"source": "mail"}}, [2, 4]),
        "source Web": ({"metadata": {"source": "Web"}}, [0, 1]),
    }


def test_entries_of_lists_may_be_joined_and_values_of_one_choice_may_not():
    lists = list(metadata_literals("authors", [["a", "b"], ["a"], ["b"], ["a"]]))
    assert brief(lists)["authors a"][1] == [0, 1, 3]
    assert len({column.literal.feature for column in lists}) == 2
    assert len({column.literal.feature for column in metadata_literals("source", ["x", "x", "y", "y"])}) == 1


def test_numbers_and_dates_are_ranges():
    stars = list(metadata_literals("stars", [*range(1, 100), float("nan")]))
    assert all(set(column.literal.where["metadata"]["stars"]) <= {">=", "<", "exists"} for column in stars)
    assert brief(stars)["no stars"][1] == [99]
    created = brief(
        metadata_literals("created", [f"2020-{month:02}-0{day} 10:00:00" for month in range(1, 13) for day in (1, 2)])
    )
    assert created["created in 2020-03"] == (
        {"metadata": {"created": {">=": date(2020, 3, 1), "<": date(2020, 4, 1)}}},
        [4, 5],
    )


@pytest.mark.parametrize("missing", [None, math.nan])
def test_numbers_that_are_written_as_texts_are_numbers(missing):
    """As in CSV files, which know of nothing else."""
    numbers = [*range(1, 100), missing]
    written = [None if value is missing else f"{value}" for value in numbers]
    assert len(brief(metadata_literals("stars", numbers))) > 20
    assert brief(metadata_literals("stars", written)) == brief(metadata_literals("stars", numbers))
    some = brief(metadata_literals("stars", [*written[:97], "nan", "nan", None]))  # no number: they are choices
    assert list(some) == ["no stars", "stars nan"]


def test_a_cell_that_is_empty_is_in_no_range():
    found = brief(metadata_literals("stars", ["1", "2", "", "3", "4"]))
    assert found.pop("empty stars") == ({"metadata": {"stars": ""}}, [2])
    assert {row for _, rows in found.values() for row in rows} == {0, 1, 3, 4}
    assert list(brief(metadata_literals("source", ["web", "", "web", ""]))) == ["empty source", "source web"]


def test_numbers_that_no_float_holds_have_ranges():
    found = brief(metadata_literals("stars", [1, 2, 10**400, 3, -(10**400)]))
    assert found["stars 3 or more"][1] == [2, 3]


@pytest.mark.parametrize("values", [[], [None, None], [object(), object()], [{"a": 1}, {"a": 1}], ["2020", "x"]])
def test_columns_of_which_nothing_can_be_said(values):
    assert list(metadata_literals("column", values)) == []


def test_truth_values_are_choices():
    found = brief(metadata_literals("is_new", [True, True, False, False, 1, 1]))
    assert found["is_new True"][1] == [0, 1]
    assert found["is_new 1"][1] == [4, 5]


def test_words_and_clusters():
    words = brief(word_literals(np.array([3.0] * 5 + [8.0] * 5)))
    assert words["below 5 words"] == ({"words": {"<": 5}}, [0, 1, 2, 3, 4])
    clusters = brief(cluster_literals(np.array([0, 1, -1, 0]), ["a, b", "c"], 4))
    assert clusters == {
        "cluster 0 (a, b)": ({"cluster": {"number": 0, "of": 4}}, [0, 3]),
        "cluster 1 (c)": ({"cluster": {"number": 1, "of": 4}}, [1]),
    }
