"""Exchange with other tools: a run's labels go out, annotations and labeling functions come in."""

from weaklabel.exchanging.gold import gold_file
from weaklabel.exchanging.incoming import Imported, add_rules, check_content, import_files
from weaklabel.exchanging.outgoing import Choice, export_run, find_leftovers, write_parcel

__all__ = [
    "Choice",
    "Imported",
    "add_rules",
    "check_content",
    "export_run",
    "find_leftovers",
    "gold_file",
    "import_files",
    "write_parcel",
]
