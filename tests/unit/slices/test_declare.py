"""Slices in YAML: what each key means, and what is said of each mistake."""

import json
import operator
from random import Random

import pytest

from support.made import phrase_lf
from support.vocabularies import vocabulary
from weaklabel.documents import Document
from weaklabel.errors import Place
from weaklabel.slices import Known, check_ids, check_references, declare_slices
from weaklabel.slices.schema import Where
from weaklabel.terms.conditions import Test as Comparison
from weaklabel.terms.slices import (
    HasFinding,
    HasRareTag,
    InCluster,
    InSlice,
    IsLabelled,
    Joined,
    LFDoes,
    Matches,
    Measures,
    Slice,
    TagIs,
)

TAGS = vocabulary("ai", "nlp < ai", "parsing < nlp", "vision < ai", "games")
LFS = ("alias:ml@title", "alias:nlp@title", "says_game")
COMPARE = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
MADE = phrase_lf("own", "nlp", "x")


def declare(text):
    return declare_slices(Document("slices.yaml", text), Known(TAGS, LFS, lambda *_: MADE))


def condition(where):
    slices, problems = declare(f"- {{id: a, where: {where}}}\n")
    assert problems == []
    return slices[0].condition


@pytest.mark.parametrize(
    ("where", "meaning"),
    [
        ("{match: {keywords: [x]}}", Matches(MADE)),
        ("{metadata: {year: 3}}", Matches(MADE)),
        ("{fires: says_game}", LFDoes("fires", ("says_game",))),
        ('{abstains: "alias:*"}', LFDoes("abstains", ("alias:ml@title", "alias:nlp@title"))),
        ('{conflicts: "*"}', LFDoes("conflicts", None)),
        ("{given: [nlp, games]}", TagIs("given", ("nlp", "games"))),
        ("{area: nlp}", TagIs("given", ("nlp", "parsing"))),
        ("{resolved: nlp}", TagIs("resolved", ("nlp",))),
        ('{inferred: "*"}', TagIs("inferred", None)),
        ("{finding: missing}", HasFinding(("missing",))),
        ("{labelled: false}", IsLabelled(labelled=False)),
        ('{words: {">=": 3, "<": 10}}', Measures("words", (Comparison("<", (10.0,)), Comparison(">=", (3.0,))))),
        ("{tags_given: 2}", Measures("tags_given", (Comparison("==", (2.0,)),))),
        ("{rare: 5}", HasRareTag(5)),
        ("{cluster: [1, 3]}", InCluster((1, 3), 20)),
        ("{cluster: {number: [1, 3], of: 5}}", InCluster((1, 3), 5)),
        ("{slice: b}", InSlice(("b",))),
        ("{rare: 5, labelled: true}", Joined("all_of", (HasRareTag(5), IsLabelled(labelled=True)))),
        ("{none_of: [{rare: 5}, {rare: 6}]}", Joined("none_of", (HasRareTag(5), HasRareTag(6)))),
    ],
)
def test_each_key_has_its_meaning(where, meaning):
    assert condition(where) == meaning


def test_a_file_may_hold_checks_and_the_number_of_clusters():
    slices, problems = declare(
        "clusters: 3\nchecks: [{id: c}]\nslices:\n"
        "  - {id: a, description: why, where: {cluster: 2}, expect: {f1: '>= .7'}}\n"
    )
    assert problems == []
    assert slices == [Slice("a", InCluster((2,), 3), "why", (("f1", ">= .7"),), Place("slices.yaml", 4, 5))]


@pytest.mark.parametrize("text", ["", "# nothing\n", "slices: []", "clusters: 5", "[]", "{}"])
def test_a_file_that_holds_nothing_is_warned_of(text):
    slices, [warning] = declare(text)
    assert (slices, warning.severity, warning.what) == ([], "warning", "it holds no slice.")


def test_a_file_of_checks_alone_needs_no_slices():
    assert declare("slices: []\nchecks: [{id: c}]") == ([], [])
    assert declare("checks: [{id: c}]") == ([], [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- {id: a, where: {wrds: 3}}", "1:19: the key 'wrds' is not known. Did you mean 'words'?"),
        (
            "- {id: a, where: {}}",
            "1:11: where: it has no condition. Give one at least, such as words: {'<': 10}.",
        ),
        (
            "- {id: a b, where: {rare: 3}}",
            "1:4: id: 'a b' has other characters than letters, digits, _ and -. Leave them out.",
        ),
        ("- {id: a}", "1:3: the key 'where' is missing. Add where: …"),
        ("- 3", "1:3: 3 is no slice. Write id and where."),
        ("3", "1:1: the file holds no slices. Write - id: … for each of them."),
        ("- {id: a, where: {given: npl}}", "1:19: 'npl' is no tag. Did you mean 'nlp'?"),
        ("- {id: a, where: {area: [nlp, visoin]}}", "1:31: 'visoin' is no tag. Did you mean 'vision'?"),
        (
            "- {id: a, where: {fires: say_game}}",
            "1:19: no labeling function has the id 'say_game'. Did you mean 'says_game'?",
        ),
        (
            '- {id: a, where: {fires: "no*"}}',
            "1:19: no labeling function has the id 'no*'. `weaklabel lf list --all` shows them.",
        ),
        (
            "- {id: a, where: {cluster: 20}}",
            "1:19: there is no cluster 20: this file has 20, counted from 0. Name another, or raise clusters: … .",
        ),
        (
            "- {id: a, where: {cluster: {number: 5, of: 5}}}",
            "1:29: there is no cluster 5: there are 5, counted from 0. Name another, or raise of: … .",
        ),
        (
            "- {id: all, where: {rare: 3}}",
            "1:4: id: no slice can have the id 'all': it stands for all records. Name it otherwise.",
        ),
        (
            "- {id: a, where: {rare: 3}, expect: }",
            "1:29: expect is empty. Indent what belongs to it below it, or remove it.",
        ),
        (
            "- {id: a, where: {words: {'<': , '>': 3}}}",
            "1:27: where.words.< is empty. Indent what belongs to it below it, or remove it.",
        ),
        (
            "- {id: a, where: {words: {}}}",
            '1:19: where.words: it compares with nothing. Write {"<": 10}, say, or a number.',
        ),
        (
            "- {id: a, where: {words: ten}}",
            "1:19: where.words is 'ten'; it should be a mapping of keys to values. Write words: {==: …}.",
        ),
        (
            "- {id: a, where: {words: .nan}}",
            "1:19: where.words: nan is no number to compare with. Write one such as 10.",
        ),
        (
            "- {id: a, where: {words: {'>': true}}}",
            "1:27: where.words.>: true is no number to compare with. Write one such as 10.",
        ),
        (
            "- {id: a, where: {words: {'=<': 10}}}",
            "1:27: where.words: the key '=<' is not known. Did you mean '<='?",
        ),
        (
            "- {id: a, where: {uncertainty: {'>': 1.5}}}",
            "1:19: where.uncertainty: it is from 0 to 1, and compared with 1.5. Write a number from 0 to 1.",
        ),
        (
            "- {id: a, where: {disagreement: {'>': 1}}}",
            "1:19: where.disagreement: it holds for no record: no number from 0 to 1 passes. Widen it.",
        ),
        (
            "clusters: 100000",
            "1:1: clusters is 100000; it should be less than or equal to 1000. Write clusters: 20.",
        ),
        ("slices: {}\nclusters: 1", "1:1: slices is {}; it should be a list. Write slices: […, …]."),
    ],
)
def test_each_mistake_is_told_with_its_place(text, problem):
    slices, problems = declare(text)
    assert slices == []
    assert str(problems[0]) == f"slices.yaml:{problem}"


@pytest.mark.parametrize("key", ["words", "uncertainty"])
@pytest.mark.parametrize("seed", range(5))
def test_a_test_is_refused_where_nothing_passes_it(key, seed):
    """Held against every number that a record could have, or steps so small that none lies between."""
    random, values = Random(seed), range(6) if key == "words" else [step / 8 for step in range(9)]
    bounds = [n / 2 for n in range(10)] if key == "words" else [0, 0.25, 0.5, 1]
    verdicts = set()
    for _ in range(100):
        test = {name: random.choice(bounds) for name in random.sample(sorted(COMPARE), random.randint(1, 3))}
        right = any(all(COMPARE[name](value, bound) for name, bound in test.items()) for value in values)
        _, problems = declare(json.dumps([{"id": "a", "where": {key: test}}]))
        assert bool(problems) is not right, test
        verdicts.add(right)
    assert verdicts == {True, False}


@pytest.mark.parametrize("key", Where.model_fields)
def test_no_key_of_a_condition_may_be_empty(key):
    """What is named and says nothing must not pass as if it were not there."""
    beside = "rare: 3" if key == "labelled" else "labelled: true"
    slices, problems = declare(f"- id: a\n  where:\n    {key}:\n    {beside}\n")
    assert slices == []
    assert [problem.what for problem in problems] == [f"where.{key} is empty."]
    assert problems[0].place.line == 3


def test_one_that_is_wrong_hides_no_other():
    slices, problems = declare("slices:\n  - {id: a, where: {wrds: 3}}\n  - {id: b, where: {rare: 3}}\n  - {id: c}\n")
    assert [each.id for each in slices] == ["b"]
    assert [problem.place.line for problem in problems] == [2, 4]


def made(name, *others, line=1):
    return Slice(name, InSlice(others) if others else HasRareTag(2), place=Place("s.yaml", line))


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("all", "no slice can have the id 'all': it stands for all records."),
        ("record_id", "no slice can have the id 'record_id': it is the column of ids in slices.parquet."),
        ("größe", "'größe' has other characters than letters, digits, _ and -."),
        ("", "'' has other characters than letters, digits, _ and -."),
    ],
)
def test_ids_of_python_functions_are_held_to_the_same(name, what):
    assert [problem.what for problem in check_ids([made(name)])] == [what]


def test_ids_stand_once():
    found = list(check_ids([made("a"), made("b"), made("a", line=9)]))
    assert [str(each) for each in found] == [
        "s.yaml:9: two slices have the id 'a'. Rename one of them; the other is at s.yaml:1."
    ]


def test_slices_that_are_named_are_there_and_are_not_defined_by_themselves():
    assert list(check_references([made("a", "b"), made("b")])) == []
    found = list(check_references([made("short", "shrt"), made("shot")]))
    assert [each.what for each in found] == ["'short' names the slice 'shrt', which is not there."]
    assert [each.what for each in check_references([made("a", "b"), made("b", "a")])] in (
        [["a slice is defined by itself: a → b → a."], ["a slice is defined by itself: b → a → b."]]
    )


def test_limits_are_checked_where_they_stand_and_both_mistakes_are_told():
    slices, problems = declare(
        '- {id: a, where: {labelled: true}, expect: {f1: ">= .7", n: "> 5"}}\n'
        "- id: b\n  where: {labelled: true}\n  expect:\n"
        '    recal: ">= .7"\n    f1: high\n    macro: low\n'
    )
    assert [each.id for each in slices] == ["a"]
    assert [(problem.place.line, problem.what.partition(":")[0]) for problem in problems] == [
        (5, "there is no metric 'recal'."), (6, "f1 of 'b'"),
        (7, "there is no metric 'macro'."), (7, "macro of 'b'"),
    ]  # fmt: skip
    assert "Did you mean 'recall'?" in problems[0].fix
