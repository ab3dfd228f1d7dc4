"""weaklabel: weak supervision for tag vocabularies.

The public names are below; each is imported when it is first used, so that `import weaklabel` is quick and a
labeling-function plugin pays only for what it needs.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version as _version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from weaklabel.errors import WeaklabelError
    from weaklabel.label_models import fit_label_model
    from weaklabel.lfs.python import absent, labeling_function, present
    from weaklabel.project import Project
    from weaklabel.run import Run
    from weaklabel.slices.python import slicing_function
    from weaklabel.terms import Record
    from weaklabel.vote import PhraseMatcher

__version__ = _version("weaklabel")

_PUBLIC = {
    "PhraseMatcher": "weaklabel.vote",
    "Project": "weaklabel.project",
    "Record": "weaklabel.terms",
    "Run": "weaklabel.run",
    "WeaklabelError": "weaklabel.errors",
    "absent": "weaklabel.lfs.python",
    "fit_label_model": "weaklabel.label_models",
    "labeling_function": "weaklabel.lfs.python",
    "present": "weaklabel.lfs.python",
    "slicing_function": "weaklabel.slices.python",
}

__all__ = [
    "PhraseMatcher",
    "Project",
    "Record",
    "Run",
    "WeaklabelError",
    "absent",
    "fit_label_model",
    "labeling_function",
    "present",
    "slicing_function",
]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'weaklabel' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
