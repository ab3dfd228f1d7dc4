"""The pages as a browser without script gets them, and what is answered to the script."""

import json
import re

import pytest

pytest.importorskip("starlette", reason="the extra review is not installed")

from support.reviews import Browser, make_deck, make_site
from weaklabel.review.store import read_acts, read_decisions
from weaklabel.terms import Vocabulary


@pytest.fixture
def database(small_database):
    return small_database


@pytest.fixture
def ana(database):
    return Browser(make_site(database)).log_in("ana")


def hidden(page, name, nth=0):
    return re.findall(rf'name="{name}" value="([^"]*)"', page)[nth]


def test_the_link_asks_before_it_logs_in(database):
    from weaklabel.review.store import enrol

    browser = Browser(make_site(database))
    token = enrol(database, "ana")
    page = browser.get("/login", params={"token": token})
    assert "Review as ana" in page.text
    assert not browser.client.cookies
    assert hidden(page.text, "token") == token


def test_without_script_a_record_is_decided_on_skipped_and_undone(database, ana):
    page = ana.get().text
    card = page[page.index('data-record="1"') :]
    answer = ana.post(
        "/decisions", is_script=False, record=hidden(card, "record"), key=hidden(card, "key"),
        **{"tag:pytorch": "yes", "tag:cooking": "no"}, note=" odd ",
    )  # fmt: skip
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    [cooking, pytorch] = read_decisions(database)
    assert (cooking.tag, cooking.verdict, cooking.note, pytorch.verdict) == ("cooking", "no", "odd", "yes")
    page = ana.get().text
    assert 'data-record="2"' in page
    assert 'data-record="1"' not in page
    assert ana.post("/skip", is_script=False, record="2", key="key-of-a-skipping").status_code == 303
    assert ana.post("/undo", is_script=False, key="key-of-an-undoing").status_code == 303
    assert 'data-record="2"' in ana.get().text


def test_without_script_an_undone_record_comes_back_first_and_as_it_was_left(database, ana):
    ana.get()
    ana.decide(2, note="odd", **{"tag:pytorch": "unsure", "tag:machine-learning": "yes"})
    answer = ana.post("/undo", is_script=False, key="key-of-an-undoing")
    act = next(act for act in read_acts(database) if act.kind == "decide")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/?again={act.id}")
    page = ana.get(answer.headers["location"]).text
    card = page[page.index("<form class=") :]
    assert hidden(card, "record") == "2"
    card = card[: card.index("</form>")]
    assert re.search(r'name="tag:pytorch" value="unsure" checked', card)
    assert re.search(r'data-tag="machine-learning" data-source="added"', card)
    assert 'value="odd"' in card
    assert re.findall(r'data-record="(\d+)"', page) == ["2", "1", "3"]
    assert ana.decide(2, "key-of-another-one", **{"tag:pytorch": "no"}).status_code == 200
    assert "Undone. That record is not open to you any more." in ana.get(f"/?again={act.id}").text


def test_what_another_did_is_not_shown_again(database, ana):
    bo = Browser(make_site(database)).log_in("bo")
    ana.get()
    ana.decide(1, note="ana's own", **{"tag:pytorch": "unsure"})
    ana.post("/undo", key="key-of-an-undoing")
    ana.post("/skip", record="1", key="key-of-a-skipping")
    [_, _, act] = read_acts(database)
    for again in (act.id, 99, -1, "x", "9" * 400, "é"):
        page = bo.get("/", params={"again": again})
        assert page.status_code == 200
        assert "ana&#39;s own" not in page.text
        assert "Undone." not in page.text


def test_without_script_what_is_refused_leads_back(database, ana):
    bo = Browser(make_site(database)).log_in("bo")
    ana.get()
    for browser, path, fields, status in (
        (bo, "/decisions", {"record": "1", "key": "key-of-a-decision"}, 409),
        (bo, "/undo", {"key": "key-of-an-undoing"}, 409),
        (ana, "/decisions", {"record": "1", "key": "key-of-a-decision", "tag:pytorch": "maybe"}, 400),
    ):
        answer = browser.post(path, is_script=False, **fields)
        assert answer.status_code == status
        assert '<a href="/">Back to the review</a>' in answer.text
    rey = Browser(make_site(database)).log_in("rey", is_reviewer=True)
    answer = rey.post("/qa/undo", is_script=False, key="key-of-an-undoing")
    assert (answer.status_code, '<a href="/qa">Back to the review</a>' in answer.text) == (409, True)
    for path in ("/", "/login"):  # who is not logged in has nothing to go back to
        assert "Back to" not in Browser(make_site(database)).get(path).text


def test_the_script_gets_the_card_that_it_does_not_have(database, ana):
    ana.get()
    answer = ana.decide(1, have='["2"]', **{"tag:pytorch": "yes"}).json()
    assert [card["record"] for card in answer["cards"]] == ["3"]
    assert answer["desk"] == ["2", "3"]
    assert "<b>1</b> of 6 done" in answer["progress"]
    again = ana.decide(1, have='["2"]', **{"tag:pytorch": "yes"}).json()
    assert again["desk"] == ["2", "3"]
    assert len(read_acts(database)) == 1


def test_undo_gives_the_card_back_as_it_was_left(ana):
    ana.get()
    ana.decide(1, note="odd", **{"tag:pytorch": "unsure", "tag:machine-learning": "yes"})
    answer = ana.post("/undo", key="key-of-an-undoing", have='["2", "3"]').json()
    assert answer["is_undone"] is True
    [card] = answer["cards"]
    assert card["record"] == "1"
    assert re.search(r'name="tag:pytorch" value="unsure" checked', card["html"])
    assert re.search(r'data-tag="machine-learning" data-source="added"', card["html"])
    assert 'name="note" maxlength="2000" autocomplete="off" value="odd"' in card["html"]


def test_tags_are_found_with_what_is_above_them(ana):
    [first, *_] = ana.get("/tags", params={"q": "torch"}).json()
    assert first["tag"] == "pytorch"
    assert "also called torch" in first["option"]
    assert "under deep-learning, machine-learning" in first["option"]
    assert 'value="yes" checked' in first["offer"]


def test_a_card_has_its_reasons_instruction_and_examples(ana):
    page = ana.get().text
    assert "The text speaks of it, 1." in page
    assert "Votes that it is present: name:pytorch@title." in page
    assert "Networks of many layers." in page
    assert "Six layers of LSTMs" in page
    assert "written Cooking" in page
    assert re.search(r"<mark[^>]*>PyTorch</mark> in the kitchen, part 1", page)


def test_what_is_done_shows_in_the_history(ana):
    ana.get()
    ana.decide(1, note="odd", **{"tag:pytorch": "no"})
    ana.post("/undo", key="key-of-an-undoing")
    page = ana.get("/history").text
    assert page.count("<h2>Record 1: ") == 2
    assert "decided (undone)" in page
    assert "pytorch: no" in page


def test_ids_that_a_script_would_round_stay_apart(database):
    first, second = 2**53, 2**53 + 1
    ana = Browser(make_site(database, make_deck(2, ids=[first, second]))).log_in("ana")
    assert f'name="record" value="{second}"' in ana.get().text
    answer = ana.post("/leases", have=json.dumps([str(first)])).json()
    assert [card["record"] for card in answer["cards"]] == [str(second)]
    assert ana.decide(second).status_code == 200
    assert [act.record_id for act in read_acts(database)] == [second]


def test_when_all_is_done_the_page_says_so(database):
    browser = Browser(make_site(database, make_deck(1))).log_in("ana")
    assert '<section id="finished" class="finished" hidden>' in browser.get().text
    assert browser.decide(1).json()["cards"] == []
    page = browser.get().text
    assert '<section id="finished" class="finished">' in page
    assert "Nothing is left for you." in page


def test_exactly_one_class_can_be_yes(database):
    ana = Browser(make_site(database, make_deck(task="multiclass"))).log_in("ana")
    ana.get()
    for verdicts in ({"tag:pytorch": "yes", "tag:cooking": "yes"}, {"tag:pytorch": "no", "tag:cooking": "no"}, {},
                     {"tag:pytorch": "yes", "tag:cooking": "yes", "tag:deep-learning": "unsure"}):  # fmt: skip
        answer = ana.decide(1, **verdicts)
        assert (answer.status_code, answer.json()["what"]) == (400, "A record has exactly one class.")
    assert read_acts(database) == ()
    assert ana.decide(1, **{"tag:pytorch": "yes", "tag:cooking": "no"}).status_code == 200
    assert ana.decide(2, **{"tag:pytorch": "unsure", "tag:cooking": "no"}).status_code == 200
    assert ana.post("/skip", record="3", key="key-of-a-skipping", **{"tag:pytorch": "no"}).status_code == 200


def test_a_reviewer_says_exactly_one_class_too(database):
    rey = Browser(make_site(database, make_deck(task="multiclass"))).log_in("rey", is_reviewer=True)
    act = {"record": "1", "key": "key-of-a-reviewer", "is_script": False}
    assert rey.post("/qa/adjudicate", **act, **{"tag:pytorch": "no"}).status_code == 400
    assert rey.post("/qa/adjudicate", **act, **{"tag:pytorch": "yes"}).status_code == 303


def test_a_queue_of_another_run_is_told(database, ana):
    from weaklabel.review.store import open_queue

    open_queue(database, ["of another run"])
    answer = ana.get()
    assert answer.status_code == 409
    assert "another server has changed the queue" in answer.text


def test_a_page_that_is_not_there_says_so(ana):
    answer = ana.get("/nowhere")
    assert answer.status_code == 404
    assert "There is no such page." in answer.text


def test_two_classes_of_cards_have_the_same_fields(ana):
    """What the script makes of a card has to be what the page had."""
    page = ana.get().text
    sent = ana.decide(1, have='["2"]').json()["cards"][0]["html"]
    shown = page[page.index("<form class=") : page.index("</form>", page.index('data-record="1"'))]
    assert sorted(re.findall(r'name="([^"]+)"', shown)) == sorted(re.findall(r'name="([^"]+)"', sent))
    assert json.loads(hidden(sent, "record")) == 3


def test_an_empty_vocabulary_search_finds_nothing():
    from weaklabel.review.search import TagSearch

    assert TagSearch(Vocabulary.of([])).find("a") == ()
