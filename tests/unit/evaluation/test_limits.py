"""Limits to figures of all records, slices and tags: which can be set, and which do not hold."""

import pytest

from support.evaluations import run
from weaklabel.errors import UsageError

CLASSES = "id,tag\nx,ham\ny,spam\nz,spam\n"


def test_comparison_and_expectations(files):
    other = files(o_csv='id,tags\nx,"a,b"\ny,a\nz,\n')["o_csv"]
    evaluated = run(
        files, "id,tags\nx,a\ny,a\nz,\n", compare=other, expected=[("all", "f1", "> .9"), ("all", "n", "> 2")]
    )
    assert evaluated.comparison.whole.differences["recall"].value == pytest.approx(-1 / 3)
    assert [breach.expectation.metric for breach in evaluated.breaches] == ["f1"]
    with pytest.raises(UsageError, match="there is no slice 'alll'"):
        run(files, "id,tags\nx,a\n", expected=[("alll", "f1", "> .9")])


def test_limits_to_tags(files):
    """Tag a is predicted for two of the two records that have it, b for one that has it and one that has not."""
    predictions = 'id,tags\nx,"a,b"\ny,"a,b"\nz,\n'
    kept = [("tag:a", "f1", ">= 1"), ("tag:b", "recall", ">= 1"), ("tag:a", "n", ">= 2")]
    broken = [("tag:b", "precision", "> .5"), ("tag:b", "ap", "> 0")]
    evaluated = run(files, predictions, expected=[*kept, *broken])
    assert [breach.as_problem().what for breach in evaluated.breaches] == [
        "precision of the tag 'b' is 0.5 (gold for 1 record).",
        "ap of the tag 'b' is undefined (gold for 1 record).",
    ]
    with pytest.raises(UsageError) as raised:
        run(files, predictions, expected=[("tag:c", "f1", "> 0"), ("a", "f1", "> 0"), ("tag:a", "macro_f1", "> 0")])
    assert [problem.what for problem in raised.value.problems] == [
        "there is no tag 'c'.", "there is no slice 'a'.", "there is no macro_f1 of a single tag.",
    ]  # fmt: skip
    assert raised.value.problems[1].fix == "It is a tag: write tag:a."
    classes = run(files, CLASSES, gold=CLASSES, expected=[("tag:spam", "recall", "< 1")])
    assert len(classes.breaches) == 1
    with pytest.raises(UsageError, match="no tag 'ham'"):
        run(files, CLASSES, gold=CLASSES, expected=[("tag:ham", "f1", "> 0")])


def test_two_classes_have_no_means_over_tags(files):
    """Such means would be those of the positive class's column alone, not scikit-learn's of both classes."""
    predictions = "id,tag,probability\nx,spam,.2\ny,spam,.8\nz,spam,.4\n"
    again = files(q_csv=predictions, s_parquet={"record_id": ["x", "y", "z"], "s": [True, True, False]})
    options = {"gold": CLASSES, "compare": again["q_csv"], "slices": again["s_parquet"]}
    evaluated = run(files, predictions, **options)
    own = {"f1", "precision", "recall", "ap", "accuracy", "coverage", "hamming_loss", "ece", "log_loss", "brier"}
    for row in (evaluated.evaluation.whole, *evaluated.evaluation.slices):
        assert set(row.metrics) == own
    assert set(evaluated.comparison.whole.differences) == own
    with pytest.raises(UsageError, match=r"no macro_f1 of two classes"):
        run(files, predictions, expected=[("all", "macro_f1", "> 0"), ("s", "n", "> 0")], **options)
