"""`weaklabel review` as people meet it: the command, and the page in a real browser, by keyboard alone."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the extra review is not installed")

from support.review_browser import WAIT_MS, contrasts, log_in, settle, shown, wait_until
from support.review_server import Server, Worker
from support.review_store import stored
from support.reviews import write_project
from weaklabel.review.store import LeaseRules, read_acts

RECORDS = 40
RULES = LeaseRules()


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return write_project(tmp_path_factory.mktemp("review"), RECORDS)


@pytest.fixture
def database(tmp_path):
    return str(tmp_path / "review.sqlite")


def review(run, *options):
    command = [sys.executable, "-m", "weaklabel", "review", "--project", str(run.parent.parent), *map(str, options)]
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)


def test_a_decision_from_the_link_to_the_store_and_ctrl_c(project, database):
    with Server(project, database, ["ana"], "--queue", str(write_queue(database, [7, 3]))) as server:
        worker = Worker(server, "ana")
        worker.run(2)
        assert worker.failure is None
        printed, code = server.stop()
    assert code == 0
    assert printed == "Stopped. All decisions are stored.\n"
    decisions = stored(database)
    assert [(d.record_id, d.tag, d.verdict) for d in decisions] == [
        (7, "cooking", "no"), (7, "pytorch", "yes"), (3, "cooking", "no"), (3, "pytorch", "yes"),
    ]  # fmt: skip
    assert {(d.annotator, d.spent_ms) for d in decisions} == {("ana", 900)}


def write_queue(database, ids):
    path = Path(database).with_name("queue.csv")
    path.write_text("record_id\n" + "".join(f"{i}\n" for i in ids))
    return path


def test_a_port_that_is_taken_is_told(project, database):
    with Server(project, database, ["ana"]) as server:
        done = review(project, "--database", database, "--port", server.port)
    assert done.returncode == 1
    assert "cannot listen on 127.0.0.1" in done.stderr
    assert "Traceback" not in done.stderr


# ---- in a browser


@pytest.mark.slow
def test_ten_records_by_keyboard_alone_with_undo_and_search(chromium, project, database):
    with Server(project, database, ["ana"]) as server, log_in(chromium, server, "ana") as page:
        assert shown(page) == 1
        keys = page.keyboard
        keys.press("1")  # pytorch: yes
        implied = "With these, the record also has machine-learning."
        contradicted = "deep-learning is no, but under it pytorch is yes."
        assert page.locator(".implied:visible").inner_text() == f"{implied} {contradicted}"
        keys.press("2")  # deep-learning: yes
        assert page.locator(".implied:visible").inner_text() == implied
        assert page.locator("#said").inner_text() == "deep-learning: yes."
        keys.press("Enter")
        assert shown(page) == 2  # at once, whatever the server does
        assert page.evaluate("document.activeElement.textContent") == "Record 2"
        keys.press("a")
        keys.press("x")
        settle(page)
        keys.press("Shift+Digit1")
        keys.press("n")
        keys.type("a?/1 note")  # no key does anything here
        keys.press("Enter")
        settle(page)
        assert shown(page) == 5
        keys.press("s")
        keys.press("/")
        keys.type("ml")
        page.wait_for_selector(".hits:visible [role=option]")
        assert page.locator(".query:visible").get_attribute("aria-expanded") == "true"
        keys.press("Enter")
        assert page.locator(".offers.added:visible .tag").inner_text() == "machine-learning"
        keys.press("Escape")
        keys.press("4")  # the added one: no
        keys.press("4")  # and yes again
        keys.press("Enter")
        settle(page)
        assert shown(page) == 7
        keys.press("u")
        wait_until(page, "document.querySelector('form.card:not([hidden])').dataset.record === '6'")
        assert page.locator(".offers.added:visible .tag").inner_text() == "machine-learning"
        keys.press("Enter")
        for record in range(7, 11):
            assert shown(page) == record
            keys.press("1")
            keys.press("Enter")
            settle(page)
        assert "9 of 40 done" in page.locator("#progress").inner_text()
    found = {(d.record_id, d.tag): d.verdict for d in stored(database)}
    assert {record for record, _ in found} == {1, 2, 3, 4, 6, 7, 8, 9, 10}
    given = {"cooking": "yes"}
    expected = {
        1: {"pytorch": "yes", "deep-learning": "yes", **given}, 2: {"pytorch": "yes", "deep-learning": "yes", **given},
        3: {"pytorch": "no", "deep-learning": "no", **given}, 4: {"pytorch": "unsure", "deep-learning": "no", **given},
        6: {"pytorch": "no", "deep-learning": "no", "machine-learning": "yes", **given},
        10: {"pytorch": "yes", "deep-learning": "no", **given},
    }  # fmt: skip
    for record, verdicts in expected.items():
        assert {tag: verdict for (r, tag), verdict in found.items() if r == record} == verdicts
    acts = stored(database, read_acts)
    assert [act.kind for act in acts].count("undo") == 1
    assert {act.note for act in acts if act.record_id == 4} == {"a?/1 note"}
    assert all(act.spent_ms > 0 for act in acts if act.kind == "decide")


@pytest.mark.slow
def test_two_annotators_at_once_get_different_records(chromium, project, database):
    with (
        Server(project, database, ["ana", "bo"]) as server,
        log_in(chromium, server, "ana") as ana,
        log_in(chromium, server, "bo") as bo,
    ):
        seen = []
        for _ in range(6):
            for page in (ana, bo):
                seen.append(shown(page))
                page.keyboard.press("Enter")
                settle(page)
    assert len(set(seen)) == 12
    decided = {(d.record_id, d.annotator) for d in stored(database)}
    assert sorted(decided) == sorted((record, ("ana", "bo")[i % 2]) for i, record in enumerate(seen))


@pytest.mark.slow
def test_what_is_decided_while_the_server_is_away_is_stored_when_it_is_back(chromium, project, database):
    with Server(project, database, ["ana"]) as server, log_in(chromium, server, "ana") as page:
        server.kill()
        page.keyboard.press("Enter")
        assert shown(page) == 2
        page.wait_for_selector("#trouble:visible")
        assert "Not saved yet" in page.locator("#trouble").inner_text()
        for _ in range(RULES.ahead - 1):
            page.keyboard.press("Enter")
        page.wait_for_selector("#waiting:visible")
        server.start()
        page.wait_for_selector("#trouble", state="hidden")
        settle(page)
        wait_until(page, "document.querySelector('form.card:not([hidden])')?.dataset.record === '4'")
    assert {d.record_id for d in stored(database)} == {1, 2, 3}


@pytest.mark.slow
def test_what_is_decided_after_the_session_has_ended_is_stored_after_the_next_login(chromium, project, database):
    with Server(project, database, ["ana"]) as server, log_in(chromium, server, "ana") as page:
        page.context.clear_cookies()
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        page.wait_for_selector("#trouble:visible")
        assert "You are not logged in. What you decided is kept" in page.locator("#trouble").inner_text()
        page.goto(server.links["ana"])
        page.get_by_role("button", name="Log in").press("Enter")
        page.wait_for_selector("form.card")
        settle(page)
        wait_until(page, "document.querySelector('form.card:not([hidden])')?.dataset.record === '2'")
    assert [(d.record_id, d.verdict) for d in stored(database) if d.tag == "pytorch"] == [(1, "yes")]


@pytest.mark.slow
def test_a_decision_is_answered_and_the_next_record_shown_in_a_moment(chromium, project, database):
    with Server(project, database, ["ana"]) as server, log_in(chromium, server, "ana") as page:
        shown_ms, answered_ms = [], []
        for _ in range(20):
            took = page.evaluate(
                """async () => {
                  const before = document.querySelector("form.card:not([hidden])");
                  const began = performance.now();
                  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
                  const shown = performance.now() - began;
                  if (document.querySelector("form.card:not([hidden])") === before) throw new Error("the same record");
                  while (JSON.parse(sessionStorage.getItem("weaklabel-outbox:ana")).length)
                    await new Promise((resolve) => setTimeout(resolve, 1));
                  return [shown, performance.now() - began];
                }"""
            )
            shown_ms.append(took[0])
            answered_ms.append(took[1])
    print(f"\nnext record shown: median {median(shown_ms):.1f} ms; answered: median {median(answered_ms):.0f} ms")
    assert median(shown_ms) < 50


def median(values):
    return sorted(values)[len(values) // 2]


@pytest.mark.slow
def test_a_screen_reader_is_told_what_is_what(chromium, project, database):
    with Server(project, database, ["ana"]) as server, log_in(chromium, server, "ana") as page:
        tree = page.locator("body").aria_snapshot()
        for part in (
            'heading "Record 1"', "main:", 'navigation "Session"', 'region "Suggested tags"',
            'progressbar "Records done"',
            'radio "Yes"', 'radio "Unsure"', 'button "Save', 'combobox "Search all tags', "status", 'textbox "Note',
            'group "1 pytorch 93%',
        ):  # fmt: skip
            assert part in tree, f"{part} is not in\n{tree}"
        assert page.locator("#trouble").get_attribute("role") == "alert"
        page.keyboard.press("?")
        assert page.locator("dialog[open]").get_attribute("aria-labelledby") == "help-title"
        assert page.evaluate("document.activeElement.closest('dialog') !== null")
        page.keyboard.press("Tab")
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        page.keyboard.type("learning")
        page.wait_for_selector(".hits:visible [role=option]")
        page.keyboard.press("ArrowDown")
        active = page.locator(".query:visible").get_attribute("aria-activedescendant")
        assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
        assert re.fullmatch(r"\d+ tags found\.", page.locator("#said").inner_text())
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
        assert len(ids) == len(set(ids))
        unnamed = page.evaluate(
            "[...document.querySelectorAll('button, input:not([type=hidden]), summary')]"
            ".filter((one) => !(one.labels?.length || one.textContent.trim() || one.ariaLabel)).length"
        )
        assert unnamed == 0


@pytest.mark.slow
def test_keys_are_where_other_keyboards_have_them(chromium, project, database):
    with Server(project, database, ["ana"]) as server, log_in(chromium, server, "ana") as page:

        def press(**key):
            page.evaluate(
                "key => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, ...key}))",
                key,
            )

        chosen = page.locator("form.card:visible .offer[data-tag=pytorch] input:checked")
        press(key="&", code="Digit1")  # French: digits need Shift
        assert chosen.get_attribute("value") == "yes"
        press(key="1", code="Numpad1")
        assert chosen.get_attribute("value") == "no"
        press(key="/", code="Digit7", shiftKey=True)  # German
        assert "query" in page.evaluate("document.activeElement.className")


@pytest.mark.slow
def test_single_keys_can_be_turned_off(chromium, project, database):
    with Server(project, database, ["ana"]) as server, log_in(chromium, server, "ana") as page:
        page.keyboard.press("?")
        page.locator("#single-keys").uncheck()
        page.keyboard.press("Escape")
        page.keyboard.press("a")
        page.keyboard.press("1")
        assert shown(page) == 1
        assert page.locator("form.card:visible input[value=yes]:checked").count() == 1
        page.reload()
        page.wait_for_selector("form.card")
        page.keyboard.press("s")
        assert shown(page) == 1


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_phone_and_can_be_read(chromium, project, database, scheme):
    with Server(project, database, ["ana"]) as server:
        options = {"color_scheme": scheme}
        with log_in(chromium, server, "ana", **options) as page:
            for width in (1400, 390, 320):
                page.set_viewport_size({"width": width, "height": 844})
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                button = page.locator("form.card:visible .primary").bounding_box()
                assert button["y"] + button["height"] <= 844  # at hand without scrolling
            assert contrasts(page) == []


@pytest.mark.slow
def test_without_javascript_the_buttons_do(chromium, project, database):
    with Server(project, database, ["ana"]) as server:
        context = chromium.new_context(java_script_enabled=False)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.goto(server.links["ana"])
        page.get_by_role("button", name="Log in").click()
        page.locator("form.card").first.locator("input[name='tag:pytorch'][value=yes]").check(force=True)
        page.locator("form.card").first.get_by_role("button", name="Save").click()
        assert page.get_by_role("heading", name="Record 2").count() == 1
        page.locator("form.card").first.get_by_role("button", name="Skip").click()
        page.get_by_role("button", name="Undo").click()
        assert page.locator("form.card h2").first.inner_text() == "Record 2"
        page.get_by_role("button", name="Undo").click()
        assert page.locator("form.card h2").first.inner_text() == "Record 1"
        assert page.locator("form.card").first.locator("input[name='tag:pytorch'][value=yes]").is_checked()
        page.get_by_role("button", name="Undo").click()
        assert page.get_by_role("heading", name="There is nothing to undo").count() == 1
        page.get_by_role("link", name="Back to the review").click()
        page.locator("form.card").first.locator("input[name='tag:pytorch'][value=yes]").check(force=True)
        page.locator("form.card").first.get_by_role("button", name="Save").click()
        context.close()
    assert [(d.record_id, d.verdict) for d in stored(database) if d.tag == "pytorch"] == [(1, "yes")]
