"""The documentation site: it builds with no warning, and asks no other host for anything."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import weaklabel
from weaklabel.schemas import schema_of_lfs

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("mkdocs", reason="mkdocs is not installed (make docs)")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_reference_pages_have_every_command_every_yaml_key_and_every_public_name(site):
    cli, yaml, python = ((site / "reference" / f"{name}.html").read_text() for name in ("cli", "yaml", "python"))
    for command in (
        "run",
        "report",
        "why",
        "vote",
        "lf watch",
        "lf diff",
        "models compare",
        "evaluate",
        "cache clear",
        "tags check",
    ):
        assert f">weaklabel {command}<" in cli
    for definition in schema_of_lfs()["$defs"].values():
        for key in definition["properties"]:
            assert f"<code>{key}</code>" in yaml
    for name in weaklabel.__all__:
        assert f'.{name}"' in python


@pytest.mark.slow
def test_pages_load_nothing_from_elsewhere(site):
    loaded = re.compile(r"<(?:script|img|iframe|link)\b[^>]*(?:src|href)=\"?(https?:)?//")
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 30
    assert [page.name for page in pages if loaded.search(page.read_text())] == []
