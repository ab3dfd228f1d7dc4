# ruff: noqa: E501 - messages are kept whole, as a person reads them
"""Knowledge bases that labeling functions name: their labels as keywords, their branches, their mistakes."""

import pytest

from support.problems import shown
from support.vocabularies import vocabulary
from weaklabel import Project
from weaklabel.documents import Document
from weaklabel.inputs import load_inputs
from weaklabel.lfs import declare_lfs
from weaklabel.terms import PhraseLF

pytest.importorskip("rdflib", reason="the extra kb is not installed")
pytest.importorskip("obonet", reason="the extra kb is not installed")

TAGS = vocabulary("food", "rye-bread = pumpernickel < food", "brioche < food", "oven")
TURTLE = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix ex: <https://example.org/bread#> .
ex:b1 skos:prefLabel "bread"@en, "Brot"@de ; skos:altLabel "loaf"@en .
ex:b2 skos:prefLabel "rye bread"@en, "Roggenbrot"@de ; skos:altLabel "black bread"@en ; skos:broader ex:b1 .
ex:b3 skos:prefLabel "Westphalian"@en ; skos:altLabel "Pumpernickel"@en ; skos:broader ex:b2 .
ex:b4 skos:prefLabel "oven"@en ; skos:altLabel "loaf"@en .
"""
OBO = """\
[Term]
id: B:1
name: bread

[Term]
id: B:2
name: rye bread
synonym: "black bread" EXACT []
synonym: "dark loaf" BROAD []
is_a: B:1
"""
OWL = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ex: <https://example.org/bread#> .
ex:B1 a owl:Class ; rdfs:label "bread" .
ex:B2 a owl:Class ; rdfs:label "rye bread" ; rdfs:subClassOf ex:B1 .
"""


@pytest.fixture
def declare(tmp_path):
    for name, text in (("b.ttl", TURTLE), ("b.obo", OBO), ("c.ttl", OWL)):
        (tmp_path / name).write_text(text, encoding="utf-8")

    def declare(text):
        lfs, problems = declare_lfs(Document(str(tmp_path / "l.yaml"), text), TAGS, ("title",))
        return lfs, [line.replace(f"{tmp_path}/", "") for line in shown(problems)]

    return declare


def look_up(declare, lookup):
    (lf,), problems = declare(f"- {{id: a, tags: food, match: {{lookup: {lookup}}}}}")
    assert problems == []
    assert isinstance(lf, PhraseLF)
    assert (lf.family, lf.tags) == ("lookup", ("food",))
    return lf.phrases


@pytest.mark.parametrize(
    ("lookup", "phrases"),
    [
        ("b.ttl", ("bread", "loaf", "rye bread", "black bread", "Westphalian", "Pumpernickel", "oven")),
        ("{file: b.ttl, branch: rye-bread}", ("rye bread", "black bread", "Westphalian", "Pumpernickel")),
        ("{file: b.ttl, branch: 'https://example.org/bread#b3'}", ("Westphalian", "Pumpernickel")),
        ("{file: b.ttl, branch: [b4, pumpernickel]}", ("Westphalian", "Pumpernickel", "oven", "loaf")),
        ("{file: b.ttl, branch: b2, language: de}", ("Roggenbrot", "Westphalian", "Pumpernickel")),
        ("b.obo", ("bread", "rye bread", "black bread")),
        ("{file: b.obo, branch: 'B:2', synonyms: [exact, broad]}", ("rye bread", "black bread", "dark loaf")),
        ("c.ttl", ("bread", "rye bread")),
    ],
)
def test_labels_are_keywords_of_the_whole_file_or_of_a_branch(declare, lookup, phrases):
    if "de" in lookup:
        (lf,), [warning] = declare(f"- {{id: a, tags: food, match: {{lookup: {lookup}}}}}")
        assert warning.startswith("b.ttl: 2 concepts have no label in 'de': en 2.")
        assert lf.phrases == phrases
    else:
        assert look_up(declare, lookup) == phrases


@pytest.mark.parametrize(
    ("lookup", "said"),
    [
        ("{file: b.ttl, branch: brad}", "l.yaml:3:33: no concept is called 'brad' in b.ttl. Did you mean 'bread'?"),
        ("{file: b.ttl, branch: loaf}", "l.yaml:3:33: 'loaf' may mean https://example.org/bread#b1, https://example.org/bread#b4 in b.ttl. Write one of these ids."),
        ("{file: b.ttl, column: a}", "l.yaml:3:33: match.lookup: a knowledge base has no columns. Remove it; branch names a part of it."),
        ("{file: w.csv, branch: a}", "l.yaml:3:33: match.lookup: w.csv is no knowledge base and has no branch. Remove it, or name a file that ends in .ttl, .rdf, .owl, .xml, .obo."),
        ("{file: b.obo, synonyms: near}", "l.yaml:3:33: match.lookup.synonyms is 'near', which is not known. Did you mean 'narrow'? Write one of exact, narrow, broad, related."),
        ("b.rdf", "l.yaml:3:11: b.rdf: there is no such file. Check the path."),
    ],
)  # fmt: skip
def test_a_wrong_part_is_a_problem_with_its_place(declare, lookup, said):
    assert declare(f"- id: a\n  tags: food\n  match: {{lookup: {lookup}}}\n") == ([], [said])


def test_a_cycle_is_an_error_that_names_the_lookup_and_the_line_of_the_file(declare, tmp_path):
    (tmp_path / "b.ttl").write_text(TURTLE + "ex:b1 skos:broader ex:b3 .\n", encoding="utf-8")
    lfs, [problem] = declare("- {id: a, tags: food, match: {lookup: b.ttl}}")
    assert lfs == []
    assert problem.startswith("l.yaml:1:31: b.ttl:3: concepts are their own ancestors: https://example.org/bread#b1")


def test_dangling_links_are_warnings_said_once_and_the_labeling_functions_stay(declare, tmp_path):
    (tmp_path / "b.ttl").write_text(TURTLE + "ex:b4 skos:broader ex:gone .\n", encoding="utf-8")
    lfs, [warning] = declare(
        "- {id: a, tags: food, match: {lookup: b.ttl}}\n- {id: b, tags: oven, match: {lookup: {file: b.ttl, branch: b4}}}\n"
    )
    assert [lf.id for lf in lfs] == ["a", "b"]
    assert warning.startswith("b.ttl:6: https://example.org/bread#gone, which https://example.org/bread#b4 ('oven')")


def test_each_concept_votes_for_the_tag_that_one_of_its_labels_names(declare):
    lfs, problems = declare(
        "- id: names/{tag}\n  for_each: {concepts: b.ttl}\n  tags: '{tag}'\n  description: labels of {name}\n"
        "  match: {keywords: ['{label}', 'some {label}']}\n  unless: no {label}\n"
    )
    assert problems == []
    assert {lf.id: (lf.tags, lf.description) for lf in lfs} == {
        "names/rye-bread": (("rye-bread",), "labels of rye bread"),
        "names/oven": (("oven",), "labels of oven"),
    }
    rye, oven = lfs
    assert oven.phrases == ("oven", "loaf", "some oven", "some loaf")
    assert oven.unless.phrases == ("no oven", "no loaf")
    labels = ("rye bread", "black bread", "Westphalian", "Pumpernickel")
    assert rye.phrases == (*labels, *(f"some {label}" for label in labels))


def test_one_for_each_concept_of_a_branch_alone(declare):
    text = "- {id: 'n/{tag}', for_each: {concepts: {file: b.ttl, branch: b3}}, tags: '{tag}', match: {keywords: '{label}'}}"
    (lf,), problems = declare(text)
    assert problems == []
    assert (lf.id, lf.phrases) == ("n/rye-bread", ("Westphalian", "Pumpernickel"))


@pytest.mark.parametrize(
    ("for_each", "body", "said"),
    [
        ("{concepts: w.csv}", "{keywords: x}", "l.yaml:2:14: concepts: w.csv is no knowledge base. Name a file that ends in .ttl, .rdf, .owl, .xml, .obo."),
        ("{concepts: {file: b.ttl, branch: b9}}", "{keywords: x}", "l.yaml:2:38: no concept is called 'b9' in b.ttl."),
        ("{concepts: {file: b.ttl, branch: b1, langauge: de}}", "{keywords: x}", "l.yaml:2:50: the key 'langauge' is not known. Did you mean 'language'?"),
        ("{concepts: {file: c.ttl, branch: B1}}", "{regex: '{label}'}", "l.yaml:4:11: {label} stands for several texts. It can stand in lists of texts: keywords, unless, match, no_match. Write {tag} or {name} here."),
        ("{tags: [oven]}", "{keywords: '{label}'}", "l.yaml:4:11: there is no {label} here. This for_each has {tag}, {name}."),
    ],
)  # fmt: skip
def test_a_wrong_for_each_is_a_problem_with_its_place(declare, for_each, body, said):
    lfs, [problem] = declare(f"- id: a/{{tag}}\n  for_each: {for_each}\n  tags: '{{tag}}'\n  match: {body}\n")
    assert lfs == []
    assert said in problem


def test_concepts_that_are_no_tags_make_nothing(declare, tmp_path):
    (tmp_path / "b.obo").write_text("[Term]\nid: B:1\nname: tin\n")
    text = "- {id: 'a/{tag}', for_each: {concepts: b.obo}, tags: '{tag}', match: {keywords: x}}"
    assert declare(text) == (
        [],
        ["l.yaml:1:30: no concept of b.obo that is named has a label that is a tag or an alias. Add such an alias in the tags file, or name tags: … and look up the file under match."],
    )  # fmt: skip


def test_what_is_odd_in_a_file_is_said_once_though_two_labeling_functions_name_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.ttl").write_text(TURTLE + "ex:b4 skos:broader ex:gone .\n", encoding="utf-8")
    (tmp_path / "r.json").write_text('[{"id": 1, "title": "a loaf", "tags": null}]', encoding="utf-8")
    (tmp_path / "lfs").mkdir()
    for name in ("one", "two"):
        text = f"- {{id: {name}, tags: bread, match: {{lookup: {{file: ../b.ttl, branch: bread}}}}}}"
        (tmp_path / "lfs" / f"{name}.yaml").write_text(text, encoding="utf-8")
    inputs = load_inputs(Project.of("r.json", "b.ttl", lfs=tmp_path / "lfs").settings)
    said = [warning for warning in inputs.warnings if "#gone" in warning.what]
    assert sorted(str(warning.place) for warning in said) == sorted(["b.ttl:6", f"{tmp_path}/lfs/../b.ttl:6"])
