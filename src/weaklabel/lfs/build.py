"""From checked declarations to labeling functions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from weaklabel.documents import YamlNode
from weaklabel.errors import Place, Problem, did_you_mean
from weaklabel.lfs import schema
from weaklabel.lfs.lookup import ReadTable, read_lookup
from weaklabel.lfs.token_patterns import TokenPatterns, read_token_patterns
from weaklabel.terms import (
    ABSENT,
    PRESENT,
    Example,
    ExampleRecord,
    Examples,
    Expectation,
    LabelingFunction,
    PatternLF,
    PhraseLF,
    RuleLF,
    TextLF,
    TokenPatternLF,
    Unless,
    Vocabulary,
)
from weaklabel.terms.conditions import (
    AllOf,
    AnyOf,
    ColumnCondition,
    Condition,
    NoneOf,
    Test,
    TextCondition,
    VotedCondition,
)

NAMELESS: dict[str, Any] = {"id": "", "tags": (), "origin": "yaml", "definition": ""}
"""What a part of a rule has of a labeling function."""
RELATIVES = ("children", "descendants", "parents", "ancestors", "siblings")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What declarations may name.

    Attributes
    ----------
    vocabulary, fields, columns
        The tags, the text fields, and every column of the records; None where these are not known.
    read_table
        Reads lookup files.
    warnings
        Where it is noted what is odd about the knowledge bases that they name.
    """

    vocabulary: Vocabulary
    fields: tuple[str, ...]
    columns: tuple[str, ...] | None
    read_table: ReadTable
    warnings: list[Problem]


def build_lf(
    declared: schema.Declaration, node: YamlNode, known: Surroundings, problems: list[Problem]
) -> LabelingFunction | None:
    """Return the labeling function of a declaration; None where it names what there is not.

    Parameters
    ----------
    declared, node
        The declaration, checked, and as it is written.
    known
        What it may name.
    problems
        Where every mistake goes.
    """
    before = len(problems)
    builder = _Builder(declared, known, problems)
    common = _common(declared, node)
    if _is_simple(declared):
        assert declared.match is not None
        text = builder.text(declared.match, node.at("match"), common)
        return text if len(problems) == before else None
    condition = builder.whole(node)
    if condition is None or len(problems) > before:
        return None
    common["definition"] = _definition(declared, repr(condition), common)
    return RuleLF(family="rule", condition=condition, **common)


def _is_simple(declared: schema.Declaration) -> bool:
    """Say whether a declaration is one thing to look for in texts, for which there is a faster way than rules."""
    match = declared.match
    others = (declared.all_of, declared.any_of, declared.none_of, declared.within, declared.min_count)
    if match is None or any(other is not None for other in others):
        return False
    own = (match.fields, match.case, match.min_count, match.metadata, match.tag)
    groups = (match.all_of, match.any_of, match.none_of)
    return all(value is None for value in (*own, *groups))


def _common(declared: schema.Declaration, node: YamlNode) -> dict[str, Any]:
    expect = declared.expect or schema.Expect.model_construct(coverage=None, precision=None)
    bounds = (expect.coverage[0], expect.coverage[1]) if expect.coverage else None
    return {
        "id": declared.id,
        "tags": tuple(dict.fromkeys(declared.tags)),
        "polarity": PRESENT if declared.polarity == "present" else ABSENT,
        "origin": "yaml",
        "description": declared.description,
        "place": node.place(),
        "examples": Examples(_examples(declared.examples.match), _examples(declared.examples.no_match)),
        "group": declared.group or "",
        "expect": Expectation(bounds, expect.precision),
        "definition": "",
    }


def _examples(listed: Sequence[str | dict[str, Any]] | None) -> tuple[Example, ...]:
    def frozen(value: Any) -> Any:
        return tuple(frozen(item) for item in value) if isinstance(value, list) else value

    return tuple(
        example
        if isinstance(example, str)
        else ExampleRecord(tuple((name, frozen(value)) for name, value in example.items()))
        for example in listed or ()
    )


def _definition(declared: schema.Declaration, looked_for: Any, common: dict[str, Any]) -> str:
    """Return all that decides votes, as text."""
    return json.dumps([common["tags"], declared.polarity, looked_for], ensure_ascii=False, sort_keys=True, default=str)


class _Builder:
    """Turns the parts of one declaration into conditions."""

    def __init__(self, declared: schema.Declaration, known: Surroundings, problems: list[Problem]) -> None:
        self._declared, self._known, self._problems = declared, known, problems
        self._fields = tuple(declared.fields or known.fields)

    def text(self, part: schema.Part, node: YamlNode, common: dict[str, Any]) -> TextLF | None:
        """Return what looks for a part in texts; `common` is what the labeling function has besides."""
        declared = self._declared
        unless = Unless(tuple(declared.unless.keywords or ()), declared.unless.regex) if declared.unless else Unless()
        fields = tuple(part.fields or self._fields)
        keep_case = declared.case if part.case is None else part.case
        shared = {**common, "fields": fields, "unless": unless if common["id"] else Unless()}
        deciding = [fields, keep_case, list(shared["unless"].phrases), shared["unless"].pattern]
        if part.spacy is not None:
            patterns = self._token_patterns(node)
            if patterns is None:
                return None
            looked_for = ["spacy", patterns.patterns, patterns.identity, *deciding]
            shared["definition"] = _definition(declared, looked_for, shared)
            return TokenPatternLF(family="spacy", patterns=patterns.patterns, pipeline=patterns.pipeline, **shared)
        if part.regex is not None:
            shared["definition"] = _definition(declared, ["regex", part.regex, *deciding], shared)
            return PatternLF(family="regex", pattern=part.regex, keep_case=keep_case, **shared)
        phrases = tuple(part.keywords or ())
        if part.lookup is not None:
            phrases = read_lookup(part.lookup, node, self._known.read_table, self._problems, self._known.warnings)
        shared["definition"] = _definition(declared, ["keywords", phrases, *deciding], shared)
        family = "keyword" if part.lookup is None else "lookup"
        return PhraseLF(family=family, phrases=phrases, keep_case=keep_case, **shared)

    def _token_patterns(self, node: YamlNode) -> TokenPatterns | None:
        if "case" in node.value:
            what = "case has no meaning for token patterns."
            fix = "Remove it: LOWER ignores case, ORTH keeps it."
            self._problems.append(Problem(what, node.place(("case",)), fix))
        return read_token_patterns(node, self._problems)

    def whole(self, node: YamlNode) -> Condition | None:
        """Return the condition of the declaration as a whole."""
        declared = self._declared
        parts: list[Condition | None] = []
        if declared.match is not None:
            count = declared.min_count
            match = declared.match if count is None else declared.match.model_copy(update={"min_count": count})
            parts.append(self.condition(match, node.at("match")))
        parts += self._conditions(declared.all_of, node, "all_of")
        if declared.any_of:
            parts.append(self._any(declared.any_of, node))
        excluded = self._conditions(declared.none_of, node, "none_of")
        if declared.unless is not None:
            excluded += self._silencers(declared.unless, node)
        built = [part for part in (*parts, *excluded) if part is not None]
        if len(built) < len(parts) + len(excluded):
            return None
        return self._all(built[: len(parts)], built[len(parts) :], declared.within, node)

    def _silencers(self, unless: schema.Unless, node: YamlNode) -> list[Condition | None]:
        words, regex = unless.keywords, unless.regex
        parts = [schema.Part(keywords=words)] if words else []
        parts += [schema.Part(regex=regex)] if regex else []
        return [self.condition(part, node) for part in parts]

    def _conditions(self, parts: Sequence[schema.Part] | None, node: YamlNode, key: str) -> list[Condition | None]:
        return [self.condition(part, node.at(key, i)) for i, part in enumerate(parts or ())]

    def _any(self, parts: Sequence[schema.Part], node: YamlNode) -> Condition | None:
        built = [part for part in self._conditions(parts, node, "any_of") if part is not None]
        return AnyOf(tuple(built)) if len(built) == len(parts) else None

    def _all(
        self, parts: Sequence[Condition], excluded: Sequence[Condition], within: int | None, node: YamlNode
    ) -> Condition | None:
        """Join parts; those that must stand near each other are a group of their own."""
        joined = list(parts)
        if within is not None:
            near = [part for part in parts if _is_about_text(part)]
            if len(near) < 2:
                what = "within needs two parts at least that look for something in texts."
                self._problems.append(Problem(what, node.place(("within",)), "Add one, or remove within."))
                return None
            joined = [AllOf(tuple(near), within), *(part for part in parts if not _is_about_text(part))]
        if excluded:
            joined.append(NoneOf(tuple(excluded)))
        return joined[0] if len(joined) == 1 else AllOf(tuple(joined))

    def condition(self, part: schema.Part, node: YamlNode) -> Condition | None:
        """Return the condition that a part stands for; None where something in it is wrong."""
        if part.fields is not None:
            self._problems.extend(check_fields(node, self._known.fields))
        if part.metadata is not None:
            return self._columns(part, node)
        if part.tag is not None:
            return self._voted(part.tag, node)
        if part.any_of is not None:
            return self._any(part.any_of, node)
        if part.none_of is not None:
            built = self._conditions(part.none_of, node, "none_of")
            return NoneOf(tuple(each for each in built if each)) if all(built) else None
        if part.all_of is not None:
            built = self._conditions(part.all_of, node, "all_of")
            parts = [each for each in built if each is not None]
            return self._all(parts, (), part.within, node) if len(parts) == len(built) else None
        found = self.text(part, node, NAMELESS)
        return None if found is None else TextCondition(found, part.min_count or 1)

    def _columns(self, part: schema.Part, node: YamlNode) -> Condition:
        assert part.metadata is not None
        conditions: list[Condition] = []
        for column, test in part.metadata.items():
            known = self._known.columns
            if known is not None and column not in known:
                fix = did_you_mean(column, known, otherwise=f"The columns are {', '.join(known)}.")
                place = node.place(("metadata", column))
                self._problems.append(Problem(f"{column!r} is no column of the records.", place, fix))
            conditions.append(ColumnCondition(column, tuple(_tests(test))))
        return conditions[0] if len(conditions) == 1 else AllOf(tuple(conditions))

    def _voted(self, part: schema.VotedTag, node: YamlNode) -> Condition:
        vocabulary, own = self._known.vocabulary, self._declared.tags
        found: set[str] = set()
        for i, name in enumerate(part.voted):
            place = node.place(("tag", "voted", i))
            if name in RELATIVES:
                relatives = {other for tag in own if tag in vocabulary for other in _relatives(vocabulary, tag, name)}
                if not relatives - set(own):
                    what = f"{', '.join(map(repr, own))} has no {name}."
                    self._problems.append(Problem(what, place, "Remove it, or add the parents in the tags file."))
                found |= relatives - set(own)
            elif name in vocabulary:
                found.add(name)
            else:
                near = did_you_mean(name, RELATIVES) or vocabulary.explain_unknown(name)
                what = f"{name!r} is neither a tag nor one of {', '.join(RELATIVES)}."
                self._problems.append(Problem(what, place, near))
        return VotedCondition(tuple(sorted(found)))


def _is_about_text(condition: Condition) -> bool:
    if isinstance(condition, AllOf | AnyOf):
        return all(map(_is_about_text, condition.parts))
    return isinstance(condition, TextCondition)


def _tests(test: schema.Test) -> Iterator[Test]:
    given: dict[Any, Any] = test.model_dump(by_alias=True, exclude_none=True)
    for operator, value in given.items():
        yield Test(operator, tuple(value) if isinstance(value, list) else (value,))


def _relatives(vocabulary: Vocabulary, tag: str, how: str) -> set[str]:
    if how == "siblings":
        return {other for parent in vocabulary[tag].parents for other in vocabulary.children(parent)}
    if how == "parents":
        return {parent for parent in vocabulary[tag].parents if parent in vocabulary}
    find = {"children": vocabulary.children, "descendants": vocabulary.descendants, "ancestors": vocabulary.ancestors}
    return set(find[how](tag))


def check_fields(node: YamlNode, fields: Sequence[str]) -> Iterator[Problem]:
    """Yield a problem for every name under `fields` that is no text field."""
    for place, name in names_in(node, "fields"):
        if name not in fields:
            fix = did_you_mean(name, fields, otherwise=f"The text fields are {', '.join(fields)}.")
            yield Problem(f"{name!r} is no text field.", place, fix)


def check_examples(node: YamlNode, known: Surroundings) -> Iterator[Problem]:
    """Yield a problem for every column that an example names and records do not have."""
    examples = node.value.get("examples")
    if known.columns is None or not isinstance(examples, dict):
        return
    columns = (*dict.fromkeys((*known.fields, *known.columns)), "voted")
    for key, listed in examples.items():
        for i, example in enumerate(listed if isinstance(listed, list) else [listed]):
            for column in example if isinstance(example, dict) else ():
                if column not in columns:
                    path = ("examples", key, i, column) if isinstance(listed, list) else ("examples", key, column)
                    fix = did_you_mean(str(column), columns, otherwise=f"The columns are {', '.join(columns)}.")
                    yield Problem(f"{column!r} is no column of the records.", node.place(path), fix)


def names_in(node: YamlNode, key: str) -> Iterator[tuple[Place, str]]:
    """Yield the texts under a key, one or a list of them, each with its place."""
    value = node.value.get(key)
    for i, name in enumerate(value if isinstance(value, list) else [value]):
        if isinstance(name, str) and name:
            yield node.place((key, i)), name
