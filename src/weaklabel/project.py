"""The project file weaklabel.yaml, and the project it describes."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from weaklabel.documents import is_url, read_document, read_yaml
from weaklabel.documents.validation import validate
from weaklabel.errors import Place, Problem, ProjectError, did_you_mean
from weaklabel.terms import ColumnNames, Settings

if TYPE_CHECKING:
    from weaklabel.pipeline import Watch
    from weaklabel.run import Run

FILE_NAME = "weaklabel.yaml"
Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class RecordsSection(_Strict):
    """Where the records are, and which of their columns hold what."""

    path: Text
    id: Text | None = None
    fields: Annotated[list[Text], Field(min_length=1)] | None = None
    tags: Text | None = None
    separator: Text = ","


class ProjectFile(_Strict):
    """The content of weaklabel.yaml."""

    records: Text | RecordsSection
    tags: Text
    task: Literal["multilabel"] = "multilabel"
    lfs: Text | None = None
    label_model: Literal["majority", "snorkel"] = "snorkel"
    class_balance: Literal["uniform", "given"] = "uniform"
    nested_matches: Literal["keep", "drop"] = "keep"
    gold: Text | None = None
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    out: Text = "runs/latest"


@dataclass(frozen=True, slots=True)
class Project:
    """A project: its settings, ready to run.

    Examples
    --------
    >>> run = Project.load("weaklabel.yaml").run()  # doctest: +SKIP
    >>> run.findings.head()  # doctest: +SKIP
    """

    settings: Settings

    @classmethod
    def load(cls, path: str | os.PathLike[str] = FILE_NAME) -> Project:
        """Read a project file, or the weaklabel.yaml of a folder; paths in it are relative to its folder.

        Raises
        ------
        ProjectError
            With every problem of the file: unknown keys, wrong values, paths that are not there.
        """
        location = Path(path)
        if location.is_dir():
            location = location / FILE_NAME
        node = read_yaml(read_document(str(location), ProjectError), ProjectError)
        problems: list[Problem] = []
        if not isinstance(node.value, dict):
            what = "the project file holds no settings."
            raise ProjectError(Problem(what, node.place(), "Write records: …, tags: … and lfs: … ."))
        declared = validate(ProjectFile, node, problems)
        if declared is not None:
            settings = _as_settings(declared, location)
            problems.extend(_missing_paths(settings, node.place))
        if problems or declared is None:
            raise ProjectError(problems)
        return cls(settings)

    @classmethod
    def of(cls, records: str, tags: str, **settings: Any) -> Project:
        """Make a project without a file, of paths or URLs and any of the :class:`~weaklabel.terms.Settings`.

        Raises
        ------
        ProjectError
            With every setting that is not known and every path that is not there.
        """
        made = Settings(records=str(records), tags=str(tags), **settings)
        problems = [*_unknown_choices(made), *_missing_paths(made, lambda _key: None)]
        if problems:
            raise ProjectError(problems)
        return cls(made)

    @classmethod
    def changed(cls, settings: Settings, **changes: Any) -> Project:
        """Make a project of another one's settings with some of them changed; raises as :meth:`of` does."""
        return cls.of(**{**{f.name: getattr(settings, f.name) for f in fields(settings)}, **changes})

    def run(self, watch: Watch | None = None, **changes: Any) -> Run:
        """Run the whole path in memory; `run.write()` puts the result on disk.

        Parameters
        ----------
        watch
            Shows progress; see :data:`weaklabel.pipeline.Watch`.
        **changes
            Settings to change for this run, such as `label_model="majority"`.

        Raises
        ------
        WeaklabelError
            Where an input or a labeling function is wrong.
        """
        from weaklabel.pipeline import run_pipeline, unwatched

        return run_pipeline(Project.changed(self.settings, **changes).settings, watch or unwatched)


def _as_settings(declared: ProjectFile, location: Path) -> Settings:
    folder = location.parent

    def beside(path: str) -> str:
        return path if is_url(path) else str(folder / path)

    section = (
        declared.records if isinstance(declared.records, RecordsSection) else RecordsSection(path=declared.records)
    )
    return Settings(
        records=beside(section.path),
        tags=beside(declared.tags),
        lfs=folder / declared.lfs if declared.lfs else None,
        out=folder / declared.out,
        gold=beside(declared.gold) if declared.gold else None,
        columns=ColumnNames(
            section.id, tuple(section.fields) if section.fields else None, section.tags, section.separator
        ),
        label_model=declared.label_model,
        class_balance=declared.class_balance,
        nested_matches=declared.nested_matches,
        seed=declared.seed,
        source=str(location),
    )


def _unknown_choices(settings: Settings) -> list[Problem]:
    """Return a problem for each setting that is none of the values the project file admits."""
    problems: list[Problem] = []
    for key in ("label_model", "class_balance", "nested_matches"):
        known, value = get_args(ProjectFile.model_fields[key].annotation), getattr(settings, key)
        if value not in known:
            fix = f"{did_you_mean(str(value), known)} The choices are {', '.join(known)}.".strip()
            problems.append(Problem(f"{key} is {value!r}, which is not known.", fix=fix))
    return problems


def _missing_paths(settings: Settings, place_of: Any) -> list[Problem]:
    """Return a problem for each file or folder that the settings name and that is not there."""
    named = {"records": settings.records, "tags": settings.tags, "gold": settings.gold, "lfs": settings.lfs}
    problems: list[Problem] = []
    for key, value in named.items():
        path = Path(value) if value is not None and not (isinstance(value, str) and is_url(value)) else None
        if path is None or path.exists():
            continue
        siblings = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
        place = place_of(("records", "path") if key == "records" else (key,)) or Place(str(path))
        what = f"{key}: there is no {'folder' if key == 'lfs' else 'file'} {str(path)!r}."
        problems.append(Problem(what, place, did_you_mean(path.name, siblings, otherwise="Check the path.")))
    return problems
