import pyarrow as pa
import pytest

from weaklabel.errors import LabelingFunctionError, RecordsError
from weaklabel.vote import PhraseMatcher


def fires(phrase, text, **options):
    """Say whether the phrase fires, by both ways of asking."""
    matcher = PhraseMatcher([phrase], **options)
    matched = matcher.matches([text]).nnz > 0
    assert matched == bool(matcher.spans(text))
    return matched


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("gpt-2", "we use GPT 2 here"),
        ("gpt 2", "we use gpt-2 here"),
        ("gpt_2", "GPT - _ 2"),
        ("gpt-2", "gpt\u20112"),  # non-breaking hyphen
        ("gpt-2", "gpt\u00a02"),  # no-break space
        ("gpt 2", "gpt\x1f2"),
        ("machine learning", "MACHINE\n\tLearning"),
        ("tensorflow", "ＴｅｎｓｏｒＦｌｏｗ"),
        ("strasse", "Straße"),
        ("office", "oﬃce"),
        ("café", "cafe\u0301"),
        ("i\u0307stanbul", "İstanbul"),
    ],
)
def test_spellings_that_fold_alike_match(phrase, text):
    assert fires(phrase, text)


@pytest.mark.parametrize("text", ["gpt2", "gpt-20", "gpt-2b", "xgpt-2", "gpt.2"])
def test_gpt_2_does_not_fire_in_another_token(text):
    assert not fires("gpt-2", text)


@pytest.mark.parametrize("text", ["c++", "C++", "C++11", "c#", "C# and Java", "c++ c#", "abc", "c2", "cc"])
def test_c_does_not_fire_in(text):
    assert not fires("c", text)


@pytest.mark.parametrize("text", ["c", "in C, not", "c/c++", "(c)", "#c", "c.", "objective-c", "c+d", "c, c++"])
def test_c_fires_in(text):
    assert fires("c", text)


@pytest.mark.parametrize("text", ["C++11", "c++", "c++.", "(c++)", "modern-c++"])
def test_c_plus_plus_fires_in(text):
    assert fires("c++", text)


@pytest.mark.parametrize("text", ["c+++", "objc++", "c+ +", "c"])
def test_c_plus_plus_does_not_fire_in(text):
    assert not fires("c++", text)


def test_dotnet_fires_alone_and_not_in_asp_net():
    assert fires(".net", "a .NET library")
    assert fires(".net", ".net")
    assert not fires(".net", "asp.net")
    assert not fires(".net", "..net")
    assert fires("net", "asp.net")


def test_3d_is_one_token():
    assert fires("3d", "3D vision")
    assert not fires("d", "3D vision")
    assert not fires("3", "3D vision")
    assert not fires("3d", "13d")


def test_a_hashtag_fires_its_word():
    assert fires("python", "#python")
    assert fires("ml", "#ml#nlp")
    assert fires("nlp", "#ml#nlp")
    assert not fires("python", "#pythonista")


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("機械学習", "これは機械学習です"),
        ("学習", "機械学習"),
        ("python", "用python写"),
        ("ไทย", "ภาษาไทยง่าย"),
        ("한국", "한국어를"),
        ("データ", "ﾃﾞｰﾀ分析"),
        ("学習", "学習++"),
        ("𠮷野家", "新𠮷野家店"),
        ("c", "c言語"),
    ],
)
def test_scripts_without_word_spaces_need_no_boundary(phrase, text):
    assert fires(phrase, text)


def test_a_hangul_syllable_is_not_found_in_another_one():
    assert not fires("하", "한국")
    assert fires("한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8")  # written in conjoining jamo


def test_scripts_with_word_spaces_need_a_boundary():
    assert not fires("हिन्द", "हिन्दी")  # the vowel sign is a mark, not a letter
    assert not fires("кот", "который")
    assert not fires("cafe", "cafe\u0301")


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("word", "words", True),
        ("word", "words'", True),
        ("neural network", "Neural Networks", True),
        ("gnn", "gnns", False),  # three letters
        ("loss", "losss", False),  # ends in ss
        ("word", "wordss", False),
        ("word", "wordsmith", False),
        ("word", "words+", True),
        ("word", "words#", False),
        ("words", "word", False),
        ("network", "network s", True),  # without its plural
        ("a b c", "a b cs", False),  # three letters among separators
        ("データ分析", "データ分析s", True),  # needs no boundary, and no plural
    ],
)
def test_plural_s(phrase, text, expected):
    assert fires(phrase, text) is expected


def test_the_plural_s_belongs_to_the_span():
    assert PhraseMatcher(["word"]).spans("two words") == [(0, 4, 9)]
    assert PhraseMatcher(["データ分析"]).spans("データ分析s") == [(0, 0, 5)]


@pytest.mark.parametrize("surface", ["tf", "rl", "nlp", "gan"])
def test_surfaces_of_three_characters_match_whole_tokens_only(surface):
    assert fires(surface, f"with {surface.upper()}!")
    assert fires(surface, f"{surface}-based")
    assert not fires(surface, f"{surface}s")
    assert not fires(surface, f"x{surface}")
    assert not fires(surface, f"{surface}x")


def test_tf_does_not_fire_in_platform_or_portfolio():
    assert not fires("tf", "a platform for your portfolio")
    assert fires("tf", "TF-IDF")  # a hyphen separates, so this is a token of its own


def test_overlapping_matches_all_fire():
    matcher = PhraseMatcher(["neural network", "graph neural network", "graph neural", "network"])
    assert matcher.matches(["Graph neural networks"]).toarray().tolist() == [[1, 1, 1, 1]]
    assert matcher.spans("Graph neural networks") == [(1, 0, 21), (2, 0, 12), (0, 6, 21), (3, 13, 21)]


def test_a_match_strictly_inside_a_longer_one_of_another_owner_is_dropped():
    phrases = ["neural network", "graph neural network"]
    matcher = PhraseMatcher(phrases, owners=["nn", "gnn"])
    assert matcher.matches(["graph neural network"]).toarray().tolist() == [[0, 1]]
    assert matcher.matches(["graph neural network, neural network"]).toarray().tolist() == [[1, 1]]
    same = PhraseMatcher(phrases, owners=["nn", "nn"])
    assert same.matches(["graph neural network"]).toarray().tolist() == [[1, 1]]


def test_equal_matches_of_two_owners_both_stay():
    matcher = PhraseMatcher(["gan", "GAN"], owners=["a", "b"])
    assert matcher.matches(["a gan"]).toarray().tolist() == [[1, 1]]


def test_matches_that_only_overlap_both_stay():
    matcher = PhraseMatcher(["deep learning", "learning rate"], owners=["a", "b"])
    assert matcher.matches(["deep learning rate"]).toarray().tolist() == [[1, 1]]


def test_keep_case_compares_without_casefolding():
    assert fires("R", "in R", keep_case=True)
    assert not fires("R", "in r", keep_case=True)
    assert fires("gpt-2", "gpt 2", keep_case=True)


def test_the_matrix_has_a_row_for_each_text_and_a_column_for_each_phrase():
    matcher = PhraseMatcher(["b", "a", "b "])
    matrix = matcher.matches(["a b", None, "", "a", "c"])
    assert matrix.toarray().tolist() == [[1, 1, 1], [0, 0, 0], [0, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert matrix.dtype == "int8"
    assert matrix.has_sorted_indices


def test_an_arrow_array_gives_the_same_votes_as_a_list():
    texts = ["a b", None, "b", "", "café A"]
    matcher = PhraseMatcher(["a", "b", "café"])
    expected = [[1, 1, 0], [0, 0, 0], [0, 1, 0], [0, 0, 0], [1, 0, 1]]
    assert matcher.matches(texts).toarray().tolist() == expected
    for type_ in (pa.string(), pa.large_string()):
        assert matcher.matches(pa.array(texts, type=type_)).toarray().tolist() == expected


def test_no_phrases_and_no_texts():
    assert PhraseMatcher([]).matches(["a"]).shape == (1, 0)
    assert PhraseMatcher([]).spans("a") == []
    assert PhraseMatcher(["a"]).matches([]).shape == (0, 1)


def test_phrases_that_hold_nothing_are_all_named():
    with pytest.raises(LabelingFunctionError) as caught:
        PhraseMatcher(["fine", " - ", "", "_", None])
    text = str(caught.value)
    assert len(caught.value.problems) == 4
    for part in ("phrase 1 is ' - '", "phrase 2 is ''", "phrase 3 is '_'", "phrase 4 is None"):
        assert part in text


@pytest.mark.parametrize(
    ("phrase", "text", "shown"),
    [
        ("strasse", "die Straße.", "Straße"),
        ("café", "un cafe\u0301!", "cafe\u0301"),
        ("office", "my oﬃce", "oﬃce"),
        ("gpt 2", "a gpt \u2011_2 b", "gpt \u2011_2"),
        ("kg", "5 ㎏", "㎏"),
        ("2", "½ l", "½"),  # half a character is shown as the whole one
        ("ai", "😀 ＡＩ 😀", "ＡＩ"),
        ("istanbul", "x\x00Istanbul", "Istanbul"),
    ],
)
def test_a_span_shows_the_original_text(phrase, text, shown):
    [(_, start, end)] = PhraseMatcher([phrase]).spans(text)
    assert text[start:end] == shown


@pytest.mark.parametrize(
    ("phrases", "what"),
    [
        ("c++", "the phrases are 'c++', which is no list."),
        (None, "the phrases are None, which is no list."),
        ([b"c++"], "phrase 0 is b'c++', which is no text."),
        (["a", None], "phrase 1 is None, which is no text."),
        ([" - "], "phrase 0 is ' - ', which holds nothing to match."),
    ],
    ids=str,
)
def test_what_is_no_list_of_phrases_is_named(phrases, what):
    with pytest.raises(LabelingFunctionError) as caught:
        PhraseMatcher(phrases)
    assert str(caught.value).startswith(what)


def test_phrases_may_come_from_arrow():
    assert PhraseMatcher(pa.array(["alpha", "beta"])).phrases == ("alpha", "beta")


def test_spans_of_what_is_no_text_are_an_error():
    with pytest.raises(RecordsError, match="the text is None, which is no text"):
        PhraseMatcher(["a"]).spans(None)
