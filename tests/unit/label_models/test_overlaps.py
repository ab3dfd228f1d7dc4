import numpy as np
import pytest

from support.vote_matrices import random_votes
from weaklabel.label_models import VotePatterns, fit_label_model, overlaps
from weaklabel.label_models.overlaps import count_together, count_together_in_rows


@pytest.mark.parametrize("speed", [0, 1e9])  # always sparse, never
@pytest.mark.parametrize("block", [1 << 21, 50])
def test_either_way_and_in_blocks_it_is_the_same(monkeypatch, speed, block):
    monkeypatch.setattr(overlaps, "DENSE_SPEED", speed)
    monkeypatch.setattr(overlaps, "BLOCK_VOTES", block)
    monkeypatch.setattr(overlaps, "BLOCK_CELLS", block)
    L = random_votes(np.random.default_rng(0), 400, 5, 3)
    one_hot = (L[:, :, None] == np.arange(3)).reshape(400, 15).astype(np.int64)
    assert (count_together(VotePatterns.of(L), 3) == one_hot.T @ one_hot).all()


def test_counts_beyond_single_precision_are_exact():
    patterns = VotePatterns.of([[0, 1], [0, 0]], [2**24 + 2, 1])
    assert count_together(patterns, 2)[0].tolist() == [2**24 + 3, 0, 1, 2**24 + 2]


@pytest.mark.parametrize(
    ("n_records", "n_lfs", "cardinality"), [(1, 1, 2), (63, 3, 4), (64, 5, 2), (65, 2, 3), (700, 7, 3)]
)
def test_rows_of_bits_count_as_patterns_do(monkeypatch, n_records, n_lfs, cardinality):
    monkeypatch.setattr(overlaps, "BLOCK_ROWS", 100)
    L = np.random.default_rng(n_records).integers(-1, cardinality, (n_records, n_lfs)).astype(np.int8)
    one_hot = (L[:, :, None] == np.arange(cardinality)).reshape(n_records, -1).astype(np.int64)
    np.testing.assert_array_equal(count_together_in_rows(L, cardinality), one_hot.T @ one_hot)
    np.testing.assert_array_equal(count_together(VotePatterns.of(L), cardinality), one_hot.T @ one_hot)


def test_a_large_matrix_is_fitted_without_patterns_and_to_the_same_bytes(monkeypatch):
    L = random_votes(np.random.default_rng(3), 400, 6, 3, coverage=0.6)
    first = fit_label_model(L, 3, "snorkel", seed=4).predict_proba(L)
    monkeypatch.setattr("weaklabel.label_models.fit.MANY_ROWS", 100)
    with monkeypatch.context() as patched:
        patched.setattr("weaklabel.label_models.fit.group_rows", None)  # it is not called
        model = fit_label_model(L, 3, "snorkel", seed=4)
    assert model.predict_proba(L).tobytes() == first.tobytes()
    assert fit_label_model(L, 3, "majority").predict_proba(L).shape == (400, 3)
