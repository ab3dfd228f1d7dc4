"""From a run to what query strategies read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from weaklabel.end_models import read_texts
from weaklabel.end_models.texts import frequent_words
from weaklabel.pipeline import Judged
from weaklabel.resolution import resolve_by_votes
from weaklabel.sampling import Evidence, Need, draw
from weaklabel.terms import CellProbabilities, Kind, Settings, Votes
from weaklabel.terms.measures import MIN_P

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
COMMITTEE = ("majority", "dawid-skene", "pooled", "snorkel")
MEMBERS = 5  # end models in an ensemble, each fitted to half of the labelled records
WORDS = 4_000  # that texts are compared by
CORRECTED: Collection[Kind] = ("missing", "missing_parent", "unsupported")
"""The kinds of findings that a verdict on a tag settles; spellings are mended by rule, without a person."""


def gather_evidence(
    settings: Settings,
    judged: Judged,
    needs: Collection[Need],
    *,
    waiting: Mask,
    decided: Mask,
    seed: int = 0,
) -> Evidence:
    """Return what strategies read, and no more of what takes time than they need.

    Parameters
    ----------
    settings, judged
        The run's, and what it says.
    needs
        What the strategies need besides.
    waiting, decided
        bool of shape (records,): what may be asked for, and what a person has looked at.
    seed
        Of what is drawn.
    """
    observed, inputs = judged.observed, judged.observed.inputs
    shape = observed.given_matrix.tags.shape
    suspicion, why = _suspect(judged, shape)
    present, absent = (_count_votes(judged.observed.votes, shape, sign) for sign in (1, -1))
    ids = tuple(map(str, inputs.records.ids))
    makers: dict[Need, Callable[[], Iterator[Floats]]] = {
        "label models": lambda: _ask_label_models(settings, judged),
        "ensemble": lambda: _ask_ensemble(judged, ids, seed),
    }
    return Evidence(
        ids=ids,
        tags=inputs.vocabulary.names,
        probability=spread_cells(judged.resolution.cells, shape),
        given=observed.given_matrix.tags.toarray() > 0,
        labelled=observed.given_matrix.labelled,
        suspicion=suspicion,
        present=present,
        absent=absent,
        waiting=waiting,
        decided=decided,
        is_exclusive=observed.is_exclusive,
        opinions={need: tuple(make()) for need, make in makers.items() if need in needs},
        vectors=_read_vectors(judged) if "texts" in needs else None,
        why=why,
        seed=seed,
    )


def spread_cells(cells: CellProbabilities, shape: tuple[int, int]) -> Floats:
    """Return the probability of every cell, float64 of shape (records, tags); 0 where the run says nothing."""
    spread = np.zeros(shape)
    spread[cells.record, cells.tag] = np.nan_to_num(cells.probability)
    return spread


def _suspect(judged: Judged, shape: tuple[int, int]) -> tuple[Floats, dict[tuple[int, int], str]]:
    """Return how likely the author erred in each cell, and the audit's reasons."""
    suspicion = np.zeros(shape)
    why: dict[tuple[int, int], str] = {}
    index = judged.observed.inputs.vocabulary.index
    for finding in judged.findings:
        if finding.kind in CORRECTED and finding.tag is not None:
            cell = finding.record, index[finding.tag]
            if finding.score > suspicion[cell]:
                suspicion[cell], why[cell] = finding.score, finding.reason
    return suspicion, why


def _count_votes(votes: Votes, shape: tuple[int, int], sign: int) -> Floats:
    counts = np.zeros(shape)
    cast = votes.vote == sign
    np.add.at(counts, (votes.record[cast], votes.tag[cast]), 1)
    return counts


def _ask_label_models(settings: Settings, judged: Judged) -> Iterator[Floats]:
    """Yield what each label model says alone of the cells with votes; of others all say 0."""
    observed = judged.observed
    for name in COMMITTEE:
        cells = resolve_by_votes(replace(settings, label_model=name), observed)
        said = spread_cells(cells, observed.given_matrix.tags.shape)
        voted = spread_cells(replace(cells, probability=cells.voted.astype(np.float64)), said.shape) > 0
        yield said if observed.is_exclusive else np.where(voted, said, 0.0)


def _ask_ensemble(judged: Judged, ids: tuple[str, ...], seed: int) -> Iterator[Floats]:
    """Yield what end models say that know half of the labelled records each; nothing where none are labelled."""
    prediction, learnt_from = judged.resolution.prediction, judged.observed.learnt_from
    if prediction is None:
        return
    for member in range(MEMBERS):
        known = learnt_from.labelled & draw_half(ids, member, seed)
        if known.any():
            scores = prediction.end_model.score(learnt_from.tags, known)
            yield np.clip(scores, MIN_P, 1 - MIN_P).astype(np.float64)


def draw_half(ids: Sequence[str], member: int, seed: int) -> Mask:
    """Return which records a member of an ensemble knows, bool of shape (records,): about half, by the ids alone."""
    return np.array([draw(f"ensemble\0{member}\0{each}", seed) < 0.5 for each in ids], dtype=np.bool_)


def _read_vectors(judged: Judged) -> csr_array:
    return frequent_words(read_texts(judged.observed.inputs.records), WORDS)
