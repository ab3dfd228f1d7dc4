"""Find Python labeling functions, in steps: list the files, import each, pick out the labeling functions in it."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from weaklabel.errors import LabelingFunctionError, Place, Problem, WeaklabelError, did_you_mean
from weaklabel.lfs.identity import describe_packages, describe_resources, find_data_files, hash_bytes, hash_files
from weaklabel.lfs.python import PythonLabelingFunction, is_snorkel_lf, wrap_python, wrap_snorkel
from weaklabel.terms import PythonLF, Vocabulary

GROUP = "weaklabel.lfs"
MODULE_PREFIX = "weaklabel_lfs_"


class Plugin(NamedTuple):
    """A loaded module or entry point: where it came from, and the hash of its source."""

    name: str
    path: str
    source_hash: str
    content: Any


def find_lf_files(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the YAML and the Python files of a labeling-function folder and all below it, sorted.

    Files and folders whose names begin with `_` or `.` are passed over: they are for shared code.

    Raises
    ------
    LabelingFunctionError
        Where the folder is missing.
    """
    if not folder.is_dir():
        siblings = [p.name for p in folder.parent.iterdir() if p.is_dir()] if folder.parent.is_dir() else []
        fix = did_you_mean(folder.name, siblings, otherwise="Make it, or name another with --lfs.")
        raise LabelingFunctionError(Problem("there is no such folder of labeling functions.", Place(str(folder)), fix))
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(("_", ".")) for part in path.relative_to(folder).parts)
    ]
    return [p for p in files if p.suffix in {".yaml", ".yml"}], [p for p in files if p.suffix == ".py"]


def discover_python_lfs(
    files: list[Path], vocabulary: Vocabulary, *, with_entry_points: bool = True
) -> tuple[list[PythonLF], list[Problem]]:
    """Load Python files and the entry-point group `weaklabel.lfs`, and return the labeling functions in them.

    Returns
    -------
    lfs, problems
        A file that cannot be imported is a problem with the line at fault.
    """
    problems: list[Problem] = []
    plugins: list[Plugin] = []
    for folder, paths in groupby(sorted(files), key=lambda path: path.parent):
        with _importable(folder) as find_shared:
            loaded = [plugin for path in paths if (plugin := _load_file(path, problems))]
            imported = [module for module in find_shared() if module.__file__]
            root = folder.resolve()
            files_beside = {*(Path(str(module.__file__)).resolve() for module in imported), *find_data_files(root)}
            shared = f"{hash_files(files_beside, root)} {describe_packages(imported)}"
        plugins += [plugin._replace(source_hash=f"{plugin.source_hash}{shared}") for plugin in loaded]
    if with_entry_points:
        points = sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value))
        plugins += [plugin for point in points if (plugin := _load_entry_point(point, problems))]
    found: dict[int, PythonLF] = {}
    for plugin in plugins:
        labels = _read_labels(plugin, problems)
        for lf in _labeling_functions(plugin.content):
            # One object may be imported by several files; it is one labeling function.
            if id(lf) not in found:
                found[id(lf)] = _wrap(lf, plugin, labels)
    lfs = list(found.values())
    for lf in lfs:
        problems.extend(_check_tags(lf, vocabulary))
    return lfs, problems


def _load_file(path: Path, problems: list[Problem]) -> Plugin | None:
    name = f"{MODULE_PREFIX}{hash_bytes(str(path.resolve()).encode())[:12]}_{path.stem}"
    try:
        source = path.read_bytes()
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise ImportError(f"cannot load {path}")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything while it is imported
        sys.modules.pop(name, None)
        problems.append(_describe(error, str(path)))
        return None
    return Plugin(path.name, str(path), f"{hash_bytes(source)} {describe_packages([module])}", module)


@contextmanager
def _importable(folder: Path) -> Iterator[Callable[[], list[ModuleType]]]:
    """Let the files of a folder import each other while they are loaded.

    Gives a function that returns the modules of the folder which were imported so far. Leaves no bytecode beside them
    and no module behind: another folder may have shared code of the same name.
    """
    wrote, before = sys.dont_write_bytecode, set(sys.modules)
    entry = str(folder.resolve())
    sys.path.append(entry)  # last, so that no file here hides an installed package
    sys.dont_write_bytecode = True
    importlib.invalidate_caches()

    def find_shared() -> dict[str, ModuleType]:
        modules = {name: sys.modules[name] for name in set(sys.modules) - before if not name.startswith(MODULE_PREFIX)}
        return {name: m for name, m in modules.items() if _is_inside(getattr(m, "__file__", None), folder)}

    try:
        yield lambda: list(find_shared().values())
    finally:
        sys.path.remove(entry)
        sys.dont_write_bytecode = wrote
        for name in find_shared():
            del sys.modules[name]


def _is_inside(file: str | None, folder: Path) -> bool:
    return file is not None and Path(file).resolve().is_relative_to(folder.resolve())


def _load_entry_point(point: EntryPoint, problems: list[Problem]) -> Plugin | None:
    where = f"entry point {GROUP}: {point.name} = {point.value}"
    try:
        content = point.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - see _load_file
        problems.append(_describe(error, where))
        return None
    version = point.dist.version if point.dist else ""
    module = sys.modules.get(point.module)
    file = Path(getattr(module, "__file__", None) or "")
    source = (
        hash_files([file], file.parent) if file.is_file() else ""
    )  # a plugin that is being edited keeps its version
    return Plugin(
        point.name, where, f"{hash_bytes(where.encode())} {version} {source} {describe_packages([module])}", content
    )


def _describe(error: BaseException, path: str) -> Problem:
    """Say why a plugin could not be imported, and in which line of it."""
    if isinstance(error, SyntaxError) and _is_same(error.filename or "", path):
        place = Place(path, error.lineno or 0, error.offset or 0)
        return Problem(f"cannot be imported: {type(error).__name__}: {error.msg}.", place, (error.text or "").strip())
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_same(frame.filename, path)]
    place = Place(path, (frames[-1].lineno or 0) if frames else 0)
    if isinstance(error, WeaklabelError):
        return replace(error.problems[0], place=place)
    fix = (
        "Install the missing package."
        if isinstance(error, ModuleNotFoundError)
        else f"See this line: {frames[-1].line}"
        if frames
        else ""
    )
    return Problem(f"cannot be imported: {type(error).__name__}: {error}.", place, fix)


def _labeling_functions(content: Any) -> list[Any]:
    """Return the labeling functions in a module, a list, or the thing itself."""
    if isinstance(content, ModuleType):
        values = [value for name, value in sorted(vars(content).items()) if not name.startswith("_")]
    elif isinstance(content, list | tuple):
        values = list(content)
    else:
        values = [content]
    return [value for value in values if isinstance(value, PythonLabelingFunction) or is_snorkel_lf(value)]


def _read_labels(plugin: Plugin, problems: list[Problem]) -> dict[int, str] | None:
    """Read `LABELS`, by which a file of Snorkel labeling functions says which tag each int stands for."""
    labels = getattr(plugin.content, "LABELS", None)
    if isinstance(labels, list | tuple):
        labels = dict(enumerate(labels))
    if labels is None:
        return None
    if not isinstance(labels, Mapping) or not all(isinstance(k, int) and isinstance(v, str) for k, v in labels.items()):
        what = "LABELS does not map ints to tags."
        problems.append(Problem(what, Place(plugin.path), 'Write LABELS = {0: "…", 1: "…"}.'))
        return None
    return dict(labels)


def _wrap(lf: Any, plugin: Plugin, labels: dict[int, str] | None) -> PythonLF:
    function = lf.function if isinstance(lf, PythonLabelingFunction) else lf._f
    code = getattr(function, "__code__", None)
    place = Place(plugin.path, code.co_firstlineno if code and _is_same(code.co_filename, plugin.path) else 0)
    definition = f"{plugin.source_hash} {lf.name}"
    if isinstance(lf, PythonLabelingFunction):
        return wrap_python(lf, definition, place)
    return wrap_snorkel(lf, labels, f"{definition} {describe_resources(lf)}", place)


def _is_same(file: str, other: str) -> bool:
    return Path(file).resolve() == Path(other).resolve()


def _check_tags(lf: PythonLF, vocabulary: Vocabulary) -> Iterator[Problem]:
    for tag in lf.tags:
        if tag not in vocabulary:
            yield Problem(f"{lf.id!r} votes on {tag!r}, which is no tag.", lf.place, vocabulary.explain_unknown(tag))
