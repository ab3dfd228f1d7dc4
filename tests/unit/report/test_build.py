"""What a report says of a run, worked out by hand; and every section's data, pinned."""

import json
import os
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest

from support.made import make_records
from support.reports import make_material, tiny_report
from weaklabel.errors import OutputError
from weaklabel.report import Report, build_report, parse_report, report_json
from weaklabel.report.cards import MAX_CARDS, MAX_FIELDS, MAX_GIVEN
from weaklabel.report.lfs import MAX_SILENT
from weaklabel.report.spellings import MAX_ROWS
from weaklabel.terms import Evidence, Finding, LFSummaryRow

GOLDEN = Path(__file__).parents[2] / "golden" / "report"
UPDATE = "WEAKLABEL_UPDATE_GOLDEN"
NAN = float("nan")


@pytest.mark.parametrize("section", [field.name for field in fields(Report)])
def test_the_data_of_every_section_is_the_golden_one(section):
    said = json.loads(report_json(tiny_report()))[section]
    path = GOLDEN / f"{section}.json"
    if os.environ.get(UPDATE):
        path.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert said == json.loads(path.read_text(encoding="utf-8")), f"if it is meant: {UPDATE}=1 pytest {Path(__file__)}"


def test_report_json_is_read_back_as_it_was():
    report = tiny_report()
    assert parse_report(report_json(report), "report.json") == report
    numbered = build_report(make_material(make_records(["x"], given=[["t"]], ids=[7]), [finding(0, "missing")]))
    assert parse_report(report_json(numbered), "report.json").cells[0].cards[0].record_id == 7


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: {**data, "schema": 99}, "schema 99"),
        (lambda data: {**data, "queue": 3}, "queue"),
        (lambda data: {key: value for key, value in data.items() if key != "lfs"}, "lfs"),
    ],
)
def test_a_report_json_of_another_version_is_refused_with_its_path(change, message):
    data = change(json.loads(report_json(tiny_report())))
    with pytest.raises(OutputError, match=message) as raised:
        parse_report(json.dumps(data).encode(), "out/report.json")
    assert str(raised.value).startswith("out/report.json: ")


def finding(record, kind, score=0.9, tag="t", spelling=None, reason="because"):
    return Finding(record, tag, kind, score, 1, reason, spelling)


def row(lf, tag="t", coverage=0.5, polarity="present", origin="yaml"):
    return LFSummaryRow(lf, tag, origin, "keyword", polarity, coverage, 0, 0, NAN, NAN, NAN, 0, 0)


RECORDS = make_records(["one", ""], descriptions=["uno", "dos"], given=[["a", "B"], None], ids=["r1", "r2"])


def build(findings=(), summary=(), **others):
    return build_report(make_material(RECORDS, list(findings), summary=summary, **others))


def test_sections_show_likely_findings_and_count_all():
    report = build([finding(0, "missing", 0.9), finding(1, "missing", 0.51), finding(0, "missing", 0.5)])
    missing = report.cells[0]
    assert (missing.kind, missing.total, missing.likely) == ("missing", 3, 2)
    assert [card.record_id for card in missing.cards] == ["r1", "r2"]
    assert [part.kind for part in report.cells] == ["missing", "unsupported", "missing_parent"]
    assert [part.total for part in report.cells[1:]] == [0, 0]


def test_a_card_has_the_given_tags_and_every_text_that_is_not_empty():
    first, second = build([finding(0, "missing"), finding(1, "missing")]).cells[0].cards
    assert (first.given, first.given_total) == (("a", "B"), 2)
    assert [(text.field, [s.text for s in text.segments]) for text in first.texts] == [
        ("title", ["one"]),
        ("description", ["uno"]),
    ]
    assert second.given == ()
    assert [text.field for text in second.texts] == ["description"]


def test_evidence_is_marked_in_its_own_field_only():
    found = Finding(0, "t", "missing", 0.9, 1, "", evidence=(Evidence("x", "present", "description", 0, 3, "uno"),))
    [card] = build([found]).cells[0].cards
    assert [(text.field, [s.lfs for s in text.segments]) for text in card.texts] == [
        ("title", [()]),
        ("description", [("x",)]),
    ]


def test_of_many_fields_those_with_evidence_are_shown_in_the_projects_order():
    texts = {f"f{i}": ("text",) for i in range(MAX_FIELDS + 2)}
    records = replace(make_records(["x"], given=[[f"g{i}" for i in range(MAX_GIVEN + 4)]]), texts=texts)
    found = Finding(0, "t", "missing", 0.9, 1, "", evidence=(Evidence("x", "present", "f4", 0, 4, "text"),))
    [card] = build_report(make_material(records, [found])).cells[0].cards
    assert [text.field for text in card.texts] == ["f0", "f1", "f4"]
    assert (len(card.given), card.given_total) == (MAX_GIVEN, MAX_GIVEN + 4)


def test_long_lists_are_cut_and_say_how_long_they_are():
    findings = [finding(0, "missing") for _ in range(MAX_CARDS + 5)]
    findings += [finding(0, "unknown", tag=None, spelling=f"s{i}") for i in range(MAX_ROWS + 3)]
    report = build(findings, [row(f"lf{i}") for i in range(MAX_ROWS + 2)])
    assert (len(report.cells[0].cards), report.cells[0].likely) == (MAX_CARDS, MAX_CARDS + 5)
    unknown = report.spellings[2]
    assert (len(unknown.rows), unknown.spellings, unknown.total) == (MAX_ROWS, MAX_ROWS + 3, MAX_ROWS + 3)
    assert (len(report.lfs.rows), report.lfs.row_total, report.lfs.total) == (MAX_ROWS, MAX_ROWS + 2, MAX_ROWS + 2)


def test_spellings_are_counted_the_most_frequent_first():
    findings = [
        finding(0, "misspelt", tag="bert", spelling="brt", reason="first. Write 'bert'."),
        finding(0, "misspelt", tag="gan", spelling="gna"),
        finding(1, "misspelt", tag="bert", spelling="brt", reason="second"),
        finding(0, "alias", tag="gan", spelling="adversarial"),
    ]
    misspelt, alias, unknown = build(findings).spellings
    assert [(r.given, r.tag, r.records, r.reason, r.fix) for r in misspelt.rows] == [
        ("brt", "bert", 2, "first.", "Write “bert” in 2 records."),
        ("gna", "gan", 1, "because", "Write “gan” in 1 record."),
    ]
    assert [(part.total, part.spellings) for part in (misspelt, alias, unknown)] == [(3, 2), (1, 1), (0, 0)]


def test_a_frequent_misspelling_may_become_an_alias_and_an_unknown_one_a_tag():
    records = make_records(["x"] * 5, given=[["brt"]] * 5)
    findings = [finding(i, "misspelt", tag="bert", spelling="brt") for i in range(5)]
    findings += [finding(0, "unknown", tag=None, spelling="new")]
    misspelt, _, unknown = build_report(make_material(records, findings)).spellings
    assert misspelt.rows[0].fix == "Write “bert” in 5 records, or add “brt” to the aliases of “bert”."
    assert unknown.rows[0].fix == "Add it to the vocabulary, by itself or as an alias, or remove it from 1 record."


def test_labeling_functions_are_listed_by_coverage_those_written_by_hand_first_and_silent_ones_are_counted():
    summary = [
        row("b", coverage=0.2),
        row("a", coverage=0.2),
        row("made", coverage=0.9, origin="generated"),
        row("c", coverage=0.7),
        row("d", coverage=0, polarity=""),
    ]
    lfs = build([], summary).lfs
    assert [r.lf for r in lfs.rows] == ["c", "a", "b", "made"]
    assert (lfs.total, lfs.silent) == (5, 1)
    assert lfs.rows[0].agreement is None


def test_labeling_functions_that_never_vote_are_named_those_written_by_hand_first():
    summary = [
        row("made", polarity="", origin="generated"),
        *(row(f"lf{i:03}", polarity="") for i in range(MAX_SILENT)),
        row("heard"),
    ]
    lfs = build([], summary).lfs
    assert (len(lfs.silent_lfs), lfs.silent) == (MAX_SILENT, MAX_SILENT + 1)
    assert lfs.silent_lfs[0] == "lf000"
    assert "made" not in lfs.silent_lfs


def test_groups_are_the_clusters_of_the_analysis_those_written_by_hand_and_the_largest_first():
    summary = [
        *(replace(row(lf, "0", origin="generated"), cluster="m") for lf in "mnop"),
        *(replace(row(lf, "a"), cluster="x") for lf in ("x", "y")),
        *(replace(row(lf, "b"), cluster="x") for lf in ("x", "y", "z")),
        row("alone", "a"),
    ]
    groups = build([], summary).lfs.groups
    assert [(group.tag, group.lfs, group.total) for group in groups] == [
        ("b", ("x", "y", "z"), 3),
        ("a", ("x", "y"), 2),
        ("0", ("m", "n", "o", "p"), 4),
    ]


def test_votes_that_the_reference_contradicts_are_counted_and_the_first_are_named():
    wrong = replace(row("a"), reference="gold", precision=5 / 12, reference_n=12, wrong='["r1", 7]')
    [listed] = build([], [wrong]).lfs.rows
    assert (listed.wrong, listed.wrong_total) == (("r1", 7), 7)
    [unknown] = build([], [row("a")]).lfs.rows
    assert (unknown.wrong, unknown.wrong_total, unknown.precision) == ((), 0, None)


@pytest.mark.parametrize("polarities", [("present", ""), ("", "present")])
def test_a_labeling_function_that_votes_on_one_of_its_tags_is_not_silent(polarities):
    lfs = build([], [row("a", f"t{i}", polarity=p) for i, p in enumerate(polarities)]).lfs
    assert (lfs.total, lfs.silent) == (1, 0)


def test_a_report_of_classes_has_no_sections_of_missing_ones():
    report = build([finding(0, "unsupported"), finding(1, "alias", spelling="s")], task="multiclass")
    assert [part.kind for part in report.cells] == ["unsupported"]
    assert [part.kind for part in report.spellings] == ["misspelt", "alias", "unknown"]


def test_data_health_counts_records_without_tags_text_or_gold():
    records = make_records(["a", " ", "c"], given=[[], None, ["t"]])
    health = build_report(make_material(records)).health
    assert (health.records, health.labelled, health.without_tags, health.without_text) == (3, 2, 1, 1)


def test_the_most_uncertain_cells_are_nearest_to_one_half():
    records = make_records(["a", "b", "c", "d"], given=[["t"], [], None, []])
    cells = [(0, 0, 0.45), (1, 0, 0.51), (2, 0, 0.9), (3, 0, NAN)]
    queue = build_report(make_material(records, cells=cells, given=[(0, 0)])).queue
    assert [(r.record_id, r.title, r.probability, r.is_given) for r in queue.rows] == [
        (2, "b", 0.51, False),
        (1, "a", 0.45, True),
    ]
    assert queue.total == 2


def test_every_row_is_plain_data():
    assert json.loads(report_json(tiny_report())) == json.loads(json.dumps(asdict(tiny_report())))
