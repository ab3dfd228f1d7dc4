"""What each strategy scores, on cells that can be worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from support.evidence import make_evidence
from weaklabel.sampling import STRATEGIES


def score(name, **known):
    arrays = {key: np.array(value) if isinstance(value, list) else value for key, value in known.items()}
    n, n_tags = arrays["probability"].shape
    return STRATEGIES[name].score(make_evidence(n, n_tags, **arrays))


def test_entropy_is_in_bits_for_each_cell():
    cells = score("entropy", probability=[[0.5, 1.0, 0.0], [0.25, 0.5, 0.5]]).cells
    np.testing.assert_allclose(cells, [[1, 0, 0], [0.811278, 1, 1]], atol=1e-6)


def test_entropy_of_exclusive_classes_is_that_of_their_distribution():
    records = score("entropy", probability=[[0.25] * 4, [0.5, 0.5, 0, 0], [1, 0, 0, 0]], is_exclusive=True).records
    np.testing.assert_allclose(records, [2, 1, 0], atol=1e-12)


def test_least_confidence_is_the_probability_of_being_wrong():
    np.testing.assert_allclose(score("least_confidence", probability=[[0.9, 0.4]]).cells, [[0.1, 0.4]])
    records = score("least_confidence", probability=[[0.7, 0.2, 0.1]], is_exclusive=True).records
    np.testing.assert_allclose(records, [0.3])


def test_the_margin_is_between_the_last_tag_said_and_the_first_that_is_not():
    probability = [[0.9, 0.6, 0.3], [0.9, 0.8, 0.0], [0.1, 0.2, 0.4], [0.9, 0.7, 0.6]]
    np.testing.assert_allclose(score("margin", probability=probability).records, [0.7, 0.2, 0.4, 0.4])


def test_the_margin_of_classes_is_between_the_first_two():
    records = score("margin", probability=[[0.5, 0.3, 0.2], [0.4, 0.2, 0.4]], is_exclusive=True).records
    np.testing.assert_allclose(records, [0.8, 1.0])


@pytest.mark.parametrize("committee", ["label models", "ensemble"])
def test_a_committee_disagrees_by_the_bits_its_members_are_from_their_mean(committee):
    said = (np.array([[1.0, 0.5]]), np.array([[0.0, 0.5]]))
    name = {"label models": "label_model_disagreement", "ensemble": "ensemble_disagreement"}[committee]
    cells = score(name, probability=[[0.5, 0.5]], opinions={committee: said}).cells
    np.testing.assert_allclose(cells, [[1.0, 0.0]], atol=1e-12)  # 1 and 0 are a bit each from .5


def test_a_conflict_is_the_share_of_votes_in_the_minority():
    present, absent = [[1.0, 3.0, 2.0]], [[1.0, 1.0, 0.0]]
    cells = score("lf_conflict", probability=[[0, 0, 0]], present=present, absent=absent).cells
    np.testing.assert_allclose(cells, [[0.5, 0.25, 0.0]])


def test_classes_conflict_by_the_votes_that_are_not_for_the_first():
    present = [[2.0, 1.0, 1.0], [3.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    records = score("lf_conflict", probability=np.zeros((3, 3)), present=present, is_exclusive=True).records
    np.testing.assert_allclose(records, [0.5, 0, 0])


def test_expected_correction_is_what_the_audit_suspects():
    cells = score("expected_correction", probability=[[0.5, 0.5]], suspicion=[[0.2, 0.9]]).cells
    np.testing.assert_array_equal(cells, [[0.2, 0.9]])


def test_rare_tags_come_first_where_they_are_not_given():
    given = np.array([[True, False], [True, False], [True, True]])
    probability = [[0.9, 0.5], [0.9, 0.1], [0.9, 0.9]]
    cells = score("long_tail", probability=probability, given=given).cells
    np.testing.assert_allclose(cells, [[0, 0.25], [0, 0.05], [0, 0]])


def test_diversity_goes_where_nothing_was_decided():
    vectors = csr_array(np.array([[1.0, 0, 0], [1.0, 0, 0], [0.8, 0.6, 0], [0, 0, 1.0]]))
    decided = np.array([True, False, False, False])
    evidence = make_evidence(4, 2, vectors=vectors, decided=decided, waiting=~decided)
    scores = STRATEGIES["diversity"].score(evidence).records
    assert list(np.argsort(-scores)[:3]) == [3, 2, 1]


def test_diversity_begins_with_the_most_usual_text():
    vectors = csr_array(np.array([[0, 0, 1.0], [1.0, 0, 0], [1.0, 0, 0], [0, 1.0, 0]]))
    scores = STRATEGIES["diversity"].score(make_evidence(4, 2, vectors=vectors)).records
    assert list(np.argsort(-scores, kind="stable")) == [1, 0, 3, 2]


@pytest.mark.parametrize("has_decided", [False, True])
def test_texts_without_words_are_the_least_diverse(has_decided):
    """No word of theirs is among those compared: they are at distance 1 from all, and say nothing."""
    vectors = csr_array(np.array([[0, 0], [1.0, 0], [0, 0], [0.8, 0.6], [0, 1.0], [0, 0]]))
    decided = np.arange(6) == 5 if has_decided else np.zeros(6, dtype=bool)
    evidence = make_evidence(6, 2, vectors=vectors, decided=decided, waiting=~decided)
    scores = STRATEGIES["diversity"].score(evidence).records
    assert list(np.argsort(-scores, kind="stable")) == [3, 4, 1, 0, 2, 5]
    assert scores[1] > scores[0] == scores[2]


def texts_about(*topics):
    """Texts of one word each, and a little of their own."""
    vectors = np.array([[float(topic == word) for word in range(3)] + [0.0] * len(topics) for topic in topics])
    vectors[range(len(topics)), [3 + i for i in range(len(topics))]] = 0.3
    return csr_array(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def test_what_is_representative_stands_for_most_of_the_rest():
    topics = np.array([2, 0, 0, 0, 0, 0, 1, 1, 1])
    order = np.argsort(-STRATEGIES["representative"].score(make_evidence(9, 2, vectors=texts_about(*topics))).records)
    assert topics[order[:3]].tolist() == [0, 1, 0]  # five texts are alike, then three; then what is left of the five


def test_what_is_like_decided_records_is_less_representative():
    decided = np.arange(9) == 1
    evidence = make_evidence(9, 2, vectors=texts_about(2, 0, 0, 0, 0, 0, 1, 1, 1), decided=decided, waiting=~decided)
    assert np.argmax(STRATEGIES["representative"].score(evidence).records) in {6, 7, 8}


def test_chance_depends_on_the_seed_and_the_id_alone():
    made, other = make_evidence(200, 1, seed=0), make_evidence(200, 1, seed=1)
    first = STRATEGIES["random"].score(made).records
    np.testing.assert_array_equal(STRATEGIES["random"].score(other).records, first)  # all but the ids is otherwise
    drawn_again = STRATEGIES["random"].score(replace(made, seed=1)).records
    assert abs(np.corrcoef(first, drawn_again)[0, 1]) < 0.2
    assert abs(first.mean() - 0.5) < 0.06


def test_reasons_name_the_tags_and_what_is_known_of_them():
    evidence = make_evidence(
        1,
        2,
        probability=np.array([[0.52, 0.1]]),
        suspicion=np.array([[0.8, 0.6]]),
        given=np.array([[False, True]]),
        present=np.array([[2.0, 0.0]]),
        absent=np.array([[1.0, 0.0]]),
        opinions={"label models": (np.array([[0.2, 0.1]]), np.array([[0.9, 0.1]]))},
        why={(0, 0): "The text speaks of 'tag0'."},
    )

    def reason(name, *tags):
        return STRATEGIES[name].explain(evidence, 0, tags)

    assert reason("entropy", 0, 1) == "uncertain: tag0 .52, tag1 .10"
    assert reason("expected_correction", 0, 1) == "The text speaks of 'tag0'; tag1 unsupported, .60"
    assert reason("lf_conflict", 0) == "votes conflict: tag0 2 for, 1 against"
    assert reason("label_model_disagreement", 0) == "label models disagree: tag0 .20 to .90"
    assert reason("long_tail", 0) == "rare tags: tag0 (given 0 times) .52"
    assert reason("random") == "drawn by chance, seed 0"
