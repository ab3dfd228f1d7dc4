"""Which files are knowledge bases, and what is said where the extra is not installed."""

import pytest

from support.made import make_vocabulary
from weaklabel.errors import TagsError
from weaklabel.inputs import parse_vocabulary
from weaklabel.knowledge_bases import is_knowledge_base
from weaklabel.tags import export_tags
from weaklabel.terms import Tag, Vocabulary


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("a.ttl", True), ("A.OBO", True), ("b.rdf", True), ("c.owl", True), ("d.xml", True),
        ("https://e/x.ttl?y=1", True),
        ("a.json", False), ("https://e/ttl", False), ("ttl", False), ("a.ttl.json", False),
    ],
)  # fmt: skip
def test_the_ending_says_it(location, expected):
    assert is_knowledge_base(location) == expected


@pytest.mark.parametrize(("name", "package"), [("a.ttl", "rdflib"), ("a.rdf", "rdflib"), ("a.obo", "obonet")])
def test_without_the_extra_the_error_names_it(name, package, monkeypatch):
    monkeypatch.setattr("weaklabel.knowledge_bases.read.find_spec", lambda wanted: None)
    with pytest.raises(TagsError) as caught:
        parse_vocabulary(name, b"")
    [problem] = caught.value.problems
    assert problem.what == f"a .{name[2:]} file needs the package {package}, which is not installed."
    assert problem.fix == "pip install 'weaklabel[kb]'"


def test_the_export_is_one_tag_a_line():
    tags = [Tag('ü "b"', ("x", "y"), ("a",), "what it is"), Tag("a")]
    exported = export_tags(Vocabulary.of(tags))
    assert exported.decode() == (
        '[\n  {"tag": "a"},\n'
        '  {"tag": "ü \\"b\\"", "aliases": ["x", "y"], "parents": ["a"], "description": "what it is"}\n]\n'
    )
    again, _ = parse_vocabulary("t.json", exported)
    assert [(t.name, t.aliases, t.parents, t.description) for t in again.tags] == [
        (t.name, t.aliases, t.parents, t.description) for t in Vocabulary.of(tags).tags
    ]
    assert export_tags(make_vocabulary()) == b"[\n\n]\n"
