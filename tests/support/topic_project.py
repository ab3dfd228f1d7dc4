"""A small project of 120 records about one topic each, three of which are given a wrong one."""

import json

import pytest

from support.topics import TOPICS, topic_texts
from weaklabel import Project

N = 120
RIGHT = [TOPICS[i % 4] for i in range(N)]
NAMES = sorted(TOPICS)
WRONG = {3: "bread", 17: "music", 40: "birds"}
EXCLUSIVE = pytest.mark.parametrize("task", ["multilabel", "multiclass"])


def write_project(folder, given=None, *, gold=True, task="multilabel", n_words=9, **own):
    """Write the project, with these given tags or the usual ones, and gold tags; return its settings."""
    given = given or [[WRONG.get(i, topic)] for i, topic in enumerate(RIGHT)]
    rows = [
        {"id": f"r{i}", "title": text if i % 3 else f"{text} {RIGHT[i]}", "tags": tags}
        for i, (text, tags) in enumerate(zip(topic_texts(RIGHT, n_words=n_words), given, strict=True))
    ]
    (folder / "records.json").write_text(json.dumps(rows))
    (folder / "tags.json").write_text(json.dumps([{"tag": topic} for topic in TOPICS]))
    lines = [json.dumps({"id": f"r{i}", "tags": [topic]}) for i, topic in enumerate(RIGHT)]
    (folder / "gold.jsonl").write_text("\n".join(lines))
    paths = (str(folder / "records.json"), str(folder / "tags.json"))
    own |= {"gold": str(folder / "gold.jsonl")} if gold else {}
    return Project.of(*paths, task=task, cache=None, **own).settings
