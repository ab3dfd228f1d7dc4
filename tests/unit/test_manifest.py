import json
from dataclasses import fields
from pathlib import Path

import pytest

from weaklabel.errors import OutputError
from weaklabel.manifest import describe_settings, parse_settings
from weaklabel.terms import ColumnNames, Settings, TagLabels

PLAIN = Settings(records="records.json", tags="tags.json")
FULL = Settings(
    records="records.csv",
    tags="tags.ttl",
    lfs=Path("lfs"),
    out=Path("runs/other"),
    gold="gold.csv",
    gold_columns=ColumnNames("key", ("body",), "truth", "|"),
    gold_column="true_tags",
    decisions=("decisions.jsonl", "review.sqlite"),
    slices=Path("slices.yaml"),
    columns=ColumnNames("number", ("title", "text"), "labels", ";"),
    tag_labels=TagLabels("de", ("exact", "broad")),
    task="multiclass",
    label_model="majority",
    end_model="none",
    embeddings="a-model",
    given_tags="ignore",
    class_balance="estimated",
    nested_matches="drop",
    lf_timeout_s=2.5,
    cache=Path("cache"),
    cache_mb=7,
    seed=3,
    source="weaklabel.yaml",
)


@pytest.mark.parametrize("settings", [PLAIN, FULL])
def test_settings_come_back_from_a_manifest_as_they_were(settings):
    described = json.loads(json.dumps(describe_settings(settings)))
    assert parse_settings(described, Path("runs/latest")) == settings


def test_every_setting_is_tried():
    assert [field.name for field in fields(Settings) if getattr(FULL, field.name) == getattr(PLAIN, field.name)] == []


@pytest.mark.parametrize("section", ["columns", "gold_columns", "tag_labels"])
def test_a_section_of_another_version_is_told(section):
    described = describe_settings(FULL)
    described[section]["new"] = 1
    with pytest.raises(OutputError, match=r"the settings in run\.json cannot be read"):
        parse_settings(described, Path("runs/latest"))
