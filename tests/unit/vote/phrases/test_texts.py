"""Whatever texts come as, both matchers read the same in them."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from support.phrase_matchers import native_matcher, python_matcher, votes
from weaklabel.errors import RecordsError

BOTH = pytest.mark.parametrize("make", [native_matcher, python_matcher])

PHRASES = ["alpha", "beta", "café"]
TEXTS = ["Alpha!", None, "", "beta alpha", "alphabet", "cafe\u0301 alpha", None, "BETA 学", "x"]
EXPECTED = [[0], [], [], [0, 1], [], [0, 2], [], [1], []]

ARROW_TYPES = [pa.string(), pa.large_string(), pa.string_view(), *(
    pa.dictionary(pa.int8(), value) for value in (pa.string(), pa.large_string())
)]  # fmt: skip


def string_view_dictionary():
    return pa.DictionaryArray.from_arrays(
        pa.array([0, None, 1, 2]), pa.array(["alpha", "beta", None], type=pa.string_view())
    )


def from_bytes(values, type_=None):
    """An Arrow array of strings whose bytes nobody checked, in buffers of no byte more than needed."""
    type_ = type_ or pa.string()
    width = np.int64 if type_ == pa.large_string() else np.int32
    lengths = [len(value or b"") for value in values]
    offsets = np.cumsum([0, *lengths]).astype(width)
    validity = np.packbits([value is not None for value in values], bitorder="little")
    parts = (validity.tobytes(), offsets.tobytes(), b"".join(value or b"" for value in values))
    return pa.Array.from_buffers(type_, len(values), [pa.py_buffer(part) for part in parts])


@BOTH
@pytest.mark.parametrize("type_", ARROW_TYPES, ids=str)
def test_arrow_arrays(make, type_):
    assert votes(make(PHRASES), pa.array(TEXTS, type=type_)) == EXPECTED


@BOTH
def test_a_dictionary_of_string_views(make):
    assert votes(make(PHRASES), string_view_dictionary()) == [[0], [], [1], []]


@BOTH
@pytest.mark.parametrize(
    "type_", [pa.null(), pa.dictionary(pa.int32(), pa.null()), pa.string(), pa.large_string()], ids=str
)
def test_arrays_of_nothing_but_nulls(make, type_):
    assert votes(make(PHRASES), pa.nulls(3, type=type_)) == [[], [], []]


@BOTH
@pytest.mark.parametrize("type_", ARROW_TYPES, ids=str)
@pytest.mark.parametrize("start", [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 62])
def test_slices_of_arrays_with_nulls(make, type_, start):
    array = pa.array(TEXTS * 7, type=type_)
    for count in (0, 1, 8, 63):
        assert votes(make(PHRASES), array[start : start + count]) == (EXPECTED * 7)[start : start + count]


@BOTH
@pytest.mark.parametrize("type_", [pa.string(), pa.large_string()], ids=str)
def test_slices_of_slices_without_padding_behind_the_buffers(make, type_):
    encoded = [None if text is None else text.encode() for text in TEXTS]
    array = from_bytes(encoded, type_)
    assert votes(make(PHRASES), array) == EXPECTED
    assert votes(make(PHRASES), array[3:][2:4]) == EXPECTED[5:7]
    assert votes(make(PHRASES), array[len(TEXTS) :]) == []


@BOTH
@pytest.mark.parametrize("type_", ARROW_TYPES, ids=str)
def test_chunked_arrays(make, type_):
    matcher = make(PHRASES)
    chunks = [pa.array(part, type=type_) for part in ([], TEXTS[:3], [], TEXTS[3:], [None], [])]
    assert votes(matcher, pa.chunked_array(chunks)) == [*EXPECTED, []]
    assert matcher.matches(pa.chunked_array([], type=type_)).shape == (0, 3)
    assert matcher.matches(pa.chunked_array([chunks[0]])).shape == (0, 3)
    joined = pa.chunked_array([pa.array(TEXTS * 4, type=type_)[5:], pa.array(TEXTS, type=type_)[2:]])
    assert votes(matcher, joined[3:]) == [*(EXPECTED * 4)[8:], *EXPECTED[2:]]


@BOTH
@pytest.mark.parametrize("dtype", ["object", "string", "str", "category", pd.ArrowDtype(pa.string())], ids=str)
def test_pandas_series(make, dtype):
    series = pd.Series([*TEXTS, np.nan, None, pd.NA], dtype="object").astype(dtype)
    expected = [*EXPECTED, [], [], []]
    assert votes(make(PHRASES), series) == expected
    assert votes(make(PHRASES), series[::-1]) == expected[::-1]
    assert votes(make(PHRASES), series[2:7]) == expected[2:7]
    assert votes(make(PHRASES), pd.Index(series)) == expected
    assert votes(make(PHRASES), series.array) == expected
    assert make(PHRASES).matches(series[:0]).shape == (0, 3)


@BOTH
def test_other_iterables(make):
    matcher = make(PHRASES)
    assert votes(matcher, TEXTS) == EXPECTED
    assert votes(matcher, tuple(TEXTS)) == EXPECTED
    assert votes(matcher, (text for text in TEXTS)) == EXPECTED
    assert votes(matcher, iter([])) == []
    assert votes(matcher, ["", None, ""]) == [[], [], []]
    assert votes(matcher, np.array(["alpha", "beta"])) == [[0], [1]]
    assert votes(matcher, np.array(TEXTS, dtype=object)[::-2]) == EXPECTED[::-2]
    assert votes(matcher, pa.table({"text": TEXTS})["text"]) == EXPECTED


@BOTH
def test_memory_that_numpy_holds_read_only_or_with_gaps(make):
    data = np.frombuffer(b"alpha beta", dtype=np.uint8)
    offsets = np.array([0, 99, 5, 99, 10, 99], dtype=np.int32)[::2].copy()
    assert not data.flags.writeable
    offsets.setflags(write=False)
    array = pa.Array.from_buffers(pa.string(), 2, [None, pa.py_buffer(offsets), pa.py_buffer(data)])
    assert votes(make(PHRASES), array) == [[0], [1]]


INVALID = [
    b"\x80", b"\xbf alpha", b"\xff", b"\xfe", b"alpha \xf5\x80\x80\x80",
    b"\xc0\x80", b"\xc1\xbf", b"\xe0\x80\x80", b"\xe0\x9f\xbf", b"\xf0\x80\x80\x80", b"\xf0\x8f\xbf\xbf",  # overlong
    b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf4\x90\x80\x80",  # surrogates, and above U+10FFFF
    b"\xc3", b"\xe5\xad", b"\xf0\x9f\x98", b"\xc3(", b"\xe5\xad(", b"\xf0\x9f\x98(", b"\xf0\x9f(\x80", b"\xe5(\xa6",
    "alpha e\u0301 ".encode() + b"\xff", b"\xff" + "e\u0301".encode(), "e\u0301 學".encode()[:-1],  # and Python folds
]  # fmt: skip


@BOTH
@pytest.mark.parametrize("value", INVALID, ids=repr)
@pytest.mark.parametrize("options", [{}, {"keep_case": True}, {"owners": "aba"}], ids=str)
def test_a_text_that_is_no_utf8_is_named(make, value, options):
    with pytest.raises(UnicodeDecodeError):
        value.decode()
    matcher = make(PHRASES, **options)
    rows = [b"alpha", None, b"beta alpha", value, b"\xff"]
    second = pa.chunked_array([pa.array(["a", None]), pa.array([], pa.string()), from_bytes(rows)])
    sliced = from_bytes([b"\xff", *rows], pa.large_string())[1:]
    for texts, row in ((from_bytes(rows), 3), (second, 5), (sliced, 3), (from_bytes(rows).cast(pa.string_view()), 3)):
        with pytest.raises(RecordsError) as caught:
            matcher.matches(texts)
        assert str(caught.value).startswith(f"text {row} is no UTF-8. ")


@BOTH
def test_a_character_cut_in_two_by_the_rows_is_no_utf8(make):
    encoded = "学".encode()
    with pytest.raises(RecordsError, match=r"text 1 is no UTF-8"):
        make(PHRASES).matches(from_bytes([b"alpha", encoded[:2], encoded[2:]]))


@BOTH
def test_what_is_no_utf8_in_a_null_row_is_not_read(make):
    array = from_bytes([b"alpha", b"\xff\xff", b"beta"])
    holes = pa.Array.from_buffers(pa.string(), 3, [pa.py_buffer(b"\x05"), *array.buffers()[1:]])
    assert votes(make(PHRASES), holes) == [[0], [], [1]]


@BOTH
@pytest.mark.parametrize(
    ("texts", "what"),
    [
        (["alpha", 1], "text 1 is 1, which is no text."),
        ([None, b"alpha"], "text 1 is b'alpha', which is no text."),
        (["", "", 2.5], "text 2 is 2.5, which is no text."),
        (5, "the texts are 5, which is no list."),
        (np.array(["alpha", 2.5], dtype=object), "text 1 is 2.5, which is no text."),
        (pd.Series(["alpha", None, 3], dtype=object), "text 2 is 3, which is no text."),
        (pd.Series([b"alpha"], dtype=object), "text 0 is b'alpha', which is no text."),
        (pd.Series([1, 2]), "the texts are an Arrow array of int64, which are no texts."),
        (pa.array([b"alpha"]), "the texts are an Arrow array of binary, which are no texts."),
        (pa.array([1]).dictionary_encode(), "the texts are an Arrow array of dictionary<values=int64, "),
        (pa.chunked_array([[True]]), "the texts are an Arrow array of bool, which are no texts."),
        (pd.DataFrame({"a": [1]}), "the texts are an Arrow array of struct<a: int64>, which are no texts."),
    ],
    ids=str,
)
def test_what_is_no_text_is_named(make, texts, what):
    with pytest.raises(RecordsError) as caught:
        make(PHRASES).matches(texts)
    assert str(caught.value).startswith(what)


def test_a_text_of_more_than_2_gb_is_named():
    nothing = np.zeros(2**31 + 1, dtype=np.uint8)  # memory that is never written, so it takes none
    offsets = pa.py_buffer(np.array([0, 1, len(nothing)], dtype=np.int64))
    array = pa.Array.from_buffers(pa.large_string(), 2, [None, offsets, pa.py_buffer(nothing)])
    with pytest.raises(RecordsError, match=r"text 2 has more than 2 GB\."):
        native_matcher(PHRASES).matches(pa.chunked_array([pa.array(["alpha"], pa.large_string()), array]))


SURROGATES = [
    "alpha \ud800",
    "\udc00beta",
    None,
    "x \ud83d\ude00 alpha",
    "\ud800\u0301 alpha",
    "\ud800",
    "a\ud800\ud800",
    "",
]


@BOTH
@pytest.mark.parametrize("options", [{}, {"keep_case": True}, {"owners": "abcd"}], ids=str)
@pytest.mark.parametrize("given", [list, lambda texts: pd.Series(texts, dtype=object)], ids=["list", "series"])
def test_lone_surrogates_are_symbols(make, options, given):
    matcher = make(["alpha", "beta", "\ud800", "\ud83d\ude00"], **options)
    assert votes(matcher, given(SURROGATES)) == [[0, 2], [1], [], [0, 3], [0, 2], [2], [], []]


@BOTH
@pytest.mark.parametrize("text", ["alpha", b"alpha"])
def test_a_single_text_is_no_list_of_characters(make, text):
    with pytest.raises(RecordsError, match="which is a single one"):
        make(PHRASES).matches(text)


@BOTH
def test_a_list_of_a_pandas_column_may_hold_nan(make):
    assert votes(make(PHRASES), ["alpha", float("nan"), np.nan]) == [[0], [], []]
