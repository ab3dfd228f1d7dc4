import random

import pytest

from support.made import make_records, make_vocabulary, pattern_lf, phrase_lf, python_lf, vote_rows
from weaklabel.terms import Unless
from weaklabel.vote import apply_lfs

VOCABULARY = make_vocabulary("bert", "gnn", "nn")
RECORDS = make_records(
    ["BERT models", "graph neural networks", "plain"],
    descriptions=["", "not bert", "neural network"],
    given=[["bert"], [], None],
)


def cast(*lfs, records=RECORDS, **options):
    return apply_lfs(lfs, records, VOCABULARY, **options)


def rows(*lfs, **options):
    return vote_rows(cast(*lfs, **options), VOCABULARY)


def test_a_phrase_votes_in_its_fields_only_and_once_a_record():
    assert rows(phrase_lf("a", "bert", "bert")) == {("bert", 0, "a", 1)}
    assert rows(phrase_lf("a", "bert", "bert", fields=("description",))) == {("bert", 1, "a", 1)}
    both = rows(phrase_lf("a", "nn", "neural network", "graph", fields=("title", "description")))
    assert both == {("nn", 1, "a", 1), ("nn", 2, "a", 1)}


def test_a_labeling_function_votes_its_polarity_on_all_its_tags():
    assert rows(phrase_lf("a", ("bert", "nn"), "plain", polarity=-1)) == {("bert", 2, "a", -1), ("nn", 2, "a", -1)}


def test_phrases_with_conditions_patterns_and_python_vote_too():
    assert rows(
        phrase_lf("cased", "bert", "BERT", fields=("title", "description"), keep_case=True),
        phrase_lf("unless", "nn", "neural network", fields=("title", "description"), unless=Unless(phrases=("graph",))),
        pattern_lf("regex", "gnn", r"^graph", polarity=-1),
        python_lf("python", "gnn", lambda record: [("gnn", 1)] if record.title == "plain" else []),
    ) == {("bert", 0, "cased", 1), ("nn", 2, "unless", 1), ("gnn", 1, "regex", -1), ("gnn", 2, "python", 1)}


def test_votes_are_sorted_by_tag_record_and_labeling_function():
    votes = cast(*[phrase_lf(name, ("bert", "nn"), "bert", "graph", "plain") for name in "cab"])
    table = list(zip(votes.tag.tolist(), votes.record.tolist(), votes.lf.tolist(), strict=True))
    assert table == sorted(table)
    assert len(table) == 18
    assert votes.lf_ids == ("a", "b", "c")
    assert votes.n_records == 3


def test_the_order_of_labeling_functions_does_not_matter():
    def fail(record):
        raise ValueError(record.title)

    lfs = [
        *(phrase_lf(f"p{i}", "nn", phrase) for i, phrase in enumerate(["neural network", "graph", "models", "plain"])),
        phrase_lf("special", "bert", "bert", keep_case=True),
        pattern_lf("regex", "gnn", "graph"),
        python_lf("python", "bert", lambda record: [("bert", -1)]),
        python_lf("failing", "bert", fail),
    ]
    first = cast(*lfs)
    for seed in range(5):
        random.Random(seed).shuffle(lfs)
        again = cast(*lfs)
        for name in ("tag", "record", "lf", "vote"):
            assert getattr(again, name).tobytes() == getattr(first, name).tobytes()
        assert again.lf_ids == first.lf_ids
        assert [(f.lf_id, f.count, f.first_record) for f in again.failures] == [("failing", 3, 0)]


def test_failures_are_counted_apart_with_the_first_traceback():
    def fail_later(record):
        if record.title == "BERT models":
            return [("bert", 1)]
        raise ValueError(f"cannot read {record.title}")

    votes = cast(python_lf("z", "bert", fail_later), python_lf("fine", "nn", lambda record: [("nn", 1)]))
    [failure] = votes.failures
    assert (failure.lf_id, failure.count, failure.first_record) == ("z", 2, 1)
    assert failure.error == "ValueError: cannot read graph neural networks"
    assert "in fail_later" in failure.traceback
    assert failure.traceback.rstrip().endswith("ValueError: cannot read graph neural networks")
    assert vote_rows(votes, VOCABULARY) == {("bert", 0, "z", 1), *(("nn", i, "fine", 1) for i in range(3))}


def test_an_unknown_tag_is_a_failure_that_names_the_nearest_tag():
    votes = cast(python_lf("a", (), lambda record: [("nn", 1), ("berd", 1)] if record.title == "plain" else []))
    [failure] = votes.failures
    assert (failure.count, failure.first_record) == (1, 2)
    assert failure.error == "it voted on 'berd', which is no tag. Did you mean 'bert'?"
    assert len(votes) == 0  # its other vote on that record does not count either


def test_a_tag_that_was_not_declared_is_a_failure():
    [failure] = cast(python_lf("a", "bert", lambda record: [("nn", 1)])).failures
    assert (
        failure.error
        == "it voted on 'nn', which its declaration does not name (bert). Declare it: tags=['bert', 'nn']."
    )
    assert failure.count == 3


def test_voting_both_ways_on_one_tag_is_a_failure():
    votes = cast(python_lf("a", (), lambda record: [("nn", 1), ("nn", -1), ("bert", 1)]))
    assert votes.failures[0].error == "it voted both present and absent on 'nn'."
    assert votes.failures[0].count == 3
    assert len(votes) == 0


def test_the_same_vote_twice_is_one_vote():
    assert rows(python_lf("a", "nn", lambda record: [("nn", 1), ("nn", 1)])) == {("nn", i, "a", 1) for i in range(3)}


def test_a_keyboard_interrupt_is_no_failure_of_a_labeling_function():
    def stop(record):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cast(python_lf("a", "nn", stop))


def test_a_labeling_function_that_exits_has_failed():
    def leave(record):
        raise SystemExit(3)

    (failure,) = cast(python_lf("a", "nn", leave)).failures
    assert (failure.count, failure.error) == (3, "SystemExit: 3")


def test_python_labeling_functions_see_columns_text_and_tags():
    seen = []

    def look(record):
        seen.append((record.record_id, record.title, record["description"], record.text, record.tags))
        return []

    cast(python_lf("a", "nn", look), n_workers=0)
    assert seen == [
        (1, "BERT models", "", "BERT models", ("bert",)),
        (2, "graph neural networks", "not bert", "graph neural networks\nnot bert", ()),
        (3, "plain", "neural network", "plain\nneural network", None),
    ]


def test_nested_matches_of_generated_labeling_functions_are_dropped_only_where_asked():
    lfs = [
        phrase_lf("g:nn", "nn", "neural network", origin="generated"),
        phrase_lf("g:gnn", "gnn", "graph neural network", origin="generated"),
        phrase_lf("w:nn", "nn", "neural network"),
    ]
    kept = {("gnn", 1, "g:gnn", 1), ("nn", 1, "g:nn", 1), ("nn", 1, "w:nn", 1)}
    assert rows(*lfs) == kept
    assert rows(*lfs, nested_matches="drop") == kept - {("nn", 1, "g:nn", 1)}


def test_a_longer_match_of_the_same_tag_drops_nothing():
    lfs = [
        phrase_lf("a", "nn", "neural network", origin="generated"),
        phrase_lf("b", "nn", "graph neural network", origin="generated"),
    ]
    assert rows(*lfs, nested_matches="drop") == {("nn", 1, "a", 1), ("nn", 1, "b", 1)}


def test_nothing_in_nothing_out():
    assert len(cast()) == 0
    assert cast().n_records == 3
    empty = cast(phrase_lf("a", "nn", "x"), python_lf("b", "nn", lambda record: [("nn", 1)]), records=make_records([]))
    assert (len(empty), empty.n_records, empty.lf_ids) == (0, 0, ("a", "b"))


def test_progress_ends_at_the_whole():
    steps = []
    cast(
        phrase_lf("a", "nn", "x"), pattern_lf("b", "nn", "x"), python_lf("c", "nn", lambda record: []),
        on_progress=lambda done, total: steps.append((done, total)),
    )  # fmt: skip
    assert steps == [(3, 3)]


def test_progress_counts_records_through_all_batches():
    steps = []
    records = make_records(["graph"] * 20_000)
    cast(
        phrase_lf("a", "nn", "graph"), pattern_lf("b", "nn", "x"), records=records, n_workers=2,
        on_progress=lambda done, total: steps.append((done, total)),
    )  # fmt: skip
    assert steps == sorted(steps)
    assert len(steps) > 3
    assert steps[-1] == (20_000, 20_000)


def test_the_matrix_of_a_tag_holds_the_votes_on_it():
    votes = cast(
        phrase_lf("a", "nn", "graph", "plain"),
        phrase_lf("b", "nn", "plain", polarity=-1),
        phrase_lf("c", "bert", "bert"),
    )
    matrix, records, lfs = votes.matrix_of_tag(VOCABULARY.index["nn"])
    assert matrix.tolist() == [[1, 0], [1, -1]]
    assert records.tolist() == [1, 2]
    assert lfs.tolist() == [0, 1]
