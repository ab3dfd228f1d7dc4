"""What predictions are held against: gold tags of a file, or the tags that authors gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from weaklabel.errors import Place, Problem, RecordsError, UsageError, did_you_mean, list_some, quantity
from weaklabel.evaluation.align import align
from weaklabel.evaluation.listing import Listing, read_listing
from weaklabel.inputs import load_gold, load_records, load_vocabulary
from weaklabel.scoring import Cells, Task, task_of
from weaklabel.tags import given_matrix, gold_matrix, resolve_given
from weaklabel.terms import GivenMatrix, Records, Settings, Vocabulary

GIVEN = "given"
Kind = Literal["gold", "given"]


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Records, tags, and which tags are right for which records.

    Attributes
    ----------
    kind, location
        `gold`, of a file, or `given`, of the records file.
    task
        What one record can have.
    ids
        Arrow strings of shape (records,).
    tags
        The names of all tags.
    cells
        Which tags are right; `listed` are the records of which this is known. The others are not scored.
    records, vocabulary
        Of the project; None without one.
    """

    kind: Kind
    location: str
    task: Task
    ids: pa.Array
    tags: tuple[str, ...]
    cells: Cells
    records: Records | None = None
    vocabulary: Vocabulary | None = None

    def explain_unknown(self, name: str) -> str:
        """Return how to mend a name that is no tag."""
        return self.vocabulary.explain_unknown(name) if self.vocabulary else did_you_mean(name, self.tags)


def load_reference(
    gold: str | None,
    settings: Settings | None,
    warnings: list[Problem],
    *,
    task: str | None = None,
    separator: str | None = None,
    predicted: Sequence[Listing] = (),
) -> Reference:
    """Read what predictions are held against.

    Parameters
    ----------
    gold
        A file, or `given`; None for the project's gold, a file or a column of its records, or else `given`.
    settings
        The project's; None without a project: the records are then those of the gold file, and the tags those of the
        gold file and of the predictions.
    warnings
        What is odd is added here.
    task
        multilabel or multiclass, in the place of the project's or of what gold looks like.
    separator
        What stands between tags in a CSV cell of `gold`.
    predicted
        The predictions, for their tags.

    Raises
    ------
    WeaklabelError
        Where a file is wrong, or no record has gold tags.
    """
    if settings is None:
        return _without_project(gold, warnings, task, separator or ",", predicted)
    vocabulary, _ = load_vocabulary(settings.tags, {}, warnings, settings.tag_labels)
    records = load_records(settings, {}, warnings)
    ids = pa.array([str(record_id) for record_id in records.ids], pa.string())
    is_exclusive = (task or settings.task) == "multiclass"
    source = gold or (settings.records if settings.gold_column else settings.gold) or GIVEN
    if source == GIVEN:
        cells = _cells_of(given_matrix(resolve_given(records, vocabulary), vocabulary))
    elif gold:
        listing = _read_gold(gold, separator or settings.columns.separator, warnings)
        cells = align(listing, ids, vocabulary.names, vocabulary.explain_unknown, warnings)
    else:
        known = load_gold(settings, records, vocabulary, {}, warnings)
        cells = _cells_of(gold_matrix(known, len(records), vocabulary))
    location = settings.records if source == GIVEN else source
    if is_exclusive and source == GIVEN:
        cells = _cells_of_labelled(cells)
    elif is_exclusive:
        _refuse_many(cells, ids, location)
    kind: Kind = "given" if source == GIVEN else "gold"
    chosen = task_of(len(vocabulary), is_exclusive=is_exclusive)
    return _checked(Reference(kind, location, chosen, ids, vocabulary.names, cells, records, vocabulary))


def _cells_of(tags: GivenMatrix) -> Cells:
    where = tags.tags.tocoo()
    return Cells(where.row.astype(np.int64), where.col.astype(np.int64), None, tags.labelled)


def _without_project(
    gold: str | None, warnings: list[Problem], task: str | None, separator: str, predicted: Sequence[Listing]
) -> Reference:
    if gold is None or gold == GIVEN:
        what = "it is missing." if gold is None else "there is no project whose records could have given tags."
        fix = "Name a file of gold tags, or a project with --project."
        raise UsageError(Problem(what, Place("--gold"), fix))
    listing = _read_gold(gold, separator, warnings)
    ids = listing.ids.unique()
    own = set(listing.tag.unique().to_pylist())
    tags = tuple(sorted(own.union(*(other.tag.unique().to_pylist() for other in predicted))))
    if not tags:
        what = "there are no tags, neither here nor in the predictions."
        raise RecordsError(Problem(what, Place(gold), "Give the right tags of some records."))
    if others := sorted(set(tags) - own):
        what = f"{quantity(len(others), 'predicted tag')} {'is' if len(others) == 1 else 'are'} never gold: "
        fix = did_you_mean(others[0], own, otherwise="They count as wrong.")
        warnings.append(Problem(f"{what}{list_some(map(repr, others))}.", Place(gold), fix, "warning"))
    cells = align(listing, ids, tags, lambda name: did_you_mean(name, tags), warnings)
    counts = np.bincount(cells.record, minlength=len(ids))[cells.listed]
    looks_exclusive = bool(len(tags) > 1 and (counts == 1).all() and all(map(_has_one_a_record, predicted)))
    is_exclusive = looks_exclusive if task is None else task == "multiclass"
    if task is None and looks_exclusive:
        what = "every record has exactly one gold tag: they are taken for exclusive classes."
        fix = "Where a record can have several, say --task multilabel."
        warnings.append(Problem(what, Place(gold), fix, "warning"))
    if is_exclusive:
        _refuse_many(cells, ids, gold)
    return _checked(Reference("gold", gold, task_of(len(tags), is_exclusive=is_exclusive), ids, tags, cells))


def _has_one_a_record(listing: Listing) -> bool:
    """Say whether predictions can be of exclusive classes: probabilities, or at most one tag a record."""
    return listing.probability is not None or len(listing.row) <= len(listing.ids.unique())


def _read_gold(location: str, separator: str, warnings: list[Problem]) -> Listing:
    listing = read_listing(location, separator, warnings, empty="unknown")
    if listing.probability is not None:
        what = "gold tags have a column 'probability': these are predictions."
        raise RecordsError(Problem(what, Place(location), "Give a file of gold tags, without probabilities."))
    return listing


def _cells_of_labelled(cells: Cells) -> Cells:
    """Return the cells of records with exactly one class; the others count as unlabelled."""
    has_one = np.bincount(cells.record, minlength=cells.n_records) == 1
    kept = has_one[cells.record]
    return replace(cells, record=cells.record[kept], tag=cells.tag[kept], listed=cells.listed & has_one)


def _refuse_many(cells: Cells, ids: pa.Array, location: str) -> None:
    """Raise RecordsError where a record with gold has no class, or several."""
    counts = np.bincount(cells.record, minlength=cells.n_records)
    wrong: npt.NDArray[np.intp] = np.flatnonzero(cells.listed & (counts != 1))
    if len(wrong):
        first = list_some(f"{ids[int(i)]} has {counts[i]}" for i in wrong[:1000])
        what = f"{quantity(len(wrong), 'record')} without exactly one gold class: {first}."
        raise RecordsError(Problem(what, Place(location), "Give each record one class, or say --task multilabel."))


def _checked(reference: Reference) -> Reference:
    if not reference.cells.listed.any():
        what = f"no record has {reference.kind} tags."
        raise RecordsError(
            Problem(what, Place(reference.location), "Give the right tags of some records, with --gold.")
        )
    return reference
