"""Quality, as a reviewer meets it: in a real browser, by keyboard alone, beside annotators in theirs."""

import re
from itertools import pairwise

import pytest

pytest.importorskip("starlette", reason="the extra review is not installed")
pytest.importorskip("krippendorff", reason="the extra review is not installed")

from support.review_browser import WAIT_MS, contrasts, log_in, settle, shown, wait_until
from support.review_server import Server
from support.review_store import stored
from support.reviews import write_project
from weaklabel.review.store import NewAct, ensure_annotator, open_database, read_acts, record_act

OPTIONS = ("--overlap", "2", "--reviewer", "rey")
NAMES = ["ana", "bo", "rey"]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return write_project(tmp_path_factory.mktemp("qa"), 12)


@pytest.fixture
def database(tmp_path):
    return str(tmp_path / "review.sqlite")


def disagree(database, records=(1, 2, 3)):
    """Store what two annotators said before: they disagree on pytorch, and agree on cooking."""
    store = open_database(database)
    with store.write() as connection:
        for name, verdict in (("ana", "yes"), ("bo", "no")):
            annotator = ensure_annotator(connection, name)
            for record in records:
                verdicts = {"pytorch": verdict, "cooking": "yes"}
                act = NewAct(f"key-{name}-{record}", record, verdicts, "r1", 4000, f"{name}: hm" if record == 1 else "")
                record_act(connection, store, "decide", annotator, act)
    store.close()


def review(chromium, server, **options):
    return log_in(chromium, server, "rey", "main.quality", **options)


def heading(page):
    return page.locator("form.card h2").inner_text()


def go(page, key, where):
    """Press a key that leads to another page, and wait until it is there."""
    with page.expect_navigation(url=where):
        page.keyboard.press(key)
    wait_until(page, "document.readyState === 'complete'")


@pytest.mark.slow
def test_from_disagreement_to_the_last_word_by_keyboard_alone(chromium, project, database):
    with (
        Server(project, database, NAMES, *OPTIONS) as server,
        log_in(chromium, server, "ana") as ana,
        log_in(chromium, server, "bo") as bo,
    ):
        for page, verdicts in ((ana, "1"), (bo, "")):  # ana: pytorch yes; bo: as it stands, no
            for record in (1, 2, 3):
                assert shown(page) == record
                if verdicts:
                    page.keyboard.press(verdicts)
                page.keyboard.press("Enter")
                settle(page)
        with review(chromium, server) as rey:
            assert "3 to adjudicate" in rey.locator("#progress").inner_text()
            go(rey, "Enter", re.compile("record=1$"))
            assert heading(rey) == "Record 1"
            assert rey.evaluate("document.activeElement.textContent") == "Record 1"
            said = rey.locator(".contested .offer[data-tag=pytorch] .said .tag")
            assert said.all_inner_texts() == ["ana: yes", "bo: no"]
            assert rey.locator("[data-tag=pytorch] input:checked").get_attribute("value") == "unsure"
            rey.keyboard.press("1")  # yes
            assert rey.locator("#said").inner_text() == "pytorch: yes."
            rey.keyboard.press("/")
            rey.keyboard.type("ml")
            rey.wait_for_selector(".hits:visible [role=option]")
            rey.keyboard.press("Enter")
            assert rey.locator(".offers.added .tag").inner_text() == "machine-learning"
            rey.keyboard.press("Escape")
            rey.keyboard.press("n")
            rey.keyboard.type("r, s and u do nothing here")
            rey.keyboard.press("Escape")
            go(rey, "Enter", re.compile("record=2$"))
            assert "record 1, adjudicated" in rey.locator("#undo").inner_text()

            rey.keyboard.press("r")
            assert "Enter sends the record back" in rey.locator(".note").inner_text()
            rey.keyboard.press("Enter")  # nothing is sent without a note
            assert rey.locator("#said").inner_text() == "Write a note first."
            rey.keyboard.press("Escape")
            assert rey.locator(".returning").count() == 0
            rey.keyboard.press("r")
            rey.keyboard.type("Is it PyTorch or a pie?")
            go(rey, "Enter", re.compile("record=3$"))
            go(rey, "s", re.compile("/qa$"))
            assert "1 to adjudicate" in rey.locator("#progress").inner_text()

            for _ in range(3):  # ana has three records before her already
                ana.keyboard.press("s")
                settle(ana)
            wait_until(ana, "document.querySelector('form.card:not([hidden]) h2').textContent === 'Record 2'")
            note = ana.locator("form.card:visible .returned")
            assert note.inner_text() == "Sent back for relabeling: Is it PyTorch or a pie?"
            ana.keyboard.press("Enter")
            settle(ana)

            go(rey, "u", re.compile("record=2$"))
            assert heading(rey) == "Record 2"
            assert rey.locator(".contested .offer").count() == 0  # what ana says by now is what bo says
            go(rey, "u", re.compile("record=1$"))
            assert [rey.locator("#undo button").is_disabled()] == [True]
            go(rey, "l", re.compile("/qa$"))
            assert "2 to adjudicate" in rey.locator("#progress").inner_text()
            go(rey, "Enter", re.compile("record=1$"))
            rey.keyboard.press("1")
            go(rey, "Enter", re.compile("record=3$"))
    kinds = [act.kind for act in reversed(stored(database, read_acts)) if act.annotator == "rey"]
    assert kinds == ["adjudicate", "return", "undo", "undo", "adjudicate"]
    first = next(act for act in reversed(stored(database, read_acts)) if act.kind == "adjudicate")
    assert first.verdicts == {"pytorch": "yes", "deep-learning": "no", "cooking": "yes", "machine-learning": "yes"}
    assert (first.note, first.spent_ms > 0) == ("r, s and u do nothing here", True)
    final = {d.tag: d.verdict for d in stored(database) if d.is_final}
    assert final == {"pytorch": "yes", "deep-learning": "no", "cooking": "yes"}
    said = {(d.annotator, d.verdict) for d in stored(database) if d.record_id == 2 and d.tag == "pytorch"}
    assert said == {("ana", "no"), ("bo", "no")}  # the undone sending back left bo's, and ana's second one counts


@pytest.mark.slow
def test_a_key_that_is_held_down_adjudicates_one_record(chromium, project, database):
    disagree(database)
    with Server(project, database, NAMES, *OPTIONS) as server, review(chromium, server) as rey:
        go(rey, "Enter", re.compile("record=1$"))
        with rey.expect_navigation(url=re.compile("record=2$")):
            for _ in range(5):  # as a keyboard repeats
                rey.keyboard.down("Enter")
        wait_until(rey, "document.readyState === 'complete'")
        for _ in range(3):  # it is still down when the next record is there
            rey.keyboard.down("Enter")
            rey.wait_for_timeout(100)
        assert heading(rey) == "Record 2"
        rey.keyboard.up("Enter")
    assert [act.kind for act in stored(database, read_acts)].count("adjudicate") == 1


@pytest.mark.slow
def test_single_keys_that_are_off_do_nothing_here_either(chromium, project, database):
    disagree(database)
    with Server(project, database, NAMES, *OPTIONS) as server, review(chromium, server) as rey:
        rey.keyboard.press("?")
        assert rey.locator("dialog[open] h2").inner_text() == "Keys"
        rey.locator("#single-keys").uncheck()
        rey.keyboard.press("Escape")
        go(rey, "Enter", re.compile("record=1$"))
        for key in "1rsul":
            rey.keyboard.press(key)
        rey.wait_for_timeout(300)
        assert heading(rey) == "Record 1"
        assert rey.locator("[data-tag=pytorch] input:checked").get_attribute("value") == "unsure"
        assert rey.locator(".returning").count() == 0


@pytest.mark.slow
def test_a_screen_reader_is_told_what_is_what(chromium, project, database):
    disagree(database)
    with Server(project, database, NAMES, *OPTIONS) as server, review(chromium, server) as rey:
        tree = rey.locator("body").aria_snapshot()
        for part in (
            'heading "Quality" [level=1]', 'heading "Records to adjudicate"', 'combobox "About"',
            'link "Begin with record 1', 'rowheader "ana"', 'columnheader "Seconds"', 'rowheader "pytorch"',
            'navigation "Session"', "main:",
        ):  # fmt: skip
            assert part in tree, f"{part} is not in\n{tree}"
        go(rey, "Enter", re.compile("record=1$"))
        tree = rey.locator("body").aria_snapshot()
        for part in (
            'heading "Record 1"', 'region "Tags on which annotators disagree or are unsure"', 'group "1 pytorch 93%',
            'radio "Yes"', 'region "Notes of annotators"', 'button "Save as final', 'button "Send back', 'link "Skip',
            'textbox "Note', "status", 'combobox "Search all tags',
        ):  # fmt: skip
            assert part in tree, f"{part} is not in\n{tree}"
        levels = [int(level) for level in re.findall(r"level=(\d)", tree)]
        assert all(after <= before + 1 for before, after in pairwise(levels))
        ids = rey.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
        assert len(ids) == len(set(ids))
        unnamed = rey.evaluate(
            "[...document.querySelectorAll('button, select, a, input:not([type=hidden]), summary')]"
            ".filter((one) => !(one.labels?.length || one.textContent.trim() || one.ariaLabel)).length"
        )
        assert unnamed == 0


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_a_phone_and_can_be_read(chromium, project, database, scheme):
    disagree(database)
    with Server(project, database, NAMES, *OPTIONS) as server, review(chromium, server, color_scheme=scheme) as rey:
        for where in ("list", "record"):
            if where == "record":
                rey.set_viewport_size({"width": 1400, "height": 844})
                go(rey, "Enter", re.compile("record=1$"))
            for width in (1400, 390, 320):
                rey.set_viewport_size({"width": width, "height": 844})
                assert rey.evaluate("document.documentElement.scrollWidth") <= width
                button = rey.locator("main .primary").first.bounding_box()
                assert button["y"] + button["height"] <= 844
            assert contrasts(rey) == []


@pytest.mark.slow
def test_without_javascript_the_buttons_do(chromium, project, database):
    disagree(database)
    with Server(project, database, NAMES, *OPTIONS) as server:
        context = chromium.new_context(java_script_enabled=False)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.goto(server.links["rey"])
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("combobox", name="About").select_option("pytorch")
        page.get_by_role("button", name="Filter").click()
        page.get_by_role("link", name="Begin with record 1").click()
        page.locator("input[name='tag:pytorch'][value=no]").check(force=True)
        page.get_by_role("button", name="Save as final").click()
        assert page.get_by_role("heading", name="Record 2").count() == 1
        page.get_by_label("Note").fill("look again")
        page.get_by_role("button", name="Send back").click()
        assert page.get_by_role("heading", name="Record 3").count() == 1
        page.get_by_role("button", name="Undo").click()
        assert page.get_by_role("heading", name="Record 2").count() == 1
        assert page.url.endswith("tag=pytorch")
        page.get_by_role("link", name="Skip").click()
        assert page.get_by_role("heading", name="Record 3").count() == 1
        context.close()
    assert [(d.record_id, d.verdict) for d in stored(database) if d.is_final and d.tag == "pytorch"] == [(1, "no")]
