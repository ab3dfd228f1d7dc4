"""Code blocks of Markdown pages, and how their commands are run.

A comment before a block says what is done with it: `<!-- docs: skip -->` nothing, `<!-- docs: file PATH -->` it is
written there in the project, `<!-- docs: fragment -->` it is only compiled, `<!-- docs: starter -->` it belongs to the
project that `weaklabel init` makes, `<!-- docs: watch -->` and `<!-- docs: output of weaklabel run -->` as they say.
In a block's output a line `…` stands for any lines.
"""

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"(?m)(?:^<!-- docs: (?P<mark>.*?) -->\n+)?^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.DOTALL)
COMMAND = "$ weaklabel "
ANY_LINES = "…"


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: where it stands, its language, what the comment before it says, and its text."""

    page: str
    line: int
    language: str
    mark: str
    text: str

    def __str__(self):
        return f"{self.page}:{self.line}"


def read_blocks(page):
    """Return the blocks of a page, in their order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [
        Block(
            page,
            text.count("\n", 0, found.start("language")) + 1,
            found["language"],
            found["mark"] or "",
            found["text"],
        )
        for found in BLOCK.finditer(text)
    ]


def read_commands(block):
    """Return each command of a console block with the output that is shown below it."""
    parts = re.split(r"(?m)^\$ ", block.text)[1:]
    return [(f"$ {command}", output.rstrip()) for command, _, output in (part.partition("\n") for part in parts)]


def copy_example(folder):
    """Make a copy of the example project, committed to Git as a reader has it."""
    for name in ("data", "lfs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("weaklabel.yaml", "slices.yaml"):
        shutil.copy(ROOT / name, folder)
    git = ["git", "-c", "user.name=reader", "-c", "user.email=reader@example.org", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "The example project"]):
        subprocess.run([*git, *arguments], cwd=folder, check=True)
    return folder


def run_command(command, monkeypatch):
    """Run a `$ weaklabel …` line in this process, 100 columns wide; return what it prints."""
    from weaklabel.cli import show
    from weaklabel.cli.main import main

    for name, value in {"COLUMNS": "100", "NO_COLOR": "1"}.items():
        monkeypatch.setitem(os.environ, name, value)
    for console in (show.out, show.err):
        monkeypatch.setattr(console, "_width", 100)
    monkeypatch.setattr(sys, "argv", ["weaklabel", *shlex.split(command.removeprefix(COMMAND), comments=True)])
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), contextlib.suppress(SystemExit):
        main()
    return printed.getvalue()


def is_as_shown(shown, printed):
    """Say whether a command printed what a page shows."""
    lines = [".*?" if line == ANY_LINES else re.escape(line) for line in shown.splitlines()]
    return re.fullmatch("\n".join(lines), _tidy(printed), re.DOTALL) is not None


def _tidy(printed):
    return "\n".join(line.rstrip() for line in printed.strip().splitlines())
