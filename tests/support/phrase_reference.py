"""What a phrase matches, as slowly and plainly as it can be said. It shares no code with weaklabel.

Sources: "What a phrase matches" in the design, the docstring of weaklabel.vote.phrases.matcher, and folding's list of
the scripts that are written without spaces between words.
"""

import unicodedata
from functools import lru_cache

UNSPACED_BLOCKS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1100, 0x11FF),  # Hangul Jamo
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),  # ideographic iteration mark, closing mark, number zero
    (0x3040, 0x318F),  # Hiragana, Katakana, Bopomofo, Hangul compatibility Jamo
    (0x31A0, 0x31BF),  # Bopomofo extended
    (0x31F0, 0x31FF),  # Katakana phonetic extensions
    (0x3400, 0x4DBF),  # CJK extension A
    (0x4E00, 0x9FFF),  # CJK unified ideographs
    (0xA960, 0xA97F),  # Hangul Jamo extended A
    (0xA9E0, 0xA9FF),  # Myanmar extended B
    (0xAA60, 0xAA7F),  # Myanmar extended A
    (0xAC00, 0xD7FF),  # Hangul syllables, Jamo extended B
    (0xF900, 0xFAFF),  # CJK compatibility ideographs
    (0x1AFF0, 0x1B16F),  # Kana extensions and supplement
    (0x20000, 0x3FFFF),  # CJK extensions B and later
)


@lru_cache(maxsize=4096)
def is_separator(c):
    return c.isspace() or c == "_" or unicodedata.category(c) == "Pd"


@lru_cache(maxsize=4096)
def is_word(c):
    return unicodedata.category(c)[0] in ("L", "N", "M")


@lru_cache(maxsize=4096)
def is_unspaced(c):
    return any(first <= ord(c) <= last for first, last in UNSPACED_BLOCKS)


@lru_cache(maxsize=4096)
def folded(text, keep_case=False):
    """NFKC and casefold (normal again after it), and one space for every run of separators."""
    normal = unicodedata.normalize("NFKC", text)
    if not keep_case:
        normal = unicodedata.normalize("NFKC", normal.casefold())
    result = ""
    for c in normal:
        if not is_separator(c):
            result += c
        elif not result.endswith(" "):
            result += " "
    return result


def surface(phrase, keep_case=False):
    """The folded phrase, without separators around it."""
    return folded(phrase, keep_case).strip(" ")


def accepted_forms(form):
    """The surface, and its plural where it has four letters or more, ends in a letter and not in ss."""
    letters = [c for c in form if c.isalpha()]
    ends_in_letter = form[-1].isalpha() and not is_unspaced(form[-1])
    if len(letters) >= 4 and ends_in_letter and form[-2:] != "ss":
        return [form, form + "s"]
    return [form]


def may_start(text, start):
    """A token may begin here: at the text's start, or after something that is not part of the same token."""
    if start == 0:
        return True
    before, first = text[start - 1], text[start]
    if is_unspaced(before) or is_unspaced(first):
        return True
    if is_word(before):
        return False
    return is_word(first) or before != first


def may_end(text, end):
    """A token may end here: at the text's end, or before something that does not make it another token."""
    rest = text[end:]
    if rest == "":
        return True
    last, after = text[end - 1], rest[0]
    if is_unspaced(last) or is_unspaced(after):
        return True
    if not is_word(last):
        return after != last
    if rest.startswith("++"):
        return False
    if after == "#":
        return len(rest) > 1 and rest[1].isalpha()
    return not is_word(after)


def find(phrase, text, keep_case=False):
    """Every (start, end) in the folded text at which the phrase matches."""
    whole = folded(text, keep_case)
    found = []
    for form in accepted_forms(surface(phrase, keep_case)):
        for start in range(len(whole) - len(form) + 1):
            end = start + len(form)
            if whole[start:end] == form and may_start(whole, start) and may_end(whole, end):
                found.append((start, end))
    return sorted(found)


def matching_phrases(phrases, text, keep_case=False):
    """The positions of the phrases that match anywhere in the text."""
    return [i for i, phrase in enumerate(phrases) if find(phrase, text, keep_case)]


def without_nested(phrases, owners, text):
    """The positions of the phrases with a match that is not strictly inside a longer one of another owner."""
    matches = [(start, end, i) for i, phrase in enumerate(phrases) for start, end in find(phrase, text)]
    kept = set()
    for start, end, i in matches:
        rivals = [
            j
            for first, last, j in matches
            if first <= start and end <= last and last - first > end - start and owners[j] != owners[i]
        ]
        if not rivals:
            kept.add(i)
    return sorted(kept)
