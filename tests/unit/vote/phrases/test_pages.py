"""What the compiled matcher is told of characters is what folding and Python's Unicode data say."""

import unicodedata
from functools import cache

import pytest

from support import phrase_reference as reference
from support.phrase_matchers import native_matcher, python_matcher, votes
from weaklabel.folding import fold, is_separator, is_unspaced, is_word_character, joins_previous
from weaklabel.vote.phrases.pages import ALPHA, JOINING, SIZE, SPACE, UNSPACED, WORD, make_page

N_PAGES = 0x110000 // SIZE
# Latin, combining marks, Greek, Indic, Thai, Tibetan, Hangul, punctuation, Kana, CJK, surrogates, ligatures, full
# width, mathematical and musical signs, emoji, CJK of the supplement, tags, the end.
SOME_PAGES = [0x00, 0x01, 0x02, 0x03, 0x09, 0x0E, 0x0F, 0x11, 0x1E, 0x20, 0x21, 0x30, 0x33, 0x4E, 0xAC, 0xD7, 0xD8,
              0xFA, 0xFB, 0xFD, 0xFE, 0xFF, 0x110, 0x1D1, 0x1D4, 0x1F1, 0x1F6, 0x2F8, 0xE01, 0x10FF]  # fmt: skip
PARTS = [
    pytest.param(SOME_PAGES, id="some pages"),
    *(
        pytest.param(range(first, first + N_PAGES // 16), id=f"from U+{first * SIZE:04X}", marks=pytest.mark.slow)
        for first in range(0, N_PAGES, N_PAGES // 16)
    ),
]


def characters_of(number):
    return [chr(c) for c in range(number * SIZE, (number + 1) * SIZE)]


def class_by_reference(c):
    """Everything but JOINING."""
    if reference.is_separator(c):
        return SPACE
    is_letter = unicodedata.category(c)[0] == "L"
    return WORD * reference.is_word(c) | UNSPACED * reference.is_unspaced(c) | ALPHA * is_letter


@pytest.mark.parametrize("numbers", PARTS)
def test_classes_are_those_of_folding_and_of_pythons_unicode_data(numbers):
    for number in numbers:
        for c, class_ in zip(characters_of(number), make_page(number, keep_case=False).classes, strict=True):
            assert class_ & ~JOINING == class_by_reference(c), ascii(c)
            assert bool(class_ & JOINING) == joins_previous(c), ascii(c)
            assert bool(class_ & SPACE) == is_separator(c), ascii(c)
            if not class_ & SPACE:
                assert bool(class_ & WORD) == is_word_character(c), ascii(c)
                assert bool(class_ & UNSPACED) == is_unspaced(c), ascii(c)


@pytest.mark.parametrize("keep_case", [False, True])
@pytest.mark.parametrize("numbers", PARTS)
def test_folded_forms_are_those_of_folding_and_of_pythons_unicode_data(numbers, keep_case):
    for number in numbers:
        page = make_page(number, keep_case=keep_case)
        forms = []
        for c, start, length in zip(characters_of(number), page.offsets, page.lengths, strict=True):
            form = page.folded[start : start + length].decode("utf-8", "surrogatepass")
            assert form == ("" if joins_previous(c) else fold(c, keep_case=keep_case)), ascii(c)
            assert form in ("", reference.folded(c, keep_case)), ascii(c)
            forms.append(form)
        assert page.needed == {ord(c) // SIZE for form in forms for c in form}


def normal(text):
    return unicodedata.normalize("NFKC", text)


@cache
def characters_that_compose():
    """The starters that another character may compose with, each before a gap to fill."""
    decomposed = (unicodedata.decomposition(chr(c)).split() for c in range(0x110000))
    firsts = {chr(int(parts[0], 16)) for parts in decomposed if len(parts) == 2 and not parts[0].startswith("<")}
    firsts |= {"\u1100", "\uac00"}  # Hangul is composed by rule
    return "|".join(f"{normal(first)}\x00" for first in sorted(firsts) if unicodedata.combining(first) == 0)


@pytest.mark.parametrize("numbers", PARTS)
def test_characters_that_are_not_joining_fold_the_same_whatever_stands_before_them(numbers):
    # Two normal texts are normal together, or composing them would change something: before casefolding, and after.
    firsts = characters_that_compose()
    for number in numbers:
        for c, class_ in zip(characters_of(number), make_page(number, keep_case=False).classes, strict=True):
            if not class_ & JOINING and c != "\x00" and unicodedata.category(c) not in ("Cn", "Co", "Cs"):
                for form in {normal(c), normal(normal(c).casefold())}:
                    stays = unicodedata.is_normalized("NFKC", firsts.replace("\x00", form))
                    assert stays, ascii(c)


@pytest.mark.parametrize("numbers", PARTS)
@pytest.mark.parametrize("keep_case", [False, True])
def test_every_character_around_a_phrase_gives_the_votes_of_the_python_matcher(numbers, keep_case):
    phrases = ["xy", "é", ".", "学", "+", "1", "y", "x y"]
    texts = [
        text for number in numbers for c in characters_of(number) for text in (f"{c}xy{c} é{c}1", f".{c}学{c}+ x{c}y")
    ]
    found = votes(native_matcher(phrases, keep_case=keep_case), texts)
    assert found == votes(python_matcher(phrases, keep_case=keep_case), texts)
    for text, listed in list(zip(texts, found, strict=True))[:: 7 if len(numbers) < 40 else 97]:
        assert listed == reference.matching_phrases(phrases, text, keep_case), ascii(text)


@pytest.mark.parametrize("number", SOME_PAGES)
def test_every_character_as_a_phrase_is_found(number):
    phrases = [c for c in characters_of(number) if reference.surface(c)]
    for make in (native_matcher, python_matcher):
        found = votes(make(phrases), [f"a {phrase} b" for phrase in phrases])
        for i, (phrase, listed) in enumerate(zip(phrases, found, strict=True)):
            assert (i in listed) == bool(reference.find(phrase, f"a {phrase} b")), ascii(phrase)
