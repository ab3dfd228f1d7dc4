"""What the page tells those who do not see it, when it changes by itself or has nothing to show."""

import pytest

pytest.importorskip("starlette", reason="the extra review is not installed")

from support.review_browser import log_in, settle, shown, wait_until
from support.review_server import Server
from support.reviews import write_project
from weaklabel.review.store import NewAct, adjudicate, enrol, open_database
from weaklabel.review.store.annotators import find_owner

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return write_project(tmp_path_factory.mktemp("review"), 4)


@pytest.fixture
def database(tmp_path):
    return str(tmp_path / "review.sqlite")


@pytest.fixture
def server(project, database):
    with Server(project, database, ["ana"]) as server:
        yield server


@pytest.fixture
def page(chromium, server):
    with log_in(chromium, server, "ana") as page:
        yield page


def test_a_record_that_is_lost_in_mid_edit_is_told(page, database):
    page.keyboard.press("Enter")
    settle(page)
    assert shown(page) == 2
    page.keyboard.press("n")
    page.keyboard.type("half a note")
    store = open_database(database)
    reviewer = find_owner(store, enrol(store, "rey", is_reviewer=True))
    adjudicate(store, reviewer.id, NewAct("key-of-the-reviewer", 2, {"cooking": "no"}))
    store.close()
    page.evaluate("renew()")  # as the page does by itself after some minutes
    wait_until(page, "document.querySelector('form.card:not([hidden])').dataset.record === '3'")
    told = page.locator("#refused[role=alert]:visible").inner_text()
    assert "Record 2 is not before you any more: another annotator has it, or it is done." in told
    assert page.evaluate("document.activeElement.textContent") == "Record 3"


def test_while_nothing_is_shown_the_focus_is_on_what_says_so(page, server):
    server.kill()
    page.keyboard.press("Enter")
    assert page.locator("#said").inner_text() == "Record 1 sent."
    page.keyboard.press("s")
    assert page.locator("#said").inner_text() == "Record 2: skip sent."
    page.keyboard.press("Enter")
    page.wait_for_selector("#waiting:visible")
    assert page.evaluate("document.activeElement.id") == "waiting"
    assert page.locator("#waiting").get_attribute("role") == "status"
    server.start()
    settle(page)
    wait_until(page, "document.querySelector('form.card:not([hidden])')?.dataset.record === '4'")
    assert page.evaluate("document.activeElement.textContent") == "Record 4"
    page.keyboard.press("Enter")
    settle(page)
    page.wait_for_selector("#finished:visible")
    assert not page.locator("#waiting").is_visible()
    assert page.evaluate("document.activeElement.textContent") == "Nothing is left for you."


def test_a_search_that_finds_nothing_has_no_list(page):
    page.keyboard.press("/")
    page.keyboard.type("xyzzy")
    page.wait_for_selector(".none:visible")
    assert page.locator(".none:visible").inner_text() == "No tag is spelt like it."
    assert not page.locator("form.card:visible .hits").is_visible()
    assert page.locator(".query:visible").get_attribute("aria-expanded") == "false"
    assert page.locator("#said").inner_text() == "No tag found."
    page.locator(".query:visible").fill("torch")
    page.wait_for_selector(".hits:visible [role=option]")
    assert page.locator(".none:visible").count() == 0
    assert page.locator(".query:visible").get_attribute("aria-expanded") == "true"


def test_what_is_marked_is_written_beside_the_tag_too(page):
    page.keyboard.press("w")
    offer = page.locator("form.card:visible .offer[data-tag=pytorch]")
    assert "In the text: PyTorch." in offer.inner_text()
    assert page.locator("form.card:visible mark[title]").count() == 1  # and for who points at it
