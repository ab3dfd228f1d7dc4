"""A model's answers, in the ways that models write them: tags, tags with probabilities, one tag."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from weaklabel.errors import ModelError, Place, Problem, quantity
from weaklabel.terms import Vocabulary

MOST_PROBLEMS = 20
Answer = Mapping[str, float]
"""The probability of each tag that the model names; others have 0. A tag without a probability has 1."""


def read_answers(
    answers: Sequence[Any], vocabulary: Vocabulary, source: str, places: Sequence[Place] | None = None
) -> list[Answer]:
    """Return the answers, one for each text.

    Parameters
    ----------
    answers
        Each a list (or tuple, or set) of tags, which may be empty, a mapping of tags to probabilities, one tag, or a
        mapping with one of these under `tags`. None is no answer.
    source
        What the model is called in messages.
    places
        Where each answer stands, where it stands in an output.

    Raises
    ------
    ModelError
        With each answer that is none of these, and each name that is no tag, once.
    """
    problems: dict[str, Problem] = {}
    read: list[Answer] = []
    for i, value in enumerate(answers):
        place = places[i] if places else Place(source)
        try:
            answer = _read(value)
        except _UnreadableError as error:
            told = Problem(f"answer {i + 1:,} {error}.", place, 'Answer ["tag", …], {"tag": 0.9, …}, or [] for no tag.')
            problems.setdefault(str(error), told)
            continue
        read.append(answer)
        for problem in _check_tags(answer, vocabulary, place):
            problems.setdefault(problem.what, problem)
    if problems:
        listed = list(problems.values())[:MOST_PROBLEMS]
        if len(problems) > MOST_PROBLEMS:
            listed.append(
                Problem(f"{quantity(len(problems) - MOST_PROBLEMS, 'further problem')} of this kind.", Place(source))
            )
        raise ModelError(listed)
    return read


class _UnreadableError(Exception):
    """An answer that says nothing of tags."""


def _read(value: Any) -> Answer:
    if isinstance(value, Mapping) and "tags" in value and not _is_number(value["tags"]):
        value = value["tags"]
    if isinstance(value, str):
        return {value: 1.0}
    if isinstance(value, Mapping):
        return {_as_tag(tag): _as_probability(tag, p) for tag, p in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return {_as_tag(tag): 1.0 for tag in value}
    raise _UnreadableError(f"is {_show(value)}, which is no list of tags")


def _as_tag(tag: Any) -> str:
    if not isinstance(tag, str):
        raise _UnreadableError(f"has the tag {_show(tag)}, which is no text")
    return tag


def _as_probability(tag: Any, value: Any) -> float:
    if not _is_number(value) or not 0 <= (number := float(value)) <= 1 or math.isnan(number):
        raise _UnreadableError(f"gives {tag!r} {_show(value)}, which is no probability")
    return number


def _is_number(value: Any) -> bool:
    """Say whether a value is a number, NumPy's too; true and false are none."""
    return hasattr(value, "__float__") and not isinstance(value, bool | str)


def _show(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _check_tags(answer: Answer, vocabulary: Vocabulary, place: Place) -> Iterator[Problem]:
    for tag in answer:
        if tag not in vocabulary:
            yield Problem(f"the model answers {tag!r}, which is no tag.", place, vocabulary.explain_unknown(tag))
