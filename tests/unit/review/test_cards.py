"""Cards, the order of records, search, and the cutting of texts."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("sqlalchemy", reason="the extra review is not installed")

from support.reviews import TAGS, make_deck
from weaklabel.review.search import TagSearch
from weaklabel.review.stretches import MAX_TEXT, Mark, cut
from weaklabel.terms import Tag, Vocabulary


def test_suggested_tags_come_by_probability_and_given_ones_after_them():
    card = make_deck().deal(1)
    assert [(offer.tag, offer.source, offer.verdict, offer.probability) for offer in card.offers] == [
        ("pytorch", "suggested", "no", 0.93), ("deep-learning", "suggested", "no", 0.8),
        ("cooking", "given", "yes", 0.2),
    ]  # fmt: skip
    assert card.offers[0].above == ("deep-learning", "machine-learning")
    assert card.offers[2].spelling == "Cooking"


def test_what_stands_above_a_given_tag_stands_at_yes():
    card = make_deck(given=[("pytorch",)] * 6).deal(1)
    verdicts = {offer.tag: (offer.source, offer.verdict) for offer in card.offers}
    assert verdicts["deep-learning"] == ("suggested", "yes")
    assert verdicts["cooking"] == ("suggested", "no")


def test_what_is_no_tag_is_offered_as_it_is_written():
    card = make_deck(given=[("Unheard of",)] * 6).deal(1)
    last = card.offers[-1]
    assert (last.tag, last.source, last.is_known) == ("Unheard of", "given", False)


def test_a_record_without_given_tags_and_labels_has_no_offers():
    deck = make_deck(given=[None] * 6)
    deck = type(deck)(
        deck.records, deck.vocabulary, deck.graph, deck.labels.iloc[:0], deck.findings.iloc[:0], deck.votes.iloc[:0]
    )
    assert deck.deal(1).offers == ()


def test_earlier_verdicts_are_chosen_and_other_tags_added():
    card = make_deck().deal(1, {"pytorch": "unsure", "machine-learning": "yes"}, "why not")
    chosen = {offer.tag: (offer.verdict, offer.source) for offer in card.offers}
    assert chosen["pytorch"] == ("unsure", "suggested")
    assert chosen["machine-learning"] == ("yes", "added")
    assert card.note == "why not"


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        (("Cooking",), "cooking"),
        (None, "pytorch"),
        (("Cooking", "deep-learning"), "deep-learning"),
        (("What",), "What"),
    ],
)
def test_of_classes_the_given_one_is_chosen_or_the_most_probable(given, chosen):
    card = make_deck(given=[given] * 6, task="multiclass").deal(1)
    assert [offer.tag for offer in card.offers if offer.verdict == "yes"] == [chosen]
    assert {offer.verdict for offer in card.offers if offer.tag != chosen} <= {"no"}


def test_no_class_is_chosen_beside_the_one_that_was_chosen_before():
    deck = make_deck(task="multiclass")
    for verdict in ("yes", "unsure"):
        card = deck.deal(1, {"machine-learning": verdict})
        assert [(offer.tag, offer.verdict) for offer in card.offers if offer.verdict != "no"] == [
            ("machine-learning", verdict)
        ]


def test_evidence_and_surfaces_of_offered_tags_are_marked():
    card = make_deck(titles=["PyTorch, torch and ML"]).deal(1)
    assert [(stretch.text, stretch.tags) for stretch in card.texts[0].stretches] == [
        ("PyTorch", ("pytorch",)), (", ", ()), ("torch", ("pytorch",)), (" and ML", ()),
    ]  # fmt: skip
    assert [offer.marked for offer in card.offers] == [("PyTorch", "torch"), (), ()]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-3, 70), st.integers(-3, 70)), max_size=8))
def test_cut_texts_are_whole_and_marked_where_marks_are(text, spans):
    marks = [Mark(start, end, f"t{i}") for i, (start, end) in enumerate(spans)]
    stretches = list(cut(text, marks))
    assert "".join(stretch.text for stretch in stretches) == text
    tags_at = [stretch.tags for stretch in stretches for _ in stretch.text]
    for position, tags in enumerate(tags_at):
        inside = {m.tag for m in marks if 0 <= m.start <= position < m.end <= len(text)}
        assert set(tags) == inside


def test_a_very_long_text_is_cut_off():
    stretches = list(cut("x" * (MAX_TEXT + 5), [Mark(MAX_TEXT - 1, MAX_TEXT + 2, "late")]))
    assert [len(stretches[0].text), stretches[1].text] == [MAX_TEXT, " … (5 more characters)"]


@pytest.mark.parametrize(
    ("query", "first"),
    [("deep", "deep-learning"), ("DL", "deep-learning"), ("learning", "deep-learning"), ("torch", "pytorch"),
     ("pytroch", "pytorch"), ("recip", "cooking"), ("", "cooking"), ("Deep Learning", "deep-learning")],
)  # fmt: skip
def test_tags_are_found_by_name_alias_and_likeness(query, first):
    assert TagSearch(Vocabulary.of(list(TAGS))).find(query)[0].tag == first


def test_a_name_comes_before_an_alias_and_what_begins_before_what_holds():
    vocabulary = Vocabulary.of([Tag("zoo", ("art",)), Tag("art-history"), Tag("modern-art"), Tag("party"), Tag("art")])
    hits = TagSearch(vocabulary).find("art")
    assert [(hit.tag, hit.alias) for hit in hits] == [
        ("art", None), ("art-history", None), ("zoo", "art"), ("modern-art", None), ("party", None),
    ]  # fmt: skip


def test_nothing_is_found_for_what_is_like_nothing():
    assert TagSearch(Vocabulary.of(list(TAGS))).find("xyzzy") == ()


def test_ids_may_be_texts():
    deck = make_deck(ids=["a b", "é", '"', "d", "e", "f"])
    assert deck.deal('"').record_id == '"'
    assert 1 not in deck
    assert json.dumps(deck.deal("é").record_id) == '"\\u00e9"'


def test_a_missing_parent_is_offered_however_unlikely():
    deck = make_deck(1)
    labels = deck.labels[deck.labels["tag"] != "machine-learning"]
    findings = deck.findings.assign(kind="missing_parent", tag="machine-learning")
    deck = type(deck)(deck.records, deck.vocabulary, deck.graph, labels, findings, deck.votes)
    offers = [(offer.tag, offer.probability) for offer in deck.deal(1).offers if offer.source == "suggested"]
    assert offers == [("pytorch", 0.93), ("deep-learning", 0.8), ("machine-learning", None)]


def test_labels_may_stand_in_any_order():
    deck = make_deck(3)
    shuffled = deck.labels.sample(frac=1, random_state=0)
    other = type(deck)(deck.records, deck.vocabulary, deck.graph, shuffled, deck.findings, deck.votes)
    assert [other.deal(i) for i in (1, 2, 3)] == [deck.deal(i) for i in (1, 2, 3)]
