"""Sets of regular expressions against Python's `re`, one pattern and one text at a time."""

import random
import re
import sys
import warnings
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weaklabel.vote.patterns import PatternSet
from weaklabel.vote.patterns.images import ASCII, NON_ASCII_IMAGES, cased, image
from weaklabel.vote.patterns.prefilter import Prefilter

# Characters that meet each other under re.IGNORECASE, in categories, at boundaries and at line ends.
LETTERS = [
    *"abkKsSiIxz_", "ß", "ẞ", "ſ", "\u212a", "İ", "ı", "é", "É", "e\u0301", "µ", "μ", "Σ", "ς", "σ", "ﬅ", "ﬆ", "ǅ",
]  # fmt: skip
OTHERS = [
    *"019 -.,#+?*()[]{}|^$\\/&~\"'", "\n", "\r", "\t", "\v", "\f", "\x00", "\x1c", "\x1f", "\x7f", "\x85", "\xa0",
    "\u2028", "\u3000", "\u0301", "\u200b", "٣", "²", "½", "Ⅷ", "ⅷ", "Ⓐ", "ⓐ", "機", "学", "한", "ไ", "ी", "😀",
    "\ud800", "\U0001d400", "\U00010400", "\U00010428",
]  # fmt: skip
CLASSES = [r"\d", r"\D", r"\s", r"\S", r"\w", r"\W"]
ASSERTIONS = ["^", "$", r"\A", r"\Z", r"\b", r"\B"]
REPEATS = ["*", "+", "?", "{2}", "{,2}", "{1,}", "{0}", "{1,3}", "{3,9}", "{5}", "{0,1}", "{2,2000}"]
FLAGS = ["a", "i", "m", "s", "x", "u", "im", "as"]
NASTY = [
    r"\bk\b", "ſ", "[ſ]", "[^ſ]", "(?i:ſ)t", "İ", "ı", "[ı-ſ]", "[À-ÿ]", "[^à]", "K", r"[\W\d]", r"[^\w\s]",
    r"[^\W\d_]", r"[\D\S]", r"(?a)\w\b", r"(?a)[^\w]", r"(?a:\bé)", r"(?ai)k", r"(?u)\bß", r"(?a)\W\d", r"(?a)\s",
    r"(?ai)[^k]x", r"(?-i:K)s", r"(?i:k)", r"a$\n", r"a$\nb", r"(?m)a$\n^b", r"(?m)^$", r"^$", "$", r"\Z", r"a\Z",
    r"\n\Z", r"(?s)a.b", "a.b", r"[^a]b", r"(?s:.)(?-s:.)x", r"\B", r"\Bа\B", r"\b", r"x\b\bx", r"a\B", r"(?=a)",
    r"(?=.*a)(?=.*b)", r"(?!a).b", r"(?<=a)b", r"(?<!a)b", r"(?<=^a)b", r"(?=a$)a", r"(?=(a))\1b", r"(?:(?=a)|b)x",
    r"(?:(?=ab)a)?c", r"((?=k)k)+s", r"((?=b))?a", r"(?!(?=a))b", r"(a)\1", r"(a)?\1b", r"(a|b)\1", r"(?i)(k)\1",
    r"(?P<x>s)(?P=x)", r"(a)?b(?(1)c|d)", r"(a)?(?(1)b)", r"(?P<q>')?a(?(q)')", r"(?>a*)b", r"(?>a|ab)c", r"a*+b",
    r"a?+a", r"a{1,2}+a", r"(?>(?=a)a)b", r"(?:a|b|)c", r"(?:|a)", r"a||b", "", r"()", r"(?:)x", r"(?x) a b # c",
    r"(?x)a\ b", r"a{,2}b", r"a{,}b", r"a{2", r"x{2,}y", r"(?:a{3}){4}", r"((a{2}){2}){2}", r"(?:a{1000}){0,3}b",
    r"a{0}b", r"(?:ab){0,5}c", r"[]a]", r"[^]a]", r"[a\]-]", r"[\b]", r"\x00", r"[\x00-\x1f]", r"\07",
    r"\N{KELVIN SIGN}", r"[\x1c-\x1f]", r"[^\n]a", r"[^\x00-\x7f]", r"[\x00-\x7f]", r"[^\x00-\U0010ffff]", r"\ud800",
    r"[\ud800-\udfff]", r"[学-機]", r"機械?学", r"\bé\b", r"é\B", r"(?i)straße", r"(?i)STRASSE", r"σ", r"[ς]", r"µ",
    r"ﬅ", r"(?i)[ⓐ-ⓩ]", r"\b\d+(?:\.\d+)?\s*%", r"\s", r"\s+$", r"٣", r"[٠-٩]", r"\w+?\b.*?x", r"[\s\S]", r".", r".+",
    r"\W", r"(.)\1", r"(?:(?:(?:a?)*)+)*b", r"(?!)", r"(?!)a|b", r"a(?!)|", r"a(?#c)b", r"(?:a(?i:b)c)", r"a.*b",
    r"a.*b|b.*a", r"(?:a.*b)+k", r"(?:a.*b)?k", r"(?:a.*b|k)s", r"a[^\n]*(?=b)", r"(?=.*a|.*b)k",
    r"a(?:\w+\s+){0,5}b", r"(?s)a.*\Z", r"(?:a+ )+b", r"(?i:a.*?k)", r"(a.*)\1", r"(?>a.*)b", r"(a)?(?(1)b.*|k.*)s",
    r"(?:k.*|a)" * 8, "|".join(["a.*b"] * 100), "(?:" * 90 + "a" + ")" * 90, r"\b(?:a|k.*s|i)\b", r"(?<=a.)b",
    r"(?=a.*b)(?!k)",
]  # fmt: skip


class Grammar:
    """Writes random patterns out of nearly all that `re` takes."""

    def __init__(self, rng):
        self.rng = rng
        self.groups = 0

    def pattern(self):
        flags = f"(?{self.rng.choice(FLAGS)})" if self.rng.random() < 0.2 else ""
        return flags + self.alternatives(3)

    def alternatives(self, depth):
        branches = self.rng.choice([1, 1, 1, 2, 3])
        return "|".join(self.sequence(depth) for _ in range(branches))

    def sequence(self, depth):
        return "".join(self.part(depth) for _ in range(self.rng.choice([0, 1, 1, 2, 3, 4])))

    def part(self, depth):
        kind = self.rng.random()
        if kind < 0.12:
            return self.rng.choice(ASSERTIONS)
        unit = self.atom() if kind < 0.72 or not depth else self.group(depth - 1)
        if self.rng.random() < 0.3:
            unit += self.rng.choice(REPEATS) + self.rng.choice(["", "", "?", "+"])
        return unit

    def atom(self):
        choice = self.rng.random()
        if choice < 0.15:
            return self.rng.choice(CLASSES)
        if choice < 0.22:
            return "."
        return self.set() if choice < 0.4 else re.escape(self.character())

    def character(self):
        return self.rng.choice(LETTERS if self.rng.random() < 0.75 else OTHERS)[0]

    def set(self):
        members = [self.member() for _ in range(self.rng.choice([1, 1, 2, 3]))]
        return f"[{self.rng.choice(['', '', '^'])}{''.join(members)}]"

    def member(self):
        choice = self.rng.random()
        if choice < 0.2:
            return self.rng.choice(CLASSES)
        ends = sorted([self.character(), self.character()])
        return "-".join(map(re.escape, ends)) if choice < 0.4 else re.escape(ends[0])

    def group(self, depth):
        choice = self.rng.randrange(11)
        if choice in (0, 1):
            self.groups += 1
            return f"({self.alternatives(depth)})"
        if choice == 2 and self.groups:
            return f"\\{self.rng.randint(1, self.groups)}"
        if choice == 3 and self.groups:
            number = self.rng.randint(1, self.groups)
            return f"(?({number}){self.sequence(depth)}|{self.sequence(depth)})"
        opening = ["?:", "?:", "?:", "?:", "?>", "?=", "?!", "?<=", "?<!", "?i:", "?-i:", "?s:", "?a:", "?u:"]
        return f"({self.rng.choice(opening)}{self.alternatives(depth)})"


def random_pattern(rng):
    """A random pattern that `re` takes (it takes no look-behind of changing length, for one)."""
    while True:
        pattern = rng.choice(NASTY) if rng.random() < 0.1 else Grammar(rng).pattern()
        if is_valid(pattern):
            return pattern


def is_valid(pattern):
    try:
        re.compile(pattern)
    except (re.error, FutureWarning):
        return False
    return True


def random_text(rng):
    is_ascii = rng.random() < 0.5
    characters = [c for c in (*LETTERS, *LETTERS, *OTHERS) if c.isascii() or not is_ascii]
    pool = [*rng.sample(characters, 5), rng.choice("ab\n")]
    return "".join(rng.choice(pool) for _ in range(rng.randint(0, 12)))


def expected_matches(patterns, texts):
    compiled = [re.compile(pattern, 0 if keep_case else re.IGNORECASE) for pattern, keep_case in patterns]
    return [[int(p.search(text) is not None) for p in compiled] for text in texts]


def assert_as_re(patterns, texts):
    found = PatternSet(patterns).matches(texts).toarray().tolist()
    for text, row, truth in zip(texts, found, expected_matches(patterns, texts), strict=True):
        wrong = [
            pattern for pattern, is_found, is_true in zip(patterns, row, truth, strict=True) if is_found != is_true
        ]
        assert not wrong, (wrong, text)


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False))
def test_random_patterns_are_found_where_re_finds_them(rng):
    patterns = [(random_pattern(rng), rng.random() < 0.4) for _ in range(4)]
    assert_as_re(patterns, [random_text(rng) for _ in range(6)])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text(max_size=10), max_size=5), st.lists(st.sampled_from(NASTY), min_size=1, max_size=5), st.booleans()
)
def test_any_text_is_searched_as_re_searches_it(texts, patterns, keep_case):
    assert_as_re([(pattern, keep_case) for pattern in patterns], texts)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_pieces_of_a_text_are_found_in_it_whatever_their_case(data):
    text = data.draw(st.text(min_size=1, max_size=12))
    start = data.draw(st.integers(0, len(text) - 1))
    piece = text[start : data.draw(st.integers(start + 1, len(text)))]
    patterns = [re.escape(way(piece)) for way in (str, str.upper, str.lower, str.title, str.swapcase)]
    assert_as_re([(pattern, keep_case) for pattern in patterns for keep_case in (True, False)], [text])


@pytest.mark.parametrize("keep_case", [True, False])
def test_nasty_patterns_are_found_where_re_finds_them(keep_case):
    rng = random.Random(0)
    lines = ["a\n", "a\nb", "\n\n", "b\na\n", "b\n\na"]
    texts = [*LETTERS, *OTHERS, *lines, "", *(random_text(rng) for _ in range(300)), *NASTY]
    assert_as_re([(pattern, keep_case) for pattern in NASTY], texts)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_many_random_patterns_are_found_where_re_finds_them(seed):
    rng = random.Random(seed)
    for _ in range(20):
        patterns = [(random_pattern(rng), rng.random() < 0.4) for _ in range(40)]
        assert_as_re(patterns, [random_text(rng) for _ in range(40)])


def test_the_random_patterns_and_texts_mean_something():
    """Matches and near misses are frequent, the prefilter is at work, and it says no to what it is there for."""
    rng = random.Random(0)
    patterns = [(random_pattern(rng), False) for _ in range(400)]
    texts = [random_text(rng) for _ in range(100)]
    matches = sum(map(sum, expected_matches(patterns, texts)))
    assert 4_000 < matches < 30_000
    for ascii_only in (True, False):
        prefilter = Prefilter([(pattern, int(re.IGNORECASE)) for pattern, _ in patterns], ascii_only=ascii_only)
        own = [text for text in texts if text.isascii() or not ascii_only]
        assert len(prefilter.candidates("")) < 280  # of 400
        assert sum(len(prefilter.candidates(text)) for text in own) < 0.6 * 400 * len(own)


EVERY = [chr(code) for code in range(sys.maxunicode + 1)]


def test_a_character_and_its_image_are_in_the_same_categories():
    images = "".join(map(image, EVERY))
    for category in (r"\w", r"\d", r"\s", r"\n"):
        found = re.compile(category)
        whole = [match.start() for match in found.finditer("".join(EVERY))]
        assert whole == [match.start() for match in found.finditer(images)]
    assert set(images[:128]) == set(ASCII)
    assert images[:128] == ASCII
    assert set(images[128:]) == NON_ASCII_IMAGES


def test_no_character_without_a_case_equals_another_one_when_case_is_ignored():
    """What `images_of_variants` goes by: it asks `re` about cased characters only."""
    variants = set(cased())
    others = [c for c in EVERY[128:] if c not in variants]
    assert len(variants) < 5_000
    assert re.findall(f"[{re.escape(cased())}]", "".join(others), re.IGNORECASE) == []
    # A class of all the others, as the ranges between the cased ones.
    bounds = [0x7F, *map(ord, cased()), sys.maxunicode + 1]
    ranges = [(after + 1, before - 1) for after, before in pairwise(bounds) if after + 1 < before]
    assert sum(last - first + 1 for first, last in ranges) == len(others)
    uncased = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)
    assert re.findall(f"[{uncased}]", cased() + ASCII, re.IGNORECASE) == []


def test_what_equals_an_ascii_letter_when_case_is_ignored_has_that_letter_as_its_image():
    beyond = "".join(EVERY[128:])
    for c in ASCII:
        for other in re.findall(re.escape(c), beyond, re.IGNORECASE):
            assert image(other).lower() == c.lower()
    aliases = re.findall(r"[\x00-\x7f]", beyond, re.IGNORECASE)
    assert aliases == ["\u0130", "\u0131", "\u017f", "\u212a"]
    with warnings.catch_warnings(action="ignore"):
        for first in range(128):
            for last in range(first, 128):
                found = re.findall(f"[\\x{first:02x}-\\x{last:02x}]", "".join(aliases) + ASCII, re.IGNORECASE)
                assert {image(c) for c in found} <= set(found)
