"""How well the models of the run foretell given and gold tags, and whether probabilities mean what they say."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from weaklabel.report.data import Bin, Calibration, ModelRow, Models, Reference
from weaklabel.terms import CellProbabilities, GivenMatrix, GoldRecord, Vocabulary
from weaklabel.terms.finding import LIKELY
from weaklabel.terms.votes import MIN_PROBABILITY

N_BINS = 10
Keys = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def gold_cells(gold: Mapping[int, GoldRecord], vocabulary: Vocabulary) -> Keys:
    """Return the gold cells as keys: record · number of tags + tag; ascending."""
    width = len(vocabulary)
    keys = [record * width + vocabulary.index[tag] for record, entry in gold.items() for tag in entry.tags]
    return np.array(sorted(keys), dtype=np.int64)


def score_models(
    models: Mapping[str, CellProbabilities],
    given: GivenMatrix,
    gold: Mapping[int, GoldRecord],
    vocabulary: Vocabulary,
    advice: str | None = None,
) -> Models:
    """Return precision, recall and F1 of each model of the run, against given tags and (if there are any) gold ones."""
    width = len(vocabulary)
    table = given.tags.tocoo()
    references: dict[Reference, tuple[Keys, Flags]] = {
        "given": (table.row.astype(np.int64) * width + table.col, given.labelled)
    }
    if gold:
        references["gold"] = (gold_cells(gold, vocabulary), _flags(gold, len(given.labelled)))
    rows = tuple(
        _score(name, cells, reference, right, counted, width)
        for reference, (right, counted) in references.items()
        for name, cells in models.items()
        if counted.any()
    )
    return Models(rows, advice)


def _flags(gold: Mapping[int, GoldRecord], n_records: int) -> Flags:
    counted = np.zeros(n_records, dtype=np.bool_)
    counted[list(gold)] = True
    return counted


def _score(
    name: str, cells: CellProbabilities, reference: Reference, right: Keys, counted: Flags, width: int
) -> ModelRow:
    said = (cells.probability > LIKELY) & counted[cells.record]
    found = np.isin(cells.record[said].astype(np.int64) * width + cells.tag[said], right).sum()
    precision = float(found / said.sum()) if said.any() else None
    recall = float(found / len(right)) if len(right) else None
    total = int(said.sum()) + len(right)
    return ModelRow(
        model=name,
        reference=reference,
        records=int(counted.sum()),
        precision=None if precision is None else round(precision, 6),
        recall=None if recall is None else round(recall, 6),
        micro_f1=round(float(2 * found / total), 6) if total else None,
    )


def calibrate(cells: CellProbabilities, gold: Mapping[int, GoldRecord], vocabulary: Vocabulary) -> Calibration | None:
    """Return how often gold confirms cells, by their probability; None without gold."""
    if not gold:
        return None
    shown = np.isin(cells.record, list(gold)) & (cells.probability >= MIN_PROBABILITY)
    probability = cells.probability[shown]
    keys = cells.record[shown].astype(np.int64) * len(vocabulary) + cells.tag[shown]
    is_right = np.isin(keys, gold_cells(gold, vocabulary))
    edges = np.linspace(0, 1, N_BINS + 1)
    bin_of = np.searchsorted(edges[1:-1], probability)
    bins = tuple(
        _bin(edges[i], edges[i + 1], probability[bin_of == i], is_right[bin_of == i])
        for i in range(N_BINS)
        if (bin_of == i).any()
    )
    error = sum(abs(b.mean - b.share) * b.cells for b in bins) / max(len(probability), 1)
    return Calibration(len(gold), len(probability), round(error, 6), bins)


def _bin(low: float, high: float, probability: npt.NDArray[np.float64], is_right: Flags) -> Bin:
    """Source of the interval: Wilson, JASA 22 (1927)."""
    n, share = len(is_right), float(is_right.mean())
    z = float(ndtri(0.975))
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5 / (1 + z * z / n)
    figures = (float(probability.mean()), share, max(0.0, centre - half), min(1.0, centre + half))
    return Bin(round(float(low), 1), round(float(high), 1), n, *(round(figure, 6) for figure in figures))
