"""`weaklabel lf new`: a labeling function in one line, and what it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from weaklabel.cli.options import Source, check_tag, join_options

if TYPE_CHECKING:
    from weaklabel.inputs import Inputs

OPTIONS = {
    "id": "ID",
    "tags": "--tag",
    "keywords": "--keyword",
    "regex": "--regex",
    "match": "--match",
    "no_match": "--no-match",
}
PYTHON = '''from weaklabel import labeling_function


@labeling_function(tags=[{tags}])
def {name}(record):
    """Say here what it looks for."""
    return {vote} if "…" in record.text else None
'''


@join_options
def new_lf(
    *,
    lf_id: Annotated[str, typer.Argument(metavar="ID", help="Its id.")],
    tag: Annotated[list[str], typer.Option("--tag", metavar="TAG", help="A tag that it votes on; may be repeated.")],
    keyword: Annotated[
        list[str] | None, typer.Option("--keyword", metavar="PHRASE", help="A phrase to look for; may be repeated.")
    ] = None,
    regex: Annotated[
        str | None, typer.Option("--regex", metavar="PATTERN", help="A regular expression to look for.")
    ] = None,
    python: Annotated[bool, typer.Option("--python", help="Write the outline of a Python function.")] = False,
    absent: Annotated[bool, typer.Option("--absent", help="It votes against the tag.")] = False,
    match: Annotated[
        list[str] | None, typer.Option("--match", metavar="TEXT", help="A text that it must match; may be repeated.")
    ] = None,
    no_match: Annotated[
        list[str] | None, typer.Option("--no-match", metavar="TEXT", help="A text that it must not match.")
    ] = None,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="FILE", help="The file of the folder (default: ID.yaml or ID.py).")
    ] = None,
    source: Source,
) -> None:
    """Add a labeling function to the project's folder, and show what it does. What is there stays as it is."""
    from weaklabel.cli.show import out
    from weaklabel.cli.show_diff import show_effect
    from weaklabel.lf_additions import append_text
    from weaklabel.lf_watch import Session
    from weaklabel.lfs import place_in_folder

    looks_for = {"--keyword": keyword, "--regex": regex}
    examples = {"--match": match, "--no-match": no_match}
    _check_options(looks_for, examples, python=python)
    settings, folder = source.with_new_folder()
    file = write or Path(f"{lf_id.replace('/', '_').replace(':', '_')}.{'py' if python else 'yaml'}")
    path = place_in_folder(file, folder, {".py"} if python else {".yaml", ".yml"})
    session = Session(settings)
    for name in tag:
        check_tag(name, session.inputs.vocabulary)
    if python:
        _write_outline(path, lf_id, tag, absent=absent)
        out.print(f"Wrote {path}. Say there what it looks for, then: weaklabel lf test", soft_wrap=True, markup=False)
        return
    declared = _declare(lf_id, tag, keyword or [], regex, absent=absent, match=match or [], no_match=no_match or [])
    _check_declared(declared, session.inputs, settings.lf_timeout_s)
    append_text(path, _as_yaml(declared, is_new=not path.exists()), session.inputs)
    out.print(f"Wrote {path}.", soft_wrap=True, markup=False)
    show_effect(session.update(), session.inputs.records, limit=5)


def _check_options(looks_for: Mapping[str, object], examples: Mapping[str, object], *, python: bool) -> None:
    """Raise UsageError where options say too much or too little of what the labeling function looks for."""
    from weaklabel.errors import Place, Problem, UsageError

    given = [name for name, value in looks_for.items() if value]
    if python:
        given += [name for name, texts in examples.items() if texts]
        if given:
            what = "the outline of a Python function takes none of these."
            raise UsageError(Problem(what, Place(", ".join(given)), "Remove them, or remove --python."))
    elif len(given) != 1:
        what = "it looks for keywords and for a regular expression." if given else "nothing says what it looks for."
        where = Place(", ".join(given or looks_for))
        raise UsageError(Problem(what, where, "Give --keyword, --regex or --python."))


def _check_declared(declared: Mapping[str, Any], inputs: Inputs, timeout_s: float) -> None:
    """Raise LabelingFunctionError where an option makes no labeling function, or an example is not as it says."""
    from weaklabel.errors import LabelingFunctionError, Place
    from weaklabel.lf_additions import read_declared
    from weaklabel.lf_tests import check_lfs

    text = _as_yaml(declared, is_new=False)
    try:
        lfs = tuple(read_declared(text, "", inputs))
    except LabelingFunctionError as error:
        problems = [replace(p, place=Place(_option_at(text, p.place.line if p.place else 0))) for p in error.problems]
        raise LabelingFunctionError(problems) from None
    if wrong := check_lfs(replace(inputs, lfs=lfs), timeout_s=timeout_s).problems:
        where = Place(", ".join(f"--{name.replace('_', '-')}" for name in declared["examples"]))
        raise LabelingFunctionError([replace(problem, place=where) for problem in wrong])


def _option_at(text: str, line: int) -> str:
    """Return the option or argument that a line of the declaration is made of."""
    keys = (above.strip(" -").partition(":")[0] for above in reversed(text.splitlines()[:line]))
    return next((OPTIONS[key] for key in keys if key in OPTIONS), "ID")


def _declare(
    lf_id: str, tags: list[str], keywords: list[str], regex: str | None, *, absent: bool, match: list[str],
    no_match: list[str],
) -> dict[str, Any]:  # fmt: skip
    examples = {name: texts for name, texts in (("match", match), ("no_match", no_match)) if texts}
    return {
        "id": lf_id,
        "tags": tags,
        **({"polarity": "absent"} if absent else {}),
        "match": {"regex": regex} if regex else {"keywords": keywords},
        **({"examples": examples} if examples else {}),
    }


def _as_yaml(declared: Mapping[str, Any], *, is_new: bool) -> str:
    import yaml

    from weaklabel.cli.schema import FileKind, hint_of

    text = yaml.safe_dump([dict(declared)], allow_unicode=True, sort_keys=False)
    return f"{hint_of(FileKind.LFS)}\n{text}" if is_new else text


def _write_outline(path: Path, lf_id: str, tags: list[str], *, absent: bool) -> None:
    from weaklabel.errors import OutputError, Place, Problem, UsageError

    if not lf_id.isidentifier():
        what = f"{lf_id!r} is no name of a Python function."
        raise UsageError(Problem(what, Place("ID"), "Use letters, digits and _."))
    vote = f"absent({tags[0]!r})" if absent else repr(tags[0])
    text = PYTHON.format(tags=", ".join(map(repr, tags)), name=lf_id, vote=vote)
    if absent:
        text = text.replace("import labeling_function", "import absent, labeling_function")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise OutputError(
            Problem("the file is there already.", Place(str(path)), "Name another with --write.")
        ) from None
    except OSError as error:
        raise OutputError(Problem(f"it cannot be written: {error.strerror}.", Place(str(path)))) from None
