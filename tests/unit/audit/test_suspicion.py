"""Scores of cells: Bayes' rule on numbers worked out by hand, by counting, and on authors that are drawn at random."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy.sparse import csr_array

from support.made import make_vocabulary
from weaklabel.audit import CellScores
from weaklabel.audit.suspicion import (
    MISSED,
    RULE_WEIGHT,
    WRONG,
    missing_score,
    pool_opinions,
    unsupported_score,
    wrong_rates,
)
from weaklabel.terms import CellProbabilities, GivenMatrix

VOCABULARY = make_vocabulary("a", "b", "c")
NAN = float("nan")


def cells_of(entries, n_tags=3):
    """Cells by (record, tag)."""
    keys = sorted(entries)
    n = max((record for record, _ in keys), default=-1) + 1
    return CellProbabilities(
        record=np.array([record for record, _ in keys], dtype=np.int32),
        tag=np.array([tag for _, tag in keys], dtype=np.int32),
        probability=np.array([entries[key] for key in keys], dtype=np.float64),
        voted=np.ones(len(keys), dtype=np.bool_),
        raised=np.zeros(len(keys), dtype=np.bool_),
        silent=np.full((n_tags, 2), np.nan),
        has_positive=np.zeros(n, dtype=np.bool_),
    )


@pytest.mark.parametrize(
    ("probability", "wrong_rate", "missing", "unsupported"),
    [
        (0.5, 0.1, 0.05 / 0.5, 0.05 / 0.5),
        (0.9, 0.01, 0.09 / 0.189, 0.001 / 0.811),  # .9 · .1, .1 · .99; .1 · .01, .9 · .9
        (0.2, 0.04, 0.02 / 0.788, 0.032 / 0.212),
        (0.0, 0.1, 0.0, 1.0),
        (1.0, 0.1, 1.0, 0.0),
        (0.0, 0.0, 0.0, 0.0),  # a tag that no author ever gives wrongly is not wrong
        (NAN, 0.1, NAN, NAN),
    ],
)
def test_bayes_rule_on_hand_numbers(probability, wrong_rate, missing, unsupported):
    p, e = np.array([probability]), np.array([wrong_rate])
    assert missing_score(p, e)[0] == pytest.approx(missing, abs=1e-12, nan_ok=True)
    assert unsupported_score(p, e)[0] == pytest.approx(unsupported, abs=1e-12, nan_ok=True)


def test_the_wrong_rate_grows_with_the_root_of_a_tags_base_rate():
    """Where all tags are as frequent, of 1,000 given tags 100 would be wrong; else e₀ ∝ √(base rate)."""
    assert wrong_rates(np.full(4, 0.05)).tolist() == pytest.approx([0.005] * 4)
    rates = wrong_rates(np.array([0.04, 0.16, 0.01]))  # the mean is 0.07
    assert rates.tolist() == pytest.approx([0.1 * 0.07**0.5 * root for root in (0.2, 0.4, 0.1)])


def test_scores_are_the_shares_of_mistakes_of_authors_who_err_as_assumed():
    rng = np.random.default_rng(5)
    n, base_rates = 400_000, np.array([0.3, 0.02])
    for rate, wrong_rate in zip(base_rates, wrong_rates(base_rates), strict=True):
        p = rng.beta(4 * rate, 4 * (1 - rate), n)
        is_right = rng.random(n) < p
        is_given = rng.random(n) < np.where(is_right, 1 - MISSED, wrong_rate)
        assert_calibrated(missing_score(p, np.full(n, wrong_rate))[~is_given], is_right[~is_given])
        assert_calibrated(unsupported_score(p, np.full(n, wrong_rate))[is_given], ~is_right[is_given])


def assert_calibrated(scores, happened):
    """In each tenth of the scores, the mean score is the share of cells where it happened, within four errors."""
    for part in np.array_split(np.argsort(scores), 10):
        error = max((scores[part] * (1 - scores[part])).sum() ** 0.5, 1.0) / len(part)
        assert scores[part].mean() == pytest.approx(happened[part].mean(), abs=4 * error)


def test_two_opinions_are_pooled_by_their_odds():
    def odds(p):
        return p / (1 - p)

    pooled = pool_opinions(0.9, 0.2)
    assert odds(pooled) == pytest.approx(9**RULE_WEIGHT * 0.25 ** (1 - RULE_WEIGHT))
    assert 0.2 < pooled < 0.9
    assert pool_opinions(0.7, 0.7) == pytest.approx(0.7)
    assert odds(pool_opinions(1.0, 0.5)) == pytest.approx(999**RULE_WEIGHT)  # certainty is taken for 0.999
    assert odds(pool_opinions(0.5, 0.0)) == pytest.approx(999 ** (RULE_WEIGHT - 1))


def test_scores_are_looked_up_by_record_and_tag():
    base_rates = np.array([0.1, 0.2, 0.3])
    probability = {(0, 1): 0.3, (2, 0): 0.6, (2, 2): 0.9, (5, 1): NAN}
    scores = CellScores.of_cells(cells_of(probability), base_rates, VOCABULARY)
    for (record, tag), p in probability.items():
        e = 0.1 * (0.2 * base_rates[tag]) ** 0.5
        missing, unsupported = p * 0.1 / (p * 0.1 + (1 - p) * (1 - e)), (1 - p) * e / ((1 - p) * e + p * 0.9)
        name = VOCABULARY.names[tag]
        assert scores.is_missing(record, name) == pytest.approx(missing, nan_ok=True)
        assert scores.is_unsupported(record, name) == pytest.approx(unsupported, nan_ok=True)
    for record, name in [(0, "a"), (0, "c"), (1, "a"), (2, "b"), (5, "c"), (9, "a")]:
        assert scores.is_missing(record, name) == 0.0
        assert np.isnan(scores.is_unsupported(record, name))


def test_where_nothing_is_learnt_from_authors_silence_speaks_against_no_tag():
    cells = replace(cells_of({(0, 0): 0.01, (0, 1): 0.01, (1, 0): 0.9}), voted=np.array([False, True, False]))
    rates = np.full(3, 0.1)
    learnt, voted = (CellScores.of_cells(cells, rates, VOCABULARY, is_learnt=learns) for learns in (True, False))
    assert np.isnan(voted.is_unsupported(0, "a"))
    assert voted.is_unsupported(0, "b") == learnt.is_unsupported(0, "b") > 0.5
    assert voted.missing.tolist() == learnt.missing.tolist()


def test_without_cells_nothing_is_known():
    scores = CellScores.of_cells(cells_of({}), np.full(3, 0.1), VOCABULARY)
    assert scores.is_missing(0, "a") == 0.0
    assert np.isnan(scores.is_unsupported(0, "a"))


@pytest.mark.parametrize("is_learnt", [False, True])
def test_of_one_class_a_record_bayes_rule_by_listing_every_case(is_learnt):
    """P(class, given) of every pair of three classes, in whole fractions; what is learnt is how likely it is given."""
    p = [Fraction(5, 10), Fraction(2, 10), Fraction(3, 10)]
    wrong = Fraction(WRONG).limit_denominator(100)
    joint = {
        (right, given): p[right] * (1 - wrong if right == given else wrong / 2)
        for right in range(3)
        for given in range(3)
    }
    assert sum(joint.values()) == 1
    is_given = [sum(joint[right, given] for right in range(3)) for given in range(3)]
    cells = cells_of({(0, tag): float((is_given if is_learnt else p)[tag]) for tag in range(3)})
    for given in range(3):
        matrix = GivenMatrix(csr_array(np.eye(3)[[given]]), np.array([True]))
        scores = CellScores.of_classes(cells, matrix, VOCABULARY, is_learnt=is_learnt)
        for tag, name in enumerate(VOCABULARY.names):
            after = float(joint[tag, given] / is_given[given])
            if tag == given:
                assert scores.is_unsupported(0, name) == pytest.approx(1 - after)
            else:
                assert scores.is_missing(0, name) == pytest.approx(after)


def test_a_class_that_is_given_less_often_than_by_mistake_is_hardly_ever_right():
    """Where the error cannot be taken out of a probability, what is left is a thousandth."""
    cells = cells_of({(0, 0): 0.01, (0, 1): 0.02, (0, 2): 0.97})
    matrix = GivenMatrix(csr_array(np.eye(3)[[0]]), np.array([True]))
    scores = CellScores.of_classes(cells, matrix, VOCABULARY, is_learnt=True)
    assert scores.is_unsupported(0, "a") == pytest.approx(1 - 0.0009 / (0.0009 + 0.999 * 0.05))


def test_classes_that_cannot_be_corrected_are_ranked_by_their_own_probability():
    probability = [0.0005, 0.001, 0.0010001, 0.03, 0.0999, 0.2, 0.89, 0.99, 0.999]  # of the given one of two classes
    cells = cells_of({(record, tag): (p, 1 - p)[tag] for record, p in enumerate(probability) for tag in (0, 1)})
    given = GivenMatrix(csr_array(np.tile([1.0, 0.0], (9, 1))), np.ones(9, dtype=np.bool_))
    scores = CellScores.of_classes(cells, given, make_vocabulary("a", "b"), is_learnt=True)
    unsupported = [scores.is_unsupported(record, "a") for record in range(9)]
    assert (np.diff(unsupported) < 0).all()
    assert (np.diff([scores.is_missing(record, "b") for record in range(9)]) < 0).all()
    assert unsupported[:5] == pytest.approx([1 - 0.0009 / (0.0009 + 0.999 * 0.1)] * 5, abs=1e-5)
