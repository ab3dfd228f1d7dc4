"""From texts, votes and given tags to probabilities: who learns from whom, and who must not."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.special import expit, logit
from sklearn.metrics import roc_auc_score

from support.topics import TOPICS, WORDS, given_of, no_relations, no_spellings, topic_texts
from weaklabel.end_models import Embeddings, VoteSignals, predict, predict_cells
from weaklabel.end_models.kernel import KernelRidge
from weaklabel.end_models.linear import LinearRidge
from weaklabel.end_models.signals import CellChanges, Signals, choose_terms
from weaklabel.end_models.stacker import fit_stacker
from weaklabel.end_models.texts import frequent_words, text_kernel
from weaklabel.terms import SpellingMatrix, TagRelations

TAGS = len(TOPICS)
TOPIC = np.tile(np.arange(TAGS), 15)  # 60 records
TEXTS = topic_texts([TOPICS[topic] for topic in TOPIC])
OWN = [[topic] for topic in TOPIC.tolist()]
ALL = np.arange(len(TEXTS))


def votes_of(shape, seed=0):
    """Votes that say next to nothing."""
    rng = np.random.default_rng(seed)
    flags = {"in the first field": rng.random(shape) < 0.1, "below given": rng.random(shape) < 0.05}
    known, alone = rng.uniform(0.2, 0.3, (2, *shape)).astype(np.float32)
    return VoteSignals(flags, {"pooled": known}, {"pooled": alone})


def predicted(rows, texts=TEXTS, *, spellings=None, relations=None, votes=None, **options):
    given = given_of(rows, TAGS)
    return predict_cells(
        texts,
        votes or votes_of(given.tags.shape),
        given,
        spellings or no_spellings(len(rows)),
        relations or no_relations(TAGS),
        **options,
    )


def is_of_topic(records=ALL):
    return TOPIC[records][:, None] == np.arange(TAGS)


@pytest.mark.parametrize("model", ["kernel", "linear"])
def test_records_that_nobody_tagged_are_given_what_their_texts_speak_of(model):
    rows = [None if record % 5 == 0 else tags for record, tags in enumerate(OWN)]
    found = predicted(rows, model=model)
    assert found.model == model
    assert found.labelled.tolist() == [record for record in range(60) if record % 5]
    assert found.probability.dtype == np.float32
    unlabelled = np.arange(0, 60, 5)
    assert found.probability[unlabelled][is_of_topic(unlabelled)].min() > 0.7
    assert found.probability[unlabelled][~is_of_topic(unlabelled)].max() < 0.3


@pytest.mark.parametrize("model", ["kernel", "linear"])
def test_a_tag_that_its_author_left_out_is_likely_and_a_wrong_one_is_not(model):
    rows = [list(tags) for tags in OWN]
    rows[0], rows[1] = [], [0]  # of TOPICS[0], and of TOPICS[1]
    found = predicted(rows, model=model).probability
    assert found[0, 0] > 0.7
    assert found[1, 1] > 0.7
    assert found[1, 0] < 0.3


def test_unlabelled_records_are_no_negative_evidence_and_records_without_tags_are():
    """Twenty more texts about the first topic, once by authors who tagged nothing, once by none at all."""
    texts = [*TEXTS, *topic_texts([TOPICS[0]] * 20, seed=9)]
    first = TOPIC == 0
    scores = {}
    for tags in (None, []):
        prediction = predicted([*OWN, *[tags] * 20], texts)
        scores[str(tags)] = prediction.known.signals.chances["text"][:60]
        assert prediction.probability[:60][first, 0].shape == (15,)
    alone = KernelRidge(text_kernel(texts)[:60, :60]).score(given_of(OWN, TAGS).tags, np.ones(60, dtype=np.bool_))
    assert scores["None"] == pytest.approx(alone, abs=1e-6)
    assert scores["None"][first, 0].min() > scores["[]"][first, 0].max()


def test_a_given_tag_counts_in_its_own_texts_score_as_one_of_all_in_the_mean_only():
    """See test_kernel: all but 1/n of a record's own tag is kept out of its scores; the votes are not touched."""
    kernel = text_kernel(TEXTS)
    record, tag = 7, 2
    flipped = [list(tags) for tags in OWN]
    flipped[record] = sorted({*OWN[record], tag})
    assert flipped[record] != OWN[record]
    before, after = (predicted(rows).known.signals for rows in (OWN, flipped))
    rest = np.delete(ALL, record)
    penalty = KernelRidge(kernel).penalty
    weights = np.linalg.solve(kernel[np.ix_(rest, rest)] + penalty * np.eye(59), kernel[rest, record])
    for name in ("text", "text and given tags"):
        difference = after.chances[name][record] - before.chances[name][record]
        assert difference[tag] == pytest.approx((1 - weights.sum()) / 60, abs=1e-6)
        assert 0 <= difference[tag] < 1 / 60
        assert np.delete(difference, tag).tolist() == pytest.approx([0] * (TAGS - 1), abs=1e-6)
    assert after.chances["pooled"].tolist() == before.chances["pooled"].tolist()
    others = after.chances["text"][:, tag] - before.chances["text"][:, tag]
    assert np.abs(np.delete(others, record)).max() > 0.01  # what other authors gave is learnt from


def test_a_given_tag_plays_no_part_in_its_own_score_in_the_linear_model():
    flipped = [list(tags) for tags in OWN]
    flipped[7] = [2, 3]
    before, after = (predicted(rows, model="linear").known.signals.chances for rows in (OWN, flipped))
    assert after["text"][7].tolist() == pytest.approx(before["text"][7].tolist(), abs=1e-6)
    assert np.abs(after["text"] - before["text"]).max() > 0.005


def test_how_a_tag_was_spelt_plays_no_part_in_its_own_score():
    """Each author's own spelling would give the tag away."""
    weights = np.hstack([is_of_topic().astype(float), is_of_topic()[:, [0]]]) * 2.0
    spellings = SpellingMatrix(csr_array(weights), np.array([0, 1, 2, 3, 0], dtype=np.int32))
    plain, spelt = predicted(OWN).known.signals, predicted(OWN, spellings=spellings).known.signals
    alone = np.zeros((60, 5))
    alone[:, 1] = weights[:, 1]
    only_metal = SpellingMatrix(csr_array(alone), spellings.tag)
    by_metal = predicted(OWN, spellings=only_metal).known.signals.chances["text and given tags"]
    assert by_metal[:, 1] == pytest.approx(plain.chances["text and given tags"][:, 1], abs=1e-6)
    metal = TOPIC == 1
    assert (by_metal[metal, 0] < plain.chances["text and given tags"][metal, 0]).all()  # where metal is, no bread is
    assert spelt.chances["text"].tolist() == plain.chances["text"].tolist()


def test_a_record_lacks_a_parent_where_its_author_did_not_give_all_of_them():
    """Tag 0 stands below 1 and 2, tag 3 below 2; whether a tag itself was given does not matter."""
    parents = csr_array(np.array([[0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0]], dtype=float))
    rows = [list(tags) for tags in OWN]
    rows[:5] = [[], [1], [1, 2], [0, 2], [0, 1, 2, 3]]
    found = predicted(rows, relations=TagRelations(parents, parents)).known.signals.flags["lacks a parent"]
    assert found[:5].tolist() == [
        [True, False, False, True],
        [True, False, False, True],
        [False, False, False, False],
        [True, False, False, False],
        [False, False, False, False],
    ]


def test_what_authors_gave_is_not_looked_at_where_there_is_none():
    rows = [None if record < 10 else tags for record, tags in enumerate(OWN)]
    found = predicted(rows)
    known, alone = found.known.signals, found.alone.signals
    assert set(known.flags) == {"in the first field", "below given", "lacks a parent"}
    assert set(known.chances) == {"pooled", "text", "text and given tags"}
    assert set(alone.flags) == {"in the first field"}
    assert set(alone.chances) == {"pooled", "text", "tagged alike"}
    votes = votes_of((60, TAGS))
    assert known.chances["pooled"].tolist() == votes.chances["pooled"].tolist()
    assert alone.chances["pooled"].tolist() == votes.chances_alone["pooled"].tolist()
    assert alone.chances["text"].tolist() == known.chances["text"].tolist()
    half_a_record = (given_of(rows, TAGS).tags.toarray().sum(axis=0) + 0.5) / 51
    assert known.base_rates.tolist() == pytest.approx(half_a_record.tolist())


def test_unlabelled_records_are_scored_by_those_whose_predicted_tags_are_alike():
    """By the Hellinger distance of what is predicted without them, in a kernel of width 1 and penalty 1."""
    rows = [None if record < 10 else tags for record, tags in enumerate(OWN)]
    found = predicted(rows)
    signals = found.alone.signals
    before = Signals(signals.flags, {name: signals.chances[name] for name in ("pooled", "text")}, signals.base_rates)
    given = given_of(rows, TAGS)
    first = fit_stacker(before, choose_terms(before), given, 0).predict(before, ALL).astype(np.float64)
    distance = np.linalg.norm(np.sqrt(first)[:, None] - np.sqrt(first)[None], axis=2)
    kernel = np.exp(-(distance**2))
    known, Y = np.arange(10, 60), given.tags.toarray()[10:]
    alpha = np.linalg.solve(kernel[np.ix_(known, known)] + np.eye(50), Y - Y.mean(axis=0))
    expected = kernel[np.ix_(np.arange(10), known)] @ alpha + Y.mean(axis=0)
    assert signals.chances["tagged alike"][:10] == pytest.approx(expected, abs=1e-5)
    flipped = [list(tags) if tags else None for tags in rows]
    flipped[30] = [3]
    assert OWN[30] != [3]
    again = predicted(flipped).alone.signals.chances["tagged alike"]
    assert np.abs(again[30] - signals.chances["tagged alike"][30]).max() < 0.1  # its own tags are left out of its score
    assert set(predicted(rows, model="linear").alone.signals.chances) == {"pooled", "text"}


def never_given(n=60):
    """Topics, and one tag more that no author gave; votes for it are as telling as those for the others."""
    rng = np.random.default_rng(5)
    tags = np.column_stack([is_of_topic(), rng.random(n) < 0.25])
    fires = rng.random(tags.shape) < np.where(tags, 0.8, 0.05)
    of_tags = np.where(fires, 0.8, 0.06).astype(np.float32)
    votes = VoteSignals({"in the first field": fires}, {"pooled": of_tags}, {"pooled": of_tags})
    return fires, votes


@pytest.mark.parametrize("some", ["all labelled", "some unlabelled"])
def test_a_tag_that_nobody_gave_is_left_to_votes(some):
    fires, votes = never_given()
    rows = [None if some != "all labelled" and r % 3 == 0 else tags for r, tags in enumerate(OWN)]
    given = given_of(rows, TAGS + 1)
    found = predict_cells(TEXTS, votes, given, no_spellings(60), no_relations(TAGS + 1))
    new = found.probability[:, TAGS]
    labelled = np.array([tags is not None for tags in rows])
    for group in (labelled, ~labelled):
        if group.any():
            assert len(set(new[group & fires[:, TAGS]].round(4))) == 1  # whatever the text says
            assert len(set(new[group & ~fires[:, TAGS]].round(4))) == 1
    y, shown = given.tags.toarray()[labelled][:, :TAGS], fires[labelled][:, :TAGS]
    assert new[fires[:, TAGS]] == pytest.approx(y[shown].mean(), abs=0.02)  # as often as with the other tags
    assert new[~fires[:, TAGS]] == pytest.approx(y[~shown].mean(), abs=0.02)
    for record in (3, 4):
        usual, shares = found.explain(record, TAGS)
        assert expit(usual + sum(shares.values())) == pytest.approx(new[record], abs=1e-6)
        assert set(shares) == {"labeling functions"}


def test_the_name_of_a_tag_that_nobody_gave_counts_where_nothing_fires():
    fires, votes = never_given()
    rng = np.random.default_rng(1)
    directions = np.linalg.qr(rng.normal(size=(8, TAGS + 1)))[0].T
    texts = directions[TOPIC].copy()
    about_it = (TOPIC == 0) & ~fires[:, TAGS]
    texts[about_it] = directions[TAGS]
    embeddings = Embeddings(texts.astype(np.float32), directions.astype(np.float32))
    given = given_of(OWN, TAGS + 1)
    found = predict_cells(TEXTS, votes, given, no_spellings(60), no_relations(TAGS + 1), embeddings=embeddings)
    others = ~about_it & ~fires[:, TAGS]
    assert found.probability[about_it, TAGS].min() > found.probability[others, TAGS].max()


def test_where_all_records_are_labelled_nothing_is_fitted_for_others():
    assert predicted(OWN).alone is None


@pytest.mark.parametrize("record", [3, 4])  # unlabelled, labelled
def test_an_explanation_adds_up_to_the_log_odds_of_the_prediction(record):
    rows = [None if other % 5 == 3 else tags for other, tags in enumerate(OWN)]
    found = predicted(rows)
    for tag in range(TAGS):
        usual, shares = found.explain(record, tag)
        assert expit(usual + sum(shares.values())) == pytest.approx(found.probability[record, tag], abs=1e-6)
        own = {"labeling functions", "text"}
        assert set(shares) == (own if record == 3 else {*own, "given tags"})
    _, shares = found.explain(record, TOPIC[record])
    assert shares["text"] > logit(0.6)


def embedded(topics=TOPIC, noise=0.1):
    """The embedding of a text lies near that of its topic's name."""
    rng = np.random.default_rng(1)
    names = np.eye(TAGS, dtype=np.float32)
    vectors = names[topics] + rng.normal(0, noise, (len(topics), TAGS))
    return Embeddings((vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), names)


SAME_WORDS = ["same words here"] * 60
NO_COMMON_WORDS = [" ".join(f"{chr(97 + i // 26)}{chr(97 + i % 26)}{word}" for word in "qzv") for i in range(60)]


@pytest.mark.parametrize(
    ("model", "texts"),
    [
        ("kernel", SAME_WORDS),
        ("linear", SAME_WORDS),
        ("kernel", NO_COMMON_WORDS),
        ("linear", NO_COMMON_WORDS),
    ],
)
def test_embeddings_tell_topics_apart_where_words_do_not(model, texts):
    rows = [None if record % 5 == 0 else tags for record, tags in enumerate(OWN)]
    unlabelled = np.arange(0, 60, 5)
    blank = predicted(rows, texts, model=model)
    found = predicted(rows, texts, model=model, embeddings=embedded())
    own, others = is_of_topic(unlabelled), ~is_of_topic(unlabelled)
    assert blank.probability[unlabelled][own].max() < 0.6
    assert found.probability[unlabelled][own].min() > 0.7
    assert found.probability[unlabelled][others].max() < 0.3
    assert (found.probability > blank.probability)[unlabelled][own].all()


def test_the_embeddings_kernel_is_added_to_that_of_words():
    """exp(-d² / 0.6), d the distance of two embeddings."""
    embeddings = embedded()
    found = predicted(OWN, embeddings=embeddings)
    distance = np.linalg.norm(embeddings.texts[:, None].astype(float) - embeddings.texts[None], axis=2)
    kernel = text_kernel(TEXTS) + np.exp(-(distance**2) / 0.6)
    scores = KernelRidge(kernel).score(given_of(OWN, TAGS).tags, np.ones(60, dtype=np.bool_))
    assert found.known.signals.chances["text"] == pytest.approx(scores, abs=1e-5)
    expected = np.argsort(-kernel[0, 1:], kind="stable")[:3] + 1
    assert [record for record, _ in found.similar(0, ALL, 3)] == expected.tolist()
    assert all(0 < alike <= 1 for _, alike in found.similar(0, ALL, 60))


def test_name_similarity_is_standardised_for_each_tag():
    embeddings = embedded()
    near = predicted(OWN, embeddings=embeddings).known.signals.chances["name similarity"]
    plain = embeddings.texts @ embeddings.names.T
    assert near == pytest.approx((plain - plain.mean(axis=0)) / plain.std(axis=0), abs=1e-5)
    alike = Embeddings(embeddings.texts, np.zeros((TAGS, TAGS), dtype=np.float32))
    assert (predicted(OWN, embeddings=alike).known.signals.chances["name similarity"] == 0).all()


def test_a_tag_that_no_author_gave_is_found_by_its_name():
    """All records of the last topic are unlabelled: what is learnt of the names of others holds for it too."""
    last = TOPIC == TAGS - 1
    rows = [None if last[record] or record % 12 == 0 else tags for record, tags in enumerate(OWN)]
    embeddings = embedded(noise=0.3)
    nameless = Embeddings(embeddings.texts, np.zeros((TAGS, TAGS), dtype=np.float32))
    found, blank = (predicted(rows, SAME_WORDS, embeddings=given).probability for given in (embeddings, nameless))
    unlabelled = np.array([tags is None for tags in rows])
    by_name, by_others = (roc_auc_score(last[unlabelled], p[unlabelled, -1]) for p in (found, blank))
    assert by_name > 0.8
    assert by_others < 0.6


@pytest.mark.parametrize("record", [10, 11])  # unlabelled, labelled
def test_name_similarity_counts_only_where_nothing_fires(record):
    rows = [None if other % 5 == 0 else tags for other, tags in enumerate(OWN)]
    flags = {"in the first field": np.zeros((60, TAGS), dtype=np.bool_), "denied": np.zeros((60, TAGS), dtype=np.bool_)}
    flags["in the first field"][10:12, :2] = True
    flags["in the first field"][20:40] = np.random.default_rng(3).random((20, TAGS)) < 0.3
    flags["denied"][10:12, [0, 2]] = True  # against a tag
    plain = votes_of((60, TAGS))
    votes = VoteSignals(flags, plain.chances, plain.chances_alone)
    found = predicted(rows, votes=votes, embeddings=embedded(noise=0.6))

    nearer = CellChanges({}, {"name similarity": 9.0})

    def log_odds(tag, *changes):
        usual, shares = found.explain(record, tag, *changes)
        return usual + sum(shares.values())

    for tag in range(TAGS):
        moved = log_odds(tag, nearer) - log_odds(tag)
        assert moved == pytest.approx(0, abs=1e-9) if tag < 2 else abs(moved) > 0.1
    shares = found.explain(record, 3)[1], found.explain(record, 3, nearer)[1]
    assert {part for part in shares[0] if shares[0][part] != pytest.approx(shares[1][part], abs=1e-9)} == {"text"}


def test_beyond_some_records_the_linear_model_takes_the_kernels_place(monkeypatch):
    assert predicted(OWN).model == "kernel"
    monkeypatch.setattr(predict, "KERNEL_RECORDS", 60)
    assert predicted(OWN).model == "kernel"
    monkeypatch.setattr(predict, "KERNEL_RECORDS", 59)
    found = predicted(OWN)
    assert found.model == "linear"
    assert found.probability.tolist() == predicted(OWN, model="linear").probability.tolist()
    everyone = np.ones(60, dtype=np.bool_)
    scores = LinearRidge(frequent_words(TEXTS, predict.WORDS), 0).score(given_of(OWN, TAGS).tags, everyone)
    assert found.known.signals.chances["text"].tolist() == scores.tolist()


def test_similar_records_are_the_others_whose_texts_share_most():
    found = predicted(OWN)
    kernel = text_kernel(TEXTS)
    others = np.array([5, 0, 1, 2, 9, 13, 40])
    expected = sorted(((o, kernel[0, o]) for o in others.tolist() if o and kernel[0, o] > 0), key=lambda pair: -pair[1])
    assert [other for other, _ in found.similar(0, others, 3)] == [other for other, _ in expected[:3]]
    assert found.similar(0, others, 9) == [(other, pytest.approx(alike)) for other, alike in expected]
    assert found.similar(0, np.array([0]), 3) == []
    [nearest] = found.similar(0, ALL, 1)
    assert TOPIC[nearest[0]] == TOPIC[0]


def test_equally_similar_records_come_in_their_order_and_texts_that_share_nothing_not_at_all():
    texts = [*TEXTS[:55], TEXTS[0], TEXTS[0], TEXTS[0], "zzz", "qqq"]
    for others in (ALL, ALL[::-1]):
        assert [other for other, _ in predicted(OWN, texts).similar(0, others, 3)] == [55, 56, 57]
    assert predicted(OWN, texts).similar(58, ALL, 5) == []


def test_the_order_of_records_does_not_matter():
    rows = [None if record % 7 == 0 else tags for record, tags in enumerate(OWN)]
    votes = votes_of((60, TAGS))
    order = np.random.default_rng(2).permutation(60)
    shuffled = VoteSignals(
        {name: flag[order] for name, flag in votes.flags.items()},
        {name: chance[order] for name, chance in votes.chances.items()},
        {name: chance[order] for name, chance in votes.chances_alone.items()},
    )
    plain = predicted(rows, votes=votes).probability
    again = predicted([rows[i] for i in order], [TEXTS[i] for i in order], votes=shuffled).probability
    assert again == pytest.approx(plain[order], abs=1e-4)


@pytest.mark.parametrize("model", ["kernel", "linear"])
def test_two_predictions_are_the_same_bytes(model):
    rows = [None if record % 7 == 0 else tags for record, tags in enumerate(OWN)]
    assert predicted(rows, model=model).probability.tobytes() == predicted(rows, model=model).probability.tobytes()


def test_empty_texts_have_what_is_usual():
    texts = [*TEXTS[:50], *[""] * 10]
    found = predicted([*OWN[:50], *[None] * 10], texts)
    assert np.isfinite(found.probability).all()
    share = given_of(OWN[:50], TAGS).tags.toarray().mean(axis=0)
    assert found.known.signals.chances["text"][50:] == pytest.approx(np.tile(share, (10, 1)), abs=1e-6)


@pytest.mark.parametrize("rows", [[[]] * 60, [[0, 1, 2, 3]] * 60], ids=["nothing given", "everything given"])
def test_authors_who_all_give_the_same_leave_something_to_predict(rows):
    assert np.isfinite(predicted(rows).probability).all()


def test_the_words_of_topics_are_apart():
    words = " ".join(WORDS.values()).split()
    assert len(set(words)) == len(words) == 8 * TAGS
