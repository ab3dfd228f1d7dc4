"""What is lost without a labeling function, against its definition in plain loops over cells."""

import math
from collections import defaultdict

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.metrics import accuracy_score, f1_score

from support.made import make_votes
from weaklabel.evaluate import CastVotes, VoteUnits, lf_value
from weaklabel.evaluate.lf_value import value_lfs
from weaklabel.label_models import resolve_cells, resolve_classes
from weaklabel.label_models.classes import class_matrix
from weaklabel.terms import CellProbabilities, GivenMatrix

LEAST = 1e-3


def random_case(seed, *, unlabelled=0.2):
    rng = np.random.default_rng(seed)
    n, m, n_tags = 40, 5, 3
    truth = rng.random((n, n_tags)) < 0.3
    rows = [
        (tag, record, lf, 1 if lf < 4 else int(rng.choice([-1, 1])))
        for tag in range(n_tags - 1)  # nothing votes on the last
        for lf in range(m)
        for record in range(n)
        if rng.random() < (0.6 if truth[record, tag] else 0.1)
    ]
    votes = make_votes(rows, n_records=n, lf_ids=[f"lf{j}" for j in range(m)])
    labelled = rng.random(n) >= unlabelled
    return votes, GivenMatrix(csr_array(truth.astype(float)), labelled), truth


def losses(probability, decided, truth, labelled):
    """Micro-F1 of decided cells, and the sum of log-losses, over labelled records."""
    f1 = f1_score(truth[labelled].ravel(), decided[labelled].ravel())
    p = np.clip(probability, LEAST, 1 - LEAST)
    nats = -np.where(truth, np.log(p), np.log(1 - p))[labelled]
    return f1, np.nansum(nats)


def value_by_hand(votes, cells, reference, truth):
    """Each unit's value by the definition, with every cell looked at."""
    n, n_tags = truth.shape
    rows = defaultdict(dict)
    for tag, record, lf, vote in zip(votes.tag, votes.record, votes.lf, votes.vote, strict=True):
        rows[record, tag][int(lf)] = int(vote)
    p = np.array([[cells.silent[tag, int(cells.has_positive[record])] for tag in range(n_tags)] for record in range(n)])
    p[cells.record, cells.tag] = cells.probability

    def pattern(record, tag, without=None):
        return tuple(sorted((lf, vote) for lf, vote in rows[record, tag].items() if lf != without))

    base = p.copy()
    alike = defaultdict(list)
    for record in range(n):
        for tag in range(n_tags):
            alike[tag, pattern(record, tag)].append((record, tag))
    for members in alike.values():
        base[tuple(zip(*members, strict=True))] = np.mean([p[cell] for cell in members])
    covered = np.array([[bool(rows[record, tag]) for tag in range(n_tags)] for record in range(n)])
    f1, nats = losses(base, (base > 0.5) & covered, truth, reference.labelled)
    result = {}
    for lf, tag in VoteUnits.of(votes, n_tags).pairs():
        without, left = base.copy(), covered.copy()
        alike = defaultdict(list)
        for record in range(n):
            alike[pattern(record, tag, lf)].append(record)
            left[record, tag] = bool(pattern(record, tag, lf))
        for records in alike.values():
            without[records, tag] = base[records, tag].mean()
        f1_without, nats_without = losses(without, (without > 0.5) & left, truth, reference.labelled)
        result[lf, tag] = f1 - f1_without, nats_without - nats
    return result


@pytest.mark.parametrize("block", [lf_value.BLOCK, 8])
@pytest.mark.parametrize("method", ["snorkel", "majority", "dawid-skene"])
@pytest.mark.parametrize("seed", range(4))
def test_the_value_is_that_of_its_definition(seed, method, block, monkeypatch):
    monkeypatch.setattr(lf_value, "BLOCK", block)
    votes, reference, truth = random_case(seed)
    cells = resolve_cells(votes, 3, method)
    units = VoteUnits.of(votes, 3)
    value = value_lfs(CastVotes(votes), units, cells, reference)
    expected = value_by_hand(votes, cells, reference, truth)
    assert len(expected) == 10
    for unit, key in enumerate(units.pairs()):
        assert (value.f1[unit], value.nats[unit]) == pytest.approx(expected[key], abs=1e-9)
    assert np.ptp(value.f1) > 0.01


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("seed", range(3))
def test_of_classes_the_value_is_that_of_its_definition(seed, n_classes):
    rng = np.random.default_rng(seed)
    n, m = 60, 5
    truth = rng.integers(n_classes, size=n)
    L = np.where(rng.random((n, m)) < 0.6, -1, np.where(rng.random((n, m)) < 0.7, truth[:, None], 0))
    rows = [(int(L[i, j]), i, j, 1) for i, j in zip(*np.nonzero(L >= 0), strict=True)]
    votes = make_votes(rows, n_records=n, lf_ids=[f"lf{j}" for j in range(m)])
    classes = class_matrix(votes, n_classes)[0]
    P = resolve_classes(votes, n_classes, "snorkel").probability
    record, tag = np.nonzero(P >= 0)
    cells = CellProbabilities(
        record.astype(np.int32), tag.astype(np.int32), P[record, tag], np.ones(len(tag), bool),
        np.zeros(len(tag), bool), np.full((n_classes, 2), np.nan), np.ones(n, bool),
    )  # fmt: skip
    labelled = rng.random(n) < 0.8
    reference = GivenMatrix(csr_array(np.eye(n_classes)[truth]), labelled)
    units = VoteUnits.of(votes, n_classes)
    value = value_lfs(CastVotes(votes, classes), units, cells, reference)

    def measure(p, covered):
        # Where nothing votes there is no decision, which is a miss.
        f1 = f1_score(truth[labelled], np.where(covered, p.argmax(axis=1), -1)[labelled], average="micro",
                      labels=range(n_classes))  # fmt: skip
        return f1, -np.log(np.clip(p[np.arange(n), truth], LEAST, 1 - LEAST))[labelled].sum()

    base = measure(P, (L >= 0).any(axis=1))
    assert measure(P, np.ones(n, bool))[0] == pytest.approx(accuracy_score(truth[labelled], P.argmax(axis=1)[labelled]))
    for lf in range(m):
        rest = np.delete(L, lf, axis=1)
        alike = defaultdict(list)
        for i in range(n):
            alike[tuple(rest[i])].append(i)
        without = P.copy()
        for members in alike.values():
            without[members] = P[members].mean(axis=0)
        f1, nats = measure(without, (rest >= 0).any(axis=1))
        for unit in np.flatnonzero(units.lf == lf):
            assert value.f1[unit] == pytest.approx(base[0] - f1, abs=1e-9)
            assert value.nats[unit] == pytest.approx(nats - base[1], abs=1e-9)


def test_a_duplicate_is_worth_nothing_and_what_stands_alone_is():
    L = np.zeros((20, 3), dtype=int)
    L[:5, :2] = 1
    L[5:9, 2] = 1
    votes = make_votes(
        [(0, i, j, 1) for i, j in zip(*np.nonzero(L), strict=True)], n_records=20, lf_ids=["a", "b", "c"]
    )
    truth = np.zeros((20, 1))
    truth[:9] = 1
    value = value_lfs(
        CastVotes(votes), VoteUnits.of(votes, 1), resolve_cells(votes, 1, "dawid-skene"),
        GivenMatrix(csr_array(truth), np.ones(20, bool)),
    )  # fmt: skip
    assert value.f1[:2].tolist() == [0, 0]
    assert value.nats[:2] == pytest.approx([0, 0], abs=1e-12)
    assert value.f1[2] == pytest.approx(1 - 2 * 5 / (5 + 9))  # five of nine are left
    assert value.nats[2] > 1


def test_one_that_is_always_wrong_is_worth_less_than_nothing():
    votes = make_votes([(0, 0, 0, 1), (0, 1, 1, 1)], n_records=9, lf_ids=["right", "wrong"])
    truth = np.zeros((9, 1))
    truth[0] = 1
    value = value_lfs(
        CastVotes(votes), VoteUnits.of(votes, 1), resolve_cells(votes, 1, "majority"),
        GivenMatrix(csr_array(truth), np.ones(9, bool)),
    )  # fmt: skip
    assert value.f1 == pytest.approx([2 / 3, 2 / 3 - 1])


def test_without_a_reference_nothing_is_known():
    votes, reference, _ = random_case(0)
    nobody = GivenMatrix(reference.tags, np.zeros(40, dtype=bool))
    value = value_lfs(CastVotes(votes), VoteUnits.of(votes, 3), resolve_cells(votes, 3, "majority"), nobody)
    assert all(math.isnan(number) for number in (*value.f1, *value.nats))
