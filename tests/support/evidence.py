"""What query strategies read, made up."""

from dataclasses import fields, replace

import numpy as np
from scipy.sparse import csr_array

from weaklabel.sampling import Evidence

COMMITTEES = ("label models", "ensemble")
WORDS = 12


def make_evidence(n=12, n_tags=4, seed=0, *, has_votes=True, **changes):
    """Return evidence on n records; with `is_exclusive=True`, rows of probabilities are distributions."""
    rng = np.random.default_rng(seed)
    is_exclusive = changes.get("is_exclusive", False)

    def draw_probability():
        p = rng.random((n, n_tags))
        return p / p.sum(axis=1, keepdims=True) if is_exclusive else p

    votes = rng.integers(0, 3, (2, n, n_tags)) * has_votes
    vectors = rng.random((n, WORDS)) * (rng.random((n, WORDS)) < 0.5)
    given = rng.random((n, n_tags)) < 0.4
    made = Evidence(
        ids=tuple(f"r{i}" for i in range(n)),
        tags=tuple(f"tag{i}" for i in range(n_tags)),
        probability=draw_probability(),
        given=given,
        labelled=given.any(axis=1),
        suspicion=rng.random((n, n_tags)),
        present=votes[0].astype(float),
        absent=votes[1].astype(float),
        waiting=np.ones(n, dtype=bool),
        decided=np.zeros(n, dtype=bool),
        opinions={name: tuple(draw_probability() for _ in range(3)) for name in COMMITTEES},
        vectors=csr_array(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)),
    )
    return replace(made, **changes)


def permute(evidence, order):
    """Return the same evidence with its records in another order."""
    moved = {}
    for field in fields(evidence):
        value = getattr(evidence, field.name)
        if field.name == "ids":
            moved["ids"] = tuple(value[i] for i in order)
        elif field.name == "opinions":
            moved["opinions"] = {name: tuple(each[order] for each in members) for name, members in value.items()}
        elif field.name not in {"tags", "is_exclusive", "why", "seed"}:
            moved[field.name] = value[order]
    return replace(evidence, **moved)
