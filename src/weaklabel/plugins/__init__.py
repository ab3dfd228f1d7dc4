"""Other people's code: loaded, located, and told apart by what it depends on."""

from weaklabel.plugins.load import (
    Plugin,
    importable,
    load_entry_points,
    load_files,
    load_module,
    place_of,
    place_of_error,
    values_in,
)

__all__ = [
    "Plugin",
    "importable",
    "load_entry_points",
    "load_files",
    "load_module",
    "place_of",
    "place_of_error",
    "values_in",
]
