import pytest

from support.made import make_vocabulary
from weaklabel.documents import Row
from weaklabel.errors import Place, RecordsError
from weaklabel.evaluate import read_gold, score_findings
from weaklabel.terms import KINDS, Finding, GoldRecord, PlantedMislabel


def finding(record, tag, kind, score=0.9, given=None):
    return Finding(record, tag, kind, score, 1, "", given)


GOLD = {
    0: GoldRecord(frozenset({"a", "b"}), (PlantedMislabel("missing", "b"), PlantedMislabel("misspelt", "a", "aa"))),
    1: GoldRecord(frozenset({"c"}), (PlantedMislabel("unsupported", "d"), PlantedMislabel("unknown", None, "xyz"))),
    2: GoldRecord(frozenset()),
}


def quality(findings, gold=GOLD):
    return {row.kind: row for row in score_findings(findings, gold)}


def figures(row):
    return (row.found, row.right, row.known, row.recalled)


def test_every_kind_has_a_row_in_order():
    assert [row.kind for row in score_findings([], GOLD)] == list(KINDS)
    assert figures(quality([])["missing"]) == (0, 0, 1, 0)
    assert quality([])["missing"].precision is None
    assert quality([])["missing"].recall == 0
    assert quality([])["alias"].recall is None


def test_only_the_kinds_that_are_asked_for_have_a_row():
    found = [finding(0, "b", "missing"), finding(1, "d", "unsupported")]
    rows = score_findings(found, GOLD, ("unsupported", "alias"))
    assert [(row.kind, *figures(row)) for row in rows] == [("unsupported", 1, 1, 1, 1), ("alias", 0, 0, 0, 0)]


def test_missing_is_right_where_gold_has_the_tag_whether_planted_or_not():
    row = quality([finding(0, "b", "missing"), finding(1, "c", "missing"), finding(2, "c", "missing")])["missing"]
    assert figures(row) == (3, 2, 1, 1)
    assert row.precision == pytest.approx(2 / 3)
    assert row.recall == 1


def test_unsupported_is_right_where_gold_lacks_the_tag():
    row = quality([finding(1, "d", "unsupported"), finding(1, "c", "unsupported"), finding(2, "a", "unsupported")])
    assert figures(row["unsupported"]) == (3, 2, 1, 1)


def test_missing_parent_is_right_where_gold_has_the_parent():
    rows = quality([finding(0, "a", "missing_parent"), finding(1, "a", "missing_parent")])
    assert figures(rows["missing_parent"]) == (2, 1, 0, 0)
    assert rows["missing_parent"].recall is None


def test_spelling_findings_are_right_where_planted_with_the_same_spelling():
    rows = quality(
        [
            finding(0, "a", "misspelt", given="aa"),
            finding(0, "a", "misspelt", given="ab"),
            finding(1, None, "unknown", given="xyz"),
            finding(0, None, "unknown", given="xyz"),
        ]
    )
    assert figures(rows["misspelt"]) == (2, 1, 1, 1)
    assert figures(rows["unknown"]) == (2, 1, 1, 1)


def test_findings_below_one_half_and_on_records_without_gold_are_left_out():
    rows = quality([finding(0, "b", "missing", 0.5), finding(0, "a", "missing", 0.51), finding(9, "a", "missing", 1.0)])
    assert figures(rows["missing"]) == (1, 1, 1, 0)


def test_a_finding_of_another_kind_recalls_nothing():
    assert quality([finding(0, "b", "missing_parent")])["missing"].recalled == 0


def test_gold_is_read_by_id_whatever_its_type():
    rows = [
        Row({"id": 7, "tags": ["a"], "planted": [{"kind": "unknown", "given": "x"}]}, Place("g", 1)),
        Row({"id": "3", "tags": []}, Place("g", 2)),
    ]
    assert read_gold(rows, [3, 5, 7], make_vocabulary("a")) == {
        2: GoldRecord(frozenset({"a"}), (PlantedMislabel("unknown", None, "x"),)),
        0: GoldRecord(frozenset()),
    }


def test_every_wrong_gold_row_is_named_with_its_line():
    rows = [
        Row({"id": "recrd", "tags": []}, Place("g", 1)),
        Row({"id": "record"}, Place("g", 2)),
        Row({"id": "record", "tags": [1]}, Place("g", 3)),
        Row([], Place("g", 4)),
    ]
    with pytest.raises(RecordsError) as caught:
        read_gold(rows, ["record"], make_vocabulary("a"))
    lines = str(caught.value).split("\n")
    assert [line.split(": ")[0] for line in lines] == ["g:1", "g:2", "g:3", "g:4"]
    assert "no record has the id 'recrd'. Did you mean 'record'?" in lines[0]


def test_unknown_tags_and_kinds_and_a_second_row_for_a_record_are_errors():
    rows = [
        Row({"id": 1, "tags": ["pyhton"]}, Place("g", 1)),
        Row({"id": 1, "tags": ["python"]}, Place("g", 2)),
        Row({"id": 2, "tags": [], "planted": [{"kind": "mising", "tag": "python"}]}, Place("g", 3)),
        Row({"id": 3, "tags": [], "planted": ["missing"]}, Place("g", 4)),
    ]
    with pytest.raises(RecordsError) as caught:
        read_gold(rows, [1, 2, 3], make_vocabulary("python"))
    assert [str(problem) for problem in caught.value.problems] == [
        "g:1: 'pyhton' is no tag. Did you mean 'python'?",
        "g:2: the id '1' stands twice. Join the two rows.",
        "g:3: 'mising' is no kind of mislabel. Did you mean 'missing'?",
        'g:4: the planted mislabels are no list of objects. Write {"kind": "…", "tag": "…"}.',
    ]


def test_how_a_tag_was_meant_is_not_known_where_no_mislabels_are_named():
    found = [finding(0, "a", "misspelt", given="aa"), finding(0, "b", "missing")]
    rows = quality(found, {0: GoldRecord(frozenset({"a", "b"}))})
    assert figures(rows["misspelt"]) == (1, None, 0, 0)
    assert rows["misspelt"].precision is None
    assert rows["missing"].precision == 1
    assert quality(found)["misspelt"].precision == 1
