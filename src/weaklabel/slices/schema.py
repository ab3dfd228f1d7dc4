"""The YAML language of slices as pydantic models, which check it and from which its JSON Schema is made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from weaklabel.documents.validation import StrictModel, Text, Texts
from weaklabel.slices.clusters import CLUSTERS, MOST_CLUSTERS
from weaklabel.slices.write import find_fault
from weaklabel.terms.finding import Kind
from weaklabel.terms.slices import Measure, State

GROUPS = ("all_of", "any_of", "none_of")
STATES = get_args(State)
MEASURES = get_args(Measure)
MEANT: Mapping[Any, str] = MappingProxyType({"=<": "<=", "=>": ">=", "=": "==", "<>": "!=", "=!": "!="})


def _as_test(value: Any) -> Any:
    if isinstance(value, dict):
        for key in value:
            if key in MEANT:
                raise ValueError(f"the key {key!r} is not known", f"Did you mean {MEANT[key]!r}?", key)
    return {"==": value} if isinstance(value, int | float) and not isinstance(value, bool) else value


def _check_number(value: Any) -> Any:
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError(f"{str(value).lower()} is no number to compare with", "Write one such as 10.")
    return value


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _as_cluster_test(value: Any) -> Any:
    return value if isinstance(value, dict) else {"number": value}


def _check_id(name: str) -> str:
    if fault := find_fault(name):
        raise ValueError(*fault)
    return name


class FilledModel(StrictModel):
    """A model of which no key may be written without a value: it would say nothing, and look as if it did."""

    @field_validator("*", mode="before")
    @classmethod
    def _is_filled(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("it is empty")  # which `validate` words for all empty keys
        return value


Number = Annotated[float, Field(strict=False), BeforeValidator(_check_number, json_schema_input_type=float)]


class NumberTest(FilledModel):
    """What a number must be: all that is given here holds."""

    model_config = ConfigDict(populate_by_name=True)

    equals: Number | None = Field(None, alias="==")
    differs: Number | None = Field(None, alias="!=")
    less: Number | None = Field(None, alias="<")
    at_most: Number | None = Field(None, alias="<=")
    more: Number | None = Field(None, alias=">")
    at_least: Number | None = Field(None, alias=">=")

    @model_validator(mode="after")
    def _some(self) -> NumberTest:
        if all(value is None for _, value in self):
            raise ValueError("it compares with nothing", 'Write {"<": 10}, say, or a number.')
        return self


def _can_hold_of_a_count(test: NumberTest) -> NumberTest:
    """Refuse what holds for no whole number from 0 on."""
    lows = [test.at_least, test.equals, None if test.more is None else math.floor(test.more) + 1]
    highs = [test.at_most, test.equals, None if test.less is None else math.ceil(test.less) - 1]
    low = max([0, *(math.ceil(low) for low in lows if low is not None)])
    high = min([math.inf, *(math.floor(high) for high in highs if high is not None)])
    if low > high or low == high == test.differs:
        raise ValueError("it holds for no record: no number of them passes", "Compare with whole numbers from 0 on.")
    return test


def _can_hold_of_a_share(test: NumberTest) -> NumberTest:
    """Refuse what no share is compared with, and what holds for no number from 0 to 1."""
    outside = [value for _, value in test if value is not None and not 0 <= value <= 1]
    if outside:
        raise ValueError(f"it is from 0 to 1, and compared with {outside[0]:g}", "Write a number from 0 to 1.")
    low = max(value for value in (0.0, test.at_least, test.equals, test.more) if value is not None)
    high = min(value for value in (1.0, test.at_most, test.equals, test.less) if value is not None)
    if low > high or (low == high and low in {test.more, test.less, test.differs}):
        raise ValueError("it holds for no record: no number from 0 to 1 passes", "Widen it.")
    return test


_IsTest = BeforeValidator(_as_test, json_schema_input_type=Number | NumberTest)
ACountTest = Annotated[NumberTest, _IsTest, AfterValidator(_can_hold_of_a_count)]
AShareTest = Annotated[NumberTest, _IsTest, AfterValidator(_can_hold_of_a_share)]
ClusterCount = Annotated[int, Field(ge=2, le=MOST_CLUSTERS)]
Clusters = Annotated[
    list[Annotated[int, Field(ge=0)]],
    Field(min_length=1),
    BeforeValidator(_as_list, json_schema_input_type=int | list[int]),
]


class ClusterTest(FilledModel):
    """In which clusters a text must be, and of how many; where that is not said, of as many as the file says."""

    number: Clusters
    of: ClusterCount | None = None


AClusterTest = Annotated[
    ClusterTest, BeforeValidator(_as_cluster_test, json_schema_input_type=int | list[int] | ClusterTest)
]
Kinds = Annotated[list[Kind], Field(min_length=1), BeforeValidator(_as_list, json_schema_input_type=Kind | list[Kind])]


class Where(FilledModel):
    """Which records are in the slice: everything that is given here holds."""

    match: Any = None  # in the language of labeling functions, which checks it
    metadata: Any = None  # the same, for short
    fires: Texts | None = None
    abstains: Texts | None = None
    conflicts: Texts | None = None
    given: Texts | None = None
    area: Texts | None = None
    resolved: Texts | None = None
    voted: Texts | None = None
    inferred: Texts | None = None
    predicted: Texts | None = None
    finding: Kinds | None = None
    labelled: bool | None = None
    words: ACountTest | None = None
    characters: ACountTest | None = None
    tags_given: ACountTest | None = None
    uncertainty: AShareTest | None = None
    disagreement: AShareTest | None = None
    rare: Annotated[int, Field(ge=2)] | None = None
    cluster: AClusterTest | None = None
    slice: Texts | None = None
    all_of: list[Where] | None = Field(None, min_length=1)
    any_of: list[Where] | None = Field(None, min_length=1)
    none_of: list[Where] | None = Field(None, min_length=1)

    @model_validator(mode="after")
    def _some(self) -> Where:
        if all(value is None for _, value in self):
            raise ValueError("it has no condition", "Give one at least, such as words: {'<': 10}.")
        return self


class SliceDeclaration(FilledModel):
    """One slice as YAML declares it."""

    id: Annotated[Text, AfterValidator(_check_id)]
    description: str = ""
    where: Where
    expect: dict[Text, Text] | None = None


class SlicesFile(StrictModel):
    """The content of a slices file; a list of slices alone stands for a mapping with that list."""

    slices: list[SliceDeclaration] = Field(default_factory=list)
    checks: list[Any] = Field(default_factory=list)  # behavioural checks, which weaklabel.behaviour reads
    clusters: ClusterCount = CLUSTERS
