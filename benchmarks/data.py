"""Where the measured data lies, and how a result gets into RESULTS.md."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "RESULTS.md"


def find_data(name: str) -> Path:
    """Return a folder of data that is not part of the project, or stop and say so where it is absent."""
    folder = Path(os.environ.get("WEAKLABEL_DATA", ROOT.parent / "shared" / "data")) / name
    if not folder.is_dir():
        sys.exit(f"skipped: there is no {folder} (set WEAKLABEL_DATA to the folder that holds {name}/)")
    return folder


def record_result(title: str, body: str) -> None:
    """Print a section and put it into RESULTS.md, in the place of the section with the same title."""
    section = f"## {title}\n\n{body.strip()}\n"
    print(section)
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Measured results\n"
    pattern = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    text = pattern.sub(lambda _: f"{section}\n", text) if pattern.search(text) else f"{text.rstrip()}\n\n{section}"
    RESULTS.write_text(text.rstrip() + "\n", encoding="utf-8")
