"""Groups of options: what a command takes for them, and what it is handed."""

from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from weaklabel.cli.options import Columns, Models, Source, join_options
from weaklabel.terms import ColumnNames

CALLS = []
app = typer.Typer()


@app.command()
@join_options
def command(
    *,
    source: Source,
    own: Annotated[str, typer.Option("--own")] = "mine",
    columns: Columns,
    models: Models,
) -> None:
    """Do nothing."""
    CALLS.append((source, own, columns, models))


def call(*arguments):
    CALLS.clear()
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return CALLS[0] if CALLS else result.output


def test_without_options_each_group_has_its_defaults():
    assert call() == (Source(), "mine", Columns(), Models())


def test_options_arrive_in_their_groups():
    source, own, columns, models = call(
        "--own", "x", "-p", "a", "--lfs", "b", "--fields", "t,u", "--id", "n", "--seed", "3", "--task", "multiclass"
    )  # fmt: skip
    assert (source, own) == (Source(project=Path("a"), lfs=Path("b")), "x")
    assert columns == Columns(id="n", fields="t,u")
    assert {key: value for key, value in models.as_changes().items() if value is not None} == {
        "task": "multiclass", "seed": 3,
    }  # fmt: skip


def test_help_lists_the_options_of_groups_where_the_groups_stand():
    shown = call("--help")
    places = [shown.index(name) for name in ("--project", "--lfs", "--own", "--id", "--separator", "--task", "--seed")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (Columns(), ColumnNames(id="k", fields=("a",))),
        (Columns(fields=" b, c,"), ColumnNames(id="k", fields=("b", "c"))),
        (Columns(id="i", tags_column="t", separator=";"), ColumnNames("i", ("a",), "t", ";")),
    ],
)
def test_columns_that_are_named_take_the_place_of_those_that_are_known(columns, expected):
    assert columns.merge(ColumnNames(id="k", fields=("a",))) == expected
