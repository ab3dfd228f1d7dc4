"""Formats of tools in which people annotate, beside Label Studio and Prodigy."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.packages import make_package
from weaklabel.errors import ExchangeError
from weaklabel.exchange import Field, TagSpan, load_format
from weaklabel.exchange.brat import as_tag, as_type
from weaklabel.exchange.media import kind_of_values


def files_of(name, *tags, **options):
    return load_format(name).export(make_package(*tags, **options)).files


def test_doccano_keeps_what_is_no_label_as_metadata():
    fields = (Field("title"), Field("picture", "image"))
    [line] = files_of("doccano", "a", "b", labels=[{"a": 0.9}], fields=fields)["doccano.jsonl"].decode().splitlines()
    assert json.loads(line) == {
        "text": "title 1", "label": ["a"], "picture": "picture 1", "record_id": 1, "run": "weaklabel@00000000",
        "suggested": ["a"],
    }  # fmt: skip


def test_doccanos_files_are_named_for_their_annotators_and_comments_are_notes():
    line = json.dumps({"id": 4, "text": "t", "label": ["a"], "Comments": ["odd"], "record_id": 1.0, "suggested": ["b"]})
    rows = load_format("doccano").read({"export/ann.jsonl": line.encode(), "export/ben.jsonl": line.encode()}).rows
    assert [(row.annotator, row.record_id, row.note, row.refused) for row in rows] == [
        ("ann", 1, "odd", ("b",)),
        ("ben", 1, "odd", ("b",)),
    ]


@pytest.mark.parametrize(
    ("name", "tag", "why"), [("doccano-csv", "c#", "stands between labels"), ("fasttext", "a b", "ends a label")]
)
def test_tags_that_a_format_cannot_hold_are_all_named(name, tag, why):
    with pytest.raises(ExchangeError) as caught:
        files_of(name, "good", tag, f"{tag}2")
    assert [problem.what.split(" has")[0] for problem in caught.value.problems] == [
        f"the tag {tag!r}",
        f"the tag {tag + '2'!r}",
    ]
    assert why in str(caught.value)


def test_fasttext_refuses_a_text_that_would_be_read_as_a_label():
    with pytest.raises(ExchangeError, match="record 1 has '__label__x'"):
        files_of("fasttext", "a", labels=[{"a": 0.9}], texts={1: {"title": "see __label__x"}})


def test_fasttext_as_doccano_quotes_it():
    [row] = load_format("fasttext").read({"ann.txt": b'"__label__a one, ""two"" __comment__odd"\n'}).rows
    assert (row.chosen, row.text, row.note) == (("a",), 'one, "two"', "odd")


def test_udt_shows_images_where_there_are_some():
    fields = (Field("title"), Field("picture", "image"))
    content = json.loads(files_of("udt", "a", labels=[{"a": 0.9}], fields=fields)["weaklabel.udt.json"])
    assert content["interface"]["type"] == "image_classification"
    assert content["samples"][0]["imageUrl"] == "picture 1"


@pytest.mark.parametrize("annotation", [["a"], "a", {"labels": ["a"]}, {"label": "a"}])
def test_udt_annotations_of_both_versions_are_read(annotation):
    content = {"interface": {}, "samples": [{"_id": "7", "document": "t", "annotation": annotation}, {"document": "u"}]}
    [row] = load_format("udt").read({"x.udt.json": json.dumps(content).encode()}).rows
    assert (row.record_id, row.chosen) == ("7", ("a",))


def test_argilla_has_the_settings_of_its_dataset():
    fields = (Field("Title"), Field("picture", "image"))
    files = files_of("argilla", "a", "b", labels=[{"a": 0.9}], fields=fields)
    settings = json.loads(files["settings.json"])
    assert [(field["name"], field["settings"]["type"]) for field in settings["fields"]] == [
        ("title", "text"),
        ("picture", "image"),
    ]
    [record] = json.loads(files["records.json"])
    assert record["suggestions"] == {"tags": {"value": ["a"], "score": [0.9], "agent": "weaklabel@00000000"}}


# What argilla 2.8.0 wrote of three records: ann submitted a response to the first, drafted one to the second, and
# submitted one to the third, where ben discarded his.
ANN, BEN = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"


def argilla_record(number, status, *responses):
    """A record as `JsonIO.to_json` writes it: responses have a value and a user, and no status."""
    return {
        "id": str(number),
        "fields": {"title": "t"},
        "metadata": {"record_id": number, "given": []},
        "suggestions": {"tags": {"value": ["a", "b"], "score": [0.9, 0.8], "agent": "weaklabel@0"}},
        "responses": {"tags": [{"value": value, "user_id": user} for value, user, _ in responses]},
        "vectors": {},
        "status": status,
        "_server_id": None,
    }


def flat_argilla_record(number, status, *responses):
    """The same as `GenericIO.to_list(flatten=True)` has it."""
    values, users, statuses = (list(column) for column in zip(*responses, strict=True))
    return {
        "id": str(number), "status": status, "_server_id": None, "title": "t", "record_id": number, "given": [],
        "tags.responses": values, "tags.responses.users": users, "tags.responses.status": statuses,
        "tags.suggestion": ["a", "b"], "tags.suggestion.score": [0.9, 0.8], "tags.suggestion.agent": "weaklabel@0",
    }  # fmt: skip


ARGILLA = (
    (1, "completed", (["a"], ANN, "submitted")),
    (2, "pending", (["a"], ANN, "draft")),
    (3, "completed", (["a"], ANN, "submitted"), (["b"], BEN, "discarded")),
)


def read_argilla(*records):
    found = load_format("argilla").read({"r.json": json.dumps(records).encode()})
    rows = [(row.record_id, row.annotator, row.chosen, row.refused, row.is_skipped) for row in found.rows]
    return rows, [problem.what for problem in found.warnings]


def test_argilla_responses_of_records_that_are_not_completed_are_left_out_and_told():
    rows, told = read_argilla(*(argilla_record(*record) for record in ARGILLA))
    assert rows == [
        (1, ANN, ("a",), ("b",), False),
        (3, ANN, ("a",), ("b",), False),
        (3, BEN, ("b",), ("a",), False),  # which the file does not tell from a submitted one
    ]
    assert told == [
        "left out, as their records are not completed, and they may be drafts: 1 response.",
        "nothing says of 3 responses whether it was submitted, drafted or discarded.",
    ]


def test_flat_argilla_records_say_what_was_discarded_and_drafted():
    rows, told = read_argilla(*(flat_argilla_record(*record) for record in ARGILLA))
    assert rows == [
        (1, ANN, ("a",), ("b",), False),
        (3, ANN, ("a",), ("b",), False),
        (3, BEN, (), ("a", "b"), True),
    ]
    assert told == []


def test_a_submitted_argilla_response_counts_where_the_record_awaits_others():
    rows, _ = read_argilla(flat_argilla_record(1, "pending", (["a"], ANN, "submitted"), (["b"], BEN, "draft")))
    assert rows == [(1, ANN, ("a",), ("b",), False)]


def test_flat_argilla_records_whose_lists_differ_are_an_error():
    record = flat_argilla_record(1, "completed", (["a"], ANN, "submitted"))
    with pytest.raises(ExchangeError, match="as long as those of its users and statuses"):
        read_argilla({**record, "tags.responses.status": []})


def brat_package():
    fields = (Field("title"), Field("body"))
    texts = {1: {"title": "a \U0001f642 net", "body": "deep\nnet"}}
    package = make_package("c++", "net", labels=[{"net": 0.9, "c++": 0.8}], texts=texts, fields=fields)
    spans = (TagSpan("body", 0, 8, "net"), TagSpan("title", 4, 7, "net"))
    return replace(package, records=(replace(package.records[0], spans=spans),))


def test_brat_counts_characters_of_the_joined_text_and_cuts_at_line_breaks():
    parcel = load_format("brat").export(brat_package())
    text = parcel.files["1.txt"].decode()
    assert text == "a \U0001f642 net\ndeep\nnet"
    assert parcel.files["1.ann"].decode() == "T1\tnet 4 7\tnet\nT2\tnet 8 12;13 16\tdeep net\n"
    assert (text[4:7], text[8:12], text[13:16]) == ("net", "deep", "net")
    assert [problem.what for problem in parcel.warnings] == [
        "the texts have no evidence for 1 decided tag, and standoff holds nothing else."
    ]
    assert parcel.files["annotation.conf"].decode().splitlines()[1:3] == ["c_u2b__u2b_", "net"]


def test_brat_folders_of_annotators_share_what_was_suggested():
    """Each annotator works on a copy of the texts; suggested.json stands in the folder that was exported."""
    suggested = {"out/suggested.json": load_format("brat").export(brat_package()).files["suggested.json"]}
    files = {"ann/1.ann": b"", "ben/1.ann": b"T1\tnet 4 7\tnet\n"}
    rows = load_format("brat").read(files | suggested).rows
    assert [(row.chosen, row.refused, row.is_unchanged) for row in rows] == [
        ((), ("net",), False),
        (("net",), (), True),
    ]
    alone = load_format("brat").read(files)
    assert [(row.refused, row.is_unchanged) for row in alone.rows] == [((), False)] * 2
    assert [problem.what for problem in alone.warnings] == [
        "without suggested.json every marked tag counts as chosen by a person, and none as taken away."
    ]


@given(st.one_of(st.text("_u2b+", min_size=1), st.text(st.characters(exclude_categories=["Cs"]), min_size=1)))
def test_any_tag_is_a_type_of_brat_and_back(tag):
    assert as_tag(as_type(tag)) == tag
    assert all(c.isascii() and (c.isalnum() or c in "_-") for c in as_type(tag))


def test_brat_lines_that_are_no_standoff_are_told():
    with pytest.raises(ExchangeError, match=r"1\.ann:2"):
        load_format("brat").read({"1.ann": b"T1\tnet 0 3\tnet\nT2 net\n"})


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["https://example.org/a.PNG?x=1", "", "b/c.jpeg"], "image"),
        (["a.mp3", "b.wav#t=3"], "audio"),
        (["a.png", "a.mp3"], "text"),
        (["see a.png"], "text"),
        (["", ""], "text"),
        (["a.png", 3], "image"),
    ],
)
def test_a_column_is_of_images_or_sounds_by_how_its_values_end(values, kind):
    assert kind_of_values(values) == kind
