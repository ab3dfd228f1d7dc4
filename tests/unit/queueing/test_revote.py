"""Labeling functions that may see given tags vote again where other tags are given."""

import json

import numpy as np
import pytest

from weaklabel import Project
from weaklabel.pipeline import vote_project
from weaklabel.queueing.copies import as_given
from weaklabel.queueing.revote import CopyVotes, give_tags, vote_on_copy

TITLES = ["fox", "owl", "bee", "fox owl", "no animal"]
GIVEN = [["fox"], ["owl"], None, [], ["bee", "owl"]]
TAGS = ["bee", "fox", "owl"]  # in the order of the vocabulary
PYTHON = """
from weaklabel import absent, labeling_function

@labeling_function(tags=["bee", "fox", "owl"])
def copies_the_author(record):
    return record.tags

@labeling_function(tags=["bee"], batch="pandas")
def reads_a_table(frame):
    return [tags is not None and "fox" in tags for tags in frame["tags"]]
"""
YAML = """\
- {id: reads_a_column, tags: [fox], polarity: absent, match: {all_of: [{metadata: {tags: {contains: owl}}}]}}
- {id: asks_for_votes, tags: [owl], match: {all_of: [{tag: {voted: [bee]}}]}}
- {id: speaks_of_owls, tags: [bee], match: {keywords: [owl]}}
"""


@pytest.fixture
def load(tmp_path):
    """Write a project whose authors gave these tags, and let its labeling functions vote."""

    def vote(given, lfs=("python", "yaml")):
        rows = [
            {"id": i, "title": title, "tags": tags} for i, (title, tags) in enumerate(zip(TITLES, given, strict=True))
        ]
        (tmp_path / "records.json").write_text(json.dumps(rows))
        (tmp_path / "tags.json").write_text(json.dumps([{"tag": tag} for tag in TAGS]))
        (tmp_path / "lfs").mkdir(exist_ok=True)
        (tmp_path / "lfs" / "more.py").write_text(PYTHON if "python" in lfs else "")
        (tmp_path / "lfs" / "more.yaml").write_text(YAML if "yaml" in lfs else "[]")
        paths = (str(tmp_path / "records.json"), str(tmp_path / "tags.json"))
        settings = Project.of(*paths, lfs=tmp_path / "lfs", cache=None).settings
        return settings, vote_project(settings).observed

    return vote


def rows_of(votes):
    columns = (votes.record, votes.tag, votes.lf, votes.vote)
    return list(zip(*(column.tolist() for column in columns), strict=True))


OTHER = [None, ["bee"], ["fox", "owl"], ["owl"], []]


@pytest.mark.parametrize("lfs", [("python", "yaml"), ("python",), ("yaml",)])
def test_votes_on_a_copy_are_those_of_a_project_with_these_tags(load, lfs):
    settings, observed = load(GIVEN, lfs)
    _, wanted = load(OTHER, lfs)
    votes = vote_on_copy(settings, observed.inputs, observed.cast, wanted.given)
    assert rows_of(votes) == rows_of(wanted.cast)
    assert rows_of(votes) != rows_of(observed.cast)
    assert votes.lf_ids == observed.cast.lf_ids


def test_votes_are_the_same_where_tags_are_and_where_none_are_seen(load):
    settings, observed = load(GIVEN)
    assert vote_on_copy(settings, observed.inputs, observed.cast, observed.given) is observed.cast
    settings, observed = load(GIVEN, lfs=())
    assert vote_on_copy(settings, observed.inputs, observed.cast, [None] * 5) is observed.cast


def test_votes_on_all_and_on_none_make_those_of_any_copy(load):
    settings, observed = load(GIVEN)
    vocabulary = observed.inputs.vocabulary
    truth = np.random.default_rng(0).random((5, 3)) < 0.5

    def cast(labelled):
        return vote_on_copy(settings, observed.inputs, observed.cast, as_given(truth, labelled, vocabulary))

    nobody, everybody = np.zeros(5, dtype=bool), np.ones(5, dtype=bool)
    votes = CopyVotes(cast(nobody), cast(everybody))
    for number in range(0, 32, 5):
        labelled = np.array([number >> i & 1 for i in range(5)], dtype=bool)
        assert rows_of(votes.where(labelled)) == rows_of(cast(labelled))


@pytest.mark.parametrize(
    ("name", "content", "cells", "null"),
    [
        (
            "r.json",
            '[{"id": 1, "title": "a", "tags": ["fox"]}, {"id": 2, "title": "b", "tags": null}]',
            [["owl", "bee"], ["fox"]],
            None,
        ),
        ("r.csv", "id,title,tags\n1,a,fox\n2,b,\n", ["owl,bee", "fox"], ""),
        ("r.csv", 'id,title,tags\n1,a,"[""fox""]"\n2,b,\n', ['["owl", "bee"]', '["fox"]'], ""),
    ],
)
def test_the_column_of_tags_is_written_as_it_was(tmp_path, name, content, cells, null):
    (tmp_path / name).write_text(content)
    (tmp_path / "tags.json").write_text(json.dumps([{"tag": tag} for tag in TAGS]))
    settings = Project.of(str(tmp_path / name), str(tmp_path / "tags.json"), cache=None).settings
    inputs = vote_project(settings).observed.inputs
    given = as_given(np.array([[1, 0, 1], [0, 1, 0]]) > 0, np.array([True, True]), inputs.vocabulary)
    changed = give_tags(inputs.records, (tuple(reversed(given[0])), given[1]), settings)
    assert changed.given == (("owl", "bee"), ("fox",))
    assert changed.frame["tags"].tolist() == cells
    hidden = give_tags(inputs.records, [None, None], settings)
    assert (hidden.given, hidden.frame["tags"].tolist()) == ((None, None), [null, null])
    assert inputs.records.given == (("fox",), None)
