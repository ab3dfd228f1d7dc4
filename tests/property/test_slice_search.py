"""The search of slices against all conjunctions, one by one; its bound against exact probabilities."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_array
from scipy.stats import hypergeom

from weaklabel.discovery.literals import Column, Literal, Literals
from weaklabel.discovery.search import GREATEST_SHARE, Space, search
from weaklabel.discovery.tail_bound import TailBound

N = 60
STEPS = {"0 and 1": 1, "few values": 3, "any": 1e9}


def make_literals(held, features):
    columns = [
        Column(Literal("given", {"given": f"t{i}"}, f"t{i}", f"f{feature}"), np.flatnonzero(held[:, i]))
        for i, feature in enumerate(features)
    ]
    return Literals.of(columns, len(held))


def all_definitions(held, features, least):
    """Every conjunction of up to three literals of different features with enough records, by number of literals."""
    for level in (1, 2, 3):
        for definition in combinations(range(held.shape[1]), level):
            members = held[:, definition].all(axis=1)
            if members.sum() >= least and len({features[i] for i in definition}) == level:
                yield definition, members


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    least=st.integers(2, 8),
    kind=st.sampled_from(["0 and 1", "any", "few values"]),
    n_left=st.integers(20, N),
)
def test_search_finds_what_a_look_at_every_conjunction_finds(seed, least, kind, n_left):
    rng = np.random.default_rng(seed)
    held = rng.random((N, 9)) < rng.uniform(0.1, 0.8, 9)
    features = [0, 0, *range(1, 8)]
    errors = {"0 and 1": rng.integers(0, 2, N) * 1.0, "any": rng.random(N), "few values": rng.integers(0, 4, N) / 3}[
        kind
    ]
    weak = held[:, 3] & held[:, 5] if seed % 2 else held[:, 0] & held[:, 1]  # the latter is no definition
    errors[weak] = np.maximum(errors[weak], rng.random(weak.sum()) < 0.8)
    rows = np.sort(rng.permutation(N)[:n_left])
    space, bound = Space.of(make_literals(held, features), np.arange(N), least), TailBound.of(errors)
    expected = []
    for definition, members in all_definitions(held, features, least):
        inside = members[rows]
        if least <= inside.sum() <= GREATEST_SHARE * n_left:
            evidence = bound.evidence(np.array([float(inside.sum())]), np.array([errors[rows][inside].sum()]))[0]
            score = evidence - space.prices[len(definition) - 1]
            if score > 0:
                expected.append((definition, score))
    places = {f"t{i}": i for i in range(9)}
    found = [
        (tuple(places[space.literals.items[i].text] for i in scored.definition), scored.score)
        for scored in search(space, bound, errors, rows)
    ]
    expected.sort(key=lambda each: -each[1])
    assert [score for _, score in found] == pytest.approx([score for _, score in expected[:50]])
    if len(expected) <= 50:
        assert {definition for definition, _ in found} == {definition for definition, _ in expected}


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), least=st.integers(2, 6))
def test_the_space_holds_as_many_definitions_as_there_are(seed, least):
    rng = np.random.default_rng(seed)
    held = rng.random((N, 8)) < rng.uniform(0.1, 0.6, 8)
    features = [0, 0, *range(1, 7)]
    sizes = Space.of(make_literals(held, features), np.arange(N), least).sizes
    counts = [0, 0, 0]
    for definition, _ in all_definitions(held, features, least):
        counts[len(definition) - 1] += 1
    pairs = {definition for definition, _ in all_definitions(held, features, least) if len(definition) == 2}
    closed = sum(all(pair in pairs for pair in combinations(triple, 2)) for triple in combinations(range(8), 3))
    assert sizes == (counts[0], counts[1], closed)
    assert closed >= counts[2]


@settings(max_examples=100, deadline=None)
@given(n=st.integers(20, 300), share=st.floats(0.02, 0.9), size=st.integers(1, 20), wrong=st.integers(0, 20))
def test_no_draw_is_less_likely_than_the_evidence_against_it_says(n, share, size, wrong):
    n_wrong = max(1, round(share * n))
    errors = np.zeros(n)
    errors[:n_wrong] = 1
    wrong = min(wrong, size)
    evidence = TailBound.of(errors).evidence(np.array([float(size)]), np.array([float(wrong)]))[0]
    assert hypergeom.sf(wrong - 1, n, n_wrong, size) <= np.exp(-evidence) * (1 + 1e-3)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), least=st.integers(1, 5))
def test_no_part_of_a_slice_has_more_evidence_than_its_ceilings(seed, least):
    rng = np.random.default_rng(seed)
    errors = -np.sort(-np.round(rng.random(40), 2))
    bound, members = TailBound.of(errors), np.sort(rng.permutation(40)[:7])
    extents = csc_array((np.ones(7), members, [0, 7]), shape=(40, 1))
    parts = [list(part) for size in range(least, 8) for part in combinations(members, size)]
    best = max(bound.evidence(np.array([float(len(p))]), np.array([errors[p].sum()]))[0] for p in parts)
    assert bound.ceiling_of(extents, errors, least)[0] == pytest.approx(best)
    assert bound.ceiling(np.array([7.0]), np.array([errors[members].sum()]), least)[0] >= best - 1e-9
