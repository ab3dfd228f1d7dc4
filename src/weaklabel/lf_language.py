"""Labeling functions back in the words of YAML: what is looked up, filled in or left to defaults is spelled out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from weaklabel.terms import LabelingFunction, PatternLF, PhraseLF, RuleLF, TextLF, TokenPatternLF, Unless
from weaklabel.terms.conditions import AllOf, AnyOf, ColumnCondition, Condition, TextCondition, VotedCondition

Plain = dict[str, Any]


def spell_out(lf: LabelingFunction) -> Plain:
    """Return what a labeling function looks for: relatives as tags, and the words of lookup files.

    Returns
    -------
    plain
        A part as :mod:`weaklabel.lfs.schema` has it, with `unless`; empty where that is known to Python alone.
    """
    if isinstance(lf, RuleLF):
        return _condition(lf.condition)
    if isinstance(lf, PhraseLF | PatternLF | TokenPatternLF):
        return {**_text(lf), **_unless(lf.unless)}
    return {}


def _condition(condition: Condition) -> Plain:
    if isinstance(condition, TextCondition):
        count = {"min_count": condition.min_count} if condition.min_count > 1 else {}
        return {**_text(condition.lf), **count}
    if isinstance(condition, ColumnCondition):
        tests = {test.operator: _value(test.operator, test.values) for test in condition.tests}
        return {"metadata": {condition.column: tests}}
    if isinstance(condition, VotedCondition):
        return {"tag": {"voted": list(condition.tags)}}
    parts = [_condition(part) for part in condition.parts]
    if isinstance(condition, AllOf):
        return {"all_of": parts, **({"within": condition.within} if condition.within else {})}
    return {"any_of" if isinstance(condition, AnyOf) else "none_of": parts}


def _text(lf: TextLF) -> Plain:
    fields: Plain = {"fields": list(lf.fields)}
    if isinstance(lf, TokenPatternLF):
        return {"spacy": json.loads(lf.patterns), "pipeline": lf.pipeline, **fields}
    found: Plain = {"keywords": list(lf.phrases)} if isinstance(lf, PhraseLF) else {"regex": lf.pattern}
    return {**found, **fields, **({"case": True} if lf.keep_case else {})}


def _unless(unless: Unless) -> Plain:
    given: Mapping[str, Any] = {"keywords": list(unless.phrases), "regex": unless.pattern}
    silencing = {key: value for key, value in given.items() if value}
    return {"unless": silencing} if silencing else {}


def _value(operator: str, values: tuple[Any, ...]) -> Any:
    return list(values) if operator in {"in", "not_in"} else values[0]
