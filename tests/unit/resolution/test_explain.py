"""Why a cell has its probability: shares that add up to it, and what each vote changes, against a run without it."""

import json
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import expit, logit

from support import exclusive
from support.made import make_records, make_votes, phrase_lf
from support.topics import TOPICS, topic_texts
from support.vocabularies import vocabulary
from weaklabel import Project
from weaklabel.audit import EvidenceFinder
from weaklabel.errors import RecordsError, TagsError
from weaklabel.inputs import Inputs
from weaklabel.pipeline import explain, run_pipeline, unwatched
from weaklabel.resolution import Explainer, Observed, explain_record, find_tag, read_tag, resolve
from weaklabel.tables import label_table
from weaklabel.tags import build_graph, resolve_given
from weaklabel.terms import Settings, Span

TAGS = vocabulary(
    "bread < food", "food", "metal", "birds < animals", "animals < nature", "nature", "music"
)  # fmt: skip
ABOVE = {"bread": ["food"], "birds": ["animals", "nature"], "animals": ["nature"]}
LEAVES = {"bread", "metal", "birds", "music"}
N = 96
TOPIC = [TOPICS[i % 4] for i in range(N)]
BY_TOPIC = {"bread": "food", "birds": "animals nature", "metal": "", "music": ""}


def text_of(i, text):
    """Every third text has the tag's name, every fifth those of the tags above it."""
    return " ".join([text, *([TOPIC[i]] if i % 3 == 0 else []), *([BY_TOPIC[TOPIC[i]]] if i % 5 == 0 else [])])


TEXTS = [text_of(i, text) for i, text in enumerate(topic_texts(TOPIC))]
LFS = (
    *(phrase_lf(f"name:{name}@title", name, name, origin="generated") for name in TAGS.names),
    phrase_lf("no-forge", "bread", "forge", polarity=-1),
    phrase_lf("says-flour", "bread", "flour"),
    phrase_lf("says-heron", "birds", "heron"),
    phrase_lf("says-iron", "metal", "iron"),
    phrase_lf("says-tempo", "music", "tempo"),
)
SETTINGS = Settings(records="r.json", tags="t.json", seed=5)
FEW = [[topic, *ABOVE.get(topic, [])] if i < 40 else None for i, topic in enumerate(TOPIC)]
KERNEL = {
    "kernel": {},
    "linear": {"end_model": "linear"},
    "pooled": {"label_model": "pooled"},
    "majority": {"label_model": "majority", "class_balance": "given"},
    "ignored": {"given_tags": "ignore"},
    "few given": {"given": FEW},
}
NO_END_MODEL = {
    "snorkel": {"end_model": "none"},
    "pooled": {"end_model": "none", "label_model": "pooled"},
    "given balance": {"end_model": "none", "class_balance": "given"},
    "ignored": {"end_model": "none", "given_tags": "ignore"},
}


def authors_give(seed=0):
    """Each author gives a tag and those above it, leaves each out in one of eight records; a quarter gave nothing."""
    rng = np.random.default_rng(seed)
    return [
        None if i % 8 in (5, 6) else [name for name in (topic, *ABOVE.get(topic, ())) if rng.random() > 0.12]
        for i, topic in enumerate(TOPIC)
    ]


def find_spans(lf, text):
    phrase = lf.phrases[0]
    return [Span("title", text.index(phrase), text.index(phrase) + len(phrase))]


def make_multilabel(given=None, ids=None, texts=TEXTS, **settings):
    """What explains all cells of a resolution."""
    records = make_records(texts, given=authors_give() if given is None else given, ids=ids)
    rows = [
        (TAGS.index[lf.tags[0]], record, place, lf.polarity)
        for place, lf in enumerate(LFS)
        for record, text in enumerate(texts)
        if lf.phrases[0] in text.split()
    ]
    inputs = Inputs(records, TAGS, build_graph(TAGS)[0], LFS, {}, {}, ())
    votes = make_votes(rows, n_records=len(texts), lf_ids=[lf.id for lf in LFS])
    return explainer_of(replace(SETTINGS, **settings), inputs, votes, resolve_given(records, TAGS))


def make_multiclass(given=None, **settings):
    inputs, votes, resolved = exclusive.make_exclusive(given)
    return explainer_of(replace(exclusive.SETTINGS, **settings), inputs, votes, resolved)


def explainer_of(settings, inputs, votes, given):
    observed = Observed.of(settings, inputs, votes, given)
    resolution = resolve(settings, observed)
    texts = inputs.records.texts["title"]
    finder = EvidenceFinder(
        votes, inputs.records, inputs.vocabulary, lambda lf, record: find_spans(inputs.lfs[lf], texts[record])
    )
    return Explainer(settings, observed, resolution, finder.of_cell)


def labels_of(explainer):
    return label_table(
        explainer.resolution.cells, explainer.inputs.records, explainer.inputs.vocabulary, explainer.observed.given
    )


def state(explainer, row):
    unlabelled = explainer.observed.given[row.record_id - 1] is None
    return f"unlabelled, {row.source}" if unlabelled else row.source


def without_evidence(explainer):
    """What explains only what adds up: what each vote changes takes its time."""
    return replace(explainer, find_evidence=lambda record, tag: ())


def check_sum(explanation, probability):
    """Shares add up to the log-odds of the probability that the labels have, which were in single precision."""
    assert explanation.probability == pytest.approx(probability, abs=1e-6)
    assert explanation.log_odds == pytest.approx(sum(share.log_odds for share in explanation.shares))
    assert expit(explanation.log_odds) == pytest.approx(probability, abs=1e-6)
    if 0.002 < probability < 0.998:
        assert explanation.log_odds == pytest.approx(logit(probability), abs=1e-4)


def check_all(explainer, where=lambda row: True, step=1):
    """Hold each label (or one in `step`) against its explanation; return how many there are of each source."""
    seen = Counter()
    explainer = without_evidence(explainer)
    for row in list(filter(where, labels_of(explainer).itertuples()))[::step]:
        [explanation] = explain_record(explainer, row.record_id, row.tag)
        assert (explanation.record_id, explanation.tag) == (row.record_id, row.tag)
        check_sum(explanation, row.probability)
        seen[state(explainer, row)] += 1
    return seen


@pytest.mark.parametrize("name", KERNEL)
def test_shares_add_up_to_the_log_odds_of_every_label(name):
    explainer = make_multilabel(**KERNEL[name])
    seen = check_all(explainer)
    states = {"unlabelled, voted", "unlabelled, inferred", "unlabelled, predicted", "given"}
    if name != "few given":
        states |= {"voted", "inferred", "predicted"}
    assert states <= {source for source, count in seen.items() if count >= 2}, seen


@pytest.mark.parametrize("end_model", ["kernel", "linear", "none"])
@pytest.mark.parametrize("label_model", ["auto", "snorkel"])
@pytest.mark.parametrize("given", ["use", "few"])
def test_shares_add_up_to_the_log_odds_of_every_label_of_exclusive_classes(end_model, label_model, given):
    few = [[topic] if i < 40 else None for i, topic in enumerate(exclusive.TOPIC)]
    explainer = make_multiclass(
        few if given == "few" else None,
        end_model=end_model,
        label_model=label_model,
    )
    seen = check_all(explainer, step=11 if end_model == "none" else 3)
    assert {"given", "predicted", "unlabelled, predicted"} <= seen.keys() | {"predicted" if given == "few" else ""}


@pytest.mark.parametrize("name", NO_END_MODEL)
def test_without_an_end_model_votes_add_to_the_prior_odds(name):
    explainer = without_evidence(make_multilabel(**NO_END_MODEL[name]))
    seen = check_all(explainer, lambda row: row.tag in LEAVES and row.source == "voted")
    assert min(seen["voted"], seen["unlabelled, voted"]) >= 5
    alone = explainer.resolution.label_model
    share = explainer.resolution.base_rates
    for record, tag, p in zip(alone.record.tolist(), alone.tag.tolist(), alone.probability.tolist(), strict=True):
        usual, votes = explainer.explain(record, tag).shares[:2]
        assert usual == ("usual for the tag", pytest.approx(logit(share[tag]) if name == "given balance" else 0))
        assert votes == ("labeling functions", pytest.approx(logit(p) - usual.log_odds, abs=1e-4))


@pytest.mark.parametrize("name", NO_END_MODEL)
def test_without_an_end_model_shares_add_up_too_where_nothing_votes(name):
    check_all(make_multilabel(**NO_END_MODEL[name]))


@pytest.mark.parametrize("label_model", ["majority", "snorkel"])
def test_without_an_end_model_too_a_raised_tag_has_more_than_its_own(label_model):
    explainer = without_evidence(make_multilabel(end_model="none", label_model=label_model))
    told = [explain_record(explainer, row.record_id, row.tag)[0] for row in labels_of(explainer).itertuples()]
    raised = [explanation for explanation in told if explanation.raised_by]
    assert raised
    assert min(explanation.shares[-1].log_odds for explanation in raised) > 1e-6


def test_without_an_end_model_a_tag_without_votes_may_be_less_probable_than_silence_and_says_so():
    explainer = without_evidence(make_multilabel(end_model="none"))
    seen = 0
    for row in labels_of(explainer).itertuples():
        [explanation] = explain_record(explainer, row.record_id, row.tag)
        last = explanation.shares[-1]
        if last.part.startswith("no vote on it: as probable as "):
            assert row.source in {"inferred", "given"}
            assert last.log_odds < 0
            assert explanation.raised_by is None
            assert explanation.shares[1].part == "no labeling function votes on it"
            seen += 1
    assert seen > 0


def test_a_given_tag_about_which_nothing_is_known_has_no_probability():
    explainer = make_multilabel([["nature", "food"], ["food"]] * 10, texts=["a bread", "metal"] * 10, end_model="none")
    [row] = [row for row in labels_of(explainer).itertuples() if (row.record_id, row.tag) == (2, "food")]
    assert np.isnan(row.probability)
    assert np.isnan(explain_record(explainer, 2, "food")[0].probability)


def test_parts_are_named_and_given_tags_are_none_of_an_unlabelled_record():
    explainer = make_multilabel()
    [labelled], [unlabelled] = (explain_record(explainer, record, "bread") for record in (1, 6))
    assert [share.part for share in labelled.shares] == [
        "usual for the tag",
        "labeling functions",
        "given tags",
        "text",
    ]
    assert [share.part for share in unlabelled.shares] == ["usual for the tag", "labeling functions", "text"]


@pytest.mark.parametrize("name", KERNEL)
def test_parts_stand_in_one_order_whatever_is_learnt_from(name):
    explainer = without_evidence(make_multilabel(**KERNEL[name]))
    order = ["usual", "labeling", "given", "text", "raised"]
    for row in labels_of(explainer).itertuples():
        first_words = [
            part.split()[0].replace("no", "labeling") for part in parts_of(explainer, row.record_id - 1, row.tag)
        ]
        assert first_words == [word for word in order if word in first_words]
        assert {"usual", "labeling", "text"} <= set(first_words)


def test_votes_on_other_classes_are_told_with_the_class_and_what_they_change():
    explainer = make_multiclass(label_model="majority")
    votes, names = explainer.observed.votes, explainer.inputs.vocabulary.names
    lowered = 0
    for record in range(0, N, 5):
        cast = {
            (votes.lf_ids[lf], names[tag])
            for lf, tag, r in zip(votes.lf, votes.tag, votes.record, strict=True)
            if r == record
        }
        for tag, name in enumerate(names):
            explanation = explainer.explain(record, tag)
            assert {(vote.lf, vote.tag or name) for vote in explanation.votes} == cast
            assert {lf for lf, _ in explanation.without} == {lf for lf, _ in cast}
            assert all(vote.tag != name for vote in explanation.votes)
            assert explanation.lowering <= {lf for lf, of in cast if of == name}
            changed = [p > explanation.probability + 0.01 for lf, p in explanation.without if (lf, name) not in cast]
            lowered += sum(changed)
    assert lowered > 3


def test_a_tag_may_be_named_by_an_alias_or_in_another_form():
    inputs = SimpleNamespace(vocabulary=vocabulary("bread = loaf, crust", "home-baking", "pie = crust"))
    assert find_tag(inputs, "bread") == find_tag(inputs, "loaf") == find_tag(inputs, "Loaf") == 0
    assert find_tag(inputs, "Home Baking") == 1
    how = {spelling: read_tag(inputs, spelling).how for spelling in ("bread", "loaf", "Home Baking")}
    assert how == {"bread": "name", "loaf": "alias", "Home Baking": "form"}
    with pytest.raises(TagsError, match=r"no tag 'crust'. It is an alias of 'bread' and 'pie': write one of them."):
        find_tag(inputs, "crust")
    with pytest.raises(TagsError, match=r"no tag 'bred'. Did you mean 'bread'\?"):
        find_tag(inputs, "bred")


def parts_of(explainer, record, tag):
    return [share.part for share in explainer.explain(record, explainer.inputs.vocabulary.index[tag]).shares]


def test_the_share_of_labeling_functions_says_where_none_votes_on_the_tag():
    explainer = make_multilabel()
    silent = next(i for i in range(N) if i not in explainer.observed.votes.record)
    assert parts_of(explainer, silent, "bread")[1] == "no labeling function votes on it"
    below = next(i for i in range(N) if TEXTS[i].split()[-1] == "bread")
    assert parts_of(explainer, below, "food")[1] == "labeling functions, on tags below it"
    assert parts_of(explainer, below, "metal")[1] == "no labeling function votes on it"
    classes = make_multiclass()
    voted = {
        (r, classes.inputs.vocabulary.names[t])
        for r, t in zip(classes.observed.votes.record, classes.observed.votes.tag, strict=True)
    }
    record = next(r for r, _ in voted)
    names = {tag: parts_of(classes, record, tag)[1] for tag in classes.inputs.vocabulary.names}
    assert names == {
        tag: "labeling functions" if (record, tag) in voted else "labeling functions, for other classes"
        for tag in names
    }
    assert len(set(names.values())) == 2


def test_a_tag_raised_by_closure_names_the_most_probable_tag_below():
    explainer = without_evidence(make_multilabel())
    found = {(row.record_id - 1, row.tag): row for row in labels_of(explainer).itertuples()}
    below = {"food": ["bread"], "animals": ["birds"], "nature": ["birds", "animals"]}
    own = explainer.resolution.prediction.probability
    raised = Counter()
    for (record, name), row in found.items():
        explanation = explainer.explain(record, TAGS.index[name])
        by_below = {other: own[record, TAGS.index[other]] for other in below.get(name, ())}
        highest = max(by_below, key=by_below.get, default=None)
        if highest is None or by_below[highest] <= own[record, TAGS.index[name]]:
            assert explanation.raised_by is None
            assert not any("raised" in share.part for share in explanation.shares)
            continue
        assert explanation.raised_by == highest
        assert explanation.shares[-1].part == f"raised to {highest!r}, a tag below it"
        assert explanation.shares[-1].log_odds == pytest.approx(
            logit(np.float64(row.probability)) - logit(np.float64(own[record, TAGS.index[name]])), abs=1e-2
        )
        raised[name, highest] += 1
    assert {("food", "bread"), ("animals", "birds"), ("nature", "birds"), ("nature", "animals")} <= raised.keys()


def without(explainer, record, lf):
    """The labels of a run in which a labeling function has not voted on a record."""
    votes = explainer.observed.votes
    kept = ~((votes.record == record) & (votes.lf == votes.lf_ids.index(lf)))
    anew = explainer_of(explainer.settings, explainer.inputs, votes.where(kept), explainer.observed.given)
    tags = explainer.inputs.vocabulary.names
    if anew.resolution.prediction is not None:
        return dict(zip(tags, anew.resolution.prediction.probability[record].tolist(), strict=True))
    cells = anew.resolution.label_model
    rows = cells.record == record
    return dict(zip((tags[t] for t in cells.tag[rows]), cells.probability[rows].tolist(), strict=True))


def votes_taken_away(explainer, records, leaves=LEAVES):
    """Of leaves of the tag graph: the explanation, its probability without a vote, and that of a run without it."""
    for record in records:
        for tag in sorted(leaves):
            explanation = explainer.explain(record, explainer.inputs.vocabulary.index[tag])
            for lf, probability in explanation.without:
                yield explanation, probability, without(explainer, record, lf)


UNLABELLED = [i for i in range(40) if i % 8 in (5, 6)]


@pytest.mark.parametrize("label_model", ["pooled", "majority"])
def test_without_a_vote_an_unlabelled_record_is_as_in_a_run_without_it(label_model):
    """Nothing is learnt from the record, and neither label model learns from votes: a run anew finds the same."""
    explainer = make_multilabel(label_model=label_model, end_model="linear")
    changed = 0
    for explanation, probability, anew in votes_taken_away(explainer, UNLABELLED):
        assert probability == pytest.approx(anew[explanation.tag], abs=1e-6)
        changed += abs(probability - explanation.probability) > 0.01
    assert changed >= 3


def test_without_a_vote_exclusive_classes_of_an_unlabelled_record_are_as_in_a_run_without_it():
    explainer = make_multiclass(label_model="majority")
    unlabelled = [i for i in range(40) if i % 8 == 5]
    changed = 0
    for explanation, probability, anew in votes_taken_away(explainer, unlabelled):
        assert probability == pytest.approx(anew[explanation.tag], abs=1e-9)
        changed += abs(probability - explanation.probability) > 0.001
    assert changed >= 3


@pytest.mark.parametrize("label_model", ["auto", "snorkel", "majority"])
def test_without_an_end_model_the_label_model_of_classes_is_fitted_anew(label_model):
    explainer = make_multiclass(end_model="none", label_model=label_model)
    seen = 0
    for explanation, probability, anew in votes_taken_away(explainer, [0, 5]):
        assert probability == pytest.approx(
            anew.get(explanation.tag, 0), abs=0.01 if explanation.tag not in anew else 1e-6
        )
        seen += 1
    assert seen >= 3


def test_without_an_end_model_a_cell_that_keeps_a_vote_is_as_in_a_run_without_the_other():
    explainer = make_multilabel(end_model="none")
    votes, kept = explainer.observed.votes, 0
    cells = Counter(zip(votes.record.tolist(), votes.tag.tolist(), strict=True))
    several = [record for (record, tag), count in cells.items() if count > 1 and TAGS.names[tag] in LEAVES][:5]
    for explanation, probability, anew in votes_taken_away(explainer, several):
        silent = explanation.tag not in anew
        if silent:  # the probability of silent cells is that of the run with the vote
            at = TAGS.index[explanation.tag]
            own = explainer.resolution.label_model.silent[at]
            assert min(abs(own - probability)) < 1e-6
        else:
            assert probability == pytest.approx(anew[explanation.tag], abs=1e-6)
            kept += 1
    assert kept >= 5


@pytest.mark.parametrize("settings", [{}, {"label_model": "pooled"}, {"given_tags": "ignore"}], ids=str)
def test_without_a_vote_a_record_is_near_a_run_without_it(settings):
    """What the end model has learnt of texts and of tags that go together stays."""
    explainer = make_multilabel(**settings)
    seen = 0
    for explanation, probability, anew in votes_taken_away(explainer, range(0, 12, 3)):
        change, expected = probability - explanation.probability, anew[explanation.tag] - explanation.probability
        assert abs(change - expected) < 0.7 * abs(expected) + 0.05
        assert abs(expected) < 0.05 or np.sign(change) == np.sign(expected)
        seen += 1
    assert seen >= 4


def test_without_its_only_vote_a_given_cell_is_as_probable_as_given_cells_without_votes():
    """All but the record itself decide: of the silent cells of others none was given metal, so it is near 0."""
    given = [["metal"] if i < 10 else ["music"] if i % 4 == 3 else [] for i in range(N)]
    texts = [f"iron {i}" if i < 10 else f"song {i}" for i in range(N)]
    explainer = make_multilabel(given, texts=texts, end_model="none", label_model="pooled")
    [explanation] = explain_record(explainer, 1, "metal")
    assert explanation.probability > 0.5
    [(lf, probability)] = explanation.without
    others = explainer_of(
        explainer.settings,
        explainer.inputs,
        explainer.observed.votes,
        [None, *explainer.observed.given[1:]],  # nobody tagged the record: it is not counted anywhere
    )
    [(_, counted)] = explain_record(others, 1, "metal")[0].without
    assert lf == "says-iron"
    assert probability == pytest.approx(counted, rel=0.2)


def test_a_vote_is_shown_with_its_text_and_a_vote_against_as_such():
    explainer = make_multilabel()
    record = next(i for i, text in enumerate(TEXTS) if {"flour", "forge"} <= set(text.split()))
    [explanation] = explain_record(explainer, record + 1, "bread")
    shown = {vote.lf: vote for vote in explanation.votes}
    assert {"no-forge", "says-flour"} <= shown.keys()
    assert (shown["no-forge"].vote, shown["no-forge"].text) == ("absent", "forge")
    assert (shown["says-flour"].vote, shown["says-flour"].text) == ("present", "flour")
    assert TEXTS[record][shown["no-forge"].start : shown["no-forge"].end] == "forge"
    assert [lf for lf, _ in explanation.without] == list(shown)


def test_a_cell_is_given_not_given_or_of_an_unlabelled_record():
    given = authors_give()
    given[1] = ["bread"]  # of metal
    explainer = make_multilabel(given)
    state = {(r, name): explain_record(explainer, r, name)[0].is_given for r in (2, 6) for name in ("bread", "metal")}
    assert state == {(2, "bread"): True, (2, "metal"): False, (6, "bread"): None, (6, "metal"): None}


@pytest.mark.parametrize("make", [make_multilabel, make_multiclass])
def test_similar_records_are_the_others_that_have_the_tag(make):
    explainer = make()
    holders = {i for i, tags in enumerate(explainer.observed.given) for tag in tags or () if tag.match.tag == "music"}
    [explanation] = explain_record(explainer, 4, "music")
    alike = [(other.record, other.similarity) for other in explanation.similar]
    assert len(alike) == 3
    assert {record for record, _ in alike} <= holders - {3}
    expected = explainer.resolution.prediction.similar(3, np.array(sorted(holders)), 3)
    assert alike == [(record, round(similarity, 3)) for record, similarity in expected]
    assert make(end_model="none").explain(3, explainer.inputs.vocabulary.index["music"]).similar == ()


def test_all_tags_that_were_given_voted_on_or_are_likely_are_told_the_most_probable_first():
    explainer = without_evidence(make_multilabel())
    labels = labels_of(explainer)
    checked = 0
    for record in range(N):
        rows = labels[labels["record_id"] == record + 1]
        named = {tag.match.tag for tag in explainer.observed.given[record] or ()}
        voted = {TAGS.names[t] for t in explainer.observed.votes.tag[explainer.observed.votes.record == record]}
        worth = {row.tag for row in rows.itertuples() if row.probability >= 0.05} | named | voted
        told = explain_record(explainer, record + 1)
        assert {explanation.tag for explanation in told} == worth
        assert all(one.probability > other.probability - 1e-6 for one, other in pairwise(told))
        checked += len(set(rows["tag"]) - worth)
    assert checked > 0
    assert len(explainer.tags_worth_telling(0, least=0.0, most=2)) == 2


def test_ids_that_are_numbers_may_be_asked_for_as_text():
    explainer = make_multilabel()
    assert explain_record(explainer, "7", "bread") == explain_record(explainer, 7, "bread")
    assert explain_record(explainer, "7", "bread")[0].record == 6
    assert explain_record(explainer, 7, "bread")[0].record_id == 7
    named = make_multilabel(ids=[f"doc-{i}" for i in range(N)])
    assert explain_record(named, "doc-6", "bread")[0].record == 6


def test_an_unknown_record_or_tag_is_an_error_with_the_nearest_name():
    explainer = make_multilabel(ids=[f"doc-{i}" for i in range(N)])
    with pytest.raises(RecordsError, match=r"no record has the id 'dok-17'. Did you mean 'doc-17'\?"):
        explain_record(explainer, "dok-17")
    with pytest.raises(RecordsError, match=r"no record has the id '17'. Give the id of a record; the first is 'doc-0'"):
        explain_record(explainer, 17, "bread")
    with pytest.raises(RecordsError, match=r"'5-doc'. Give the id of a record"):
        explain_record(explainer, "5-doc")
    with pytest.raises(RecordsError, match=r"'961'. Give the id of a record; the first is '1', the last is '96'"):
        explain_record(make_multilabel(), 961)  # a number is like any other
    with pytest.raises(RecordsError, match="Give the id of a record"):
        explain_record(explainer, "####", "bread")
    with pytest.raises(TagsError, match=r"there is no tag 'bred'. Did you mean 'bread'\?"):
        explain_record(explainer, "doc-17", "bred")
    with pytest.raises(TagsError, match="No tag is spelt like it"):
        explain_record(explainer, "doc-17", "physics")


def test_an_explanation_as_text_has_all_that_adds_up():
    explainer = make_multilabel()
    record = next(i for i in range(0, N, 15) if TOPIC[i] == "bread")
    [explanation] = explain_record(explainer, record + 1, "food")
    lines = str(explanation).splitlines()
    assert lines[0] == f"food: {explanation.probability:.3f} (given)"
    assert lines[1:] == [
        *(f"  {share.log_odds:+6.2f}  {share.part}" for share in explanation.shares),
        *(f"  {explanation.change_to(other):+6.2f}  without {lf}: {other:.3f}" for lf, other in explanation.without),
    ]
    assert "without name:food@title" in str(explanation)


def test_what_all_votes_change_together_is_told_where_there_are_several():
    explainer = make_multilabel(label_model="majority", end_model="linear")
    counts = Counter()
    for record in UNLABELLED:
        for tag in sorted(LEAVES):
            explanation = explainer.explain(record, TAGS.index[tag])
            counts[len(explanation.without)] += 1
            assert (explanation.without_all is None) == (len(explanation.without) < 2)
            if explanation.without_all is None:
                continue
            votes = explainer.observed.votes
            kept = ~((votes.record == record) & (votes.tag == TAGS.index[tag]))
            anew = explainer_of(explainer.settings, explainer.inputs, votes.where(kept), explainer.observed.given)
            assert explanation.without_all == pytest.approx(
                anew.resolution.prediction.probability[record, TAGS.index[tag]]
            )
            assert "without all labeling functions" in str(explanation)
    assert min(counts[n] for n in (0, 1, 2)) > 0


@pytest.fixture
def settings(tmp_path):
    rows = [
        {"id": i, "title": text, "tags": given}
        for i, (text, given) in enumerate(zip(TEXTS, authors_give(), strict=True), start=1)
    ]
    tags = [{"tag": tag.name, "parents": list(tag.parents)} for tag in TAGS.tags]
    (tmp_path / "records.json").write_text(json.dumps(rows))
    (tmp_path / "tags.json").write_text(json.dumps(tags))
    return replace(Project.of(str(tmp_path / "records.json"), str(tmp_path / "tags.json")).settings, cache=None)


@pytest.mark.parametrize("end_model", ["kernel", "none"])
def test_a_run_and_the_pipelines_explanation_say_the_same(settings, end_model):
    settings = replace(settings, end_model=end_model)
    run, explainer = run_pipeline(settings), explain(settings)
    for record in range(1, N, 9):
        assert run.why(record) == explain_record(explainer, record)
        assert run.why(str(record), "bread") == explain_record(explainer, record, "bread")
    labels = run.labels.set_index(["record_id", "tag"])["probability"]
    [explanation] = run.why(1, "bread")
    check_sum(explanation, labels[1, "bread"])
    assert [(vote.lf, vote.field, vote.text) for vote in explanation.votes] == [("name:bread@title", "title", "bread")]


@pytest.mark.parametrize(("record", "tag"), [("961", "bread"), ("1", "bred")])
def test_names_that_are_not_there_are_refused_before_anything_votes(settings, record, tag):
    stages = []

    def watch(stage):
        stages.append(stage)
        return unwatched(stage)

    with pytest.raises((RecordsError, TagsError)):
        explain(settings, watch, record, tag)
    assert stages == ["reading"]
    explain(settings, watch, "1", "bread")
    assert stages[1:] == ["reading", "voting", "resolving"]
