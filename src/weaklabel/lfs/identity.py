"""What the votes of a Python labeling function depend on besides the record: where it changes, they are cast again."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

LARGE_BYTES = 1 << 26
CODE = {".py", ".pyc", ".pyi", ".yaml", ".yml"}


def hash_bytes(content: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def hash_files(paths: Iterable[Path]) -> str:
    """Return a hash of files' contents; of very large ones, of their sizes and times."""
    return "".join(_hash_file(path) for path in sorted(paths))


def _hash_file(path: Path) -> str:
    stat = path.stat()
    if stat.st_size > LARGE_BYTES:
        return hash_bytes(f"{path.name} {stat.st_size} {stat.st_mtime_ns}".encode())
    return hash_bytes(path.read_bytes())


def find_data_files(folder: Path) -> list[Path]:
    """Return the files below a folder that are not code: word lists and models that labeling functions may read."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix not in CODE
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def describe_packages(content: Any) -> str:
    """Return the versions of the packages from which a module has imported something by name."""
    if not isinstance(content, ModuleType):
        return ""
    names = {_home_of(value).partition(".")[0] for value in vars(content).values()}
    found = {name: getattr(sys.modules.get(name), "__version__", None) for name in names - sys.stdlib_module_names}
    return " ".join(f"{name} {version}" for name, version in sorted(found.items()) if isinstance(version, str))


def _home_of(value: Any) -> str:
    home = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
    return home if isinstance(home, str) else ""


def describe_resources(lf: Any) -> str:
    """Return the resources of a Snorkel labeling function as text that is the same in every process."""
    return "".join(_describe(getattr(lf, "_resources", None)))


def _describe(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield "{"
        for key, item in sorted(value.items(), key=lambda pair: repr(pair[0])):
            yield from (repr(key), ":", *_describe(item), ",")
        yield "}"
    elif isinstance(value, set | frozenset):
        yield from ("{", *sorted("".join(_describe(item)) for item in value), "}")
    elif isinstance(value, list | tuple):
        yield from ("[", *(part for item in value for part in (*_describe(item), ",")), "]")
    elif value is None or isinstance(value, str | bytes | int | float):
        yield repr(value)
    else:
        yield type(value).__qualname__  # a model or a connection: its file or its package tells it apart
