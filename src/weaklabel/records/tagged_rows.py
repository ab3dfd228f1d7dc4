"""Tags by record, from a file that says nothing else of them: gold tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from weaklabel.documents import Row
from weaklabel.errors import Place, Problem, RecordsError, did_you_mean, raise_errors
from weaklabel.records.columns import TAG_NAMES
from weaklabel.records.oddities import Oddities
from weaklabel.records.read import is_typed, parse_rows
from weaklabel.records.tag_values import TagReader
from weaklabel.terms import USUAL_NAMES, ColumnNames
from weaklabel.terms.records import ID_NAMES, RecordId


class SettingNames(NamedTuple):
    """What the settings are called that name columns: of the project file, or options of a command."""

    id: str = "gold.id"
    tags: str = "gold.tags"
    column: str = "gold.column"


IN_FILE = SettingNames()


def parse_tagged_rows(
    location: str,
    data: bytes,
    columns: ColumnNames = USUAL_NAMES,
    ids: Sequence[RecordId] | None = None,
    settings: SettingNames = IN_FILE,
) -> tuple[list[Row], list[Problem]]:
    """Return the rows of a file of any supported format that have tags.

    Parameters
    ----------
    location, data
        See :func:`weaklabel.records.parse_records`.
    columns
        Which columns hold the id and the tags, and what separates tags in a CSV cell.
    ids
        The ids of the rows, where they are known already: of a records file that has been read.
    settings
        What messages call the settings that name columns.

    Returns
    -------
    rows, warnings
        Each row's value has the keys `id` and `tags` (a list of names), and the row's other columns. Rows whose tags
        are null are left out: nobody says what is right for them.

    Raises
    ------
    RecordsError
        Where a column is not there, with the nearest name, or with every row that cannot be read.
    """
    rows = parse_rows(location, data, RecordsError)
    problems: list[Problem] = []
    present = dict.fromkeys(str(name) for row in rows if isinstance(row.value, dict) for name in row.value)
    has_keys = ids is not None or (bool(rows) and rows[0].key is not None)
    id_column = None if has_keys else _find(columns.id, ID_NAMES, "an id", settings.id, location, present, problems)
    setting = settings.tags if ids is None else settings.column
    tags_column = _find(columns.tags, TAG_NAMES, "tags", setting, location, present, problems)
    raise_errors(problems, RecordsError)
    reader = TagReader(is_typed(location), columns.separator, problems, Oddities())
    tagged: list[Row] = []
    for i, row in enumerate(rows):
        if not isinstance(row.value, dict):
            what = f"this entry is {str(row.value)[:40]!r}, not an object with named columns."
            problems.append(Problem(what, row.place, 'Write {"id": …, "tags": […]}.'))
            continue
        tags = reader.read(row.value.get(tags_column), row.place)
        if tags is not None:
            record_id = ids[i] if ids is not None else row.key if id_column is None else row.value.get(id_column)
            tagged.append(Row({**row.value, "id": record_id, "tags": list(tags)}, row.place))
    raise_errors(problems, RecordsError)
    return tagged, problems


def _find(
    wanted: str | None,
    usual: Sequence[str],
    kind: str,
    setting: str,
    location: str,
    present: Mapping[str, Any],
    problems: list[Problem],
) -> str | None:
    """Return the column that is wanted, or else the first with a usual name; without either, add a problem."""
    listed = f"The columns are {', '.join(present)}."
    if wanted is not None and wanted not in present:
        what = f"no row has the column {wanted!r} ({setting})."
        problems.append(Problem(what, Place(location), did_you_mean(wanted, present, otherwise=listed)))
        return None
    found = wanted or next((name for name in usual if name in present), None)
    if found is None:
        problems.append(Problem(f"no column looks like {kind}.", Place(location), f"Name it with {setting}. {listed}"))
    return found
