"""A run's settings: what the project file or the command line says, checked and resolved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Task = Literal["multilabel", "multiclass"]
EndModelName = Literal["kernel", "linear", "none"]
GivenTagsUse = Literal["use", "ignore"]
ClassBalance = Literal["uniform", "given", "estimated"]
NestedMatches = Literal["keep", "drop"]
SynonymScope = Literal["exact", "narrow", "broad", "related"]


def embeddings_cache(votes_cache: Path) -> Path:
    """Return the folder of embeddings that belongs to one of votes: beside it."""
    return votes_cache.parent / "embeddings"


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """Which columns of the records hold what; None means "find it by its usual names"."""

    id: str | None = None
    fields: tuple[str, ...] | None = None
    tags: str | None = None
    separator: str = ","


USUAL_NAMES = ColumnNames()


@dataclass(frozen=True, slots=True)
class TagLabels:
    """Which labels of a knowledge base name its concepts.

    Attributes
    ----------
    language
        The language of SKOS labels, such as `en`.
    synonyms
        The scopes of OBO synonyms that are aliases: `exact`, `narrow`, `broad`, `related`.
    """

    language: str = "en"
    synonyms: tuple[SynonymScope, ...] = ("exact",)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a run depends on besides the files it reads.

    Attributes
    ----------
    records, tags, gold
        Where the data is: a path, or an http(s) URL.
    gold_columns
        Which columns of the gold file hold the id and the tags.
    gold_column
        The column of the records that holds gold tags, in the place of a gold file.
    tag_labels
        Which labels become names and aliases, where the tags are a knowledge base.
    decisions
        Where people's decisions are: files, and databases of the review.
    slices
        The file or folder that defines slices: YAML, or Python.
    lfs, out
        The folder of hand-written labeling functions, and the one that the run writes.
    lf_timeout_s
        The time limit of a labeling function's call on one record.
    cache
        The folder that keeps votes for later runs; None keeps none.
    cache_mb
        The size, in megabytes, above which that folder loses what was not used for the longest time.
    task
        `multilabel`: any number of tags a record; `multiclass`: exactly one.
    label_model
        The method that resolves conflicting votes: built in, or a plugin's name.
    end_model
        What learns from texts: `kernel`, `linear`, or `none`.
    embeddings
        The package or folder of a model of sentence embeddings; None uses none.
    given_tags
        Whether the models learn from the tags that authors gave (`use`) or leave them out (`ignore`).
    class_balance
        P(tag) before any vote: `uniform`, `given` (how often authors give each tag), or (multiclass only)
        `estimated` from votes.
    nested_matches
        Whether a generated labeling function fires inside a longer match of another tag (`keep`) or not (`drop`).
    """

    records: str
    tags: str
    lfs: Path | None = None
    out: Path = Path("runs/latest")
    gold: str | None = None
    gold_columns: ColumnNames = ColumnNames()
    gold_column: str | None = None
    decisions: tuple[str, ...] = ()
    slices: Path | None = None
    columns: ColumnNames = ColumnNames()
    tag_labels: TagLabels = TagLabels()
    task: Task = "multilabel"
    label_model: str = "snorkel"
    end_model: EndModelName = "kernel"
    embeddings: str | None = None
    given_tags: GivenTagsUse = "use"
    class_balance: ClassBalance = "uniform"
    nested_matches: NestedMatches = "keep"
    lf_timeout_s: float = 10.0
    cache: Path | None = None
    cache_mb: int = 512
    seed: int = 0
    source: str | None = None

    @property
    def uses_embeddings(self) -> bool:
        """Whether texts are embedded: only an end model reads embeddings."""
        return self.embeddings is not None and self.end_model != "none"

    @property
    def noun(self) -> str:
        """What a tag is called: a class, where each record has exactly one."""
        return "class" if self.task == "multiclass" else "tag"
