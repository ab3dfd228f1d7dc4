"""The stacker, against scikit-learn's logistic regression on every cell."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from support.topics import given_of
from weaklabel.end_models import stacker as stacker_module
from weaklabel.end_models.signals import Cells, Signals, choose_terms
from weaklabel.end_models.stacker import INVERSE_PENALTY, SHIFT_PRECISION, SLOPE_PRECISION, fit_stacker
from weaklabel.terms import GivenMatrix


def make(n_records=40, n_tags=6, unlabelled=(), seed=0):
    """Signals that say something of given tags: of each cell a chance is drawn, and tag and flags by it."""
    rng = np.random.default_rng(seed)
    shape = n_records, n_tags
    chance = rng.beta(0.3, 2.0, shape)
    tags = rng.random(shape) < chance
    given = given_of([None if r in unlabelled else np.flatnonzero(tags[r]).tolist() for r in range(n_records)], n_tags)
    flags = {"in the first field": rng.random(shape) < 0.6 * tags + 0.02, "denied": rng.random(shape) < 0.05}
    noisy = np.clip(chance + rng.normal(0, 0.05, shape), 0, 1).astype(np.float32)
    chances = {"pooled": np.clip(noisy * 0.8, 0.01, 0.9), "text": noisy}
    labelled = np.flatnonzero(given.labelled)
    return Signals(flags, chances, (given.tags.toarray()[labelled].sum(axis=0) + 0.5) / (len(labelled) + 1)), given


def fit(signals, given, seed):
    return fit_stacker(signals, choose_terms(signals), given, seed)


def cells_of(signals, records, tags):
    at = np.array([(r, t) for r in records for t in tags])
    return Cells(signals, at[:, 0], at[:, 1])


def by_sklearn(signals, given, tags):
    """Log-odds of every cell by one regression on all cells of labelled records and the given `tags`."""
    terms = choose_terms(signals)
    labelled = np.flatnonzero(given.labelled)

    def design(records, tags):
        cells = cells_of(signals, records, tags)
        return np.column_stack([term.of(cells) for term in terms])

    y = given.tags.toarray()[np.ix_(labelled, tags)].ravel()
    fitted = LogisticRegression(C=INVERSE_PENALTY, max_iter=5000, tol=1e-10).fit(design(labelled, tags), y)
    everything = design(range(signals.shape[0]), range(signals.shape[1]))
    return fitted.decision_function(everything).reshape(signals.shape)


def in_common(fitted, signals):
    """Log-odds of every cell before each tag is told apart."""
    cells = cells_of(signals, range(signals.shape[0]), range(signals.shape[1]))
    terms = np.column_stack([term.of(cells) for term in fitted.terms])
    return (terms @ fitted.weights + fitted.intercept).reshape(signals.shape)


def by_tag(common, y):
    """Slope and shift of one tag: those of the greatest likelihood times normal priors around 1 and 0."""

    def loss(both):
        z = both[0] * common + both[1]
        penalty = SLOPE_PRECISION * (both[0] - 1) ** 2 / 2 + SHIFT_PRECISION * both[1] ** 2 / 2
        return np.logaddexp(0, np.where(y, -z, z)).sum() + penalty

    return minimize(loss, [1.0, 0.0], tol=1e-12).x


def test_of_few_cells_all_are_fitted():
    signals, given = make()
    fitted = fit(signals, given, 0)
    common = in_common(fitted, signals)
    assert common == pytest.approx(by_sklearn(signals, given, range(6)), abs=1e-3)


def test_each_tag_is_calibrated_as_far_as_its_cells_show_that_it_differs():
    """The second tag is three times as frequent as its evidence says, the third not at all."""
    rng = np.random.default_rng(3)
    n = 600
    chance = rng.beta(0.5, 2.0, (n, 3)).astype(np.float32)
    tags = rng.random((n, 3)) < chance * [1, 3, 1]
    tags[:, 2] = rng.random(n) < 0.2
    signals = Signals({}, {"pooled": np.full((n, 3), 0.2, np.float32), "text": chance}, np.full(3, 0.2))
    fitted = fit(signals, given_of([np.flatnonzero(row).tolist() for row in tags], 3), 0)
    common = in_common(fitted, signals)
    expected = np.array([by_tag(common[:, t], tags[:, t]) for t in range(3)])
    assert np.column_stack([fitted.tags.slope, fitted.tags.shift]) == pytest.approx(expected, abs=1e-4)
    assert expected[1, 1] > expected[0, 1] + 0.3
    assert expected[2, 0] < 0.9
    found = fitted.predict(signals, np.arange(n))
    assert found.dtype == np.float32
    assert found == pytest.approx(expit(common * expected[:, 0] + expected[:, 1]), abs=1e-4)


def test_tags_that_nobody_gave_are_not_told_apart():
    signals, given = make()
    tags = given.tags.toarray()
    tags[:, 2] = 0
    fitted = fit(signals, given_of([np.flatnonzero(row).tolist() for row in tags], 6), 0)
    assert (fitted.tags.slope[2], fitted.tags.shift[2]) == (1, 0)


def test_unlabelled_records_and_tags_that_nobody_gave_are_not_fitted_but_predicted():
    signals, given = make(unlabelled=range(30, 40))
    tags = given.tags.toarray()
    tags[:, 2] = 0
    rows = [np.flatnonzero(row).tolist() if r < 30 else None for r, row in enumerate(tags)]
    given = given_of(rows, 6)
    fitted = fit(signals, given, 0)
    assert in_common(fitted, signals) == pytest.approx(by_sklearn(signals, given, [0, 1, 3, 4, 5]), abs=1e-3)
    assert np.isfinite(fitted.predict(signals, np.arange(40))).all()


def test_what_was_given_to_unlabelled_records_is_not_read():
    signals, given = make(unlabelled=range(30, 40))
    tags = given.tags.tolil()
    tags[35] = 1
    other = GivenMatrix(tags.tocsr(), given.labelled)
    assert fit(signals, other, 0).weights.tolist() == fit(signals, given, 0).weights.tolist()


def test_some_records_are_predicted_as_all_are():
    signals, given = make()
    fitted = fit(signals, given, 0)
    rows = np.array([7, 0, 39])
    assert fitted.predict(signals, rows).tolist() == fitted.predict(signals, np.arange(40))[rows].tolist()
    assert fitted.predict(signals, np.array([], dtype=np.intp)).shape == (0, 6)


def test_blocks_do_not_change_the_prediction(monkeypatch):
    signals, given = make()
    whole = fit(signals, given, 0)
    expected = whole.predict(signals, np.arange(40))
    monkeypatch.setattr(stacker_module, "BLOCK_CELLS", 50)  # eight records at a time
    assert whole.predict(signals, np.arange(40)).tolist() == expected.tolist()
    assert fit(signals, given, 0).predict(signals, np.arange(40)) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("most", [2500, 800])  # more than the cells with a sign of the tag, and fewer
def test_a_sample_of_cells_stands_for_all(monkeypatch, most):
    signals, given = make(n_records=400, n_tags=12, seed=1)
    records = np.arange(400)
    expected = fit(signals, given, 0).predict(signals, records)
    monkeypatch.setattr(stacker_module, "MAX_CELLS", most)
    found = [fit(signals, given, seed).predict(signals, records) for seed in (0, 0, 1)]
    assert found[0].tobytes() == found[1].tobytes()
    assert found[0].tobytes() != found[2].tobytes()
    assert np.abs(found[0] - expected).mean() < 0.02
    share = given.tags.sum() / expected.size
    assert found[0].mean() == pytest.approx(share, rel=0.1)  # what was left out is weighted for


@pytest.mark.parametrize(
    ("share", "most"),
    [
        (0.02, 200),  # 20 cells that were given are all fitted, of 980 others 180
        (0.4, 100),  # of 400 that were given 100 are fitted, each for four, and 25 of the others
    ],
)
def test_each_fitted_cell_counts_for_as_many_as_it_stands_for(monkeypatch, share, most):
    """Nothing tells cells apart, so each has the share that was given."""
    n = 1000
    signals = Signals({}, {name: np.zeros((n, 1), np.float32) for name in ("pooled", "text")}, np.array([share]))
    given = given_of([[0]] * int(share * n) + [[]] * int((1 - share) * n), 1)
    monkeypatch.setattr(stacker_module, "MAX_CELLS", most)
    fitted = fit(signals, given, 0)
    assert expit(in_common(fitted, signals)) == pytest.approx(np.full((n, 1), share), rel=0.01)
    assert fitted.predict(signals, np.arange(n)) == pytest.approx(np.full((n, 1), share), rel=0.01)


@pytest.mark.parametrize(("record", "tag"), [(0, 0), (5, 3), (39, 5)])
def test_an_explanation_adds_up_to_the_log_odds(record, tag):
    signals, given = make(unlabelled=[39])
    fitted = fit(signals, given, 0)
    labelled = np.arange(39)
    usual, shares = fitted.explain(signals, tag, labelled, signals.of_cell(record, tag))
    own = fitted.log_odds(cells_of(signals, [record], [tag]))[0]
    assert usual + sum(shares.values()) == pytest.approx(own, abs=1e-6)
    assert usual == pytest.approx(fitted.log_odds(cells_of(signals, labelled, [tag])).mean(), abs=1e-6)
    assert expit(own) == pytest.approx(fitted.predict(signals, np.array([record]))[0, tag], abs=1e-6)
    assert set(shares) == {"labeling functions", "text"}


def test_a_part_is_what_it_adds_beyond_what_is_usual():
    """Where all cells but one are alike and that one is denied, the denial is all there is to tell."""
    fitted = fit(*make(), 0)
    shape = 40, 6
    flags = {name: np.zeros(shape, dtype=np.bool_) for name in ("in the first field", "denied")}
    flags["denied"][3, 1] = True
    chances = {name: np.full(shape, 0.3, np.float32) for name in ("pooled", "text")}
    signals = Signals(flags, chances, np.full(6, 0.1))
    usual, shares = fitted.explain(signals, 1, np.arange(40), signals.of_cell(3, 1))
    denied, other = fitted.log_odds(Cells(signals, np.array([3, 4]), np.array([1, 1])))
    assert shares == pytest.approx({"text": 0.0, "labeling functions": (denied - other) * (1 - 1 / 40)}, abs=1e-6)
    assert usual == pytest.approx(other + (denied - other) / 40, abs=1e-6)
    assert abs(denied - other) > 1e-3


@pytest.mark.parametrize("listed", [[], [0], [9], [0, 1, 2], [2, 3, 7], [0, 2, 4, 6, 8], list(range(10))])
@pytest.mark.parametrize("most", [1, 3, 10])
def test_a_sample_of_what_is_not_listed_is_as_if_it_had_been_written_out(listed, most):
    rest = np.setdiff1d(np.arange(10), listed)
    found, share = stacker_module.sample_outside(np.array(listed, dtype=np.intp), 10, most, np.random.default_rng(2))
    if len(rest) <= most:
        assert (found.tolist(), share) == (rest.tolist(), 1)
    else:
        assert found.tolist() == np.random.default_rng(2).choice(rest, most, replace=False).tolist()
        assert share == len(rest) / most
