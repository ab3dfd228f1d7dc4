"""What metadata predicates say of values: by hand."""

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from weaklabel.terms.conditions import Test as Comparison
from weaklabel.vote.columns import is_missing, passes

DAY = date(2020, 3, 1)
NOON = datetime(2020, 3, 1, 12)


@pytest.mark.parametrize(
    ("operator", "value", "others", "expected"),
    [
        ("==", 5, [5], True),
        ("==", 5.0, [5], True),
        ("==", "5", [5], True),  # a CSV file holds texts
        ("==", "five", [5], False),
        ("==", 5, ["5"], False),
        ("==", "ACL", ["acl"], True),
        ("==", "acl ", ["acl"], False),
        ("==", True, [True], True),
        ("==", 1, [True], False),
        ("==", True, [1], False),
        ("!=", 5, [6], True),
        ("!=", 5, [5], False),
        ("!=", "x", [5], True),
        ("<", 4, [5], True),
        ("<", 5, [5], False),
        ("<=", 5, [5], True),
        (">", "10", [9], True),
        (">=", 5, [5], True),
        (">", "b", ["a"], True),
        (">", "b", [1], False),
        ("<", "b", [1], False),
        ("in", "emnlp", ["ACL", "EMNLP"], True),
        ("in", "NeurIPS", ["ACL", "EMNLP"], False),
        ("not_in", "NeurIPS", ["ACL", "EMNLP"], True),
        ("not_in", "acl", ["ACL", "EMNLP"], False),
        ("contains", "Proceedings of ACL", ["acl"], True),
        ("contains", ["vision", "Text"], ["text"], True),
        ("contains", ["context"], ["text"], True),
        ("matches", "arXiv:2001.1", [r"arxiv:\d{4}"], True),
        ("matches", 2001, [r"\d"], False),
        (">=", DAY, [DAY], True),
        (">=", "2020-03-01", [DAY], True),
        (">=", "2020-03-01T23:00:00", [DAY], True),
        (">=", "2020-02-29", [DAY], False),
        (">=", "last year", [DAY], False),
        (">", NOON, [DAY], False),
        (">", "2020-03-01T13:00:00", [NOON], True),
        (">", datetime(2020, 3, 1, 13, tzinfo=UTC), [NOON], True),
        ("<", "2020-03-01", [NOON], True),  # a day begins at midnight
        (">=", pd.Timestamp("2020-03-02"), [DAY], True),
        ("==", np.int64(5), [5], True),
        (">", np.float64(5.5), [5], True),
        ("==", ["a", "b"], ["b"], True),
        ("!=", ["a", "b"], ["b"], False),
        ("==", np.array(["a", "b"]), ["b"], True),
        ("exists", 0, [True], True),
        ("exists", 0, [False], False),
        ("exists", "", [True], True),
    ],
)
def test_a_comparison(operator, value, others, expected):
    assert passes(Comparison(operator, tuple(others)), value) is expected


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan, pd.NA, pd.NaT])
def test_a_value_that_is_missing_passes_no_test_but_one(missing):
    assert is_missing(missing)
    for operator in ("==", "!=", "<", "<=", ">", ">=", "in", "not_in", "contains"):
        assert not passes(Comparison(operator, (1, "x")), missing)
    assert not passes(Comparison("matches", ("x",)), missing)
    assert passes(Comparison("exists", (False,)), missing)
    assert not passes(Comparison("exists", (True,)), missing)


def test_what_is_there_is_not_missing():
    assert not any(map(is_missing, (0, "", False, [], np.array([1.0, np.nan]), {"a": 1})))
