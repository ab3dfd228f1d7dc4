"""Which kinds of evidence each cell has, as one symbol a cell: the pattern that `pooled` and the end models learn from.

Labeling functions that always say the same (a name in the title, its alias beside it) are one kind, not many: what
correlates is one symbol, and counts once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from weaklabel.terms import ABSENT, PRESENT, GivenMatrix, LabelingFunction, PhraseLF, TagRelations, Votes

Symbols = npt.NDArray[np.uint8]
"""uint8 of shape (records, tags): a sum of the kinds below."""
FIRST_FIELD: Final = 1  # a generated labeling function says "present" for the record's first field, mostly its title
OTHER_FIELD: Final = 2  # … for another field
WRITTEN: Final = 4  # a labeling function written by hand says "present"
DENIED: Final = 8  # one says "absent"
BELOW: Final = 16  # one says "present" for a tag below this one
BELOW_GIVEN: Final = 32  # the author gave a tag below this one
EVIDENCE_KINDS: Final = {
    "in the first field": FIRST_FIELD,
    "in another field": OTHER_FIELD,
    "by a written function": WRITTEN,
    "denied": DENIED,
    "below in the text": BELOW,
    "below given": BELOW_GIVEN,
}


def kinds_of_lfs(lfs: Sequence[LabelingFunction], fields: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Return the kind of evidence that each labeling function gives where it says "present", uint8 of shape (LFs,).

    Parameters
    ----------
    lfs
        In the order of the votes' `lf_ids`; generated ones each read one field.
    fields
        The records' text fields, the first of them first.
    """

    def kind(lf: LabelingFunction) -> int:
        if lf.origin != "generated":
            return WRITTEN
        return FIRST_FIELD if isinstance(lf, PhraseLF) and lf.fields == tuple(fields[:1]) else OTHER_FIELD

    return np.array([kind(lf) for lf in lfs], dtype=np.uint8)


def tabulate_symbols(
    votes: Votes, lf_kinds: npt.NDArray[np.uint8], relations: TagRelations, given: GivenMatrix
) -> Symbols:
    """Return the symbol of every cell, uint8 of shape (records, tags).

    Parameters
    ----------
    votes
        The vote matrix.
    lf_kinds
        uint8 of shape (labeling functions,), from :func:`kinds_of_lfs`.
    relations, given
        The tag graph, and the given tags.
    """
    shape = given.tags.shape
    symbols = np.zeros(shape, dtype=np.uint8)
    present = votes.vote == PRESENT
    kinds = lf_kinds[votes.lf]
    for kind in (FIRST_FIELD, OTHER_FIELD, WRITTEN):
        rows = present & (kinds == kind)
        symbols[votes.record[rows], votes.tag[rows]] |= kind
    denied = votes.vote == ABSENT
    symbols[votes.record[denied], votes.tag[denied]] |= DENIED
    said = csr_array((np.ones(present.sum()), (votes.record[present], votes.tag[present])), shape=shape)
    for tags, kind in ((said, BELOW), (given.tags, BELOW_GIVEN)):
        above = (tags @ relations.ancestors).tocoo()
        symbols[above.row, above.col] |= kind
    return symbols
