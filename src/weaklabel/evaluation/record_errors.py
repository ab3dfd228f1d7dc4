"""How wrong a file of predictions is about each record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from weaklabel.discovery import errors_of_counts
from weaklabel.errors import Problem, quantity
from weaklabel.evaluation.answers import read_answers
from weaklabel.evaluation.listing import read_listing
from weaklabel.evaluation.reference import load_reference
from weaklabel.evaluation.request import Request
from weaklabel.scoring import Answers
from weaklabel.tags import build_graph, close_tags, tag_relations
from weaklabel.terms import Settings

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class RecordErrors:
    """How wrong predictions are.

    Attributes
    ----------
    values
        float64 of shape (records,), in the project's order: 1 − F1 of a record's tags, predicted and right ones closed
        over the tag graph, or 0 or 1 where it has one class; nan where its right tags are not known.
    reference
        What they were held against: "the gold tags of 375 records".
    warnings
        What is odd.
    """

    values: npt.NDArray[np.float64]
    reference: str
    warnings: tuple[Problem, ...]


def errors_of_predictions(request: Request, settings: Settings) -> RecordErrors:
    """Read predictions of a project's records, and say how wrong each record's are.

    Parameters
    ----------
    request
        The predictions and gold; slices and a second model are not looked at.
    settings
        The project's.

    Raises
    ------
    WeaklabelError
        Where a file or the request is wrong.
    """
    warnings: list[Problem] = []
    listing = read_listing(request.predictions, request.separator or settings.columns.separator, warnings)
    reference = load_reference(
        request.gold, settings, warnings, task=request.task, separator=request.separator, predicted=[listing]
    )
    known = reference.cells.listed
    [answers] = read_answers(request, [listing], reference, known, warnings).answers
    said, gold = _as_matrix(answers, answers.said), _as_matrix(answers, answers.gold)
    if reference.task == "multilabel" and reference.vocabulary is not None:
        relations = tag_relations(build_graph(reference.vocabulary)[0], reference.vocabulary)
        said, gold = close_tags(said, relations), close_tags(gold, relations)
    shared, either = said.multiply(gold).sum(axis=1), said.sum(axis=1) + gold.sum(axis=1)
    values = np.full(len(known), np.nan)
    values[known] = errors_of_counts(shared, either)
    against = f"the {reference.kind} tags of {quantity(int(known.sum()), 'record')}"
    return RecordErrors(values, against, tuple(warnings))


def _as_matrix(answers: Answers, cells: Bools) -> csr_array:
    where = answers.record[cells], answers.tag[cells]
    return csr_array((np.ones(len(where[0])), where), shape=(answers.n_records, len(answers.tags)))
