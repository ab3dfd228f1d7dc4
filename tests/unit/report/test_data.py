import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.made import make_records
from weaklabel.report import build_report
from weaklabel.report.data import CONTEXT, MAX_CARDS, MAX_ROWS, MAX_TEXT, Segment, highlight
from weaklabel.terms import Evidence, Finding, LFSummaryRow

NAN = float("nan")


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


def finding(record, kind, score=0.9, tag="t", spelling=None, reason="because"):
    return Finding(record, tag, kind, score, 1, reason, spelling)


def row(lf, tag="t", coverage=0.5, polarity="present"):
    return LFSummaryRow(lf, tag, "yaml", "keyword", polarity, coverage, 0, 0, NAN, NAN, NAN, 0, 0)


RECORDS = make_records(["one", ""], descriptions=["uno", "dos"], given=[["a", "B"], None], ids=["r1", "r2"])


def test_sections_show_likely_findings_and_count_all():
    report = build_report(
        RECORDS, [finding(0, "missing", 0.9), finding(1, "missing", 0.51), finding(0, "missing", 0.5)], []
    )
    missing = report.sections[0]
    assert (missing.kind, missing.total, missing.likely) == ("missing", 3, 2)
    assert [card.record_id for card in missing.cards] == ["r1", "r2"]
    assert [section.kind for section in report.sections] == ["missing", "unsupported", "missing_parent"]
    assert [section.total for section in report.sections[1:]] == [0, 0]


def test_a_card_has_the_given_tags_and_every_text_that_is_not_empty():
    first, second = build_report(RECORDS, [finding(0, "missing"), finding(1, "missing")], []).sections[0].cards
    assert first.given == ("a", "B")
    assert [(name, [s.text for s in parts]) for name, parts in first.texts] == [
        ("title", ["one"]),
        ("description", ["uno"]),
    ]
    assert second.given == ()
    assert [name for name, _ in second.texts] == ["description"]


def test_evidence_is_marked_in_its_own_field_only():
    found = Finding(0, "t", "missing", 0.9, 1, "", evidence=(Evidence("x", "present", "description", 0, 3, "uno"),))
    [card] = build_report(RECORDS, [found], []).sections[0].cards
    assert [(name, [s.lfs for s in parts]) for name, parts in card.texts] == [
        ("title", [()]),
        ("description", [("x",)]),
    ]


def test_long_lists_are_cut_and_say_how_long_they_are():
    findings = [finding(0, "missing") for _ in range(MAX_CARDS + 5)]
    findings += [finding(0, "unknown", tag=None, spelling=f"s{i}") for i in range(MAX_ROWS + 3)]
    report = build_report(RECORDS, findings, [row(f"lf{i}") for i in range(MAX_ROWS + 2)])
    assert (len(report.sections[0].cards), report.sections[0].likely) == (MAX_CARDS, MAX_CARDS + 5)
    assert len(report.spellings["unknown"]) == MAX_ROWS
    assert report.spelling_totals["unknown"] == (MAX_ROWS + 3, MAX_ROWS + 3)
    assert (len(report.lfs), report.lf_total) == (MAX_ROWS, MAX_ROWS + 2)


def test_spellings_are_counted_the_most_frequent_first():
    findings = [
        finding(0, "misspelt", tag="bert", spelling="brt", reason="first"),
        finding(0, "misspelt", tag="gan", spelling="gna"),
        finding(1, "misspelt", tag="bert", spelling="brt", reason="second"),
        finding(0, "alias", tag="gan", spelling="adversarial"),
    ]
    report = build_report(RECORDS, findings, [])
    assert [(r.given, r.tag, r.records, r.reason) for r in report.spellings["misspelt"]] == [
        ("brt", "bert", 2, "first"),
        ("gna", "gan", 1, "because"),
    ]
    assert report.spelling_totals == {"misspelt": (3, 2), "alias": (1, 1), "unknown": (0, 0)}


def test_labeling_functions_are_listed_by_coverage_and_silent_ones_are_counted():
    summary = [
        row("b", coverage=0.2),
        row("a", coverage=0.2),
        row("c", coverage=0.7),
        row("d", coverage=0, polarity=""),
    ]
    report = build_report(RECORDS, [], summary)
    assert [r.lf for r in report.lfs] == ["c", "a", "b"]
    assert (report.lf_total, report.lf_silent) == (4, 1)


@pytest.mark.parametrize("polarities", [("present", ""), ("", "present")])
def test_a_labeling_function_that_votes_on_one_of_its_tags_is_not_silent(polarities):
    report = build_report(RECORDS, [], [row("a", f"t{i}", polarity=p) for i, p in enumerate(polarities)])
    assert (report.lf_total, report.lf_silent) == (1, 0)


def test_a_report_of_classes_has_no_sections_of_missing_ones():
    findings = [finding(0, "unsupported"), finding(1, "alias", spelling="s")]
    report = build_report(RECORDS, findings, [], task="multiclass")
    assert report.is_multiclass
    assert [section.kind for section in report.sections] == ["unsupported"]
    assert list(report.spellings) == list(report.spelling_totals) == ["misspelt", "alias", "unknown"]


def test_a_mark_names_the_class_that_a_vote_is_for_or_against():
    votes = [Evidence("x", "present", "title", 0, 1, "a", "ham"), Evidence("y", "absent", "title", 0, 2, "ab", "spam")]
    assert list(highlight("abc", votes)) == [
        Segment("a", ("x for ham", "y against spam")),
        Segment("b", ("y against spam",)),
        Segment("c"),
    ]
