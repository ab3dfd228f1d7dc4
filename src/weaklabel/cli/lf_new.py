"""`weaklabel lf new`: a labeling function in one line, and what it does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from weaklabel.cli.options import Source, join_options

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
        Path | None, typer.Option("--write", metavar="FILE", help="The file to add it to (default: ID.yaml or ID.py).")
    ] = None,
    source: Source,
) -> None:
    """Add a labeling function to the project's folder, and show what it does. What is there stays as it is."""
    from weaklabel.cli.show import out
    from weaklabel.cli.show_diff import show_effect
    from weaklabel.lf_additions import append_text
    from weaklabel.lf_watch import Session

    settings, folder = source.with_folder()
    if python:
        path = write or folder / f"{lf_id}.py"
        _write_outline(path, lf_id, tag, absent=absent)
        out.print(f"Wrote {path}. Say there what it looks for, then: weaklabel lf test", soft_wrap=True, markup=False)
        return
    _check_one_of(keyword, regex)
    path = write or folder / f"{lf_id.replace('/', '_').replace(':', '_')}.yaml"
    session = Session(settings)
    declared = _declare(lf_id, tag, keyword or [], regex, absent=absent, match=match or [], no_match=no_match or [])
    append_text(path, _as_yaml(declared, is_new=not path.exists()), session.inputs)
    out.print(f"Wrote {path}.", soft_wrap=True, markup=False)
    show_effect(session.update(), session.inputs.records, limit=5)


def _check_one_of(keyword: list[str] | None, regex: str | None) -> None:
    from weaklabel.errors import Problem, UsageError

    if bool(keyword) == bool(regex):
        what = "it looks for keywords and for a regular expression." if regex else "nothing says what it looks for."
        raise UsageError(Problem(what, fix="Give --keyword, --regex or --python."))


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


def _as_yaml(declared: dict[str, Any], *, is_new: bool) -> str:
    import yaml

    from weaklabel.cli.schema import HINT

    text = yaml.safe_dump([declared], allow_unicode=True, sort_keys=False)
    return f"{HINT}\n{text}" if is_new else text


def _write_outline(path: Path, lf_id: str, tags: list[str], *, absent: bool) -> None:
    from weaklabel.errors import OutputError, Place, Problem, UsageError

    if not lf_id.isidentifier():
        raise UsageError(Problem(f"{lf_id!r} is no name of a Python function.", fix="Use letters, digits and _."))
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
