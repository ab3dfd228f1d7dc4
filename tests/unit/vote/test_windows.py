"""Parts that stand near each other: by hand, and against trying every choice of spans."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weaklabel.vote.windows import count_apart, find_words, stand_within


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("Deep-learning, at 3d!", ["Deep", "learning", "at", "3d"]),
        ("naïve cafe\u0301", ["naïve", "cafe"]),  # a combining mark at the end adds no word
        ("AI計算機 ok", ["AI", "計", "算", "機", "ok"]),
    ],
)
def test_words(text, words):
    assert [text[start:end] for start, end in find_words(text)] == words


def test_a_stretch_is_counted_in_words_with_its_first_and_last():
    text = "one two three four five"
    one, three, five = (0, 3), (8, 13), (19, 23)
    assert stand_within(text, [[one], [three]], 3)
    assert not stand_within(text, [[one], [three]], 2)
    assert stand_within(text, [[three], [one]], 3)  # in any order
    assert stand_within(text, [[one, three], [five]], 3)  # the nearest of each counts
    assert stand_within(text, [[one], [three], [five]], 5)
    assert not stand_within(text, [[one], [three], [five]], 4)
    assert not stand_within(text, [[one], []], 9)
    assert stand_within(text, [[(0, 7)], [three]], 3)  # a span of two words
    assert stand_within(text, [[(1, 2)], [(5, 6)]], 2)  # inside of words


def by_trying(text, parts, n_words):
    words = find_words(text)
    return any(
        sum(end > min(start for start, _ in chosen) and start < max(end for _, end in chosen) for start, end in words)
        <= n_words
        for chosen in product(*parts)
    )


spans = st.tuples(st.integers(0, 25), st.integers(1, 6)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(st.lists(spans, max_size=4), min_size=1, max_size=3), st.integers(1, 8), st.data())
def test_some_choice_of_spans_is_near_enough(parts, n_words, data):
    text = data.draw(st.text(alphabet="ab ,計", min_size=32, max_size=32))
    assert stand_within(text, parts, n_words) == by_trying(text, parts, n_words)


@given(st.lists(spans, max_size=6))
def test_spans_that_do_not_overlap_are_counted(listed):
    def most(rest, taken):
        options = [s for s in rest if all(s[0] >= t[1] or s[1] <= t[0] for t in taken)]
        return max((1 + most([o for o in options if o > s], [*taken, s]) for s in options), default=0)

    assert count_apart(listed) == most(sorted(set(listed)), [])
