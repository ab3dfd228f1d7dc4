"""Which votes decided cells contradict, and who answers for what the label model gets wrong, by brute force."""

import math
from collections import defaultdict

import numpy as np
import pytest

from support.made import make_votes
from weaklabel.corrections import DecidedCells, blame_votes, probability_by_votes
from weaklabel.terms import CellProbabilities

LFS = ("a", "b", "c")


def make_model(cells, n_records, silent):
    """A label model's cells, of a mapping (record, tag): probability; `silent` is P of others, by tag."""
    keys = sorted(cells)
    flags = np.ones(len(keys), dtype=np.bool_)
    return CellProbabilities(
        np.array([key[0] for key in keys], dtype=np.int32), np.array([key[1] for key in keys], dtype=np.int32),
        np.array([cells[key] for key in keys]), flags, ~flags, np.array([[p, p] for p in silent]),
        np.zeros(n_records, dtype=np.bool_),
    )  # fmt: skip


def decided(*cells):
    table = np.array(cells, dtype=np.int32).reshape(-1, 3)
    return DecidedCells(table[:, 0], table[:, 1], table[:, 2] > 0)


def by_lf(blamed, field):
    found = defaultdict(float)
    for lf, value in zip(blamed.lf.tolist(), getattr(blamed, field).tolist(), strict=True):
        found[LFS[lf]] += value
    return dict(found)


def random_case(seed, n_records=40, n_tags=2):
    """Votes of three labeling functions, and a label model that is a function of a cell's votes."""
    random = np.random.default_rng(seed)
    rows = [
        (tag, record, lf, int(random.choice([1, 1, -1])))
        for tag in range(n_tags) for record in range(n_records) for lf in range(3) if random.random() < 0.4
    ]  # fmt: skip
    weights = random.uniform(0.2, 3, size=(n_tags, 3))
    logits = defaultdict(float)
    for tag, record, lf, vote in rows:
        logits[record, tag] += vote * weights[tag, lf]
    cells = {key: 1 / (1 + math.exp(-value)) for key, value in logits.items()}
    return rows, make_model(cells, n_records, [0.1, 0.2]), cells


def without_by_hand(rows, cells, silent, record, tag, lf, n_records):
    """The mean over all cells of the tag whose votes, but for one labeling function's, are those of a cell."""
    votes = defaultdict(dict)
    for t, r, who, vote in rows:
        if t == tag:
            votes[r][who] = vote
    wanted = {who: vote for who, vote in votes[record].items() if who != lf}
    alike = [r for r in range(n_records) if {who: v for who, v in votes[r].items() if who != lf} == wanted]
    return float(np.mean([cells.get((r, tag), silent[tag]) for r in alike]))


@pytest.mark.parametrize("seed", range(5))
def test_without_a_labeling_function_a_cell_is_the_mean_of_those_that_are_alike_but_for_it(seed):
    rows, model, cells = random_case(seed)
    votes = make_votes(rows, n_records=40, lf_ids=LFS)
    random = np.random.default_rng(seed)
    every = decided(*((r, t, random.integers(2)) for r in range(40) for t in range(2)))
    blamed = blame_votes(votes, model, every)
    assert len(blamed.cell) == len(votes)
    for cell, lf, without in zip(blamed.cell.tolist(), blamed.lf.tolist(), blamed.without.tolist(), strict=True):
        record, tag = int(every.record[cell]), int(every.tag[cell])
        assert without == pytest.approx(without_by_hand(rows, cells, [0.1, 0.2], record, tag, lf, 40))


@pytest.mark.parametrize("seed", range(5))
def test_blame_is_one_for_each_wrong_cell_with_a_contradicted_vote_and_only_contradicted_votes_have_it(seed):
    rows, model, cells = random_case(seed)
    votes = make_votes(rows, n_records=40, lf_ids=LFS)
    random = np.random.default_rng(seed)
    every = decided(*((r, t, random.integers(2)) for r in range(0, 40, 2) for t in range(2)))
    blamed = blame_votes(votes, model, every)
    said = defaultdict(list)
    for t, r, _, vote in rows:
        said[r, t].append(vote > 0)
    wrong = sum(
        (cells[r, t] > 0.5) != right and any(vote != right for vote in said[r, t])
        for r, t, right in zip(every.record.tolist(), every.tag.tolist(), every.is_right.tolist(), strict=True)
        if (r, t) in said
    )
    assert blamed.blame.sum() == pytest.approx(wrong)
    assert wrong > 0
    assert not blamed.blame[blamed.is_confirmed].any()
    assert (blamed.blame[blamed.is_alone] > 0).all()


def test_the_vote_that_pushes_most_has_most_blame_and_two_that_hide_each_other_share_it():
    # Tag 0: record 0 has votes of a and b, which never stand alone; record 1 has a and c, 2 has a, 3 has c, 4 nothing.
    rows = [(0, 0, 0, 1), (0, 0, 1, 1), (0, 1, 0, 1), (0, 1, 2, 1), (0, 2, 0, 1), (0, 3, 2, 1)]
    votes = make_votes(rows, n_records=5, lf_ids=LFS)
    model = make_model({(0, 0): 0.9, (1, 0): 0.9, (2, 0): 0.6, (3, 0): 0.8}, 5, [0.1])
    blamed = blame_votes(votes, model, decided((1, 0, 0)))
    # Without a: the mean of .9 and .8; without c: the mean of .9 and .6.
    push = {"a": math.log(9) - math.log(0.85 / 0.15), "c": math.log(9) - math.log(0.75 / 0.25)}
    shares = {lf: value / sum(push.values()) for lf, value in push.items()}
    assert by_lf(blamed, "blame") == pytest.approx(shares)
    assert not blamed.is_alone.any()
    absent = make_votes([(*row[:3], -1) for row in rows], n_records=5, lf_ids=LFS)
    mirrored = make_model({(0, 0): 0.1, (1, 0): 0.1, (2, 0): 0.4, (3, 0): 0.2}, 5, [0.9])
    assert by_lf(blame_votes(absent, mirrored, decided((1, 0, 1))), "blame") == pytest.approx(shares)
    hidden = make_votes([(0, 0, 0, 1), (0, 0, 1, 1)], n_records=1, lf_ids=LFS)
    same = blame_votes(hidden, make_model({(0, 0): 0.9}, 1, [0.1]), decided((0, 0, 0)))
    assert by_lf(same, "blame") == {"a": 0.5, "b": 0.5}


def test_a_contradicted_vote_that_pushes_the_other_way_is_not_to_blame():
    # With b beside it, a is less probable than alone: without b the mean of .8 and .95 is more than .8.
    votes = make_votes([(0, 0, 0, 1), (0, 0, 1, 1), (0, 1, 0, 1), (0, 2, 1, 1)], n_records=3, lf_ids=LFS)
    model = make_model({(0, 0): 0.8, (1, 0): 0.95, (2, 0): 0.3}, 3, [0.1])
    assert by_lf(blame_votes(votes, model, decided((0, 0, 0))), "blame") == {"a": 1, "b": 0}


def test_a_vote_alone_without_which_the_cell_would_be_right():
    votes = make_votes([(0, 0, 0, 1), (0, 1, 1, -1)], n_records=20, lf_ids=LFS)
    model = make_model({(0, 0): 0.9, (1, 0): 0.05}, 20, [0.1])
    blamed = blame_votes(votes, model, decided((0, 0, 0), (1, 0, 0), (2, 0, 1)))
    assert by_lf(blamed, "is_confirmed") == {"a": 0, "b": 1}
    assert by_lf(blamed, "is_alone") == {"a": 1, "b": 0}
    assert by_lf(blamed, "blame") == {"a": 1, "b": 0}
    assert blamed.without[0] == pytest.approx((0.9 + 18 * 0.1) / 19)


def test_of_classes_all_votes_on_a_record_are_one_pattern():
    # Records 0 and 1: a says class 0, b says class 1. Record 2: b alone. Classes exclude each other.
    rows = [(0, 0, 0, 1), (0, 1, 0, 1), (1, 0, 1, 1), (1, 1, 1, 1), (1, 2, 1, 1)]
    votes = make_votes(rows, n_records=4, lf_ids=LFS)
    cells = {(r, 0): 0.7 for r in (0, 1)} | {(r, 1): 0.3 for r in (0, 1)} | {(2, 0): 0.2, (2, 1): 0.8}
    model = make_model(cells, 4, [math.nan, math.nan])
    blamed = blame_votes(votes, model, decided((0, 0, 0), (0, 1, 1)), is_exclusive=True)
    of = {LFS[lf]: (i, c) for i, (lf, c) in enumerate(zip(blamed.lf.tolist(), blamed.cell.tolist(), strict=True))}
    assert blamed.without[of["a"][0]] == pytest.approx((0.7 + 0.7 + 0.2) / 3)
    assert by_lf(blamed, "blame") == {"a": 1, "b": 0}


def test_nothing_decided_and_cells_without_votes():
    votes = make_votes([(0, 0, 0, 1)], n_records=2, lf_ids=LFS)
    model = make_model({(0, 0): 0.9}, 2, [0.25])
    nothing = blame_votes(votes, model, decided())
    assert (len(nothing.cell), len(nothing.blame)) == (0, 0)
    assert len(blame_votes(votes, model, decided((1, 0, 1))).cell) == 0
    ones = np.array([0, 1], dtype=np.int32)
    assert probability_by_votes(model, ones, np.zeros(2, dtype=np.int32)).tolist() == [0.9, 0.25]
