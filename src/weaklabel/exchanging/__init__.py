"""Exchange with other tools: a run's labels go out, annotations and labeling functions come in."""

from weaklabel.exchanging.gold import gold_file
from weaklabel.exchanging.incoming import Decision, Imported, Verdict, add_rules, decisions_file, import_files
from weaklabel.exchanging.outgoing import Choice, export_run, name_run, write_parcel

__all__ = [
    "Choice",
    "Decision",
    "Imported",
    "Verdict",
    "add_rules",
    "decisions_file",
    "export_run",
    "gold_file",
    "import_files",
    "name_run",
    "write_parcel",
]
