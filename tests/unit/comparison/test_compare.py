"""The comparison against the same figures by scikit-learn, and that nothing is fitted on what it is scored on."""

import math
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from sklearn import metrics as sklearn

from support.label_model_plugin import installed
from support.made import make_records, make_votes, phrase_lf
from support.vocabularies import vocabulary
from support.zoo import GRAPH, SETTINGS, TAGS, make_world, make_zoo
from weaklabel.comparison import compare_models
from weaklabel.comparison.score import score_label_model
from weaklabel.comparison.target import Target
from weaklabel.errors import RecordsError
from weaklabel.inputs import Inputs
from weaklabel.label_models import resolve_cells, resolve_classes
from weaklabel.resolution import Observed, resolve
from weaklabel.tags import build_graph, resolve_given
from weaklabel.terms import Settings, canonical_names

MODULE = "support.label_model_plugin"
METRICS = ("micro_f1", "macro_f1", "average_precision", "ece", "log_loss")


@pytest.fixture(scope="module")
def zoo():
    return make_zoo()


def compared(settings, inputs, votes, given, **options):
    return compare_models(settings, Observed.of(settings, inputs, votes, given), **options)


def rows_of(comparison):
    return {(row.name, row.end_model): row for row in comparison.rows}


def said(settings, world, given=None):
    """What a label model says of every scored cell: (records, tags), and what was given there."""
    inputs, votes, known = world
    target = Target.of(Observed.of(settings, inputs, votes, known))
    observed = Observed.of(settings, inputs, votes, known if given is None else given)
    cells = resolve(settings, observed).label_model
    return target, target.take_shown(cells)


@pytest.mark.parametrize("name", ["snorkel", "majority", "dawid-skene", "auto"])
def test_figures_are_those_of_cells_with_votes_closed_by_networkx(zoo, name):
    inputs, votes, given = zoo
    row = rows_of(compared(SETTINGS, inputs, votes, given))[name, "none"]
    cells = resolve_cells(votes, len(TAGS), name, seed=1)
    best = {}
    for record, tag, p in zip(cells.record.tolist(), cells.tag.tolist(), cells.probability.tolist(), strict=True):
        for above in {TAGS.names[tag], *nx.descendants(GRAPH, TAGS.names[tag])}:
            best[record, above] = max(p, best.get((record, above), 0))
    labelled = [i for i, tags in enumerate(given) if tags is not None]
    pairs = [(i, tag) for i in labelled for tag in TAGS.names]
    y = np.array([tag in canonical_names(given[i]) for i, tag in pairs])
    p = np.array([best.get(pair, 0.0) for pair in pairs])
    assert 90 < len(labelled) < 120
    assert row.micro_f1 == pytest.approx(sklearn.f1_score(y, p > 0.5))
    shape = (-1, len(TAGS))
    assert row.macro_f1 == pytest.approx(sklearn.f1_score(y.reshape(shape), p.reshape(shape) > 0.5, average="macro"))
    assert row.average_precision == pytest.approx(sklearn.average_precision_score(y, p.astype(np.float32)))
    assert row.log_loss == pytest.approx(sklearn.log_loss(y, np.clip(p, 1e-3, 1 - 1e-3)), rel=1e-5)
    assert row.covered_cells == (p >= 0.01).sum()
    assert row.problem == ""
    assert row.seconds > 0


def test_there_is_a_row_for_each_label_model_and_one_with_the_end_model(zoo):
    none = compared(SETTINGS, *zoo)
    assert [(row.name, row.end_model) for row in none.rows] == [
        (name, "none") for name in ("auto", "dawid-skene", "majority", "pooled", "snorkel")
    ]
    assert (none.records, none.tags) == (sum(tags is not None for tags in zoo[2]), 4)
    linear = compared(replace(SETTINGS, end_model="linear"), *zoo)
    assert [(row.name, row.end_model) for row in linear.rows][5:] == [("snorkel", "linear")]
    assert linear.rows[5].problem == ""
    same = [[getattr(row, metric) for metric in METRICS] for row in none.rows]
    assert [[getattr(row, metric) for metric in METRICS] for row in linear.rows[:5]] == same


def test_the_end_model_is_scored_by_what_it_predicts(zoo):
    inputs, votes, given = zoo
    settings = replace(SETTINGS, end_model="kernel", label_model="majority")
    row = rows_of(compared(settings, inputs, votes, given))["majority", "kernel"]
    observed = Observed.of(settings, inputs, votes, given)
    prediction = resolve(settings, observed).prediction
    cat, dog, pet = (TAGS.index[name] for name in ("cat", "dog", "pet"))
    closed = prediction.probability.copy()
    closed[:, pet] = closed[:, [cat, dog, pet]].max(axis=1)
    target = Target.of(observed)
    y, p = target.given.ravel(), closed[target.rows].ravel()
    assert row.average_precision == pytest.approx(sklearn.average_precision_score(y, p))
    assert row.micro_f1 == pytest.approx(sklearn.f1_score(y, p > 0.5))
    assert row.log_loss < rows_of(compared(SETTINGS, *zoo))["majority", "none"].log_loss


@pytest.mark.parametrize(
    "settings", [{"label_model": "pooled"}, {"class_balance": "given"}, {"label_model": "majority"}]
)
def test_a_records_own_given_tags_do_not_change_what_is_said_of_it(settings):
    settings = replace(SETTINGS, **settings)
    inputs, votes, given = make_zoo(unlabelled=0)
    observed = Observed.of(settings, inputs, votes, given)
    scored = score_label_model(settings, observed, Target.of(observed))
    for record in (0, 1, 2, 7):
        other = list(given)
        other[record] = given[record - 1] if given[record - 1] != given[record] else given[record - 2]
        assert other[record] != given[record]
        captured = []
        for known in (given, other):
            observed = Observed.of(settings, inputs, votes, known)
            target = _Recording.of(observed)
            score_label_model(settings, observed, target)
            captured.append(target.seen[-1][record])
        # What is usual for a pattern is counted among all records.
        assert captured[0] == pytest.approx(captured[1], abs=0.02 if settings.label_model == "pooled" else 1e-6)
    assert scored.score.problem == ""


class _Recording(Target):
    """A target that keeps what it scores."""

    seen: list

    @classmethod
    def of(cls, observed):
        plain = Target.of(observed)
        made = cls(plain.inputs, plain.shape, plain.rows, plain.tags, plain.given, plain.is_multiclass)
        object.__setattr__(made, "seen", [])
        return made

    def score(self, probability):
        self.seen.append(probability)
        return super().score(probability)


def test_with_the_class_balance_given_each_fold_has_that_of_the_others():
    settings = replace(SETTINGS, class_balance="given")
    inputs, votes, given = make_zoo(n=60, unlabelled=0)
    observed = Observed.of(settings, inputs, votes, given)
    target = _Recording.of(observed)
    score_label_model(settings, observed, target)
    for fold in range(5):
        others = [None if i % 5 == fold else tags for i, tags in enumerate(given)]
        _, expected = said(settings, (inputs, votes, given), others)
        assert target.seen[0][fold::5] == pytest.approx(expected[fold::5])
    _, naive = said(settings, (inputs, votes, given))
    assert np.abs(target.seen[0] - naive).max() > 1e-3


def test_a_given_tag_without_votes_is_not_shown():
    inputs, votes, given = make_world([(TAGS.index["cat"], 0, 3, 1)], [["cat"], ["dog"], ["fish"], None])
    target, probability = said(replace(SETTINGS, label_model="majority"), (inputs, votes, given))
    assert [TAGS.names[tag] for tag in target.tags] == ["cat", "dog", "fish"]  # pet was never given
    assert target.rows.tolist() == [0, 1, 2]
    assert probability[0].tolist() == [1, 0, 0]
    assert probability[1:].tolist() == [[0, 0, 0], [0, 0, 0]]


def test_a_plugin_has_a_row_and_one_that_fails_says_why(zoo):
    plugins = {
        "weighted": f"{MODULE}:fit_weighted",
        "raising": f"{MODULE}:fit_raising",
        "raising_late": f"{MODULE}:fit_raising_late",
        "nowhere": f"{MODULE}:fit_nowhere",
    }
    with installed(**plugins):
        rows = rows_of(compared(SETTINGS, *zoo))
    assert len(rows) == 9
    assert rows["weighted", "none"].problem == ""
    assert 0.5 < rows["weighted", "none"].micro_f1 < 1
    for name, reason in {
        "raising": "ZeroDivisionError: no votes at all",
        "raising-late": "fails to estimate: AttributeError",
        "nowhere": "cannot be loaded: AttributeError",
    }.items():
        row = rows[name, "none"]
        assert f"the label model {name!r} of {MODULE}:" in row.problem
        assert reason in row.problem
        assert [getattr(row, column) for column in (*METRICS, "seconds", "covered_cells")] == [None] * 7


def test_a_label_model_that_fits_some_tags_says_to_how_many_it_does_not(zoo, monkeypatch):
    from weaklabel.label_models import cells

    fit = cells.fit_label_model

    def fit_few(patterns, cardinality, method, **options):
        if method == "auto" and patterns.n_lfs == 4 and patterns.counts.sum() == 120 and fit_few.calls == 0:
            fit_few.calls += 1
            from weaklabel.errors import DivergenceError, Problem

            raise DivergenceError(Problem("it diverges."))
        return fit(patterns, cardinality, method, **options)

    fit_few.calls = 0
    monkeypatch.setattr(cells, "fit_label_model", fit_few)
    row = rows_of(compared(SETTINGS, *zoo))["auto", "none"]
    assert row.problem == "it cannot be fitted to 1 of 3 tags; their labeling functions count as equally accurate."
    assert 0 < row.average_precision < 1


def test_without_given_tags_there_is_nothing_to_compare_with(zoo):
    inputs, votes, given = zoo
    for known in ([None] * len(given), [()] * len(given)):
        with pytest.raises(RecordsError, match="no record has given tags, so there is nothing to compare with"):
            compared(SETTINGS, inputs, votes, known)


def test_an_end_model_with_too_little_to_learn_from_is_a_row_that_says_so():
    inputs, votes, given = make_world([(TAGS.index["cat"], 0, 3, 1)], [["cat"], ["dog"], None])
    row = compared(replace(SETTINGS, end_model="kernel"), inputs, votes, given).rows[-1]
    assert (row.name, row.end_model, row.average_precision) == ("snorkel", "kernel", None)
    there = "2 labelled records, 1 record with votes"
    assert row.problem == f"the end model has too little to learn from ({there}); 50 of either are enough."


@pytest.mark.parametrize(("labelled", "is_telling"), [(49, False), (50, True)])
def test_below_50_labelled_records_there_is_no_verdict(zoo, labelled, is_telling, monkeypatch):
    from weaklabel.comparison import compare

    monkeypatch.setattr(compare, "find_better", lambda *_, **__: "another does better")
    inputs, votes, given = zoo
    known = [i for i, tags in enumerate(given) if tags is not None][:labelled]
    comparison = compared(SETTINGS, inputs, votes, [tags if i in known else None for i, tags in enumerate(given)])
    assert comparison.records == labelled
    assert comparison.is_telling == is_telling
    assert comparison.advice == ("another does better." if is_telling else None)


def test_progress_counts_models(zoo):
    seen = []
    compared(replace(SETTINGS, end_model="linear"), *zoo, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(i, 6) for i in range(1, 7)]


# ---- classes ----------------------------------------------------------------------------------------------------

CLASSES = vocabulary("ham", "spam", "news")
CLASS_SETTINGS = Settings(records="r.json", tags="t.json", task="multiclass", end_model="none", seed=0)


def make_classes(n=90):
    rng = np.random.default_rng(3)
    label = rng.integers(0, 3, n)
    lfs = tuple(phrase_lf(f"lf{i}", CLASSES.names[i % 3], f"word{i}") for i in range(6))
    fires = (rng.random((n, 6)) < 0.15) | ((np.arange(6) % 3 == label[:, None]) & (rng.random((n, 6)) < 0.5))
    rows = [(lf % 3, record, lf, 1) for record, lf in zip(*map(np.ndarray.tolist, np.nonzero(fires)), strict=True)]
    given = [None if i % 9 == 0 else ["no class"] if i % 9 == 1 else [CLASSES.names[label[i]]] for i in range(n)]
    graph, _ = build_graph(CLASSES)
    inputs = Inputs(make_records([f"text {i}" for i in range(n)], given=given), CLASSES, graph, lfs, {}, {}, ())
    votes = make_votes(rows, n_records=n, lf_ids=[lf.id for lf in lfs])
    return inputs, votes, resolve_given(inputs.records, CLASSES), label


def test_classes_are_scored_by_their_most_probable_one():
    inputs, votes, given, label = make_classes()
    comparison = compared(CLASS_SETTINGS, inputs, votes, given)
    scored = np.array([bool(canonical_names(tags)) for tags in given])
    assert (comparison.records, comparison.tags) == (70, 3)
    for name in ("snorkel", "majority", "dawid-skene", "auto", "pooled"):
        p = resolve_classes(votes, 3, name, seed=0).probability[scored]
        row = rows_of(comparison)[name, "none"]
        assert row.micro_f1 == pytest.approx(sklearn.accuracy_score(label[scored], p.argmax(axis=1)))
        assert row.macro_f1 == pytest.approx(sklearn.f1_score(label[scored], p.argmax(axis=1), average="macro"))
        of_given = np.clip(p[np.arange(len(p)), label[scored]], 1e-3, 1 - 1e-3)
        assert row.log_loss == pytest.approx(-np.log(of_given).mean(), rel=1e-4)


def test_a_given_class_does_not_show_where_there_are_too_many_classes_to_show():
    names = [f"class{i}" for i in range(120)]
    tags = vocabulary(*names)
    graph, _ = build_graph(tags)
    lfs = tuple(phrase_lf(f"lf{i}", names[0], f"word{i}") for i in range(3))
    given = [[names[i]] for i in range(120)]
    inputs = Inputs(make_records(["text"] * 120, given=given), tags, graph, lfs, {}, {}, ())
    votes = make_votes([(0, 0, 0, 1), (0, 1, 1, 1)], n_records=120, lf_ids=[lf.id for lf in lfs])
    comparison = compared(CLASS_SETTINGS, inputs, votes, resolve_given(inputs.records, tags))
    assert rows_of(comparison)["majority", "none"].micro_f1 == pytest.approx(1 / 120)


def test_several_given_classes_are_an_error_as_in_a_run():
    inputs, votes, given, _ = make_classes()
    other = next(tags for tags in given if canonical_names(tags) and tags[0] != given[2][0])
    torn = [*given[:-1], (*given[2], *other)]
    with pytest.raises(RecordsError, match="in a multiclass task it has exactly one class"):
        compared(CLASS_SETTINGS, inputs, votes, torn)


def test_log_loss_of_silence_is_the_least_probability(zoo):
    inputs, _, given = zoo
    votes = make_votes([], n_records=len(given), lf_ids=[lf.id for lf in inputs.lfs])
    row = rows_of(compared(SETTINGS, inputs, votes, given))["majority", "none"]
    share = Target.of(Observed.of(SETTINGS, inputs, votes, given)).given.mean()
    assert row.log_loss == pytest.approx(-share * math.log(0.001) - (1 - share) * math.log(0.999))
    assert (row.micro_f1, row.covered_cells, row.problem) == (0, 0, "")
    assert row.average_precision == pytest.approx(share)
