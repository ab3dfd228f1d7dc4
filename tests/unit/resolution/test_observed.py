"""What is known before any model runs: each table is made once, and of what models may learn from."""

from dataclasses import replace

import numpy as np
import pytest

from support.exclusive import SETTINGS as CLASS_SETTINGS
from support.exclusive import make_exclusive
from support.zoo import SETTINGS, TAGS, find_lf, make_world
from weaklabel.label_models.cell_symbols import BELOW, BELOW_GIVEN, FIRST_FIELD
from weaklabel.resolution import Observed

CAT, PET = TAGS.index["cat"], TAGS.index["pet"]
GIVEN = [["cat"], ["dog", "no such tag"], ["no such tag"], [], None]


def observe(**settings):
    world = make_world([(CAT, 3, find_lf("name:cat@title"), 1)], GIVEN)
    return Observed.of(replace(SETTINGS, **settings), *world)


def test_of_given_tags_that_are_ignored_nothing_is_learnt_though_they_are_known():
    observed = observe(given_tags="ignore")
    assert observed.given_matrix.labelled.tolist() == [True, True, True, True, False]
    assert observed.given_matrix.tags.nnz == 2
    assert not observed.learnt_from.labelled.any()
    assert observed.learnt_from.tags.nnz == 0
    assert not (observed.symbols & BELOW_GIVEN).any()


def test_given_tags_that_are_used_are_those_that_are_known():
    observed = observe()
    assert observed.learnt_from is observed.given_matrix
    assert observed.symbols[0, PET] == BELOW_GIVEN
    assert (observed.symbols[3, CAT], observed.symbols[3, PET]) == (FIRST_FIELD, BELOW)


def test_of_classes_only_those_of_the_vocabulary_are_learnt_from():
    inputs, votes, given = make_exclusive([["bread"], ["no such class"], None, *[["music"]] * 93])
    observed = Observed.of(CLASS_SETTINGS, inputs, votes, given)
    assert observed.given_matrix.labelled[:4].tolist() == [True, True, False, True]
    assert observed.learnt_from.labelled[:4].tolist() == [True, False, False, True]


def test_what_a_pattern_is_worth_is_counted_with_and_without_what_was_given_below():
    observed = observe()
    assert observed.precision.row[BELOW_GIVEN] != observed.precision.row[0]
    assert observed.precision_alone.row[BELOW_GIVEN] == observed.precision_alone.row[0]


@pytest.mark.parametrize("name", ["symbols", "precision", "given_matrix", "relations"])
def test_each_table_is_made_once(name):
    observed = observe()
    assert getattr(observed, name) is getattr(observed, name)


def test_other_given_tags_make_other_tables():
    observed = observe()
    assert observed.symbols[0, PET] == BELOW_GIVEN
    other = replace(observed, given=[None, *observed.given[1:]])
    assert other.symbols[0, PET] == 0
    assert np.flatnonzero(other.learnt_from.labelled).tolist() == [1, 2, 3]
