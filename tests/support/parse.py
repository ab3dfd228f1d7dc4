"""Records from values written in a test, by way of a file's bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from weaklabel.errors import Problem, RecordsError
from weaklabel.records import parse_records
from weaklabel.terms import USUAL_NAMES, ColumnNames, Records


def parse(data: Any, columns: ColumnNames = USUAL_NAMES, name: str = "f.json") -> tuple[Records, list[Problem]]:
    """Parse bytes as they are, and anything else as JSON with one entry a line (the first is in line 2)."""
    if isinstance(data, list):
        data = "[\n" + ",\n".join(json.dumps(entry) for entry in data) + "\n]"
    elif isinstance(data, dict):
        data = "{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in data.items()) + "\n}"
    return parse_records(name, data if isinstance(data, bytes) else data.encode(), columns)


def refuse(data: Any, columns: ColumnNames = USUAL_NAMES, name: str = "f.json") -> list[Problem]:
    """Return the errors (not the warnings) for which a file is refused."""
    with pytest.raises(RecordsError) as caught:
        parse(data, columns, name)
    return [problem for problem in caught.value.problems if problem.severity == "error"]
