"""Options that several commands share, and the project they name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, fields, replace
from functools import partial
from importlib.util import find_spec
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

if TYPE_CHECKING:
    from weaklabel.errors import WeaklabelError
    from weaklabel.project import Project
    from weaklabel.terms import ColumnNames, Settings, Vocabulary

DEFAULT_PROJECT = Path()
_OPTIONS = {"lf_timeout_s": "--lf-timeout"}  # of settings whose option has another name

ProjectOption = Annotated[
    Path,
    typer.Option(
        "--project",
        "-p",
        metavar="PATH",
        show_default=False,
        help="The project file, or its folder (default: this one).",
    ),
]
RecordsOption = Annotated[
    str | None,
    typer.Option("--records", metavar="PATH|URL", help="Records: a path or http(s) URL (json, jsonl, csv, parquet)."),
]
TagsOption = Annotated[
    str | None, typer.Option("--tags", metavar="PATH|URL", help="The vocabulary: a path or http(s) URL.")
]
LfsOption = Annotated[
    Path | None, typer.Option("--lfs", metavar="FOLDER", help="The folder of hand-written labeling functions.")
]
LfTimeoutOption = Annotated[
    float | None,
    typer.Option("--lf-timeout", metavar="SECONDS", min=0.001, help="Seconds a labeling function has for a record."),
]
TaskOption = Annotated[
    str | None,
    typer.Option("--task", metavar="TASK", help="multilabel (the default), or multiclass: exactly one tag a record."),
]
LabelModelOption = Annotated[
    str | None,
    typer.Option(
        "--label-model", metavar="MODEL", help="snorkel (the default), auto, pooled, dawid-skene or majority."
    ),
]
EmbeddingsOption = Annotated[
    str | None,
    typer.Option("--embeddings", metavar="MODEL", help="The package or folder of a sentence embedding model."),
]
IdOption = Annotated[str | None, typer.Option("--id", metavar="COLUMN", help="The column with the record's id.")]
SeparatorOption = Annotated[
    str | None, typer.Option("--separator", metavar="TEXT", help="What stands between tags in a CSV cell.")
]
GoldOption = Annotated[
    str | None,
    typer.Option("--gold", metavar="PATH|URL", help="Gold tags (default: the project's)."),
]
DecisionsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--decisions",
        metavar="PATH|URL",
        help="What people decided: a file or a database; may be repeated.",
    ),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="PATH|URL",
        envvar="WEAKLABEL_DATABASE",
        show_default=False,
        help="SQLite's file, or a URL of PostgreSQL (default: review.sqlite beside the runs).",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")]
QueueOption = Annotated[
    Path | None,
    typer.Option("--queue", metavar="FILE", help="Only the records of a queue, in its order (a column record_id)."),
]
StrategyOption = Annotated[
    str | None,
    typer.Option("--strategy", "-s", metavar="NAME", help="What orders the records, as in `weaklabel queue`."),
]
LimitOption = Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Show that many records at most.")]


@dataclass(frozen=True, slots=True)
class Data:
    """Options that name the project, or what stands in the place of its records and tags."""

    project: ProjectOption = DEFAULT_PROJECT
    records: RecordsOption = None
    tags: TagsOption = None

    def find(self, columns: Columns | None = None, **changes: Any) -> Project:
        """Return the project of a file, changed by what options name, or one made of --records and --tags alone.

        Raises
        ------
        ProjectError
            Where there is no project file and no option in its place, or it is wrong.
        UsageError
            Where an option is wrong.
        """
        return _find_project(self, columns or Columns(), **changes)


@dataclass(frozen=True, slots=True)
class Source(Data):
    """The same, and the option that names the folder of labeling functions."""

    lfs: LfsOption = None

    def find(self, columns: Columns | None = None, **changes: Any) -> Project:
        """Return the project, as :meth:`Data.find` does."""
        return _find_project(self, columns or Columns(), lfs=self.lfs, **changes)

    def with_folder(self) -> tuple[Settings, Path]:
        """Return the project's settings and its folder of labeling functions.

        Raises
        ------
        ProjectError
            Where it has none.
        """
        from weaklabel.errors import Place, Problem, ProjectError

        settings = self.find().settings
        if settings.lfs is None:
            what = "the project has no folder of labeling functions."
            fix = "Name one with --lfs, or write `lfs: lfs/` into the project file."
            raise ProjectError(Problem(what, Place(settings.source or "--lfs"), fix))
        return settings, settings.lfs

    def with_new_folder(self) -> tuple[Settings, Path]:
        """Return the same; a project file that names no folder is given one."""
        from weaklabel.project import add_lf_folder

        settings = self.find().settings
        if settings.lfs is None and settings.source:
            add_lf_folder(Path(settings.source))
        return self.with_folder()


@dataclass(frozen=True, slots=True)
class Columns:
    """Options that say which columns of the records hold what."""

    id: IdOption = None
    fields: Annotated[
        str | None, typer.Option("--fields", metavar="COLUMNS", help="The text columns, with commas between them.")
    ] = None
    tags_column: Annotated[
        str | None, typer.Option("--tags-column", metavar="COLUMN", help="The column with the author's tags.")
    ] = None
    separator: SeparatorOption = None

    def merge(self, known: ColumnNames) -> ColumnNames:
        """Put the columns that are named here in the place of those that are known."""
        fields = tuple(name.strip() for name in (self.fields or "").split(",") if name.strip())
        named: dict[str, Any] = {"id": self.id, "fields": fields, "tags": self.tags_column, "separator": self.separator}
        return replace(known, **{key: value for key, value in named.items() if value})


@dataclass(frozen=True, slots=True)
class Models:
    """Options that choose the models, and what they learn from."""

    task: TaskOption = None
    label_model: LabelModelOption = None
    end_model: Annotated[
        str | None,
        typer.Option(
            "--end-model", metavar="MODEL", help="What learns from texts: kernel (the default), linear or none."
        ),
    ] = None
    embeddings: EmbeddingsOption = None
    given_tags: Annotated[
        str | None,
        typer.Option(
            "--given-tags", metavar="USE", help="use (the default), or ignore: learn nothing from authors' tags."
        ),
    ] = None
    seed: Annotated[int | None, typer.Option("--seed", metavar="NUMBER", min=0, help="The seed of the models.")] = None

    def as_changes(self) -> dict[str, Any]:
        """Return the settings that they change; None where one is as it was."""
        return {option.name: getattr(self, option.name) for option in fields(self)}


GROUPS: tuple[type[Any], ...] = (Data, Source, Columns, Models)


def join_options(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command that takes, in the place of each parameter that is a group of options, the options of it.

    Typer knows options one by one. This is how several commands share them without listing them again.
    """
    groups = {name: hint for name, hint in get_type_hints(command).items() if hint in GROUPS}
    shown = list(_list_options(command, groups))

    def joined(**given: Any) -> None:
        for name, group in groups.items():
            given[name] = group(**{option.name: given.pop(option.name) for option in fields(group)})
        command(**given)

    joined.__doc__, joined.__name__ = command.__doc__, command.__name__
    joined.__signature__ = Signature(shown)  # type: ignore[attr-defined]
    joined.__annotations__ = {parameter.name: parameter.annotation for parameter in shown}
    return joined


def _list_options(command: Callable[..., None], groups: Mapping[str, type[Any]]) -> Iterator[Parameter]:
    """Yield the parameters of a command, those of a group in the group's place."""
    hints = get_type_hints(command, include_extras=True)
    for name, parameter in signature(command).parameters.items():
        if name in groups:
            types = get_type_hints(groups[name], include_extras=True)
            for option in fields(groups[name]):
                yield Parameter(
                    option.name, Parameter.KEYWORD_ONLY, default=option.default, annotation=types[option.name]
                )
        else:
            yield parameter.replace(annotation=hints[name])


def check_installed(what: str, needed: Sequence[str]) -> None:
    """Raise where what the extra `review` brings is not installed."""
    from weaklabel.errors import Problem, ReviewError

    lacking = [name for name in needed if find_spec(name) is None]
    if lacking:
        fix = "Install it: python -m pip install 'weaklabel[review]'."
        raise ReviewError(Problem(f"{what} needs {', '.join(lacking)}.", fix=fix))


def is_named(context: typer.Context, option: str) -> bool:
    """Say whether an option stands on the command line; the database may be that of an environment variable."""
    source = context.get_parameter_source(option)
    return source is not None and source.name == "COMMANDLINE"


def check_tag(tag: str, vocabulary: Vocabulary) -> None:
    """Raise TagsError where what --tag names is no tag."""
    from weaklabel.errors import Place, Problem, TagsError

    if tag not in vocabulary:
        raise TagsError(Problem(f"there is no tag {tag!r}.", Place("--tag"), vocabulary.explain_unknown(tag)))


@contextmanager
def naming(where: str, kind: type[WeaklabelError], raised: type[WeaklabelError] | None = None) -> Iterator[None]:
    """Name an option or argument, or the file in its place, as where problems of a kind stand that have no place.

    They are raised as of the kind `raised`, by default their own.
    """
    try:
        yield
    except kind as error:
        from weaklabel.errors import Place

        raise (raised or kind)(replace(p, place=p.place or Place(where)) for p in error.problems) from None


def name_embeddings(option: str | None, settings: Settings) -> AbstractContextManager[None]:
    """Name, for problems with a model of embeddings, the option or the project file that names the model."""
    from weaklabel.errors import EmbeddingsError

    return naming(settings.source if option is None and settings.source else "--embeddings", EmbeddingsError)


def _find_project(source: Data, columns: Columns, **changes: Any) -> Project:
    from weaklabel.errors import Place, Problem, ProjectError, UsageError
    from weaklabel.project import CACHE, FILE_NAME, Project
    from weaklabel.terms import USUAL_NAMES

    project, records, tags = source.project, source.records, source.tags
    given = {key: value for key, value in changes.items() if value is not None}
    replaced: dict[str, Any] = {
        key: value for key, value in {"records": records, "tags": tags}.items() if value is not None
    }
    places = {key: Place(_OPTIONS.get(key, f"--{key.replace('_', '-')}")) for key in {**given, **replaced}}
    file = project / FILE_NAME if project.is_dir() else project
    if project == DEFAULT_PROJECT and (not file.exists() or (records and tags)):
        fix = "Make a project with `weaklabel init DIR`, name one with --project, or give --records and --tags."
        if not replaced:
            raise ProjectError(Problem(f"there is no {FILE_NAME} here.", Place(FILE_NAME), fix))
        if not (records and tags):
            lacking = "--tags" if records else "--records"
            raise UsageError(Problem("it is missing.", Place(lacking), fix))
        merged = columns.merge(USUAL_NAMES)
        make = partial(Project.of, **replaced, cache=CACHE)
    else:
        settings = Project.load(project).settings
        merged = columns.merge(settings.columns)
        make = partial(Project.changed, settings, **replaced)
    try:
        return make(columns=merged, places=places, **given)
    except ProjectError as error:
        raise UsageError(error.problems) from None
