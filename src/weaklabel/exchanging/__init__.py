"""Exchange with other tools: a run's labels go out, annotations and labeling functions come in."""

from weaklabel.exchanging.incoming import (
    Imported,
    add_rules,
    gold_file,
    import_files,
)
from weaklabel.exchanging.outgoing import Choice, export_run, name_run, write_parcel

__all__ = [
    "Choice",
    "Imported",
    "add_rules",
    "export_run",
    "gold_file",
    "import_files",
    "name_run",
    "write_parcel",
]
