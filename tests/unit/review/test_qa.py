"""The pages for reviewers, as a browser without script gets them: who disagrees, adjudicating, sending back, undo."""

import html
import json
import re

import pytest

pytest.importorskip("starlette", reason="the extra review is not installed")
pytest.importorskip("krippendorff", reason="the extra review is not installed")

from support.reviews import Browser, make_deck, make_site
from weaklabel.review.dossiers import lay_out
from weaklabel.review.store import Decision, read_acts, read_decisions


@pytest.fixture
def database(small_database):
    return small_database


@pytest.fixture
def site(database):
    return make_site(database, overlap=2)


@pytest.fixture
def ana(site):
    return Browser(site).log_in("ana")


@pytest.fixture
def bo(site):
    return Browser(site).log_in("bo")


@pytest.fixture
def rey(site):
    return Browser(site).log_in("rey", is_reviewer=True)


@pytest.fixture
def contested(ana, bo):
    """Record 1 is contested in one tag and record 2 in two; of record 3 bo is unsure; all agree on record 4."""
    said = {
        1: ({"pytorch": "yes", "cooking": "yes"}, {"pytorch": "no", "cooking": "yes"}),
        2: ({"pytorch": "yes", "cooking": "yes"}, {"pytorch": "no", "cooking": "no"}),
        3: ({"pytorch": "yes", "cooking": "no"}, {"pytorch": "unsure", "cooking": "no"}),
        4: ({"pytorch": "no", "cooking": "yes"}, {"pytorch": "no", "cooking": "yes"}),
    }
    for record, both in said.items():
        for browser, name, verdicts in zip((ana, bo), ("ana", "bo"), both, strict=True):
            browser.get()
            fields = {f"tag:{tag}": verdict for tag, verdict in verdicts.items()}
            note = f"{name} on {record}" if record == 1 else ""
            assert browser.decide(record, key=f"this-key-of-{name}-on-{record}", note=note, **fields).status_code == 200


def listed(page):
    """The records in the list, in their order, with what is said of their tags."""
    part = page[page.index('<ol class="contested">') : page.index("</ol>")] if '<ol class="contested">' in page else ""
    items = re.findall(r'<li><a href="[^"]*">Record (\S+)</a>(.*?)</li>', part, re.DOTALL)
    return [(int(record), " ".join(re.sub("<[^>]+>", "", html.unescape(rest)).split())) for record, rest in items]


def chosen(page):
    """The verdicts that are chosen in the form of a record's page."""
    return dict(re.findall(r'name="tag:([^"]+)" value="(\w+)" checked', page))


def hidden(page, name, form):
    part = page[page.index(f'action="{form}"') :]
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', part)[1])


def test_the_list_has_contested_records_the_most_first_and_unsure_ones_last(rey, contested):
    page = rey.get("/qa").text
    assert listed(page) == [
        (2, "cooking 1 yes, 1 no pytorch 1 yes, 1 no"), (1, "pytorch 1 yes, 1 no"), (3, "pytorch 1 yes, 1 unsure"),
    ]  # fmt: skip
    assert "<b>3</b> to adjudicate" in page
    assert 'id="first" href="/qa/record?record=2"' in page


@pytest.mark.parametrize(
    ("query", "records"),
    [
        ("tag=cooking", [2]), ("tag=pytorch", [2, 1, 3]), ("show=unsure", [3]), ("show=contested", [2, 1]),
        ("tag=cooking&show=unsure", []), ("tag=nonsense", []), ("show=nonsense", [2, 1, 3]),
    ],
)  # fmt: skip
def test_the_list_is_filtered_by_tag_and_by_what_is_seen_there(rey, contested, query, records):
    page = rey.get(f"/qa?{query}").text
    assert [record for record, _ in listed(page)] == records
    if not records:
        assert "choose another filter" in page


def test_the_figures_are_those_of_the_decisions(rey, contested):
    page = " ".join(re.sub("<[^>]+>", " ", html.unescape(rey.get("/qa").text)).split())
    # Of eight verdicts on pytorch one is unsure: three cells, no no, yes no, yes no; of cooking four cells, one split.
    assert "Krippendorff’s α of 7 cells (tags of 4 records) that two or more decided on. Unsure verdicts, 1," in page
    assert re.search(r"ana 4 – – 57% – –", page)
    assert re.search(r"pytorch -\.\d\d .* 33% 3 2 1", page)
    assert re.search(r"cooking \.\d\d .* 75% 4 1 0", page)
    assert re.search(r"ana, bo \.\d\d .* 57% 4", page)
    assert "few records" in page


def test_a_records_page_shows_who_said_what_with_notes_beside_the_text(rey, contested):
    page = rey.get("/qa/record", params={"record": "1"}).text
    assert re.search(r"<mark[^>]*>PyTorch</mark> in the kitchen, part 1", page)
    pytorch = page[page.index('data-tag="pytorch"') : page.index('data-tag="cooking"')]
    assert '<span class="tag yes">ana: yes</span> <span class="tag no">bo: no</span>' in pytorch
    assert chosen(page) == {"pytorch": "unsure", "cooking": "yes"}  # one says yes and one no: it is the reviewer's
    assert (
        page.index("Disagreement")
        < page.index('data-tag="pytorch"')
        < page.index(">Agreement<")
        < page.index('data-tag="cooking"')
    )
    assert "<dt>ana</dt><dd>ana on 1</dd><dt>bo</dt><dd>bo on 1</dd>" in page
    assert "<b>2</b> of 3 to adjudicate" in page
    assert "written Cooking" in page


def send(browser, page, form, **fields):
    names = ["csrf", "key", "record", "tag", "show", *(["next"] if 'name="next"' in page else [])]
    data = {name: hidden(page, name, "/qa/adjudicate") for name in names}
    verdicts = {f"tag:{tag}": verdict for tag, verdict in chosen(page).items()}
    return browser.client.post(form, data={**data, **verdicts, **fields}, follow_redirects=False)


def test_without_script_a_record_is_adjudicated_and_the_next_one_comes(site, rey, contested):
    page = rey.get("/qa/record", params={"record": "2"}).text
    answer = send(
        rey, page, "/qa/adjudicate", **{"tag:pytorch": "yes", "tag:cooking": "no"}, note=" so it is ", spent_ms="1500"
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/qa/record?record=1")
    final = {
        d.tag: (d.verdict, d.annotator, d.note, d.spent_ms) for d in read_decisions(site.database, 2) if d.is_final
    }
    assert final == {"pytorch": ("yes", "rey", "so it is", 1500), "cooking": ("no", "rey", "so it is", 1500)}
    page = rey.get(answer.headers["location"]).text
    assert "<b>1</b> of 2 to adjudicate" in page
    assert "record 2, adjudicated" in page
    assert listed(rey.get("/qa").text)[0][0] == 1
    again = rey.get("/qa/record", params={"record": "2"}).text
    assert "Adjudicated." in again
    assert chosen(again) == {"pytorch": "yes", "cooking": "no"}
    assert 'value="so it is"' in again


def test_the_filter_stays_from_record_to_record(rey, contested):
    page = rey.get("/qa/record", params={"record": "2", "tag": "pytorch", "show": "contested"}).text
    assert 'href="/qa/record?record=1&amp;tag=pytorch&amp;show=contested" data-do="skip"' in page
    answer = send(rey, page, "/qa/adjudicate")
    assert answer.headers["location"] == "/qa/record?record=1&tag=pytorch&show=contested"
    last = send(rey, rey.get(answer.headers["location"]).text, "/qa/adjudicate")
    assert last.headers["location"] == "/qa?tag=pytorch&show=contested"


def test_a_record_that_is_sent_back_is_open_again_with_the_note(site, ana, bo, rey, contested):
    page = rey.get("/qa/record", params={"record": "1"}).text
    refused = send(rey, page, "/qa/return", note="  ")
    assert refused.status_code == 400
    assert "sent back with a note" in refused.text
    answer = send(rey, page, "/qa/return", note="read the title")
    assert (answer.status_code, answer.headers["location"]) == (303, "/qa/record?record=3")
    assert read_decisions(site.database, 1) == ()
    assert [record for record, _ in listed(rey.get("/qa").text)] == [2, 3]
    # each has two other records before them already, so it comes when one of these is done
    for browser, name in ((ana, "ana"), (bo, "bo")):
        dealt = browser.decide(5, key=f"this-key-of-{name}-on-5", have='["5", "6"]').json()["cards"]
        assert [card["record"] for card in dealt] == ["1"]
        assert "<strong>Sent back for relabeling:</strong> read the title" in dealt[0]["html"]
        assert browser.decide(1, key=f"second-key-of-{name}", **{"tag:pytorch": "no"}).status_code == 200
    assert {(d.annotator, d.verdict) for d in read_decisions(site.database, 1)} == {("ana", "no"), ("bo", "no")}
    assert "Sent back" not in ana.get().text
    history = ana.get("/history").text
    assert "Record 1: decided (sent back since)" in history
    page = rey.get("/qa/record", params={"record": "1"}).text
    assert "rey: sent back" in page
    assert "Nobody has decided on this record" in rey.get("/qa/record", params={"record": "6"}).text
    assert "read the title" in page


def test_undo_brings_the_reviewer_back_to_the_record(site, ana, rey, contested):
    page = rey.get("/qa/record", params={"record": "1", "tag": "pytorch"}).text
    send(rey, page, "/qa/adjudicate", **{"tag:pytorch": "yes"})
    page = rey.get("/qa/record", params={"record": "2", "tag": "pytorch"}).text
    send(rey, page, "/qa/return", note="why")
    for record, kind in ((2, "return"), (1, "adjudicate")):
        page = rey.get("/qa", params={"tag": "pytorch"}).text
        data = {name: hidden(page, name, "/qa/undo") for name in ("csrf", "key", "tag", "show")}
        answer = rey.client.post("/qa/undo", data=data, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/qa/record?record={record}&tag=pytorch")
        assert [act.kind for act in read_acts(site.database) if act.is_undone][-1] == kind or kind == "adjudicate"
    assert rey.post("/qa/undo", is_script=False, key="key-of-an-undoing").status_code == 409
    assert len(listed(rey.get("/qa").text)) == 3
    assert re.search(r'<button aria-keyshortcuts="u" disabled>Undo', rey.get("/qa").text)


def test_a_form_that_is_sent_twice_is_stored_once(site, rey, contested):
    page = rey.get("/qa/record", params={"record": "1"}).text
    assert [send(rey, page, "/qa/adjudicate").status_code for _ in range(2)] == [303, 303]
    assert [act.kind for act in read_acts(site.database)].count("adjudicate") == 1
    assert send(rey, page, "/qa/return", note="the same key").status_code == 409


def test_a_reviewer_lands_on_the_quality_page_and_leases_nothing(site, ana, rey):
    from weaklabel.review.store import enrol

    token = enrol(site.database, "rey", is_reviewer=True)
    answer = rey.client.post("/login", data={"token": token}, follow_redirects=False)
    assert answer.headers["location"] == "/qa"
    page = rey.get("/qa").text
    assert "Annotators disagree on nothing that is not adjudicated." in page
    assert "not defined: nobody else said yes or no" in page
    assert 'data-record="1"' in ana.get().text
    assert '<a href="/qa">' not in ana.get().text
    assert '<a href="/qa">Quality</a>' in rey.get("/").text  # who may also label


def test_figures_are_measured_again_when_somebody_has_decided(site, ana, rey, contested):
    before = rey.get("/qa").text
    assert rey.get("/qa").text.count("Record ") == before.count("Record ")
    send(rey, rey.get("/qa/record", params={"record": "1"}).text, "/qa/adjudicate", **{"tag:pytorch": "yes"})
    text = " ".join(re.sub("<[^>]+>", " ", rey.get("/qa").text).split())
    assert re.search(r"ana 4 – 100% of 2", text)
    assert re.search(r"bo 4 – 50% of 2", text)


def test_a_tag_that_left_the_vocabulary_can_be_adjudicated(database, site, ana, bo, rey):
    from weaklabel.review.store import NewAct, ensure_annotator, record_act

    with database.write() as connection:
        for name, verdict in (("ana", "yes"), ("bo", "no")):
            act = NewAct(f"key of {name}", 1, {"of old": verdict})
            record_act(connection, database, "decide", ensure_annotator(connection, name), act)
    page = rey.get("/qa/record", params={"record": "1"}).text
    assert "not in the vocabulary" in page
    assert send(rey, page, "/qa/adjudicate", **{"tag:of old": "no"}).status_code == 303
    assert [d.verdict for d in read_decisions(database, 1) if d.is_final] == ["no"]
    assert send(rey, rey.get("/qa/record?record=2").text, "/qa/adjudicate", **{"tag:of old": "no"}).status_code == 400


def test_decisions_on_records_that_this_run_does_not_have_are_not_listed(database, rey):
    from weaklabel.review.store import NewAct, ensure_annotator, record_act

    with database.write() as connection:
        for name, verdict in (("ana", "yes"), ("bo", "no")):
            act = NewAct(f"key of {name}", "of another run", {"pytorch": verdict})
            record_act(connection, database, "decide", ensure_annotator(connection, name), act)
    page = rey.get("/qa").text
    assert listed(page) == []
    assert "<b>0</b> to adjudicate" in page


# ---- dossiers


def decision(tag, verdict, annotator, *, note="", is_final=False):
    from datetime import UTC, datetime

    return Decision(1, tag, verdict, annotator, datetime.now(UTC), "r1", 0, note, 1, is_final)


@pytest.mark.parametrize(
    ("verdicts", "chosen", "is_contested"),
    [
        (["yes", "yes", "no"], "yes", True), (["no", "no", "yes"], "no", True), (["yes", "no"], "unsure", True),
        (["unsure"], "unsure", True), (["yes", "unsure"], "yes", True), (["yes", "yes"], "yes", False),
        (["no"], "no", False),
    ],
)  # fmt: skip
def test_what_most_say_is_chosen_at_first(verdicts, chosen, is_contested):
    decisions = [decision("pytorch", verdict, f"a{i}") for i, verdict in enumerate(verdicts)]
    dossier = lay_out(make_deck(), 1, decisions)
    [judged] = dossier.contested if is_contested else dossier.agreed
    assert judged.offer.verdict == chosen
    assert [said.verdict for said in judged.said] == verdicts
    assert not (dossier.agreed if is_contested else dossier.contested)


def test_what_was_adjudicated_is_chosen_instead():
    decisions = [
        decision("pytorch", "yes", "ana", note="mine"),
        decision("pytorch", "no", "rey", note="no", is_final=True),
    ]
    dossier = lay_out(make_deck(), 1, decisions)
    assert [judged.offer.verdict for judged in dossier.agreed] == ["no"]
    assert (dossier.is_final, dossier.card.note, dossier.notes) == (True, "no", (("ana", "mine"),))
    assert json.dumps(dossier.card.record_id) == "1"


def test_contested_records_are_the_same_whether_all_are_read_or_what_has_changed(site, ana, bo, rey, contested):
    from weaklabel.annotator_quality import find_open
    from weaklabel.review.app.figures import Contests
    from weaklabel.review.quality import list_decisions

    contests, first = Contests(site.database, range(9, 0, -1)), {"record": "1", "tag:pytorch": "no"}
    steps = [
        lambda: rey.post("/qa/adjudicate", is_script=False, key="first-key-of-rey-1", **first),
        lambda: rey.post("/qa/return", is_script=False, key="first-key-of-rey-2", record="2", note="why"),
        lambda: rey.post("/qa/undo", is_script=False, key="first-key-of-rey-3"),
        lambda: ana.decide(5, key="another-key-of-ana-5", **{"tag:cooking": "unsure"}),
        lambda: bo.decide(5, key="another-key-of-bo-5", **{"tag:cooking": "yes"}),
        lambda: rey.post("/qa/undo", is_script=False, key="first-key-of-rey-4"),
    ]  # fmt: skip
    sizes = [len(contests.list_open())]
    for step in steps:
        assert step().status_code in {200, 303}
        known = {record.record_id: record for record in contests.list_open()}
        assert known == {record.record_id: record for record in find_open(list_decisions(site.database))}
        places = [(-record.weight, -record.record_id) for record in contests.list_open()]
        assert places == sorted(places)  # equally contested ones as they stand in the run, whatever came first
        sizes.append(len(known))
    assert sizes == [3, 2, 1, 2, 3, 3, 4]
