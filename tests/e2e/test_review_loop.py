"""The whole loop with people in it: two annotators and a reviewer in browsers, then `weaklabel apply`."""

import json
import os
import subprocess
import sys

import pytest

pytest.importorskip("starlette", reason="the extra review is not installed")
pytest.importorskip("krippendorff", reason="the extra review is not installed")

from support.review_browser import log_in, settle, shown, wait_until
from support.review_server import Server

TEN = 10


def weaklabel(folder, *arguments, code=0):
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    environment.pop("WEAKLABEL_DATABASE", None)
    command = [sys.executable, "-m", "weaklabel", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == code, done.stderr + done.stdout
    return done.stdout


def decide_on_ten(page, key=None):
    """Decide on ten records as they stand, the first tag of each changed by a key."""
    seen = []
    for _ in range(TEN):
        seen.append(shown(page))
        if key:
            page.keyboard.press(key)
        page.keyboard.press("Enter")
        settle(page)
        wait_until(page, "document.querySelector('form.card:not([hidden])') !== null")
    return seen


@pytest.mark.slow
def test_two_annotators_and_a_reviewer_correct_the_records(chromium, tmp_path):
    project, database = tmp_path / "project", str(tmp_path / "review.sqlite")
    weaklabel(tmp_path, "init", project)
    weaklabel(project, "run", "--quiet", "--label-model", "majority")
    before = {row["id"]: row["tags"] for row in json.loads((project / "data/records.json").read_text())}
    options = ("--overlap", "2", "--reviewer", "rey")
    with Server(project / "runs/latest", database, ["ana", "bo", "rey"], *options) as server:
        with log_in(chromium, server, "ana") as ana, log_in(chromium, server, "bo") as bo:
            seen = decide_on_ten(ana, "1")
            assert decide_on_ten(bo) == seen
            bo.keyboard.press("u")
            wait_until(bo, f"document.querySelector('form.card:not([hidden])').dataset.record === '{seen[-1]}'")
            bo.keyboard.press("Enter")
            settle(bo)
        said = json.loads(weaklabel(project, "status", "--json", "--database", database))
        assert said["qa"]["is_ready"]
        assert json.loads(weaklabel(project, "agreement", "--json", "--database", database))
        with log_in(chromium, server, "rey", "main.quality") as rey:
            rey.keyboard.press("Enter")
            adjudicated = 0
            while rey.locator("form.card").count() or adjudicated == 0:
                rey.wait_for_selector("form.card")
                for _ in range(rey.locator(".contested .offer").count()):
                    rey.keyboard.press("1")  # yes: ana is right
                with rey.expect_navigation():
                    rey.keyboard.press("Enter")
                adjudicated += 1
        assert adjudicated == said["qa"]["counts"]["records"] >= TEN - 1
    out = weaklabel(project, "apply", "--database", database)
    assert "corrected/1" in out
    after = {row["id"]: row["tags"] for row in json.loads((project / "corrected/1/records.json").read_text())}
    changed = {record for record in before if before[record] != after[record]}
    assert changed
    assert changed <= set(seen)
    weaklabel(project, "run", "--quiet", "--label-model", "majority", "--records", "corrected/1/records.json",
              "--gold", "corrected/1/gold.jsonl", "--decisions", "corrected/1/decisions.jsonl")  # fmt: skip
    assert "What people decided" in (project / "runs/latest/report.html").read_text()
