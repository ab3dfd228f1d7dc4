"""What MkDocs calls while it builds: adds the pages that are made from the code and from files outside docs/."""

from __future__ import annotations

import posixpath
import re
import sys
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

sys.path.insert(0, str(Path(__file__).parent))
import reference

ROOT = Path(__file__).resolve().parents[2]
COPIED = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "benchmarks/RESULTS.md": "benchmarks.md",
    "examples/spam/README.md": "examples/spam.md",
}
SOURCES = {page: source for source, page in COPIED.items()}
GENERATED = {
    "reference/cli.md": reference.cli_page,
    "reference/yaml.md": reference.yaml_page,
    "reference/python.md": reference.python_page,
}
LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\(([^)\s:#]+)(#[^)\s]*)?\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the decisions into the navigation."""
    pages = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    for entry in config.nav or []:
        if "Decisions" in entry:
            entry["Decisions"] = [f"decisions/{name}" for name in pages]
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages that are made here."""
    made = {page: (ROOT / source).read_text(encoding="utf-8") for source, page in COPIED.items()}
    made |= {page: make() for page, make in GENERATED.items()}
    for page, content in made.items():
        files.append(File.generated(config, page, content=content))
    return files


def on_page_markdown(markdown: str, *, page: Page, **_: Any) -> str:
    """Point links that hold in the repository to the pages of the site; what has no page keeps its words."""
    here = page.file.src_uri
    if here in GENERATED:
        return markdown
    return LINK.sub(lambda link: _point(link, here), markdown)


def _point(link: re.Match[str], here: str) -> str:
    words, target, anchor = link.groups()
    source = SOURCES.get(here, f"docs/{here}")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
    if not (ROOT / path).exists():
        return link.group()  # MkDocs says that it leads nowhere
    page = COPIED.get(path, path.removeprefix("docs/") if path.startswith("docs/") else None)
    if page is None or not page.endswith(".md"):
        return words
    return f"[{words}]({posixpath.relpath(page, posixpath.dirname(here) or '.')}{anchor or ''})"
