"""Suggestions on records so few that what each labeling function would change is known by hand."""

from dataclasses import replace

import click
import networkx as nx
import numpy as np
import pytest
import yaml

from support.made import make_records, make_vocabulary, phrase_lf
from weaklabel.cli.show_suggestions import ask_suggestions
from weaklabel.documents import read_document
from weaklabel.errors import LabelingFunctionError, OutputError, ProjectError, TagsError
from weaklabel.inputs import Inputs
from weaklabel.lf_additions import append_text, write_suggestions
from weaklabel.lf_suggestions import Query, read_choice, suggest_lfs
from weaklabel.lf_tests import check_lfs
from weaklabel.lfs import declare_lfs, gather_lfs, generate_lfs
from weaklabel.tags import resolve_given
from weaklabel.terms import CellProbabilities, Settings
from weaklabel.vote import apply_lfs

SETTINGS = Settings("records.json", "tags.json")
FILLER = [f"{a} to {b}" for a in ("plain", "odd", "new", "old", "tiny") for b in ("blue", "red", "green", "grey")] * 3


def make_inputs(rows, tags=("baking", "go"), lfs=(), parents=None):
    """Inputs of pairs of a title and given tags, with as many plain records besides."""
    rows = [*rows, *((text, []) for text in FILLER)]
    records = make_records([text for text, _ in rows], given=[given for _, given in rows])
    vocabulary = make_vocabulary(*tags, parents=parents)
    graph = nx.DiGraph()
    graph.add_nodes_from(vocabulary.names)
    graph.add_edges_from((child, parent) for child, above in (parents or {}).items() for parent in above)
    gathered = gather_lfs([*generate_lfs(vocabulary, records.fields), *lfs])
    return Inputs(records, vocabulary, graph, gathered, {}, {}, ())


def suggest(inputs, settings=SETTINGS, resolved=None, **query):
    votes = apply_lfs(inputs.lfs, inputs.records, inputs.vocabulary, n_workers=0)
    given = resolve_given(inputs.records, inputs.vocabulary)
    return suggest_lfs(settings, inputs, votes, given, resolved, Query(**query))


def brief(found):
    return [(lf.entry.tag, lf.entry.polarity, lf.entry.evidence.text) for lf in found.lfs]


LOAVES = [(f"{word} sourdough here", ["baking"]) for word in "abcdefghij"]
GO = [(f"{word} go to x{word}", []) for word in "abcdefghijkl"] + [
    (f"written in go {w}", ["go"]) for w in "mnopqrstuvwx"
]


def test_a_phrase_that_goes_with_a_tag_is_suggested():
    found = suggest(make_inputs(LOAVES))
    assert brief(found) == [("baking", 1, "here")]
    lf = found.lfs[0]
    assert lf.suggestion.right == lf.suggestion.judged == 10
    assert lf.coverage == pytest.approx(10 / 70)
    assert [hit.record for hit in lf.hits] == [0, 1, 2]
    assert [hit.has_tag for hit in lf.hits] == [True] * 3
    assert lf.entry.examples == ("a sourdough here", "b sourdough here", "c sourdough here")
    assert found.reference == "the given tags of 70 records"


def test_what_a_labeling_function_covers_is_not_suggested_again():
    lfs = [phrase_lf("by-hand", "baking", "sourdough")]
    assert brief(suggest(make_inputs(LOAVES, lfs=lfs))) == []


def test_a_vote_on_a_tag_below_covers_the_tag_above():
    rows = [(text, ["baking", "food"]) for text, _ in LOAVES]
    lfs = [phrase_lf("by-hand", "baking", "sourdough")]
    alone = make_inputs(rows, ("baking", "food"), lfs)
    below = make_inputs(rows, ("baking", "food"), lfs, parents={"baking": ["food"]})
    assert brief(suggest(alone)) == [("food", 1, "here")]
    assert brief(suggest(below)) == []


def test_a_given_tag_counts_for_the_tags_above_it():
    found = suggest(make_inputs(LOAVES, ("baking", "food"), parents={"baking": ["food"]}))
    assert {lf.entry.tag for lf in found.lfs} == {"baking", "food"}


def test_a_phrase_around_a_surface_that_means_another_thing_votes_absent():
    found = suggest(make_inputs(GO))
    assert [row for row in brief(found) if row[1] < 0] == [("go", -1, "go to")]
    denied = next(lf for lf in found.lfs if lf.entry.polarity < 0)
    assert denied.suggestion.changed.tolist() == list(range(12))
    assert denied.conflicts == {}
    assert "12 of them in which generated votes are withdrawn" in denied.entry.notes[0]
    assert [row for row in brief(suggest(make_inputs(GO), with_absent=False)) if row[1] < 0] == []


def test_a_surface_of_the_tag_does_not_deny_it():
    rows = [(f"{word} gopher go x{word}", []) for word in "abcdefghijkl"] + GO[12:]
    assert [row for row in brief(suggest(make_inputs(rows))) if row[1] < 0] == [("go", -1, "gopher")]
    lfs = [replace(phrase_lf("name:gopher@title", "go", "gopher"), origin="generated")]
    denied = {row[2] for row in brief(suggest(make_inputs(rows, lfs=lfs))) if row[1] < 0}
    assert "gopher" not in denied


def test_what_a_person_says_is_present_is_not_denied():
    lfs = [phrase_lf("by-hand", "go", "go to")]
    assert [row for row in brief(suggest(make_inputs(GO, lfs=lfs))) if row[1] < 0] == []


def test_among_more_than_two_classes_nothing_votes_absent():
    rows = [(text, given or ["other"]) for text, given in GO]
    two, three = make_inputs(rows, ("go", "other")), make_inputs(rows, ("go", "other", "third"))
    classes = replace(SETTINGS, task="multiclass")
    assert [row for row in brief(suggest(two, classes)) if row[1] < 0] != []
    assert [row for row in brief(suggest(three, classes)) if row[1] < 0] == []


def test_what_others_vote_otherwise_is_told():
    lfs = [
        phrase_lf("not-a", "baking", "a sourdough", polarity=-1),
        phrase_lf("not-b", "baking", "b", "c", polarity=-1),
    ]
    found = suggest(make_inputs(LOAVES, lfs=lfs), least_precision=0.5)
    assert found.lfs[0].conflicts == {"not-b": 2, "not-a": 1}
    assert found.lfs[0].entry.notes[1] == "Votes otherwise: not-b in 2 records, not-a in 1 record."
    assert found.lfs[0].suggestion.changed.tolist() == list(range(3, 10))


def test_unlabelled_records_count_for_coverage_alone():
    rows = [*LOAVES, *((f"sourdough {word} here", None) for word in "xyz")]
    found = suggest(make_inputs(rows))
    assert found.lfs[0].suggestion.judged == 10
    assert len(found.lfs[0].suggestion.changed) == 13
    assert found.reference == "the given tags of 70 records; 3 records without count for coverage alone"


def test_resolved_tags_are_another_reference():
    inputs = make_inputs([(text, None) for text, _ in LOAVES])
    probability = np.array([0.9] * 10 + [0.5])
    flags = np.zeros(11, dtype=np.bool_)
    cells = CellProbabilities(
        record=np.array([*range(10), 20], dtype=np.int32), tag=np.zeros(11, dtype=np.int32), probability=probability,
        voted=flags, raised=flags, silent=np.full((2, 2), np.nan), has_positive=np.zeros(70, dtype=np.bool_),
    )  # fmt: skip
    found = suggest(inputs, resolved=cells, against="resolved")
    assert found.lfs[0].suggestion.right == 10
    assert "resolved tags" in found.lfs[0].entry.description
    assert found.reference == "the tags that the models resolve to for 70 records (probability above 0.5)"


def test_one_tag_a_limit_and_a_bound():
    inputs = make_inputs([*LOAVES, *((f"{word} gopher there", ["go"]) for word in "abcdefghij")])
    assert {row[0] for row in brief(suggest(inputs))} == {"baking", "go"}
    assert {row[0] for row in brief(suggest(inputs, tag="go"))} == {"go"}
    assert len(suggest(inputs, limit=1).lfs) == 1
    assert suggest(inputs, least_precision=1.0).lfs == ()


def test_beginnings_of_words_are_tried_where_asked():
    rows = [
        (f"knead{end} {word}", ["baking"]) for end, word in zip(["ing", "ed", "er"] * 4, "abcdefghijkl", strict=True)
    ]
    found = suggest(make_inputs(rows), with_beginnings=True)
    assert brief(found) == [("baking", 1, r"\bknead\w*")]
    assert len(brief(suggest(make_inputs(rows)))) == 3


def test_without_given_tags_there_is_nothing_to_hold_it_against():
    inputs = make_inputs([])
    bare = replace(inputs, records=make_records(["a", "b"]))
    with pytest.raises(TagsError, match="--against resolved"):
        suggest(bare)


def test_a_tag_that_nobody_gave_gets_none():
    assert brief(suggest(make_inputs([(text, []) for text, _ in LOAVES]))) == []


def test_what_is_held_right_has_two_names():
    assert (read_choice("given"), read_choice("resolved")) == ("given", "resolved")
    with pytest.raises(ProjectError, match="Did you mean 'resolved'"):
        read_choice("resolvd")


# ---- files -----------------------------------------------------------------------------------------------------


def entries(found):
    return [lf.entry for lf in found.lfs]


def test_a_written_file_loads_and_its_examples_hold(tmp_path):
    inputs = make_inputs([*LOAVES, *GO])
    found = suggest(inputs)
    path = tmp_path / "lfs" / "new.yaml"
    assert write_suggestions(path, entries(found), inputs) == len(found.lfs) >= 2
    lfs, problems = declare_lfs(read_document(str(path), OutputError), inputs.vocabulary, inputs.records.fields)
    assert not problems
    assert [lf.id for lf in lfs] == [lf.entry.lf_id for lf in found.lfs]
    tested = check_lfs(replace(inputs, lfs=gather_lfs([*inputs.lfs, *lfs])), timeout_s=5)
    assert tested.problems == ()
    assert tested.examples == sum(len(lf.entry.examples) for lf in found.lfs) >= 4


def test_writing_again_keeps_what_is_there_and_adds_only_what_is_not(tmp_path):
    inputs = make_inputs([*LOAVES, *GO])
    found = suggest(inputs)
    path = tmp_path / "new.yaml"
    path.write_text("# mine\n- {id: mine, tags: go, match: {keywords: [gopher]}}\n")
    before = path.read_text()
    assert write_suggestions(path, entries(found)[:1], inputs) == 1
    once = path.read_text()
    assert once.startswith(before)
    assert write_suggestions(path, entries(found), inputs) == len(found.lfs) - 1
    twice = path.read_text()
    assert twice.startswith(once)
    assert write_suggestions(path, entries(found), inputs) == 0
    assert path.read_text() == twice


def test_an_id_that_is_taken_is_changed(tmp_path):
    inputs = make_inputs(LOAVES)
    found = suggest(inputs)
    path = tmp_path / "new.yaml"
    lf_id = found.lfs[0].entry.lf_id
    path.write_text(f"- {{id: '{lf_id}', tags: go, match: {{keywords: [gopher]}}}}\n")
    assert write_suggestions(path, entries(found), inputs) == 1
    assert [item["id"] for item in yaml.safe_load(path.read_text())] == [lf_id, f"{lf_id}-2"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("- {id: by-hand, tags: go, match: {keywords: [x]}}\n", LabelingFunctionError),
        ("- {id: x, tags: gone, match: {keywords: [x]}}\n", LabelingFunctionError),
        ("- {id: x\n", OutputError),
        ("id: x\n", OutputError),
    ],
)
def test_what_would_not_load_leaves_the_file_as_it_was(tmp_path, text, error):
    inputs = make_inputs(LOAVES, lfs=[phrase_lf("by-hand", "baking", "rye")])
    path = tmp_path / "new.yaml"
    path.write_text("- {id: mine, tags: go, match: {keywords: [gopher]}}\n")
    before = path.read_bytes()
    with pytest.raises(error):
        append_text(path, text, inputs)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["new.yaml"]


def test_a_file_that_would_not_be_read_is_an_error(tmp_path):
    with pytest.raises(OutputError, match=r"end in \.yaml"):
        append_text(tmp_path / "new.txt", "- {id: x, tags: go, match: {keywords: [x]}}\n", make_inputs(LOAVES))
    (tmp_path / "d.yaml").mkdir()
    with pytest.raises(OutputError, match="folder"):
        append_text(tmp_path / "d.yaml", "- {id: x, tags: go, match: {keywords: [x]}}\n", make_inputs(LOAVES))


# ---- asking ----------------------------------------------------------------------------------------------------


def ask(tmp_path, monkeypatch, answers, edited=None):
    inputs = make_inputs([*LOAVES, *GO])
    found = suggest(inputs)
    assert len(found.lfs) >= 2
    given = iter(answers)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _prompt: next(given))
    if edited is not None:
        texts = iter(edited)
        monkeypatch.setattr(click, "edit", lambda _text, **_options: next(texts))
    path = tmp_path / "asked.yaml"
    count = ask_suggestions(found, path, inputs)
    written = yaml.safe_load(path.read_text()) if path.exists() else []
    assert len(written) == count
    return found, [item["id"] for item in written]


def test_yes_no_and_quit(tmp_path, monkeypatch):
    found, ids = ask(tmp_path, monkeypatch, "nyq")
    assert ids == [found.lfs[1].entry.lf_id]


def test_quitting_at_once_writes_nothing(tmp_path, monkeypatch):
    assert ask(tmp_path, monkeypatch, "q")[1] == []


def test_an_edit_is_asked_for_again_until_it_is_right(tmp_path, monkeypatch):
    right = "- {id: mended, tags: go, match: {keywords: [gopher]}}\n"
    assert ask(tmp_path, monkeypatch, "eyq", ["- {id: x, tags: gone, match: {}}\n", right])[1] == ["mended"]


def test_the_end_of_the_input_keeps_what_was_accepted(tmp_path, monkeypatch):
    found, ids = ask(tmp_path, monkeypatch, EndOfInput("yx"))
    assert ids == [found.lfs[0].entry.lf_id]


class EndOfInput(str):
    """Answers after which there are no more."""

    __slots__ = ()

    def __iter__(self):
        yield from str.__iter__(self)
        raise EOFError


def test_an_editor_that_is_not_there_writes_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VISUAL", str(tmp_path / "no-such-editor"))
    assert ask(tmp_path, monkeypatch, "eq", edited=None)[1] == []
    assert "EDITOR" in capsys.readouterr().err


def test_an_edit_that_is_left_empty_writes_nothing(tmp_path, monkeypatch):
    assert ask(tmp_path, monkeypatch, "eq", [None])[1] == []
