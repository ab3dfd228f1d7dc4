"""How a stage tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

OnProgress = Callable[[int, int], None]
"""Called with what is done of a stage's work and the whole of it."""


def unreported(_done: int, _total: int) -> None:
    """Take the place of an OnProgress that nobody watches."""
