"""What the terminal shows of an explanation."""

import pytest
from rich.text import Text

from support.made import make_records
from weaklabel.cli.show_why import _bar, _describe_votes, _highlighted
from weaklabel.terms import Evidence, Explanation, Share, WithoutVote


@pytest.mark.parametrize(
    ("log_odds", "shown"),
    [
        (0.4, "          │          "),
        (2.6, "          │███       "),
        (-10.4, "██████████│          "),
        (10.4, "          │██████████"),
        (10.6, "          │█████████▶"),
        (-25.0, "◀█████████│          "),
    ],
)
def test_a_bar_is_as_long_as_the_log_odds_and_one_that_is_cut_ends_in_an_arrow(log_odds, shown):
    assert _bar(log_odds).plain == shown


VOTES = (
    Evidence("links", "present", "title", 0, 4, "www."),
    Evidence("craft", "present", "title", 5, 8, "saw", "ham"),
    Evidence("several", "absent", tag="ham"),
    Evidence("several", "present", tag="news"),
)
SPAM = Explanation(
    0, 1, "spam", 0.5, None, (Share("usual", 0.0),), None, VOTES,
    (WithoutVote("links", 0.25), WithoutVote("craft", 0.75), WithoutVote("several", 0.5)), 0.5,
)  # fmt: skip


def test_of_classes_each_vote_says_for_or_against_which():
    assert list(_describe_votes(SPAM, is_multiclass=True)) == [
        "links votes for it ('www.' in the title); without it: 0.250 (-1.10)",
        "craft votes for 'ham' ('saw' in the title); without it: 0.750 (+1.10)",
        "several votes against 'ham', for 'news'; without it: 0.500 (+0.00)",
        "without all labeling functions: 0.500 (+0.00)",
    ]


def test_words_that_speak_for_another_class_are_marked_as_against_this_one_unless_both_are_shown():
    records = make_records(["www. saw"])

    def styles(*explanations):
        [(_, text)] = _highlighted(explanations, records, 0)
        assert isinstance(text, Text)
        return {text.plain[span.start : span.end]: span.style for span in text.spans}

    assert styles(SPAM) == {"www.": "black on yellow", "saw": "black on red"}
    ham = Explanation(0, 1, "ham", 0.5, None, (), None, (Evidence("craft", "present", "title", 5, 8, "saw"),))
    assert styles(ham, SPAM)["saw"] == "black on yellow"
