import pyarrow as pa

from support.made import make_records, make_vocabulary, phrase_lf
from weaklabel.vote.arrow import MAX_ERROR_CHARACTERS, votes_to_arrow
from weaklabel.vote.batch import BatchVotes, FailedCall

VOCABULARY = make_vocabulary("go", "rust")
LFS = [phrase_lf("a", "go", "go"), phrase_lf("b", ["go", "rust"], "x"), phrase_lf("c", "rust", "rust")]
NAME = pa.dictionary(pa.int32(), pa.string())


def test_each_vote_and_each_failed_call_is_a_row_in_the_order_of_records():
    records = make_records(["x", "y", "z"], ids=[30, 20, 10])
    votes = BatchVotes.of(
        [(2, 0, 0, 1), (0, 1, 1, -1), (0, 1, 0, 1)], [FailedCall(0, 0, "it broke"), FailedCall(2, 2, "too slow")]
    )
    table = votes_to_arrow(votes, records, LFS, VOCABULARY)
    assert table.to_pylist() == [
        {"record_id": 30, "lf": "a", "tag": None, "vote": 0, "error": "it broke"},
        {"record_id": 30, "lf": "b", "tag": "go", "vote": 1, "error": None},
        {"record_id": 30, "lf": "b", "tag": "rust", "vote": -1, "error": None},
        {"record_id": 10, "lf": "a", "tag": "go", "vote": 1, "error": None},
        {"record_id": 10, "lf": "c", "tag": None, "vote": 0, "error": "too slow"},
    ]
    assert table.schema.types == [pa.int64(), NAME, NAME, pa.int8(), pa.string()]


def test_ids_that_are_texts_stay_texts():
    table = votes_to_arrow(BatchVotes.of([(0, 0, 0, 1)]), make_records(["x"], ids=["7"]), LFS, VOCABULARY)
    assert table.column("record_id").to_pylist() == ["7"]
    assert table.schema.field("record_id").type == pa.string()


def test_no_votes_are_a_table_without_rows():
    table = votes_to_arrow(BatchVotes.of(()), make_records(["x"]), LFS, VOCABULARY)
    assert table.num_rows == 0
    assert table.schema.names == ["record_id", "lf", "tag", "vote", "error"]


def test_an_error_is_cut_and_holds_no_half_character():
    failed = [FailedCall(0, 0, "x" * 2000), FailedCall(1, 0, "odd \ud800")]
    table = votes_to_arrow(BatchVotes.of((), failed), make_records(["x"]), LFS, VOCABULARY)
    assert table.column("error").to_pylist() == ["x" * (MAX_ERROR_CHARACTERS - 1) + "…", "odd ?"]
