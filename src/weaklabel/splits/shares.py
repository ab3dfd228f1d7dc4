"""The share of the records that each split is to have."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from types import MappingProxyType

from weaklabel.errors import Problem, SplitsError

Shares = Mapping[str, float]
DEFAULT_SHARES: Shares = MappingProxyType({"train": 0.8, "dev": 0.1, "test": 0.1})


def read_shares(text: str) -> Shares:
    """Return the shares that a text such as `train=.8,dev=.1,test=.1` names, in its order.

    A share of 0 is that of a split which keeps what it has and gets no more.

    Raises
    ------
    SplitsError
        With every part that is no name and share, or where they do not sum to 1.
    """
    shares: dict[str, float] = {}
    problems: list[Problem] = []
    for part in filter(None, map(str.strip, text.split(","))):
        name, _, number = map(str.strip, part.partition("="))
        share = _read_number(number)
        if not re.fullmatch(r"[\w.-]+", name) or share is None:
            problems.append(Problem(f"{part!r} is no split with its share.", fix="Write such as train=.8."))
        elif not 0 <= share <= 1:
            problems.append(Problem(f"the share of {name!r} is {number}.", fix="Write a number from 0 to 1."))
        elif name in shares:
            problems.append(Problem(f"the split {name!r} stands twice.", fix="Give it one share."))
        else:
            shares[name] = share
    total = math.fsum(shares.values())
    if not problems and not math.isclose(total, 1, abs_tol=1e-6):
        fix = "Give each split a share, such as train=.8,dev=.1,test=.1."
        problems.append(Problem(f"the shares sum to {total:g}, not to 1.", fix=fix))
    if problems:
        raise SplitsError(problems)
    return shares


def _read_number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
