from __future__ import annotations

import json
import pickle

import pytest
import spacy
from spacy.matcher import Matcher

from support.spacy_pipelines import entity_pipeline, token_lf
from weaklabel.errors import LabelingFunctionError
from weaklabel.terms.spacy_pipeline import load_pipeline, unneeded_components
from weaklabel.vote.token_patterns import TokenPatternSet

WRITTEN = '[[{"LOWER": {"IN": ["written", "implemented"]}}, {"LOWER": "in"}, {"LOWER": "rust"}]]'
RUST = '[[{"LOWER": "rust"}]]'
ENTITY = '[[{"ENT_TYPE": "PRODUCT", "OP": "+"}]]'
PATTERNS = [
    WRITTEN,
    RUST,
    '[[{"ORTH": "Rust"}], [{"LIKE_URL": true}]]',
    '[[{"IS_DIGIT": true}, {}, {"LENGTH": {">=": 4}}]]',
    '[[{"LOWER": "a", "OP": "*"}]]',
    '[[{"LOWER": {"REGEX": "^neur"}}, {"IS_PUNCT": true, "OP": "?"}, {"LOWER": {"FUZZY": "network"}}]]',
    '[[{}]]',
    '[[{"LOWER": "rust", "OP": "!"}]]',
]  # fmt: skip
TEXTS = [
    "Written in Rust, and implemented in RUST.",
    "",
    " \n\t",
    "rusty",
    "See https://example.com or 42 of them",
    "a a a b",
    "Neural-netwrok and neural networks",
    "写在 rust 中 🤖 e\u0301",
    "x\x00\ufeff rust\u2028",
]


ENGLISH = spacy.blank("en")


def by_hand(patterns, text, nlp=ENGLISH):
    """What spaCy finds in one text when it is asked for one labeling function alone."""
    matcher = Matcher(nlp.vocab, validate=True)
    matcher.add("hand", json.loads(patterns))
    doc = nlp(text)
    return sorted(
        {(doc[start:end].start_char, doc[start:end].end_char) for _, start, end in matcher(doc)},
        key=lambda span: (span[0], -span[1]),
    )


def test_matches_and_spans_are_what_spacy_finds_text_by_text():
    found = TokenPatternSet([token_lf(f"p{i}", patterns) for i, patterns in enumerate(PATTERNS)])
    matrix, failures = found.matches(TEXTS)
    expected = [[by_hand(patterns, text) for patterns in PATTERNS] for text in TEXTS]
    assert failures == []
    assert matrix.toarray().tolist() == [[int(bool(spans)) for spans in row] for row in expected]
    assert [[found.spans(text, lf) for lf in range(len(PATTERNS))] for text in TEXTS] == expected
    assert (matrix.dtype, matrix.has_sorted_indices) == ("int8", True)
    assert matrix.toarray()[0].tolist() == [1, 1, 1, 0, 0, 0, 1, 1]  # the reference finds something, too


def test_more_texts_than_are_read_at_once_keep_their_order():
    texts = [f"number {i} in rust" if i % 3 else f"number {i}" for i in range(300)]
    matrix, failures = TokenPatternSet([token_lf("a", RUST)]).matches(texts)
    assert (matrix.nonzero()[0].tolist(), failures) == ([i for i in range(300) if i % 3], [])


def test_spans_count_characters_of_the_original():
    text = "🤖 Ünï: Written in  Rust"
    ((start, end),) = TokenPatternSet([token_lf("a", '[[{"LOWER": "rust"}]]')]).spans(text, 0)
    assert text[start:end] == "Rust"


def test_nothing_in_nothing_out():
    assert TokenPatternSet([]).matches(["a", "b"])[0].shape == (2, 0)
    assert TokenPatternSet([token_lf("a", RUST)]).matches([])[0].shape == (0, 1)


def test_a_saved_pipeline_is_named_by_its_folder_and_shared_with_a_blank_one(tmp_path):
    path = entity_pipeline(tmp_path / "products")
    lfs = [token_lf("entity", ENTITY, path), token_lf("blank", RUST), token_lf("word", RUST, path)]
    texts = ["Made with TensorFlow", "rust for Visual Studio", "nothing"]
    found = TokenPatternSet(lfs)
    matrix, failures = found.matches(texts)
    assert (matrix.toarray().tolist(), failures) == ([[1, 0, 0], [1, 1, 1], [0, 0, 0]], [])
    nlp = spacy.load(path)
    assert [found.spans(text, 0) for text in texts] == [by_hand(ENTITY, text, nlp) for text in texts]
    assert found.spans(texts[1], 0) == [(9, 22), (9, 15), (16, 22)]


def test_a_missing_pipeline_is_an_error():
    with pytest.raises(LabelingFunctionError, match=r"there is no spaCy pipeline 'en_core_web_zz' installed\."):
        TokenPatternSet([token_lf("a", RUST, "en_core_web_zz")])


def test_a_text_on_which_a_component_fails_is_a_failure_of_those_who_need_it(tmp_path):
    path = entity_pipeline(tmp_path / "fails", "weaklabel_test_fails_on_bad", "entity_linker_stub")
    lfs = [token_lf("entity", '[[{"ENT_ID": "x"}]]', path), token_lf("blank", RUST)]
    texts = ["rust one", "bad rust", "rust three"]
    matrix, failures = TokenPatternSet(lfs).matches(texts)
    assert matrix.toarray().tolist() == [[0, 1], [0, 1], [0, 1]]
    assert failures == [(1, 0, "ValueError: a bad text")]


def test_a_labeling_function_fails_where_it_fails_alone_whoever_shares_its_pipeline(tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("weaklabel_test_fails_on_bad")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "PRODUCT", "pattern": "TensorFlow"}])
    nlp.to_disk(tmp_path / "p")
    starts, entity = (
        token_lf("starts", '[[{"IS_SENT_START": true, "LOWER": "bad"}]]', str(tmp_path / "p")),
        token_lf("entity", ENTITY, str(tmp_path / "p")),
    )
    text = "bad TensorFlow"
    alone = [TokenPatternSet([lf]).matches([text]) for lf in (starts, entity)]
    together, failures = TokenPatternSet([starts, entity]).matches(["good", text])
    assert [matrix.nnz for matrix, _ in alone] == together.toarray()[1].tolist()
    assert [[failure.error for failure in failures] for _, failures in alone] == [
        [error for row, lf, error in failures if lf == i] for i in range(2)
    ]
    assert failures[-1] == (1, 1, "ValueError: a bad text")


def test_a_component_that_drops_a_text_fails_on_it_and_on_no_other(tmp_path):
    path = entity_pipeline(tmp_path / "drops", "weaklabel_test_fails_on_bad", "entity_linker_stub")
    nlp = load_pipeline(path)
    nlp.set_error_handler(lambda name, component, docs, error: None)
    matrix, failures = TokenPatternSet([token_lf("a", '[[{"ENT_ID": "x"}], [{"LOWER": "rust"}]]', path)]).matches(
        ["rust", "bad rust", "rust"]
    )
    assert matrix.toarray().tolist() == [[1], [0], [1]]
    assert [(row, lf) for row, lf, _ in failures] == [(1, 0)]
    assert failures[0].error.startswith(f"the pipeline '{path}' gave 0 documents for 1 text.")


def test_a_blank_pipeline_takes_a_text_of_any_length_and_another_fails_on_it(tmp_path, monkeypatch):
    path = entity_pipeline(tmp_path / "long")
    lfs = [token_lf("blank", RUST), token_lf("entity", ENTITY, path), token_lf("word", RUST, path)]
    found = TokenPatternSet(lfs)
    for name in ("blank:en", path):
        monkeypatch.setattr(load_pipeline(name), "max_length", 20)
    matrix, failures = found.matches(["rust", "rust and very much more"])
    assert matrix.toarray().tolist() == [[1, 0, 1], [1, 0, 1]]  # the tokenizer is all that "word" needs
    what = f"the text has 23 characters; the pipeline {path!r} takes 20."
    assert failures == [(1, 1, f"{what} Shorten it, or let the labeling function read other fields.")]


def test_a_blank_pipeline_takes_more_than_spacys_million_characters():
    matrix, failures = TokenPatternSet([token_lf("a", RUST)]).matches(["a" * 1_000_001 + " rust"])
    assert (matrix.nnz, failures) == (1, [])


def test_half_a_surrogate_pair_is_read_as_an_unknown_character():
    found = TokenPatternSet([token_lf("a", RUST)])
    assert found.matches(["\ud83e rust"])[0].nnz == 1
    assert found.spans("\ud83e rust", 0) == [(2, 6)]


def test_a_stop_from_outside_is_not_swallowed(tmp_path):
    path = entity_pipeline(tmp_path / "stops", "weaklabel_test_fails_on_bad", "entity_linker_stub")
    found = TokenPatternSet([token_lf("a", '[[{"ENT_ID": "x"}]]', path)])

    def stop(doc):
        raise KeyboardInterrupt

    nlp = load_pipeline(path)
    nlp._components[1] = ("weaklabel_test_fails_on_bad", stop)
    with pytest.raises(KeyboardInterrupt):
        found.matches(["a"])


def test_a_morph_that_no_token_of_a_text_has_is_no_failure(tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("attribute_ruler").add([[{"LOWER": "ran"}]], {"MORPH": "Tense=Past"})
    nlp.to_disk(tmp_path / "m")
    lf = token_lf("past", '[[{"MORPH": "Tense=Past"}]]', str(tmp_path / "m"))
    matrix, failures = TokenPatternSet([lf]).matches(["it ran", "of"])
    assert (matrix.toarray().tolist(), failures) == ([[1], [0]], [])


def test_components_after_the_last_one_that_matters_are_left_out():
    nlp = spacy.blank("en")
    for name in ("sentencizer", "entity_ruler", "spancat"):
        nlp.add_pipe(name)
    assert unneeded_components(nlp, {"LOWER"}) == ("spancat", "entity_ruler", "sentencizer")
    assert unneeded_components(nlp, {"SENT_START"}) == ("spancat", "entity_ruler")
    assert unneeded_components(nlp, {"ENT_TYPE"}) == ("spancat",)
    assert unneeded_components(nlp, {"_"}) == ()
    nlp.add_pipe("merge_entities")
    assert unneeded_components(nlp, {"LOWER"}) == ()


def test_a_set_can_be_pickled():
    found = pickle.loads(pickle.dumps(TokenPatternSet([token_lf("a", RUST)])))
    assert found.matches(["rust", "c"])[0].toarray().tolist() == [[1], [0]]


def test_a_labeling_function_can_be_hashed():
    assert len({token_lf("a", RUST), token_lf("a", RUST), token_lf("a", WRITTEN)}) == 2
