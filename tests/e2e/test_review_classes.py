"""A review with `task: multiclass` in a browser: exactly one class, or unsure."""

import pytest

pytest.importorskip("starlette", reason="the extra review is not installed")

from support.review_browser import log_in, settle, shown
from support.review_server import Server
from support.reviews import write_project
from weaklabel.review.store import open_database, read_decisions

pytestmark = pytest.mark.slow


def test_a_record_without_a_class_is_not_sent(chromium, tmp_path):
    project, database = write_project(tmp_path, 6, task="multiclass"), str(tmp_path / "review.sqlite")
    with Server(project, database, ["ana"]) as server, log_in(chromium, server, "ana") as page:
        keys = page.keyboard
        keys.press("3")  # cooking, which is given: no
        hint = "No class is chosen yet: choose one, or unsure."
        assert page.locator(".implied:visible").inner_text() == hint
        keys.press("Enter")
        assert shown(page) == 1
        assert page.locator("#said").inner_text() == hint
        keys.press("s")
        assert shown(page) == 2  # to leave it to others needs no class
        keys.press("3")
        keys.press("2")
        assert page.locator(".implied:visible").inner_text() == "With these, the record also has machine-learning."
        keys.press("Enter")
        assert shown(page) == 3
        keys.press("3")
        keys.press("Shift+Digit1")
        keys.press("Enter")
        settle(page)
        assert shown(page) == 4
        assert not page.locator("#refused").is_visible()
    store = open_database(database)
    found = {(d.record_id, d.tag, d.verdict) for d in read_decisions(store) if d.verdict != "no"}
    store.close()
    assert found == {(2, "deep-learning", "yes"), (3, "pytorch", "unsure")}
