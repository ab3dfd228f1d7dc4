"""Formats of libraries that learn, held against these libraries."""

import io
import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import spacy
from spacy.tokens import DocBin
from spacy.training import Example

from support.packages import make_package
from weaklabel.errors import ExchangeError
from weaklabel.exchange import load_format

LABELS = [{"a": 0.9, "b": 0.2}, {"b": 0.7}, {}]


def export(name, *tags, **options):
    return load_format(name).export(make_package(*(tags or ("a", "b", "c")), labels=LABELS, **options)).files


def read_docs(data, nlp):
    return list(DocBin().from_bytes(data).get_docs(nlp.vocab))


def test_spacy_has_every_tag_as_0_or_1_and_the_probabilities_aside():
    nlp = spacy.blank("en")
    first, _, last = read_docs(export("spacy")["docs.spacy"], nlp)
    assert first.cats == {"a": 1.0, "b": 0.0, "c": 0.0}
    assert last.cats == {"a": 0.0, "b": 0.0, "c": 0.0}
    assert first.user_data["weaklabel"]["probabilities"] == {"a": 0.9, "b": 0.2}


def test_spacy_trains_on_them_and_refuses_probabilities():
    nlp = spacy.blank("en")
    docs = read_docs(export("spacy")["docs.spacy"], nlp)
    examples = [Example(nlp.make_doc(doc.text), doc) for doc in docs]
    component = nlp.add_pipe("textcat_multilabel")
    nlp.initialize(lambda: examples)
    assert component.labels == ("a", "b", "c")
    assert nlp.update(examples)["textcat_multilabel"] > 0
    docs[0].cats = docs[0].user_data["weaklabel"]["probabilities"] | {"c": 0.0}
    with pytest.raises(ValueError, match="E851"):
        nlp.initialize(lambda: [Example(nlp.make_doc(doc.text), doc) for doc in docs])


@pytest.mark.parametrize("stored", [{"suggested": None}, {"record_id": 1.0, "suggested": ("a",)}, {}, None])
def test_spacy_docs_with_other_user_data_are_read(stored):
    doc = spacy.blank("en").make_doc("t")
    doc.cats = {"a": 1.0, "b": 0.4}
    if stored is not None:
        doc.user_data["weaklabel"] = stored
    [row] = load_format("spacy").read({"x.spacy": DocBin(docs=[doc], store_user_data=True).to_bytes()}).rows
    assert (row.record_id, row.chosen) == (1 if (stored or {}).get("record_id") else None, ("a",))
    assert row.is_unchanged == bool((stored or {}).get("suggested"))


@pytest.mark.parametrize(
    ("cats", "stored", "what"),
    [
        ({"a": 1.0}, {"suggested": 7}, "user_data['weaklabel'].suggested is 7; it should be a list of texts."),
        ({"a": 1.0}, "run", "user_data['weaklabel'] is \"run\"; it should be an object."),
        ({"a": 1.0}, {"record_id": [1]}, "user_data['weaklabel'].record_id is [1]; it should be the id of a record."),
        ({"a": "yes"}, {}, 'cats.a is "yes"; it should be a number.'),
    ],
)
def test_spacy_docs_with_values_of_other_types_are_an_error(cats, stored, what):
    doc = spacy.blank("en").make_doc("t")
    doc.cats = cats
    doc.user_data["weaklabel"] = stored
    with pytest.raises(ExchangeError) as caught:
        load_format("spacy").read({"x.spacy": DocBin(docs=[doc], store_user_data=True).to_bytes()})
    assert [str(problem).partition(" Export")[0] for problem in caught.value.problems] == [f"x.spacy:1: {what}"]


def test_spacy_docs_without_categories_say_nothing():
    known, silent = (spacy.blank("en").make_doc(text) for text in ("t", "u"))
    for doc in (known, silent):
        doc.user_data["weaklabel"] = {"record_id": 1, "suggested": ["a"]}
    known.cats = {"a": 0.0}

    def read(*docs):
        return load_format("spacy").read({"x.spacy": DocBin(docs=docs, store_user_data=True).to_bytes()}).rows

    assert [(row.text, row.refused) for row in read(silent, known)] == [("t", ("a",))]
    with pytest.raises(ExchangeError, match="no document has `cats`"):
        read(silent)


def test_cleanlab_finds_the_label_that_the_probabilities_speak_against():
    cleanlab = pytest.importorskip("cleanlab.multilabel_classification.filter")
    random = np.random.default_rng(0)
    rows = [{"a": 0.95, "b": float(random.uniform(0.02, 0.1))} for _ in range(20)]
    rows += [{"a": float(random.uniform(0.02, 0.1)), "b": 0.95} for _ in range(20)]
    package = make_package("a", "b", labels=rows)
    given = [("a",)] * 20 + [("b",)] * 19 + [("a",)]
    records = tuple(replace(r, given=tags) for r, tags in zip(package.records, given, strict=True))
    files = load_format("cleanlab").export(replace(package, records=records)).files
    labels = json.loads(files["labels.json"])["labels"]
    probabilities = np.load(io.BytesIO(files["pred_probs.npy"]))
    assert probabilities.shape == (40, 2)
    issues = cleanlab.find_label_issues(labels, probabilities, return_indices_ranked_by="self_confidence")
    assert issues.tolist() == [39]


def test_cleanlab_rows_hold_each_tag_by_itself():
    files = export("cleanlab")
    assert np.load(io.BytesIO(files["pred_probs.npy"])).tolist() == [[0.9, 0.2, 0.0], [0.0, 0.7, 0.0], [0.0, 0.0, 0.0]]


def test_hugging_face_features_stand_in_the_schema():
    files = export("huggingface")
    schema = pq.read_schema(io.BytesIO(files["data.parquet"]))
    features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    assert features["labels"]["feature"] == {"names": ["a", "b", "c"], "_type": "ClassLabel"}
    assert features == json.loads(files["features.json"])["info"]["features"]
    assert list(features) == schema.names


def test_without_features_the_file_aside_names_the_classes():
    files = export("huggingface")
    table = pq.read_table(io.BytesIO(files["data.parquet"])).replace_schema_metadata(None)
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    bare = {"data.parquet": buffer.getvalue()}
    with pytest.raises(ExchangeError, match=r"features\.json"):
        load_format("huggingface").read(bare)
    rows = load_format("huggingface").read({**bare, "features.json": files["features.json"]}).rows
    assert [row.chosen for row in rows] == [("a",), ("b",), ()]


def test_one_class_alone_is_read_from_label_too():
    names = {"names": ["ham", "spam"], "_type": "ClassLabel"}
    schema = pa.schema([("text", pa.string()), ("label", pa.int64())])
    schema = schema.with_metadata({b"huggingface": json.dumps({"info": {"features": {"label": names}}}).encode()})
    buffer = io.BytesIO()
    pq.write_table(pa.table({"text": ["t", "u", "v"], "label": [1, 0, -1]}, schema=schema), buffer)
    rows = load_format("huggingface").read({"data.parquet": buffer.getvalue()}).rows
    assert [(row.text, row.chosen, row.is_unchanged) for row in rows] == [
        ("t", ("spam",), False),
        ("u", ("ham",), False),
    ]


def test_corrected_labels_of_cleanlab_say_what_was_taken_away():
    package = make_package("a", "b", "c", labels=[{"a": 0.9}, {"b": 0.9}])
    given = (("a", "b"), ("c",))
    records = tuple(replace(r, given=tags) for r, tags in zip(package.records, given, strict=True))
    content = json.loads(load_format("cleanlab").export(replace(package, records=records)).files["labels.json"])
    content["labels"][0] = [0, 2]
    first, second = load_format("cleanlab").read({"labels.json": json.dumps(content).encode()}).rows
    assert (first.chosen, first.refused, first.is_unchanged) == (("a", "c"), ("b",), False)
    assert second.is_unchanged
    del content["given"]
    first, second = load_format("cleanlab").read({"labels.json": json.dumps(content).encode()}).rows
    assert (first.refused, first.is_unchanged, second.is_unchanged) == ((), False, False)
    content["given"] = [[0, 1], "c"]
    with pytest.raises(ExchangeError, match="the labels of record 2 are c; they should be positions in tags"):
        load_format("cleanlab").read({"labels.json": json.dumps(content).encode()})


def test_a_number_that_no_class_has_is_told():
    files = export("huggingface")
    table = pq.read_table(io.BytesIO(files["data.parquet"]))
    wrong = table.set_column(table.schema.get_field_index("labels"), "labels", [[[-1], [7], [0]]])
    buffer = io.BytesIO()
    pq.write_table(wrong.replace_schema_metadata(table.schema.metadata), buffer)
    with pytest.raises(ExchangeError) as caught:
        load_format("huggingface").read({"data.parquet": buffer.getvalue()})
    assert [str(problem.place) for problem in caught.value.problems] == ["data.parquet:1", "data.parquet:2"]


def test_wrench_has_minus_one_for_abstains_and_for_what_is_not_known():
    package = make_package("ham", "spam", labels=[{"ham": 0.9}] * 3, task="multiclass", classes=("ham", "spam"))
    references = [(("spam",), None), (("ham",), ("spam",)), (None, None)]  # given, gold
    records = tuple(
        replace(r, given=given, gold=gold, votes=(-1, 1))
        for r, (given, gold) in zip(package.records, references, strict=True)
    )
    files = load_format("wrench").export(replace(package, records=records)).files
    entries = json.loads(files["train.json"])
    assert [entry["label"] for entry in entries.values()] == [1, 1, -1]
    assert entries["1"]["weak_labels"] == [-1, 1]
    assert json.loads(files["label.json"]) == {"0": "ham", "1": "spam"}
    rows = load_format("wrench").read(files).rows
    assert [(row.record_id, row.chosen) for row in rows] == [(1, ("spam",)), (2, ("spam",))]


def test_wrench_without_names_of_classes_is_an_error():
    files = {"train.json": b'{"1": {"label": 0, "weak_labels": [], "data": {"text": "x"}}}'}
    with pytest.raises(ExchangeError, match=r"label\.json, which names the classes, is not here"):
        load_format("wrench").read(files)
