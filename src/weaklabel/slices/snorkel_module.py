"""Slices as a Python module of Snorkel's slicing functions, which look up membership in a table beside it."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath

from weaklabel.terms.slices import Slice

FIRST_LINE = '"""Slices as Snorkel slicing functions, written by `weaklabel slices export`.'

_HEAD = '''{first_line}

Each says 1 where a record is in the slice and 0 where it is not, as found in {table}, which lies beside this
module: the definitions ask what labeling functions vote and what tags a run resolves, which a data point alone does
not tell. A data point needs the record's id in one of the columns {columns}.
"""

from pathlib import Path

import pandas as pd
from snorkel.slicing import slicing_function

ID_COLUMNS = {columns}
MEMBERS = pd.read_parquet(Path(__file__).with_name({table!r})).set_index("record_id")


def is_in(name, x):
    """Return 1 where a data point is in a slice, else 0; raises KeyError for a record that the table does not have."""
    column = next((each for each in ID_COLUMNS if each in x), None)
    if column is None:
        raise KeyError(f"a data point has none of the columns {{ID_COLUMNS}}, one of which must hold the record's id")
    if x[column] not in MEMBERS.index:
        raise KeyError(f"record {{x[column]!r}} is not in {table}: export the slices again")
    return int(MEMBERS.at[x[column], name])
'''


def write_module(slices: Sequence[Slice], table: PurePath, id_columns: Sequence[str]) -> str:
    """Return the module's source.

    Parameters
    ----------
    slices
        The slices, in order; `slicing_functions`, the module's list, has the same order.
    table
        The name of the file of membership: `record_id`, and a bool column for each slice.
    id_columns
        The names under which a data point may have the record's id.
    """
    parts = [_HEAD.format(first_line=FIRST_LINE, table=table.name, columns=tuple(id_columns))]
    names = _name_functions(each.id for each in slices)
    for each, name in zip(slices, names, strict=True):
        docstring = _quote(f"{each.description or each.id}\n\n    {each.definition}\n    ")
        parts.append(f"\n\n@slicing_function(name={each.id!r})\ndef {name}(x):\n")
        parts.append(f"    {docstring}\n    return is_in({each.id!r}, x)\n")
    parts.append(f"\n\nslicing_functions = [{', '.join(names)}]\n")
    return "".join(parts)


def _name_functions(ids: Iterable[str]) -> list[str]:
    """Return a name for each slice's function, none of them twice: of `a-b` and `a_b` the second gets a number."""
    names: list[str] = []
    for slice_id in ids:
        name = re.sub(r"\W", "_", slice_id)
        if keyword.iskeyword(name) or not name.isidentifier() or name in _TAKEN:
            name = f"slice_{name}"
        number, free = 2, name
        while free in names:
            free, number = f"{name}_{number}", number + 1
        names.append(free)
    return names


_TAKEN = {"Path", "pd", "slicing_function", "ID_COLUMNS", "MEMBERS", "is_in", "slicing_functions"}


def _quote(text: str) -> str:
    """Return a text, which does not end with a quotation mark, as a literal in three of them."""
    safe = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    written = (c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in safe)
    return f'"""{"".join(written)}"""'
