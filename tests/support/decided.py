"""Decisions, given tags and the tag graph, made by hand for tests of corrections."""

from support.made import make_vocabulary
from weaklabel.corrections import Given, settle
from weaklabel.tags import build_graph, resolve_tags
from weaklabel.terms import Tag, Vocabulary
from weaklabel.terms.decisions import Decision

PARENTS = {"pytorch": ["deep-learning"], "keras": ["deep-learning"], "deep-learning": ["machine-learning"]}
VOCABULARY = Vocabulary.of(
    [
        Tag("machine-learning", ("ml",)),
        Tag("deep-learning", ("dl",), ("machine-learning",)),
        Tag("pytorch", ("torch",), ("deep-learning",)),
        Tag("keras", (), ("deep-learning",)),
        Tag("cooking", ("recipes", "kitchen")),
    ]
)


def say(record_id=1, annotator="ana", time="", *, is_final=False, note="", **verdicts):
    """Decisions of one annotator on a record; `_` in a tag stands for `-`."""
    return [
        Decision(record_id, tag.replace("_", "-"), verdict, annotator, time, note, is_final)
        for tag, verdict in verdicts.items()
    ]


def make_given(*tags, ids=None, task="multilabel", vocabulary=VOCABULARY):
    """Given tags as authors wrote them, record after record; None is unlabelled."""
    graph = build_graph(vocabulary)[0]
    rows = [None if row is None else tuple(row) for row in tags]
    return Given(ids or tuple(range(1, len(rows) + 1)), resolve_tags(rows, vocabulary), vocabulary, graph, task)


def make_classes(*tags):
    """The same, where each record has one of the classes ham, spam and scam."""
    return make_given(*tags, task="multiclass", vocabulary=make_vocabulary("ham", "spam", "scam"))


def settled(*decisions, least=1):
    """What decisions settle; lists of them are joined."""
    return settle([each for said in decisions for each in said], least)
