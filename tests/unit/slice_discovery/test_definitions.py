from datetime import date

import numpy as np
import yaml

from weaklabel.discovery import ErrorGap, Literal, WeakSlice, join_conditions
from weaklabel.slice_discovery import define_slices, render_definition, say_p

TAG = Literal("given", {"given": "nlp"}, "given nlp", "given nlp")
OTHER = Literal("given", {"given": "code"}, "given code", "given code")
SHORT = Literal("words", {"words": {"<": 10}}, "below 10 words", "words")
OLD = Literal("metadata", {"metadata": {"created": {"<": date(2020, 5, 1)}}}, "created before 2020-05-01", "created")
WEB = Literal("metadata", {"metadata": {"source": "web"}}, "source web", "source")
CLUSTER = Literal("cluster", {"cluster": 3}, "cluster 3 (bert, text)", "cluster")


def weak(*literals, p_value=0.012):
    return WeakSlice(literals, np.ones(4, dtype=bool), 1234, ErrorGap(0.5, 0.2, 0.21, 0.39), p_value)


def test_conditions_are_one_mapping_where_their_keys_allow_it():
    assert join_conditions([TAG, SHORT]) == {"given": "nlp", "words": {"<": 10}}
    assert join_conditions([WEB, TAG, OLD]) == {
        "given": "nlp",
        "metadata": {"source": "web", "created": {"<": date(2020, 5, 1)}},
    }
    assert join_conditions([TAG, OTHER]) == {"all_of": [{"given": "nlp"}, {"given": "code"}]}
    assert join_conditions([OLD, OLD]) == {"all_of": [dict(OLD.where), dict(OLD.where)]}


def test_a_definition_in_yaml():
    (definition,) = define_slices([weak(TAG, OLD)])
    assert render_definition(definition) == (
        "- id: given_nlp_and_created_before_2020_05_01\n"
        "  description: Error 0.50 on 1,234 records, 0.20 elsewhere (+0.30, 95% +0.21 to +0.39; p = 0.012).\n"
        "  where:\n"
        "    given: nlp\n"
        "    metadata:\n"
        "      created: {<: 2020-05-01}\n"
    )
    assert yaml.safe_load(render_definition(definition)) == [definition.declaration()]


def test_ids_are_made_of_conditions_and_are_not_taken():
    named = define_slices([weak(CLUSTER), weak(CLUSTER), weak(TAG)], taken={"cluster_3"})
    assert [definition.slice_id for definition in named] == ["cluster_3_2", "cluster_3_3", "given_nlp"]


def test_a_description_says_the_words_of_a_cluster_which_the_definition_does_not():
    (definition,) = define_slices([weak(TAG, CLUSTER)])
    assert definition.description.startswith("cluster 3 (bert, text): error 0.50 on")


def test_p_values_in_words():
    assert [say_p(p) for p in (0.0, 1e-12, 1e-9, 0.0123, 0.5)] == ["< 1e-09", "< 1e-09", "= 1e-09", "= 0.012", "= 0.5"]
