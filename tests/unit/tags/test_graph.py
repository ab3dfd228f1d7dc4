from __future__ import annotations

import os
import subprocess
import sys

import pytest

from support.problems import shown, what
from support.vocabularies import vocabulary
from weaklabel.errors import TagsError
from weaklabel.tags import build_graph


def test_edges_go_from_child_to_parent():
    graph, warnings = build_graph(vocabulary("bert < nlp, transformers", "nlp", "transformers < nlp", "alone"))
    assert set(graph.edges) == {("bert", "nlp"), ("bert", "transformers"), ("transformers", "nlp")}
    assert list(graph.nodes) == ["alone", "bert", "nlp", "transformers"]
    assert warnings == []


@pytest.mark.parametrize("written", ["question answering", "QA", "decision-tree", "Decision Trees", "decisiontrees"])
def test_a_parent_by_alias_plural_or_form_is_resolved_with_a_warning(written):
    graph, warnings = build_graph(
        vocabulary(f"child < {written}", "question-answering = qa", "decision-trees = question trees")
    )
    (edge,) = graph.edges
    right = "question-answering" if written.lower().startswith("q") else "decision-trees"
    assert edge == ("child", right)
    assert shown(warnings) == [f"t.json:1: {written!r}, a parent of 'child', was read as {right!r}. Write {right!r}."]


def test_a_parent_that_is_no_tag_is_left_out_with_a_warning():
    graph, warnings = build_graph(vocabulary("unit-test < testing", "nlp < compter-vision", "computer-vision"))
    assert not graph.edges
    assert "testing" not in graph
    assert shown(warnings) == [
        "t.json:2: 'compter-vision', a parent of 'nlp', is no tag; it is left out. Did you mean 'computer-vision'?",
        "t.json:1: 'testing', a parent of 'unit-test', is no tag; it is left out. "
        "Add the tag 'testing', or remove it here.",
    ]


def test_a_parent_that_is_an_alias_of_two_tags_is_said_to_be_that():
    graph, warnings = build_graph(vocabulary("bread = Loaf", "meat = loaf", "rye < loaf"))
    assert not graph.edges
    assert shown(warnings) == [
        "t.json:3: 'loaf', a parent of 'rye', is an alias of 'bread', 'meat'; it is left out. "
        "Write the name of the one that is meant."
    ]


def cycles(*entries):
    with pytest.raises(TagsError) as caught:
        build_graph(vocabulary(*entries))
    return [text for text in what(caught.value.problems) if "ancestors" in text]


def test_a_cycle_is_an_error_with_its_path():
    assert cycles("aa < bb", "bb < cc", "cc < aa", "dd < aa") == ["tags are their own ancestors: aa → bb → cc → aa."]


def test_a_tag_that_is_its_own_parent_is_a_cycle():
    assert cycles("aa < aa") == ["tags are their own ancestors: aa → aa."]


def test_a_tag_that_is_its_own_parent_by_an_alias_is_a_cycle():
    assert cycles("aa = xx < xx") == ["tags are their own ancestors: aa → aa."]


def test_every_separate_cycle_is_reported_at_once():
    assert sorted(cycles("aa < bb", "bb < aa", "cc < dd", "dd < cc")) == [
        "tags are their own ancestors: aa → bb → aa.",
        "tags are their own ancestors: cc → dd → cc.",
    ]


def test_a_cycle_is_reported_together_with_dangling_parents():
    with pytest.raises(TagsError) as caught:
        build_graph(vocabulary("aa < bb, gone", "bb < aa"))
    assert what(caught.value.problems) == [
        "'gone', a parent of 'aa', is no tag; it is left out.",
        "tags are their own ancestors: aa → bb → aa.",
    ]


def test_two_ways_to_one_ancestor_are_no_cycle():
    graph, _ = build_graph(vocabulary("dd < bb, cc", "bb < aa", "cc < aa", "aa"))
    assert graph.number_of_edges() == 4


BOTH_WAYS = """
from support.vocabularies import vocabulary
from weaklabel.tags.graph import find_graph_problems
ring = [f"t{i} < t{(i + 1) % 6}, t{(i - 1) % 6}" for i in range(6)]
print(find_graph_problems(vocabulary(*ring))[-1].what)
"""


def test_a_cycle_among_several_is_told_alike_whatever_the_hash_seed():
    told = set()
    for seed in "0123":
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run([sys.executable, "-c", BOTH_WAYS], env=environment, capture_output=True, check=True)
        told.add(done.stdout)
    assert told == {b"tags are their own ancestors: t0 \xe2\x86\x92 t1 \xe2\x86\x92 t0.\n"}
