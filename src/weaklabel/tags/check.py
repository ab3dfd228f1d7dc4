"""`weaklabel tags check`: what in a vocabulary will make labeling functions or closure go wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import networkx as nx
from rapidfuzz import process
from rapidfuzz.distance import OSA

from weaklabel.errors import Problem, TagsError, list_some
from weaklabel.tags.graph import build_graph
from weaklabel.tags.spelling import canonical_form, loose_form
from weaklabel.terms import Tag, Vocabulary

VERY_SHORT = 2
NEAR_DUPLICATE = 0.9
MANY = 3  # suggestions of one sort; more are one, with their number and the first of them
UNUSED = "Check their spelling, or remove them; tag_summary.csv of a run has all (given: 0)."


def check_vocabulary(vocabulary: Vocabulary, used: Iterable[str] | None = None) -> list[Problem]:
    """Return everything that is wrong or doubtful in a vocabulary, errors first, then in the file's order.

    Parameters
    ----------
    vocabulary
        The tags.
    used
        The tags that records have (canonical names), to find those that no record uses; None skips that check.
    """
    try:
        graph, problems = build_graph(vocabulary)
    except TagsError as error:
        graph, problems = None, list(error.problems)
    checks: list[Iterator[Problem]] = [
        _clashes(vocabulary),
        _short_surfaces(vocabulary),
        _near_duplicates(vocabulary),
    ]
    if graph is not None:
        checks.append(_redundant_parents(vocabulary, graph))
    if used is not None:
        checks.append(_unused(vocabulary, set(used)))
    problems.extend(problem for check in checks for problem in check)
    return sorted(problems, key=lambda p: (p.severity, p.place is not None and p.place.line, p.what))


def _warn(tag: Tag, what: str, fix: str) -> Problem:
    return Problem(what, tag.place, fix, "warning")


def _clashes(vocabulary: Vocabulary) -> Iterator[Problem]:
    """Find surfaces that stand for two tags, and aliases that only repeat their own tag's name."""
    names: dict[str, Tag] = {}
    for tag in vocabulary.tags:
        first = names.setdefault(canonical_form(tag.name), tag)
        if first is not tag:
            fix = "Join the two tags, or rename one."
            yield _warn(tag, f"the tags {first.name!r} and {tag.name!r} are one tag in two forms.", fix)
    aliases: dict[str, list[tuple[Tag, str]]] = defaultdict(list)
    for tag in vocabulary.tags:
        for alias in tag.aliases:
            named = names.get(canonical_form(alias))
            if named is tag:
                yield _warn(tag, f"the alias {alias!r} only repeats the name {tag.name!r}.", "Remove it.")
            elif named is not None:
                fix = f"Remove the alias: a text with it counts as {named.name!r}."
                yield _warn(tag, f"{alias!r}, an alias of {tag.name!r}, is the name of the tag {named.name!r}.", fix)
            else:
                aliases[canonical_form(alias)].append((tag, alias))
    for owned in aliases.values():
        sharing = sorted({tag.name for tag, _ in owned})
        if len(sharing) > 1:
            tag, alias = owned[0]
            listed = ", ".join(repr(name) for name in sharing)
            yield _warn(tag, f"the alias {alias!r} stands for {listed}.", "Keep it with one of them.")


def _short_surfaces(vocabulary: Vocabulary) -> Iterator[Problem]:
    """Find names and aliases that are very short; many of them are one suggestion."""
    short = [
        (tag, "name" if surface == tag.name else "alias", surface)
        for tag in vocabulary.tags
        for surface in tag.surfaces
        if len(canonical_form(surface)) <= VERY_SHORT
    ]
    fix = "It may be ambiguous: see its agreement in lf_summary.csv."
    if len(short) > MANY:
        listed = list_some(f"{surface!r} ({tag.name!r})" for tag, _, surface in short)
        what = f"{len(short):,} names and aliases are very short: {listed}."
        yield _warn(short[0][0], what, fix.replace("It", "Each", 1))
        return
    for tag, role, surface in short:
        yield _warn(tag, f"the {role} {surface!r} of {tag.name!r} is very short.", fix)


def _redundant_parents(vocabulary: Vocabulary, graph: nx.DiGraph[str]) -> Iterator[Problem]:
    for tag in vocabulary.tags:
        parents = sorted(graph.successors(tag.name))
        for parent in parents:
            over = [other for other in parents if other != parent and nx.has_path(graph, other, parent)]
            if over:
                what = f"{parent!r} is a parent of {tag.name!r} twice: by itself and through {over[0]!r}."
                yield _warn(tag, what, f"Remove {parent!r} here.")


def _near_duplicates(vocabulary: Vocabulary) -> Iterator[Problem]:
    """Suggest pairs of tags that may be one: equal but for a plural or joined words, or by edit distance.

    The latter is wrong in half of the cases (`supervised-learning`, `unsupervised-learning`), hence only suggestions.
    """
    names = [canonical_form(tag.name) for tag in vocabulary.tags]
    loose: dict[str, int] = {}
    for i, name in enumerate(names):
        twin = loose.setdefault(loose_form(name), i)
        alike = {twin} - {i}
        found = process.extract(
            name, names[:i], scorer=OSA.normalized_similarity, score_cutoff=NEAR_DUPLICATE, limit=None
        )
        for j in sorted(j for j in alike | {j for _, _, j in found} if names[j] != name):
            what = f"{vocabulary.tags[j].name!r} and {vocabulary.tags[i].name!r} are spelt almost alike."
            fix = "If they are one tag, make one an alias of the other; often they are not."
            yield _warn(vocabulary.tags[i], what, fix)


def _unused(vocabulary: Vocabulary, used: set[str]) -> Iterator[Problem]:
    """Find tags that no record has; many of them are one suggestion."""
    unused = [tag for tag in vocabulary.tags if tag.name not in used]
    if len(unused) > MANY:
        listed = list_some(repr(tag.name) for tag in unused)
        yield _warn(unused[0], f"no record is tagged with any of {len(unused):,} tags: {listed}.", UNUSED)
        return
    for tag in unused:
        yield _warn(tag, f"no record is tagged {tag.name!r}.", "Check its spelling, or remove it.")
