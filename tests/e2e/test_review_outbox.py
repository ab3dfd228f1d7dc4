"""What the page keeps until the server has acknowledged it: nothing is lost from sight, nobody's goes to another."""

import json

import pytest

pytest.importorskip("starlette", reason="the extra review is not installed")

from support.review_browser import kept, log_in, settle, shown, wait_until
from support.review_server import Server
from support.reviews import write_project
from weaklabel.review.store import NewAct, adjudicate, enrol, open_database, read_acts, read_decisions
from weaklabel.review.store.annotators import find_owner

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return write_project(tmp_path_factory.mktemp("review"), 20)


@pytest.fixture
def database(tmp_path):
    return str(tmp_path / "review.sqlite")


@pytest.fixture
def server(project, database):
    with Server(project, database, ["ana", "bo"]) as server:
        yield server


@pytest.fixture
def page(chromium, server):
    with log_in(chromium, server, "ana") as page:
        yield page


def log_in_here(page, server, name):
    """Log in as somebody in a tab that is open."""
    page.goto(server.links[name])
    page.get_by_role("button", name="Log in").press("Enter")
    page.wait_for_selector("form.card")
    page.wait_for_load_state()


def decided(database, read=read_decisions):
    store = open_database(database)
    found = read(store)
    store.close()
    return found


def take_away(database, record_id):
    """Settle a record as a reviewer does, so that it is before no annotator any more."""
    store = open_database(database)
    reviewer = find_owner(store, enrol(store, "rey", is_reviewer=True))
    adjudicate(store, reviewer.id, NewAct(f"key-of-the-reviewer-{record_id}", record_id, {"cooking": "no"}))
    store.close()


def answer_with(status, what="Refused."):
    body = json.dumps({"what": what, "fix": ""})
    return lambda route: route.fulfill(status=status, content_type="application/json", body=body)


def test_a_refused_decision_is_told_until_the_reader_dismisses_it(page, database):
    take_away(database, 1)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # which the server takes
    settle(page)
    page.wait_for_selector("#refused:visible")
    assert "Record 1: Record 1 is not before you any more" in page.locator("#refused").inner_text()
    assert {d.record_id for d in decided(database) if d.annotator == "ana"} == {2}
    page.reload()
    page.wait_for_selector("#refused:visible")
    assert page.locator("#refused li").count() == 1
    page.get_by_role("button", name="Dismiss").press("Enter")
    page.wait_for_selector("#refused", state="hidden")
    assert page.evaluate("document.activeElement.textContent") == "Record 3"
    page.reload()
    page.wait_for_selector("form.card")
    assert not page.locator("#refused").is_visible()


def test_a_decision_is_kept_whatever_stands_between_the_page_and_the_server(page, database):
    for status in (404, 413, 415, 421):
        page.route("**/decisions", answer_with(status))
        record = shown(page)
        page.keyboard.press("Enter")
        page.wait_for_selector("#trouble:visible")
        assert f"Record {record} is not saved: Refused. It is kept" in page.locator("#trouble").inner_text()
        assert kept(page, "ana") == 1
        page.unroute("**/decisions")
        page.get_by_role("button", name="Try again").press("Enter")
        settle(page)
        page.wait_for_selector("#trouble", state="hidden")
        assert record in {d.record_id for d in decided(database)}


def test_what_can_never_be_sent_is_given_up_by_the_reader(page, database):
    page.route("**/decisions", answer_with(404))
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_selector("#trouble:visible")
    page.unroute("**/decisions")
    page.get_by_role("button", name="Give it up").press("Enter")
    settle(page)
    page.wait_for_selector("#trouble", state="hidden")
    assert {d.record_id for d in decided(database)} == {2}


def test_what_one_annotator_did_is_never_sent_as_anothers(page, server, database):
    page.context.clear_cookies()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.keyboard.press("u")
    page.wait_for_selector("#trouble:visible")
    assert kept(page, "ana") == 2
    log_in_here(page, server, "bo")
    record = shown(page)
    page.keyboard.press("Enter")
    wait_until(page, f"document.querySelector('form.card:not([hidden])').dataset.record !== '{record}'")
    wait_until(page, "sessionStorage.getItem('weaklabel-outbox:bo') === '[]'")
    assert {(d.record_id, d.annotator) for d in decided(database)} == {(record, "bo")}
    assert [act.kind for act in decided(database, read_acts)] == ["decide"]
    assert kept(page, "ana") == 2
    log_in_here(page, server, "ana")
    settle(page)
    acts = [(act.kind, act.annotator, act.record_id) for act in reversed(decided(database, read_acts))]
    assert acts == [("decide", "bo", record), ("decide", "ana", 1), ("undo", "ana", 1)]


def test_leaving_is_warned_of_while_something_is_not_saved(page, server):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    server.kill()
    page.keyboard.press("Enter")
    page.wait_for_selector("#trouble:visible")
    page.evaluate("setTimeout(() => location.reload())")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert kept(page, "ana") == 1


def test_leaving_is_not_warned_of_where_another_login_is_needed(page):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.context.clear_cookies()
    page.keyboard.press("Enter")
    page.wait_for_selector("#trouble:visible")
    page.reload()
    page.wait_for_selector("h1")
    assert asked == []


def test_what_was_just_decided_is_not_dealt_again(page, server, database):
    server.kill()
    for _ in range(3):
        page.keyboard.press("Enter")
    page.wait_for_selector("#waiting:visible")
    page.evaluate(
        """() => {
          window.dealt = [];
          const note = (one) => one.matches?.("form.card") && window.dealt.push(Number(one.dataset.record));
          new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach(note)))
            .observe(document.getElementById("record"), { childList: true });
        }"""
    )
    server.start()
    settle(page)
    wait_until(page, "document.querySelector('form.card:not([hidden])')?.dataset.record === '4'")
    assert page.evaluate("window.dealt") == [4, 5, 6]
    assert sorted({d.record_id for d in decided(database)}) == [1, 2, 3]


def test_a_page_that_is_loaded_again_does_not_show_what_is_yet_to_be_sent(page):
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/decisions", lambda route: route.abort())
    page.keyboard.press("Enter")
    page.wait_for_selector("#trouble:visible")
    page.reload()
    page.wait_for_selector("form.card:visible")
    assert shown(page) == 2
    page.unroute("**/decisions")
    settle(page)
    assert shown(page) == 2
