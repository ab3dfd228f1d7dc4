"""What people try at the addresses for reviewers."""

import html
import json

import pytest

pytest.importorskip("starlette", reason="the extra review is not installed")
pytest.importorskip("krippendorff", reason="the extra review is not installed")

from support.attacks import SCRIPTS, TRAVERSALS, assert_harmless
from support.reviews import TAGS, Browser, make_deck, make_site
from weaklabel.review.app.gate import POLICY
from weaklabel.review.app.limits import MAX_BODY_BYTES
from weaklabel.review.store import enrol, read_acts, read_decisions
from weaklabel.terms import Tag

POSTS = ("/qa/adjudicate", "/qa/return", "/qa/undo")
FIELDS = {"record": "1", "key": "key-of-an-attacker", "note": "why", "tag:pytorch": "no"}


@pytest.fixture
def database(small_database):
    return small_database


@pytest.fixture
def site(database):
    return make_site(database, overlap=2)


def disagree(site, **more):
    """Let two annotators disagree on record 1."""
    for name, verdict in (("ana", "yes"), ("bo", "no")):
        browser = Browser(site).log_in(name)
        browser.get()
        assert (
            browser.decide(1, key=f"this-is-the-key-of-{name}", **{"tag:pytorch": verdict}, **more).status_code == 200
        )


@pytest.fixture
def rey(site):
    disagree(site)
    return Browser(site).log_in("rey", is_reviewer=True)


def reviews(database):
    return [act for act in read_acts(database) if act.kind not in ("decide", "skip")]


def test_who_is_not_logged_in_sees_nothing(site):
    disagree(site)
    browser = Browser(site)
    for path in ("/qa", "/qa/record?record=1"):
        answer = browser.client.get(path)
        assert answer.status_code == 401
        assert "PyTorch" not in answer.text
        assert "ana" not in answer.text
    for path in POSTS:
        assert browser.client.post(path, data=FIELDS).status_code == 401
    assert reviews(site.database) == []


def test_who_is_no_reviewer_is_refused_plainly_and_does_nothing(site):
    disagree(site)
    ana = Browser(site).log_in("ana")
    for path in ("/qa", "/qa/record?record=1"):
        answer = ana.get(path)
        assert answer.status_code == 403
        assert "This page is for reviewers." in answer.text
        assert "--reviewer" in answer.text
        assert "PyTorch" not in answer.text
        assert "bo" not in answer.text.split()
    for path in POSTS:
        answer = ana.post(path, is_script=False, **FIELDS)
        assert answer.status_code == 403
        assert "for reviewers" in answer.text
    assert reviews(site.database) == []
    assert len(read_decisions(site.database)) == 2


def test_who_is_named_a_reviewer_no_more_is_none(site, rey):
    enrol(site.database, "rey")
    assert Browser(site).log_in("rey").get("/qa").status_code == 403


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("token", [None, "", "0" * 64, "é", "another's"])
def test_without_the_sessions_csrf_token_nothing_is_done(site, rey, path, token):
    if token == "another's":
        token = Browser(site).log_in("mallory", is_reviewer=True).csrf
    answer = rey.client.post(path, data=FIELDS if token is None else {**FIELDS, "csrf": token})
    assert answer.status_code == 403
    assert "not made by the page" in answer.text
    assert reviews(site.database) == []


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_what_another_site_sends_is_refused_even_with_the_token(site, rey, path, headers):
    answer = rey.client.post(path, data={**FIELDS, "csrf": rey.csrf}, headers=headers)
    assert answer.status_code == 403
    assert reviews(site.database) == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_script_in_any_field_is_text(database, script):
    tags = (
        *TAGS,
        Tag(script, (f"alias {script}",), ("machine-learning",), f"do {script}", examples=(f"see {script}",)),
    )
    deck = make_deck(titles=[f"PyTorch {script}"] * 4, given=[(script, f"unknown {script}")] * 4, tags=tags)
    site = make_site(database, deck, overlap=2)
    for name, verdict in ((f"ana {script}", "yes"), (f"bo {script}", "no")):
        browser = Browser(site).log_in(name)
        browser.get()
        key = f"this-is-the-key-of-{name[:2]}"
        answer = browser.decide(1, key=key, note=f"note {script}", **{f"tag:{script}": verdict})
        assert answer.status_code == 200
    rey = Browser(site).log_in(f"rey {script}", is_reviewer=True)
    shown = [rey.get("/qa").text, rey.get("/qa", params={"tag": script, "show": script}).text]
    shown.append(rey.get("/qa/record", params={"record": "1", "tag": script, "show": script}).text)
    for page in shown:
        assert_harmless(page)
        assert html.unescape(page).count(script) >= 4
    fields = {"tag": script, "show": script, "next": "2", f"tag:{script}": "yes"}
    answer = rey.post("/qa/adjudicate", is_script=False, **{**FIELDS, **fields, "note": f"final {script}"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/qa/record?record=2&tag=")
    assert "<" not in answer.headers["location"]
    assert_harmless(rey.get("/qa/record?record=1").text)
    answer = rey.post(
        "/qa/return", is_script=False, **{**FIELDS, "key": "another-key-of-rey", "note": f"back {script}"}
    )
    assert answer.status_code == 303
    page = Browser(site).log_in(f"cy {script}").get().text
    assert f"back {script}" in html.unescape(page)
    assert_harmless(page)
    assert_harmless(browser.get("/history").text)


@pytest.mark.parametrize("path", TRAVERSALS)
def test_paths_in_parameters_lead_nowhere(site, rey, path):
    for record in (path, json.dumps(path)):
        assert rey.get("/qa/record", params={"record": record}).status_code == 404
    for place in (f"/qa/{path}", f"/qa/record/{path}"):
        answer = rey.get(place)
        assert answer.status_code in {200, 404}
        assert "root:" not in answer.text
    assert rey.get("/qa", params={"tag": path, "show": path}).status_code == 200
    for change in ({"record": path}, {"key": path}, {"tag:pytorch": path}, {f"tag:{path}": "yes"}, {"spent_ms": path}):
        for post in ("/qa/adjudicate", "/qa/return"):
            answer = rey.post(post, is_script=False, **{**FIELDS, **change})
            assert answer.status_code in {400, 404, 415}
    assert reviews(site.database) == []


@pytest.mark.parametrize(
    "target", ['"//evil.example"', "//evil.example", "http://evil.example", "7", "true", "[1]", "[" * 9000]
)
def test_the_next_record_is_one_of_this_review_and_no_other_place(site, rey, target):
    answer = rey.post("/qa/adjudicate", is_script=False, **FIELDS, next=target)
    assert answer.status_code == 404
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "query", ["", "record=", "record=true", "record=1.0", "record=[1]", "record=%00", "record=99", "id=1"]
)
def test_a_record_that_there_is_not_is_told(rey, query):
    answer = rey.get(f"/qa/record?{query}")
    assert answer.status_code == 404
    assert "There is no such record." in answer.text


@pytest.mark.parametrize(
    "fields",
    [
        {"record": "true"}, {"record": '"1"'}, {"key": "short"}, {"key": "k" * 65}, {"spent_ms": "-1"},
        {"note": "n" * 2001}, {"note": "a\0b"}, {"tag:pytorch": "maybe"}, {"tag:nonsense": "yes"},
        {f"tag:{'t' * 30000}": "yes"},
    ],
)  # fmt: skip
def test_a_field_of_a_wrong_form_is_refused(site, rey, fields):
    for path in ("/qa/adjudicate", "/qa/return"):
        assert rey.post(path, is_script=False, **{**FIELDS, **fields}).status_code in {400, 404, 415}
    assert reviews(site.database) == []


def test_no_verdict_is_no_adjudication(site, rey):
    fields = {name: value for name, value in FIELDS.items() if not name.startswith("tag:")}
    assert rey.post("/qa/adjudicate", is_script=False, **fields).status_code == 400
    assert reviews(site.database) == []


def test_a_large_body_is_refused_unread(site, rey):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in POSTS:
        assert rey.client.post(path, content=b"x" * (MAX_BODY_BYTES + 1), headers=form).status_code == 413
    assert rey.client.get("/qa", params={"tag": "x" * 60_000}).status_code == 413
    assert reviews(site.database) == []


def test_a_reviewers_key_is_no_ones_else(site, rey):
    answer = rey.post("/qa/adjudicate", is_script=False, **{**FIELDS, "key": "this-is-the-key-of-ana"})
    assert answer.status_code == 409
    mallory = Browser(site).log_in("mallory", is_reviewer=True)
    assert rey.post("/qa/adjudicate", is_script=False, **FIELDS).status_code == 303
    assert mallory.post("/qa/undo", is_script=False, key="key-of-mallory-here").status_code == 409
    assert [act.annotator for act in reviews(site.database)] == ["rey"]


def test_the_pages_keep_to_the_policy(rey):
    for path in ("/qa", "/qa/record?record=1", "/qa/nowhere", "/static/qa.js", "/static/parts.js"):
        answer = rey.get(path)
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        if "html" in answer.headers["content-type"]:
            assert answer.headers["cache-control"] == "no-store"
            assert "<script>" not in answer.text
            assert "style=" not in answer.text


def test_the_rate_is_limited_here_too(database):
    from weaklabel.review.app import Rate, RateLimits

    site = make_site(database, limits=RateLimits(annotator=Rate(0.1, 2)))
    rey = Browser(site).log_in("rey", is_reviewer=True)
    assert [rey.get("/qa").status_code for _ in range(4)].count(429) == 2
