"""The manifest of a run: what it read, used and wrote, so that it can be repeated and compared."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from weaklabel.terms import LabelingFunction, Settings

PACKAGES = (
    "networkx", "numpy", "pandas", "pyahocorasick", "pyarrow", "rapidfuzz", "scipy", "snorkel", "spacy", "torch",
)  # fmt: skip
TIMES = "times"


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data`, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def describe_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings as JSON values, paths as they were written."""
    described: dict[str, Any] = json.loads(json.dumps(asdict(settings), default=str))
    return described


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
