"""Votes on copies of given tags: a labeling function that may see tags votes again, for the real ones are hidden."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from weaklabel.inputs import Inputs
from weaklabel.records import find_columns
from weaklabel.terms import LabelingFunction, Records, ResolvedTags, RuleLF, Settings, Votes
from weaklabel.terms.conditions import reads_columns
from weaklabel.terms.records import GivenTags
from weaklabel.vote import apply_lfs

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CopyVotes:
    """The votes where the tags of no record are given, and where those of all are.

    What a labeling function returns for a record depends on that record alone, so these make the votes of every copy.
    """

    hidden: Votes
    shown: Votes

    def where(self, labelled: Mask) -> Votes:
        """Return the votes where some records are labelled, bool of shape (records,)."""
        if self.hidden is self.shown:
            return self.hidden
        parts = self.shown.where(labelled[self.shown.record]), self.hidden.where(~labelled[self.hidden.record])
        return _join(*parts)


def vote_on_copy(settings: Settings, inputs: Inputs, cast: Votes, given: Sequence[ResolvedTags]) -> Votes:
    """Return the votes of all labeling functions where authors gave other tags; `cast` itself, where none is otherwise.

    Those that read texts alone have the votes that they cast. Nothing is taken from a cache, or kept in one.
    """
    if not any(map(reads_columns, inputs.lfs)):
        return cast
    voters = [lf for lf in inputs.lfs if reads_columns(lf)]
    if any(map(_asks_for_votes, inputs.lfs)):
        voters = list(inputs.lfs)
    again = apply_lfs(
        voters,
        give_tags(inputs.records, given, settings),
        inputs.vocabulary,
        nested_matches=settings.nested_matches,
        timeout_s=settings.lf_timeout_s,
    )
    position = np.array([cast.lf_ids.index(name) for name in again.lf_ids], dtype=np.int32)
    kept = cast.where(~np.isin(cast.lf, position))
    votes = _join(kept, replace(again, lf=position[again.lf]))
    return cast if _are_same(votes, cast) else votes


def _asks_for_votes(lf: LabelingFunction) -> bool:
    return isinstance(lf, RuleLF) and lf.reads_votes


def _join(one: Votes, other: Votes) -> Votes:
    """Return votes on the same records together, in their order."""
    tag, record, lf, vote = (
        np.concatenate([getattr(each, name) for each in (one, other)]) for name in ("tag", "record", "lf", "vote")
    )
    order = np.lexsort((lf, record, tag))
    return replace(one, tag=tag[order], record=record[order], lf=lf[order], vote=vote[order])


def _are_same(one: Votes, other: Votes) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("tag", "record", "lf", "vote"))


def give_tags(records: Records, given: Sequence[ResolvedTags], settings: Settings) -> Records:
    """Return records with other given tags, also in the column that they were read from, written as they were there."""
    tags: list[GivenTags] = [None if own is None else tuple(tag.spelling for tag in own) for own in given]
    frame = records.frame
    column = find_columns(settings.records, dict.fromkeys(map(str, frame.columns)), settings.columns, []).tags
    if column is not None:
        read = frame[column].tolist()
        usual = next((cell for cell in read if not _is_null(cell)), None)
        cells = [
            _write(own, usual if _is_null(cell) else cell, settings.columns.separator)
            for own, cell in zip(tags, read, strict=True)
        ]
        frame = frame.assign(**{column: pd.Series(cells, index=frame.index, dtype=object)})
    return replace(records, given=tuple(tags), frame=frame)


def _is_null(cell: Any) -> bool:
    return cell is None or isinstance(cell, float) or (isinstance(cell, str) and not cell.strip())


def _write(tags: GivenTags, like: Any, separator: str) -> Any:
    """Return tags as a cell that another one is like: a list in JSON, names with separators, or a list."""
    if tags is None:
        return "" if isinstance(like, str) else None
    if isinstance(like, str):
        return json.dumps(tags, ensure_ascii=False) if like.lstrip().startswith("[") else separator.join(tags)
    return list(tags)
