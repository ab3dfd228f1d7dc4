"""Where no author gave tags: the end model learns from the label model's probabilities.

Source: Ratner et al., "Snorkel: Rapid Training Data Creation with Weak Supervision", VLDB 2017, section 2.3: a
discriminative model trained on probabilistic labels generalises beyond what labeling functions cover. Here, a cell
with votes keeps what they say and takes the text as more evidence; one without is left to the text.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from weaklabel.end_models.fitted import FittedCells
from weaklabel.end_models.interface import Floats, Mask
from weaklabel.end_models.predict import Embeddings, Prediction, make_end_model
from weaklabel.end_models.signals import Cells, Signals, Term, terms_of_text
from weaklabel.end_models.stacker import MAX_CELLS, Stacker, fit_logistic, sample_outside
from weaklabel.terms import CellProbabilities, smoothed_share


def predict_from_votes(
    texts: Sequence[str],
    resolved: CellProbabilities,
    only_denied: Mask,
    *,
    model: str = "kernel",
    embeddings: Embeddings | None = None,
    seed: int = 0,
) -> Prediction:
    """Learn from what the label model says, and give every cell of all records a probability.

    Parameters
    ----------
    texts
        One a record.
    resolved
        The cells with votes, closed over the tag graph.
    only_denied
        bool of shape (records, tags): where votes say "absent", and none says "present" for the tag or one below it.
    model, embeddings, seed
        As for :func:`~weaklabel.end_models.predict_cells`.
    """
    shape = only_denied.shape
    known = np.flatnonzero(~np.isnan(resolved.probability))
    at = resolved.record[known], resolved.tag[known]
    soft = csr_array((resolved.probability[known], at), shape=shape)
    everyone = np.ones(len(texts), dtype=np.bool_)
    end_model, name = make_end_model(texts, model, seed, embeddings=embeddings)
    by_votes = np.zeros(shape, dtype=np.float32)
    by_votes[at] = resolved.probability[known]
    voted = np.zeros(shape, dtype=np.bool_)
    voted[at] = True
    base_rates = smoothed_share(np.asarray(soft.sum(axis=0)).ravel(), len(texts))
    flags = {"voted": voted, "only denied": only_denied}
    signals = Signals(flags, {"label model": by_votes, "text": end_model.score(soft, everyone)}, base_rates)
    fitted = FittedCells(signals, _fit(signals, soft, seed), np.zeros(shape[1], dtype=np.bool_))
    records = np.arange(len(texts))
    return Prediction(
        fitted.predict(records), name, fitted, None, records, end_model, by_relatives=True, is_learnt=False
    )


def _votes_over_base_rate(cells: Cells) -> Floats:
    """Return what votes add to the base rate; those that only deny a tag never raise it."""
    added = cells.has("voted") * (cells.log_odds("label model") - cells.base_rate)
    return np.where(cells.has("only denied") > 0, np.minimum(added, 0.0), added)


def _choose_cells(
    soft: csr_array, used: npt.NDArray[np.intp], seed: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], float]:
    """Return cells of used tags to fit, record and tag: all, or where there are too many those with votes and a sample.

    The last is how many cells each one of the sample stands for.
    """
    n_cells = soft.shape[0] * len(used)
    if n_cells <= MAX_CELLS:
        row, column = np.divmod(np.arange(n_cells), max(1, len(used)))
        return row, used[column], 1.0
    likely = soft.tocoo()
    of_used = np.isin(likely.col, used)
    voted = np.sort(likely.row[of_used].astype(np.intp) * len(used) + np.searchsorted(used, likely.col[of_used]))
    rest, share = sample_outside(voted, n_cells, MAX_CELLS, np.random.default_rng(seed))
    row, column = np.divmod(rest, len(used))
    return np.concatenate([likely.row, row]), np.concatenate([likely.col, used[column]]), share


def _fit(signals: Signals, soft: csr_array, seed: int) -> Stacker:
    """Fit the text's terms to probabilities; what votes say is added to them as it is."""
    used = np.flatnonzero(np.asarray(soft.sum(axis=0)).ravel())
    record, tag, share = _choose_cells(soft, used, seed)
    probability = np.asarray(signals.chances["label model"][record, tag], dtype=np.float64)
    weight = np.where(signals.flags["voted"][record, tag], 1.0, share)
    terms = terms_of_text()
    design = np.column_stack([term.of(cells) for cells in [Cells(signals, record, tag)] for term in terms])
    both = np.concatenate([design, design])
    y = np.repeat([True, False], len(record))
    weights = np.concatenate([weight * probability, weight * (1 - probability)])
    counted = weights > 0
    of_text, intercept = fit_logistic(both[counted], y[counted], weights[counted])
    votes = Term("votes", "labeling functions", _votes_over_base_rate)
    return Stacker((*terms, votes), np.append(of_text, 1.0), intercept)
