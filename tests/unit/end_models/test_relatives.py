"""Where given tags are kept closed over the graph, a tag's relatives are no evidence for it."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from support.topics import given_of
from weaklabel.end_models.relatives import MOST_OPEN, hidden_spellings, keeps_closure, lacks_parent
from weaklabel.terms import TagRelations

NLP, BERT, ROBERTA, VISION = range(4)
PARENTS = [(BERT, NLP), (ROBERTA, BERT)]
ABOVE = [*PARENTS, (ROBERTA, NLP)]


def ones(pairs):
    matrix = np.zeros((4, 4))
    for below, above in pairs:
        matrix[below, above] = 1
    return csr_array(matrix)


RELATIONS = TagRelations(ones(PARENTS), ones(ABOVE))


def test_the_share_of_tags_without_their_parents_decides():
    """Of 100 tags with parents, 1 or 2 lack them: (1 + 1/2) / 101 is below the limit, (2 + 1/2) / 101 above."""
    assert 1.5 / 101 < MOST_OPEN < 2.5 / 101
    for n_open in (0, 1, 2, 10, 100):
        rows = [[BERT]] * n_open + [[BERT, NLP]] * (100 - n_open)
        assert keeps_closure(given_of(rows, 4), RELATIONS) == (n_open <= 1)


@pytest.mark.parametrize(("n", "expected"), [(0, False), (23, False), (25, True)])
def test_too_few_tags_with_parents_tell_nothing(n, expected):
    rows = [[BERT, NLP]] * n + [[NLP]] * 50 + [[VISION]] * 50
    assert keeps_closure(given_of(rows, 4), RELATIONS) == expected


def test_unlabelled_records_are_not_looked_at():
    rows = [[BERT, NLP]] * 40
    assert keeps_closure(given_of([*rows, *[None] * 100], 4), RELATIONS)


def test_a_record_lacks_a_parent_where_one_of_them_is_not_given():
    found = lacks_parent(given_of([[], [NLP], [BERT], [ROBERTA, NLP]], 4), RELATIONS)
    assert found[:, BERT].tolist() == [True, False, True, False]
    assert found[:, ROBERTA].tolist() == [True, True, False, True]
    assert not found[:, [NLP, VISION]].any()


def test_relatives_are_all_tags_above_and_below():
    family = hidden_spellings(RELATIONS, with_relatives=True)
    assert family.tolist() == [[True] * 3 + [False]] * 3 + [[False] * 3 + [True]]
    assert hidden_spellings(RELATIONS, with_relatives=False).tolist() == np.eye(4, dtype=bool).tolist()
