"""From votes to probabilities on 96 made records: four topics with tags above them, a quarter of them unlabelled."""

from dataclasses import replace

import numpy as np
import pytest

from support.made import make_records, make_votes, phrase_lf
from support.topics import TOPICS, topic_texts
from support.vocabularies import vocabulary
from weaklabel.end_models import KERNEL_RECORDS, Embeddings
from weaklabel.inputs import Inputs
from weaklabel.label_models import resolve_cells
from weaklabel.resolution import Observed
from weaklabel.resolution.cells import resolve_multilabel
from weaklabel.tables import label_table
from weaklabel.tags import build_graph, close_probabilities, resolve_given
from weaklabel.terms import Settings

TAGS = vocabulary(
    "bread < food", "food", "metal < craft", "craft", "birds < animals", "animals < nature", "nature", "music"
)
GRAPH, _ = build_graph(TAGS)
ABOVE = {"bread": ["food"], "metal": ["craft"], "birds": ["animals", "nature"], "music": []}
N = 96
TOPIC = [TOPICS[i % 4] for i in range(N)]
NAMED = [i % 3 == 0 for i in range(N)]  # whether the text has the tag's name in it
TEXTS = [f"{TOPIC[i]} {text}" if NAMED[i] else text for i, text in enumerate(topic_texts(TOPIC))]
SETTINGS = Settings(records="r.json", tags="t.json", seed=5)
LFS = (
    *(phrase_lf(f"name:{name}@title", name, name, origin="generated") for name in TAGS.names),
    phrase_lf("no-forge", "bread", "forge", polarity=-1),
)


def authors_give(seed=0):
    """Each author gives a tag and those above it, leaves each out in one of eight records; a quarter gave nothing."""
    rng = np.random.default_rng(seed)
    return [
        None if i % 8 in (5, 6) else [name for name in (topic, *ABOVE[topic]) if rng.random() > 0.12]
        for i, topic in enumerate(TOPIC)
    ]


def votes_of(texts=TEXTS):
    rows = []
    for record, text in enumerate(texts):
        words = set(text.split())
        for lf, function in enumerate(LFS):
            if function.phrases[0] in words:
                rows.append((TAGS.index[function.tags[0]], record, lf, function.polarity))
    return make_votes(rows, n_records=len(texts), lf_ids=[lf.id for lf in LFS])


def resolve(given=None, texts=TEXTS, embeddings=None, **settings):
    given = authors_give() if given is None else given
    records = make_records(texts, given=given)
    inputs = Inputs(records, TAGS, GRAPH, LFS, {}, {}, ())
    resolved = resolve_given(records, TAGS)
    settings = replace(SETTINGS, **settings)
    observed = Observed.of(settings, inputs, votes_of(texts), resolved)
    return resolve_multilabel(settings, observed, embeddings), records, resolved


def as_dict(cells):
    keys = zip(cells.record.tolist(), (TAGS.names[tag] for tag in cells.tag.tolist()), strict=True)
    return dict(zip(keys, cells.probability.tolist(), strict=True))


def content(cells):
    return [column.tobytes() for column in (cells.record, cells.tag, cells.probability, cells.voted, cells.raised)]


@pytest.mark.parametrize("end_model", ["kernel", "linear", "none"])
@pytest.mark.parametrize("label_model", ["snorkel", "majority", "pooled"])
@pytest.mark.parametrize("given_tags", ["use", "ignore"])
def test_a_parent_is_at_least_as_probable_as_its_children(end_model, label_model, given_tags):
    found = as_dict(resolve(end_model=end_model, label_model=label_model, given_tags=given_tags)[0].cells)
    checked = 0
    for (record, child), probability in found.items():
        for parent in GRAPH.successors(child):
            # Without an end model nothing is known of a given tag on which nothing ever votes (it is nan), and a given
            # tag without votes adds no cell above it.
            closed = end_model != "none" and probability >= 0.01
            if not np.isnan(probability) and (closed or (record, parent) in found):
                assert found[record, parent] >= probability
                checked += 1
    assert checked >= 20


def test_cells_are_the_closed_prediction_and_judged_ones_are_not_closed():
    resolution, _, given = resolve()
    probability = resolution.prediction.probability
    assert probability.shape == (N, len(TAGS))
    closed = probability.copy()
    for child in ("bread", "metal", "birds", "animals"):  # birds before animals, so that nature has both
        [parent] = GRAPH.successors(child)
        closed[:, TAGS.index[parent]] = np.maximum(closed[:, TAGS.index[parent]], closed[:, TAGS.index[child]])
    cells, judged = as_dict(resolution.cells), as_dict(resolution.judged)
    voted = {(int(r), TAGS.names[t]) for r, t in zip(votes_of().record, votes_of().tag, strict=True)}
    was_given = {(r, tag.match.tag) for r, tags in enumerate(given) for tag in tags or ()}
    likely = {(r, name) for r in range(N) for name in TAGS.names if closed[r, TAGS.index[name]] >= 0.01}
    assert cells.keys() == judged.keys() == voted | was_given | likely
    for (record, name), p in cells.items():
        assert p == closed[record, TAGS.index[name]]
        assert judged[record, name] == probability[record, TAGS.index[name]]
    for table in (resolution.cells, resolution.judged):
        assert {key for key, has_vote in zip(cells, table.voted, strict=True) if has_vote} == voted
    raised = {key for key, is_raised in zip(cells, resolution.cells.raised, strict=True) if is_raised}
    assert raised == {key for key in cells if cells[key] > judged[key]}
    assert raised
    assert not resolution.judged.raised.any()


def test_a_label_is_given_voted_inferred_or_predicted():
    resolution, records, given = resolve()
    table = label_table(resolution.cells, records, TAGS, given)
    cells, judged = as_dict(resolution.cells), as_dict(resolution.judged)
    voted = {(int(r) + 1, TAGS.names[t]) for r, t in zip(votes_of().record, votes_of().tag, strict=True)}
    was_given = {(r + 1, tag.match.tag) for r, tags in enumerate(given) for tag in tags or ()}
    counts = dict.fromkeys(("given", "voted", "inferred", "predicted"), 0)
    for row in table.itertuples():
        key = row.record_id, row.tag
        at = row.record_id - 1, row.tag
        expected = "given" if key in was_given else "voted" if key in voted else "predicted"
        if expected == "predicted" and cells[at] > judged[at]:
            expected = "inferred"
        assert (row.source, row.probability) == (expected, cells[at])
        counts[expected] += 1
    assert min(counts.values()) > 0, counts
    kept = was_given | voted
    assert len(table) == sum(p >= 0.01 or (r + 1, name) in kept for (r, name), p in cells.items())


def test_records_that_no_labeling_function_and_no_author_speaks_of_are_given_tags():
    resolution, _, given = resolve()
    found = as_dict(resolution.cells)
    silent = [i for i in range(N) if given[i] is None and not NAMED[i]]
    assert len(silent) >= 12
    for record in silent:
        assert found[record, TOPIC[record]] > 0.5
        likely = {name for (other, name), p in found.items() if other == record and p >= 0.5}
        assert likely <= {TOPIC[record], *ABOVE[TOPIC[record]]}


@pytest.mark.parametrize("end_model", ["kernel", "linear"])
def test_given_tags_that_are_ignored_change_no_probability(end_model):
    everyone = [[TOPIC[i]] for i in range(N)]
    nobody = [None] * N
    others = [["music", "craft"] if i % 2 else [] for i in range(N)]
    first, *rest = (resolve(given, end_model=end_model, given_tags="ignore")[0] for given in (nobody, everyone, others))
    for resolution in rest:
        assert resolution.prediction.probability.tobytes() == first.prediction.probability.tobytes()
        assert resolution.base_rates.tolist() == first.base_rates.tolist()
        assert content(resolution.label_model) == content(first.label_model)
        assert as_dict(first.cells).items() <= as_dict(resolution.cells).items()  # given cells are shown in any case
        unlikely = {(i, "craft") for i in range(1, N, 2)} - as_dict(first.cells).keys()
    assert unlikely <= as_dict(resolution.cells).keys()  # of the last, by the loop above
    assert len(unlikely) >= 10


def test_given_tags_that_are_used_change_probabilities():
    used, ignored = (resolve(given_tags=use)[0].prediction.probability for use in ("use", "ignore"))
    assert np.abs(used - ignored).max() > 0.1


@pytest.mark.parametrize("label_model", ["snorkel", "majority", "dawid-skene"])
@pytest.mark.parametrize("class_balance", ["uniform", "given"])
def test_without_an_end_model_the_label_model_stands_alone(label_model, class_balance):
    resolution, _, given = resolve(end_model="none", label_model=label_model, class_balance=class_balance)
    counts = np.array([sum(name in (tags or ()) for tags in authors_give()) for name in TAGS.names])
    labelled = sum(tags is not None for tags in authors_give())
    shares = (counts + 0.5) / (labelled + 1)
    assert resolution.base_rates.tolist() == pytest.approx(shares.tolist())
    balance = shares if class_balance == "given" else None
    alone = resolve_cells(votes_of(), len(TAGS), label_model, class_balance=balance, seed=5)
    assert content(resolution.label_model) == content(alone)
    assert content(resolution.cells) == content(close_probabilities(alone, TAGS, GRAPH, given))
    assert resolution.judged is resolution.cells
    assert resolution.prediction is None


@pytest.mark.parametrize("label_model", ["majority", "snorkel"])
def test_what_the_label_model_says_is_a_signal_of_the_end_model_as_it_is(label_model):
    resolution = resolve(label_model=label_model)[0]
    chances = resolution.prediction.known.signals.chances
    assert set(chances) == {"pooled", "label model", "text", "text and given tags"}
    voted = resolution.label_model
    found = chances["label model"]
    assert found[voted.record, voted.tag].tolist() == pytest.approx(voted.probability.tolist())
    silent = np.ones(found.shape, dtype=np.bool_)
    silent[voted.record, voted.tag] = False
    of_silent = np.where(np.isnan(voted.silent), resolution.base_rates[:, None], voted.silent)
    assert label_model == "majority" or np.nanmax(np.abs(voted.silent[:, 0] - voted.silent[:, 1])) > 0.01
    for record, tag in np.argwhere(silent).tolist():
        assert found[record, tag] == pytest.approx(of_silent[tag, int(voted.has_positive[record])])


def test_pooled_is_no_second_opinion_of_itself():
    prediction = resolve(label_model="pooled")[0].prediction
    assert set(prediction.known.signals.chances) == {"pooled", "text", "text and given tags"}
    assert set(prediction.alone.signals.chances) == {"pooled", "text", "tagged alike"}


def test_below_fifty_labelled_records_votes_are_learnt_from_and_below_fifty_voted_ones_nothing_is():
    few = [tags if i < 49 else None for i, tags in enumerate([[topic] for topic in TOPIC])]
    everywhere = [f"{topic} {text}" for topic, text in zip(TOPIC, topic_texts(TOPIC), strict=True)]
    by_votes = resolve(few, everywhere)[0].prediction
    assert [term.name for term in by_votes.known.stacker.terms][-1] == "votes"
    assert len(np.unique(votes_of(topic_texts(TOPIC)).record)) < 50
    assert resolve(few, topic_texts(TOPIC))[0].prediction is None
    enough = [tags if i < 50 else None for i, tags in enumerate([[topic] for topic in TOPIC])]
    assert "pooled" in resolve(enough)[0].prediction.known.signals.chances


@pytest.mark.parametrize("end_model", ["kernel", "linear"])
@pytest.mark.parametrize("given_tags", ["use", "ignore"])
def test_two_resolutions_are_the_same_bytes(end_model, given_tags):
    first, second = (resolve(end_model=end_model, given_tags=given_tags)[0] for _ in range(2))
    for name in ("cells", "judged", "label_model"):
        assert content(getattr(first, name)) == content(getattr(second, name))
    assert first.prediction.model == end_model
    assert N <= KERNEL_RECORDS


def test_without_an_end_model_a_given_tag_does_not_support_itself():
    """Of the silent cells of music one was given it: no other says that it may be right there."""
    given = [["music"] if NAMED[i] and TOPIC[i] == "music" else [] for i in range(N)]
    silent = NAMED.index(False)
    given[silent] = ["music"]
    found = as_dict(resolve(given, end_model="none", label_model="pooled")[0].cells)
    given[silent] = None
    others = resolve(given, end_model="none", label_model="pooled")[0].label_model
    assert found[silent, "music"] == pytest.approx(others.silent[TAGS.index["music"], 0], rel=0.01)


def notes_of(*arguments, **options):
    return {note.name: (note.says, note.told) for note in resolve(*arguments, **options)[0].notes}


@pytest.mark.parametrize(
    ("kept", "listed"),
    [
        ({"bread", "food", "metal", "craft", "birds", "animals", "nature"}, "music"),
        ({"birds", "animals", "nature"}, "bread, craft, food and 2 more"),
    ],
)
def test_tags_that_nobody_gave_are_counted_in_short_and_named_in_full(kept, listed):
    given = [None if tags is None else [name for name in tags if name in kept] for tags in authors_give()]
    count = f"{8 - len(kept)} of 8"
    rest = "they rest on votes alone"
    assert notes_of(given)["Tags that nobody gave"] == (f"{count} ({rest})", f"{count}: {listed} ({rest})")
    vectors = Embeddings(np.eye(N, 16, dtype=np.float32), np.eye(8, 16, dtype=np.float32))
    rest = "they rest on votes and on how alike name and text are"
    found = notes_of(given, embeddings=vectors)["Tags that nobody gave"]
    assert found == (f"{count} ({rest})", f"{count}: {listed} ({rest})")
    assert "Tags that nobody gave" not in notes_of(given, end_model="none")


@pytest.mark.parametrize("end_model", ["kernel", "none"])
def test_that_given_tags_are_ignored_is_noted(end_model):
    assert notes_of(end_model=end_model, given_tags="ignore") == {"Given tags": ("ignored", "ignored")}
    assert "Given tags" not in notes_of(end_model=end_model)
