"""Random phrases and texts for the phrase matcher, made so that they meet each other, look-alikes and odd folding."""

import unicodedata

from support import phrase_reference as reference

WORDS = [
    "c", "C", "c++", "C++", "c#", "C#", "f#", "c+", "r", "go", "net", ".net", ".NET", "asp.net", "node.js", "js",
    "gpt-2", "gpt 2", "GPT_2", "gpt", "2", "3d", "3", "d", "python", "Python3", "word", "words", "class", "classes",
    "neural network", "graph-neural network", "graph", "network", "networks", "data", "data  set", "#python", "#",
    "##", "+", "++", "+++", ".", "..", "@", "at&t", "-", "_", "--", "s", "S", "ss", "es", "x", "i", "ix",
    "straße", "STRASSE", "strasse", "ß", "ẞ", "İ", "i\u0307", "ı", "I", "ﬁ", "fi", "ﬁne", "fine", "oﬃce", "office",
    "ﬆ", "st", "½", "1", "1⁄2", "①", "Ⅸ", "℡", "tel", "㎏", "kg", "㍿", "株式会社", "ＡＩ", "ＡＩ２", "ai", "ai2",
    "café", "cafe\u0301", "cafe", "e\u0301", "e", "\u0301", "\u0300", "\u0323", "\u0345", "ΐ", "ς", "Σ", "σ",
    "機械学習", "機械", "学習", "学", "データ", "ﾃﾞｰﾀ", "テ\u3099", "ー", "々", "한국어", "한국", "어",
    "\u1112\u1161\u11ab", "\u1112", "\u1161", "\u11ab", "\uac00", "\u11a8", "ภาษาไทย", "ไทย", "ำ", "กำ", "ລາວ", "កម្ពុជា",
    "हिन्दी", "हिन्द", "ी", "𠮷野家", "𠮷", "😀", "👩\u200d💻", "❤\ufe0f", "\U0001d400", "\U0001f1fa", "𝒜", "a",
    "\x00", "\x1c", "\x1f", "\x1d\x1e", "\x85", "\u2011", "\u2010", "\u2014", "\u2212", "\u00ad", "\u00a0",
    "\u200b", "\u3000", "\u2028", "\t", "\n", "\r\n", "'", "’s", "/", "(", ")", "،", "\u0640", "\ufdfa", "ǰ", "ŉ", "n",
]  # fmt: skip
SEPARATORS = ["", "", "", " ", " ", "-", "_", "\u2011", "\x1f", " \t-", "\n", ".", ","]
WAYS = [
    str,
    str,
    str.upper,
    str.title,
    lambda w: unicodedata.normalize("NFD", w),
    lambda w: unicodedata.normalize("NFKC", w),
    lambda w: w + "s",
    lambda w: w.replace(" ", "\u2011"),
    lambda w: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in w),  # full width
]

ASCII_WORDS = [word for word in WORDS if word.isascii()]
ASCII_SEPARATORS = [separator for separator in SEPARATORS if separator.isascii()]
FILLER = "lorem ipsum/dolor_sit, amet (consectetur) adipiscing-elit 4 sed! do: eiusmod;tempor " * 20

# The compiled matcher reads ASCII in vectors of 16 bytes and blocks of 64, and 80 bytes less than a power of two is
# where its buffer is full.
EDGES = [15, 16, 17, 31, 32, 33, 48, 62, 63, 64, 65, 66, 80, 127, 128, 129, 176, 191, 192, 193, 256, 432]


def random_text(rng, words):
    return "".join(rng.choice(WAYS)(rng.choice(words)) + rng.choice(SEPARATORS) for _ in range(rng.randint(1, 7)))


def random_phrases(rng, words, count=8):
    phrases = []
    while len(phrases) < count:
        phrase = rng.choice(WAYS)(rng.choice(words))
        if rng.random() < 0.3:
            phrase += rng.choice(SEPARATORS) + rng.choice(words)
        if reference.surface(phrase):
            phrases.append(phrase)
    return phrases


def random_ascii_text(rng, words):
    """An ASCII text with words across the edges of blocks, that ends at one or near it."""
    words = [word for word in words if word.isascii()] or ASCII_WORDS
    text = ""
    while len(text) < 16 or rng.random() < 0.6:
        edge = rng.choice(EDGES)
        word = rng.choice([str, str, str.upper, str.title])(rng.choice(words)) + rng.choice(["", "", "s"])
        before = edge - rng.randint(0, len(word) + 1) - len(text)
        if before > 0:
            start = rng.randrange(100)
            text += FILLER[start : start + before - 1] + rng.choice([" ", " ", "-", "#", ".", "x", "+"])
        text += word + rng.choice(ASCII_SEPARATORS)
    return text[: rng.choice([edge for edge in EDGES if edge <= len(text)])] if rng.random() < 0.5 else text


def random_characters(rng):
    """A few code points from anywhere, combining marks and Hangul more often than others."""
    ranges = ((0x0, 0xD7FF), (0xE000, 0x10FFFF), (0x0, 0x17F), (0x300, 0x36F), (0x1100, 0x11FF), (0x900, 0x109F))
    return "".join(chr(rng.randint(*rng.choice(ranges))) for _ in range(rng.randint(1, 4)))


def random_mixture(rng, words):
    """A text of any kind: short and odd, long ASCII, long with something odd in it, characters from anywhere."""
    kind = rng.random()
    if kind < 0.45:
        return random_text(rng, words)
    if kind < 0.75:
        return random_ascii_text(rng, words)
    parts = [random_ascii_text(rng, words), random_text(rng, words), random_characters(rng), random_text(rng, words)]
    rng.shuffle(parts)
    return rng.choice(SEPARATORS).join(parts[: rng.randint(1, 4)])
