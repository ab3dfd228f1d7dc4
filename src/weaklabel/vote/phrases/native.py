"""The compiled matcher, if it is there."""

from __future__ import annotations

import os
import warnings
from functools import cache
from types import ModuleType

SWITCH = "WEAKLABEL_NO_NATIVE"


class SlowMatcherWarning(UserWarning):
    """Phrases are matched in Python, because the compiled matcher is not installed."""


@cache
def load_native() -> ModuleType | None:
    """Return the compiled matcher, or None (with a warning, once) where it was not built.

    The environment variable WEAKLABEL_NO_NATIVE switches it off, without a warning.
    """
    if os.environ.get(SWITCH):
        return None
    try:
        from weaklabel.vote.phrases import _native
    except ImportError:
        what = (
            "weaklabel was installed without its compiled phrase matcher and matches in Python: the same votes, "
            "some thirty times slower. Install it again where there is a C compiler."
        )
        warnings.warn(what, SlowMatcherWarning, stacklevel=2)
        return None
    return _native
