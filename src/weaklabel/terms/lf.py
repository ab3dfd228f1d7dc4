"""Labeling functions as plain data: what to match, what to vote. `vote` runs them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from weaklabel.errors import Place, WeaklabelError
from weaklabel.terms.records import Record

PRESENT = 1
ABSENT = -1

Origin = Literal["generated", "yaml", "python", "snorkel"]
Batch = Literal["", "pandas", "arrow"]


@dataclass(frozen=True, slots=True)
class ExampleRecord:
    """A record to test a labeling function on, where a text is not enough.

    Attributes
    ----------
    columns
        Names and values, a tuple for a list; a text field that is not among them is empty. `voted` has the tags for
        which other labeling functions say "present".
    """

    columns: tuple[tuple[str, Any], ...]


Example = str | ExampleRecord
"""A text stands for a record that has it in every text field."""


@dataclass(frozen=True, slots=True)
class Examples:
    """What a labeling function must match and must not match; `weaklabel lf test` tries them."""

    match: tuple[Example, ...] = ()
    no_match: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Expectation:
    """What `weaklabel lf check` holds a labeling function to, on the project's records.

    Attributes
    ----------
    coverage
        The least and the greatest share of records on which it votes.
    precision
        The least share of its votes that are right, where that is known.
    """

    coverage: tuple[float, float] | None = None
    precision: float | None = None


@dataclass(frozen=True, slots=True)
class Unless:
    """What silences a labeling function: a phrase or pattern found anywhere in the fields it reads."""

    phrases: tuple[str, ...] = ()
    pattern: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelingFunction:
    """What every labeling function has, whatever its source.

    Attributes
    ----------
    id
        Unique among all labeling functions of a project.
    tags
        The tags it may vote on; empty means any tag of the vocabulary (Python only).
    polarity
        +1 where it votes "present", -1 where it votes "absent", 0 where it may do both (Python only).
    origin, family
        Where it comes from, and which group it is reported with.
    definition
        All that decides its votes, as text; its hash identifies the labeling function in a run.
    place
        Where it is written.
    group
        Those of one group count once: a label model takes them for one labeling function. Empty for none.
    expect
        What it is held to.
    """

    id: str
    tags: tuple[str, ...]
    polarity: int = PRESENT
    origin: Origin
    family: str
    description: str = ""
    definition: str
    place: Place | None = None
    examples: Examples = Examples()
    group: str = ""
    expect: Expectation = Expectation()


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseLF(LabelingFunction):
    """Votes where one of `phrases` occurs in one of `fields`."""

    phrases: tuple[str, ...]
    fields: tuple[str, ...]
    keep_case: bool = False
    unless: Unless = Unless()


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternLF(LabelingFunction):
    """Votes where the regular expression `pattern` (Python's `re`) is found in one of `fields`."""

    pattern: str
    fields: tuple[str, ...]
    keep_case: bool = False
    unless: Unless = Unless()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPatternLF(LabelingFunction):
    """Votes where spaCy's `Matcher` finds one of the patterns in one of `fields`.

    Attributes
    ----------
    patterns
        The patterns, each a list of tokens, as JSON with sorted keys.
    pipeline
        The spaCy pipeline that makes tokens of a text: `blank:en`, an installed package's name, or a folder's path.
    """

    keep_case: ClassVar[bool] = False  # of `unless`; what case means to a pattern is said by LOWER and ORTH

    patterns: str
    pipeline: str
    fields: tuple[str, ...]
    unless: Unless = Unless()


TextLF = PhraseLF | PatternLF | TokenPatternLF
"""One that looks for something in texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonLF(LabelingFunction):
    """Votes what `call` returns for a record: pairs of a tag's name and PRESENT or ABSENT.

    Attributes
    ----------
    call
        Called with one record.
    batch
        In what form many records are handed to `call_batch`: `pandas` (a DataFrame) or `arrow` (a RecordBatch); empty
        where there is no `call_batch`.
    call_batch
        Called with a table of one row a record. Returns for each row the votes, or what is wrong with them; raises
        where it returns nothing of the kind for the table as a whole.
    """

    call: Callable[[Record], list[tuple[str, int]]]
    batch: Batch = ""
    call_batch: Callable[[Any], list[list[tuple[str, int]] | WeaklabelError]] | None = None
