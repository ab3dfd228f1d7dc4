"""The manifest of a run: what it read, used and wrote, so that it can be repeated and compared."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from weaklabel.errors import OutputError, Place, Problem
from weaklabel.terms import ColumnNames, LabelingFunction, Settings, TagLabels

PACKAGES = (
    "networkx", "numpy", "pandas", "pyahocorasick", "pyarrow", "rapidfuzz", "scipy", "snorkel", "spacy", "torch",
)  # fmt: skip
TIMES = "times"


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data`, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def hash_run(manifest: Mapping[str, Any]) -> str:
    """Return a short hash of a run: two runs on the same input, with the same settings, have the same."""
    kept = {key: value for key, value in manifest.items() if key != TIMES}
    return digest(json.dumps(kept, sort_keys=True).encode())[:12]


def name_run(manifest: Mapping[str, Any]) -> str:
    """Return the name of a run for people and other tools: `weaklabel@`, and the first eight digits of its hash."""
    return f"weaklabel@{hash_run(manifest)[:8]}"


def describe_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings as JSON values, paths as they were written."""
    described: dict[str, Any] = json.loads(json.dumps(asdict(settings), default=str))
    return described


def parse_settings(described: Mapping[str, Any], folder: Path) -> Settings:
    """Return the settings that :func:`describe_settings` described in the run.json of a folder.

    Raises
    ------
    OutputError
        Where another version of weaklabel wrote them.
    """
    paths = {key: Path(described[key]) for key in ("lfs", "out", "slices", "cache") if described.get(key)}
    try:
        labels = dict(described["tag_labels"])
        sections: dict[str, Any] = {
            "columns": _parse_columns(described["columns"]),
            "gold_columns": _parse_columns(described.get("gold_columns", {})),
            "tag_labels": TagLabels(**{**labels, "synonyms": tuple(labels["synonyms"])}),
            "decisions": tuple(described.get("decisions", ())),
        }
        return Settings(**{**described, **sections, **paths})
    except (KeyError, TypeError) as failure:
        what = f"the settings in run.json cannot be read: {failure}."
        raise OutputError(Problem(what, Place(str(folder)), "Run `weaklabel run` again.")) from None


def _parse_columns(described: Mapping[str, Any]) -> ColumnNames:
    fields = described.get("fields")
    return ColumnNames(**{**described, "fields": None if fields is None else tuple(fields)})


def build_manifest(
    settings: Settings,
    inputs: Mapping[str, Mapping[str, Any]],
    lfs: Sequence[LabelingFunction],
    counts: Mapping[str, Any],
    times: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the content of run.json; only its last key differs between two runs on the same input."""
    return {
        "weaklabel": version("weaklabel"),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "seed": settings.seed,
        "settings": describe_settings(settings),
        "inputs": dict(inputs),
        "labeling_functions": {lf.id: digest(lf.definition.encode()) for lf in lfs},
        **counts,
        TIMES: dict(times),
    }


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """Return run.json's bytes."""
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()
