"""cleanlab: the tags that authors gave as lists of ints, and the run's probabilities, one column a tag.

labels.json has them twice: `labels`, which somebody corrects, and `given`, which tells later what was corrected.

Source: cleanlab's documentation of `multilabel_classification.filter.find_label_issues` and of `Datalab` with
`task="multilabel"`. A row of probabilities is of independent tags, so it need not sum to 1.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

import numpy as np

from weaklabel.errors import ExchangeError, Place, Problem, quantity, raise_errors
from weaklabel.exchange.entries import json_file, read_object
from weaklabel.exchange.interface import Annotation, Annotations, Layout, Need, Outgoing, OutgoingRecord, Parcel
from weaklabel.exchange.prefilled import compare_with_suggested


class Cleanlab:
    """See the module."""

    name = "cleanlab"
    description = "cleanlab: given labels as ints, and pred_probs"
    layouts: tuple[Layout, ...] = ("all",)
    needs: frozenset[Need] = frozenset()

    def export(self, package: Outgoing) -> Parcel:
        """Return labels.json and pred_probs.npy, of the records whose authors gave tags."""
        labelled = [record for record in package.records if record.given is not None]
        index = package.vocabulary.index
        given = [sorted(index[tag] for tag in record.given or ()) for record in labelled]
        content = {
            "run": package.run,
            "tags": list(package.vocabulary.names),
            "ids": [record.id for record in labelled],
            "labels": given,
            "given": given,
        }
        buffer = io.BytesIO()
        np.save(buffer, np.array([_row(package, record) for record in labelled], dtype=np.float64), allow_pickle=False)
        left_out = len(package.records) - len(labelled)
        what = f"left out, as nobody gave them tags: {quantity(left_out, 'record')}."
        warnings = (Problem(what, severity="warning"),) if left_out else ()
        return Parcel({"labels.json": json_file(content), "pred_probs.npy": buffer.getvalue()}, warnings)

    def read(self, files: Mapping[str, bytes]) -> Annotations:
        """Read a labels.json whose labels were corrected."""
        problems: list[Problem] = []
        named = {name: data for name, data in files.items() if PurePath(name).suffix == ".json"}
        if not named:
            raise ExchangeError(Problem("labels.json is not among the files.", Place(next(iter(files), ""))))
        rows = [row for name, data in named.items() for row in _read(name, data, problems)]
        raise_errors(problems, ExchangeError)
        return Annotations(tuple(rows))


def _row(package: Outgoing, record: OutgoingRecord) -> list[float]:
    """Return a record's probabilities: 0 for a tag that no cell is kept of, 0.5 where nothing is known."""
    known = {label.tag: 0.5 if label.probability is None else label.probability for label in record.labels}
    return [known.get(name, 0.0) for name in package.vocabulary.names]


def _read(name: str, data: bytes, problems: list[Problem]) -> list[Annotation]:
    content = read_object(name, data, problems)
    tags, ids, labels = content.names("tags"), content["ids"], content["labels"]
    given = content["given"] if "given" in content or not isinstance(ids, list) else [None] * len(ids)
    columns = (ids, labels, given)
    if not all(isinstance(column, list) and len(column) == len(ids) for column in columns):
        what = "ids, labels and given are not lists of the same length."
        problems.append(Problem(what, Place(name), "Keep an entry of each for each record."))
        return []
    rows = []
    for i, (record_id, numbers, before) in enumerate(zip(*columns, strict=True), start=1):
        chosen, went_out = _names_of(numbers, tags), _names_of(before, tags)
        if chosen is None or (went_out is None and before is not None) or not isinstance(record_id, int | str):
            shown = str(numbers if chosen is None else before)[:40]
            what = f"the labels of record {record_id!r} are {shown}; they should be positions in tags."
            problems.append(Problem(what, Place(name), f"Write a list of numbers from 0 to {len(tags) - 1}."))
            continue
        rows.append(compare_with_suggested(Annotation(Place(name, i), record_id, chosen=chosen), went_out))
    return rows


def _names_of(numbers: Any, tags: Sequence[str]) -> tuple[str, ...] | None:
    """Return the tags at some positions, or None where these are no positions."""
    if isinstance(numbers, list) and all(type(n) is int and 0 <= n < len(tags) for n in numbers):
        return tuple(dict.fromkeys(tags[n] for n in numbers))
    return None


FORMAT = Cleanlab()
