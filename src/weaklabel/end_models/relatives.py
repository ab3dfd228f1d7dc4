"""What a tag's relatives in the graph, the tags above and below it, may say of it.

Where authors pick each tag by itself, a tag that is given without its parent is a sign: either is wrong, or the parent
was left out. Where given tags are kept closed (a tool adds the parents, or a curator did), relatives come and go
together, right or wrong. Then they say nothing about each other, and a tag is judged without them.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from weaklabel.end_models.interface import Mask
from weaklabel.terms import GivenMatrix, TagRelations, smoothed_share

MOST_OPEN = 0.02
"""The share of given tags without all of their parents up to which given tags count as kept closed. Authors who leave
out a tenth of the tags leave out a tenth of the parents; with a tool that adds them, next to none are missing."""


def keeps_closure(given: GivenMatrix, relations: TagRelations) -> bool:
    """Return whether authors' tags come with the tags above them; False where there are too few to tell."""
    has_parents = np.asarray(relations.parents.sum(axis=1)).ravel() > 0
    below = given.tags.tocoo()
    below_at = has_parents[below.col]
    is_open = lacks_parent(given, relations)[below.row[below_at], below.col[below_at]]
    return smoothed_share(float(is_open.sum()), len(is_open)) <= MOST_OPEN


def lacks_parent(given: GivenMatrix, relations: TagRelations) -> Mask:
    """Return where the author did not give all parents of a tag, bool of shape (records, tags)."""
    n_parents = np.asarray(relations.parents.sum(axis=1)).ravel().astype(np.float32)
    present = (given.tags.astype(np.float32) @ csr_array(relations.parents.T, dtype=np.float32)).toarray()
    lacks: Mask = present < n_parents
    return lacks


def hidden_spellings(relations: TagRelations, *, with_relatives: bool) -> Mask:
    """Return which tags' spellings are not looked at when a tag is judged, bool of shape (tags, tags).

    These are its own and, `with_relatives`, those of all tags above and below it.
    """
    own = np.eye(relations.ancestors.shape[0], dtype=np.bool_)
    if not with_relatives:
        return own
    above = relations.ancestors.toarray() > 0
    family: Mask = own | above | above.T
    return family
