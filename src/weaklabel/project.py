"""The project file weaklabel.yaml, and the project it describes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, get_args

from pydantic import BeforeValidator, Field, model_validator

from weaklabel.documents import Document, is_url, read_document, read_yaml
from weaklabel.documents.validation import StrictModel, Text, Texts, validate
from weaklabel.errors import Place, Problem, ProjectError, did_you_mean
from weaklabel.terms import ColumnNames, Settings, TagLabels
from weaklabel.terms.settings import ClassBalance, EndModelName, GivenTagsUse, NestedMatches, SynonymScope, Task

if TYPE_CHECKING:
    from weaklabel.pipeline import Watch
    from weaklabel.run import Run

FILE_NAME = "weaklabel.yaml"
CACHE = Path(".weaklabel/cache")
LF_FOLDER_LINE = "lfs: lfs/"
NOWHERE: Mapping[str, Place] = MappingProxyType({})
_PATHS = ("records", "tags", "gold", "lfs", "slices")
_SECTIONS = ("records", "tags", "gold")
_CHOICES = ("task", "end_model", "given_tags", "class_balance", "nested_matches")


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class RecordsSection(StrictModel):
    """Where the records are, and which of their columns hold what."""

    path: Text
    id: Text | None = None
    fields: Texts | None = None
    tags: Text | None = None
    separator: Text = ","


class TagsSection(StrictModel):
    """Where the tags are, and which labels of a knowledge base name them."""

    path: Text
    language: Text = "en"
    synonyms: Annotated[list[SynonymScope], BeforeValidator(_listed)] | None = None


class GoldSection(StrictModel):
    """Where gold tags are: in a file of their own, or in a column of the records."""

    path: Text | None = None
    id: Text | None = None
    tags: Text | None = None
    column: Text | None = None
    separator: Text = ","

    @model_validator(mode="after")
    def _one_of(self) -> GoldSection:
        if (self.path is None) == (self.column is None):
            has = "both path and column" if self.path else "neither path nor column"
            raise ValueError(f"it has {has}", "Give one of them: a file, or a column of the records.")
        if self.column is not None and (self.id or self.tags):
            key = "id" if self.id else "tags"
            raise ValueError(f"it has {key}, which only a file of gold tags has", "Remove it.", key)
        return self


def _as_section(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


class ProjectFile(StrictModel):
    """The content of weaklabel.yaml."""

    records: Annotated[RecordsSection, BeforeValidator(_as_section, json_schema_input_type=Text | RecordsSection)] = (
        Field(examples=["data/records.json"])
    )
    tags: Annotated[TagsSection, BeforeValidator(_as_section, json_schema_input_type=Text | TagsSection)] = Field(
        examples=["data/tags.json"]
    )
    task: Task = "multilabel"
    lfs: Text | None = None
    label_model: Text = "snorkel"
    end_model: EndModelName = "kernel"
    embeddings: Text | None = None
    given_tags: GivenTagsUse = "use"
    class_balance: ClassBalance = "uniform"
    nested_matches: NestedMatches = "keep"
    lf_timeout: Annotated[float, Field(gt=0)] = Field(10.0, examples=[10])
    cache_mb: Annotated[int, Field(ge=0)] = 512
    gold: Annotated[GoldSection | None, BeforeValidator(_as_section, json_schema_input_type=Text | GoldSection)] = None
    decisions: Texts | None = None
    slices: Text | None = None
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
        for key, path in _named_paths(node.value, location.parent).items():
            problems.extend(_check_path(key, path, node.place((key, "path") if key in _SECTIONS else (key,))))
        if declared is not None:
            problems.extend(_check_label_model(declared.label_model, node.place(("label_model",))))
            for source in declared.decisions or ():
                path = _beside(source, location.parent)
                problems.extend(_check_path("decisions", path, node.place(("decisions",))))
        if problems or declared is None:
            raise ProjectError(sorted(problems, key=lambda problem: problem.place or Place("")))
        return cls(_as_settings(declared, location))

    @classmethod
    def of(cls, records: str, tags: str, *, places: Mapping[str, Place] = NOWHERE, **settings: Any) -> Project:
        """Make a project without a file, of paths or URLs and any of the :class:`~weaklabel.terms.Settings`.

        `places` says, for problems, where settings were written.

        Raises
        ------
        ProjectError
            With every setting that is not known and every path that is not there.
        """
        known = [f.name for f in fields(Settings)]
        unknown = [name for name in settings if name not in known]
        if unknown:
            raise ProjectError([Problem(f"there is no setting {n!r}.", fix=did_you_mean(n, known)) for n in unknown])
        paths = {key: Path(settings[key]) for key in ("lfs", "slices", "out", "cache") if settings.get(key) is not None}
        made = Settings(**{"records": str(records), "tags": str(tags), **settings, **paths})
        problems = _unknown_choices(made, places)
        for key in _PATHS:
            if (path := getattr(made, key)) is not None:
                problems.extend(_check_path(key, str(path), places.get(key, Place(str(path)))))
        for source in made.decisions:
            problems.extend(_check_path("decisions", source, places.get("decisions", Place(source))))
        if problems:
            raise ProjectError(problems)
        return cls(made)

    @classmethod
    def changed(cls, settings: Settings, *, places: Mapping[str, Place] = NOWHERE, **changes: Any) -> Project:
        """Make a project of another one's settings with some of them changed; as :meth:`of` does."""
        return cls.of(places=places, **{**{f.name: getattr(settings, f.name) for f in fields(settings)}, **changes})

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
        from weaklabel.correcting.sources import check_sources, load_decisions
        from weaklabel.pipeline import run_pipeline, unwatched

        settings = Project.changed(self.settings, **changes).settings
        check_sources(settings.decisions, Place(settings.source or "--decisions"))
        decided = load_decisions(settings.decisions) if settings.decisions else None
        return run_pipeline(settings, watch or unwatched, decided)


def add_lf_folder(file: Path) -> None:
    """Write `lfs: lfs/` at the end of a project file that names no folder of labeling functions, and make the folder.

    Raises
    ------
    ProjectError
        Where it cannot be written there; the file is then as it was.
    """
    text = file.read_text(encoding="utf-8")
    added = f"{text.rstrip()}\n{LF_FOLDER_LINE}\n"
    fix = f"Write {LF_FOLDER_LINE} into it, and make the folder."
    try:
        node = read_yaml(Document(str(file), added), ProjectError)
    except ProjectError:
        raise ProjectError(Problem("it names no folder of labeling functions.", Place(str(file)), fix)) from None
    if not isinstance(node.value, dict) or "lfs" not in node.value:
        raise ProjectError(Problem("it names no folder of labeling functions.", Place(str(file)), fix))
    try:
        (file.parent / "lfs").mkdir(exist_ok=True)
        file.write_text(added, encoding="utf-8")
    except OSError as failure:
        what = f"it cannot be given a folder of labeling functions: {failure.strerror}."
        raise ProjectError(Problem(what, Place(str(file)), fix)) from None


def _as_settings(declared: ProjectFile, location: Path) -> Settings:
    folder = location.parent

    def beside(path: str) -> str:
        return _beside(path, folder)

    section, gold = declared.records, declared.gold or GoldSection.model_construct()
    return Settings(
        records=beside(section.path),
        tags=beside(declared.tags.path),
        tag_labels=_as_labels(declared.tags),
        lfs=folder / declared.lfs if declared.lfs else None,
        out=folder / declared.out,
        gold=beside(gold.path) if gold.path else None,
        gold_columns=ColumnNames(gold.id, None, gold.tags, gold.separator),
        gold_column=gold.column,
        decisions=tuple(map(beside, declared.decisions or ())),
        slices=folder / declared.slices if declared.slices else None,
        columns=ColumnNames(
            section.id, tuple(section.fields) if section.fields else None, section.tags, section.separator
        ),
        task=declared.task,
        label_model=declared.label_model,
        end_model=declared.end_model,
        embeddings=_beside_or_package(declared.embeddings, folder),
        given_tags=declared.given_tags,
        class_balance=declared.class_balance,
        nested_matches=declared.nested_matches,
        lf_timeout_s=declared.lf_timeout,
        cache=folder / CACHE if declared.cache_mb else None,
        cache_mb=declared.cache_mb,
        seed=declared.seed,
        source=str(location),
    )


def _beside(path: str, folder: Path) -> str:
    """Return a path relative to the project's folder; a URL, also that of a database, as it is."""
    return path if is_url(path) or "://" in path else str(folder / path)


def _as_labels(section: TagsSection) -> TagLabels:
    labels = TagLabels(language=section.language)
    return labels if section.synonyms is None else replace(labels, synonyms=tuple(section.synonyms))


def _beside_or_package(model: str | None, folder: Path) -> str | None:
    """Return the path of a model that is named by a folder, relative to the project's; a package's name as it is."""
    return str(folder / model) if model is not None and (folder / model).is_dir() else model


def _check_label_model(name: str, place: Place | None = None) -> Iterator[Problem]:
    from weaklabel.label_models.methods import METHODS

    if name not in METHODS:
        fix = f"{did_you_mean(str(name), METHODS)} The choices are {', '.join(METHODS)}.".strip()
        yield Problem(f"label_model is {name!r}, which is not known.", place, fix)


def _unknown_choices(settings: Settings, places: Mapping[str, Place]) -> list[Problem]:
    """Return a problem for each setting that is none of the values the project file admits."""
    problems: list[Problem] = []
    problems.extend(_check_label_model(settings.label_model, places.get("label_model")))
    for key in _CHOICES:
        known, value = get_args(ProjectFile.model_fields[key].annotation), getattr(settings, key)
        if value not in known:
            fix = f"{did_you_mean(str(value), known)} The choices are {', '.join(known)}.".strip()
            problems.append(Problem(f"{key} is {value!r}, which is not known.", places.get(key), fix))
    if not (isinstance(settings.lf_timeout_s, int | float) and settings.lf_timeout_s > 0):
        what = f"lf_timeout_s is {settings.lf_timeout_s!r}."
        problems.append(Problem(what, places.get("lf_timeout_s"), "Give seconds, more than 0."))
    if not isinstance(settings.seed, int) or not 0 <= settings.seed < 2**32:
        what = f"the seed is {settings.seed!r}."
        problems.append(Problem(what, places.get("seed"), "Give a whole number from 0 to 2**32 - 1."))
    return problems


def _named_paths(declared: dict[str, Any], folder: Path) -> dict[str, str]:
    """Return the paths that a project file names, also of one in which other things are wrong."""
    named: dict[str, Any] = {key: declared.get(key) for key in _PATHS}
    sections = {key: named[key].get("path") for key in _SECTIONS if isinstance(named[key], dict)}
    paths = {**named, **sections}
    return {
        key: path if is_url(path) else str(folder / path)
        for key, path in paths.items()
        if isinstance(path, str) and path
    }


def _check_path(key: str, location: str, place: Place) -> Iterator[Problem]:
    """Yield a problem where a file or folder that the settings name is not there, or is the other of the two."""
    if "://" in location:  # read_bytes says what is wrong with it
        return
    path, kind = Path(location), "folder" if key == "lfs" else "file"
    try:
        if path.is_dir() if kind == "folder" else path.is_file():
            return
        if key in {"records", "slices"} and path.is_dir():  # where only a file of records is read, that says so
            return
        if path.exists():
            yield Problem(f"{key}: {location!r} is no {kind}.", place, f"Name a {kind}.")
            return
        siblings = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    except (OSError, ValueError) as failure:
        yield Problem(f"{key}: {location!r} is no path: {failure}.", place, "Check it.")
        return
    otherwise = "Make it, or remove `lfs:`." if key == "lfs" else "Check the path."
    fix = did_you_mean(path.name, siblings, otherwise=otherwise)
    yield Problem(f"{key}: there is no {kind} {location!r}.", place, fix)
