from itertools import product

import numpy as np
import pytest

from weaklabel.label_models import fit_label_model


@pytest.mark.parametrize(("k", "m"), [(2, 4), (3, 3), (4, 2)])
def test_every_possible_row_gets_the_shares_of_its_votes(k, m):
    rows = list(product(range(-1, k), repeat=m))
    balance = np.arange(1, k + 1) / sum(range(1, k + 1))
    result = fit_label_model(rows, k, "majority", class_balance=balance).predict_proba(rows)
    for row, probabilities in zip(rows, result, strict=True):
        votes = [vote for vote in row if vote != -1]
        expected = [votes.count(c) / len(votes) for c in range(k)] if votes else balance
        assert probabilities == pytest.approx(expected, abs=1e-12), row
