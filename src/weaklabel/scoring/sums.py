"""Every metric is a function of sums over records: here are the sums, also with records that count more than once.

So one product of matrices, records' figures × how often each record counts, serves a slice, the whole, and all rounds
of a bootstrap.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, hstack

from weaklabel.scoring.answers import Answers, Bools, Floats
from weaklabel.scoring.precision_levels import MOST_LEVELS, MOST_TAG_LEVELS, Levels, Ranking
from weaklabel.terms.measures import MIN_P, N_BINS

Rows = npt.NDArray[np.intp]
BLOCK = 8192  # records at a time
UNLISTED_LOSS = -np.log(1 - MIN_P)  # of a cell that is neither listed nor gold


class Weights(Protocol):
    """How often records count, in a number of rounds."""

    @property
    def rounds(self) -> int:
        """How many rounds there are."""
        ...

    def take(self, records: Rows) -> npt.NDArray[np.floating]:
        """Return the weights of some records, of shape (records, rounds)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Memberships:
    """Slices as weights: a round is a slice, in which its own records count once."""

    members: Bools

    @property
    def rounds(self) -> int:
        """How many slices there are."""
        return int(self.members.shape[1])

    def take(self, records: Rows) -> Floats:
        """Return 1 where a record is in a slice, float64 of shape (records, slices)."""
        return self.members[records].astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Sums over weighted records; the last axis is that of the rounds.

    Attributes
    ----------
    records
        By name, of shape (rounds,): figures that each record has one of.
    tags
        By name, of shape (tags, rounds): figures of each tag's cells.
    bins
        Of shape (bins, rounds): of the cells whose calibration is measured, probability less gold.
    precision, tag_precision
        Average precision of all cells, of shape (rounds,), and of each tag, of shape (tags, rounds), to the levels'
        accuracy; None without probabilities.
    """

    records: dict[str, Floats]
    tags: dict[str, Floats]
    bins: Floats
    precision: Floats | None
    tag_precision: Floats | None


@dataclass(frozen=True, slots=True, eq=False)
class Statistics:
    """What is summed of each record.

    Attributes
    ----------
    names
        Of the figures that each record has one of.
    of_records
        float64 of shape (records, names).
    of_cells
        Sparse, of shape (records, columns): the blocks one beside the other.
    blocks
        By name, where each block begins and ends.
    levels, tag_levels
        Of average precision; None without probabilities.
    """

    names: tuple[str, ...]
    of_records: Floats
    of_cells: csr_array
    blocks: dict[str, tuple[int, int]]
    levels: Levels | None
    tag_levels: Levels | None
    _light: tuple[npt.NDArray[np.float32], csr_array] = field(repr=False)

    @classmethod
    def of(cls, answers: Answers, *, by_tag: bool = False) -> Statistics:
        """Find what is summed; `by_tag` adds what only single tags need: losses and calibration."""
        builder = _Builder(answers)
        levels = tag_levels = None
        width = len(answers.tags)
        for name, cells in (("hits", answers.said & answers.gold), ("said", answers.said), ("due", answers.gold)):
            builder.add(name, width, answers.tag, cells)
        if answers.probability is not None:
            probability, gold, shown = answers.probability, answers.gold, answers.shown
            bins, gap = bin_of(probability), probability - gold
            builder.add("bins", N_BINS, bins, shown, gap)
            levels = Levels.of(Ranking.of_all(answers), MOST_LEVELS)
            builder.add_levels("levels", levels)
            if width > 1:
                tag_levels = Levels.of(Ranking.of_tags(answers), MOST_TAG_LEVELS)
                builder.add_levels("tag_levels", tag_levels)
            if by_tag:
                everything = np.ones(len(gold), dtype=np.bool_)
                builder.add("shown", width, answers.tag, shown)
                builder.add("tag_bins", width * N_BINS, answers.tag * N_BINS + bins, shown, gap)
                builder.add("losses", width, answers.tag, everything, cell_losses(probability, gold) - UNLISTED_LOSS)
                builder.add("squares", width, answers.tag, everything, gap**2)
        figures, cells = figures_of_records(answers), builder.build()
        records = np.stack(list(figures.values()), axis=1)
        light = (records.astype(np.float32), cells.astype(np.float32))
        return cls(tuple(figures), records, cells, builder.blocks, levels, tag_levels, light)

    def sum(self, records: Rows, weights: Weights) -> Sums:
        """Sum over some records, each counting as the weights say; in float32 where the weights are."""
        of_records = np.zeros((len(self.names), weights.rounds))
        of_cells: npt.NDArray[np.floating] | None = None
        for start in range(0, max(1, len(records)), BLOCK):
            rows = records[start : start + BLOCK]
            weight = weights.take(rows)
            figures, cells = (self.of_records, self.of_cells) if weight.dtype == np.float64 else self._light
            of_records += figures[rows].T @ weight
            part = cells[rows].T @ weight
            of_cells = part if of_cells is None else np.add(of_cells, part, out=of_cells)
        assert of_cells is not None
        by_name = {name: of_cells[begin:end] for name, (begin, end) in self.blocks.items()}
        figures_by_name = dict(zip(self.names, of_records, strict=True))
        weight_of_all = figures_by_name["records"]
        precision = _precision(self.levels, "levels", by_name, weight_of_all)
        by_tag = (
            precision if self.tag_levels is None else _precision(self.tag_levels, "tag_levels", by_name, weight_of_all)
        )
        return Sums(
            records=figures_by_name,
            tags={name: np.asarray(part, dtype=np.float64) for name, part in by_name.items() if "levels" not in name},
            bins=np.asarray(by_name.get("bins", np.zeros((0, weights.rounds))), dtype=np.float64),
            precision=None if precision is None else precision[0],
            tag_precision=by_tag,
        )


def _precision(
    levels: Levels | None, name: str, blocks: dict[str, npt.NDArray[np.floating]], records: Floats
) -> Floats | None:
    if levels is None:
        return None
    return levels.average_precision(blocks[name], blocks[f"gold_{name}"], records)


class _Builder:
    """Puts blocks of columns beside each other."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._parts: list[csr_array] = []
        self.blocks: dict[str, tuple[int, int]] = {}
        self._end = 0

    def add(
        self, name: str, width: int, column: npt.NDArray[np.int64], cells: Bools, value: Floats | None = None
    ) -> None:
        """Add a block: of some of the cells, each in its column, 1 or a value."""
        data = np.ones(int(cells.sum())) if value is None else value[cells]
        shape = (self._answers.n_records, width)
        self._parts.append(csr_array((data, (self._answers.record[cells], column[cells])), shape=shape))
        self.blocks[name] = (self._end, self._end + width)
        self._end += width

    def add_levels(self, name: str, levels: Levels) -> None:
        """Add how many cells are on each level, and how many of them are gold."""
        on_any = levels.of_cell >= 0
        self.add(name, len(levels), levels.of_cell, on_any)
        self.add(f"gold_{name}", len(levels), levels.of_cell, on_any & self._answers.gold)

    def build(self) -> csr_array:
        """Return all blocks as one matrix."""
        return csr_array(hstack(self._parts, format="csr"))


def bin_of(probability: Floats) -> npt.NDArray[np.int64]:
    """Return the bin of calibration that each probability is in."""
    edges = np.linspace(0, 1, N_BINS + 1)[1:-1]
    return np.asarray(np.searchsorted(edges, probability), dtype=np.int64)


def cell_losses(probability: Floats, gold: Bools) -> Floats:
    """Return -ln P(what is right) of cells; probabilities count as .001 at least and .999 at most."""
    return np.asarray(-np.log(np.clip(np.where(gold, probability, 1 - probability), MIN_P, 1 - MIN_P)))


def figures_of_records(answers: Answers) -> dict[str, Floats]:
    """Return what each record contributes to the metrics that are shares of records or of cells."""
    hits, said, due = (_count(answers, cells) for cells in (answers.said & answers.gold, answers.said, answers.gold))
    wrong = said + due - 2 * hits
    exact = wrong == 0
    if answers.task != "multilabel":
        exact &= answers.covered  # to name no class is never right
    if answers.task == "binary":
        wrong = np.where(exact, 0.0, 1.0)
    figures = {
        "records": np.ones(answers.n_records),
        "hits": hits,
        "said": said,
        "due": due,
        "wrong": wrong,
        "exact": exact.astype(np.float64),
        "covered": answers.covered.astype(np.float64),
    }
    for name, (part, whole) in {
        "precision": (hits, said), "recall": (hits, due), "f1": (2 * hits, said + due)
    }.items():  # fmt: skip
        figures[f"has_{name}"] = (whole > 0).astype(np.float64)
        figures[f"samples_{name}"] = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
    if answers.probability is not None:
        figures |= _figures_of_probabilities(answers, answers.probability)
    return figures


def _figures_of_probabilities(answers: Answers, probability: Floats) -> dict[str, Floats]:
    width, gold = len(answers.tags), answers.gold
    listed = _count(answers, np.ones(len(gold), dtype=np.bool_))
    squares = _count(answers, weights=(probability - gold) ** 2)
    if answers.task == "multiclass":
        of_class = np.clip(_count(answers, weights=np.where(gold, probability, 0.0)), MIN_P, 1 - MIN_P)
        loss = -np.log(of_class)
    else:
        unlisted = (width - listed) * UNLISTED_LOSS
        loss = (_count(answers, weights=cell_losses(probability, gold)) + unlisted) / max(1, width)
        squares /= max(1, width)
    return {
        "shown": _count(answers, answers.shown),
        "loss": loss,
        "square": squares,
        "depth": _coverage_depths(answers, probability),
    }


def _coverage_depths(answers: Answers, probability: Floats) -> Floats:
    """Return how many of each record's tags are at least as probable as its least probable gold tag; 0 without any.

    Source: scikit-learn's `coverage_error`, of which this is one record's share.
    """
    least = np.full(answers.n_records, np.inf)
    np.minimum.at(least, answers.record[answers.gold], probability[answers.gold])
    depth = _count(answers, probability >= least[answers.record])
    return np.where(least == 0, float(len(answers.tags)), depth)


def _count(answers: Answers, cells: Bools | None = None, weights: Floats | None = None) -> Floats:
    """Return how many of some cells each record has, or the sum of all cells' weights."""
    record = answers.record if cells is None else answers.record[cells]
    counts: Floats = np.bincount(record, weights=weights, minlength=answers.n_records).astype(np.float64)
    return counts
