"""A run's results as pandas DataFrames, with the columns that docs/outputs.md describes."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from weaklabel.terms import (
    ABSENT,
    PRESENT,
    CellProbabilities,
    Finding,
    Records,
    ResolvedTags,
    Vocabulary,
    Votes,
    canonical_names,
)
from weaklabel.terms.finding import LIKELY
from weaklabel.terms.votes import MIN_PROBABILITY

CSV_ROWS = 1_000
SOURCES = ("given", "voted", "inferred", "predicted")
FINDING_COLUMNS = ("record_id", "tag", "given", "suggestion", "kind", "score", "rank", "tag_rank", "reason", "evidence")


def label_table(
    cells: CellProbabilities, records: Records, vocabulary: Vocabulary, resolved: Sequence[ResolvedTags]
) -> pd.DataFrame:
    """Return every cell with probability ≥ 0.01, a vote, or a given tag, by record (in the input's order) and tag.

    Columns: `record_id` (int64 or str), `tag` (str), `probability` (float64), `source` (str): `given` where the author
    gave the tag, else `voted` where a labeling function voted on it, else `inferred` where the probability is that of a
    tag below, else `predicted` by the end model. A given tag about which nothing is known has probability nan.
    """
    sources = source_of_cells(cells, vocabulary, resolved)
    shown = np.flatnonzero((sources == "given") | cells.voted | (cells.probability >= MIN_PROBABILITY))
    source = sources[shown]
    return pd.DataFrame(
        {
            "record_id": _ids(records, cells.record[shown].tolist()),
            "tag": pd.Series([vocabulary.names[tag] for tag in cells.tag[shown].tolist()], dtype="str"),
            "probability": cells.probability[shown],
            "source": pd.Series(source.tolist(), dtype="str"),
        }
    )


def likely_labels(labels: pd.DataFrame) -> pd.DataFrame:
    """Return the labels that are more likely right than wrong."""
    return labels[labels["probability"] > LIKELY]


def source_of_cells(
    cells: CellProbabilities, vocabulary: Vocabulary, resolved: Sequence[ResolvedTags]
) -> npt.NDArray[np.str_]:
    """Return where each cell's probability is from, one of `SOURCES`, of shape (cells,)."""
    given_cells = {
        (record, vocabulary.index[name]) for record, tags in enumerate(resolved) for name in canonical_names(tags)
    }
    keys = zip(cells.record.tolist(), cells.tag.tolist(), strict=True)
    is_given = np.array([key in given_cells for key in keys], dtype=np.bool_)
    source: npt.NDArray[np.str_] = np.select([is_given, cells.voted, cells.raised], SOURCES[:3], SOURCES[3])
    return source


def vote_table(votes: Votes, records: Records, vocabulary: Vocabulary) -> pd.DataFrame:
    """Return votes by record (in the input's order), tag and labeling function.

    Columns: `record_id` (int64 or str), `tag` (str), `lf` (str), `vote` (str): present or absent.
    """
    order = np.lexsort((votes.lf, votes.tag, votes.record))
    names = {PRESENT: "present", ABSENT: "absent"}
    return pd.DataFrame(
        {
            "record_id": _ids(records, votes.record[order].tolist()),
            "tag": pd.Series([vocabulary.names[tag] for tag in votes.tag[order].tolist()], dtype="str"),
            "lf": pd.Series([votes.lf_ids[lf] for lf in votes.lf[order].tolist()], dtype="str"),
            "vote": pd.Series([names[vote] for vote in votes.vote[order].tolist()], dtype="str"),
        }
    )


def finding_table(findings: Sequence[Finding], records: Records) -> pd.DataFrame:
    """Return findings in their order; `evidence` is a JSON list of votes with their spans."""
    columns = {
        "record_id": _ids(records, [f.record for f in findings]),
        "tag": pd.Series([f.tag for f in findings], dtype="str"),
        "given": pd.Series([f.given for f in findings], dtype="str"),
        "suggestion": pd.Series([f.suggestion for f in findings], dtype="str"),
        "kind": pd.Series([f.kind for f in findings], dtype="str"),
        "score": np.array([f.score for f in findings], dtype=np.float64),
        "rank": np.array([f.rank for f in findings], dtype=np.int64),
        "tag_rank": np.array([f.tag_rank for f in findings], dtype=np.int64),
        "reason": pd.Series([f.reason for f in findings], dtype="str"),
        "evidence": pd.Series([evidence_json(f, records) for f in findings], dtype="str"),
    }
    return pd.DataFrame({name: columns[name] for name in FINDING_COLUMNS})


def row_table(rows: Sequence[Any], kind: type[Any]) -> pd.DataFrame:
    """Return dataclass rows as a table; the columns are there without rows too."""
    return pd.DataFrame([asdict(row) for row in rows], columns=[column.name for column in fields(kind)])


def parquet_bytes(table: pd.DataFrame) -> bytes:
    """Return the content of a Parquet file."""
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()


def evidence_json(finding: Finding, records: Records) -> str:
    """Return votes, without the keys that have no value, and similar records as a JSON list."""
    entries = [{key: value for key, value in asdict(vote).items() if value is not None} for vote in finding.evidence]
    entries += [{"similar": records.ids[other.record], "similarity": other.similarity} for other in finding.similar]
    return json.dumps(entries, ensure_ascii=False)


def _ids(records: Records, positions: Sequence[int]) -> pd.Series:
    values = [records.ids[position] for position in positions]
    is_number = len(records) > 0 and isinstance(records.ids[0], int)
    return pd.Series(values, dtype="int64" if is_number else "str")
