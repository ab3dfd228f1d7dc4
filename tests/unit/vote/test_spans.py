from concurrent.futures import ThreadPoolExecutor

from support.made import make_records, pattern_lf, phrase_lf, python_lf
from weaklabel.terms import Span
from weaklabel.vote import find_spans

RECORDS = make_records(["Straße maps", "x"], descriptions=["a STRASSE, a strasse", "strasse"])


def test_spans_name_their_field_and_its_offsets():
    lf = phrase_lf("a", "t", "strasse", fields=("title", "description"))
    assert find_spans(lf, RECORDS, 0) == [
        Span("title", 0, 6),
        Span("description", 2, 9),
        Span("description", 13, 20),
    ]
    assert find_spans(lf, RECORDS, 1) == [Span("description", 0, 7)]


def test_only_the_fields_that_the_labeling_function_reads_are_searched():
    assert find_spans(phrase_lf("a", "t", "strasse"), RECORDS, 1) == []


def test_two_phrases_on_one_stretch_give_one_span():
    lf = phrase_lf("a", "t", "strasse", "straße")
    assert find_spans(lf, RECORDS, 0) == [Span("title", 0, 6)]


def test_a_pattern_has_spans_and_a_python_labeling_function_has_none():
    assert find_spans(pattern_lf("a", "t", "map"), RECORDS, 0) == [Span("title", 7, 10)]
    assert find_spans(python_lf("a", "t", lambda record: [("t", 1)]), RECORDS, 0) == []


def test_a_pattern_that_hangs_behind_its_first_match_shows_that_match(monkeypatch):
    monkeypatch.setattr("weaklabel.vote.text.SPANS_TIMEOUT_S", 0.1)
    records = make_records(["x" + "a" * 40 + "b"])
    assert find_spans(pattern_lf("a", "t", r"x|(a+)+$"), records, 0) == [Span("title", 0, 1)]


def test_in_another_thread_where_no_time_limit_is_kept_a_pattern_shows_its_first_match():
    with ThreadPoolExecutor(1) as threads:
        spans = threads.submit(find_spans, pattern_lf("b", "t", "a"), make_records(["a a a"]), 0).result()
    assert spans == [Span("title", 0, 1)]
    assert len(find_spans(pattern_lf("b", "t", "a"), make_records(["a a a"]), 0)) == 3
