"""Texts about topics, given tags and spellings, made at random for end models."""

import numpy as np
from scipy.sparse import csr_array

from weaklabel.terms import GivenMatrix, SpellingMatrix, TagRelations

WORDS = {
    "bread": "flour yeast dough rye loaf crust knead oven",
    "metal": "iron steel alloy forge anvil rust furnace weld",
    "birds": "wing feather nest owl heron migrate beak flight",
    "music": "chord violin tempo scale melody drum choir tune",
}
TOPICS = tuple(WORDS)


def topic_texts(topics, seed=0, n_words=9):
    """A text a topic, mostly of its own words."""
    rng = np.random.default_rng(seed)
    everyone = " ".join(WORDS.values()).split()
    texts = []
    for topic in topics:
        own = list(rng.choice(WORDS[topic].split(), n_words - 2))
        texts.append(" ".join([*own, *rng.choice(everyone, 2)]))
    return texts


def given_of(rows, n_tags):
    """Given tags of rows of tag positions; None for an unlabelled record."""
    Y = np.zeros((len(rows), n_tags))
    for record, tags in enumerate(rows):
        Y[record, list(tags or ())] = 1
    return GivenMatrix(csr_array(Y), np.array([tags is not None for tags in rows], dtype=np.bool_))


def no_spellings(n_records):
    return SpellingMatrix(csr_array((n_records, 0)), np.array([], dtype=np.int32))


def no_relations(n_tags):
    return TagRelations(csr_array((n_tags, n_tags)), csr_array((n_tags, n_tags)))


def random_given(rng, n_records, n_tags, rate=0.4):
    return csr_array((rng.random((n_records, n_tags)) < rate).astype(np.float64))


def random_spellings(rng, n_records, owners):
    """Spellings of these tags (-1: of none), weighted at random."""
    used = rng.random((n_records, len(owners))) < 0.4
    weights = used * rng.uniform(0.5, 2.0, len(owners))
    return SpellingMatrix(csr_array(weights), np.array(owners, dtype=np.int32))


def random_features(rng, n_records, n_features):
    """Dense rows of length 1."""
    features = rng.normal(size=(n_records, n_features))
    return features / np.linalg.norm(features, axis=1, keepdims=True)
