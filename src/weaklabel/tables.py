"""A run's results as pandas DataFrames, with the columns that docs/outputs.md describes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd

from weaklabel.terms import CellProbabilities, Evidence, Finding, Records, ResolvedTags, Vocabulary

MIN_PROBABILITY = 0.01
CSV_ROWS = 1_000
FINDING_COLUMNS = ("record_id", "tag", "given", "kind", "score", "rank", "reason", "evidence")


def label_table(
    cells: CellProbabilities, records: Records, vocabulary: Vocabulary, given: Sequence[ResolvedTags]
) -> pd.DataFrame:
    """Return every cell with probability ≥ 0.01, and every given one, sorted by record (in the input's order) and tag.

    Columns: `record_id` (int64 or str), `tag` (str), `probability` (float64), `source` (str): `given` where the
    author gave the tag, else `voted` where a labeling function voted on it, else `inferred` from a tag below it.
    A given tag on which no labeling function ever votes has probability nan: nothing is known about it.
    """
    given_cells = {
        (record, vocabulary.index[tag.resolution.tag])
        for record, tags in enumerate(given)
        for tag in tags or ()
        if tag.resolution
    }
    likely = np.flatnonzero(cells.probability >= MIN_PROBABILITY).tolist()
    rows = {
        (int(cells.record[i]), int(cells.tag[i])): (float(cells.probability[i]), bool(cells.voted[i])) for i in likely
    }
    for record, tag in sorted(given_cells - set(rows)):
        rows[record, tag] = (float(cells.silent[tag, int(cells.has_positive[record])]), False)
    ordered = sorted(rows)
    sources = ["given" if key in given_cells else "voted" if rows[key][1] else "inferred" for key in ordered]
    return pd.DataFrame(
        {
            "record_id": _ids(records, [record for record, _ in ordered]),
            "tag": pd.Series([vocabulary.names[tag] for _, tag in ordered], dtype="str"),
            "probability": np.array([rows[key][0] for key in ordered], dtype=np.float64),
            "source": pd.Series(sources, dtype="str"),
        }
    )


def finding_table(findings: Sequence[Finding], records: Records) -> pd.DataFrame:
    """Return findings in their order; `evidence` is a JSON list of votes with their spans."""
    columns = {
        "record_id": _ids(records, [f.record for f in findings]),
        "tag": pd.Series([f.tag for f in findings], dtype="str"),
        "given": pd.Series([f.given for f in findings], dtype="str"),
        "kind": pd.Series([f.kind for f in findings], dtype="str"),
        "score": np.array([f.score for f in findings], dtype=np.float64),
        "rank": np.array([f.rank for f in findings], dtype=np.int64),
        "reason": pd.Series([f.reason for f in findings], dtype="str"),
        "evidence": pd.Series([evidence_json(f.evidence) for f in findings], dtype="str"),
    }
    return pd.DataFrame({name: columns[name] for name in FINDING_COLUMNS})


def evidence_json(evidence: Sequence[Evidence]) -> str:
    """Return votes as JSON, without the keys that have no value."""
    entries = [{key: value for key, value in asdict(vote).items() if value is not None} for vote in evidence]
    return json.dumps(entries, ensure_ascii=False)


def _ids(records: Records, positions: Sequence[int]) -> pd.Series:
    values = [records.ids[position] for position in positions]
    is_number = len(records) > 0 and isinstance(records.ids[0], int)
    return pd.Series(values, dtype="int64" if is_number else "str")
