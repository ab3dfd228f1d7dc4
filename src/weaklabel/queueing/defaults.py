"""Which strategy a queue has where none is named: what won in benchmarks/sampling.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Goal = Literal["correction", "learning"]
DEFAULTS: Mapping[Goal, str] = {"correction": "expected_correction", "learning": "representative"}
