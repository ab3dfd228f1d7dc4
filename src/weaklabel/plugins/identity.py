"""What the results of other people's code depend on besides its input: where it changes, they are made again."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import packages_distributions, version
from pathlib import Path
from types import ModuleType
from typing import Any

LARGE_BYTES = 1 << 26
CODE = {".py", ".pyc", ".pyi"}
DECLARATIONS = {".yaml", ".yml"}


def hash_bytes(content: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def hash_files(paths: Iterable[Path], folder: Path) -> str:
    """Return a hash of files' names below a folder and their contents; of very large ones, of their sizes and times."""
    return hash_bytes("".join(f"{path.relative_to(folder)} {_hash_file(path)}\n" for path in sorted(paths)).encode())


def _hash_file(path: Path) -> str:
    stat = path.stat()
    if stat.st_size > LARGE_BYTES:
        return f"{stat.st_size} {stat.st_mtime_ns}"
    return hash_bytes(path.read_bytes())


def find_data_files(folder: Path) -> list[Path]:
    """Return the files below a folder that plugins may read: those that declare nothing themselves.

    Code counts where it is imported, and YAML only where its name says (by `_`) that it declares nothing.
    """
    return [path for path in folder.rglob("*") if path.is_file() and _is_data(path.relative_to(folder))]


def _is_data(path: Path) -> bool:
    if any(part.startswith(".") for part in path.parts) or path.suffix in CODE:
        return False
    return path.suffix not in DECLARATIONS or any(part.startswith("_") for part in path.parts)


def describe_packages(modules: Iterable[Any]) -> str:
    """Return the versions of the packages from which modules have imported something by name."""
    values = [value for module in modules if isinstance(module, ModuleType) for value in vars(module).values()]
    names = {_home_of(value).partition(".")[0] for value in values} - sys.stdlib_module_names - {""}
    found = {name: _version_of(name) for name in sorted(names)}
    return " ".join(f"{name} {version}" for name, version in found.items() if version)


def _version_of(package: str) -> str:
    own = getattr(sys.modules.get(package), "__version__", None)
    if isinstance(own, str):
        return own
    names = _distributions().get(package, ())
    return " ".join(version(name) for name in names)


@cache
def _distributions() -> Mapping[str, list[str]]:
    return packages_distributions()


def _home_of(value: Any) -> str:
    home = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
    return home if isinstance(home, str) else ""
