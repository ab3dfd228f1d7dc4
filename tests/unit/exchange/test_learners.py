"""Formats of libraries that learn, held against these libraries."""

import io
import json
from dataclasses import replace

import numpy as np
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
