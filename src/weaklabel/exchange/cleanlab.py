"""cleanlab: the tags that authors gave as lists of ints, and the run's probabilities, one column a tag.

Source: cleanlab's documentation of `multilabel_classification.filter.find_label_issues` and of `Datalab` with
`task="multilabel"`. A row of probabilities is of independent tags, so it need not sum to 1.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import PurePath

import numpy as np

from weaklabel.errors import ExchangeError, Place, Problem, quantity, raise_errors
from weaklabel.exchange.entries import json_file, read_object
from weaklabel.exchange.interface import Annotation, Annotations, Layout, Need, Outgoing, OutgoingRecord, Parcel


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
        content = {
            "run": package.run,
            "tags": list(package.vocabulary.names),
            "ids": [record.id for record in labelled],
            "labels": [sorted(index[tag] for tag in record.given or ()) for record in labelled],
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
    if not (isinstance(ids, list) and isinstance(labels, list) and len(ids) == len(labels)):
        what = "ids and labels are not two lists of the same length."
        problems.append(Problem(what, Place(name), "Keep an entry of both for each record."))
        return []
    rows = []
    for i, (record_id, numbers) in enumerate(zip(ids, labels, strict=True), start=1):
        is_list = isinstance(numbers, list) and all(type(n) is int and 0 <= n < len(tags) for n in numbers)
        if not is_list or not isinstance(record_id, int | str):
            what = f"the labels of record {record_id!r} are {str(numbers)[:40]}; they should be positions in tags."
            problems.append(Problem(what, Place(name), f"Write a list of numbers from 0 to {len(tags) - 1}."))
            continue
        rows.append(Annotation(Place(name, i), record_id, chosen=tuple(dict.fromkeys(tags[n] for n in numbers))))
    return rows


FORMAT = Cleanlab()
