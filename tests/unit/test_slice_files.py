"""The first file of slices, and membership written for others."""

import json

import pandas as pd
import pytest
import yaml

from weaklabel import Project
from weaklabel.errors import OutputError
from weaklabel.pipeline import slice_project
from weaklabel.slice_files import check_export, export_membership, propose
from weaklabel.slicing import load_slices

WORDS = ["loaf", "anvil"]
ROWS = [
    {
        "id": i,
        "title": f"{WORDS[i % 2]} number {i}" + " and more" * (i % 9),
        "tags": [["C++", "C#", "計算", "no"][i % 4]] if i % 10 else None,
        "made": f"2024-{1 + i % 12:02}-05",
    }
    for i in range(120)
]
TAGS = [
    {"tag": "C++"},
    {"tag": "C#"},
    {"tag": "計算"},
    {"tag": "no"},
    {"tag": "loaf", "parents": ["C++"]},
    {"tag": "anvil", "parents": ["C#"]},
    {"tag": "x", "parents": ["計算"]},
    {"tag": "y", "parents": ["no"]},
]


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "r.json").write_text(json.dumps(ROWS))
    (tmp_path / "t.json").write_text(json.dumps(TAGS))
    return Project.of(str(tmp_path / "r.json"), str(tmp_path / "t.json"), end_model="none", cache=None).settings


def test_what_is_proposed_is_read_again_with_the_same_members(settings, tmp_path):
    """Also for tags that no id can be made of, that make the same one, or that YAML takes for something else."""
    proposed = propose(settings)
    (tmp_path / "s.yaml").write_text(proposed.text)
    again = slice_project(settings, lambda inputs: load_slices(tmp_path / "s.yaml", inputs)).records
    assert again.membership.names == proposed.kept
    for name in proposed.kept:
        assert (again.membership.of(name) == proposed.records.membership.of(name)).all()
    declared = {each["id"]: each["where"] for each in yaml.safe_load(proposed.text)["slices"]}
    areas = [where["area"] for name, where in declared.items() if name.startswith("area")]
    assert sorted(areas) == ["C#", "C++", "no", "計算"]
    frame = again["newest_month"]
    assert set(frame["made"]) == {"2024-12-05"}


def test_slices_are_kept_that_hold_a_few_records_and_no_more_than_a_third(settings):
    proposed = propose(settings)
    sizes = dict(zip(proposed.records.membership.names, proposed.records.membership.sizes().tolist(), strict=True))
    assert proposed.kept == tuple(name for name, size in sizes.items() if 5 <= size <= 40)
    assert {name for name, size in sizes.items() if 40 < size < 120} & {
        "rare_tags",
        "uncertain",
        "inferred_only",
        "no_lf_fires",
    }
    assert sizes["unlabelled"] == 12
    assert "- id: unlabelled # 12 records\n" in proposed.text
    assert sizes["non_ascii"] == 0
    assert "non_ascii" not in proposed.text


@pytest.fixture
def sliced(settings, tmp_path):
    (tmp_path / "s.yaml").write_text("- {id: long, where: {words: {'>': 9}}}\n- {id: none, where: {words: 0}}\n")
    return slice_project(settings, lambda inputs: load_slices(tmp_path / "s.yaml", inputs)).records


def test_an_export_writes_over_an_export(sliced, settings, tmp_path):
    module, table = export_membership(sliced, settings, tmp_path / "my.py")
    assert pd.read_parquet(table)["long"].tolist() == [len(row["title"].split()) > 9 for row in ROWS]
    written = module.read_text()
    assert export_membership(sliced, settings, tmp_path / "my.py") == [module, table]
    assert module.read_text() == written


@pytest.mark.parametrize("name", ["mine.py", "mine.parquet", "text.parquet"])
def test_what_no_export_wrote_is_kept(sliced, settings, tmp_path, name):
    file = tmp_path / name
    if name == "mine.parquet":
        pd.DataFrame({"record_id": [1], "title": ["x"]}).to_parquet(file)
    else:
        file.write_text("from weaklabel import slicing_function\n")
    before = file.read_bytes()
    for export in (check_export, lambda path: export_membership(sliced, settings, path)):
        with pytest.raises(OutputError, match="no export of slices wrote it") as caught:
            export(file)
        assert [problem.place.path for problem in caught.value.problems] == [str(file)]
    assert file.read_bytes() == before
    assert not (tmp_path / "mine.parquet").exists() or name == "mine.parquet"
