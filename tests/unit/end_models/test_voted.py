"""Without given tags: what votes say is learnt, and carried to records without votes."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from support.topics import TOPICS, topic_texts
from weaklabel.end_models import predict_from_votes, voted
from weaklabel.end_models.kernel import KernelRidge
from weaklabel.end_models.signals import log_odds
from weaklabel.end_models.stacker import INVERSE_PENALTY
from weaklabel.end_models.texts import text_kernel
from weaklabel.terms import CellProbabilities

TAGS = len(TOPICS)
TOPIC = np.tile(np.arange(TAGS), 18)  # 72 records
TEXTS = topic_texts([TOPICS[topic] for topic in TOPIC])
N = len(TEXTS)
NONE_DENIED = np.zeros((N, TAGS), dtype=np.bool_)


def cells_of(entries, n_records=N, n_tags=TAGS):
    keys = sorted(entries)
    return CellProbabilities(
        record=np.array([record for record, _ in keys], dtype=np.int32),
        tag=np.array([tag for _, tag in keys], dtype=np.int32),
        probability=np.array([entries[key] for key in keys], dtype=np.float64),
        voted=np.ones(len(keys), dtype=np.bool_),
        raised=np.zeros(len(keys), dtype=np.bool_),
        silent=np.full((n_tags, 2), 0.05),
        has_positive=np.ones(n_records, dtype=np.bool_),
    )


def two_thirds():
    """Labeling functions fire on two records in three of each topic, and on the next topic too in one of twelve."""
    entries = {(record, int(topic)): 0.9 for record, topic in enumerate(TOPIC) if record // TAGS % 3}
    return entries | {(record, (int(TOPIC[record]) + 1) % TAGS): 0.3 for record in range(0, N, 12)}


@pytest.mark.parametrize("model", ["kernel", "linear"])
def test_records_without_votes_are_given_what_their_texts_speak_of(model):
    found = predict_from_votes(TEXTS, cells_of(two_thirds()), NONE_DENIED, model=model)
    assert found.model == model
    silent = np.array([record for record in range(N) if record // TAGS % 3 == 0 and record % 12])
    own = TOPIC[silent][:, None] == np.arange(TAGS)
    assert own.sum() >= 12
    assert (found.probability[silent].argmax(axis=1) == TOPIC[silent]).all()
    assert found.probability[silent][own].min() > 0.4
    assert found.probability[silent][~own].max() < 0.3


def test_among_equal_texts_cells_with_votes_keep_the_order_of_the_label_model():
    rng = np.random.default_rng(0)
    probability = rng.permutation(np.linspace(0.02, 0.98, 60))
    texts = ["owl and heron"] * 60 + topic_texts(["metal"] * 12)
    found = predict_from_votes(
        texts, cells_of({(r, 0): p for r, p in enumerate(probability)}, 72, 1), NONE_DENIED[:72, :1]
    ).probability
    assert np.argsort(found[:60, 0]).tolist() == np.argsort(probability).tolist()
    assert (found[60:, 0] < found[:60, 0].mean()).all()


def test_votes_are_added_to_what_is_learnt_of_texts():
    """The text's terms are fitted to probabilities, as cells of which each is present and absent in part."""
    entries = two_thirds()
    soft = np.zeros((N, TAGS))
    for at, p in entries.items():
        soft[at] = p
    prior = (soft.sum(axis=0) + 0.5) / (N + 1)
    text = KernelRidge(text_kernel(TEXTS)).score(csr_array(soft), np.ones(N, dtype=np.bool_)).astype(float).ravel()
    base = np.tile(logit(prior), N)
    design = np.column_stack([base, text, log_odds(text), log_odds(text) ** 2])
    twice, y = np.vstack([design, design]), np.repeat([1, 0], N * TAGS)
    weight = np.concatenate([soft.ravel(), 1 - soft.ravel()])
    fitted = LogisticRegression(C=INVERSE_PENALTY, max_iter=5000, tol=1e-10).fit(twice, y, sample_weight=weight)
    expected = fitted.decision_function(design).reshape(N, TAGS)
    for record, tag in entries:
        expected[record, tag] += logit(soft[record, tag]) - logit(prior[tag])
    found = predict_from_votes(TEXTS, cells_of(entries), NONE_DENIED)
    assert found.probability == pytest.approx(expit(expected), abs=5e-4)


def test_a_cell_about_which_nothing_is_known_is_as_one_without_votes():
    entries = two_thirds()
    unknown = predict_from_votes(TEXTS, cells_of({**entries, (1, 3): np.nan}), NONE_DENIED).probability
    assert unknown.tolist() == predict_from_votes(TEXTS, cells_of(entries), NONE_DENIED).probability.tolist()


def test_an_explanation_adds_up_to_the_log_odds_of_the_prediction():
    found = predict_from_votes(TEXTS, cells_of(two_thirds()), NONE_DENIED)
    for record, tag in ((0, 0), (0, 1), (5, 1), (71, 2)):
        usual, shares = found.explain(record, tag)
        assert set(shares) == {"text", "labeling functions"}
        assert expit(usual + sum(shares.values())) == pytest.approx(found.probability[record, tag], abs=1e-6)
    assert found.explain(5, 1)[1]["labeling functions"] > 1  # it has votes for its tag, most records have none


def test_a_sample_of_cells_stands_for_all(monkeypatch):
    whole = predict_from_votes(TEXTS, cells_of(two_thirds()), NONE_DENIED).probability
    monkeypatch.setattr(voted, "MAX_CELLS", 120)  # of 288, of which 54 have votes
    found = [
        predict_from_votes(TEXTS, cells_of(two_thirds()), NONE_DENIED, seed=seed).probability for seed in (0, 0, 1)
    ]
    assert found[0].tobytes() == found[1].tobytes()
    assert found[0].tobytes() != found[2].tobytes()
    assert np.abs(found[0] - whole).mean() < 0.02
    assert found[0].mean() == pytest.approx(whole.mean(), rel=0.1)


def test_each_fitted_cell_counts_for_as_many_as_it_stands_for(monkeypatch):
    """Empty texts tell no record from another: of 200 records 20 have the tag with 0.9, so each has it with 0.09."""
    cells = cells_of({(record, 0): 0.9 for record in range(20)}, 200, 1)
    for most in (1000, 50):
        monkeypatch.setattr(voted, "MAX_CELLS", most)
        found = predict_from_votes([""] * 200, cells, np.zeros((200, 1), dtype=np.bool_)).probability
        assert found[20:] == pytest.approx(np.full((180, 1), 0.09), rel=0.02)


def test_two_predictions_are_the_same_bytes():
    first, second = (predict_from_votes(TEXTS, cells_of(two_thirds()), NONE_DENIED).probability for _ in range(2))
    assert first.tobytes() == second.tobytes()


def test_a_sample_where_every_cell_has_votes(monkeypatch):
    entries = {(record, 0): 0.9 if TOPIC[record] == 0 else 0.2 for record in range(N)}
    whole = predict_from_votes(TEXTS, cells_of(entries, n_tags=1), NONE_DENIED[:, :1]).probability
    monkeypatch.setattr(voted, "MAX_CELLS", 50)
    assert (
        predict_from_votes(TEXTS, cells_of(entries, n_tags=1), NONE_DENIED[:, :1]).probability.tolist()
        == whole.tolist()
    )


@pytest.mark.parametrize("probability", [0.0, 1.0])
def test_votes_that_all_say_the_same_for_certain(probability):
    found = predict_from_votes(
        TEXTS, cells_of({(r, 0): probability for r in range(N)}, n_tags=1), NONE_DENIED[:, :1]
    ).probability
    assert np.isfinite(found).all()
    assert (found < 0.5).all() == (probability < 0.5)


def test_votes_that_only_deny_a_tag_never_raise_it():
    """Its base rate is a hundredth; that denied cells have three hundredths is what an odd label model may say."""
    entries = {(record, 0): 0.9 for record in range(1)} | {(record, 0): 0.03 for record in range(1, 9)}
    cells, denied = cells_of(entries, n_tags=1), np.zeros((N, 1), dtype=np.bool_)
    as_they_are = predict_from_votes([""] * N, cells, denied).probability
    denied[1:9] = True
    never_raised = predict_from_votes([""] * N, cells, denied).probability
    assert as_they_are[1, 0] > as_they_are[20, 0]
    assert never_raised[1:9, 0].tolist() == pytest.approx([never_raised[20, 0]] * 8)
    assert never_raised[0, 0] == pytest.approx(as_they_are[0, 0])
