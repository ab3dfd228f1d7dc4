"""All labeling functions of a project in one id space."""

from __future__ import annotations

from collections.abc import Iterable

from weaklabel.errors import LabelingFunctionError, Problem, raise_errors
from weaklabel.terms import LabelingFunction


def gather_lfs(lfs: Iterable[LabelingFunction], problems: Iterable[Problem] = ()) -> tuple[LabelingFunction, ...]:
    """Return labeling functions from all sources, sorted by id.

    Parameters
    ----------
    lfs
        What every source gave.
    problems
        What was wrong with the rest.

    Raises
    ------
    LabelingFunctionError
        With `problems`, and with both places of two labeling functions that have one id.
    """
    found = list(problems)
    by_id: dict[str, LabelingFunction] = {}
    for lf in lfs:
        first = by_id.setdefault(lf.id, lf)
        if first is not lf:
            where = first.place or f"the {first.origin} ones"
            what = f"two labeling functions have the id {lf.id!r}."
            found.append(Problem(what, lf.place, f"The other is in {where}: rename one."))
    raise_errors(found, LabelingFunctionError)
    return tuple(by_id[key] for key in sorted(by_id))
