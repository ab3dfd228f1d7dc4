# ruff: noqa: E501 - messages are kept whole, as a person reads them
"""Rules in YAML: what each part of the language means, on records by hand, and in the engine as one by one."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.problems import shown
from support.vocabularies import vocabulary
from weaklabel.documents import Document
from weaklabel.lfs import declare_lfs
from weaklabel.lfs.lookup import TABLES
from weaklabel.records import parse_rows
from weaklabel.records.read import _FORMATS
from weaklabel.terms import ExampleRecord, PhraseLF, Records, RuleLF
from weaklabel.vote import ConditionMatcher, Seen, apply_lfs, find_spans

TAGS = vocabulary("nlp", "bert = BERT model < nlp", "gpt = GPT < nlp", "vision", "gan < vision", "roberta < bert")
FIELDS = ("title", "body")
COLUMNS = ("id", *FIELDS, "year", "venue", "stars")


def declare(text, name="l.yaml"):
    return declare_lfs(Document(name, text), TAGS, FIELDS, columns=COLUMNS, read_table=parse_rows)


def one(text):
    (lf,), problems = declare(text)
    assert problems == []
    return lf


def problems_of(text):
    lfs, problems = declare(text)
    assert lfs == []
    return shown(problems)


def records(*titles, bodies=None, **columns):
    n = len(titles)
    bodies = tuple(bodies or [""] * n)
    frame = pd.DataFrame({"id": range(n), "title": titles, "body": bodies, **columns})
    for name in COLUMNS:
        frame[name] = frame.get(name)
    return Records(tuple(range(n)), {"title": tuple(titles), "body": bodies}, (None,) * n, frame)


def fired(lf, found, *others):
    """The records on which the engine lets a labeling function vote."""
    votes = apply_lfs([lf, *others], found, TAGS, n_workers=0)
    assert votes.failures == ()
    return sorted(set(votes.record[votes.lf == votes.lf_ids.index(lf.id)].tolist()))


def rule(body):
    return one(f"- id: a\n  tags: nlp\n{body}")


def test_parts_are_joined_by_all_any_and_none():
    lf = rule("  match: {keywords: bert}\n  all_of: [{regex: 'fine.?tun'}]\n  any_of: [{keywords: text}, {keywords: speech}]\n  none_of: [{keywords: image}]\n")  # fmt: skip
    assert isinstance(lf, RuleLF)
    assert lf.family == "rule"
    texts = ("bert finetuned on text", "bert on text", "bert fine-tuned", "bert fine-tuning speech image", "BERT fine tune speech")  # fmt: skip
    assert fired(lf, records(*texts)) == [0, 4]


def test_parts_may_stand_in_different_fields_and_read_fields_of_their_own():
    lf = rule("  all_of:\n    - {keywords: bert, fields: title}\n    - {keywords: speech, fields: body}\n")
    found = records("bert", "speech", "bert speech", bodies=["speech", "bert", ""])
    assert fired(lf, found) == [0]
    assert lf.fields == ("title", "body")


def test_near_means_in_one_field_within_so_many_words():
    lf = rule("  all_of: [{keywords: graph}, {keywords: network}]\n  within: 3\n")
    texts = ("graph of a network", "graph neural network", "network: graph", "graph", "graph a b c network")
    found = records(*texts, bodies=["", "", "", "network", "network graph"])
    assert fired(lf, found) == [1, 2, 4]


def test_what_is_not_about_text_need_not_be_near():
    lf = rule("  all_of: [{keywords: graph}, {keywords: network}, {metadata: {year: 2020}}]\n  within: 2\n")
    assert fired(lf, records("graph network", "graph network", "graph a network", year=[2020, 2021, 2020])) == [0]


def test_a_count_is_of_matches_that_do_not_overlap_in_all_fields():
    lf = rule("  match: {keywords: [neural network, network]}\n  min_count: 2\n")
    found = records("neural network", "network network", "network", bodies=["", "", "a network"])
    assert fired(lf, found) == [1, 2]
    assert fired(rule("  any_of: [{regex: 'x', min_count: 3}]\n"), records("xx", "xxx")) == [1]


def test_groups_lie_in_each_other():
    lf = rule("  any_of:\n    - all_of: [{keywords: a1}, {none_of: [{keywords: b1}]}]\n    - {keywords: c1}\n")
    assert fired(lf, records("a1", "a1 b1", "b1 c1", "b1")) == [0, 2]


def test_case_is_kept_where_a_part_says_so():
    lf = rule("  all_of: [{keywords: GO, case: true}, {keywords: Lang}]\n")
    assert fired(lf, records("GO lang", "go lang")) == [0]
    lf = rule("  case: true\n  all_of: [{keywords: GO}, {keywords: Lang, case: false}]\n")
    assert fired(lf, records("GO lang", "go lang")) == [0]


def test_unless_silences_a_rule():
    lf = rule("  all_of: [{keywords: a1}, {keywords: b1}]\n  unless: {keywords: [c1], regex: d+1}\n")
    assert fired(lf, records("a1 b1", "a1 b1 c1", "a1 b1 dd1")) == [0]


def test_token_patterns_are_parts_too():
    lf = rule("  all_of: [{spacy: [{LOWER: deep}, {LOWER: nets}]}, {keywords: code}]\n")
    assert fired(lf, records("Deep nets with code", "deep nets", "code")) == [0]


def test_metadata_alone_and_with_text():
    found = records("bert", "bert", "gan", year=[2019, "2021", 2022], venue=["ACL", None, "CVPR"], stars=[5, 50, None])
    assert fired(rule("  match: {metadata: {year: {'>=': 2020}}}\n"), found) == [1, 2]
    assert fired(rule("  match: {metadata: {venue: [acl, emnlp]}}\n"), found) == [0]
    assert fired(rule("  match: {metadata: {venue: {exists: false}}}\n"), found) == [1]
    assert fired(rule("  match: {metadata: {year: {'>': 2018, '<': 2020}, stars: 5}}\n"), found) == [0]
    assert fired(rule("  all_of: [{keywords: bert}, {metadata: {stars: {'>': 10}}}]\n"), found) == [1]
    dated = records("x", "y", year=["2020-01-31", "2020-02-01"])
    assert fired(rule("  match: {metadata: {year: {'>=': 2020-02-01}}}\n"), dated) == [1]


def test_votes_on_relatives():
    below = one("- {id: z, tags: bert, match: {keywords: bert}}")
    other = one("- {id: y, tags: roberta, match: {keywords: roberta}}")
    rival = one("- {id: x, tags: gpt, match: {keywords: gpt}}")
    found = records("bert", "roberta", "gpt", "none")
    assert fired(rule("  match: {tag: {voted: children}}\n"), found, below, other, rival) == [0, 2]
    assert fired(rule("  match: {tag: {voted: descendants}}\n"), found, below, other, rival) == [0, 1, 2]
    sibling = one("- {id: s, tags: bert, polarity: absent, match: {tag: {voted: siblings}}}")
    assert fired(sibling, found, below, other, rival) == [2]
    lf = rule("  all_of: [{tag: {voted: [gpt, roberta]}}, {none_of: [{keywords: gpt}]}]\n")
    assert fired(lf, found, below, other, rival) == [1]
    above = one("- {id: u, tags: roberta, match: {tag: {voted: ancestors}}}")
    assert fired(above, found, below) == [0]


def test_absent_votes_and_rules_on_votes_are_not_asked_about():
    denies = one("- {id: d, tags: bert, polarity: absent, match: {keywords: bert}}")
    first = one("- {id: f, tags: bert, match: {tag: {voted: gpt}}}")
    gpt = one("- {id: g, tags: gpt, match: {keywords: gpt}}")
    asks = rule("  match: {tag: {voted: bert}}\n")
    assert fired(asks, records("bert", "gpt"), denies, first, gpt) == []
    assert fired(first, records("bert", "gpt"), gpt, asks) == [1]


@pytest.mark.parametrize(
    ("name", "content", "column"),
    [
        ("words.txt", "# animals\nred fox\n\nowl\n", ""),
        ("words.csv", "word,other\nred fox,1\nowl,2\n", ", column: word"),
        ("words.json", '["red fox", "owl"]', ""),
        ("words.jsonl", '{"word": "red fox"}\n{"word": ["owl", "owl"]}\n', ""),
    ],
)
def test_keywords_from_a_file(tmp_path, name, content, column):
    (tmp_path / name).write_text(content)
    text = f"- {{id: a, tags: nlp, match: {{lookup: {{file: {name}{column}}}}}}}"
    (lf,), problems = declare(text, str(tmp_path / "l.yaml"))
    assert problems == []
    assert isinstance(lf, PhraseLF)
    assert lf.phrases == ("red fox", "owl")
    assert lf.family == "lookup"


def test_a_column_of_a_text_file_is_a_problem_where_it_is_named():
    _, problems = declare("- {id: a, tags: nlp, match: {lookup: {file: w.txt, column: a}}}")
    assert shown(problems) == [
        "l.yaml:1:52: match.lookup: w.txt has a keyword a line, and no columns. Remove it, or name a table (CSV, JSON, …)."
    ]


def test_tables_to_look_up_in_are_those_that_records_are_read_from():
    assert set(TABLES) == set(_FORMATS)


@pytest.mark.parametrize(
    ("lookup", "content", "said"),
    [
        ("w.csv", "a,b\n1,2\n", "w.csv has several columns. Name one of a, b."),
        ("{file: w.csv, column: aa}", "a,b\n1,2\n", "w.csv has no column 'aa'. Did you mean 'a'?"),
        ("w.txt", "# only\n\n--\n", "w.txt holds no keyword. Fill it, or remove the labeling function."),
        ("none.txt", None, "none.txt"),
        (
            "w.docx",
            None,
            "keywords are not read from .docx. Name a text file (.txt), a table (.csv, .tsv, .json, .jsonl, .ndjson, "
            ".parquet) or a knowledge base (.ttl, .rdf, .owl, .xml, .obo).",
        ),
    ],
)
def test_a_wrong_lookup_is_a_problem_with_its_place(tmp_path, lookup, content, said):
    if content is not None:
        (tmp_path / f"w.{'csv' if 'csv' in lookup else 'txt'}").write_text(content)
    text = f"- id: a\n  tags: nlp\n  match: {{lookup: {lookup}}}\n"
    lfs, problems = declare(text, str(tmp_path / "l.yaml"))
    (found,) = shown(problems)
    assert lfs == []
    assert "l.yaml:3:11: " in found
    assert said in found


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("  match: {metadata: {yaer: 3}}", "l.yaml:3:22: 'yaer' is no column of the records. Did you mean 'year'?"),
        ("  match: {metadata: {year: {contain: 3}}}", "l.yaml:3:29: the key 'contain' is not known. Did you mean 'contains'?"),
        ("  match: {tag: {voted: childs}}", "l.yaml:3:17: 'childs' is neither a tag nor one of children, descendants, parents, ancestors, siblings. Did you mean 'children'?"),
        ("  match: {tag: {voted: parents}}", "l.yaml:3:17: 'nlp' has no parents. Remove it, or add the parents in the tags file."),
        ("  all_of: [{keywords: x}]\n  within: 3", "l.yaml:4:3: it has within, but only one part. Add the other parts under all_of."),
        ("  all_of: [{keywords: x}, {metadata: {year: 1}}]\n  within: 3", "l.yaml:4:3: within needs two parts at least that look for something in texts. Add one, or remove within."),
        ("  match: {keywords: x}\n  min_count: 0", "l.yaml:4:3: min_count: it is 0. Write 1 or more."),
        ("  match: {metadata: {year: 1}, min_count: 2}", "l.yaml:3:3: match: it has min_count, which metadata does not use. Give it to the parts."),
        ("  all_of: [{keywords: x, feilds: title}, {keywords: y}]", "l.yaml:3:26: the key 'feilds' is not known. Did you mean 'fields'?"),
        ("  all_of: [{keywords: x, fields: titel}, {keywords: y}]", "l.yaml:3:26: 'titel' is no text field. Did you mean 'title'?"),
        ("  all_of: [{regex: '('}, {keywords: y}]", "l.yaml:3:13: all_of.0.regex: '(' is no regular expression: missing ), unterminated subpattern at position 0. Escape special characters with \\."),
        ("  all_of: [{spacy: [{LOWR: x}]}, {keywords: y}]", "l.yaml:3:22: all_of.0.spacy.0.LOWR: the key 'LOWR' is not known. Did you mean 'LOWER'?"),
        ("  match: {keywords: x}\n  expect: {coverage: [.5, .1]}", "l.yaml:4:3: expect: coverage has its smaller number last. Write [least, greatest]."),
        ("  match: {keywords: x}\n  expect: {precision: 90}", "l.yaml:4:12: expect.precision: 90 is no precision (the share of its votes that are right). Write a number from 0 to 1: 0.9 for 90 %."),
        ("  match: {keywords: x}\n  expect: {precision: -1}", "l.yaml:4:12: expect.precision: -1 is no precision (the share of its votes that are right). Write a number from 0 to 1."),
        ("  match: {keywords: x}\n  expect: {coverage: [1, 5]}", "l.yaml:4:26: expect.coverage.1: 5 is no share of records. Write a number from 0 to 1: 0.05 for 5 %."),
    ],
)  # fmt: skip
def test_a_mistake_is_one_problem_with_its_place_and_fix(body, said):
    assert problems_of(f"- id: a\n  tags: nlp\n{body}\n") == [said]


def test_one_declaration_for_each_tag_below():
    lfs, problems = declare(
        "- id: 'library/{tag}'\n  for_each: {descendants: nlp}\n  tags: '{tag}'\n  description: below {parent}\n"
        "  match: {keywords: ['{name} library', 'a{2} {tag}']}\n"
    )
    assert problems == []
    assert [(lf.id, lf.tags, lf.phrases, lf.description) for lf in lfs] == [
        (f"library/{tag}", (tag,), (f"{tag} library", f"a{{2}} {tag}"), "below nlp")
        for tag in ("bert", "gpt", "roberta")
    ]
    lfs, _ = declare("- {id: 'l/{tag}', for_each: {children: nlp}, tags: '{tag}', match: {keywords: '{tag} x'}}")
    assert [lf.id for lf in lfs] == ["l/bert", "l/gpt"]


def test_one_declaration_for_each_alias():
    lfs, problems = declare("- {id: 'no:{alias}', for_each: {aliases: all}, tags: '{tag}', polarity: absent, match: {keywords: 'not {alias}'}}")  # fmt: skip
    assert problems == []
    assert [(lf.id, lf.tags, lf.phrases) for lf in lfs] == [
        ("no:BERT_model", ("bert",), ("not BERT model",)),
        ("no:GPT", ("gpt",), ("not GPT",)),
    ]


@pytest.mark.parametrize(
    ("for_each", "said"),
    [
        ("{tags: [nlpp]}", "l.yaml:2:21: 'nlpp' is no tag. Did you mean 'nlp'?"),
        ("{children: gan}", "l.yaml:2:3: for_each names nothing. Name tags that have some, or remove it."),
        ("{tags: nlp, aliases: nlp}", "l.yaml:2:3: it has tags and aliases. Give one of them."),
        ("{tag: nlp}", "l.yaml:2:14: the key 'tag' is not known. Did you mean 'tags'?"),
        ("{tags: [nlp, bert]}", "l.yaml:1:3: two labeling functions of this for_each would have one id. Put {tag} into it."),
    ],
)  # fmt: skip
def test_a_wrong_for_each_is_a_problem(for_each, said):
    assert said in problems_of(f"- id: a\n  for_each: {for_each}\n  tags: nlp\n  match: {{keywords: x}}\n")[0]


def test_a_mistake_in_what_is_repeated_is_told_once():
    text = (
        "- id: 'a-{tag}'\n  for_each: {tags: [nlp, bert]}\n  tags: '{tag}'\n  match: {keywords: x}\n  fields: titel\n"
    )
    assert problems_of(text) == ["l.yaml:5:3: 'titel' is no text field. Did you mean 'title'?"]
    unknown = "- {id: 'a-{tag}', for_each: {tags: [nlp]}, tags: nlp, match: {keywords: '{alias}'}}\n"
    assert "there is no {alias} here." in problems_of(unknown)[0]


def test_a_group_and_expectations_are_kept():
    lf = one("- {id: a, tags: nlp, group: names, expect: {coverage: [0, 0.5], precision: 0.8}, match: {keywords: x}}")
    assert (lf.group, lf.expect.coverage, lf.expect.precision) == ("names", (0.0, 0.5), 0.8)


def test_examples_may_be_records():
    lf = rule("  match: {metadata: {year: 2020}}\n  examples: {match: [{title: x, year: 2020}], no_match: [{year: 1}, text]}\n")  # fmt: skip
    assert lf.examples.match == (ExampleRecord((("title", "x"), ("year", 2020))),)
    assert lf.examples.no_match == (ExampleRecord((("year", 1),)), "text")


def test_a_definition_changes_with_the_meaning_and_not_with_the_place():
    body = "  all_of: [{keywords: x}, {metadata: {year: 1}}]\n"
    same = one(f"\n\n# moved\n- id: b\n  tags: nlp\n  description: d\n{body}").definition
    assert same == rule(body).definition
    others = [body.replace("x", "y"), body.replace("1", "2"), body.replace("all_of", "any_of")]
    assert len({rule(text).definition for text in (body, *others)}) == 4


def test_spans_are_those_of_the_parts_that_speak_for_it():
    lf = rule("  all_of: [{keywords: graph}, {any_of: [{regex: 'net\\w+'}, {keywords: tree}]}]\n  none_of: [{keywords: road}]\n")  # fmt: skip
    found = records("A graph network", bodies=["no tree"])
    assert [(s.field, s.start, s.end) for s in find_spans(lf, found, 0)] == [
        ("title", 2, 7),
        ("title", 8, 15),
        ("body", 3, 7),
    ]


words = st.sampled_from(["ab", "cd", "ef", "ab cd"])
leaf = st.one_of(
    st.builds(lambda w, n: {"keywords": [w], "min_count": n}, words, st.integers(1, 2)),
    st.builds(lambda w: {"regex": w[0], "fields": ["title"]}, words),
    st.builds(lambda y: {"metadata": {"year": {">=": y}}}, st.integers(0, 2)),
    st.just({"tag": {"voted": ["bert"]}}),
)
part = st.recursive(
    leaf,
    lambda parts: st.builds(
        lambda how, listed: {how: listed},
        st.sampled_from(["all_of", "any_of", "none_of"]),
        st.lists(parts, min_size=1, max_size=3),
    ),
    max_leaves=5,
)
text = st.lists(words, max_size=4).map(" ".join)


@settings(deadline=None, max_examples=60)
@given(part, st.booleans(), st.lists(st.tuples(text, text, st.integers(0, 2)), min_size=1, max_size=5))
def test_the_engine_votes_where_the_condition_holds_record_by_record(declared, is_near, rows):
    body = {"id": "a", "tags": ["nlp"], "any_of": [declared]}
    if is_near:
        body |= {"all_of": [{"keywords": ["ab"]}, {"keywords": ["cd"]}], "within": 3, "any_of": [declared]}
    (lf,), problems = declare(json.dumps([body]))
    assert problems == []
    voter = one("- {id: z, tags: bert, match: {keywords: ef}}")
    titles, bodies, years = zip(*rows, strict=True)
    found = records(*titles, bodies=bodies, year=list(years))
    expected = [
        i
        for i, (title, other, year) in enumerate(rows)
        if ConditionMatcher(lf.condition).holds(
            Seen({"title": title, "body": other}, {"year": year}.get, {"bert"} if "ef" in f"{title} {other}" else ())
        )
    ]
    assert fired(lf, found, voter) == expected


def test_dates_in_yaml_are_dates():
    lf = rule("  match: {metadata: {year: {'<': 2020-01-01}}}\n")
    assert lf.condition.tests[0].values == (date(2020, 1, 1),)
