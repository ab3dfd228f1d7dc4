"""`weaklabel slices discover` as a user runs it."""

import json
import os
import subprocess
import sys

import pytest
import yaml

ROWS = [
    {
        "id": i,
        "title": f"{'rye loaf' if i % 2 else 'iron anvil'} number {i}",
        "source": "forum" if i % 10 in (3, 6) else "web",
        "language": "de" if i % 7 == 0 else "en",
        "tags": ["metal" if (i % 2 == 1) == (i % 10 in (3, 6)) else "bread"],
    }
    for i in range(300)
]
TAGS = [{"tag": "bread", "aliases": ["rye loaf"]}, {"tag": "metal", "aliases": ["iron anvil"]}]
OPTIONS = ("--end-model", "none", "--over", "metadata")


@pytest.fixture
def project(tmp_path):
    (tmp_path / "records.json").write_text(json.dumps(ROWS))
    (tmp_path / "tags.json").write_text(json.dumps(TAGS))
    (tmp_path / "weaklabel.yaml").write_text("records: records.json\ntags: tags.json\n")
    return tmp_path


def discover(project, *arguments):
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "weaklabel", "slices", "discover", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, env=environment, check=False)


def test_the_weak_slice_is_shown_and_written(project):
    done = discover(project, *OPTIONS, "--write", "slices.yaml")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1] == "  60  0.00→1.00  +1.00 (1.00, 1.00)  < 1e-09  source forum"
    assert done.stderr.splitlines()[-1] == "1 slice written to slices.yaml."
    (item,) = yaml.safe_load((project / "slices.yaml").read_text())
    assert (item["id"], item["where"]) == ("source_forum", {"metadata": {"source": "forum"}})
    written = (project / "slices.yaml").read_bytes()
    again = discover(project, *OPTIONS, "--write", "slices.yaml").stderr.splitlines()[-1]
    assert again == "Nothing was written to slices.yaml: it has all of them already."
    assert (project / "slices.yaml").read_bytes() == written
    assert yaml.safe_load(discover(project, *OPTIONS, "--yaml").stdout) == [item]
    assert json.loads(discover(project, *OPTIONS, "--json").stdout)["slices"][0]["size"] == 60


def test_another_models_predictions_have_weak_slices_of_their_own(project):
    """It is wrong on what is German, and right where the project's own models are not."""
    other = {"metal": "bread", "bread": "metal"}
    said = [other[row["tags"][0]] if row["language"] == "de" else row["tags"][0] for row in ROWS]
    (project / "mine.csv").write_text("\n".join(["record_id,tags", *(f"{i},{tag}" for i, tag in enumerate(said))]))
    done = discover(project, *OPTIONS, "--predictions", "mine.csv")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].endswith("language de")
    assert "source forum" not in done.stdout
    assert "given tags of 300 records" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--gold", "given"), 2, "no --predictions"),
        (("--predictions", "nowhere.csv"), 1, "nowhere.csv"),
        (("--over", "gven"), 2, "Did you mean 'given'?"),
        (("--conditions", "4"), 2, "--conditions"),
        (("--records", "nowhere.json"), 2, "nowhere.json"),
    ],
)
def test_what_is_wrong_is_said_without_a_traceback(project, arguments, code, said):
    done = discover(project, *arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
