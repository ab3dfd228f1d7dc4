"""`weaklabel import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weaklabel.cli.options import Source, join_options

if TYPE_CHECKING:
    from weaklabel.terms import Settings


@join_options
def import_annotations(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="The format; `weaklabel export` lists them.")],
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="What the tool exported: files, or their folder.")],
    *,
    source: Source,
    to: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="A new file (default: decisions-FORMAT.jsonl)."),
    ] = None,
    gold: Annotated[
        bool, typer.Option("--gold", help="Write each record's tags, as gold tags (default: gold-FORMAT.jsonl).")
    ] = False,
    unchanged_too: Annotated[
        bool, typer.Option("--unchanged-too", help="Rows count whose tags are still those that went out.")
    ] = False,
) -> None:
    """Read annotations of another tool, and write them as decisions: record, tag, yes, no or unsure, annotator, time.

    Yes is a tag that was chosen, no one that was suggested and not chosen. Rows that went out with their tags chosen
    already, and have them still, are held back: nothing shows that somebody looked at them.

    Match patterns become labeling functions, in the project's folder of these (default: patterns.yaml).
    """
    from weaklabel.cli.show import show_problems
    from weaklabel.cli.show_exchange import show_imported, show_rules
    from weaklabel.corrections import decisions_file
    from weaklabel.exchanging import add_rules, check_content, gold_file, import_files
    from weaklabel.output import write_file

    settings = source.find().settings
    imported = import_files(form, files, settings, unchanged_too=unchanged_too)
    warnings = list(imported.warnings)
    if imported.rules or form == "patterns":
        path = to or _folder_of(settings) / "patterns.yaml"
        written, more = add_rules(imported.rules, path, settings)
        if warnings := [*warnings, *more]:
            show_problems(warnings)
        show_rules(path, written)
        return
    path = to or Path(f"{'gold' if gold else 'decisions'}-{form}.jsonl")
    if gold:
        content, left_out = gold_file(imported.rows, settings.task)
        warnings += left_out
    else:
        content = decisions_file(imported.decisions)
    if warnings:
        show_problems(warnings)
    check_content(content, files)
    write_file(path, content, must_be_new=True)
    show_imported(imported, path)


def _folder_of(settings: Settings) -> Path:
    from weaklabel.errors import Problem, ProjectError

    if settings.lfs is None:
        raise ProjectError(Problem("the project has no folder of labeling functions.", fix="Name one with --lfs."))
    return settings.lfs
