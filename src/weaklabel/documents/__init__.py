"""Documents: a file's text (from a path or a URL), and where each of its parts stands."""

from weaklabel.documents.document import Document, is_url, read_bytes, read_document
from weaklabel.documents.json_rows import Row, read_json_lines, read_json_rows
from weaklabel.documents.yaml_lists import append_items, list_items
from weaklabel.documents.yaml_nodes import YamlNode, read_yaml

__all__ = [
    "Document",
    "Row",
    "YamlNode",
    "append_items",
    "is_url",
    "list_items",
    "read_bytes",
    "read_document",
    "read_json_lines",
    "read_json_rows",
    "read_yaml",
]
