"""Load Python files and entry points that are other people's code, and say what in them cannot be imported."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import sysconfig
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from weaklabel.errors import Place, Problem, WeaklabelError
from weaklabel.plugins.identity import describe_packages, find_data_files, hash_bytes, hash_files
from weaklabel.plugins.mends import mend_import

MODULE_PREFIX = "weaklabel_plugin_"


class Plugin(NamedTuple):
    """A loaded module or entry point: where it came from, and the hash of its source."""

    name: str
    path: str
    source_hash: str
    content: Any


def load_files(files: Sequence[Path], problems: list[Problem]) -> list[Plugin]:
    """Import Python files; those of one folder may import each other, and what else lies in it.

    A file that cannot be imported is a problem with the line at fault.
    """
    plugins: list[Plugin] = []
    for folder, paths in groupby(
        sorted(files, key=lambda path: (path.parent, path.name)), key=lambda path: path.parent
    ):
        with importable(folder) as find_shared:
            loaded = [plugin for path in paths if (plugin := _load_file(path, problems))]
            imported = [module for module in find_shared() if module.__file__]
            root = folder.resolve()
            files_beside = {*(Path(str(module.__file__)).resolve() for module in imported), *find_data_files(root)}
            shared = f"{hash_files(files_beside, root)} {describe_packages(imported)}"
        plugins += [plugin._replace(source_hash=f"{plugin.source_hash}{shared}") for plugin in loaded]
    return plugins


def load_module(name: str, problems: list[Problem]) -> ModuleType | None:
    """Import a module by its name; one that cannot be imported is a problem with the line at fault.

    Raises
    ------
    ModuleNotFoundError
        Where there is no module of that name.
    """
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        if isinstance(error, ModuleNotFoundError) and error.name and f"{name}.".startswith(f"{error.name}."):
            raise
        spec = importlib.util.find_spec(name)
        problems.append(_describe(error, (spec and spec.origin) or name))
        return None


def load_entry_points(group: str, problems: list[Problem]) -> list[Plugin]:
    """Import what installed packages offer under a group, sorted by name."""
    points = sorted(entry_points(group=group), key=lambda point: (point.name, point.value))
    return [plugin for point in points if (plugin := _load_entry_point(group, point, problems))]


def values_in(content: Any) -> list[Any]:
    """Return the public values of a module, those of a list, or the thing itself."""
    if isinstance(content, ModuleType):
        return [value for name, value in sorted(vars(content).items()) if not name.startswith("_")]
    return list(content) if isinstance(content, list | tuple) else [content]


def place_of_error(error: BaseException, path: str) -> Place | None:
    """Return the last line of a file in which an error was raised, or in what it called; None where there is none."""
    lines = [frame.lineno or 0 for frame in traceback.extract_tb(error.__traceback__) if _is_same(frame.filename, path)]
    return Place(path, lines[-1]) if lines else None


def place_of(function: Any, path: str) -> Place:
    """Return where in a file a function is written; the file alone, where it is written in another."""
    code = getattr(function, "__code__", None)
    return Place(path, code.co_firstlineno if code and _is_same(code.co_filename, path) else 0)


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
def importable(folder: Path) -> Iterator[Callable[[], list[ModuleType]]]:
    """Let the files of a folder be imported, and import each other.

    Gives a function that returns the modules of the folder which were imported so far. Leaves no bytecode beside them
    and no module behind: another folder may have shared code of the same name.
    """
    wrote, before = sys.dont_write_bytecode, set(sys.modules)
    entry = str(folder.resolve())
    is_new = entry not in sys.path
    if is_new:
        sys.path.append(entry)  # last, so that no file here hides an installed package
    sys.dont_write_bytecode = True
    importlib.invalidate_caches()

    def find_shared() -> dict[str, ModuleType]:
        modules = {name: sys.modules[name] for name in set(sys.modules) - before if not name.startswith(MODULE_PREFIX)}
        return {name: m for name, m in modules.items() if _is_inside(getattr(m, "__file__", None), folder)}

    try:
        yield lambda: list(find_shared().values())
    finally:
        if is_new:
            sys.path.remove(entry)
        sys.dont_write_bytecode = wrote
        for name in find_shared():
            del sys.modules[name]


def _is_inside(file: str | None, folder: Path) -> bool:
    """Say whether a file is one of a folder, and not of packages installed somewhere in it."""
    if file is None:
        return False
    path = Path(file).resolve()
    return path.is_relative_to(folder.resolve()) and not any(map(path.is_relative_to, _find_installed()))


@cache
def _find_installed() -> list[Path]:
    return [Path(sysconfig.get_path(kind)).resolve() for kind in ("purelib", "platlib", "stdlib")]


def _load_entry_point(group: str, point: EntryPoint, problems: list[Problem]) -> Plugin | None:
    where = f"entry point {group}: {point.name} = {point.value}"
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
        if "codec can't decode" in error.msg:
            return Problem("cannot be imported: it is not UTF-8.", place, "Save the file as UTF-8.")
        line = (error.text or "").strip()
        fix = f"See this line: {line}" if line else ""
        return Problem(f"cannot be imported: {type(error).__name__}: {error.msg}.", place, fix)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_same(frame.filename, path)]
    place = Place(path, (frames[-1].lineno or 0) if frames else 0)
    if isinstance(error, WeaklabelError):
        return replace(error.problems[0], place=place)
    fix = mend_import(error, path) or (f"See this line: {frames[-1].line}" if frames else "")
    return Problem(f"cannot be imported: {type(error).__name__}: {error}.", place, fix)


def _is_same(file: str, other: str) -> bool:
    return Path(file).resolve() == Path(other).resolve()
