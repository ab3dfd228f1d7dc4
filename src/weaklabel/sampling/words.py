"""How reasons are worded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def list_cells(names: Sequence[str], values: npt.NDArray[np.float64], tags: Sequence[int]) -> str:
    """List tags, each with its value: "gan .52, cnn .47"."""
    return ", ".join(f"{names[tag]} {as_share(float(values[tag]))}" for tag in tags)


def as_share(value: float) -> str:
    """Return a number from 0 to 1 with two digits and no zero before the point: ".52"."""
    return f"{value:.2f}".removeprefix("0")
