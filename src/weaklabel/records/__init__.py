"""Read records from JSON, JSON Lines, CSV and Parquet, from a path or a URL, and say what is odd about them."""

from weaklabel.records.read import parse_records, parse_rows, read_records

__all__ = ["parse_records", "parse_rows", "read_records"]
