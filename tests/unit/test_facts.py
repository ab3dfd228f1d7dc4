"""What a run says of itself."""

from types import SimpleNamespace

import pytest

from support.made import make_votes
from weaklabel.facts import find_silence, find_strangers, name_models, say_models
from weaklabel.resolution.result import Note
from weaklabel.terms import GivenTag, Settings, SpellingMatch


@pytest.mark.parametrize(
    ("embeddings", "prediction", "named"),
    [
        (None, object(), {}),
        ("a-model", object(), {"embeddings": "a-model"}),
        ("a-model", None, {"embeddings": "not used (only an end model reads them)"}),
    ],
)
def test_embeddings_are_named_with_the_models_or_said_to_be_unused(embeddings, prediction, named):
    settings = Settings(records="r", tags="t", label_model="pooled", embeddings=embeddings)
    resolution = SimpleNamespace(end_model="linear", prediction=prediction)
    assert name_models(settings, resolution) == {"label_model": "pooled", "end_model": "linear", **named}


def test_models_and_what_was_decided_about_them_are_said_in_words():
    note = Note("tags_nobody_gave", "Tags that nobody gave", "3 of 4", "3 of 4: a, b, c")
    resolution = SimpleNamespace(end_model="linear", prediction=object(), notes=(note,))
    said = say_models(Settings(records="r", tags="t"), resolution)
    assert said == {"Label model": "snorkel", "End model": "linear", "Tags that nobody gave": "3 of 4"}
    in_full = say_models(Settings(records="r", tags="t"), resolution, in_full=True)
    assert in_full == {**said, "Tags that nobody gave": "3 of 4: a, b, c"}


def test_only_a_run_without_any_vote_is_warned_of():
    [warning] = find_silence(make_votes([], n_records=2, lf_ids=["a"]))
    assert warning.severity == "warning"
    assert "no labeling function votes on any record" in warning.what
    assert list(find_silence(make_votes([(0, 1, 0, -1)], n_records=2, lf_ids=["a"]))) == []


def test_given_tags_of_which_none_is_in_the_vocabulary_are_warned_of():
    inputs = SimpleNamespace(files={"tags": {"path": "t.json"}})
    strange = [(GivenTag("xx", None), GivenTag("yy", None)), None, (), (GivenTag("xx", None),)]
    [warning] = find_strangers(inputs, strange)
    assert str(warning) == (
        "t.json: no given tag is in the vocabulary: 'xx', 'yy'. Do these records and this tags file belong together?"
    )
    assert warning.severity == "warning"
    known = (GivenTag("Bread", SpellingMatch("bread", "form", "bread", 0.99)),)
    assert list(find_strangers(inputs, [*strange, known])) == []
    assert list(find_strangers(inputs, [None, ()])) == []
