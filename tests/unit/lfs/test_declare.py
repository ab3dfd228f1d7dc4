# ruff: noqa: E501 - messages are kept whole, as a person reads them
from __future__ import annotations

import pytest

from support.problems import shown, where
from support.vocabularies import vocabulary
from weaklabel.documents import Document
from weaklabel.documents.forms import find_form, model_in
from weaklabel.errors import Place
from weaklabel.lfs import declare_lfs
from weaklabel.lfs.schema import Declaration, Part
from weaklabel.terms import ABSENT, PRESENT, Examples, PatternLF, PhraseLF, Unless

TAGS = vocabulary("tensorflow", "nlp", "computer-vision")
FIELDS = ("title", "description")
RIGHT = "- id: a\n  tags: nlp\n  match: {keywords: [x]}\n"


def declare(text):
    lfs, problems = declare_lfs(Document("l.yaml", text), TAGS, FIELDS)
    return lfs, problems


def problems_of(text):
    lfs, problems = declare(text)
    assert lfs == []
    return shown(problems)


def test_keywords_with_every_key():
    (lf,), problems = declare(
        """\
- id: mentions_nlp
  description: says so
  tags: [nlp, tensorflow, nlp]
  polarity: absent
  match: {keywords: [spaCy, word vectors]}
  fields: title
  case: true
  unless: {keywords: [radio], regex: "x+"}
  examples: {match: ["spaCy rocks"], no_match: ["spacy", "radio"]}
"""
    )
    assert problems == []
    assert lf == PhraseLF(
        id="mentions_nlp",
        tags=("nlp", "tensorflow"),
        polarity=ABSENT,
        origin="yaml",
        family="keyword",
        description="says so",
        definition=lf.definition,
        place=Place("l.yaml", 1, 3),
        examples=Examples(("spaCy rocks",), ("spacy", "radio")),
        phrases=("spaCy", "word vectors"),
        fields=("title",),
        keep_case=True,
        unless=Unless(("radio",), "x+"),
    )


def test_a_regex_with_the_defaults():
    (lf,), problems = declare("id: r\ntags: nlp\nmatch:\n  regex: \\bnlp\\b\nunless: [radio]\n")
    assert problems == []
    assert isinstance(lf, PatternLF)
    assert (lf.pattern, lf.tags, lf.polarity, lf.fields) == (r"\bnlp\b", ("nlp",), PRESENT, FIELDS)
    assert (lf.keep_case, lf.unless, lf.examples, lf.family) == (False, Unless(("radio",)), Examples(), "regex")


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[]\n"])
def test_a_file_without_declarations_has_none(text):
    lfs, [warning] = declare(text)
    assert (lfs, warning.severity) == ([], "warning")
    assert str(warning) == "l.yaml: it holds no labeling function. Write - id: … for each, or remove the file."


def test_a_definition_is_what_decides_votes_and_nothing_else():
    def definition(text):
        return declare(text)[0][0].definition

    same = RIGHT + "  description: d\n  examples: {match: [x]}\n"
    assert definition(same.replace("id: a", "id: b")) == definition(RIGHT)
    others = [
        RIGHT.replace("nlp", "tensorflow"),
        RIGHT.replace("[x]", "[y]"),
        RIGHT.replace("keywords: [x]", "regex: x"),
        *(RIGHT + line for line in ("  polarity: absent\n", "  case: true\n", "  fields: title\n", "  unless: [y]\n")),
    ]
    assert len({definition(text) for text in (RIGHT, *others)}) == len(others) + 1
    renamed, _ = declare_lfs(Document("l.yaml", RIGHT), TAGS, ("title",))
    assert renamed[0].definition != definition(RIGHT)  # it reads whatever fields the project has


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("feilds: title", "l.yaml:4:3: the key 'feilds' is not known. Did you mean 'fields'?"),
        ("polarity: absnt", "l.yaml:4:3: polarity is 'absnt', which is not known. Did you mean 'absent'? Write one of present, absent."),
        ("polarity: 5", "l.yaml:4:3: polarity is 5, which is not known. Write one of present, absent."),
        ("fields: titel", "l.yaml:4:3: 'titel' is no text field. Did you mean 'title'?"),
        ("fields: [title, descripton]", "l.yaml:4:19: 'descripton' is no text field. Did you mean 'description'?"),
        ("fields: [zzz]", "l.yaml:4:12: 'zzz' is no text field. The text fields are title, description."),
        ("case: yess", "l.yaml:4:3: case is 'yess'; it should be true or false. Write case: true."),
        ("unless: {regex: '('}", "l.yaml:4:12: unless.regex: '(' is no regular expression: missing ), unterminated subpattern at position 0. Escape special characters with \\."),
        ("unless: {regx: y}", "l.yaml:4:12: the key 'regx' is not known. Did you mean 'regex'?"),
        ("unless: ['--']", "l.yaml:4:12: unless.0: '--' holds nothing but separators. Remove it."),
        ("unless: [no]", 'l.yaml:4:12: unless.0 is read by YAML as false, not as text. Put it in quotes.'),
        ("examples: {nomatch: [y]}", "l.yaml:4:14: the key 'nomatch' is not known. Did you mean 'no_match'?"),
        ("description: yes", 'l.yaml:4:3: description is read by YAML as true, not as text. Put it in quotes.'),
        ("id: b", "l.yaml:4:3: the key 'id' stands twice. It is in line 1 too."),
    ],
)  # fmt: skip
def test_a_wrong_key_or_value_is_one_problem_with_its_place_and_fix(line, problem):
    assert problems_of(f"{RIGHT}  {line}\n") == [problem]


@pytest.mark.parametrize(
    ("tags", "problem"),
    [
        ("nlpp", "l.yaml:2:3: 'nlpp' is no tag. Did you mean 'nlp'?"),
        ("NLP", "l.yaml:2:3: 'NLP' is no tag. "),
        ("[nlp, tensorflwo]", "l.yaml:2:15: 'tensorflwo' is no tag. Did you mean 'tensorflow'?"),
        ("zzz", "l.yaml:2:3: 'zzz' is no tag. No tag is spelt like it; t.json would have to have it."),
        ("5", 'l.yaml:2:3: tags is read by YAML as 5, not as text. Put it in quotes: "5".'),
        ("[nlp, yes]", "l.yaml:2:15: tags.1 is read by YAML as true, not as text. Put it in quotes."),
    ],
)
def test_a_wrong_tag_is_one_problem_with_the_nearest(tags, problem):
    (found,) = problems_of(f"- id: a\n  tags: {tags}\n  match: {{keywords: [x]}}\n")
    assert found.startswith(problem)


def test_one_keyword_needs_no_list():
    ((lf,), problems) = declare("- id: a\n  tags: nlp\n  match: {keywords: deep learning}\n")
    assert problems == []
    assert lf.phrases == ("deep learning",)


@pytest.mark.parametrize("tags", ['""', "[]", "{a: b}"])
def test_tags_of_a_wrong_kind_are_one_readable_problem(tags):
    (found,) = problems_of(f"- id: a\n  tags: {tags}\n  match: {{keywords: [x]}}\n")
    assert found.startswith("l.yaml:2:3: tags ")
    assert "should be String should" not in found
    assert "should be List should" not in found


@pytest.mark.parametrize(
    ("match", "problem"),
    [
        ("{}", "l.yaml:3:3: match: it has none of keywords, regex, spacy, lookup, metadata and tag. Give one of them."),
        ("{keywords: [x], regex: y}", "l.yaml:3:3: match: it has keywords and regex. Give one of them here, and join several by all_of or any_of."),
        ("{keywords: [x], spacy: [{LOWER: y}]}", "l.yaml:3:3: match: it has keywords and spacy. Give one of them here, and join several by all_of or any_of."),
        ("{keywords: [x], pipeline: 'blank:de'}", "l.yaml:3:3: match: it has a pipeline, which only spacy patterns use. Remove it."),
        ("{keyword: [x]}", "l.yaml:3:11: the key 'keyword' is not known. Did you mean 'keywords'?"),
        ("{keywords: 5}", 'l.yaml:3:11: match.keywords is read by YAML as 5, not as text. Put it in quotes: "5".'),
        ("{keywords: [x, ok, 3]}", 'l.yaml:3:29: match.keywords.2 is read by YAML as 3, not as text. Put it in quotes: "3".'),
        ("{keywords: [x, '- _']}", "l.yaml:3:25: match.keywords.1: '- _' holds nothing but separators. Remove it."),
        ("{regex: 'a{2,1}'}", "l.yaml:3:11: match.regex: 'a{2,1}' is no regular expression: min repeat greater than max repeat at position 2. Escape special characters with \\."),
        ("{regex: 5}", 'l.yaml:3:11: match.regex is read by YAML as 5, not as text. Put it in quotes: "5".'),
    ],
)  # fmt: skip
def test_a_wrong_match_has_its_place_and_fix(match, problem):
    assert problem in problems_of(f"- id: a\n  tags: nlp\n  match: {match}\n")


@pytest.mark.parametrize("missing", ["id", "tags"])
def test_a_missing_key_stands_at_its_declaration(missing):
    keys = {"id": "a", "tags": "nlp", "match": "{keywords: [x]}"}
    text = ", ".join(f"{key}: {value}" for key, value in keys.items() if key != missing)
    assert problems_of(f"\n- {{{text}}}\n") == [f"l.yaml:2:3: the key {missing!r} is missing. Add {missing}: …"]


def test_without_anything_to_look_for_there_is_nothing_to_do():
    said = "l.yaml:2:3: it has none of match, all_of and any_of. Say what to look for."
    assert problems_of("\n- {id: a, tags: nlp}\n") == [said]
    assert problems_of("\n- {id: a, tags: nlp, none_of: [{keywords: x}]}\n") == [said]


@pytest.mark.parametrize("bad", ["a b", "é", "a@b", '""'])
def test_an_id_has_no_spaces_nor_odd_characters(bad):
    (found,) = problems_of(RIGHT.replace("id: a", f"id: {bad}"))
    assert found.startswith(("l.yaml:1:3: id: ", "l.yaml:1:3: id is ''"))


def test_an_empty_unless_is_an_error_as_an_empty_match_is():
    assert len(problems_of(RIGHT + "  unless: {}\n")) == 1


def test_everything_wrong_in_a_file_is_reported_at_once_and_the_right_ones_are_kept():
    text = (
        "- id: one\n  tags: nlpp\n  match: {keywords: [x], regex: y}\n  feilds: title\n  fields: [titel]\n"
        + RIGHT.replace("id: a", "id: two")
        + "- 5\n-\n- id: three\n  tags: [nlp, nonsense]\n  match: {regex: '['}\n"
    )
    lfs, problems = declare(text)
    assert [lf.id for lf in lfs] == ["two"]
    assert sorted(where(problems)) == [(2, 3), (3, 3), (4, 3), (5, 12), (9, 3), (10, 2), (12, 15), (13, 11)]


def test_broken_yaml_is_one_problem_with_line_and_column():
    lfs, problems = declare("- id: a\n  tags: [nlp\n")
    assert lfs == []
    assert where(problems) == [(3, 1)]


@pytest.mark.parametrize("text", ["5\n", "hello\n"])
def test_a_file_of_something_else_is_a_problem(text):
    assert problems_of(text) == [
        "l.yaml:1:1: the file holds no list of labeling functions. Write - id: … for each of them."
    ]


def test_a_control_character_in_the_file_is_a_problem_of_it():
    assert problems_of(RIGHT + "  description: a\x07b\n")[0].startswith("l.yaml")


COVERAGE = "Write coverage: [0.02, 0.1], the least and the greatest share of records on which it votes."


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("expect: {coverage: 0.5}", f"expect.coverage is 0.5; it should be a list. {COVERAGE}"),
        ("expect: {coverage: [0.5]}", f"expect.coverage is [0.5]; it should be a list with 2 entries. {COVERAGE}"),
        ("expect: {coverage: [0, a]}", f"expect.coverage.1 is 'a'; it should be a number. {COVERAGE}"),
        (
            "expect: {coverage: [0, 0.1, 1]}",
            f"expect.coverage is [0, 0.1, 1]; it should be a list with at most 2 entries. {COVERAGE}",
        ),
        (
            "expect: {precision: high}",
            "expect.precision is 'high'; it should be a number. "
            "Write precision: 0.9, the least share of its votes that are right.",
        ),
        (
            "expect: 0.5",
            "expect is 0.5; it should be a mapping of keys to values. "
            "Write expect: {coverage: [0.02, 0.1], precision: 0.9}.",
        ),
        ("fields: {a: b}", "fields is {'a': 'b'}; it should be a list. Write fields: [title]."),
        (
            "all_of: [x]",
            "all_of.0 is 'x'; it should be a mapping of keys to values. "
            r"Write all_of: [{keywords: [loaf tin]}, {regex: '\bcakes?\b'}].",
        ),
        ("for_each: tags", "for_each is 'tags'; it should be a mapping of keys to values. Write for_each: {tags: …}."),
        (
            "any_of: [{metadata: {stars: {'>': [1]}}}]",
            "any_of.0.metadata.stars.> is [1]; it should be a text or a whole number or a number or true or false or "
            "a date or a time. Write >: 10.",
        ),
    ],
)
def test_a_value_of_a_wrong_form_is_shown_the_right_one(line, said):
    _, problems = declare(f"id: k\ntags: nlp\nmatch: {{keywords: [x]}}\n{line}\n")
    assert [f"{problem.what} {problem.fix}" for problem in problems] == [said]


def _keys_of(model, path=()):
    for name, field in model.model_fields.items():
        inner = model_in(field.annotation)
        yield (*path, field.alias or name)
        if inner is not None and inner not in {Part, model}:
            yield from _keys_of(inner, (*path, field.alias or name))


@pytest.mark.parametrize("location", [*_keys_of(Declaration), *_keys_of(Part)], ids=".".join)
def test_every_key_has_a_form_to_show(location):
    model = Part if location[0] in Part.model_fields else Declaration
    form = find_form(model, location, "string_type", "it")
    assert form.example not in {"", "…"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'match: {regex: "\\d+"}',
            "l.yaml:3:18: this is not valid YAML: found unknown escape character 'd'. "
            r"In double quotes a \ begins an escape. Use single quotes: '\d'.",
        ),
        (
            'match: {regex: "\\bcat"}',
            r"l.yaml:3:9: match.regex: '\x08cat' holds a backspace, which YAML makes of \b in double quotes. "
            r"Use single quotes: '\b'.",
        ),
        (
            "\tmatch: 5",
            r"l.yaml:3:1: this is not valid YAML: found character '\t' that cannot start any token. "
            "Indent with spaces, not with tabs.",
        ),
    ],
)
def test_usual_mistakes_of_yaml_are_told_how_to_mend(text, said):
    _, problems = declare(f"id: k\ntags: nlp\n{text}\n")
    assert shown(problems) == [said]


def test_an_example_with_a_column_that_records_lack_is_told_the_nearest():
    text = (
        "id: k\ntags: nlp\nmatch: {keywords: [x]}\nexamples: {match: [{titel: x}], no_match: {starz: 1, voted: nlp}}\n"
    )
    _, problems = declare_lfs(Document("l.yaml", text), TAGS, FIELDS, columns=("title", "stars"))
    assert shown(problems) == [
        "l.yaml:4:21: 'titel' is no column of the records. Did you mean 'title'?",
        "l.yaml:4:44: 'starz' is no column of the records. Did you mean 'stars'?",
    ]
