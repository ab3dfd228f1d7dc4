# ruff: noqa: E501 - messages are kept whole, as a person reads them
from __future__ import annotations

import subprocess
import sys

import pytest
import spacy
from spacy.tokens import Token

from support.problems import shown, where
from support.spacy_pipelines import entity_pipeline
from support.vocabularies import vocabulary
from weaklabel.documents import Document
from weaklabel.errors import Place
from weaklabel.lfs import declare_lfs
from weaklabel.terms import PRESENT, Examples, TokenPatternLF, Unless

TAGS = vocabulary("rust", "nlp")
FIELDS = ("title", "description")


def declare(spacy_yaml, *lines, name="l.yaml"):
    more = "".join(f"  {line}\n" for line in lines)
    text = f"- id: a\n  tags: rust\n{more}  match:\n    spacy: {spacy_yaml}\n"
    return declare_lfs(Document(name, text), TAGS, FIELDS)


def problems_of(spacy_yaml, *lines):
    lfs, problems = declare(spacy_yaml, *lines)
    assert lfs == []
    return shown(problems)


def test_patterns_with_every_key():
    (lf,), problems = declare(
        "[[{LOWER: {IN: [written, implemented]}}, {LOWER: in}, {LOWER: rust}], [{ORTH: rustc}]]",
        "unless: {keywords: [iron], regex: 'x+'}",
        "fields: title",
        "examples: {match: [Written in Rust], no_match: [rust]}",
    )
    assert problems == []
    assert lf == TokenPatternLF(
        id="a",
        tags=("rust",),
        polarity=PRESENT,
        origin="yaml",
        family="spacy",
        definition=lf.definition,
        place=Place("l.yaml", 1, 3),
        examples=Examples(("Written in Rust",), ("rust",)),
        patterns='[[{"LOWER": {"IN": ["written", "implemented"]}}, {"LOWER": "in"}, {"LOWER": "rust"}], [{"ORTH": "rustc"}]]',
        pipeline="blank:en",
        fields=("title",),
        unless=Unless(("iron",), "x+"),
    )
    assert not lf.keep_case


def test_one_pattern_needs_no_list_around_it():
    (one,), _ = declare("[{LOWER: rust}, {}]")
    (listed,), _ = declare("[[{LOWER: rust}, {}]]")
    assert one == listed


@pytest.mark.parametrize(
    "pattern",
    ["[{}]", '[{LOWER: rust, OP: "*"}]', '[{LOWER: rust, OP: "{,2}"}]', "[{lower: rust}]", '[{LENGTH: {">=": 3}}]'],
)
def test_patterns_of_any_token_and_optional_tokens_are_allowed(pattern):
    (lf,), problems = declare(pattern)
    assert (lf.family, problems) == ("spacy", [])


def test_a_definition_changes_with_the_patterns_and_the_pipeline():
    def definition(pattern, *lines):
        return declare(pattern, *lines)[0][0].definition

    same = definition("[[{LOWER: rust, IS_ALPHA: true}]]")
    assert definition("[{IS_ALPHA: true, LOWER: rust}]") == same
    others = [definition("[{LOWER: rusty}]"), definition("[{LOWER: rust}]\n    pipeline: 'blank:de'"), same]
    assert len(set(others)) == 3


def test_a_folders_definition_is_what_is_in_it_and_not_where_it_is(tmp_path):
    definitions = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        entity_pipeline(tmp_path / folder / "model")
        (lf,), problems = declare(
            "[{ENT_TYPE: PRODUCT}]\n    pipeline: ./model", name=str(tmp_path / folder / "l.yaml")
        )
        assert (problems, lf.pipeline) == ([], str(tmp_path / folder / "model"))
        definitions.append(lf.definition)
    assert definitions[0] == definitions[1]
    (tmp_path / "c").mkdir()
    entity_pipeline(tmp_path / "c" / "model")
    config = tmp_path / "c" / "model" / "config.cfg"
    config.write_text(config.read_text().replace("batch_size = 1000", "batch_size = 2000"))  # of the same length
    (lf,), _ = declare("[{ENT_TYPE: PRODUCT}]\n    pipeline: ./model", name=str(tmp_path / "c" / "l.yaml"))
    assert lf.definition != definitions[0]


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("5", "l.yaml:4:5: match.spacy is 5; it should be a list of patterns, each a list of tokens. Write - [{LOWER: …}, {LOWER: …}] for each."),
        ("[]", "l.yaml:4:5: match.spacy is []; it should be a list of patterns, each a list of tokens. Write - [{LOWER: …}, {LOWER: …}] for each."),
        ("{LOWER: rust}", "l.yaml:4:5: match.spacy is {'LOWER': 'rust'}; it should be a list of patterns, each a list of tokens. Write - [{LOWER: …}, {LOWER: …}] for each."),
        ("[[]]", "l.yaml:4:13: match.spacy: it is empty. Give it at least one token, such as {LOWER: …}; {} is any token."),
        ("[[{LOWER: rust}], rust]", "l.yaml:4:30: match.spacy.1: it is 'rust'; it should be a list of tokens. Write [{LOWER: …}, {LOWER: …}]."),
        ("[{LOWR: rust}]", "l.yaml:4:14: match.spacy.0.LOWR: the key 'LOWR' is not known. Did you mean 'LOWER'?"),
        ("[{Lower: rust}]", "l.yaml:4:14: match.spacy.0.Lower: the key 'Lower' is not known. Did you mean 'LOWER'?"),
        ("[[{LOWER: rust}], [{LOWER: {INN: [rust]}}]]", "l.yaml:4:40: match.spacy.1.0.LOWER.INN: the key 'INN' is not known. Did you mean 'IN'?"),
        ("[{LOWER: no}]", "l.yaml:4:14: match.spacy.0.LOWER: it is read by YAML as false, not as text. Put it in quotes."),
        ("[{LOWER: {IN: [a, 2]}}]", 'l.yaml:4:30: match.spacy.0.LOWER.IN.1: it is read by YAML as 2, not as text. Put it in quotes: "2".'),
        ("[{no: a}]", "l.yaml:4:13: match.spacy.0.False: the key False is not known. Put it in quotes: \"False\"."),
        ("[{LOWER: }]", 'l.yaml:4:14: match.spacy.0.LOWER: it is empty. Give it a value; a word that YAML reads as nothing, such as null, needs quotes: "null".'),
        ("[{LOWER: [a, b]}]", "l.yaml:4:14: match.spacy.0.LOWER: it is ['a', 'b']; it should be a text or a mapping such as {IN: […]}."),
        ("[{IS_ALPHA: maybe}]", "l.yaml:4:14: match.spacy.0.IS_ALPHA: it is 'maybe'; it should be true or false."),
        ("[{LENGTH: '5'}]", "l.yaml:4:14: match.spacy.0.LENGTH: it is '5'; it should be a whole number or a comparison such as {\">=\": 3}."),
        ("[{LOWER: a, OP: x}]", 'l.yaml:4:24: match.spacy.0.OP: \'x\' is no operator. Write one of "!", "?", "+", "*", "{n}", "{n,m}", "{n,}", "{,m}", in quotes.'),
        ('[{LOWER: a, OP: "{3,1}"}]', "l.yaml:4:24: match.spacy.0.OP: '{3,1}' has its smaller number last. Write \"{1,3}\"."),
        ('[{LOWER: a, OP: "{0}"}]', "l.yaml:4:24: match.spacy.0.OP: '{0}' repeats the token zero times. Remove the token."),
        ('[{LOWER: a, OP: "{1000000000}"}]', "l.yaml:4:24: match.spacy.0.OP: '{1000000000}' repeats the token more than 1,000 times. Write \"+\" or \"*\"."),
        ("[{LOWER: {REGEX: '('}}]", "l.yaml:4:22: match.spacy.0.LOWER.REGEX: '(' is no regular expression: missing ), unterminated subpattern at position 0. Escape special characters with \\."),
        ("[{LOWER: {REGEX: {IN: [a, '[']}}}]", "l.yaml:4:38: match.spacy.0.LOWER.REGEX.IN.1: '[' is no regular expression: unterminated character set at position 0. Escape special characters with \\."),
        ("[{LOWER: {}}]", "l.yaml:4:14: match.spacy.0.LOWER: it is an empty mapping, which matches every token. Give a value, or remove it."),
        ("[{LOWER: {IN: []}}]", "l.yaml:4:22: match.spacy.0.LOWER.IN: it is an empty list, so it would never match. Fill it, or remove the token."),
        ("[{LOWER: Rust}]", "l.yaml:4:14: match.spacy.0.LOWER: 'Rust' has capitals, so LOWER would never be it. Write rust, or ORTH to tell capitals apart."),
        ("[{LOWER: scikit-learn}]", "l.yaml:4:14: match.spacy.0.LOWER: 'scikit-learn' is 3 tokens ('scikit', '-', 'learn'), so one token would never be it. Write a token for each: {LOWER: scikit}, {LOWER: \"-\"}, {LOWER: learn}."),
        ("[{LOWER: {IN: [rust, machine learning]}}]", "l.yaml:4:33: match.spacy.0.LOWER.IN.1: 'machine learning' is 2 tokens ('machine', 'learning'), so one token would never be it. Write a token for each: {LOWER: machine}, {LOWER: learning}."),
        ("[{LOWER: ''}]", "l.yaml:4:14: match.spacy.0.LOWER: it is an empty text, which no token is. Write {} for any token."),
        ("[{LOWER: rust}, {LEMMA: be}]", "l.yaml:4:29: match.spacy.1.LEMMA: the pipeline 'blank:en' sets no LEMMA, so it would never match. Name one that does, such as pipeline: en_core_web_sm, or look for LOWER or ORTH."),
        ("[{_: {is_country: true}}]", "l.yaml:4:18: match.spacy.0._.is_country: there is no token extension 'is_country'. The pipeline's package has to call Token.set_extension for it."),
        ("[{LENGTH: 1.5}]", "l.yaml:4:5: match.spacy: spaCy does not take this pattern: [E153] The value type float is not supported for token patterns. Please use the option validate=True with Matcher, PhraseMatcher, EntityRuler or AttributeRuler for more details."),
    ],
)  # fmt: skip
def test_a_wrong_pattern_is_one_problem_with_its_place_and_fix(pattern, problem):
    assert [found.rstrip() for found in problems_of(pattern)] == [problem]


@pytest.mark.parametrize("attribute", ["LEMMA", "POS", "TAG", "MORPH", "DEP", "ENT_TYPE", "ENT_ID", "IS_SENT_START"])
def test_what_no_component_sets_is_an_error_and_no_silence(attribute):
    value = "true" if attribute == "IS_SENT_START" else "X"
    (found,) = problems_of(f"[{{{attribute}: {value}}}]")
    assert f"the pipeline 'blank:en' sets no {attribute}" in found


def test_what_a_component_sets_is_right_and_what_it_does_not_is_not(tmp_path):
    path = entity_pipeline(tmp_path / "p")
    (lf,), problems = declare(f"[{{ENT_TYPE: PRODUCT}}]\n    pipeline: {path}")
    assert (lf.pipeline, problems) == (path, [])
    (found,) = problems_of(f"[{{LEMMA: be}}]\n    pipeline: {path}")
    assert f"the pipeline {path!r} sets no LEMMA" in found


def test_a_component_that_is_not_spacys_own_may_set_anything_and_join_tokens(tmp_path):
    path = entity_pipeline(tmp_path / "p", "entity_linker_stub")
    (_,), problems = declare(f"[{{LEMMA: be}}, {{LOWER: machine learning}}]\n    pipeline: {path}")
    assert problems == []


def test_a_registered_extension_is_right_and_a_misspelt_one_has_the_nearest():
    Token.set_extension("is_fruit", default=False)
    try:
        (_,), problems = declare("[{_: {is_fruit: true}}]")
        assert problems == []
        (found,) = problems_of("[{_: {is_friut: true}}]")
        assert found.endswith("there is no token extension 'is_friut'. Did you mean 'is_fruit'?")
    finally:
        Token.remove_extension("is_fruit")


@pytest.mark.parametrize(
    ("pipeline", "problem"),
    [
        ("en_core_web_sn", "l.yaml:5:5: there is no spaCy pipeline 'en_core_web_sn' installed. Did you mean 'en_core_web_sm'? Install it: python -m spacy download en_core_web_sn (or pip install, if it is a package of your own)."),
        ("zzz", "l.yaml:5:5: there is no spaCy pipeline 'zzz' installed. Install it: python -m spacy download zzz (or pip install, if it is a package of your own)."),
        ("blank:qq", "l.yaml:5:5: the spaCy pipeline 'blank:qq' cannot be loaded: ImportError: [E048] Can't import language qq or any matching language from spacy.lang: No module named 'spacy.lang.qq'. Write blank: and a language's code, such as blank:de."),
        ("5", 'l.yaml:5:5: match.pipeline is read by YAML as 5, not as text. Put it in quotes: "5".'),
    ],
)  # fmt: skip
def test_a_pipeline_that_is_not_there_says_how_to_get_it(pipeline, problem, monkeypatch):
    monkeypatch.setattr(spacy.util, "get_installed_models", lambda: ["de_core_news_sm", "en_core_web_sm"])
    assert problems_of(f"[{{LOWER: rust}}]\n    pipeline: {pipeline}") == [problem]


def test_a_folder_that_holds_no_pipeline_is_named(tmp_path):
    (found,) = problems_of(f"[{{LOWER: rust}}]\n    pipeline: {tmp_path}/none")
    assert found == (
        f"l.yaml:5:5: '{tmp_path}/none' is no folder of a spaCy pipeline. "
        "Name the folder that nlp.to_disk made; it holds config.cfg and meta.json."
    )


def test_a_broken_pipeline_is_a_problem_and_no_traceback(tmp_path):
    (tmp_path / "config.cfg").write_text("[nlp]\nlang = 'en'\n")
    (found,) = problems_of(f"[{{LOWER: rust}}]\n    pipeline: {tmp_path}/.")
    assert "cannot be loaded: " in found
    assert found.endswith("Reinstall it.")


@pytest.mark.parametrize("case", ["true", "false"])
def test_case_has_no_meaning(case):
    assert problems_of("[{LOWER: rust}]", f"case: {case}") == [
        "l.yaml:3:3: case has no meaning for token patterns. Remove it: LOWER ignores case, ORTH keeps it."
    ]


def test_everything_wrong_in_a_pattern_is_reported_at_once():
    lfs, problems = declare("[[{LOWER: Rust}, {LOWER: {REGEX: '('}}], [{POS: NOUN}]]", "feilds: title")
    assert lfs == []
    assert where(problems) == [(3, 3), (5, 15), (5, 38), (5, 55)]


def test_a_file_without_token_patterns_does_not_import_spacy():
    code = (
        "import sys\n"
        "from weaklabel.documents import Document\n"
        "from weaklabel.lfs import declare_lfs\n"
        "from weaklabel.terms import Tag, Vocabulary\n"
        "text = '- {id: a, tags: nlp, match: {keywords: [x]}, unless: [y]}'\n"
        "lfs, problems = declare_lfs(Document('l.yaml', text), Vocabulary.of([Tag('nlp')]), ('title',))\n"
        "assert len(lfs) == 1 and 'spacy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
