"""CSV files from other tools: rows of texts with their places."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from weaklabel.documents.csv_rows import read_csv_rows
from weaklabel.documents.document import decode
from weaklabel.errors import ExchangeError, Place, Problem, did_you_mean, raise_errors
from weaklabel.exchange.entries import Entry

MARK = "'"
COMPUTED = ("=", "+", "-", "@", "\t", "\r")


def read_cells(files: Mapping[str, bytes], problems: list[Problem], needed: str) -> list[Entry]:
    """Return the rows of CSV files; what is wrong with them is added to `problems`.

    Raises
    ------
    ExchangeError
        Where a file is broken, or has no column `needed`.
    """
    found: list[Entry] = []
    for name, data in files.items():
        document = decode(name, data, ExchangeError)
        rows = list(read_csv_rows(name, [document.text], problems))
        if rows and needed not in rows[0].value:
            fix = did_you_mean(needed, rows[0].value, otherwise=f"Its header has {', '.join(rows[0].value)}.")
            problems.append(Problem(f"there is no column {needed!r}.", Place(name, 1), fix))
        elif not rows:
            problems.append(Problem("the file has no rows.", Place(name), "Export it again."))
        found += [Entry(row.value, row.place, problems) for row in rows]
    raise_errors(problems, ExchangeError)
    return found


def write_cells(rows: Iterable[Sequence[object]], *, for_spreadsheets: bool = False) -> bytes:
    r"""Return rows, the header first, as a CSV file; lines end as RFC 4180 says, so that a \r in a cell is quoted.

    Parameters
    ----------
    for_spreadsheets
        Whether a `'` goes before texts that a spreadsheet would compute (OWASP, "CSV Injection").
    """
    shown = ([_as_text(cell) for cell in row] for row in rows) if for_spreadsheets else rows
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(shown)
    return buffer.getvalue().encode()


def _as_text(cell: object) -> object:
    return f"{MARK}{cell}" if isinstance(cell, str) and cell.startswith(COMPUTED) else cell
