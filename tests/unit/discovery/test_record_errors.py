import numpy as np
import pytest

from weaklabel.discovery import record_errors


def test_of_each_record_1_less_f1():
    predicted = np.array([[1, 1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0], [1, 0, 1]], dtype=bool)
    right = np.array([[1, 1, 0], [0, 1, 0], [0, 0, 0], [1, 0, 0], [1, 1, 0]], dtype=bool)
    assert record_errors(predicted, right) == pytest.approx([0, 1, 0, 1, 0.5])
