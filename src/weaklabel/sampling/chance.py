"""By chance: the yardstick, and an honest sample of all records."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from weaklabel.sampling.interface import Evidence, Scored


def random(evidence: Evidence) -> Scored:
    """Score each record by a hash of the seed and its id, so that its draw does not depend on where it stands."""
    return Scored(None, np.array([draw(each, evidence.seed) for each in evidence.ids], dtype=np.float64))


def draw(record_id: str, seed: int) -> float:
    """Return a number from 0 to 1, as good as drawn by chance, of an id and a seed."""
    digest = blake2b(f"{seed}\0{record_id}".encode(), digest_size=7).digest()
    return int.from_bytes(digest) / 2**56


def say_drawn(evidence: Evidence, record: int, tags: Sequence[int]) -> str:  # noqa: ARG001 - the contract's
    """Say why it is asked for."""
    return f"drawn by chance, seed {evidence.seed}"
