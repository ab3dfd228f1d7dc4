"""What holds for every label model, whatever its method."""

import numpy as np
import pytest

from support.label_model_plugin import installed
from support.vote_matrices import random_balance, random_votes
from weaklabel.errors import LabelModelError
from weaklabel.label_models import METHODS, VotePatterns, fit_label_model

SEEDS = range(6)
BALANCE = [0.2, 0.8]
OWN = ["auto", "dawid-skene", "majority", "pooled", "snorkel"]
BLIND_TO_COPIES = ["auto", "pooled"]


@pytest.fixture(params=[*OWN, "plugin"])
def method(request):
    with installed(plugin="support.label_model_plugin:fit_weighted"):
        yield request.param


def test_all_methods_keep_this_contract():
    assert list(METHODS) == OWN


def case(seed):
    """A matrix, its number of classes and a class balance; sizes, coverage and accuracy vary with the seed."""
    rng = np.random.default_rng(seed)
    k = 2 + seed % 3
    n, m = int(rng.integers(2, 60)), int(rng.integers(1, 8))
    L = random_votes(rng, n, m, k, coverage=rng.uniform(0.2, 1), accuracy=rng.uniform(0.2, 0.95))
    return L, k, random_balance(rng, k), rng


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_are_distributions(method, seed):
    L, k, balance, _ = case(seed)
    result = fit_label_model(L, k, method, class_balance=balance).predict_proba(L)
    assert result.dtype == np.float64
    assert result.shape == (len(L), k)
    assert ((result >= 0) & (result <= 1)).all()
    np.testing.assert_allclose(result.sum(axis=1), 1, atol=1e-9)


def test_rows_in_which_all_abstain_get_the_class_balance(method):
    L = [[0, 1, 1], [-1, -1, -1], [1, 1, 0]]
    model = fit_label_model(L, 2, method, class_balance=[1, 4])  # normalised to sum to 1
    result = model.predict_proba(L)
    assert result[1].tolist() == BALANCE
    assert (result[[0, 2]] != BALANCE).any(axis=1).all()
    assert model.is_covered(L).tolist() == [True, False, True]
    assert model.class_balance.tolist() == BALANCE


def test_the_class_balance_is_even_unless_given(method):
    assert fit_label_model([[0, 1, 2]], 4, method).predict_proba([[-1, -1, -1]]).tolist() == [[0.25] * 4]


def test_only_abstains(method):
    L = np.full((4, 3), -1)
    model = fit_label_model(L, 2, method, class_balance=BALANCE)
    assert model.predict_proba(L).tolist() == [BALANCE] * 4
    assert model.predict_proba([[1, 1, 1]])[0].argmax() == 1


@pytest.mark.parametrize("m", [1, 2])
@pytest.mark.parametrize("agreed", [0, 1])
def test_one_or_two_labeling_functions(method, m, agreed):
    L = np.array([[0] * m, [1] * m, [-1] * m])
    model = fit_label_model(L, 2, method)
    assert model.n_lfs == m
    result = model.predict_proba(L)
    assert result[agreed, agreed] > 0.5
    assert result[2].tolist() == [0.5, 0.5]


def test_one_row(method):
    result = fit_label_model([[1, 1, 0]], 2, method).predict_proba([[1, 1, 0]])
    np.testing.assert_allclose(result.sum(axis=1), 1, atol=1e-9)
    assert result[0, 1] > 0.5


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_empty_input(method, shape):
    L = np.zeros(shape, dtype=np.int64)
    model = fit_label_model(L, 2, method, class_balance=BALANCE)
    assert model.predict_proba(L).tolist() == [BALANCE] * shape[0]
    assert model.predict_proba(np.full((2, shape[1]), -1)).tolist() == [BALANCE] * 2


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_labeling_functions_does_not_matter(method, seed):
    L, k, balance, rng = case(seed)
    order = rng.permutation(L.shape[1])
    first = fit_label_model(L, k, method, class_balance=balance).predict_proba(L)
    again = fit_label_model(L[:, order], k, method, class_balance=balance).predict_proba(L[:, order])
    np.testing.assert_allclose(again, first, atol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_records_does_not_matter(method, seed):
    L, k, balance, rng = case(seed)
    order = rng.permutation(len(L))
    first = fit_label_model(L, k, method, class_balance=balance).predict_proba(L)
    again = fit_label_model(L[order], k, method, class_balance=balance).predict_proba(L[order])
    np.testing.assert_allclose(again, first[order], atol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_classes_does_not_matter(method, seed):
    L, k, balance, rng = case(seed)
    number = rng.permutation(k)  # what each class is called now
    renamed = np.where(L < 0, -1, number[L])
    first = fit_label_model(L, k, method, class_balance=balance).predict_proba(L)
    again = fit_label_model(renamed, k, method, class_balance=balance[np.argsort(number)]).predict_proba(renamed)
    np.testing.assert_allclose(again[:, number], first, atol=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_patterns_with_counts_are_as_good_as_their_rows(method, seed):
    L, k, balance, _ = case(seed)
    model = fit_label_model(L, k, method, class_balance=balance)
    patterns = VotePatterns.of(L)
    again = fit_label_model(patterns, k, method, class_balance=balance)
    assert again.predict_proba(L).tobytes() == model.predict_proba(L).tobytes()
    rows = {tuple(row): p for row, p in zip(L.tolist(), model.predict_proba(L).tolist(), strict=True)}
    found = again.predict_proba(patterns).tolist()
    assert found == [rows[tuple(row)] for row in patterns.dense().tolist()]
    assert again.is_covered(patterns).tolist() == [max(row) >= 0 for row in patterns.dense().tolist()]


@pytest.mark.parametrize("seed", SEEDS)
def test_patterns_of_two_halves_add_up_to_those_of_the_whole(method, seed):
    L, k, balance, rng = case(seed)
    half = rng.random(len(L)) < 0.5
    added = VotePatterns.of(L[half]) + VotePatterns.of(L[~half])
    whole = fit_label_model(L, k, method, class_balance=balance)
    of_halves = fit_label_model(added, k, method, class_balance=balance)
    assert of_halves.predict_proba(L).tobytes() == whole.predict_proba(L).tobytes()


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_repeated_are_counted(method, seed):
    L, k, balance, rng = case(seed)
    times = rng.integers(0, 4, len(L))
    repeated = fit_label_model(np.repeat(L, times, axis=0), k, method, class_balance=balance)
    counted = fit_label_model(VotePatterns.of(L, times), k, method, class_balance=balance)
    assert counted.predict_proba(L).tobytes() == repeated.predict_proba(L).tobytes()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_class_that_nobody_votes_for_has_its_prior_and_wins_no_row_that_agrees(method, seed):
    L, k, balance, _ = case(seed)
    wider = np.append(balance, 0.5) / 1.5
    model = fit_label_model(L, k + 1, method, class_balance=wider)
    result = model.predict_proba(L)
    np.testing.assert_allclose(result.sum(axis=1), 1, atol=1e-9)
    assert model.predict_proba(np.full((1, L.shape[1]), -1))[0, k] == pytest.approx(1 / 3)
    agreed = np.array([len(set(row) - {-1}) == 1 for row in L.tolist()])
    assert agreed.any()
    assert (result[agreed].argmax(axis=1) == L[agreed].max(axis=1)).all()


@pytest.mark.parametrize("blind", BLIND_TO_COPIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_copies_of_a_labeling_function_change_nothing(blind, seed):
    L, k, balance, rng = case(seed)
    columns = rng.permutation(np.concatenate([np.arange(L.shape[1]), rng.integers(0, L.shape[1], 6)]))
    first = fit_label_model(L, k, blind, class_balance=balance).predict_proba(L)
    again = fit_label_model(L[:, columns], k, blind, class_balance=balance).predict_proba(L[:, columns])
    np.testing.assert_allclose(again, first, atol=1e-6)


def test_copies_do_not_outvote_a_better_labeling_function():
    # Five that agree with each other, and one that copies the worst of them twenty times.
    rng = np.random.default_rng(0)
    classes = rng.integers(0, 2, 600)
    L = np.where(rng.random((600, 6)) < [0.85, 0.85, 0.85, 0.85, 0.85, 0.55], classes[:, None], 1 - classes[:, None])
    copied = np.hstack([L, np.repeat(L[:, 5:], 20, axis=1)])
    for blind in BLIND_TO_COPIES:
        answers = fit_label_model(copied, 2, blind).predict_proba(copied).argmax(axis=1)
        assert (answers == classes).mean() > 0.95
    assert (fit_label_model(copied, 2, "majority").predict_proba(copied).argmax(axis=1) == classes).mean() < 0.65


def test_an_estimated_class_balance_is_what_rows_without_votes_get(method):
    rng = np.random.default_rng(2)
    classes = (rng.random(400) < 0.25).astype(np.int64)
    right = rng.random((400, 5)) < 0.9
    L = np.where(rng.random((400, 5)) < 0.8, np.where(right, classes[:, None], 1 - classes[:, None]), -1)
    model = fit_label_model(L, 2, method, class_balance="estimated")
    assert model.balance_source == "estimated"
    assert model.class_balance[1] == pytest.approx(classes.mean(), abs=0.05)
    assert model.predict_proba([[-1] * 5])[0].tolist() == model.class_balance.tolist()


def test_the_model_says_where_its_class_balance_is_from(method):
    L = [[0, 1, 1], [1, 1, 0]]
    assert fit_label_model(L, 2, method).balance_source == "uniform"
    assert fit_label_model(L, 2, method, class_balance="uniform").balance_source == "uniform"
    assert fit_label_model(L, 2, method, class_balance=[0.5, 0.5]).balance_source == "given"


def test_an_unknown_class_balance_is_named(method):
    with pytest.raises(LabelModelError) as caught:
        fit_label_model([[0, 1, 1]], 2, method, class_balance="even")
    assert "'even'" in str(caught.value)
    assert '"uniform", "estimated"' in str(caught.value)


def test_labeling_functions_that_are_alike_in_all_but_their_order_are_exchangeable(method):
    # Ties between columns are where an order could slip in: many small matrices have them.
    for seed in range(30):
        rng = np.random.default_rng(seed)
        L = rng.integers(-1, 2, (int(rng.integers(1, 6)), int(rng.integers(3, 6))))
        rows, columns = rng.permutation(len(L)), rng.permutation(L.shape[1])
        first = fit_label_model(L, 2, method).predict_proba(L)
        again = fit_label_model(L[rows][:, columns], 2, method).predict_proba(L[:, columns])
        np.testing.assert_allclose(again, first, atol=1e-6, err_msg=str(L.tolist()))


def test_the_same_seed_gives_the_same_bytes(method):
    L, k, balance, _ = case(3)
    results = {
        fit_label_model(L, k, method, class_balance=balance, seed=7).predict_proba(L).tobytes() for _ in range(3)
    }
    assert len(results) == 1


def test_predicting_leaves_the_model_and_its_input_unchanged(method):
    L, k, balance, _ = case(4)
    before = L.copy()
    model = fit_label_model(L, k, method, class_balance=balance)
    first = model.predict_proba(L)
    model.predict_proba(L[:1])
    model.predict_proba(np.full((500, L.shape[1]), 1))
    assert model.predict_proba(L).tobytes() == first.tobytes()
    assert (before == L).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rows_answer_does_not_depend_on_the_rows_beside_it(method, seed):
    L, k, balance, _ = case(seed)
    model = fit_label_model(L, k, method, class_balance=balance)
    alone = np.vstack([model.predict_proba(row[None]) for row in L])
    np.testing.assert_allclose(model.predict_proba(L), alone, atol=1e-12)


def test_no_answer_against_unanimous_votes(method):
    # Labeling functions that are mostly wrong, and a prior against the class: what tempts a model most.
    for seed in range(24):
        rng = np.random.default_rng(seed)
        k, m = 2 + seed % 3, int(rng.integers(1, 7))
        L = random_votes(rng, 50, m, k, coverage=rng.uniform(0.3, 1), accuracy=rng.uniform(0, 0.5))
        balance = np.full(k, 0.01)
        balance[seed % k] = 1 - 0.01 * (k - 1)
        model = fit_label_model(L, k, method, class_balance=balance)
        for agreed in range(k):
            unanimous = np.where(rng.random((10, m)) < 0.5, agreed, -1)
            unanimous[:, 0] = agreed
            result = model.predict_proba(unanimous)
            assert (result[:, agreed] == result.max(axis=1)).all(), (seed, agreed)


@pytest.mark.parametrize(
    ("L", "named"),
    [
        ([[0, 1], [1, 2]], "L[1, 1] is 2"),
        ([[0, -2], [1, 1]], "L[0, 1] is -2"),
        ([[0.5, 1.0]], "float64"),
        ([[float("nan"), 1.0]], "float64"),
        ([["present"]], "<U7"),
        ([[None, 1]], "object"),
        ([0, 1], "(2,)"),
        ([[[0]]], "(1, 1, 1)"),
        ([[0, 1], [1]], "L"),
    ],
)
def test_what_is_no_vote_matrix_is_named(method, L, named):
    with pytest.raises(LabelModelError) as caught:
        fit_label_model(L, 2, method)
    assert named in str(caught.value)


@pytest.mark.parametrize("cardinality", [1, 0, -3, 2.0, True, "2", None])
def test_a_wrong_cardinality_is_named(method, cardinality):
    with pytest.raises(LabelModelError) as caught:
        fit_label_model([[0]], cardinality, method)
    assert f"the cardinality is {cardinality!r}" in str(caught.value)


@pytest.mark.parametrize(
    "balance", [[0.5], [0.2, 0.3, 0.5], [0.0, 1.0], [-1.0, 2.0], [float("nan"), 1.0], [float("inf"), 1.0], ["a", "b"]]
)
def test_a_wrong_class_balance_is_named(method, balance):
    with pytest.raises(LabelModelError) as caught:
        fit_label_model([[0, 1, 1]], 2, method, class_balance=balance)
    assert f"the class balance {balance}" in str(caught.value)


@pytest.mark.parametrize("seed", [-1, 2**32, True, 1.0, "0", None])
def test_a_seed_that_is_none_is_named(method, seed):
    with pytest.raises(LabelModelError) as caught:
        fit_label_model([[0, 1, 1], [1, 1, 0]], 2, method, seed=seed)
    assert f"the seed is {seed!r}" in str(caught.value)


def test_predicting_checks_its_input_too(method):
    model = fit_label_model([[0, 1, 1]], 2, method)
    with pytest.raises(LabelModelError) as caught:
        model.predict_proba([[0, 1]])
    assert "2 columns" in str(caught.value)
    assert "3 labeling functions" in str(caught.value)
    with pytest.raises(LabelModelError) as caught:
        model.predict_proba([[0, 1, 7]])
    assert "L[0, 2] is 7" in str(caught.value)
    with pytest.raises(LabelModelError) as caught:
        model.predict_proba(VotePatterns.of([[0, 1, 7]]))
    assert "votes for class 7" in str(caught.value)


def test_fitting_checks_patterns_too(method):
    with pytest.raises(LabelModelError) as caught:
        fit_label_model(VotePatterns.of([[0, 1, 2]]), 2, method)
    assert "votes for class 2; the 2 classes are 0 … 1" in str(caught.value)


def test_an_unknown_method_names_the_nearest():
    with pytest.raises(LabelModelError) as caught:
        fit_label_model([[0]], 2, "majorty")
    assert "'majorty'" in str(caught.value)
    assert "'majority'" in str(caught.value)
