"""Records by slice: as tables, and in Snorkel's form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from weaklabel.errors import Problem, UnknownSliceError, did_you_mean
from weaklabel.terms import Records
from weaklabel.terms.frames import as_frame
from weaklabel.terms.slices import Membership, Slice


class SlicedRecords(Mapping[str, pd.DataFrame]):
    """The slices of a run: `sliced["short_text"]` is a DataFrame of the records in that slice.

    Attributes
    ----------
    slices
        The definitions, in order.
    membership
        Which records are in which.

    Examples
    --------
    >>> run.slices["short_text"]  # doctest: +SKIP
    >>> S = run.slices.to_snorkel(with_empty=False)  # for Scorer.score_slices  # doctest: +SKIP
    """

    def __init__(self, slices: tuple[Slice, ...], membership: Membership, records: Records) -> None:
        self.slices, self.membership, self._records = slices, membership, records

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return the records in a slice: `record_id`, then every column as it was read.

        Raises
        ------
        UnknownSliceError
            Where there is no such slice. It is a SliceError and a KeyError.
        """
        if name not in self.membership.names:
            fix = did_you_mean(str(name), self.membership.names, otherwise=f"There are {', '.join(self)}.")
            raise UnknownSliceError(Problem(f"there is no slice {name!r}.", fix=fix))
        rows = np.flatnonzero(self.membership.of(name))
        frame = as_frame(self._records.take(rows))
        return frame[["record_id", *(column for column in frame.columns if column != "record_id")]]

    def __iter__(self) -> Iterator[str]:
        return iter(self.membership.names)

    def __len__(self) -> int:
        return len(self.membership)

    def to_frame(self) -> pd.DataFrame:
        """Return the content of slices.parquet: `record_id`, and a bool column for each slice."""
        ids = pd.Series(self._records.id_array().to_pandas(), name="record_id")
        columns = dict(zip(self.membership.names, self.membership.members.T, strict=True))
        return pd.DataFrame({"record_id": ids, **columns})

    def to_snorkel(self, *, with_empty: bool = True) -> npt.NDArray[Any]:
        """Return a NumPy recarray of 0 and 1 with a field for each slice, as Snorkel's SFApplier and Scorer have it.

        Parameters
        ----------
        with_empty
            False leaves out slices without records, on which `Scorer.score_slices` fails.
        """
        members = dict(zip(self.membership.names, self.membership.members.T, strict=True))
        chosen = {name: rows for name, rows in members.items() if with_empty or rows.any()}
        table = np.zeros(len(self.membership.members), dtype=[(name, "<i8") for name in chosen]).view(np.recarray)
        for name, rows in chosen.items():
            table[name] = rows
        return table

    def summary(self) -> pd.DataFrame:
        """Return one row a slice: `slice`, `records`, `share` (of all records), `description`."""
        sizes = self.membership.sizes()
        return pd.DataFrame(
            {
                "slice": list(self.membership.names),
                "records": sizes,
                "share": sizes / max(len(self.membership.members), 1),
                "description": [each.description for each in self.slices],
            }
        )

    def _repr_html_(self) -> str:
        html: str = self.summary().to_html(index=False, escape=True)
        return html

    def __repr__(self) -> str:
        sizes = zip(self.membership.names, self.membership.sizes().tolist(), strict=True)
        return f"SlicedRecords({', '.join(f'{name}: {size:,}' for name, size in sizes)})"
