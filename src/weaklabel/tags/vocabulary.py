"""From the rows of a tags file to a vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from weaklabel.documents import Row
from weaklabel.errors import Place, Problem, TagsError, did_you_mean, nearest, raise_errors
from weaklabel.tags.graph import find_graph_problems
from weaklabel.terms import Tag, Vocabulary

KEYS = ("tag", "aliases", "parents", "description", "examples")
TYPING_ERROR = 0.75  # how like a known key another must be to be one
_NAME_KEYS = ("tag", "name", "id")


def build_vocabulary(location: str, rows: Sequence[Row]) -> tuple[Vocabulary, list[Problem]]:
    """Build the vocabulary from the entries of a tags file.

    An entry is an object with `tag` and, if it has them, `aliases`, `parents`, `description` and `examples`; where
    the file is an object keyed by tag, the key is the name; a bare text is a tag without aliases.

    Returns
    -------
    vocabulary, warnings

    Raises
    ------
    TagsError
        With every problem of the file.
    """
    problems: list[Problem] = list(_find_unknown_keys(rows))
    tags: dict[str, Tag] = {}
    for row in rows:
        tag = _read_tag(row, problems)
        if tag is None:
            continue
        if tag.name in tags:
            first = tags[tag.name].place
            fix = f"It is in line {first.line if first else 0} too: join the two."
            problems.append(Problem(f"the tag {tag.name!r} stands twice.", row.place, fix))
        tags.setdefault(tag.name, tag)
    if not rows:
        problems.append(Problem("the file has no tags.", Place(location), 'Write [{"tag": "…"}].'))
    vocabulary = Vocabulary.of(list(tags.values()))
    if any(problem.severity == "error" for problem in problems):
        problems.extend(find_graph_problems(vocabulary))  # so that the file can be mended in one go
    raise_errors(problems, TagsError)
    return vocabulary, problems


def _read_tag(row: Row, problems: list[Problem]) -> Tag | None:
    value: Any = {"tag": row.value} if isinstance(row.value, str) and row.key is None else row.value
    value = {} if value is None and row.key is not None else value
    if row.key is not None and isinstance(value, list):
        value = {"aliases": value}
    if not isinstance(value, dict):
        what = f"this entry is {str(row.value)[:40]!r}, not an object."
        problems.append(Problem(what, row.place, 'Write {"tag": "…", "aliases": […], "parents": […]}.'))
        return None
    name = row.key if row.key is not None else next((value[key] for key in _NAME_KEYS if key in value), None)
    if isinstance(name, bool) or not isinstance(name, str | int) or not str(name).strip():
        near = next((key for key in value if did_you_mean(key, ["tag"])), None)
        fix = f"Write 'tag' in the place of {near!r}." if near and name is None else 'Give it "tag": "…".'
        problems.append(Problem("this entry has no tag name.", row.place, fix))
        return None
    description = value.get("description")
    return Tag(
        name=str(name).strip(),
        aliases=_read_names(value, "aliases", row.place, problems),
        parents=_read_names(value, "parents", row.place, problems),
        description=description if isinstance(description, str) else "",
        examples=_read_examples(value.get("examples"), row.place, problems),
        place=row.place,
    )


def _find_unknown_keys(rows: Sequence[Row]) -> Iterator[Problem]:
    """Yield each key that is like a known one, once; one that is very like it is an error, for it loses what it holds.

    Others are a file's own affair.
    """
    uses: dict[str, list[Place]] = {}
    for row in rows:
        is_named = isinstance(row.value, dict) and (row.key is not None or not row.value.keys().isdisjoint(_NAME_KEYS))
        for key in row.value if is_named else ():
            if key not in (*KEYS, *_NAME_KEYS):
                uses.setdefault(str(key), []).append(row.place)
    for key, places in uses.items():
        form = key.strip().casefold()
        if near := nearest(form, KEYS):
            is_error = nearest(form, KEYS, TYPING_ERROR) is not None
            entries = f" of {len(places):,} entries" if places[1:] else ""
            what = f"the key {key!r}{entries} is not known{'' if is_error else ' and is left out'}."
            yield Problem(what, places[0], f"Did you mean {near!r}?", "error" if is_error else "warning")


def _read_names(value: dict[str, Any], key: str, place: Place, problems: list[Problem]) -> tuple[str, ...]:
    names = value.get(key)
    if names is None:
        return ()
    names = names.split(",") if isinstance(names, str) else names  # as in a cell of a CSV file
    if not isinstance(names, list) or not all(_is_name(n) for n in names):
        problems.append(Problem(f"{key!r} is no list of names.", place, f'Write "{key}": ["…", "…"].'))
        return ()
    return tuple(dict.fromkeys(str(n).strip() for n in names if str(n).strip()))


def _read_examples(examples: Any, place: Place, problems: list[Problem]) -> tuple[str, ...]:
    examples = [examples] if isinstance(examples, str) else examples or []
    if not isinstance(examples, list) or not all(isinstance(example, str) for example in examples):
        problems.append(Problem("'examples' is no list of texts.", place, 'Write "examples": ["…", "…"].'))
        return ()
    return tuple(examples)


def _is_name(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)
