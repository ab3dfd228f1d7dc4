import json

import pytest
import spacy
import yaml

from support.made import pattern_lf, phrase_lf
from support.packages import make_package
from weaklabel.documents import Document
from weaklabel.errors import ExchangeError
from weaklabel.exchange.patterns import FORMAT
from weaklabel.lfs import declare_lfs
from weaklabel.terms import TokenPatternLF, Unless

TOKENS = [[{"LOWER": "open"}, {"IS_PUNCT": True, "OP": "?"}, {"LOWER": {"IN": ["ai", "source"]}}]]


def token_lf(lf_id, tag, patterns=TOKENS):
    text = json.dumps(patterns, sort_keys=True)
    return TokenPatternLF(
        id=lf_id, tags=(tag,), origin="yaml", family="spacy", definition=text, patterns=text, pipeline="blank:en",
        fields=("title",),
    )  # fmt: skip


def export(*lfs):
    return FORMAT.export(make_package("a", "b", lfs=lfs))


def travel(*lfs):
    return FORMAT.read(dict(export(*lfs).files)).declarations


def test_phrases_and_token_patterns_come_back_as_they_were():
    lfs = (
        phrase_lf("nets", "a", "neural network", "deep net"),
        phrase_lf("exact", "b", "GAN", keep_case=True),
        token_lf("tokens", "b"),
    )
    assert list(travel(*lfs)) == [
        {"id": "nets", "tags": ["a"], "match": {"keywords": ["neural network", "deep net"]}},
        {"id": "exact", "tags": ["b"], "case": True, "match": {"keywords": ["GAN"]}},
        {"id": "tokens", "tags": ["b"], "match": {"spacy": TOKENS}},
    ]


def test_what_comes_back_is_read_as_labeling_functions():
    lfs = (phrase_lf("nets", "a", "neural network", "c++", "名前"), token_lf("tokens", "b"))
    text = yaml.safe_dump([dict(rule) for rule in travel(*lfs)], allow_unicode=True)
    declared, problems = declare_lfs(Document("lfs.yaml", text), make_package("a", "b").vocabulary, ("title",))
    assert problems == []
    assert {lf.id for lf in declared} >= {"nets", "tokens"}


def test_generated_ones_of_several_fields_are_one():
    lfs = [phrase_lf(f"name:a@{field}", "a", "net", fields=(field,), origin="generated") for field in ("title", "text")]
    assert [rule["id"] for rule in travel(*lfs)] == ["name:a"]


def test_what_patterns_cannot_say_stays_at_home_and_is_named():
    lfs = (
        phrase_lf("good", "a", "x"),
        phrase_lf("against", "a", "x", polarity=-1),
        phrase_lf("guarded", "a", "x", unless=Unless(phrases=("y",))),
        pattern_lf("regex", "a", "x+"),
    )
    parcel = export(*lfs)
    assert [rule["id"] for rule in FORMAT.read(dict(parcel.files)).declarations] == ["good"]
    [warning] = parcel.warnings
    assert "3 labeling functions do: against, guarded, regex." in warning.what


def test_spacys_ruler_finds_what_the_phrases_find():
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("span_ruler", config={"overwrite": False})
    files = export(phrase_lf("nets", "a", "neural network"), phrase_lf("exact", "b", "GAN", keep_case=True)).files
    ruler.add_patterns([json.loads(line) for line in files["patterns.jsonl"].decode().splitlines()])
    doc = nlp("A Neural-Network, a neural network and a GAN, no gan.")
    assert [(span.text, span.label_, span.id_) for span in doc.spans["ruler"]] == [
        ("Neural-Network", "a", "nets"),
        ("neural network", "a", "nets"),
        ("GAN", "b", "exact"),
    ]


def test_prodigys_own_patterns_are_read_with_ids_made_of_labels():
    text = '{"label": "DRUG", "pattern": [{"lower": "opiates"}]}\n{"label": "DRUG", "pattern": [{"lower": "c++"}]}\n'
    assert list(FORMAT.read({"drugs.jsonl": text.encode()}).declarations) == [
        {"id": "pattern:DRUG", "tags": ["DRUG"], "match": {"keywords": ["opiates"]}},
        {"id": "pattern:DRUG:2", "tags": ["DRUG"], "match": {"spacy": [[{"LOWER": "c++"}]]}},
    ]


def test_lines_without_label_or_pattern_are_told_at_once():
    with pytest.raises(ExchangeError) as caught:
        FORMAT.read({"p.jsonl": b'{"pattern": "x"}\n{"label": "a", "pattern": 3}\n'})
    assert [str(problem.place) for problem in caught.value.problems] == ["p.jsonl:1", "p.jsonl:2"]
