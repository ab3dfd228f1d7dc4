"""Generated labeling functions: every tag's name and aliases as phrases, apart for each text field."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence

from weaklabel.folding import fold
from weaklabel.terms import PhraseLF, Vocabulary

SHORT = 3


def generate_lfs(vocabulary: Vocabulary, fields: Sequence[str]) -> list[PhraseLF]:
    """Generate a phrase labeling function for every surface and field.

    Ids are `name:TAG@FIELD` and `alias:ALIAS@FIELD`. A surface that is one tag's name and another's alias votes
    for the first alone; an alias that two tags share votes for both. Surfaces of three characters or fewer are the
    family `short`.

    Parameters
    ----------
    vocabulary
        The tags.
    fields
        The names of the text fields.
    """
    names = {fold(tag.name).strip(): tag.name for tag in reversed(vocabulary.tags)}
    aliases: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for tag in vocabulary.tags:
        for alias in tag.aliases:
            form = fold(alias).strip()
            if form and form not in names:
                aliases[form].append((alias, tag.name))
    known = {*names, *aliases}
    surfaces: list[tuple[str, str, str, tuple[str, ...]]] = [
        ("name", form, name, (name,)) for form, name in names.items() if form
    ]
    surfaces += [
        ("alias", form, owners[0][0], tuple(sorted({tag for _, tag in owners}))) for form, owners in aliases.items()
    ]
    return [
        _phrase_lf(family, form, label, tags, field, known)
        for family, form, label, tags in sorted(surfaces)
        for field in fields
    ]


def _phrase_lf(family: str, form: str, label: str, tags: tuple[str, ...], field: str, known: set[str]) -> PhraseLF:
    phrases = (form, *sorted(variants(form) - known))
    return PhraseLF(
        id=f"{family}:{label}@{field}",
        tags=tags,
        origin="generated",
        family="short" if len(form) <= SHORT else family,
        definition=json.dumps(["phrase", tags, phrases, field], ensure_ascii=False),
        phrases=phrases,
        fields=(field,),
    )


def variants(form: str) -> set[str]:
    """Return other ways to write a folded surface that the matcher does not already allow.

    The words joined (`data set` → `dataset`), the singular of a plural (`transformers` → `transformer`), and the
    plural of a three-letter abbreviation (`cnn` → `cnns`). The matcher's own plural covers longer surfaces.
    """
    found = {form.replace(" ", "")} if " " in form and len(form) > 6 else set()
    if len(form) == SHORT and form.isalpha() and not form.endswith("s"):
        found.add(f"{form}s")
    found |= {_singular(other) for other in (form, *found)}
    return found - {form}


def _singular(form: str) -> str:
    cut = form[:-1]
    is_plural = form.endswith("s") and not form.endswith(("ss", "is", "us")) and sum(c.isalpha() for c in cut) >= 4
    return cut if is_plural else form
