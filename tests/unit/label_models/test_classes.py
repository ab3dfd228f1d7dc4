"""Votes on exclusive tags as a class matrix, against one that is filled vote by vote."""

import numpy as np
import pytest

from support.made import make_votes
from weaklabel.errors import LabelModelError
from weaklabel.label_models import fit_label_model, resolve_classes
from weaklabel.label_models.classes import class_matrix

LFS = ("a", "b", "c", "d")
METHODS = ["auto", "dawid-skene", "majority", "pooled", "snorkel"]


def votes_of(rows, n_records):
    return make_votes(rows, n_records=n_records, lf_ids=LFS)


def fill(votes, n_classes):
    """What each labeling function says of each record, one vote after the other; and what cannot be held."""
    said, unused = {}, 0
    for record, lf, tag, vote in zip(votes.record, votes.lf, votes.tag, votes.vote, strict=True):
        if vote == 1:
            said.setdefault((record, lf), []).append(tag)
        elif n_classes == 2:
            said.setdefault((record, lf), []).append(1 - tag)
        else:
            unused += 1
    L = np.full((votes.n_records, len(set(votes.lf.tolist()))), -1)
    column = {lf: i for i, lf in enumerate(sorted(set(votes.lf.tolist())))}
    for (record, lf), classes in said.items():
        if len(set(classes)) == 1:
            L[record, column[lf]] = classes[0]
        else:
            unused += len(classes)
    return L, unused


def random_rows(rng, n_records, n_classes, n_rows):
    keys = {(int(rng.integers(n_classes)), int(rng.integers(n_records)), int(rng.integers(4))) for _ in range(n_rows)}
    return [(*key, int(rng.choice([1, 1, -1]))) for key in sorted(keys)]


def shuffled(votes, rng):
    order = rng.permutation(len(votes))
    return type(votes)(
        votes.record[order], votes.lf[order], votes.tag[order], votes.vote[order], votes.n_records, votes.lf_ids
    )


def test_of_two_classes_absent_for_one_is_present_for_the_other():
    votes = votes_of([(0, 0, 0, 1), (0, 1, 0, -1), (1, 2, 1, -1), (1, 3, 1, 1)], 5)
    L, unused = class_matrix(votes, 2)
    assert L.tolist() == [[0, -1], [1, -1], [-1, 0], [-1, 1], [-1, -1]]
    assert L.dtype == np.int16
    assert unused == 0


def test_both_sides_of_the_same_opinion_are_one_vote():
    L, unused = class_matrix(votes_of([(0, 0, 0, -1), (1, 0, 0, 1)], 1), 2)
    assert L.tolist() == [[1]]
    assert unused == 0


def test_among_more_classes_absent_is_left_out_and_counted():
    votes = votes_of([(0, 0, 0, -1), (1, 0, 1, -1), (1, 1, 0, 1), (2, 1, 1, 1), (2, 1, 0, -1)], 2)
    L, unused = class_matrix(votes, 3)
    assert L.tolist() == [[-1, -1], [1, 2]]  # absent for one class takes nothing from what is said for another
    assert unused == 3


@pytest.mark.parametrize("n_classes", [2, 4])
def test_a_labeling_function_that_votes_for_two_classes_of_a_record_abstains_there_and_all_its_votes_count(n_classes):
    votes = votes_of([(0, 0, 0, 1), (1, 0, 0, 1), (1, 0, 1, 1), (0, 1, 0, 1)], 2)
    L, unused = class_matrix(votes, n_classes)
    assert L.tolist() == [[-1, 1], [0, -1]]
    assert unused == 2


def test_three_classes_at_once_are_three_votes_that_cannot_be_held():
    L, unused = class_matrix(votes_of([(0, 0, 2, 1), (1, 0, 2, 1), (2, 0, 2, 1)], 1), 3)
    assert L.tolist() == [[-1]]
    assert unused == 3


def test_columns_are_the_labeling_functions_that_vote_in_their_order():
    L, _ = class_matrix(votes_of([(0, 0, 3, 1), (1, 0, 1, 1)], 1), 3)
    assert L.tolist() == [[1, 0]]
    assert class_matrix(votes_of([], 3), 3)[0].shape == (3, 0)


@pytest.mark.parametrize("n_classes", [2, 3, 5])
@pytest.mark.parametrize("seed", range(4))
def test_the_matrix_is_what_filling_it_vote_by_vote_gives_in_any_order_of_votes(n_classes, seed):
    rng = np.random.default_rng(seed)
    votes = votes_of(random_rows(rng, 12, n_classes, 60), 12)
    expected, unused = fill(votes, n_classes)
    assert unused > 0
    for made in (votes, shuffled(votes, rng), shuffled(votes, rng)):
        L, left_out = class_matrix(made, n_classes)
        assert L.tolist() == expected.tolist()
        assert left_out == unused


HAND_MADE = [[0, 0, -1, 0], [1, -1, 1, 1], [2, 2, 0, 2], [-1, -1, -1, -1], [0, 1, 1, -1], [2, 2, 2, -1], [1, 1, -1, 0]]


def votes_of_matrix(L):
    rows = [(c, record, lf, 1) for record, row in enumerate(L) for lf, c in enumerate(row) if c >= 0]
    return votes_of(rows, len(L))


@pytest.mark.parametrize("balance", ["uniform", "estimated", (0.5, 0.3, 0.2)])
@pytest.mark.parametrize("method", METHODS)
def test_classes_are_resolved_as_the_label_model_resolves_the_matrix(method, balance):
    found = resolve_classes(votes_of_matrix(HAND_MADE * 5), 3, method, balance=balance, seed=3)
    model = fit_label_model(np.array(HAND_MADE * 5), 3, method, class_balance=balance, seed=3)
    assert found.probability.tolist() == model.predict_proba(HAND_MADE * 5).tolist()
    assert found.probability.sum(axis=1).tolist() == pytest.approx([1] * 35)
    assert found.balance.tolist() == model.class_balance.tolist()
    assert found.covered.tolist() == [row != [-1] * 4 for row in HAND_MADE * 5]
    assert found.unused == 0
    assert found.probability[3].tolist() == found.balance.tolist()  # the record without votes


def test_majority_is_the_share_of_votes():
    found = resolve_classes(votes_of_matrix(HAND_MADE), 3, "majority")
    assert found.probability[[0, 2, 4]] == pytest.approx(np.array([[1, 0, 0], [1 / 4, 0, 3 / 4], [1 / 3, 2 / 3, 0]]))


def test_a_balance_is_uniform_unless_it_is_given_or_estimated_and_says_which():
    votes = votes_of_matrix(HAND_MADE * 5)
    uniform, given, estimated = (
        resolve_classes(votes, 3, "majority", **options)
        for options in ({}, {"balance": [5, 3, 2]}, {"balance": "estimated"})
    )
    assert [found.balance_source for found in (uniform, given, estimated)] == ["uniform", "given", "estimated"]
    assert uniform.balance.tolist() == pytest.approx([1 / 3] * 3)
    assert given.balance.tolist() == pytest.approx([0.5, 0.3, 0.2])
    assert estimated.balance.sum() == pytest.approx(1)
    assert estimated.balance.tolist() != uniform.balance.tolist()


def test_an_estimated_balance_is_near_the_shares_of_the_classes():
    rng = np.random.default_rng(0)
    classes = rng.choice(3, 600, p=[0.2, 0.1, 0.7])
    right = rng.random((600, 4)) < 0.95
    L = np.where(right, classes[:, None], rng.integers(0, 3, (600, 4)))
    votes = votes_of_matrix(np.where(rng.random((600, 4)) < 0.8, L, -1).tolist())
    found = resolve_classes(votes, 3, "majority", balance="estimated")
    assert found.balance.tolist() == pytest.approx((np.bincount(classes) / 600).tolist(), abs=0.04)


def test_torn_labeling_functions_leave_a_record_uncovered():
    found = resolve_classes(votes_of([(0, 0, 0, 1), (1, 0, 0, 1), (1, 1, 1, 1)], 3), 2, "majority", balance=[3, 1])
    assert found.covered.tolist() == [False, True, False]
    assert found.probability.tolist() == [[0.75, 0.25], [0, 1], [0.75, 0.25]]
    assert found.unused == 2


@pytest.mark.parametrize("balance", [[1, 2, 3], [1, 0], "even"])
def test_a_balance_that_does_not_fit_the_classes_is_an_error(balance):
    with pytest.raises(LabelModelError, match="class balance"):
        resolve_classes(votes_of([(0, 0, 0, 1)], 1), 2, "majority", balance=balance)
