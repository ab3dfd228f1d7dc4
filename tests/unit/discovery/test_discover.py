import numpy as np
import pytest
from scipy.stats import ttest_ind

from weaklabel.discovery import Column, Literal, Literals, Options, compare_errors, discover_slices

N = 2_000
RNG = np.random.default_rng(5)


def make(n=N, **members):
    columns = [
        Column(Literal("given", {"given": name}, name, name), np.flatnonzero(rows)) for name, rows in members.items()
    ]
    return Literals.of(columns, n)


def texts(weak):
    return [literal.text for literal in weak.literals]


def draw(share):
    return RNG.random(N) < share


def errors_where(*weak, base=0.1, high=0.6):
    """Errors of 0 and 1: `base` of all records are wrong, and `high` of those in some slices."""
    errors = (RNG.random(N) < base).astype(float)
    for members in weak:
        errors[members] = RNG.random(members.sum()) < high
    return errors


NOISE = {f"noise{i}": draw(0.1) for i in range(30)}


def test_slices_come_one_after_the_other_the_worst_first():
    a, b = draw(0.05), draw(0.03)
    found = discover_slices(make(b=b, a=a, **NOISE), errors_where(b, a))
    assert [texts(weak) for weak in found.slices] == [["a"], ["b"]]
    first = found.slices[0]
    assert (first.members == a).all()
    assert first.size == a.sum()
    assert first.p_value < 1e-6
    assert found.n_judged == N
    assert found.least_records == 10


def test_a_conjunction_is_named_where_it_alone_is_weak():
    a, b = draw(0.2), draw(0.2)
    found = discover_slices(make(a=a, b=b, **NOISE), errors_where(a & b))
    assert [sorted(texts(weak)) for weak in found.slices] == [["a", "b"]]


def test_a_condition_that_adds_nothing_is_not_added():
    a, half = draw(0.05), draw(0.5)
    found = discover_slices(make(half=half, a=a, most=draw(0.9), **NOISE), errors_where(a))
    assert [texts(weak) for weak in found.slices] == [["a"]]


def test_what_is_weak_only_where_it_meets_a_slice_is_not_listed():
    a = draw(0.05)
    wide = a | draw(0.2)
    found = discover_slices(make(wide=wide, a=a, **NOISE), errors_where(a))
    assert [texts(weak) for weak in found.slices] == [["a"]]
    assert found.slices[0].alternatives == ()


def test_other_names_of_a_slice_stand_beside_it():
    a = draw(0.05)
    nearly = a & draw(0.9)
    found = discover_slices(make(nearly=nearly, a=a, **NOISE), errors_where(a))
    assert [texts(weak) for weak in found.slices] == [["a"]]
    assert [[literal.text for literal in other] for other in found.slices[0].alternatives] == [["nearly"]]


def test_records_without_a_known_error_do_not_count():
    a = draw(0.05)
    errors = errors_where(a)
    hidden = draw(0.3)
    errors[hidden] = np.nan
    found = discover_slices(make(a=a, **NOISE), errors)
    assert found.n_judged == (~hidden).sum()
    assert found.mean_error == pytest.approx(np.nanmean(errors))
    assert found.slices[0].size == (a & ~hidden).sum()
    assert (found.slices[0].members == a).all()


def test_a_slice_is_never_better_than_all_records():
    worst, middling = draw(0.3), draw(0.3)
    errors = errors_where(base=0.05)
    errors[middling] = RNG.random(middling.sum()) < 0.2
    errors[worst] = 1
    found = discover_slices(make(worst=worst, middling=middling), errors)
    assert [texts(weak) for weak in found.slices] == [["worst"]]


def test_limit_and_least_records():
    a, b = draw(0.05), draw(0.03)
    literals, errors = make(a=a, b=b), errors_where(a, b)
    assert len(discover_slices(literals, errors, Options(limit=1)).slices) == 1
    assert [texts(w) for w in discover_slices(literals, errors, Options(least_records=80)).slices] == [["a"]]


@pytest.mark.parametrize(
    "errors", [np.full(N, np.nan), np.zeros(N), np.ones(N), np.full(N, 0.4)], ids=["unknown", "right", "wrong", "same"]
)
def test_errors_in_which_there_is_nothing_to_find(errors):
    assert discover_slices(make(a=draw(0.1)), errors).slices == ()


def test_no_records_and_no_literals():
    assert discover_slices(make(0), np.empty(0)).slices == ()
    assert discover_slices(make(), errors_where()).slices == ()


def test_errors_by_chance_seldom_make_a_slice():
    literals = make(**{f"noise{i}": draw(0.02 + 0.01 * (i % 10)) for i in range(60)})
    for errors in (errors_where(base=0.02), errors_where(base=0.5), RNG.random(N)):
        alarms = sum(bool(discover_slices(literals, RNG.permutation(errors)).slices) for _ in range(40))
        assert alarms <= 2


def test_the_interval_is_welchs():
    errors = RNG.random(80)
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
