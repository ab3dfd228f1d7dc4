"""How wrong a run's own models are about each of its records."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from weaklabel.comparison.target import shown_matrix
from weaklabel.discovery import record_errors
from weaklabel.resolution import Explainer, Observed, Resolution
from weaklabel.tags import close_matrix
from weaklabel.terms.finding import LIKELY

Errors = npt.NDArray[np.float64]

BLOCK = 4096  # records at a time


def errors_of_run(run: Explainer) -> Errors:
    """Return how wrong the run's models are about each record, float64 of shape (records,); nan where nobody knows."""
    observed, resolution = run.observed, run.resolution
    truth = observed.reference.tags
    has_tags = np.asarray(truth.tags.sum(axis=1)).ravel() > 0
    rows = np.flatnonzero(truth.labelled & has_tags if observed.is_exclusive else truth.labelled)
    errors = np.full(len(truth.labelled), np.nan)
    probability = _probability(resolution, truth.tags.shape)
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        predicted, right = (_dense(matrix[block]) for matrix in (probability, truth.tags))
        if observed.is_exclusive:
            errors[block] = record_errors(_most_probable(predicted), right > 0)
        else:
            closed = [_close(matrix, observed) > LIKELY for matrix in (predicted, right)]
            errors[block] = record_errors(*closed)
    return errors


def _probability(resolution: Resolution, shape: tuple[int, int]) -> csr_array | npt.NDArray[np.floating]:
    """Return what the end model says; where there is none, what the label model says of the cells that a run shows."""
    if resolution.prediction is not None:
        return resolution.prediction.probability
    return csr_array(shown_matrix(resolution.label_model, shape))


def _dense(part: csr_array | npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    return (part if isinstance(part, np.ndarray) else part.toarray()).astype(np.float32)


def _close(matrix: npt.NDArray[np.float32], observed: Observed) -> npt.NDArray[np.float32]:
    return close_matrix(matrix, observed.inputs.vocabulary, observed.inputs.graph)


def _most_probable(probability: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Return each record's most probable class, bool of shape (records, classes); none where nothing is known."""
    best = np.zeros(probability.shape, dtype=np.bool_)
    best[np.arange(len(best)), probability.argmax(axis=1)] = True
    return best & (probability > 0)
