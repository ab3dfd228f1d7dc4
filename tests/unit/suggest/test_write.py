import pytest
import yaml

from weaklabel.documents import Document
from weaklabel.suggest import Entry, Evidence, is_declared, make_id, render_entry
from weaklabel.suggest.write import on_one_line


def entry(phrase="rye loaf", *, tag="baking", polarity=1, kind="keywords", **more):
    return Entry("an-id", "Why.", tag, polarity, Evidence(kind, phrase), **more)


def test_an_entry_is_rendered_as_it_is_read():
    text = render_entry(entry(examples=("a rye loaf",), notes=("Gain 3.", "Records: 1.")))
    assert text == (
        "# Gain 3.\n# Records: 1.\n- id: an-id\n  description: Why.\n  tags:\n  - baking\n  match:\n"
        "    keywords:\n    - rye loaf\n  examples:\n    match:\n    - a rye loaf\n"
    )


def test_absent_and_regular_expressions():
    declared = yaml.safe_load(render_entry(entry(r"\bloaf\w*", kind="regex", polarity=-1)))[0]
    assert declared["polarity"] == "absent"
    assert declared["match"] == {"regex": r"\bloaf\w*"}


@pytest.mark.parametrize(
    "phrase", ["no", "1.0", "- a", "a: b", "#tag", "'", '"', "{x}", "[", "*a", "&a", "!t", "%", "@", "`", "|", ">", "~",
               "視覚", "😀", "null", "on", "2020-01-01", "a\u2028b", "\x00", "\ud800", "c#", "? x", ": "]
)  # fmt: skip
def test_what_is_special_in_yaml_comes_back_as_it_was(phrase):
    wanted = entry(phrase, tag=phrase, examples=(phrase,), notes=(phrase,))
    assert yaml.safe_load(render_entry(wanted)) == [wanted.declaration()]


def test_a_note_is_one_line_of_comment():
    assert on_one_line("a\nb\r\x85c\u2028\x07d") == "a b  c  d"
    assert yaml.safe_load(render_entry(entry(notes=("x\n- id: planted",)))) == [entry().declaration()]


@pytest.mark.parametrize(
    ("tag", "phrase", "kind", "polarity", "expected"),
    [
        ("baking", "rye loaf", "keywords", 1, "suggested:baking:rye-loaf"),
        ("go", "go to", "keywords", -1, "suggested:not:go:go-to"),
        ("baking", r"\bloaf\w*", "regex", 1, "suggested:baking:loaf.."),
        ("c++", "视", "keywords", 1, "suggested:cu2bu2b:u89c6"),
    ],
)
def test_ids_name_tag_and_evidence(tag, phrase, kind, polarity, expected):
    assert make_id(tag, Evidence(kind, phrase), polarity, ()) == expected


def test_an_id_that_is_taken_gets_a_number():
    taken = {"suggested:t:a", "suggested:t:a-2"}
    assert make_id("t", Evidence("keywords", "a"), 1, taken) == "suggested:t:a-3"


def test_what_a_file_declares_already():
    document = Document("f.yaml", render_entry(entry()))
    assert is_declared(entry(examples=("other",)), document)
    assert not is_declared(entry(polarity=-1), document)
    assert not is_declared(entry("loaf"), document)
    assert not is_declared(entry(), Document("f.yaml", ""))
    assert not is_declared(entry(), Document("f.yaml", "- 3\n- x\n"))
