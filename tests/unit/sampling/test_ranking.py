"""Pools, mixtures, and the tags to look at."""

import numpy as np
import pytest

from support.evidence import make_evidence
from weaklabel.errors import UsageError
from weaklabel.sampling import POOLS, Ranking, parse_mixture


def test_pools_make_one_score_of_a_records_cells():
    cells = np.array([[0.1, 0.4, 0.2, 0.3], [0.0, 0.0, 0.0, 0.9]])
    np.testing.assert_allclose(POOLS["max"](cells), [0.4, 0.9])
    np.testing.assert_allclose(POOLS["sum"](cells), [1.0, 0.9])
    np.testing.assert_allclose(POOLS["top3"](cells), [0.3, 0.3])
    np.testing.assert_allclose(POOLS["top3"](cells[:, :2]), [0.25, 0.0])  # there are two tags


def test_the_pool_decides_which_record_comes_first():
    suspicion = np.array([[0.4, 0.4, 0.4], [0.9, 0.0, 0.0]])
    evidence = make_evidence(2, 3, suspicion=suspicion)
    correction = parse_mixture("expected_correction")
    assert list(Ranking(evidence, correction).order) == [1, 0]  # by its worst cell
    assert list(Ranking(evidence, correction, "sum").order) == [0, 1]


def test_tags_to_look_at_score_half_of_the_highest_or_more():
    suspicion = np.array([[0.1, 0.8, 0.4, 0.39]])
    ranking = Ranking(make_evidence(1, 4, suspicion=suspicion), parse_mixture("expected_correction"))
    assert ranking.tags_of(0) == (1, 2)


def test_five_tags_are_looked_at_most():
    ranking = Ranking(make_evidence(1, 9, suspicion=np.full((1, 9), 0.5)), parse_mixture("expected_correction"))
    assert ranking.tags_of(0) == (0, 1, 2, 3, 4)


def test_without_scored_tags_the_given_ones_are_looked_at_or_the_likely_ones():
    given = np.array([[False, True, True], [False, False, False]])
    probability = np.array([[0.9, 0.1, 0.2], [0.2, 0.6, 0.4]])
    ranking = Ranking(make_evidence(2, 3, given=given, probability=probability), parse_mixture("random"))
    assert ranking.tags_of(0) == (1, 2)
    assert ranking.tags_of(1) == (1,)


def test_a_mixture_is_the_mean_rank_by_weight():
    suspicion = np.array([[0.1], [0.2], [0.3], [0.3]])
    present, absent = np.array([[4.0], [3.0], [2.0], [9.0]]), np.ones((4, 1))
    evidence = make_evidence(4, 1, suspicion=suspicion, present=present, absent=absent)
    mixture = parse_mixture("expected_correction:3,lf_conflict:1")
    corrected, conflict = np.array([0.125, 0.375, 0.75, 0.75]), np.array([0.375, 0.625, 0.875, 0.125])
    np.testing.assert_allclose(Ranking(evidence, mixture).scores, 0.75 * corrected + 0.25 * conflict)


def test_a_mixture_ranks_among_those_that_wait():
    suspicion = np.array([[0.15], [0.1], [0.2]])
    waiting = np.array([False, True, True])
    evidence = make_evidence(3, 1, suspicion=suspicion, waiting=waiting, decided=~waiting)
    scores = Ranking(evidence, parse_mixture("expected_correction,random:.001")).scores
    np.testing.assert_allclose(scores, [0, 0.25, 0.75], atol=0.01)


def test_a_mixture_is_named_by_its_weights_the_weightiest_first():
    mixture = parse_mixture("diversity:1, expected_correction:3")
    assert mixture.name == "expected_correction:0.75,diversity:0.25"
    assert mixture.needs == {"texts"}
    assert parse_mixture("entropy").name == "entropy"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("entropi", "--strategy: there is no strategy 'entropi'. Did you mean 'entropy'?"),
        ("entropy:0", "--strategy: the weight of 'entropy' is '0'. Give a number above 0, such as entropy:.5."),
        ("entropy:x", "--strategy: the weight of 'entropy' is 'x'. Give a number above 0, such as entropy:.5."),
        ("entropy,entropy", "--strategy: 'entropy' is named twice. Give it one weight."),
    ],
)
def test_what_is_no_strategy_is_an_error_that_says_how_to_mend_it(text, said):
    with pytest.raises(UsageError) as caught:
        parse_mixture(text)
    assert str(caught.value) == said


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(UsageError) as caught:
        parse_mixture("nothing,entropy:-1")
    assert len(caught.value.problems) == 2


def test_an_empty_strategy_lists_all():
    with pytest.raises(UsageError, match="There are expected_correction, entropy"):
        parse_mixture("")
