"""`weaklabel gold`: import the tags that are trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from weaklabel.cli.options import Data, IdOption, SeparatorOption, TaskOption, join_options

app = typer.Typer(no_args_is_help=True, help="Import gold tags: those that are trusted, for evaluation only.")


@app.callback()
def _gold() -> None:
    """Keep `import` a word of its own, though it is the only one."""


@app.command("import", short_help="Read gold tags, and write them in the vocabulary's spelling.")
@join_options
def import_(
    file: Annotated[
        str | None,
        typer.Argument(metavar="[FILE]", help="The gold tags: a path or http(s) URL (json, jsonl, csv, parquet)."),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option("--column", metavar="COLUMN", help="In the place of a file: a column of the records."),
    ] = None,
    *,
    data: Data,
    record_id: IdOption = None,
    tags_column: Annotated[
        str | None, typer.Option("--tags-column", metavar="COLUMN", help="The column with the gold tags.")
    ] = None,
    separator: SeparatorOption = None,
    task: TaskOption = None,
    to: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The file to write; it must not be there yet.")
    ] = Path("data/gold.jsonl"),
) -> None:
    """Read gold tags and write them as JSON Lines, in the vocabulary's spelling.

    Aliases, other forms and typing errors are resolved as those of given tags are, and every tag above a gold tag is
    added. What stands for no tag is left out, and listed.
    """
    from dataclasses import replace

    from weaklabel.cli.show import show_problems
    from weaklabel.cli.show_gold import show_imported
    from weaklabel.errors import Place, Problem, UsageError
    from weaklabel.gold_import import import_gold
    from weaklabel.output import write_file
    from weaklabel.terms import ColumnNames

    if (file is None) == (column is None):
        what = "there is neither a file nor --column." if file is None else "there are both a file and --column."
        raise UsageError(Problem(what, Place("gold import"), "Give one of them."))
    settings = data.find(task=task).settings
    columns = ColumnNames(record_id, None, tags_column, separator or settings.columns.separator)
    settings = replace(settings, gold_columns=columns, gold_column=column)
    imported = import_gold(settings, file or settings.records)
    show_problems(imported.warnings)
    write_file(to, imported.as_json_lines().encode(), must_be_new=True)
    show_imported(imported, to)
