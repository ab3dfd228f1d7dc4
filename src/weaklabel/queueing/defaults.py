"""Which strategy a queue has where none is named: what won in benchmarks/sampling.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt

Goal = Literal["correction", "learning"]
Mask = npt.NDArray[np.bool_]
DEFAULTS: Mapping[Goal, str] = {"correction": "expected_correction", "learning": "representative"}


def choose_goal(labelled: Mask, waiting: Mask) -> Goal:
    """Return what a queue is for: to correct, where authors gave tags to any record that waits, or else to learn.

    Both are bool of shape (records,).
    """
    return "correction" if (labelled & waiting).any() else "learning"
