"""patterns.jsonl, the match patterns of Prodigy and of spaCy's SpanRuler: labeling functions that travel.

A line is `{"label": TAG, "pattern": TEXT or [TOKEN, …], "id": LF}`. A text is matched letter for letter. What such a
line cannot say (a vote "absent", `unless`, regular expressions, Python) stays at home, and is counted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from weaklabel.errors import ExchangeError, Problem, list_some, quantity, raise_errors
from weaklabel.exchange.entries import Entry, json_lines, read_entries
from weaklabel.exchange.interface import Layout, Need, Outgoing, Parcel, Rules
from weaklabel.terms import LabelingFunction, PhraseLF, TokenPatternLF, Unless

Token = dict[str, Any]


class Patterns:
    """See the module."""

    name = "patterns"
    description = "match patterns of spaCy and Prodigy: labeling functions out, and in as YAML"
    layouts: tuple[Layout, ...] = ("all",)
    needs: frozenset[Need] = frozenset({"lfs"})

    def export(self, package: Outgoing) -> Parcel:
        """Return patterns.jsonl."""
        patterns, warnings = write_patterns(package.lfs)
        return Parcel({"patterns.jsonl": patterns}, warnings)

    def read(self, files: Mapping[str, bytes]) -> Rules:
        """Return a labeling function for each id, or for each label of patterns without one."""
        problems: list[Problem] = []
        found: dict[tuple[str, str], _Collected] = {}
        for entry in read_entries(files, problems):
            label, lf_id = entry.text("label"), entry.text("id")
            if not label:
                entry.refuse("label", "the name of a tag")
                continue
            found.setdefault((label, lf_id), _Collected()).add(entry)
        raise_errors(problems, ExchangeError)
        taken: Counter[str] = Counter()
        return Rules(tuple(rule for key in found for rule in found[key].declare(*key, taken)))


def write_patterns(lfs: Sequence[LabelingFunction]) -> tuple[bytes, tuple[Problem, ...]]:
    """Return the lines of labeling functions that patterns can say, and a warning about the others."""
    lines = [line for lf in lfs for line in _lines(lf)]
    distinct = {json.dumps([line["label"], line["pattern"]], sort_keys=True): line for line in reversed(lines)}
    left_out = [lf.id for lf in lfs if not _can_travel(lf)]
    if not left_out:
        return json_lines(list(reversed(distinct.values()))), ()
    what = f"patterns cannot say what {quantity(len(left_out), 'labeling function')} do: {list_some(left_out)}."
    fix = 'They are left out: only phrases and token patterns that vote "present" travel.'
    return json_lines(list(reversed(distinct.values()))), (Problem(what, fix=fix, severity="warning"),)


def _can_travel(lf: LabelingFunction) -> bool:
    return isinstance(lf, PhraseLF | TokenPatternLF) and lf.polarity > 0 and lf.unless == Unless()


def _lines(lf: LabelingFunction) -> Iterator[dict[str, Any]]:
    if not _can_travel(lf):
        return
    for tag in lf.tags:
        for pattern in _patterns_of(lf):
            yield {"label": tag, "pattern": pattern, "id": lf.id.partition("@")[0]}


def _patterns_of(lf: LabelingFunction) -> Iterable[str | list[Token]]:
    if isinstance(lf, TokenPatternLF):
        patterns: list[list[Token]] = json.loads(lf.patterns)
        return patterns
    if not isinstance(lf, PhraseLF):
        return []
    return lf.phrases if lf.keep_case else [_lower_tokens(phrase) for phrase in lf.phrases]


def _lower_tokens(phrase: str) -> list[Token]:
    """Return a phrase as spaCy's tokens, so that upper case matches too."""
    from weaklabel.terms.spacy_pipeline import BLANK, load_pipeline

    return [{"LOWER": token.lower_} for token in load_pipeline(BLANK).tokenizer(phrase)]


@dataclass(slots=True)
class _Collected:
    """The patterns of one labeling function: phrases in any case, phrases letter for letter, token patterns."""

    phrases: list[str] = field(default_factory=list)
    exact: list[str] = field(default_factory=list)
    tokens: list[list[Token]] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Add a line's pattern."""
        pattern = entry["pattern"]
        if isinstance(pattern, str) and pattern.strip():
            self.exact.append(pattern)
        elif isinstance(pattern, list) and pattern and all(isinstance(token, dict) for token in pattern):
            phrase = _as_phrase(pattern)
            if phrase is None:
                self.tokens.append([{key.upper(): value for key, value in token.items()} for token in pattern])
            else:
                self.phrases.append(phrase)
        else:
            entry.refuse("pattern", "a text or a list of tokens")

    def declare(self, label: str, lf_id: str, taken: Counter[str]) -> Iterator[dict[str, Any]]:
        """Yield what YAML declares: one labeling function for each way to match."""
        for match, case in (
            ({"keywords": self.phrases}, False),
            ({"keywords": self.exact}, True),
            ({"spacy": self.tokens}, False),
        ):
            if not any(match.values()):
                continue
            own = lf_id or f"pattern:{label}"
            taken[own] += 1
            yield {
                "id": own if taken[own] == 1 else f"{own}:{taken[own]}",
                "tags": [label],
                **({"case": True} if case else {}),
                "match": match,
            }


def _as_phrase(pattern: list[Token]) -> str | None:
    """Return the phrase that plain lower-case words are; None where tokens say more than words and spaces do."""
    words = [
        next(iter(token.values())) for token in pattern if len(token) == 1 and next(iter(token)).upper() == "LOWER"
    ]
    is_plain = len(words) == len(pattern) and all(isinstance(word, str) and word.isalnum() for word in words)
    return " ".join(words) if is_plain else None


FORMAT = Patterns()
