"""A small model to check: a tag is present where its name, or an alias of three letters or more, is in the text.

As a function:  weaklabel behaviour --callable keyword_model:predict
As a command:   weaklabel behaviour --command "python keyword_model.py"
"""

import json
import re
import sys
from pathlib import Path

TAGS = json.loads((Path(__file__).parents[2] / "data" / "tags.json").read_text(encoding="utf-8"))
NAMES = {entry["tag"]: [entry["tag"].replace("-", " "), *entry["aliases"]] for entry in TAGS}
PATTERNS = {
    tag: re.compile("|".join(rf"\b{re.escape(name)}\b" for name in names if len(name) > 2), re.IGNORECASE)
    for tag, names in NAMES.items()
}


def predict(rows):
    """Return a list of tags for each row; a row has `id`, the text fields, and `text`, which joins them."""
    return [[tag for tag, pattern in PATTERNS.items() if pattern.search(row["text"])] for row in rows]


if __name__ == "__main__":
    rows = [json.loads(line) for line in sys.stdin]
    for row, tags in zip(rows, predict(rows), strict=True):
        sys.stdout.write(json.dumps({"id": row["id"], "tags": tags}) + "\n")
