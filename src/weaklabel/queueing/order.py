"""The order of records for tools that show them one by one: as a file names it, or by a run that is on the disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from weaklabel.documents import Row, read_bytes
from weaklabel.end_models import read_texts
from weaklabel.end_models.texts import frequent_words
from weaklabel.errors import Place, Problem, RecordsError, UsageError, raise_errors
from weaklabel.inputs import load_records, load_vocabulary
from weaklabel.manifest import parse_settings
from weaklabel.queueing.defaults import DEFAULTS, choose_goal
from weaklabel.queueing.gather import CORRECTED, WORDS
from weaklabel.queueing.named import by_name, find_named
from weaklabel.records import parse_rows
from weaklabel.run_folder import StoredTables, read_tables
from weaklabel.sampling import Evidence, Mixture, Ranking, parse_mixture
from weaklabel.tags import given_matrix, resolve_given
from weaklabel.terms import GivenMatrix, Records, Settings, Vocabulary
from weaklabel.terms.records import REFERRING_ID_NAMES, RecordId

MODELS = frozenset({"label models", "ensemble"})


def choose_order(
    folder: Path, *, file: Path | None = None, strategy: str | None = None, settings: Settings | None = None
) -> tuple[RecordId, ...]:
    """Return the ids of records, the first to be looked at first.

    Parameters
    ----------
    folder
        A run's folder.
    file
        A queue: its records, in its order.
    strategy
        A strategy, or several by weight, that orders all records; where neither is named, the one for what the run's
        authors gave (see :data:`weaklabel.queueing.defaults.DEFAULTS`).
    settings
        Where the records and tags are; by default where the run found them.

    Raises
    ------
    WeaklabelError
        Where both are named, the strategy asks models, or a file cannot be read.
    """
    if file is not None and strategy is not None:
        what = "there are both --queue and --strategy."
        raise UsageError(Problem(what, Place("--strategy"), "Give one of them: a file has an order already."))
    mixture = _check(strategy) if strategy is not None else None
    tables = read_tables(folder)
    settings = settings or parse_settings(tables.manifest["settings"], folder)
    records = load_records(settings, {}, [])
    if file is not None:
        return read_queue(file, records.ids)
    vocabulary, _ = load_vocabulary(settings.tags, {}, [], settings.tag_labels)
    given = given_matrix(resolve_given(records, vocabulary), vocabulary)
    waiting = np.ones(len(records), dtype=np.bool_)
    if mixture is None and choose_goal(given.labelled, waiting) == "correction":
        return order_by_correction(records.ids, tables.labels, tables.findings)
    evidence = _gather(tables, records, vocabulary, given, settings)
    ranking = Ranking(evidence, mixture or parse_mixture(DEFAULTS["learning"]))
    return tuple(records.ids[i] for i in ranking.order.tolist())


def _check(strategy: str) -> Mixture:
    mixture = parse_mixture(strategy)
    if asking := [part.strategy.name for part in mixture.parts if part.strategy.needs & MODELS]:
        what = f"{asking[0]} asks models, and a run's folder has none."
        fix = f"Write a queue first: weaklabel queue --strategy {asking[0]} --out queue.csv; and name it with --queue."
        raise UsageError(Problem(what, Place("--strategy"), fix))
    return mixture


def order_by_correction(ids: Sequence[RecordId], labels: pd.DataFrame, findings: pd.DataFrame) -> tuple[RecordId, ...]:
    """Return all records, by the best score of what a verdict would correct; then those with the least certain cell.

    It is the strategy `expected_correction` from tables alone: no array of (records, tags) is made. Of equals, the one
    with the cell nearest to .5 comes first, then the input's order.
    """
    corrected = findings[findings["kind"].isin(CORRECTED)]
    scores = corrected.groupby("record_id")["score"].max().to_dict()
    distances = (labels["probability"] - 0.5).abs().groupby(labels["record_id"]).min().fillna(np.inf).to_dict()

    def key(record_id: RecordId) -> tuple[float, float]:
        return -scores.get(record_id, 0.0), round(distances.get(record_id, np.inf), 9)

    return tuple(sorted(ids, key=key))


def _gather(
    tables: StoredTables, records: Records, vocabulary: Vocabulary, given: GivenMatrix, settings: Settings
) -> Evidence:
    """Return what a run's folder holds of what strategies read."""
    shape = len(records), len(vocabulary)
    row = {record_id: i for i, record_id in enumerate(records.ids)}

    def spread(table: pd.DataFrame, values: Any) -> npt.NDArray[np.float64]:
        cells = np.zeros(shape)
        record, tag = table["record_id"].map(row), table["tag"].map(vocabulary.index)
        known = (record.notna() & tag.notna()).to_numpy()
        at = record[known].astype(int).to_numpy(), tag[known].astype(int).to_numpy()
        np.maximum.at(cells, at, np.nan_to_num(np.asarray(values, dtype=np.float64)[known]))
        return cells

    def count(vote: Literal["present", "absent"]) -> npt.NDArray[np.float64]:
        counts = tables.votes[tables.votes["vote"] == vote].groupby(["record_id", "tag"]).size().reset_index(name="n")
        return spread(counts, counts["n"])

    corrected = tables.findings[tables.findings["kind"].isin(CORRECTED)]
    n = len(records)
    return Evidence(
        ids=tuple(map(str, records.ids)),
        tags=vocabulary.names,
        probability=spread(tables.labels, tables.labels["probability"]),
        given=given.tags.toarray() > 0,
        labelled=given.labelled,
        suspicion=spread(corrected, corrected["score"]),
        present=count("present"),
        absent=count("absent"),
        waiting=np.ones(n, dtype=np.bool_),
        decided=np.zeros(n, dtype=np.bool_),
        is_exclusive=settings.task == "multiclass",
        vectors=frequent_words(read_texts(records), WORDS),
        seed=settings.seed,
    )


def read_queue(path: Path, ids: Sequence[RecordId]) -> tuple[RecordId, ...]:
    """Read a queue: a file of rows (CSV, JSON Lines, JSON, Parquet) with a column record_id; a record counts once.

    Raises
    ------
    RecordsError
        Where the file cannot be read, or with every row that names no record, and the nearest id.
    """
    known = by_name(ids)
    problems: list[Problem] = []
    order: dict[RecordId, None] = {}
    for row in parse_rows(str(path), read_bytes(str(path), RecordsError), RecordsError):
        found = find_named(_read_id(row), known, row.place)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            order[found] = None
    raise_errors(problems, RecordsError)
    if not order:
        raise RecordsError(Problem("the queue is empty.", Place(str(path)), "Name one with records."))
    return tuple(order)


def _read_id(row: Row) -> Any:
    """Return the id that a row has in its column, or, where rows are plain values, as the row."""
    if not isinstance(row.value, dict):
        return row.value
    return next((row.value[name] for name in REFERRING_ID_NAMES if row.value.get(name) not in (None, "")), None)
