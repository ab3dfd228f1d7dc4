"""Read records from JSON, JSON Lines, CSV and Parquet, from a path or a URL, and say what is odd about them."""

from weaklabel.records.batches import check_batch
from weaklabel.records.columns import find_columns
from weaklabel.records.read import parse_records, parse_rows, read_records
from weaklabel.records.stream import count_hint, size_bytes, stream_records
from weaklabel.records.tagged_rows import SettingNames, parse_tagged_rows

__all__ = [
    "SettingNames",
    "check_batch",
    "count_hint",
    "find_columns",
    "parse_records",
    "parse_rows",
    "parse_tagged_rows",
    "read_records",
    "size_bytes",
    "stream_records",
]
