"""Exactly one tag a record: what is refused, who learns from whom, and what the notes say."""

import re

import numpy as np
import pytest
from scipy.special import softmax

from support.exclusive import SETTINGS, TOPIC, N, authors_give, make_exclusive, resolve_exclusive, written_lfs
from support.made import make_records, make_votes, phrase_lf
from support.topics import TOPICS
from support.vocabularies import vocabulary
from weaklabel import Project
from weaklabel.end_models import predict_classes, read_texts
from weaklabel.errors import Place, RecordsError, TagsError
from weaklabel.inputs import Inputs, locate_records
from weaklabel.label_models import resolve_classes
from weaklabel.resolution import Observed
from weaklabel.tags import build_graph, resolve_given

NAMES = tuple(sorted(TOPICS))
TOPIC_AT = np.array([NAMES.index(topic) for topic in TOPIC])


def spread(cells, n=N, k=4):
    full = np.zeros((n, k))
    full[cells.record, cells.tag] = cells.probability
    return full


def noted(resolution):
    return {note.key: note.says for note in resolution.notes}


def refused(tags, given, ids=None):
    records = make_records(["text"] * len(given), given=given, ids=ids)
    inputs = Inputs(records, tags, build_graph(tags)[0], (), {}, {}, ())
    made = inputs, make_votes([], n_records=len(given), lf_ids=[]), resolve_given(records, tags)
    with pytest.raises((TagsError, RecordsError)) as caught:
        resolve_exclusive(made=made)
    return caught.value


def test_one_class_is_too_few():
    error = refused(vocabulary("spam"), [["spam"]])
    assert isinstance(error, TagsError)
    assert [problem.what for problem in error.problems] == ["there is only one class."]
    assert "Add the other classes" in error.problems[0].fix
    assert str(error.problems[0].place) == "t.json:1"


def test_parents_are_refused_in_one_problem_with_the_first_line():
    error = refused(vocabulary("ham", "advert < spam", "spam", "scam < spam"), [["ham"]])
    assert isinstance(error, TagsError)
    [problem] = error.problems
    named = "'advert' (below 'spam'), 'scam' (below 'spam')"
    assert problem.what == f"2 tags have parents, but in a multiclass task tags exclude each other: {named}."
    assert problem.place.line == 2
    assert "task: multilabel" in problem.fix


def test_of_many_parents_three_are_named_and_the_others_counted():
    [problem] = refused(vocabulary("a < z", "b < z", "c < z", "d < z", "e < z", "z"), [["z"]]).problems
    assert problem.what.startswith("5 tags have parents")
    assert problem.what.endswith(": 'a' (below 'z'), 'b' (below 'z'), 'c' (below 'z') and 2 more.")
    [problem] = refused(vocabulary("a < z", "z"), [["z"]]).problems
    assert problem.what.startswith("1 tag has a parent, but")


def test_records_with_several_classes_are_refused_by_their_ids():
    given = [["spam"], ["spam", "ham"], None, ["Ham", "spams"], ["spam", "no such tag"], ["spam", "Spam"]]
    error = refused(vocabulary("ham", "spam"), given, ids=[f"r{i}" for i in range(6)])
    assert isinstance(error, RecordsError)
    assert [re.search("record '(.*?)' was given (.*?);", p.what).groups() for p in error.problems] == [
        ("r1", "'ham', 'spam'"),
        ("r3", "'ham', 'spam'"),
    ]
    assert "exactly one class" in error.problems[0].what
    assert error.problems[0].fix == "Give one class, or null where nobody labelled it, or set `task: multilabel`."


@pytest.mark.parametrize(("n", "more"), [(20, None), (21, "1 more record"), (1300, "1,280 more records")])
def test_of_many_such_records_twenty_are_named_and_the_others_counted(n, more):
    error = refused(vocabulary("ham", "spam"), [["spam", "ham"]] * n)
    named = [p.what for p in error.problems if p.what.startswith("record ")]
    assert [int(what.split()[1]) for what in named] == list(range(1, 21))
    rest = [p.what for p in error.problems if not p.what.startswith("record ")]
    assert rest == ([] if more is None else [f"{more} with none or several classes, from this one on."])


def test_records_with_an_empty_list_are_refused():
    error = refused(vocabulary("ham", "spam"), [["spam"], [], None, ["no such tag"]], ids=["r0", "r1", "r2", "r3"])
    assert [p.what for p in error.problems] == [
        "record 'r1' was given an empty list; in a multiclass task it has exactly one class."
    ]


@pytest.mark.parametrize(
    ("name", "content", "lines"),
    [
        ("r.jsonl", '{"id": "x", "title": "", "tags": []}\n\n{"id": "y", "title": "", "tags": ["a", "b"]}\n', [1, 3]),
        ("r.json", '[\n{"id": "x", "title": "", "tags": []},\n{"id": "y", "title": "", "tags": ["a", "b"]}]', [2, 3]),
        ("r.csv", 'id,title,tags\nx,"t\nu",[]\ny,t,"a,b"\n', [2, 4]),
    ],
)
def test_refused_records_are_shown_with_their_file_and_line(tmp_path, name, content, lines):
    (tmp_path / name).write_text(content)
    (tmp_path / "t.json").write_text('["a", "b"]')
    project = Project.of(str(tmp_path / name), str(tmp_path / "t.json"), task="multiclass")
    with pytest.raises(RecordsError) as caught:
        project.run()
    assert [(p.place.path, p.place.line) for p in caught.value.problems] == [
        (str(tmp_path / name), line) for line in lines
    ]
    assert [p.what.split()[1] for p in caught.value.problems] == ["'x'", "'y'"]


def test_where_the_records_file_has_changed_its_name_is_all_that_is_shown(tmp_path):
    tags = vocabulary("ham", "spam")
    records = make_records(["t", "t"], given=[["spam"], []])
    path = tmp_path / "r.jsonl"
    inputs = Inputs(records, tags, build_graph(tags)[0], (), {}, {"records": {"path": str(path), "sha256": "0"}}, ())
    assert locate_records(inputs) == [Place(str(path))] * 2
    path.write_text("something else")
    assert locate_records(inputs) == [Place(str(path))] * 2


def test_unknown_spellings_are_unlabelled():
    given = authors_give()
    null = [None if i % 8 == 1 else tags for i, tags in enumerate(given)]
    unknown = [["no such thing", "nor this"] if i % 8 == 1 else tags for i, tags in enumerate(given)]
    plain, found = resolve_exclusive(null), resolve_exclusive(unknown)
    learnt_from = [Observed.of(SETTINGS, *make_exclusive(tags)).learnt_from.labelled for tags in (null, unknown)]
    assert learnt_from[0].sum() == N * 6 / 8
    assert learnt_from[1].tolist() == learnt_from[0].tolist()
    assert found.prediction.probability.tolist() == plain.prediction.probability.tolist()
    assert found.base_rates.tolist() == plain.base_rates.tolist()


def test_the_notes_say_where_the_class_balance_is_from():
    given = [[topic] if topic != "music" or i % 8 == 3 else None for i, topic in enumerate(TOPIC)]  # 24, 24, 24, 12
    labelled = 24 * 3 + 12
    shares = np.array([24.5, 24.5, 24.5, 12.5]) / (labelled + 1)
    balance = shares / shares.sum()
    assert balance.tolist() == pytest.approx([0.2849, 0.2849, 0.2849, 0.1453], abs=1e-4)
    found = {name: resolve_exclusive(given, class_balance=name) for name in ("given", "uniform", "estimated")}
    said = {name: noted(resolution)["class_balance"] for name, resolution in found.items()}
    assert said["given"] == "given (birds 28%, bread 28%, metal 28%, music 15%)"
    assert found["given"].base_rates.tolist() == pytest.approx(balance.tolist())
    assert said["uniform"] == "uniform (birds 25%, bread 25%, metal 25%, music 25%)"
    assert found["uniform"].base_rates.tolist() == [0.25] * 4
    assert said["estimated"].startswith("estimated (birds ")
    percent = [int(share) for share in re.findall(r"(\d+)%", said["estimated"])]
    assert percent == np.round(found["estimated"].base_rates * 100).astype(int).tolist()
    assert found["estimated"].base_rates.tolist() == pytest.approx([0.25] * 4, abs=0.05)


@pytest.mark.parametrize("settings", [{"given_tags": "ignore"}, {"given": [None] * N}])
def test_a_given_class_balance_is_uniform_where_no_class_is_given_or_looked_at(settings):
    found = resolve_exclusive(class_balance="given", **settings)
    assert noted(found)["class_balance"].startswith("uniform ")
    assert noted(found).get("given_tags") == ("ignored" if "given_tags" in settings else None)
    assert found.base_rates.tolist() == [0.25] * 4


def test_votes_that_cannot_be_held_are_counted_in_the_notes():
    against_bread = sum("melody" in text.split() for text in make_exclusive()[0].records.texts["title"])
    key = "votes_left_out"
    assert noted(resolve_exclusive())[key] == str(against_bread)
    without = resolve_exclusive(made=make_exclusive(lfs=written_lfs()[:-1]))
    assert key not in noted(without)


@pytest.mark.parametrize("model", ["kernel", "linear"])
def test_the_end_model_learns_from_given_classes(model):
    made = inputs, votes, given = make_exclusive()
    found = resolve_exclusive(made=made, end_model=model, label_model="majority")
    labels = [-1 if tags is None else NAMES.index(tags[0].match.tag) for tags in given]
    by_votes = resolve_classes(votes, 4, "majority", seed=5)
    expected = predict_classes(
        read_texts(inputs.records), by_votes.probability, by_votes.balance, np.array(labels), model=model, seed=5
    )
    assert found.prediction.probability.tolist() == expected.probability.tolist()
    assert found.end_model == model
    unlabelled = np.array(labels) < 0
    assert unlabelled.sum() == 12
    assert (found.prediction.probability.argmax(axis=1) == TOPIC_AT)[unlabelled].all()


def learns_from_votes(found, made):
    inputs, votes, _ = made
    by_votes = resolve_classes(votes, 4, "majority", seed=5)
    expected = predict_classes(read_texts(inputs.records), by_votes.probability, by_votes.balance, None, seed=5)
    return found.prediction.probability.tolist() == expected.probability.tolist()


@pytest.mark.parametrize(
    "given",
    [
        [[topic] if i < 49 else None for i, topic in enumerate(TOPIC)],
        [["music"]] * len(TOPIC),
    ],
    ids=["49 are labelled", "authors gave one class alone"],
)
def test_where_given_classes_do_not_suffice_the_end_model_learns_from_votes(given):
    made = make_exclusive(given)
    assert learns_from_votes(resolve_exclusive(made=made, label_model="majority"), made)


def test_a_class_that_nobody_gave_rests_on_votes_while_the_others_are_learnt():
    made = make_exclusive([[topic] if topic != "music" else None for topic in TOPIC])
    found = resolve_exclusive(made=made, label_model="majority")
    assert not learns_from_votes(found, made)
    assert [note.says for note in found.notes if note.key == "classes_nobody_gave"] == [
        "'music' (they rest on votes alone)"
    ]
    music = NAMES.index("music")
    p, votes = found.prediction.probability, made[1]
    fires = np.isin(np.arange(N), votes.record[(votes.tag == music) & (votes.vote == 1)])
    alone = fires & ~np.isin(np.arange(N), votes.record[(votes.tag != music) & (votes.vote == 1)])
    silent = ~np.isin(np.arange(N), votes.record[votes.vote == 1])
    assert np.median(p[alone, music]) > 0.5
    assert p[silent, music].max() < 0.5
    others = [NAMES.index(name) for name in NAMES if name != "music"]
    labelled = np.array([topic != "music" for topic in TOPIC])
    assert (
        p[labelled][:, others].argmax(axis=1) == np.array([others.index(t) for t in TOPIC_AT[labelled]])
    ).mean() > 0.9


def test_fifty_given_classes_suffice():
    made = make_exclusive([[topic] if i < 50 else None for i, topic in enumerate(TOPIC)])
    assert not learns_from_votes(resolve_exclusive(made=made, label_model="majority"), made)


def records_with_votes(n):
    """49 labelled records, and votes on `n`."""
    inputs, votes, given = make_exclusive([[topic] if i < 49 else None for i, topic in enumerate(TOPIC)])
    covered = np.unique(votes.record[votes.vote == 1])[:n]
    return inputs, votes.where(np.isin(votes.record, covered)), given


def test_below_fifty_records_with_votes_and_fifty_given_classes_there_is_no_end_model():
    made = records_with_votes(49)
    few = resolve_exclusive(made=made, label_model="majority")
    assert few.prediction is None
    assert few.end_model == "none (neither 50 labelled records to learn from, nor 50 with votes)"
    alone = resolve_classes(made[1], 4, "majority", seed=5)
    for cells in (few.cells, few.judged, few.label_model):
        assert spread(cells) == pytest.approx(np.where(alone.probability >= 0.01, alone.probability, 0))
    assert resolve_exclusive(made=records_with_votes(50), label_model="majority").end_model == "kernel"


def test_the_end_model_none_leaves_the_label_model_alone():
    found = resolve_exclusive(end_model="none", label_model="majority")
    assert found.prediction is None
    assert found.end_model == "none"
    counts = np.zeros((N, 4))
    for lf in written_lfs()[:-1]:
        for record, text in enumerate(make_exclusive()[0].records.texts["title"]):
            counts[record, NAMES.index(lf.tags[0])] += lf.phrases[0] in text.split()
    silent = counts.sum(axis=1) == 0
    shares = np.where(silent[:, None], 0.25, counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))
    assert spread(found.cells) == pytest.approx(shares)
    assert 0 < silent.sum() < N / 2


@pytest.mark.parametrize("end_model", ["kernel", "linear", "none"])
@pytest.mark.parametrize("label_model", ["auto", "snorkel", "pooled", "dawid-skene", "majority"])
@pytest.mark.parametrize("given_tags", ["use", "ignore"])
def test_probabilities_of_a_record_sum_to_1(end_model, label_model, given_tags):
    found = resolve_exclusive(end_model=end_model, label_model=label_model, given_tags=given_tags)
    if end_model != "none":
        assert found.prediction.probability.sum(axis=1).tolist() == pytest.approx([1] * N, abs=1e-12)
        assert spread(found.cells) == pytest.approx(found.prediction.probability, abs=0.01)
    shown = spread(found.cells).sum(axis=1)  # cells below a hundredth are left out
    assert ((shown > 0.97) & (shown < 1 + 1e-12)).all()


@pytest.mark.parametrize("given_tags", ["use", "ignore"])
def test_cells_are_those_that_are_likely_voted_on_or_given(given_tags):
    given = [["music"] if topic == "bread" else tags for topic, tags in zip(TOPIC, authors_give(), strict=True)]
    made = make_exclusive(given)
    found = resolve_exclusive(made=made, given_tags=given_tags)
    voted = set(zip(made[1].record.tolist(), made[1].tag.tolist(), strict=True))
    named = {(i, NAMES.index(tags[0])) for i, tags in enumerate(given) if tags}
    likely = set(map(tuple, np.argwhere(found.prediction.probability >= 0.01).tolist()))
    keys = list(zip(found.cells.record.tolist(), found.cells.tag.tolist(), strict=True))
    assert keys == sorted(voted | named | likely)
    assert given_tags == "use" or named - likely - voted
    assert {key for key, has in zip(keys, found.cells.voted, strict=True) if has} == voted
    assert not found.cells.raised.any()
    present = made[1].vote == 1
    assert np.flatnonzero(found.cells.has_positive).tolist() == np.unique(made[1].record[present]).tolist()


def test_given_classes_that_are_ignored_change_no_probability():
    first, *rest = (
        resolve_exclusive(given, given_tags="ignore")
        for given in ([None] * N, authors_give(), [[TOPICS[(i + 1) % 4]] for i in range(N)])
    )
    for found in rest:
        assert found.prediction.probability.tobytes() == first.prediction.probability.tobytes()


@pytest.mark.parametrize("end_model", ["kernel", "linear", "none"])
@pytest.mark.parametrize("label_model", ["auto", "snorkel", "pooled", "dawid-skene", "majority"])
def test_classes_by_other_names_have_the_same_probabilities(end_model, label_model):
    other = {"birds": "xylem", "bread": "zinc", "metal": "apple", "music": "maple"}  # neither in their order
    settings = {"end_model": end_model, "label_model": label_model}
    plain, renamed = (
        resolve_exclusive(made=make_exclusive(rename=rename), **settings) for rename in (str, other.__getitem__)
    )
    column = [sorted(other.values()).index(other[name]) for name in NAMES]
    full, anew = spread(plain.cells), spread(renamed.cells)[:, column]
    shown = (full > 0) & (anew > 0)
    assert anew[shown] == pytest.approx(full[shown], abs=1e-3)
    assert max(full[~shown].max(initial=0), anew[~shown].max(initial=0)) < 0.0101
    assert renamed.base_rates[column] == pytest.approx(plain.base_rates, abs=1e-6)


def test_two_classes_speak_against_each_other():
    """Absent for spam is present for ham."""
    lfs = (phrase_lf("free", "spam", "free"), phrase_lf("thanks", "spam", "thanks", polarity=-1))
    made = make_exclusive([None] * 3, texts=["free", "thanks", "?"], names=("ham", "spam"), lfs=lfs)
    found = resolve_exclusive(made=made, label_model="majority", class_balance="uniform")
    assert spread(found.cells, 3, 2).tolist() == [[0, 1], [1, 0], [0.5, 0.5]]


def test_embeddings_reach_the_end_model():
    from weaklabel.end_models import Embeddings

    vectors = np.eye(4, dtype=np.float32)[TOPIC_AT]
    made = make_exclusive(texts=["words that all share"] * N)
    blank = resolve_exclusive(made=made)
    found = resolve_exclusive(made=made, embeddings=Embeddings(vectors, np.eye(4, dtype=np.float32)))
    own = np.arange(N), TOPIC_AT
    assert blank.prediction.probability[own].max() < 0.6
    assert found.prediction.probability[own].min() > 0.6


def test_two_resolutions_are_the_same_bytes():
    first, second = (resolve_exclusive(label_model="auto").prediction for _ in range(2))
    assert first.probability.tobytes() == second.probability.tobytes()
    assert softmax(first.features @ first.weights + first.bias, axis=1) == pytest.approx(first.probability, abs=1e-12)
