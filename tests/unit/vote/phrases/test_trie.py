"""What only the compiled matcher can get wrong: blocks of ASCII, UTF-8, hashes that collide."""

import itertools

import numpy as np
import pytest

from support import phrase_reference as reference
from support.phrase_matchers import native_matcher, python_matcher, votes
from weaklabel.vote.phrases import _native

NO_NULLS = np.zeros(0, dtype=np.uint8)


def hash_of(token):
    data = np.frombuffer(token.encode(), dtype=np.uint8)
    return _native.Trie([], 0, False).tokenize(data, np.array([0, len(data)], dtype=np.int32))


def match_bytes(trie, texts):
    data = np.frombuffer(b"".join(texts), dtype=np.uint8)
    offsets = np.cumsum([0, *map(len, texts)]).astype(np.int32)
    indices, indptr = trie.match(data, offsets, NO_NULLS, 0, len(texts))
    return [indices[start:end].tolist() for start, end in itertools.pairwise(indptr)]


@pytest.mark.parametrize("tail", ["", " 学"], ids=["in blocks", "character by character"])
@pytest.mark.parametrize("keep_case", [False, True])
def test_every_ascii_character_before_and_after_a_phrase(tail, keep_case):
    phrases = ["xy", "Xy", ".xy", "xy+", "x y", "y"]
    pairs = list(itertools.product(map(chr, range(128)), repeat=2))
    texts = [f"{before}Xy{after}{tail}" for before, after in pairs]
    found = votes(native_matcher(phrases, keep_case=keep_case), texts)
    assert found == [reference.matching_phrases(phrases, text, keep_case) for text in texts]


@pytest.mark.parametrize("tail", ["", " 学"], ids=["in blocks", "character by character"])
@pytest.mark.parametrize("keep_case", [False, True])
def test_every_ascii_character_as_a_phrase(tail, keep_case):
    characters = [chr(c) for c in range(128)]
    phrases = [c for c in characters if reference.surface(c)] + [f"a{c}b" for c in characters]
    texts = [f"{c}{tail}" for c in characters] + [f"a{c}b{tail}" for c in characters] + ["".join(characters) + tail]
    found = votes(native_matcher(phrases, keep_case=keep_case), texts)
    assert found == [reference.matching_phrases(phrases, text, keep_case) for text in texts]


@pytest.mark.parametrize("unicode", [False, True], ids=["in blocks", "character by character"])
@pytest.mark.parametrize("phrase", ["x", "xy", ".", "c++", "ab cd", ".net", "abcdefgh", "abcdefghi", "a" * 70])
def test_a_phrase_at_every_place_of_a_block(phrase, unicode):
    texts = []
    for before, after in itertools.product([*range(70), 127, 128, 175, 176], range(3)):
        texts += [filler * (before // 2) + phrase + "." * after for filler in ("q ", "q", "; ", "  ")]
        texts += ["q" * before + " " + phrase + after * "s", "q" * before + phrase[:-1]]
    texts = [text + " 学" * unicode for text in texts]
    found = votes(native_matcher([phrase, "s"]), texts)
    assert found == [reference.matching_phrases([phrase, "s"], text) for text in texts]
    assert 500 < sum(map(len, found)) < 2 * len(texts)


@pytest.mark.parametrize("length", [*range(260), 431, 432, 433, 511, 512, 513])
def test_a_text_of_one_token_or_of_nothing_but_symbols_or_spaces(length):
    matcher = native_matcher(["a" * max(length, 1), "."])
    texts = ["a" * length, "." * length, " " * length, "a " * length, ". " * length]
    assert votes(matcher, texts) == [reference.matching_phrases(matcher.phrases, text) for text in texts]


EDGES = [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF]
LEADS = [0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF]


def test_bytes_are_utf8_where_python_says_so():
    trie = _native.Trie([("é", 0), ("a", 1)], 2, False)
    values = [*itertools.product(range(0x7E, 0x100), EDGES), *itertools.product([0xC3, 0xE5], range(0x100))]
    values += itertools.chain.from_iterable(itertools.product(LEADS, *[EDGES] * count) for count in (2, 3))
    n_invalid = 0
    for value in map(bytes, values):
        try:
            text = value.decode()
        except UnicodeDecodeError:
            n_invalid += 1
            with pytest.raises(_native.InvalidUtf8Error) as caught:
                match_bytes(trie, [b"a", value])
            assert caught.value.row == 1, value
        else:
            assert match_bytes(trie, [b"a", value]) == [[1], reference.matching_phrases(["é", "a"], text)], value
    assert 1000 < n_invalid < len(values) - 1000


@pytest.mark.parametrize(
    ("token", "other"), [("tensorflow", "vz0w5nv9bwi14fyu"), ("authentification", "lhn88c4abeb1pe27")]
)
def test_another_token_of_the_same_hash_does_not_match(token, other):
    assert hash_of(other) == hash_of(token)  # made by turning the hash back
    matcher = native_matcher([token, f"{token} 2", f"{other} 3"])
    texts = [token, other, f"{other} 2", f"{token} 2", f"{other} 3", f"{token} 3"]
    assert votes(matcher, texts) == [[0], [], [], [0, 1], [2], [0]]
    both = native_matcher([token, other])
    assert votes(both, [token, other, f"{other} {token}"]) == [[0], [1], [0, 1]]


@pytest.mark.parametrize("pair", [("w72298", "w96883"), ("a w44808", "a w138429"), ("a w68152 x", "a w156532 x")])
def test_phrases_whose_tokens_share_an_edge_are_both_found(pair):
    # 32 bits of what the trie makes of the last tokens' hashes, or the first ones', are the same.
    for phrases in (pair, pair[::-1]):
        assert votes(native_matcher(phrases), [*phrases, "a", " ".join(pair)]) == [[0], [1], [], [0, 1]]


def test_a_text_made_to_jump_about_in_the_trie_does_not_leave_it():
    # The hashes of the long tokens are made so that, where an edge is known by its key alone, each of the tokens
    # alpha to delta leads every active state to another one of the first level: four are active in a trie of depth two.
    forms = [
        "alpha w37", "beta w40", "gamma w27", "delta w0", "h57bn17a60it2jc0 w40", "17hxirlmsv9sq7df w27",
        "uivtfv26gwkar0t6 w27", "cmbzleicaemjlqfu w0", "upl0dqg9f8k28lka w0", "d05dkfhvmpttdybw w0",
    ]  # fmt: skip
    space, by_state = 0xD6E8FEB86659FD93, 0x8EBC6AF09C88C6E3
    assert hash_of("h57bn17a60it2jc0") == hash_of("beta") ^ space ^ by_state  # from state 1, which alpha led to
    trie = _native.Trie([(form, i) for i, form in enumerate(forms)], len(forms), False)
    assert match_bytes(trie, [b"alpha beta gamma delta", b"alpha w37 beta"]) == [[], [0]]


@pytest.mark.parametrize("unit", ["a ", "学", "+", "a-b.c "])
def test_a_token_repeated_keeps_one_state_active_for_each_place_it_may_have_begun_at(unit):
    phrases = [(unit * count).strip() for count in (1, 2, 3, 7, 49, 50)]
    trie = native_matcher(phrases)
    exact = "+" in unit  # + may not follow or precede itself
    many = unit * 100_000
    for count in (1, 2, 6, 7, 48, 49, 50, 51):
        text = unit * count
        assert votes(trie, [text]) == [reference.matching_phrases(phrases, text)]
    assert votes(trie, [many, f"x {many} x"]) == [[] if exact else [0, 1, 2, 3, 4, 5]] * 2


def test_a_phrase_is_found_wherever_in_a_run_of_its_first_token_it_begins():
    matcher = native_matcher(["a " * 20 + "b"])
    assert votes(matcher, ["a " * count + "b" for count in range(15, 90)]) == [[]] * 5 + [[0]] * 70


def test_phrases_of_fifty_tokens():
    long = " ".join(f"w{i}" for i in range(50))
    phrases = [long, long[:-4], f"{long} w50", "w49", f"{long}+"]
    for make in (native_matcher, python_matcher):
        matcher = make(phrases)
        assert votes(matcher, [long, f"{long} w50", f"x {long.upper()}+", long.replace("w25", "w"), long[3:]]) == [
            [0, 1, 3], [0, 1, 2, 3], [0, 1, 3, 4], [3], [3],
        ]  # fmt: skip


def test_phrases_with_positions_outside_are_refused():
    for position in (-1, 2):
        with pytest.raises(IndexError):
            _native.Trie([("a", position)], 2, False)
