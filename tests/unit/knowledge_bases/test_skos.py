"""SKOS files, each written here, and one that rdflib writes; nothing may reach the network or another file."""

import contextlib
import json
import socket
import urllib.request

import pytest

from support.problems import shown, what, where

rdflib = pytest.importorskip("rdflib", reason="the extra kb is not installed")

from weaklabel import Project  # noqa: E402 - after the check
from weaklabel.errors import Place, TagsError  # noqa: E402
from weaklabel.inputs import parse_vocabulary  # noqa: E402
from weaklabel.tags import export_tags  # noqa: E402
from weaklabel.terms import TagLabels  # noqa: E402

TURTLE = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix ex: <https://example.org/bread/> .

ex:baking a skos:Concept ;
    skos:prefLabel "baking"@en , "Backen"@de ;
    skos:narrower ex:rye .

ex:rye a skos:Concept ;
    skos:prefLabel " rye \\n bread "@en-GB, "Roggenbrot"@de ;
    skos:altLabel "black bread"@en-GB, "Schwarzbrot"@de, "RB" ;
    skos:hiddenLabel "rye bred"@en-gb, "Rye-Bread"@en-GB ;
    skos:definition "Roggen."@de ; skos:scopeNote "Bread of rye."@en-gb .

<https://example.org/bread/pumpernickel> a skos:Concept ;
    skos:prefLabel "pumpernickel" ;
    skos:definition "Baked for a day." ;
    skos:broader ex:rye, ex:rye .

ex:sippets skos:prefLabel "sippets"@en ; owl:deprecated true .
"""
XML_HEAD = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:skos="http://www.w3.org/2004/02/skos/core#" xmlns:owl="http://www.w3.org/2002/07/owl#">\n'
)
PREFIXES = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix ex: <http://e/> .\n"


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(urllib.request, "urlopen", refuse)


def read(text, name="t.ttl", **labels):
    return parse_vocabulary(name, text.encode(), TagLabels(**labels))


def refuse(text, name="t.ttl"):
    with pytest.raises(TagsError) as caught:
        read(text, name)
    return caught.value.problems


def facts(vocabulary):
    return {tag.name: (tag.aliases, tag.parents, tag.description) for tag in vocabulary.tags}


EXPECTED = {
    "baking": ((), (), ""),
    "rye bread": (("RB", "black bread", "rye bred"), ("baking",), "Bread of rye."),
    "pumpernickel": ((), ("rye bread",), "Baked for a day."),
}


def test_labels_become_names_aliases_parents_and_descriptions():
    vocabulary, warnings = read(TURTLE)
    assert facts(vocabulary) == EXPECTED
    assert warnings == []
    assert vocabulary["rye bread"].place == Place("t.ttl", 9)
    assert vocabulary["pumpernickel"].place == Place("t.ttl", 15)


@pytest.mark.parametrize("ending", ["rdf", "owl", "xml"])
def test_rdf_xml_says_the_same_and_knows_its_lines(ending):
    text = rdflib.Graph().parse(data=TURTLE, format="turtle").serialize(format="xml")
    vocabulary, warnings = read(text, f"t.{ending}")
    assert facts(vocabulary) == EXPECTED
    assert warnings == []
    line = vocabulary["rye bread"].place.line
    assert "https://example.org/bread/rye" in text.split("\n")[line - 1]


def test_another_language_is_chosen_and_where_it_lacks_the_first_is_taken_and_counted():
    vocabulary, [warning] = read(TURTLE + 'ex:thé skos:prefLabel "thé"@fr, "чай"@ru .\n', language="de")
    assert facts(vocabulary) == {
        "Backen": ((), (), ""),
        "Roggenbrot": (("RB", "Schwarzbrot"), ("Backen",), "Roggen."),
        "pumpernickel": ((), ("Roggenbrot",), "Baked for a day."),
        "thé": ((), (), ""),
    }
    assert (warning.severity, warning.what) == ("warning", "1 concept has no label in 'de': fr 1.")


def test_dangling_links_and_links_to_what_is_left_out_are_said_with_iri_and_line():
    text = PREFIXES + (
        'ex:a skos:prefLabel "a" ; skos:broader ex:gone, ex:old, ex:dumb .\n'
        'ex:old skos:prefLabel "old" ; <http://www.w3.org/2002/07/owl#deprecated> "true" .\n'
        "ex:dumb a skos:Concept .\n"
    )
    vocabulary, warnings = read(text)
    assert facts(vocabulary) == {"a": ((), (), "")}
    assert shown(warnings) == [
        "t.ttl:5: http://e/dumb has no label; it is left out. Give it one.",
        *(
            f"t.ttl:3: http://e/{name}, which http://e/a ('a') stands below, {why}; it is no parent. "
            "Name a concept of the file, or remove it."
            for name, why in (("dumb", "has no label"), ("gone", "is not in the file"), ("old", "is obsolete"))
        ),
    ]


def test_a_cycle_is_an_error_with_its_path():
    links = "".join(
        f'ex:{a} skos:prefLabel "{a.upper()}" ; skos:broader ex:{b} .\n' for a, b in ("ab", "bc", "ca", "dd")
    )
    problems = refuse(PREFIXES + links)
    assert sorted(what(problems)) == [
        "concepts are their own ancestors: http://e/a ('A') → http://e/b ('B') → http://e/c ('C') → http://e/a ('A').",
        "concepts are their own ancestors: http://e/d ('D') → http://e/d ('D').",
    ]
    assert sorted(where(problems)) == [(3, 0), (6, 0)]


def test_two_concepts_of_one_label_become_one_tag_and_are_said():
    vocabulary, [warning] = read(
        PREFIXES + 'ex:a skos:prefLabel "Mercury" ; skos:altLabel "Hg" .\n'
        'ex:b skos:prefLabel "Mercury " ; skos:altLabel "hermes" ; skos:broader ex:c .\nex:c skos:prefLabel "god" .\n'
    )
    assert facts(vocabulary)["Mercury"] == (("Hg", "hermes"), ("god",), "")
    assert warning.what == "http://e/a and http://e/b have one label, 'Mercury'; they become one tag."
    assert warning.place == Place("t.ttl", 4)


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        (PREFIXES + "ex:a skos:prefLabel\n  'a' 'b' .", "this is not valid Turtle", 4),
        (PREFIXES + "ex:a\n y:b 'x' .", "this is not valid Turtle", 4),
        (PREFIXES + "ex:a ex:b ex:c .", "the file has no SKOS concepts", 0),
        ("", "the file has no SKOS concepts", 0),
    ],
)
def test_what_is_no_skos_in_turtle(text, message, line):
    [problem] = refuse(text)
    assert (problem.what.startswith(message), problem.place.line) == (True, line)


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("<a>\n<b></a>", "this is not valid XML: mismatched tag.", 2),
        ("", "this is not valid XML: no element found.", 1),
        ("<a/>", "the file has no SKOS concepts", 0),
        (XML_HEAD + '<skos:Concept rdf:about="x" rdf:ID="y"/></rdf:RDF>', "this cannot be read as RDF", 0),
    ],
)
def test_what_is_no_skos_in_xml(text, message, line):
    [problem] = refuse(text, "t.rdf")
    assert (problem.what.startswith(message), problem.place.line) == (True, line)


def concept(label):
    return f'{XML_HEAD}<skos:Concept rdf:about="http://e/a"><skos:prefLabel>{label}</skos:prefLabel></skos:Concept></rdf:RDF>'


def test_entities_of_other_files_are_refused(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    for source in (secret.as_uri(), "http://127.0.0.1:9/x"):
        [problem] = refuse(f'<!DOCTYPE r [\n<!ENTITY x SYSTEM "{source}">]>\n{concept("&x;")}', "t.rdf")
        assert problem.what == "the entity 'x' is not a plain text of this file."
        assert problem.place == Place("t.rdf", 2)
    [problem] = refuse(f'<!DOCTYPE r [<!ENTITY % x SYSTEM "{secret.as_uri()}"> %x;]>\n{concept("a")}', "t.rdf")
    assert "'x'" in problem.what
    vocabulary, _ = read(f'<!DOCTYPE r SYSTEM "{secret.as_uri()}">\n{concept("a")}', "t.rdf")
    assert vocabulary.names == ("a",)


def test_entities_that_grow_are_refused_at_once():
    grow = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 20))
    [problem] = refuse(f'<!DOCTYPE r [<!ENTITY a0 "aaaa">{grow}]>{concept("&a19;")}', "t.rdf")
    assert "'a1'" in problem.what


def test_abbreviations_that_editors_write_are_read():
    text = '<!DOCTYPE r [<!ENTITY e "http://e/">]>' + concept("tea").replace("http://e/", "&e;")
    vocabulary, _ = read(text, "t.owl")
    assert vocabulary["tea"].place == Place("t.owl", 2)


def test_imports_are_not_followed():
    text = PREFIXES + (
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n<http://e/> owl:imports <http://127.0.0.1:9/x> .\n"
        'ex:a skos:prefLabel "a" ; skos:inScheme <http://127.0.0.1:9/y> .\n'
    )
    assert read(text)[0].names == ("a",)


def test_the_export_makes_the_same_vocabulary():
    vocabulary, _ = read(TURTLE)
    again, warnings = parse_vocabulary("t.json", export_tags(vocabulary))
    assert facts(again) == facts(vocabulary)
    assert warnings == []


def test_a_project_reads_it_in_the_language_that_it_names(tmp_path):
    (tmp_path / "t.ttl").write_text(TURTLE, encoding="utf-8")
    (tmp_path / "r.json").write_text(json.dumps([{"id": 1, "title": "Roggenbrot", "tags": None}]), encoding="utf-8")
    (tmp_path / "weaklabel.yaml").write_text(
        "records: r.json\ntags: {path: t.ttl, language: de}\nend_model: none\n", encoding="utf-8"
    )
    run = Project.load(tmp_path).run()
    assert set(run.labels["tag"]) == {"Backen", "Roggenbrot"}
    assert run.manifest["inputs"]["tags"]["tags"] == 3


def test_labels_of_skos_xl_are_things_of_their_own():
    text = PREFIXES + (
        "@prefix xl: <http://www.w3.org/2008/05/skos-xl#> .\n"
        'ex:a xl:prefLabel [ xl:literalForm "rye bread"@en ], [ xl:literalForm "Roggenbrot"@de ] ;\n'
        "  xl:altLabel ex:l ; xl:hiddenLabel [ ] ; skos:altLabel 'loaf' .\n"
        'ex:l a xl:Label ; xl:literalForm "black bread"@en .\n'
    )
    assert facts(read(text)[0]) == {"rye bread": (("loaf", "black bread"), (), "")}
    assert facts(read(text, language="de")[0]) == {"Roggenbrot": (("loaf",), (), "")}


OWL = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix obo: <http://www.geneontology.org/formats/oboInOwl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix ex: <http://e/> .
ex:baking a owl:Class ; rdfs:label "baking" ; rdfs:subClassOf owl:Thing .
ex:rye a owl:Class ;
  rdfs:label "rye bread"@en, "Roggenbrot"@de ; skos:altLabel "black bread"@en ;
  obo:hasExactSynonym "rye" ; obo:hasBroadSynonym "loaf" ;
  rdfs:comment "Bread of rye."@en ;
  rdfs:subClassOf ex:baking, [ a owl:Restriction ; owl:onProperty ex:has ; owl:someValuesFrom ex:flour ] .
ex:sippets a owl:Class ; rdfs:label "sippets" ; owl:deprecated true .
[ a owl:Class ; owl:unionOf () ] rdfs:label "either" .
"""


def test_classes_of_owl_are_concepts_where_there_are_none_of_skos():
    vocabulary, warnings = read(OWL)
    assert facts(vocabulary) == {
        "baking": ((), (), ""),
        "rye bread": (("black bread", "rye"), ("baking",), "Bread of rye."),
    }
    assert warnings == []
    assert vocabulary["rye bread"].place == Place("t.ttl", 7)
    assert read(OWL, synonyms=("broad",))[0]["rye bread"].aliases == ("black bread", "loaf")
    assert read(OWL + 'ex:c skos:prefLabel "concept" .\n')[0].names == ("concept",)


def test_classes_in_a_circle_and_classes_above_that_are_not_there_are_said():
    _, [warning] = read(OWL.replace("ex:baking,", "ex:gone,"))
    assert warning.what.startswith("http://e/gone, which http://e/rye ('rye bread') stands below, is not in the file")
    [problem] = refuse(OWL + "ex:baking rdfs:subClassOf ex:rye .\n")
    assert problem.what.startswith("concepts are their own ancestors: http://e/baking ('baking') → http://e/rye")


@pytest.mark.parametrize("cut", range(0, len(TURTLE), 37))
def test_half_a_file_is_read_or_refused(cut):
    for text, name in ((TURTLE[:cut], "t.ttl"), (TURTLE[cut:], "t.ttl")):
        with contextlib.suppress(TagsError):
            read(text, name)
