"""What is known before any model runs, as models read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from weaklabel.evaluate import Reference
from weaklabel.inputs import Inputs
from weaklabel.label_models import (
    PooledPrecision,
    Symbols,
    fit_pooled_precision,
    kinds_of_lfs,
    tabulate_symbols,
    without_given,
)
from weaklabel.tags import given_matrix, gold_matrix, tag_relations
from weaklabel.terms import GivenMatrix, ResolvedTags, Settings, TagRelations, Votes, canonical_names
from weaklabel.vote import withdraw_generated


@dataclass(frozen=True, eq=False)
class Observed:
    """Inputs, votes and given tags; the tables made of them are made once, when they are first asked for.

    Attributes
    ----------
    inputs
        All that was read.
    cast
        The votes as they were cast.
    votes
        The vote matrix, in which generated votes have yielded to hand-written ones.
    given
        The given tags of each record, None where it is unlabelled.
    is_exclusive
        Whether each record has exactly one tag.
    may_learn
        Whether models may learn from given tags.
    """

    inputs: Inputs
    cast: Votes
    votes: Votes
    given: Sequence[ResolvedTags]
    is_exclusive: bool = False
    may_learn: bool = True

    @classmethod
    def of(cls, settings: Settings, inputs: Inputs, cast: Votes, given: Sequence[ResolvedTags]) -> Observed:
        """Return what is known, under the settings' task and use of given tags."""
        standing = withdraw_generated(cast, inputs.lfs)
        return cls(inputs, cast, standing, given, settings.task == "multiclass", settings.given_tags == "use")

    @cached_property
    def given_matrix(self) -> GivenMatrix:
        """The given tags of all records."""
        return given_matrix(self.given, self.inputs.vocabulary)

    @cached_property
    def reference(self) -> Reference:
        """The gold tags, or where there are none, those that authors gave."""
        inputs = self.inputs
        if inputs.gold:
            return Reference(gold_matrix(inputs.gold, len(inputs.records), inputs.vocabulary), "gold")
        return Reference(self.given_matrix, "given")

    @cached_property
    def learnt_from(self) -> GivenMatrix:
        """The given tags that models may learn from; of classes, those that are in the vocabulary."""
        if not self.may_learn:
            return given_matrix([None] * len(self.given), self.inputs.vocabulary)
        if self.is_exclusive:
            known = [tags if canonical_names(tags) else None for tags in self.given]
            return given_matrix(known, self.inputs.vocabulary)
        return self.given_matrix

    @cached_property
    def relations(self) -> TagRelations:
        """The tag graph."""
        return tag_relations(self.inputs.graph, self.inputs.vocabulary)

    @cached_property
    def symbols(self) -> Symbols:
        """The evidence of each cell, uint8 of shape (records, tags)."""
        return self.symbols_of(self.votes, self.learnt_from)

    def symbols_of(self, votes: Votes, given: GivenMatrix) -> Symbols:
        """Return the same for other votes and given tags."""
        return tabulate_symbols(votes, self._kinds, self.relations, given)

    @cached_property
    def _kinds(self) -> npt.NDArray[np.uint8]:
        return kinds_of_lfs(self.inputs.lfs, self.inputs.records.fields)

    @cached_property
    def precision(self) -> PooledPrecision:
        """What each pattern of evidence is worth."""
        return fit_pooled_precision(self.symbols, self.learnt_from)

    @cached_property
    def precision_alone(self) -> PooledPrecision:
        """What each pattern is worth where it is not known what the author gave below a tag."""
        return fit_pooled_precision(without_given(self.symbols), self.learnt_from)
