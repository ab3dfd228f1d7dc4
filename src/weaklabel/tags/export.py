"""A vocabulary as a tags file in JSON."""

from __future__ import annotations

import json

from weaklabel.terms import Vocabulary


def export_tags(vocabulary: Vocabulary) -> bytes:
    """Return a list of tags, one a line, sorted by name; reading it makes the same vocabulary."""
    lines = []
    for tag in vocabulary.tags:
        value = {
            "tag": tag.name,
            "aliases": tag.aliases,
            "parents": tag.parents,
            "description": tag.description,
            "examples": tag.examples,
        }
        kept = {key: part for key, part in value.items() if part}
        lines.append(f"  {json.dumps(kept, ensure_ascii=False)}")
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()
