"""The formats by name; the module of one is imported when it is used."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType

from weaklabel.errors import Problem, UsageError, did_you_mean
from weaklabel.exchange.interface import Format

FORMATS = MappingProxyType(
    {
        "label-studio": "label_studio",
        "prodigy": "prodigy",
        "patterns": "patterns",
        "doccano": "doccano",
        "doccano-csv": "doccano_csv",
        "fasttext": "fasttext",
        "spacy": "spacy_docs",
        "huggingface": "huggingface",
        "argilla": "argilla",
        "cleanlab": "cleanlab",
        "udt": "udt",
        "brat": "brat",
        "csv": "csv_table",
        "jsonl": "json_lines",
        "parquet": "parquet_table",
        "wrench": "wrench",
    }
)


def load_format(name: str) -> Format:
    """Return the format of a name.

    Raises
    ------
    UsageError
        Where there is none, with the nearest name.
    """
    if name not in FORMATS:
        fix = f"{did_you_mean(name, FORMATS)} The formats are {', '.join(FORMATS)}.".strip()
        raise UsageError(Problem(f"the format {name!r} is not known.", fix=fix))
    found: Format = import_module(f"weaklabel.exchange.{FORMATS[name]}").FORMAT
    return found
