import numpy as np
import pytest

from support.vote_matrices import random_votes
from weaklabel.label_models import VotePatterns, overlaps
from weaklabel.label_models.overlaps import count_together


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
