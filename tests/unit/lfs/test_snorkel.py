"""Snorkel's labeling functions, as they stand in a file, run unchanged."""

from __future__ import annotations

import pytest

from support.vocabularies import vocabulary
from weaklabel import Record
from weaklabel.lfs import discover_python_lfs
from weaklabel.vote.call import call_lf

TAGS = vocabulary("tensorflow", "nlp", "vision")

SNIPPET = """\
from snorkel.labeling import labeling_function
@labeling_function()
def contains_tensorflow(text):
    condition = any(tag in text.lower() for tag in ("tensorflow", "tf"))
    return "tensorflow" if condition else None
"""  # issue 2, letter for letter


def load(folder, source):
    path = folder / "lfs.py"
    path.write_text(source)
    lfs, problems = discover_python_lfs([path], TAGS, with_entry_points=False)
    assert problems == []
    return {lf.id: lf for lf in lfs}


def record(title, description="", **columns):
    return Record(7, {"title": title, "description": description, **columns}, tags=("given",))


def test_the_snippet_of_issue_2_votes(tmp_path):
    lf = load(tmp_path, SNIPPET)["contains_tensorflow"]
    assert (lf.origin, lf.tags, lf.place.line) == ("snorkel", (), 2)
    votes = {
        text: sorted(call_lf(lf, record(*text), TAGS).votes)
        for text in (("TensorFlow", ""), ("x", "uses tf"), ("Keras", "x"))
    }
    assert votes == {
        ("TensorFlow", ""): [("tensorflow", 1)],
        ("x", "uses tf"): [("tensorflow", 1)],
        ("Keras", "x"): [],
    }


def test_a_data_point_has_its_columns_as_attributes(tmp_path):
    lf = load(
        tmp_path,
        "from snorkel.labeling import labeling_function\n"
        "@labeling_function()\n"
        "def f(x):\n"
        '    """Read several columns."""\n'
        '    assert (x.stars, x["title"], x.tags, x.text) == (5, "t", ("given",), "t\\nd")\n'
        '    return "nlp"\n',
    )["f"]
    outcome = call_lf(lf, record("t", "d", stars=5), TAGS)
    assert (sorted(outcome.votes), outcome.error) == ([("nlp", 1)], "")
    assert lf.description == "Read several columns."


def test_ints_are_named_by_labels(tmp_path):
    lf = load(
        tmp_path,
        "from snorkel.labeling import labeling_function\n"
        'LABELS = {0: "vision", 1: "nlp"}\n'
        "@labeling_function()\n"
        "def f(x):\n"
        '    return {"a": 0, "b": 1, "c": 2}.get(x.title, -1)\n',
    )["f"]
    assert lf.tags == ("vision", "nlp")
    assert [sorted(call_lf(lf, record(title), TAGS).votes) for title in "abz"] == [[("vision", 1)], [("nlp", 1)], []]
    assert "it returned 2, which LABELS lacks. It has 0, 1." in call_lf(lf, record("c"), TAGS).error


def test_an_int_without_labels_is_a_failure_that_says_what_to_write(tmp_path):
    lf = load(
        tmp_path,
        "from snorkel.labeling import labeling_function\n@labeling_function()\ndef f(x):\n    return 1\n",
    )["f"]
    assert "LABELS = {0: …, 1: …}" in call_lf(lf, record("a"), TAGS).error


def test_resources_preprocessors_and_names_are_kept(tmp_path):
    lfs = load(
        tmp_path,
        "from snorkel.labeling import LabelingFunction, labeling_function\n"
        "from snorkel.preprocess import preprocessor\n"
        "@preprocessor()\n"
        "def shout(x):\n"
        "    x.title = x.title.upper()\n"
        "    return x\n"
        '@labeling_function(name="named", resources={"words": {"A"}}, pre=[shout])\n'
        "def f(x, words):\n"
        '    return "nlp" if x.title in words else None\n'
        "def g(x, tag):\n"
        "    return tag\n"
        'made = [LabelingFunction(f"made_{t}", g, resources={"tag": t}) for t in ("nlp", "vision")]\n'
        "made_nlp, made_vision = made\n",
    )
    assert sorted(lfs) == ["made_nlp", "made_vision", "named"]
    point = record("a")
    assert {name: sorted(call_lf(lf, point, TAGS).votes) for name, lf in lfs.items()} == {
        "named": [("nlp", 1)],
        "made_nlp": [("nlp", 1)],
        "made_vision": [("vision", 1)],
    }
    assert point.title == "a"  # a preprocessor changes its own copy


@pytest.mark.parametrize("callable_source", ["functools.partial(len)", "str", "print"])
def test_a_labeling_function_of_any_callable_is_loaded_or_reported(tmp_path, callable_source):
    path = tmp_path / "lfs.py"
    path.write_text(
        "import functools\nfrom snorkel.labeling import LabelingFunction\n"
        f"odd = LabelingFunction('odd', {callable_source})\n"
    )
    lfs, problems = discover_python_lfs([path], TAGS, with_entry_points=False)
    assert [lf.id for lf in lfs] == ["odd"] or problems
