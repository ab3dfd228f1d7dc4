from hypothesis import given, settings
from hypothesis import strategies as st

from weaklabel.report.cards import CONTEXT, MAX_TEXT, highlight
from weaklabel.report.data import Segment
from weaklabel.terms import Evidence


def evidence(start, end, lf="x"):
    return Evidence(lf, "present", "title", start, end, "")


def segments(text, *spans):
    return [(segment.text, segment.lfs) for segment in highlight(text, [evidence(*span) for span in spans])]


def test_a_text_without_spans_is_one_plain_segment():
    assert segments("plain") == [("plain", ())]
    assert segments("") == []


def test_a_span_is_cut_out_of_the_text():
    assert segments("a bert b", (2, 6)) == [("a ", ()), ("bert", ("x",)), (" b", ())]
    assert segments("bert", (0, 4)) == [("bert", ("x",))]


def test_overlapping_spans_are_cut_at_each_others_ends():
    assert segments("graph neural network", (0, 20, "gnn"), (6, 20, "nn"), (0, 12, "graph")) == [
        ("graph ", ("gnn", "graph")),
        ("neural", ("gnn", "nn", "graph")),
        (" network", ("gnn", "nn")),
    ]
    assert segments("abcdef", (0, 4, "x"), (2, 6, "y")) == [("ab", ("x",)), ("cd", ("x", "y")), ("ef", ("y",))]


def test_one_labeling_function_is_named_once_a_segment():
    assert segments("abc", (0, 2, "x"), (0, 3, "x")) == [("ab", ("x",)), ("c", ("x",))]


def test_evidence_without_a_span_marks_nothing():
    assert list(highlight("abc", [Evidence("x", "absent")])) == [Segment("abc")]


def test_a_long_text_is_shown_around_its_first_evidence():
    text = "a" * 1000 + "bert" + "b" * 1000 + "gpt"
    found = segments(text, (1000, 1004), (2004, 2007, "y"))
    low = 1000 - CONTEXT
    assert found[0] == ("… ", ())
    assert found[-1] == (" …", ())
    assert "".join(text for text, _ in found[1:-1]) == text[low : low + MAX_TEXT]
    assert [(text, lfs) for text, lfs in found if lfs] == [("bert", ("x",))]


def test_a_long_text_without_evidence_is_shown_from_its_start():
    found = segments("a" * (MAX_TEXT + 1))
    assert found == [("a" * MAX_TEXT, ()), (" …", ())]


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet="ab é機", max_size=MAX_TEXT),
    st.lists(st.tuples(st.integers(0, 600), st.integers(0, 600)), max_size=5),
)
def test_segments_join_to_the_text_and_mark_exactly_the_spans(text, pairs):
    spans = [(min(pair) % (len(text) + 1), max(pair) % (len(text) + 1), f"lf{i}") for i, pair in enumerate(pairs)]
    spans = [(min(a, b), max(a, b), lf) for a, b, lf in spans if a != b]
    found = segments(text, *spans)
    assert "".join(part for part, _ in found) == text
    marked = [set(lfs) for part, lfs in found for _ in part]
    assert marked == [{lf for start, end, lf in spans if start <= i < end} for i in range(len(text))]


def test_a_mark_names_the_class_that_a_vote_is_for_or_against():
    votes = [Evidence("x", "present", "title", 0, 1, "a", "ham"), Evidence("y", "absent", "title", 0, 2, "ab", "spam")]
    assert list(highlight("abc", votes)) == [
        Segment("a", ("x for ham", "y against spam")),
        Segment("b", ("y against spam",)),
        Segment("c"),
    ]
