"""Find Python labeling functions, in steps: list the files, import each, pick out the labeling functions in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from weaklabel.errors import LabelingFunctionError, Place, Problem, did_you_mean
from weaklabel.lfs.python import PythonLabelingFunction, is_snorkel_lf, wrap_python, wrap_snorkel
from weaklabel.lfs.resources import describe_resources
from weaklabel.plugins import Plugin, load_entry_points, load_files, place_of, values_in
from weaklabel.terms import PythonLF, Vocabulary

GROUP = "weaklabel.lfs"
YAML, PYTHON = frozenset({".yaml", ".yml"}), frozenset({".py"})


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
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not _is_passed_over(path, folder)]
    return [p for p in files if p.suffix in YAML], [p for p in files if p.suffix in PYTHON]


def place_in_folder(file: Path, folder: Path, suffixes: Collection[str]) -> Path:
    """Return where a file that is named on its own, or with the folder, lies in a labeling-function folder.

    Raises
    ------
    LabelingFunctionError
        Where nothing would read it there as a file with one of the suffixes.
    """
    path = file if file.resolve().is_relative_to(folder.resolve()) else folder / file
    if path.suffix not in suffixes:
        what, fix = f"it does not end in {' or '.join(sorted(suffixes))}, so nothing would read it.", "Name it so."
        raise LabelingFunctionError(Problem(what, Place(str(path)), fix))
    if not path.resolve().is_relative_to(folder.resolve()):
        what = f"it is not in {folder}, so nothing would read it."
        raise LabelingFunctionError(Problem(what, Place(str(path)), "Name a file in that folder."))
    if _is_passed_over(path.resolve(), folder.resolve()):
        what = "names that begin with _ or . are passed over, so nothing would read it."
        raise LabelingFunctionError(Problem(what, Place(str(path)), "Name it otherwise."))
    return path


def _is_passed_over(path: Path, folder: Path) -> bool:
    return any(part.startswith(("_", ".")) for part in path.relative_to(folder).parts)


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
    plugins = load_files(files, problems)
    if with_entry_points:
        plugins += load_entry_points(GROUP, problems)
    found: dict[int, PythonLF] = {}
    for plugin in plugins:
        labels = _read_labels(plugin, problems)
        if not (written := _labeling_functions(plugin.content)):
            problems.append(_warn_of_none(plugin))
        for lf in written:
            # One object may be imported by several files; it is one labeling function.
            if id(lf) not in found:
                found[id(lf)] = _wrap(lf, plugin, labels)
    lfs = list(found.values())
    for lf in lfs:
        problems.extend(_check_tags(lf, vocabulary))
    return lfs, problems


def _warn_of_none(plugin: Plugin) -> Problem:
    what = "it holds no labeling function; did you forget @labeling_function?"
    fix = "Decorate one with @labeling_function(tags=[…]), or let the name begin with _ if others import it."
    return Problem(what, Place(plugin.path), fix, "warning")


def _labeling_functions(content: Any) -> list[Any]:
    """Return the labeling functions in a module, a list, or the thing itself."""
    return [value for value in values_in(content) if isinstance(value, PythonLabelingFunction) or is_snorkel_lf(value)]


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
    place = place_of(function, plugin.path)
    definition = f"{plugin.source_hash} {lf.name}"
    if isinstance(lf, PythonLabelingFunction):
        return wrap_python(lf, definition, place)
    return wrap_snorkel(lf, labels, f"{definition} {describe_resources(lf)}", place)


def _check_tags(lf: PythonLF, vocabulary: Vocabulary) -> Iterator[Problem]:
    for tag in lf.tags:
        if tag not in vocabulary:
            yield Problem(f"{lf.id!r} votes on {tag!r}, which is no tag.", lf.place, vocabulary.explain_unknown(tag))
