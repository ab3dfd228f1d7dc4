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
HYPHEN: Token = {"ORTH": "-", "OP": "?"}


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
            yield {"label": tag, "pattern": pattern, "id": _travelling_id(lf)}


def _travelling_id(lf: LabelingFunction) -> str:
    """Return the id of a labeling function there: a generated one has the same in every field."""
    return lf.id.rpartition("@")[0] if lf.origin == "generated" else lf.id


def _patterns_of(lf: LabelingFunction) -> Iterable[str | list[Token]]:
    if isinstance(lf, TokenPatternLF):
        patterns: list[list[Token]] = json.loads(lf.patterns)
        return patterns
    if not isinstance(lf, PhraseLF):
        return []
    return lf.phrases if lf.keep_case else [_lower_tokens(phrase) for phrase in lf.phrases]


def _lower_tokens(phrase: str) -> list[Token]:
    """Return a phrase as spaCy's tokens, so that upper case matches too, and a hyphen between words."""
    from weaklabel.terms.spacy_pipeline import BLANK, load_pipeline

    tokens: list[Token] = []
    for token in load_pipeline(BLANK).tokenizer(phrase):
        if not token.is_space:
            tokens += [*([HYPHEN] if tokens and phrase[token.idx - 1].isspace() else []), {"LOWER": token.lower_}]
    return tokens


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
    upper = [{key.upper(): value for key, value in token.items()} for token in pattern]
    tokens = [token for token in upper if token != HYPHEN]
    words = [token["LOWER"] for token in tokens if list(token) == ["LOWER"]]
    if len(words) < len(tokens) or HYPHEN in (upper[0], upper[-1]):
        return None
    return " ".join(words) if all(isinstance(word, str) and word.isalnum() for word in words) else None


FORMAT = Patterns()
