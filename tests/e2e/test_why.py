"""`weaklabel why` as a user runs it, on the example projects."""

import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAD = re.compile(r"(\S+)  ([<>]?\d\.\d{3})  (given|not given|unlabelled)")
SHARE = re.compile(r" *([+-]\d+\.\d\d) +[█│◀]+[█│▶ ]* (\S.*)")
SUM = re.compile(r" *([+-]\d+\.\d\d) +log-odds of ([<>]?\d\.\d{3})")
USUAL = "usual for the tag"


def why(*arguments, project="."):
    command = [sys.executable, "-m", "weaklabel", "why", *map(str, arguments), "--project", project]
    environment = {**os.environ, "COLUMNS": "160", "NO_COLOR": "1"}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment, check=False)


def explanations(printed):
    """For each tag: its probability, the shares in their order, the sum, and the probability that stands beside it."""
    found = {}
    for line in map(str.rstrip, printed.splitlines()):
        if head := HEAD.fullmatch(line):
            shares = []
            found[head[1]] = [as_number(head[2]), head[3], shares]
        elif share := SHARE.fullmatch(line):
            shares.append((share[2], float(share[1])))
        elif total := SUM.fullmatch(line):
            found[head_of(found)] += [float(total[1]), as_number(total[2])]
    return found


def as_number(shown):
    """What is shown as <0.001 or >0.999 is about that."""
    return float(shown.lstrip("<>"))


def head_of(found):
    return next(reversed(found))


def check_sums(printed, usual=USUAL):
    found = explanations(printed)
    for probability, _, shares, total, beside in found.values():
        assert [part for part, _ in shares].count(usual) == 1
        assert shares[0][0] == usual
        assert math.fsum(share for _, share in shares) == pytest.approx(total, abs=0.005 * (len(shares) + 1))
        assert beside == probability
        assert 1 / (1 + math.exp(-total)) == pytest.approx(probability, abs=0.0025)
    return found


@pytest.fixture(scope="module")
def record_1():
    done = why(1)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_log_odds_add_up_to_the_sum_and_the_probability_that_are_printed(record_1):
    found = check_sums(record_1)
    assert {"datasets", "object-detection", "computer-vision", "image-classification"} <= found.keys()
    given = set(json.loads((ROOT / "data" / "projects.json").read_text(encoding="utf-8"))[0]["tags"])
    assert {name for name, (_, state, *_) in found.items() if state == "given"} == given & found.keys()
    assert {state for _, state, *_ in found.values()} == {"given", "not given"}
    probabilities = [probability for probability, *_ in found.values()]
    assert probabilities == sorted(probabilities, reverse=True)
    parts = {part for _, _, shares, *_ in found.values() for part, _ in shares}
    assert {USUAL, "labeling functions", "given tags", "text"} <= parts
    raised = {part for part in parts if part.startswith("raised to ")}
    for part in raised:
        below = re.fullmatch("raised to '(.+)', a tag below it", part)[1]
        assert below in found
    assert raised


def test_the_text_stands_first_and_each_vote_with_what_it_changes(record_1):
    lines = [line.strip() for line in record_1.splitlines()]
    assert lines[0] == "record 1"
    assert lines[1] == "title  COCO: Common Objects in Context"
    assert lines[2].startswith("description  Everyday scenes")
    votes = re.findall(
        r"^ *(\S+) votes present \('([^']+)' in the description\); without it: ([<>]?\d\.\d{3}) \([+-]\d+\.\d\d\)",
        record_1,
        re.M,
    )
    assert ("alias:corpus@description", "corpus") in {(lf, text) for lf, text, _ in votes}
    assert "similar, and has it" not in record_1
    assert "without all labeling functions" not in record_1  # no tag has several votes here
    assert "no labeling function votes on it" in record_1
    assert not re.search(" $", record_1, re.M)
    assert "that the rest were not given counts too." in " ".join(record_1.split())
    assert "mean over all records" not in record_1  # which is said of classes
    assert lines[-1] == "Label model: snorkel. End model: kernel."
    assert "“Usual for the tag” is what it has before anything of this record is known." in " ".join(record_1.split())


def test_one_tag_is_told_with_similar_records_and_as_among_all(record_1):
    done = why(1, "datasets")
    assert done.returncode == 0, done.stderr
    found = check_sums(done.stdout)
    assert found.keys() == {"datasets"}
    assert found["datasets"] == explanations(record_1)["datasets"]
    assert len(re.findall(r"similar, and has it: record \d+ \(0\.\d\d\) \S", done.stdout)) == 3
    labels = run_labels()
    assert found["datasets"][0] == pytest.approx(labels[1, "datasets"], abs=0.0005)


def test_a_tag_may_be_named_by_an_alias_which_is_said_in_one_line(record_1):
    done = why(1, "cv")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:2] == ["'cv' is an alias of 'computer-vision'.", "record 1"]
    assert explanations(done.stdout)["computer-vision"] == explanations(record_1)["computer-vision"]


def test_where_several_vote_it_is_told_what_they_change_together():
    done = why(284, "3d")
    assert done.returncode == 0, done.stderr
    one = [float(change) for change in re.findall(r"; without it: 0\.\d{3} \((-\d\.\d\d)\)$", done.stdout, re.M)]
    [all_] = re.findall(r"^  without all labeling functions: 0\.\d{3} \((-\d\.\d\d)\)$", done.stdout, re.M)
    assert len(one) == 2
    assert float(all_) < min(one)


def run_labels():
    from weaklabel import Project

    labels = Project.load(ROOT).run().labels
    return dict(zip(zip(labels["record_id"], labels["tag"], strict=True), labels["probability"], strict=True))


def test_exclusive_classes_of_a_record_have_opposite_log_odds():
    done = why(7, project="examples/spam")
    assert done.returncode == 0, done.stderr
    usual = "usual for the class"
    found = check_sums(done.stdout, usual)
    assert found["ham"][0] + found["spam"][0] == pytest.approx(1, abs=0.0015)
    assert found["ham"][3] == pytest.approx(-found["spam"][3], abs=0.015)
    assert {part for part, _ in found["ham"][2]} == {usual, "labeling functions", "text"}
    assert {part for part, _ in found["spam"][2]} == {usual, "labeling functions, for other classes", "text"}
    assert re.search(r"is_liked_by_many votes for it; without it: 0\.\d{3} \(-\d\.\d\d\)", done.stdout)
    assert re.search(r"is_liked_by_many votes for 'ham'; without it: 0\.\d{3} \(\+\d\.\d\d\)", done.stdout)
    assert "It is the end model's mean over all records" in " ".join(done.stdout.split())
    assert (found["ham"][1], found["spam"][1]) == ("given", "not given")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((1, "image-captionin"), ("there is no tag 'image-captionin'", "Did you mean 'image-captioning'?")),
        ((1, "zzzz"), ("there is no tag 'zzzz'",)),
        (("3755", "datasets"), ("no record has the id '3755'", "Give the id of a record; the first is '1'")),
        (("no-such-record",), ("no record has the id 'no-such-record'", "Give the id of a record")),
    ],
    ids=["tag", "tag like none", "record", "record like none"],
)
def test_what_is_not_there_is_an_error_with_the_nearest_name(arguments, said):
    done = why(*arguments)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for words in said:
        assert words in " ".join(done.stderr.split())


def test_a_record_must_be_named():
    done = why()
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "Missing argument" in done.stderr


def test_a_record_of_which_there_is_nothing_to_tell_is_shown_all_the_same(tmp_path):
    records = [{"id": i, "title": title, "tags": []} for i, title in enumerate(["A cat", "Nothing"])]
    (tmp_path / "records.json").write_text(json.dumps(records))
    (tmp_path / "tags.json").write_text(json.dumps([{"tag": "cat"}, {"tag": "dog"}]))
    (tmp_path / "weaklabel.yaml").write_text("records: records.json\ntags: tags.json\nend_model: none\n")
    done = why(1, project=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = [line.strip() for line in done.stdout.splitlines()]
    told = "No tag of this record was given, voted on, or is likely."
    assert lines == ["record 1", "title  Nothing", "given  no tags", "", told]
