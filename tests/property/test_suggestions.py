"""A suggested labeling function, read from the file that is written, fires exactly in the records that were counted."""

import random

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from support.made import make_records, make_vocabulary
from support.phrase_texts import WORDS, random_text
from weaklabel.documents import read_document
from weaklabel.errors import LabelingFunctionError
from weaklabel.inputs import Inputs
from weaklabel.lf_additions import write_suggestions
from weaklabel.lf_suggestions import Query, suggest_lfs
from weaklabel.lf_tests import check_lfs
from weaklabel.lfs import declare_lfs, generate_lfs
from weaklabel.suggest import list_phrases
from weaklabel.tags import resolve_given
from weaklabel.terms import Settings
from weaklabel.vote import PhraseMatcher, apply_lfs

SETTINGS = Settings("records.json", "tags.json")
NAMES = ["python", "go", "機械学習", "c++", "naïve", "no", "on: {x}", "한국", "a'b\"c"]


def make_inputs(rng):
    """Records whose tags depend on a few words of their texts, so that there is something to find."""
    telling = rng.sample(WORDS, 6)
    names = rng.sample(NAMES, 3)
    texts, tags = [], []
    for _ in range(60):
        text, other = random_text(rng, WORDS), random_text(rng, WORDS)
        own = [name for name, word in zip(names, telling, strict=False) if word in text and rng.random() < 0.9]
        if rng.random() < 0.5:
            k = rng.randrange(3)
            text, own = f"{text} {telling[k]} {telling[k + 3]}", [*own, names[k]]
        texts.append((text, other))
        tags.append(None if rng.random() < 0.1 else sorted(set(own)))
    records = make_records([t for t, _ in texts], descriptions=[d for _, d in texts], given=tags)
    vocabulary = make_vocabulary(*names)
    graph = nx.DiGraph()
    graph.add_nodes_from(vocabulary.names)
    lfs = tuple(sorted(generate_lfs(vocabulary, records.fields), key=lambda lf: lf.id))
    return Inputs(records, vocabulary, graph, lfs, {}, {}, ())


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), beginnings=st.booleans())
def test_a_written_suggestion_fires_where_it_was_counted(tmp_path_factory, seed, beginnings):
    inputs = make_inputs(random.Random(seed))
    if all(tags is None for tags in inputs.records.given):
        return
    votes = apply_lfs(inputs.lfs, inputs.records, inputs.vocabulary, n_workers=0)
    given_tags = resolve_given(inputs.records, inputs.vocabulary)
    query = Query(least_precision=0.5, with_beginnings=beginnings)
    found = suggest_lfs(SETTINGS, inputs, votes, given_tags, None, query)
    path = tmp_path_factory.mktemp("written") / "new.yaml"
    written = write_suggestions(path, [lf.entry for lf in found.lfs], inputs)
    assert written == len(found.lfs)
    if not written:
        return
    document = read_document(str(path), LabelingFunctionError)
    lfs, problems = declare_lfs(document, inputs.vocabulary, inputs.records.fields)
    assert not problems
    for lf, suggested in zip(lfs, found.lfs, strict=True):
        fired = apply_lfs([lf], inputs.records, inputs.vocabulary, n_workers=0)
        assert fired.record.tolist() == suggested.suggestion.fired.tolist()
        assert lf.tags == (suggested.entry.tag,)
        assert np.isin(suggested.suggestion.changed, suggested.suggestion.fired).all()
        assert suggested.entry.examples
    assert check_lfs(Inputs(**{**fields_of(inputs), "lfs": tuple(lfs)}), timeout_s=5).problems == ()


def fields_of(inputs):
    return {name: getattr(inputs, name) for name in inputs.__slots__}


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_phrase_is_found_in_a_text_that_it_is_listed_from(seed):
    """Where it is the only word; inside longer texts a symbol or a mark beside it may make it another token."""
    rng = random.Random(seed)
    words = [word for word in WORDS if word.isalpha() and word.isascii()]
    text = " ".join(rng.choices(words, k=6))
    phrases = list_phrases([text] * 3)
    assert PhraseMatcher(phrases).matches([text]).nnz == len(phrases)
