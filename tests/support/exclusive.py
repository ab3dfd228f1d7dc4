"""96 made records of exactly one topic each, words of which labeling functions vote for it, or against another."""

from dataclasses import replace

import numpy as np

from support.made import make_records, make_votes, phrase_lf
from support.topics import TOPICS, topic_texts
from support.vocabularies import vocabulary
from weaklabel.inputs import Inputs
from weaklabel.resolution import Observed
from weaklabel.resolution.classes import resolve_multiclass
from weaklabel.tags import build_graph, resolve_given
from weaklabel.terms import Settings

N = 96
TOPIC = [TOPICS[i % 4] for i in range(N)]
TEXTS = topic_texts(TOPIC)
SETTINGS = Settings(records="r.json", tags="t.json", task="multiclass", seed=5)
VOTING = {
    "bread": ("flour", "dough"), "metal": ("iron", "forge"), "birds": ("wing", "nest"), "music": ("chord", "tempo"),
}  # fmt: skip


def written_lfs(rename=str):
    """A labeling function a word, and one of melody that votes against bread."""
    said = [(topic, word, 1) for topic, words in VOTING.items() for word in words] + [("bread", "melody", -1)]
    return tuple(phrase_lf(f"says-{word}", rename(topic), word, polarity=vote) for topic, word, vote in said)


def authors_give(rename=str, seed=0):
    """A class of each record but an eighth, one in ten of them wrong."""
    rng = np.random.default_rng(seed)
    return [
        None if i % 8 == 5 else [rename(topic if rng.random() > 0.1 else str(rng.choice(TOPICS)))]
        for i, topic in enumerate(TOPIC)
    ]


def make_exclusive(given=None, *, texts=TEXTS, rename=str, names=TOPICS, ids=None, lfs=None):
    """Inputs, votes and given classes; `rename` gives topics other names."""
    tags = vocabulary(*map(rename, names))
    lfs = written_lfs(rename) if lfs is None else lfs
    records = make_records(texts, given=authors_give(rename) if given is None else given, ids=ids)
    rows = [
        (tags.index[lf.tags[0]], record, place, lf.polarity)
        for place, lf in enumerate(lfs)
        for record, text in enumerate(texts)
        if lf.phrases[0] in text.split()
    ]
    inputs = Inputs(records, tags, build_graph(tags)[0], lfs, {}, {}, ())
    votes = make_votes(rows, n_records=len(texts), lf_ids=[lf.id for lf in lfs])
    return inputs, votes, resolve_given(records, tags)


def resolve_exclusive(given=None, *, made=None, embeddings=None, **settings):
    inputs, votes, resolved = make_exclusive(given) if made is None else made
    settings = replace(SETTINGS, **settings)
    return resolve_multiclass(settings, Observed.of(settings, inputs, votes, resolved), embeddings)
