"""Each edit of a labeling function: what it does to a project by hand."""

import json
import threading
import time

import pytest

from weaklabel import Project
from weaklabel.errors import LabelingFunctionError
from weaklabel.lf_watch import Session, watch_folder

RED = "- {id: red, tags: fox, match: {keywords: red}}\n"


@pytest.fixture
def session(tmp_path):
    records = [{"id": 7, "title": "red fox", "tags": ["fox"]}, {"id": 8, "title": "red owl", "tags": []}]
    (tmp_path / "records.json").write_text(json.dumps(records))
    (tmp_path / "tags.json").write_text(json.dumps([{"tag": "fox"}, {"tag": "owl"}]))
    (tmp_path / "lfs").mkdir()
    (tmp_path / "lfs" / "a.yaml").write_text(RED)
    paths = str(tmp_path / "records.json"), str(tmp_path / "tags.json")
    return Session(Project.of(*paths, lfs=tmp_path / "lfs", cache=None).settings)


def write(session, text):
    (session.settings.lfs / "a.yaml").write_text(text)


def test_an_edit_is_compared_with_the_version_before(session):
    write(session, RED.replace("red}}", "owl}}"))
    effect = session.update()
    assert effect.diff.changed == ("red",)
    assert effect.diff.cells == ()  # the tag name still fires on record 7, and "red" and "owl" both on record 8
    [row] = effect.rows
    assert (row.lf, row.coverage, row.n) == ("red", 0.5, 1)
    again = session.update()
    assert (again.diff.changed, again.diff.cells, again.rows) == ((), (), ())


def test_a_mistake_is_told_and_the_version_before_stays(session):
    write(session, RED.replace("fox", "foxx"))
    with pytest.raises(LabelingFunctionError, match="'foxx' is no tag"):
        session.update()
    write(session, "- {id: new, tags: owl, match: {keywords: red}}\n")
    effect = session.update()
    assert (effect.diff.added, effect.diff.removed) == (("new",), ("red",))
    assert (0, "owl", "gained") in [(cell.record, cell.tag, cell.change) for cell in effect.diff.cells]


def test_failures_of_what_was_edited_are_told(session):
    (session.settings.lfs / "b.py").write_text(
        "from weaklabel import labeling_function\n\n"
        "@labeling_function(tags='owl')\ndef bad(record):\n    return 1 / 0\n"
    )
    [failure] = session.update().failures
    assert (failure.lf_id, failure.count) == ("bad", 2)


def test_a_change_of_a_file_is_seen(session):
    found = []

    def look():
        found.append(next(watch_folder(session, session.settings.lfs)))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    for _ in range(100):  # the watch may not have begun when the first edit is made
        write(session, RED.replace("red}", f"fox{time.time_ns()}}}"))
        thread.join(0.2)
        if found:
            break
    [effect] = found
    assert effect.diff.changed == ("red",)
