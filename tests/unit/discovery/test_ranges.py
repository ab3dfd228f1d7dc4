from datetime import date, datetime

import numpy as np
import pytest

from weaklabel.discovery.ranges import date_ranges, number_ranges, round_date, round_number, say_range
from weaklabel.terms.conditions import Test as ColumnTest
from weaklabel.vote.columns import passes

RNG = np.random.default_rng(0)
NUMBERS = {
    "skewed": np.round(RNG.lognormal(3, 1, 500), 2),
    "whole": RNG.integers(0, 12, 500).astype(float),
    "negative": RNG.normal(0, 1e-4, 300),
    "missing": np.where(RNG.random(400) < 0.3, np.nan, RNG.normal(50, 20, 400)),
    "mostly zero": np.where(RNG.random(400) < 0.9, 0.0, RNG.random(400)),
    "two": np.array([1.0, 2.0] * 20),
    "huge": RNG.random(100) * 1e15,
    "of either sign, as great as can be": np.array([1e308, -1e308, 1.7e308, -1.7e308, 5.0] * 9),
    "infinite": np.concatenate([RNG.normal(0, 9, 200), [np.inf] * 9, [-np.inf] * 5]),
}


def held(tests, values):
    checks = [ColumnTest(operator, (bound,)) for operator, bound in tests.items()]
    return [i for i, value in enumerate(values) if all(passes(check, value) for check in checks)]


@pytest.mark.parametrize("name", NUMBERS)
def test_a_range_holds_where_its_condition_does(name):
    values = NUMBERS[name]
    ranges = number_ranges(values)
    assert ranges
    for found in ranges[::5]:
        assert held(found.tests(), [None if np.isnan(v) else v for v in values.tolist()]) == found.rows.tolist()


@pytest.mark.parametrize("days", [1000, 3])
def test_a_range_of_dates_holds_where_its_condition_does(days):
    seconds = np.random.default_rng(days).integers(0, days * 86_400, 300)
    moments = np.datetime64("2020-01-05T00:00:00") + seconds.astype("timedelta64[s]")
    moments[7] = np.datetime64("NaT")
    texts = [None if value is None else value.isoformat(" ") for value in moments.tolist()]
    ranges = date_ranges(moments)
    for found in ranges[::5]:
        assert held(found.tests(), texts) == found.rows.tolist()
    if days == 1000:
        assert all(type(bound) is date for found in ranges for bound in found.tests().values())
        assert {"low": date(2020, 2, 1), "high": date(2020, 3, 1)} in [{"low": r.low, "high": r.high} for r in ranges]


def test_the_last_month_that_there_is_has_no_end():
    texts = ["9999-12-31", "9999-12-01", "9999-11-30", "0001-01-01"] * 10
    ranges = date_ranges(np.array(texts, dtype="datetime64[s]"))
    for found in ranges:
        assert held(found.tests(), texts) == found.rows.tolist()
    assert {"low": date(9999, 12, 1), "high": None} in [{"low": r.low, "high": r.high} for r in ranges]


@pytest.mark.parametrize("width", [0.0125, 0.03, 0.05, 0.11, 0.3])
def test_any_range_is_met_by_one_of_three_fifths(width):
    values = np.arange(8_000) / 7.0
    ranges = [set(found.rows.tolist()) for found in number_ranges(values)]
    for start in np.linspace(0, 1 - width, 17):
        wanted = set(range(int(start * 8_000), int((start + width) * 8_000)))
        assert max(len(wanted & rows) / len(wanted | rows) for rows in ranges) > 0.57


def test_values_that_are_all_the_same_or_missing_have_no_ranges():
    assert number_ranges(np.array([3.0] * 9)) == []
    assert number_ranges(np.array([np.nan] * 9)) == []
    assert number_ranges(np.array([])) == []
    assert date_ranges(np.array(["NaT"] * 3, dtype="datetime64[s]")) == []


@pytest.mark.parametrize(
    ("below", "above", "expected"),
    [
        (3.2, 4.7, 4),
        (97, 103, 100),
        (0.123, 0.127, 0.125),
        (-3.2, 0.5, 0),
        (8, 9, 9),
        (0.0, 1e-7, 1e-7),
        (149, 161, 150),
    ],
)
def test_numbers_are_rounded_between_two(below, above, expected):
    assert round_number(below, above) == expected


def test_dates_are_rounded_between_two():
    def between(below, above):
        return round_date(np.datetime64(below), np.datetime64(above))

    assert between("2019-05-03", "2020-07-01") == np.datetime64("2020-01-01")
    assert between("2020-05-03", "2020-07-14") == np.datetime64("2020-06-01")
    assert between("2020-05-03", "2020-05-04") == np.datetime64("2020-05-04")
    assert between("2020-05-03T10:20:30", "2020-05-03T14:00:01") == np.datetime64("2020-05-03T11:00:00")


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        ({">=": 8, "<": 12}, "8 to 11 words"),
        ({">=": 8, "<": 9}, "8 words"),
        ({"<": 8}, "below 8 words"),
        ({">=": 2.5}, "2.5 or more words"),
        ({">=": 0.5, "<": 2.5}, "0.5 to below 2.5 words"),
        ({">=": date(2020, 5, 1), "<": date(2020, 6, 1)}, "in 2020-05"),
        ({">=": date(2020, 5, 1), "<": date(2020, 5, 6)}, "from 2020-05-01 before 2020-05-06"),
        ({"<": datetime(2020, 5, 1, 4)}, "before 2020-05-01 04:00:00"),
    ],
)
def test_ranges_in_words(tests, said):
    assert say_range(tests, "words") == said
