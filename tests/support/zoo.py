"""A small world for comparisons of label models: animals, of which a name in the text tells more or less."""

import numpy as np

from support.made import make_records, make_votes, phrase_lf
from support.vocabularies import vocabulary
from weaklabel.inputs import Inputs
from weaklabel.tags import build_graph, resolve_given
from weaklabel.terms import Settings

TAGS = vocabulary("cat < pet", "dog < pet", "pet", "fish")
GRAPH, _ = build_graph(TAGS)
LFS = tuple(
    phrase_lf(f"{kind}:{name}@title", name, word, origin="generated")
    for kind in ("alias", "name")
    for name in ("cat", "dog", "fish")
    for word in [name if kind == "name" else f"{name}s"]
)
SETTINGS = Settings(records="r.json", tags="t.json", end_model="none", seed=1)


def make_zoo(n=120, seed=0, unlabelled=0.1):
    """Records, votes and given tags: votes for dog are nearly always right, for cat half the time, for fish hardly."""
    rng = np.random.default_rng(seed)
    right = {"cat": 0.5, "dog": 0.95, "fish": 0.05}
    rows, given = [], []
    for record in range(n):
        tags = set()
        for name in ("cat", "dog", "fish"):
            voted = rng.random() < 0.3
            if voted:
                kinds = rng.choice(["alias", "name"], rng.integers(1, 3), replace=False)
                rows += [(TAGS.index[name], record, find_lf(f"{kind}:{name}@title"), 1) for kind in kinds]
            if rng.random() < (right[name] if voted else 0.05):
                tags |= {name} | ({"pet"} if name != "fish" and rng.random() < 0.8 else set())
        given.append(None if rng.random() < unlabelled else sorted(tags))
    return make_world(rows, given)


def make_world(rows, given):
    records = make_records([f"text {i}" for i in range(len(given))], given=given)
    inputs = Inputs(records, TAGS, GRAPH, LFS, {}, {}, ())
    votes = make_votes(rows, n_records=len(given), lf_ids=[lf.id for lf in LFS])
    return inputs, votes, resolve_given(records, TAGS)


def find_lf(lf_id):
    return [lf.id for lf in LFS].index(lf_id)
