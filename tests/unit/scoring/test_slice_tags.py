"""Each tag in each slice, against scikit-learn on the slice's records."""

import numpy as np
import pytest
from sklearn.metrics import multilabel_confusion_matrix, precision_recall_fscore_support

from support.answers import multiclass, multilabel, slices_of
from weaklabel.scoring import score


def test_scores_of_tags_in_slices_are_scikit_learns():
    answers, gold, probability = multilabel(4)
    said = probability > 0.5
    members = np.random.default_rng(0).random((len(gold), 3)) < [0.5, 0.2, 0.0]
    found = score(answers, slices_of(members), rounds=2).slice_tags
    expected = {}
    for i in range(3):
        inside = members[:, i]
        right, told = gold[inside], said[inside]
        scores = precision_recall_fscore_support(right, told, zero_division=np.nan) if inside.any() else None
        for tag in range(gold.shape[1]):
            if right[:, tag].any() or told[:, tag].any():
                [[_, more], [less, _]] = multilabel_confusion_matrix(right, told)[tag]
                counts = (right[:, tag].sum(), told[:, tag].sum(), more + less)
                expected[f"s{i}", f"t{tag}"] = (*counts, *(each[tag] for each in scores[:3]))
    assert list(expected) == [(row.slice, row.tag) for row in found]
    assert len(expected) > 8
    for row in found:
        values = (row.gold, row.said, row.wrong, row.precision, row.recall, row.f1)
        assert values == pytest.approx(expected[row.slice, row.tag], nan_ok=True)


def test_two_classes_have_one_column_of_cells_and_so_no_tags_in_slices():
    answers, label, _ = multiclass(0, k=2)
    assert score(answers, slices_of(np.ones((len(label), 1), dtype=bool)), rounds=2).slice_tags == ()
