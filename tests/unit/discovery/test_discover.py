from zlib import crc32

import numpy as np
import pytest
from scipy.stats import ttest_ind

from weaklabel.discovery import Column, Literal, Literals, Options, compare_errors, discover_slices

N = 2_000


def make(n=N, **members):
    columns = [
        Column(Literal("given", {"given": name}, name, name), np.flatnonzero(rows)) for name, rows in members.items()
    ]
    return Literals.of(columns, n)


def texts(weak):
    return [literal.text for literal in weak.literals]


class Draws:
    """Random slices and errors, of a seed of their own."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.noise = {f"noise{i}": self.members(0.1) for i in range(30)}

    def members(self, share):
        return self.rng.random(N) < share

    def errors_where(self, *weak, base=0.1, high=0.6):
        """Errors of 0 and 1: `base` of all records are wrong, and `high` of those in some slices."""
        errors = (self.rng.random(N) < base).astype(float)
        for members in weak:
            errors[members] = self.rng.random(members.sum()) < high
        return errors


@pytest.fixture
def draws(request):
    """Others for each test, whichever tests run before it."""
    return Draws(crc32(request.node.name.encode()))


def test_slices_come_one_after_the_other_the_worst_first(draws):
    a, b = draws.members(0.05), draws.members(0.03)
    found = discover_slices(make(b=b, a=a, **draws.noise), draws.errors_where(b, a))
    assert [texts(weak) for weak in found.slices] == [["a"], ["b"]]
    first = found.slices[0]
    assert (first.members == a).all()
    assert first.size == a.sum()
    assert first.p_value < 1e-6
    assert found.n_judged == N
    assert found.least_records == 10


def test_a_conjunction_is_named_where_it_alone_is_weak(draws):
    a, b = draws.members(0.2), draws.members(0.2)
    found = discover_slices(make(a=a, b=b, **draws.noise), draws.errors_where(a & b))
    assert [sorted(texts(weak)) for weak in found.slices] == [["a", "b"]]


def test_a_condition_that_adds_nothing_is_not_added(draws):
    a, half = draws.members(0.05), draws.members(0.5)
    found = discover_slices(make(half=half, a=a, most=draws.members(0.9), **draws.noise), draws.errors_where(a))
    assert [texts(weak) for weak in found.slices] == [["a"]]


def test_what_is_weak_only_where_it_meets_a_slice_is_not_listed(draws):
    a = draws.members(0.05)
    wide = a | draws.members(0.2)
    found = discover_slices(make(wide=wide, a=a, **draws.noise), draws.errors_where(a))
    assert [texts(weak) for weak in found.slices] == [["a"]]
    assert found.slices[0].alternatives == ()


def test_other_names_of_a_slice_stand_beside_it(draws):
    a = draws.members(0.05)
    nearly = a & draws.members(0.9)
    found = discover_slices(make(nearly=nearly, a=a, **draws.noise), draws.errors_where(a))
    assert [texts(weak) for weak in found.slices] == [["a"]]
    assert [[literal.text for literal in other] for other in found.slices[0].alternatives] == [["nearly"]]


def test_records_without_a_known_error_do_not_count(draws):
    a = draws.members(0.05)
    errors = draws.errors_where(a)
    hidden = draws.members(0.3)
    errors[hidden] = np.nan
    found = discover_slices(make(a=a, **draws.noise), errors)
    assert found.n_judged == (~hidden).sum()
    assert found.mean_error == pytest.approx(np.nanmean(errors))
    assert found.slices[0].size == (a & ~hidden).sum()
    assert (found.slices[0].members == a).all()


def test_a_slice_is_never_better_than_all_records(draws):
    worst, middling = draws.members(0.3), draws.members(0.3)
    errors = draws.errors_where(base=0.05)
    errors[middling] = draws.rng.random(middling.sum()) < 0.2
    errors[worst] = 1
    found = discover_slices(make(worst=worst, middling=middling), errors)
    assert [texts(weak) for weak in found.slices] == [["worst"]]


def test_limit_and_least_records(draws):
    a, b = draws.members(0.05), draws.members(0.03)
    literals, errors = make(a=a, b=b), draws.errors_where(a, b)
    assert len(discover_slices(literals, errors, Options(limit=1)).slices) == 1
    assert [texts(w) for w in discover_slices(literals, errors, Options(least_records=80)).slices] == [["a"]]


@pytest.mark.parametrize(
    "errors", [np.full(N, np.nan), np.zeros(N), np.ones(N), np.full(N, 0.4)], ids=["unknown", "right", "wrong", "same"]
)
def test_errors_in_which_there_is_nothing_to_find(draws, errors):
    assert discover_slices(make(a=draws.members(0.1)), errors).slices == ()


def test_no_records_and_no_literals(draws):
    assert discover_slices(make(0), np.empty(0)).slices == ()
    assert discover_slices(make(), draws.errors_where()).slices == ()


def test_errors_by_chance_seldom_make_a_slice(draws):
    literals = make(**{f"noise{i}": draws.members(0.02 + 0.01 * (i % 10)) for i in range(60)})
    for errors in (draws.errors_where(base=0.02), draws.errors_where(base=0.5), draws.rng.random(N)):
        alarms = sum(bool(discover_slices(literals, draws.rng.permutation(errors)).slices) for _ in range(40))
        assert alarms <= 2


def test_the_interval_is_welchs(draws):
    errors = draws.rng.random(80)
    members = np.arange(80) < 30
    errors[3] = np.nan
    known = ~np.isnan(errors)
    inside, outside = errors[members & known], errors[~members & known]
    interval = ttest_ind(inside, outside, equal_var=False).confidence_interval(0.95)
    found = compare_errors(errors, members)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    assert found.points == pytest.approx(inside.mean() - outside.mean())


def test_without_variance_the_interval_is_a_point():
    found = compare_errors(np.array([1.0, 1, 0, 0]), np.array([True, True, False, False]))
    assert (found.points, found.low, found.high) == (1, 1, 1)
