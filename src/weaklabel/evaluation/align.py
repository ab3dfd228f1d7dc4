"""From the rows of a file to cells: whose record, which tag; and what cannot be matched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weaklabel.errors import Place, Problem, RecordsError, did_you_mean, list_some, quantity, raise_errors
from weaklabel.evaluation.listing import Listing
from weaklabel.scoring import Cells

MOST_COMPARED = 10_000  # names among which a similar one is looked for
Explain = Callable[[str], str]


def first_ids(ids: pa.Array, positions: npt.NDArray[np.intp]) -> str:
    """Name the first three of some records: "'a', 'b', 'c', …"."""
    shown = [repr(str(ids[int(position)])) for position in positions[:3]]
    return ", ".join([*shown, *(["…"] if len(positions) > 3 else [])])


def match_ids(ids: pa.Array, known: pa.Array, place: Callable[[int], Place]) -> npt.NDArray[np.int64]:
    """Return the position of each id among the known ones.

    Raises
    ------
    RecordsError
        Where some are unknown, with the first of them.
    """
    positions = pc.index_in(ids, value_set=known)
    if positions.null_count:
        rows = np.flatnonzero(pc.is_null(positions).to_numpy(zero_copy_only=False))
        unknown = [str(ids[int(row)]) for row in rows[:1000]]
        what = f"{_some_of(unknown, len(rows), 'id')} no record's."
        is_name = len(known) <= MOST_COMPARED and not unknown[0].isdigit()  # every number is like some other one
        fix = did_you_mean(unknown[0], known.to_pylist()) if is_name else ""
        raise RecordsError(Problem(what, place(int(rows[0])), fix or "Give the ids of records that are evaluated."))
    return np.asarray(positions.to_numpy(zero_copy_only=False), dtype=np.int64)


def refuse_repeated_ids(ids: pa.Array, positions: npt.NDArray[np.int64], place: Callable[[int], Place]) -> None:
    """Raise RecordsError where a record has more than one row."""
    rows = _find_repeats(positions)
    if len(rows):
        what = f"{_some_of([str(ids[int(row)]) for row in rows[:1000]], len(rows), 'id')} there more than once."
        raise RecordsError(Problem(what, place(int(rows[0])), "Keep one row of each record."))


def align(listing: Listing, known: pa.Array, tags: Sequence[str], explain: Explain, warnings: list[Problem]) -> Cells:
    """Return a file's cells by the positions of their records and tags.

    Parameters
    ----------
    known
        The ids of all records, as Arrow strings.
    tags
        The names of all tags.
    explain
        Says how to mend a name that is no tag.
    warnings
        What is odd is added here.

    Raises
    ------
    RecordsError
        With ids that are unknown or stand twice, cells that stand twice, names that are no tags, and probabilities
        that are none.
    """
    position = match_ids(listing.ids, known, listing.place)
    if not listing.is_by_cell:
        refuse_repeated_ids(listing.ids, position, listing.place)
    problems = list(_wrong_probabilities(listing))
    encoded = listing.tag.dictionary_encode()
    names, codes = encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False)
    index = {name: i for i, name in enumerate(tags)}
    problems.extend(_unknown_tags(listing, names, codes, index, explain))
    raise_errors(problems, RecordsError)
    tag = np.array([index[name] for name in names], dtype=np.int64)[codes] if len(codes) else np.zeros(0, np.int64)
    record, probability = position[listing.row], listing.probability
    repeats = _find_repeats(record * max(1, len(tags)) + tag)
    if len(repeats):
        first = [f"{listing.ids[int(listing.row[i])]} {tags[tag[i]]}" for i in repeats[:1000]]
        what = f"{_some_of(first, len(repeats), 'cell')} there more than once."
        raise RecordsError(Problem(what, listing.place(int(listing.row[repeats[0]])), "Keep one row of each cell."))
    has_row = listing.is_known.copy()
    if probability is not None:
        lacking = np.isnan(probability)
        if lacking.any():
            warnings.append(_without_probability(listing, lacking))
            has_row[listing.row[lacking]] = False
            record, tag, probability = record[~lacking], tag[~lacking], probability[~lacking]
    listed = np.zeros(len(known), dtype=np.bool_)
    listed[position[has_row]] = True
    return Cells(record, tag, probability, listed)


def _some_of(names: Sequence[str], count: int, noun: str) -> str:
    """Name the first of many: "3 ids ('a', 'b', 'c') are"."""
    shown = ", ".join(repr(name) for name in list(dict.fromkeys(names))[:3])
    more = ", …" if count > 3 else ""
    return f"{quantity(count, noun)} ({shown}{more}) {'is' if count == 1 else 'are'}"


def _find_repeats(keys: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    """Return the positions of keys that stood before, ascending."""
    if len(keys) < 2 or (np.diff(keys) > 0).all():
        return np.zeros(0, dtype=np.intp)
    order = np.argsort(keys, kind="stable")
    return np.sort(order[1:][np.diff(keys[order]) == 0])


def _wrong_probabilities(listing: Listing) -> Iterator[Problem]:
    if listing.probability is None:
        return
    with np.errstate(invalid="ignore"):
        wrong = np.flatnonzero((listing.probability < 0) | (listing.probability > 1))
    if len(wrong):
        shown = list_some(f"{p:g}" for p in listing.probability[wrong[:1000]])
        what = f"{len(wrong):,} probabilities are outside 0 to 1: {shown}."
        fix = "Write probabilities; of logits take the logistic function."
        yield Problem(what, listing.place(int(listing.row[wrong[0]])), fix)


def _without_probability(listing: Listing, lacking: npt.NDArray[np.bool_]) -> Problem:
    rows = listing.row[np.flatnonzero(lacking)[:1000]]
    first = list_some(repr(str(listing.ids[int(row)])) for row in rows)
    what = f"{quantity(int(lacking.sum()), 'row')} without a probability (records {first}) count as not there."
    return Problem(what, listing.place(int(rows[0])), "Give each a number from 0 to 1.", "warning")


def _unknown_tags(
    listing: Listing, names: Sequence[str], codes: npt.NDArray[np.int32], index: dict[str, int], explain: Explain
) -> Iterator[Problem]:
    for code, name in enumerate(names):
        if name not in index:
            row = int(listing.row[np.flatnonzero(codes == code)[0]])
            yield Problem(f"{name!r} is no tag.", listing.place(row), explain(str(name)))
