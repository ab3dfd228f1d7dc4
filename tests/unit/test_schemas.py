"""The JSON Schemas say of files what the models that check them say."""

from pathlib import Path

import pytest
import yaml

from weaklabel.schemas import SCHEMAS

jsonschema = pytest.importorskip("jsonschema", reason="needs the extra docs")
ROOT = Path(__file__).resolve().parents[2]


def errors(kind, text):
    return [
        error.message for error in jsonschema.Draft202012Validator(SCHEMAS[kind]()).iter_errors(yaml.safe_load(text))
    ]


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("lfs", "lfs/*.yaml"),
        ("lfs", "src/weaklabel/cli/starter/lfs/*.yaml"),
        ("slices", "slices.yaml"),
        ("slices", "examples/behaviour/slices.yaml"),
        ("project", "weaklabel.yaml"),
        ("project", "examples/*/weaklabel.yaml"),
        ("project", "src/weaklabel/cli/starter/weaklabel.yaml"),
    ],
)
def test_files_that_are_read_are_valid(kind, pattern):
    files = sorted(ROOT.glob(pattern))
    assert files
    assert {file.name: errors(kind, file.read_text(encoding="utf-8")) for file in files} == {
        file.name: [] for file in files
    }


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("lfs", "- {id: a, tags: x, match: {keyword: y}}"),
        ("slices", "- {id: a, where: {wrods: 3}}"),
        ("slices", "- {id: a, where: {match: {keyword: y}}}"),
        ("slices", "- {id: a, where: {any_of: [{match: {keyword: y}}]}}"),
        ("slices", "checks: [{id: a, kind: invariant, template: x}]"),
        ("project", "records: a\ntags: b\ntask: multi-label"),
    ],
)
def test_what_is_refused_is_invalid(kind, text):
    assert errors(kind, text)
    assert not errors(
        kind,
        text.replace("keyword", "keywords")
        .replace("wrods", "words")
        .replace("invariant", "invariance")
        .replace("multi-label", "multilabel"),
    )
