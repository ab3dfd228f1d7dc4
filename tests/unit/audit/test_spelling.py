import pytest

from weaklabel.audit import find_misspellings
from weaklabel.terms import GivenTag, SpellingMatch


def only(given):
    [finding] = find_misspellings([None, (given,)])
    assert (finding.record, finding.given) == (1, given.spelling)
    return finding


@pytest.mark.parametrize(
    ("how", "kind", "named"),
    [
        ("form", "misspelt", "in another form"),
        ("typo", "misspelt", "typing error for 'surface'"),
        ("truncated", "misspelt", "'surface', cut off"),
        ("alias", "alias", "alias of 'tag'"),
    ],
)
def test_each_way_of_spelling_has_its_kind_and_reason(how, kind, named):
    finding = only(GivenTag("spelt", SpellingMatch("tag", how, "surface", 0.75)))
    assert (finding.kind, finding.tag, finding.score) == (kind, "tag", 0.75)
    assert "'spelt'" in finding.reason
    assert named in finding.reason
    assert finding.reason.endswith("Write 'tag'.")


def test_an_unknown_spelling_names_the_most_similar_tag_where_there_is_one():
    finding = only(GivenTag("xyz", None, "xyzzy"))
    assert (finding.kind, finding.tag, finding.score) == ("unknown", None, 1.0)
    assert "'xyz' is not in the vocabulary" in finding.reason
    assert "'xyzzy'" in finding.reason
    assert "similar" not in only(GivenTag("xyz", None)).reason


def test_a_tag_written_as_the_vocabulary_writes_it_has_no_finding():
    assert list(find_misspellings([(GivenTag("tag", SpellingMatch("tag", "name", "tag", 1.0)),), (), None])) == []


def test_every_wrong_spelling_of_a_record_has_its_own_finding():
    found = find_misspellings([(GivenTag("x", None), GivenTag("y", None)), (GivenTag("x", None),)])
    assert [(f.record, f.given) for f in found] == [(0, "x"), (0, "y"), (1, "x")]
