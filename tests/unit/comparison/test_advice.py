"""When another label model is said to do better, and what it costs to find out."""

from dataclasses import replace

import numpy as np
import pytest

from support.zoo import SETTINGS, make_zoo
from weaklabel.comparison import ModelScore, advice, advise, compare_models
from weaklabel.comparison.score import Measured
from weaklabel.resolution import Observed, resolve

OWN = ModelScore("snorkel", "none", micro_f1=0.50, average_precision=0.40, log_loss=0.30)
GROUPS = np.linspace(0.35, 0.45, 10)
OTHER = ModelScore("other", "none", micro_f1=0.49, average_precision=0.45, log_loss=0.30)


def find(*others, has_end_model=False, task="multilabel"):
    measured = [Measured(row, groups) for row, groups in others]
    settings = replace(SETTINGS, end_model="kernel", task=task)
    return advice.find_better(settings, Measured(OWN, GROUPS), measured, has_end_model=has_end_model)


def test_the_line_says_by_how_much():
    figures = "average precision .450, against .400; micro-F1 .490, against .500"
    line = f"label model `other` does better than `snorkel`: {figures}"
    assert find((OTHER, GROUPS + 0.05)) == f"Against the given tags, {line}"
    assert find((OTHER, GROUPS + 0.05), has_end_model=True) == f"Before the end model, against the given tags, {line}"
    of_classes = find((OTHER, GROUPS + 0.05), task="multiclass")
    assert of_classes.startswith("Against the given classes, label model")
    assert of_classes.endswith("average precision .450, against .400; accuracy .490, against .500")


def test_micro_f1_is_named_only_where_it_differs_as_it_is_shown():
    alike = replace(OTHER, micro_f1=OWN.micro_f1 + 0.0004)
    assert find((alike, GROUPS + 0.05)).endswith("`snorkel`: average precision .450, against .400")


@pytest.mark.parametrize(
    ("change", "better"),
    [
        ({"average_precision": 0.41 + 1e-9}, True),
        ({"average_precision": 0.41 - 1e-9}, False),
        ({"micro_f1": 0.48 + 1e-9}, True),
        ({"micro_f1": 0.48 - 1e-9}, False),
        ({"log_loss": 0.31}, False),
        ({"log_loss": 0.29}, True),
    ],
)
def test_better_is_a_better_ranking_at_no_great_loss(change, better):
    assert (find((replace(OTHER, **change), GROUPS + 0.05)) is not None) == better


def test_a_lead_within_two_standard_errors_is_chance():
    swing = np.array([1, -1] * 5)
    error = np.sqrt(10 / 9) / np.sqrt(10)  # of the mean of `swing`
    assert find((OTHER, GROUPS + 2.01 * error + swing)) is not None
    assert find((OTHER, GROUPS + 1.99 * error + swing)) is None
    assert find((OTHER, np.where(np.arange(10) == 0, GROUPS + 0.5, np.nan))) is None  # one group tells nothing


def test_of_several_the_best_ranking_is_named_and_of_equals_the_lowest_log_loss():
    third = replace(OTHER, name="third", average_precision=0.46)
    assert "`third`" in find((OTHER, GROUPS + 0.05), (third, GROUPS + 0.06))
    equal = replace(OTHER, name="equal", log_loss=0.2)
    assert "`equal`" in find((OTHER, GROUPS + 0.05), (equal, GROUPS + 0.05))


def test_a_model_that_failed_is_not_better():
    assert find((ModelScore("broken", "none", problem="it broke."), None)) is None


def run(settings, world):
    observed = Observed.of(settings, *world)
    return advise(settings, observed, resolve(settings, observed))


def test_where_labeling_functions_differ_in_how_right_they_are_pooled_does_better_than_majority():
    world = make_zoo(n=400)
    settings = replace(SETTINGS, label_model="majority")
    line = run(settings, world)
    compared = compare_models(settings, Observed.of(settings, *world))
    assert line == f"{compared.advice.removesuffix('.')} (`weaklabel models compare`)."
    assert line.startswith(
        "Against the given tags, label model `pooled` does better than `majority`: average precision ."
    )
    pooled, majority = ({row.name: row.average_precision for row in compared.rows}[n] for n in ("pooled", "majority"))
    assert f"{pooled:.3f}, against {majority:.3f}".replace("0.", ".") in line
    assert run(replace(SETTINGS, label_model="pooled"), world) is None


def test_the_end_model_is_not_asked():
    world = make_zoo(n=400)
    settings = replace(SETTINGS, label_model="majority", end_model="linear")
    plain = run(replace(settings, end_model="none"), world)
    assert run(settings, world) == plain.replace("Against", "Before the end model, against")


def test_no_end_model_is_named_where_there_is_none_for_want_of_votes_and_given_tags(monkeypatch):
    world = make_zoo(n=400)
    settings = replace(SETTINGS, label_model="majority", end_model="linear")
    plain = run(replace(settings, end_model="none"), world)
    monkeypatch.setattr("weaklabel.resolution.cells.MIN_LABELLED", 10_000)
    observed = Observed.of(settings, *world)
    resolution = resolve(settings, observed)
    assert resolution.prediction is None
    assert advise(settings, observed, resolution) == plain
    assert compare_models(settings, observed).advice == f"{plain.removesuffix(' (`weaklabel models compare`).')}."


def test_below_50_labelled_records_nothing_is_said():
    inputs, votes, given = make_zoo(n=400)
    settings = replace(SETTINGS, label_model="majority")
    labelled = [i for i, tags in enumerate(given) if tags is not None]
    for n, speaks in ((49, False), (300, True)):
        known = [tags if i in labelled[:n] else None for i, tags in enumerate(given)]
        assert (run(settings, (inputs, votes, known)) is not None) == speaks


def test_above_so_many_tags_with_votes_nothing_is_said(monkeypatch):
    monkeypatch.setattr(advice, "MAX_TAGS", 2)  # three have votes
    assert run(replace(SETTINGS, label_model="majority"), make_zoo(n=400)) is None


def test_of_many_records_a_sample_is_taken_labelled_ones_first(monkeypatch):
    monkeypatch.setattr(advice, "SAMPLE", 100)
    labelled = np.arange(0, 1000, 20)
    chosen = advice._choose_records(labelled, 1000, seed=4)
    assert len(chosen) == 100
    assert set(labelled.tolist()) <= set(chosen.tolist())
    assert (np.diff(chosen) > 0).all()
    assert chosen.tolist() == advice._choose_records(labelled, 1000, seed=4).tolist()
    many = advice._choose_records(np.arange(1000), 2000, seed=4)
    assert len(many) == 100
    assert many.max() < 1000


def test_others_are_fitted_on_the_sample_alone_and_the_settings_one_is_the_runs(monkeypatch):
    monkeypatch.setattr(advice, "SAMPLE", 150)
    settings = replace(SETTINGS, label_model="majority")
    observed = Observed.of(settings, *make_zoo(n=400))
    resolution = resolve(settings, observed)
    asked = []

    def spy(settings, sample, target):
        asked.append((settings.label_model, sample.votes.n_records, len(sample.given), sample.given))
        return Measured(ModelScore(settings.label_model, "none", problem="not fitted"))

    monkeypatch.setattr(advice, "score_label_model", spy)
    assert advise(settings, observed, resolution) is None
    assert [(name, n, known) for name, n, known, _ in asked] == [(m, 150, 150) for m in ("auto", "pooled", "snorkel")]
    assert all(tags is not None for tags in asked[0][3])


def test_votes_of_a_sample_are_those_of_its_records():
    _, votes, _ = make_zoo(n=50)
    chosen = np.arange(1, 50, 12)
    taken = advice._take_votes(votes, chosen)
    expected = {
        (int(tag), chosen.tolist().index(record), int(lf), int(vote))
        for tag, record, lf, vote in zip(votes.tag, votes.record.tolist(), votes.lf, votes.vote, strict=True)
        if record in chosen
    }
    assert set(zip(*(c.tolist() for c in (taken.tag, taken.record, taken.lf, taken.vote)), strict=True)) == expected
    assert taken.n_records == 5
    assert len(expected) > 2
