"""`weaklabel slices discover`: the slices on which a model is worst, of a project's run."""

from weaklabel.slice_discovery.definitions import (
    Definition,
    define_slices,
    describe_slice,
    render_definition,
    say_p,
    write_definitions,
)
from weaklabel.slice_discovery.describe import USUAL_KINDS, describe_records
from weaklabel.slice_discovery.discover import Found, Scope, discover, discover_in, read_kinds
from weaklabel.slice_discovery.errors import Errors, errors_of_run

__all__ = [
    "USUAL_KINDS",
    "Definition",
    "Errors",
    "Found",
    "Scope",
    "define_slices",
    "describe_records",
    "describe_slice",
    "discover",
    "discover_in",
    "errors_of_run",
    "read_kinds",
    "render_definition",
    "say_p",
    "write_definitions",
]
