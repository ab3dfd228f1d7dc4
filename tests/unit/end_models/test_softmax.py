"""Exclusive classes: a conditional logit, against scikit-learn, scipy and finite differences."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize
from scipy.special import expit, log_softmax, logit, softmax
from sklearn.linear_model import LogisticRegression

from support.topics import TOPICS, topic_texts
from weaklabel.end_models import Embeddings, evidence_of_votes, predict_classes
from weaklabel.end_models.softmax import INVERSE_PENALTY, PENALTY
from weaklabel.end_models.texts import text_kernel

N = 60


def is_silent(k, n=N):
    """A third of the records of each class."""
    return (np.arange(n) // k) % 3 == 0


def world(k, seed=0, n=N, right=0.6):
    """Texts of topics, and what a label model says of them: nothing of a third of the records."""
    rng = np.random.default_rng(seed)
    classes = np.arange(n) % k
    texts = topic_texts([TOPICS[c] for c in classes], seed)
    balance = np.full(k, 1 / k)
    by_votes = np.full((n, k), (1 - right) / (k - 1))
    said = np.where(rng.random(n) < 0.8, classes, rng.integers(0, k, n))
    by_votes[np.arange(n), said] = right
    by_votes[is_silent(k, n)] = balance
    return texts, by_votes, balance, classes


def noisy(classes, k, share=0.25, seed=1):
    """Given classes, some of them wrong, so that nothing is told without doubt."""
    rng = np.random.default_rng(seed)
    return np.where(rng.random(len(classes)) < share, rng.integers(0, k, len(classes)), classes)


def objective(features, targets):
    """The penalised loss, written from McFadden's equation; parameters are the weights, then the biases."""
    m = features.shape[2]

    def loss(parameters):
        log_p = log_softmax(features @ parameters[:m] + parameters[m:], axis=1)
        return -(targets * log_p).sum() + (parameters**2).sum() / (2 * INVERSE_PENALTY)

    return loss


@pytest.mark.parametrize("model", ["kernel", "linear"])
@pytest.mark.parametrize("k", [2, 3, 4])
@pytest.mark.parametrize("learns", ["from given classes", "from votes"])
def test_rows_sum_to_1_and_are_the_softmax_of_what_is_known(model, k, learns):
    texts, by_votes, balance, classes = world(k)
    labels = None if learns == "from votes" else noisy(classes, k)
    found = predict_classes(texts, by_votes, balance, labels, model=model)
    assert found.model == model
    assert found.probability.shape == (N, k)
    assert found.probability.sum(axis=1).tolist() == pytest.approx([1] * N, abs=1e-12)
    assert found.probability == pytest.approx(softmax(found.features @ found.weights + found.bias, axis=1), abs=1e-12)
    votes_say, score, log_odds_of_score = np.moveaxis(found.features, 2, 0)
    assert votes_say == pytest.approx(np.log(by_votes) - np.log(balance))
    assert log_odds_of_score == pytest.approx(logit(np.clip(score, 1e-3, 1 - 1e-3)))
    assert found.parts == ("labeling functions", "text", "text")


@pytest.mark.parametrize("model", ["kernel", "linear"])
def test_of_two_classes_it_is_scikit_learns_logistic_regression_on_the_difference_of_features(model):
    """A bias of each class, penalised, is one of their difference: a feature that is √2 everywhere."""
    texts, by_votes, balance, classes = world(2)
    labels = noisy(classes, 2)
    found = predict_classes(texts, by_votes, balance, labels, model=model)
    difference = np.column_stack([found.features[:, 1] - found.features[:, 0], np.full(N, np.sqrt(2))])
    sklearn = LogisticRegression(C=INVERSE_PENALTY, fit_intercept=False, tol=1e-10, max_iter=1000)
    sklearn.fit(difference, labels)
    assert found.weights.tolist() == pytest.approx(sklearn.coef_[0, :3].tolist(), abs=2e-2)
    assert found.bias[1] - found.bias[0] == pytest.approx(np.sqrt(2) * sklearn.coef_[0, 3], abs=1e-2)
    assert found.probability[:, 1] == pytest.approx(sklearn.predict_proba(difference)[:, 1], abs=1e-3)


@pytest.mark.parametrize("learns", ["from given classes", "from votes"])
def test_the_weights_are_those_that_a_search_without_gradients_finds(learns):
    texts, by_votes, balance, classes = world(3, n=30)
    labels = noisy(classes, 3)
    found = predict_classes(texts, by_votes, balance, labels if learns == "from given classes" else None)
    if learns == "from votes":
        features, targets, own = found.features[:, :, 1:], by_votes, [*found.weights[1:], *found.bias]
    else:
        features, targets, own = found.features, np.eye(3)[labels], [*found.weights, *found.bias]
    loss = objective(features, targets)
    searched = minimize(loss, np.zeros(len(own)), method="Powell", options={"xtol": 1e-8, "ftol": 1e-12})
    assert loss(np.array(own)) == pytest.approx(searched.fun, abs=1e-5)
    assert own == pytest.approx(searched.x.tolist(), abs=2e-2)
    assert np.abs(approx_fprime(np.array(own), loss, 1e-6)).max() < 5e-3
    assert np.abs(approx_fprime(np.zeros(len(own)), loss, 1e-6)).max() > 1


def test_unlabelled_records_are_predicted_and_nothing_is_learnt_from_them():
    texts, by_votes, balance, classes = world(3)
    labels = np.where(np.arange(N) % 4 == 1, -1, noisy(classes, 3))
    found = predict_classes(texts, by_votes, balance, labels)
    unlabelled = labels < 0
    assert (found.probability.argmax(axis=1) == classes)[unlabelled].mean() >= 0.8
    other = by_votes.copy()
    other[unlabelled] = balance
    again = predict_classes(texts, other, balance, labels)
    assert again.weights.tolist() == found.weights.tolist()
    assert again.probability[~unlabelled].tolist() == found.probability[~unlabelled].tolist()
    assert np.abs(again.probability[unlabelled] - found.probability[unlabelled]).max() > 0.01


def test_a_records_own_class_counts_in_its_own_texts_score_as_one_of_all_in_the_mean_only():
    texts, by_votes, balance, classes = world(3)
    record = 7
    changed = classes.copy()
    changed[record] = (classes[record] + 1) % 3
    before, after = (predict_classes(texts, by_votes, balance, labels).features for labels in (classes, changed))
    kernel = text_kernel(texts)
    rest = np.delete(np.arange(N), record)
    weights = np.linalg.solve(kernel[np.ix_(rest, rest)] + PENALTY * np.eye(N - 1), kernel[rest, record])
    moved = (np.eye(3)[changed[record]] - np.eye(3)[classes[record]]) * (1 - weights.sum()) / N
    assert (after - before)[record, :, 1].tolist() == pytest.approx(moved.tolist(), abs=1e-6)
    assert np.abs(moved).max() < 1 / N
    assert np.abs((after - before)[rest, :, 1]).max() > 0.01  # the others learn from it
    assert (after - before)[:, :, 0].tolist() == np.zeros((N, 3)).tolist()


def test_a_records_own_class_plays_no_part_in_its_own_score_in_the_linear_model():
    texts, by_votes, balance, classes = world(3)
    changed = classes.copy()
    changed[7] = (classes[7] + 1) % 3
    before, after = (
        predict_classes(texts, by_votes, balance, labels, model="linear").features for labels in (classes, changed)
    )
    assert after[7] == pytest.approx(before[7], abs=1e-6)
    assert np.abs(after - before).max() > 0.005


def test_without_given_classes_what_votes_say_counts_as_it_is():
    texts, by_votes, balance, classes = world(3)
    found = predict_classes(texts, by_votes, balance, None)
    assert found.weights[0] == 1
    by_text = log_softmax(found.features[:, :, 1:] @ found.weights[1:] + found.bias, axis=1)
    assert found.probability == pytest.approx(softmax(by_text + np.log(by_votes / balance), axis=1), abs=1e-12)
    uncovered = is_silent(3)
    assert found.probability[uncovered] == pytest.approx(np.exp(by_text[uncovered]), abs=1e-12)
    # What votes say of a text's like tells records that have no votes apart.
    assert (found.probability.argmax(axis=1) == classes)[uncovered].mean() >= 0.9


def test_a_vote_without_doubt_is_kept_against_any_text():
    texts, by_votes, balance, classes = world(3, right=0.8)
    wrong = (classes[1] + 1) % 3
    by_votes[1] = np.eye(3)[wrong]
    found = predict_classes(texts, by_votes, balance, None)
    assert np.isfinite(found.probability).all()
    assert found.probability[1].argmax() == wrong
    alone = log_softmax(found.features[1, :, 1:] @ found.weights[1:] + found.bias)
    assert alone.argmax() == classes[1]


@pytest.mark.parametrize("k", [2, 4])
@pytest.mark.parametrize("learns", ["from given classes", "from votes"])
def test_an_explanation_adds_up_to_the_log_odds_of_the_probability(k, learns):
    texts, by_votes, balance, classes = world(k)
    found = predict_classes(texts, by_votes, balance, noisy(classes, k) if learns == "from given classes" else None)
    mean = found.features.mean(axis=0)
    base = softmax(found.bias + mean @ found.weights)
    for record in range(0, N, 7):
        for tag in range(k):
            usual, shares = found.explain(record, tag)
            p = found.probability[record, tag]
            assert usual == pytest.approx(logit(base[tag]), abs=1e-9)
            assert list(shares) == ["labeling functions", "text"]
            assert usual + sum(shares.values()) == pytest.approx(logit(p), abs=1e-9)
            with_votes = mean.copy()
            with_votes[:, 0] = np.log(by_votes[record] / balance)
            with_votes = softmax(found.bias + with_votes @ found.weights)[tag]
            assert usual + shares["labeling functions"] == pytest.approx(logit(with_votes), abs=1e-9)


def test_other_votes_of_a_record_count_as_if_they_had_been_cast():
    texts, by_votes, balance, classes = world(3)
    found = predict_classes(texts, by_votes, balance, np.where(np.arange(N) == 7, -1, classes))
    before = found.features.copy()
    other = np.array([0.1, 0.2, 0.7])
    cast = by_votes.copy()
    cast[7] = other
    anew = predict_classes(texts, cast, balance, np.where(np.arange(N) == 7, -1, classes))  # 7 is not learnt from
    for tag in range(3):
        usual, shares = found.explain(7, tag, evidence_of_votes(other, balance))
        assert expit(usual + sum(shares.values())) == pytest.approx(anew.probability[7, tag], abs=1e-9)
        assert shares != found.explain(7, tag)[1]
    assert found.features.tolist() == before.tolist()


def test_records_are_similar_by_their_texts():
    texts, by_votes, balance, classes = world(3)
    found = predict_classes(texts, by_votes, balance, classes)
    kernel = text_kernel(texts)
    expected = sorted((o for o in range(N) if o != 4), key=lambda o: -kernel[4, o])[:3]
    assert found.similar(4, np.arange(N), 3) == [(o, pytest.approx(kernel[4, o])) for o in expected]


@pytest.mark.parametrize("model", ["kernel", "linear"])
def test_embeddings_tell_classes_apart_where_words_do_not(model):
    _, _, balance, classes = world(3)
    texts = ["same words here"] * N
    labels = np.where(np.arange(N) % 4 == 1, -1, classes)
    rng = np.random.default_rng(3)
    vectors = np.eye(3)[classes] + rng.normal(0, 0.1, (N, 3))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    embeddings = Embeddings(vectors, np.eye(3, dtype=np.float32))
    blank, found = (
        predict_classes(texts, np.tile(balance, (N, 1)), balance, labels, model=model, embeddings=e)
        for e in (None, embeddings)
    )
    own = np.arange(N)[labels < 0], classes[labels < 0]
    assert blank.probability[own].max() < 0.5
    assert found.probability[own].min() > 0.8


@pytest.mark.parametrize("order", [[1, 0, 2, 3], [3, 2, 1, 0]])
def test_the_order_of_classes_does_not_matter(order):
    texts, by_votes, balance, classes = world(4)
    labels = noisy(classes, 4)
    balance = np.array([0.1, 0.2, 0.3, 0.4])
    plain = predict_classes(texts, by_votes, balance, labels)
    renamed = predict_classes(texts, by_votes[:, order], balance[order], np.argsort(order)[labels])
    assert renamed.probability == pytest.approx(plain.probability[:, order], abs=1e-3)
