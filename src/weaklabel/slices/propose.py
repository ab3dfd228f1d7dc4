"""Slices to begin with, proposed from a project's records and tag graph."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from weaklabel.errors import quantity
from weaklabel.slices.numbers import count_words
from weaklabel.slices.write import make_id, render_slice
from weaklabel.terms import Vocabulary

MOST_AREAS = 12
WIDE = 1 / 3  # a slice with a larger share of the records tells little apart, and is not proposed
FEW = 5  # records: a slice of fewer is not proposed
SHORT = 0.1  # the share of records, at the most, whose texts are the shortest
RARE = (50, 20, 10, 5, 3, 2)  # a tag given to fewer records is rare: the first bound that is met by few records
MANY = 0.2  # a larger share of records is not few
UNCERTAIN = 0.95  # bits of entropy: a probability from .37 to .63
DATED = 0.9  # the share of a column's values that must be dates


@dataclass(frozen=True, slots=True)
class Proposal:
    """A slice that may be worth evaluating on: its id, why, and its `where`."""

    id: str
    description: str
    where: dict[str, Any]


def propose_slices(
    vocabulary: Vocabulary, given: csr_array, texts: Sequence[str], frame: pd.DataFrame
) -> list[Proposal]:
    """Return slices that may matter; some of them may turn out to be empty.

    Parameters
    ----------
    vocabulary, given
        The tags, and bool, sparse, of shape (records, tags): which of them authors gave.
    texts
        Each record's texts, one after the other.
    frame
        Every column of the records.
    """
    return [
        *_areas(vocabulary, given),
        *_rare(given),
        *_short(texts),
        Proposal("no_lf_fires", "No labeling function votes.", {"abstains": "*"}),
        Proposal("lfs_conflict", "Two labeling functions contradict each other on a tag.", {"conflicts": "*"}),
        Proposal("given_unsupported", "The text does not support a given tag.", {"finding": "unsupported"}),
        Proposal(
            "inferred_only",
            "A likely tag that nobody gave and no labeling function says: it is inferred or predicted.",
            {"any_of": [{"inferred": "*"}, {"predicted": "*"}]},
        ),
        Proposal("uncertain", "At least one tag is about as likely as not.", {"uncertainty": {">=": UNCERTAIN}}),
        Proposal("unlabelled", "Nobody gave tags.", {"labelled": False}),
        Proposal("non_ascii", "The text has a character outside ASCII.", {"match": {"regex": r"[^\x00-\x7F]"}}),
        *_newest_month(frame),
    ]


def _areas(vocabulary: Vocabulary, given: csr_array) -> Iterator[Proposal]:
    """Yield the largest areas of the tag graph that are no wider than a third of the records."""
    areas: list[tuple[int, str]] = []
    for tag in vocabulary.names:
        below = vocabulary.descendants(tag)
        if below:
            columns = [vocabulary.index[name] for name in (tag, *below)]
            size = int((np.asarray(given[:, columns].sum(axis=1)).ravel() > 0).sum())
            if FEW <= size <= WIDE * given.shape[0]:
                areas.append((-size, tag))
    taken: set[str] = set()
    for _, tag in sorted(areas)[:MOST_AREAS]:
        name = make_id(f"area {tag}", taken)
        taken.add(name)
        yield Proposal(name, f"The author gave {tag}, or a tag below it.", {"area": tag})


def _rare(given: csr_array) -> Iterator[Proposal]:
    uses = np.asarray(given.sum(axis=0)).ravel()
    for bound in RARE:
        found = (np.asarray(given[:, np.flatnonzero(uses < bound)].sum(axis=1)).ravel() > 0).sum()
        if found <= MANY * given.shape[0]:
            yield Proposal("rare_tags", f"A tag that authors gave to fewer than {bound} records.", {"rare": bound})
            return


def _short(texts: Sequence[str]) -> Iterator[Proposal]:
    if texts:
        counts = count_words(texts)
        bound = max(2, int(np.quantile(counts, SHORT)))
        shortest = f"the shortest {(counts < bound).mean():.1%}"
        yield Proposal("short_text", f"Fewer than {bound} words: {shortest}.", {"words": {"<": bound}})


def _newest_month(frame: pd.DataFrame) -> Iterator[Proposal]:
    """Yield the newest month of the first column whose values are dates."""
    for column in frame.columns:
        dates = _as_dates(frame[column])
        if dates is not None:
            first = dates.max().replace(day=1).date()
            where = {"metadata": {str(column): {">=": first}}}
            yield Proposal("newest_month", f"The newest month by {column}: {first:%B %Y}.", where)
            return


def _as_dates(values: pd.Series) -> pd.Series | None:
    if values.dtype.kind in "iufb" or not len(values):
        return None
    written = values.where(values.map(lambda value: isinstance(value, str | date)))  # not lists, nor whole numbers
    dates = pd.to_datetime(written, errors="coerce", format="ISO8601", utc=True)
    return dates.dropna() if dates.notna().mean() >= DATED else None


def write_proposals(proposals: Sequence[Proposal], sizes: Mapping[str, int] = MappingProxyType({})) -> str:
    """Return a slices file with the proposals, each with its size where that is known."""
    lines = [
        "# Proposed by `weaklabel slices init`: keep those that matter, change them, and add your own.",
        "# `weaklabel slices list` shows their sizes, `weaklabel evaluate` how a model does on each.",
        "slices:" if proposals else "slices: []",
    ]
    for each in proposals:
        declared = {"id": each.id, "description": each.description, "where": each.where}
        size = quantity(sizes[each.id], "record") if each.id in sizes else ""
        lines.append(textwrap.indent(render_slice(declared, size), "  ").rstrip("\n"))
    return "\n".join(lines) + "\n"
