"""What people try who mean harm: nothing of it is stored, run, or told more than it has to be."""

import asyncio
import html
import json
from collections import Counter
from urllib.parse import urlencode

import pytest

pytest.importorskip("starlette", reason="the extra review is not installed")

from support.attacks import SCRIPTS, TRAVERSALS, assert_harmless
from support.reviews import TAGS, Browser, make_deck, make_site
from weaklabel.review.app import Rate, RateLimits
from weaklabel.review.app.gate import POLICY, is_expected_host
from weaklabel.review.app.limits import MAX_BODY_BYTES, Buckets
from weaklabel.review.store import log_out, read_acts, read_decisions, revoke
from weaklabel.terms import Tag


@pytest.fixture
def database(small_database):
    return small_database


@pytest.fixture
def site(database):
    return make_site(database)


@pytest.fixture
def ana(site):
    browser = Browser(site).log_in("ana")
    assert browser.get().status_code == 200  # which leases records 1 and 2
    return browser


@pytest.mark.parametrize("script", SCRIPTS)
def test_script_in_any_field_is_text(database, script):
    tags = (
        *TAGS,
        Tag(script, (f"alias {script}",), ("machine-learning",), f"do {script}", examples=(f"example {script}",)),
    )
    deck = make_deck(titles=[f"PyTorch {script}"] * 4, given=[(script, f"unknown {script}")] * 4, tags=tags)
    browser = Browser(make_site(database, deck)).log_in(f"ana {script}")
    page = browser.get().text
    assert_harmless(page)
    assert html.unescape(page).count(script) >= 5
    answer = browser.decide(1, note=f"note {script}", **{f"tag:{script}": "yes"})
    assert answer.status_code == 200
    assert_harmless(answer.json()["cards"][0]["html"] + answer.json()["progress"])
    assert read_decisions(database)[0].tag == script
    assert_harmless(browser.get("/history").text)
    for hit in browser.get("/tags", params={"q": script}).json():
        assert_harmless(hit["option"] + hit["offer"])
    assert_harmless(browser.post("/undo", key="key-of-an-undoing").json()["cards"][0]["html"])
    assert_harmless(browser.get("/login", params={"token": script}).text)


def test_the_policy_lets_no_script_run_but_the_files(ana):
    for path in ("/", "/login", "/history", "/nowhere", "/static/review.js"):
        headers = ana.get(path).headers
        assert headers["content-security-policy"] == POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ):
        assert part in POLICY
    assert "unsafe" not in POLICY
    assert "<script>" not in ana.get().text
    assert "style=" not in ana.get().text


def test_the_cookie_is_for_this_site_alone_and_out_of_scripts_reach(site):
    from weaklabel.review.store import enrol

    answer = Browser(site).client.post("/login", data={"token": enrol(site.database, "ana")}, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


@pytest.mark.parametrize("path", ["/decisions", "/skip", "/undo", "/leases", "/logout"])
@pytest.mark.parametrize("token", [None, "", "0" * 64, "é", "another's"])
def test_without_the_sessions_csrf_token_nothing_is_done(site, ana, path, token):
    if token == "another's":
        token = Browser(site).log_in("bo").csrf
    fields = {"record": "1", "key": "key-of-an-attacker", "tag:pytorch": "no"}
    answer = ana.client.post(path, data=fields if token is None else {**fields, "csrf": token})
    assert answer.status_code == 403
    assert read_acts(site.database) == ()
    assert ana.get().status_code == 200  # still logged in


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
     {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://127.0.0.1:1"},
     {"Origin": "http://["}, {"Origin": ""}],
)  # fmt: skip
def test_what_another_site_sends_is_refused_even_with_the_token(site, ana, headers):
    fields = {"csrf": ana.csrf, "record": "1", "key": "key-of-an-attacker"}
    assert ana.client.post("/decisions", data=fields, headers=headers).status_code == 403
    assert read_acts(site.database) == ()


@pytest.mark.parametrize("cookie", ["", "x", "A" * 5000, "é", "' OR 1=1 --", "../../x", "%00", '"unfinished'])
def test_a_forged_session_sees_nothing(site, cookie):
    browser = Browser(site)
    for path in ("/", "/history", "/tags?q=a"):
        answer = browser.client.get(path, headers={"Cookie": f"{site.cookie}={cookie}".encode()})
        assert answer.status_code == 401
        assert "Open the link" in answer.text
        assert "PyTorch" not in answer.text


@pytest.mark.parametrize("token", ["", "x", "A" * 5000, "é", "' OR 1=1 --"])
def test_a_forged_token_does_not_log_in(site, token):
    browser = Browser(site)
    assert browser.get("/login", params={"token": token[:1000]}).status_code == 403
    answer = browser.client.post("/login", data={"token": token})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_session_that_was_logged_out_is_over(site, ana):
    session = ana.client.cookies[site.cookie]
    assert ana.post("/logout", is_script=False).status_code == 200
    answer = ana.client.get("/", headers={"Cookie": f"{site.cookie}={session}"})
    assert answer.status_code == 401


def test_whose_access_was_revoked_decides_nothing_any_more(site, ana):
    assert revoke(site.database, "ana")
    for answer in (ana.decide(1), ana.post("/skip", record="1", key="key-of-a-skipping"), ana.post("/leases")):
        assert answer.status_code == 401
    assert read_acts(site.database) == ()


def test_a_session_that_is_used_while_it_is_logged_out_is_over(site, ana, monkeypatch):
    session = ana.client.cookies[site.cookie]

    def log_out_slowly(database, ended):
        assert ana.client.get("/history", headers={"Cookie": f"{site.cookie}={session}"}).status_code == 200
        log_out(database, ended)

    monkeypatch.setattr("weaklabel.review.app.handlers.log_out", log_out_slowly)
    assert ana.post("/logout", is_script=False).status_code == 200
    assert ana.client.get("/history", headers={"Cookie": f"{site.cookie}={session}"}).status_code == 401


def test_another_annotators_record_is_out_of_reach(site, ana):
    bo = Browser(site).log_in("bo")
    assert 'data-record="3"' in bo.get().text
    for path in ("/decisions", "/skip"):
        answer = bo.post(path, record="1", key="key-of-an-attacker", **{"tag:pytorch": "no"})
        assert answer.status_code == 409
    assert bo.decide(6).status_code == 409  # nobody has it
    assert ana.decide(1, **{"tag:pytorch": "yes"}).status_code == 200
    assert bo.post("/undo", key="key-of-an-undoing").status_code == 409
    assert bo.decide(3, key="key-of-a-decision-1").status_code == 409  # ana's key
    assert [(d.record_id, d.annotator) for d in read_decisions(site.database)] == [(1, "ana")]


@pytest.mark.parametrize("path", TRAVERSALS)
def test_paths_lead_nowhere(site, ana, path):
    for place in (f"/static/{path}", f"/{path}", f"/static/review.js/../{path}"):
        answer = ana.get(place)
        assert answer.status_code in {200, 404}
        assert "root:" not in answer.text
        assert (
            answer.status_code == 404 or "text/html" not in answer.headers["content-type"] or "Record 1" in answer.text
        )
    for fields in (
        {"record": path}, {"record": json.dumps(path)}, {"record": "1", "tag:" + path: "yes"},
        {"record": "1", "tag:pytorch": path}, {"record": "1", "key": path}, {"record": "1", "spent_ms": path},
    ):  # fmt: skip
        answer = ana.post("/decisions", **{"key": "key-of-an-attacker", **fields})
        assert answer.status_code in {400, 404, 415}
    assert ana.post("/leases", have=path).status_code == 200
    assert ana.get("/tags", params={"q": path}).status_code == 200
    assert ana.get("/login", params={"token": path}).status_code == 403
    assert read_acts(site.database) == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"record": "true"}, {"record": "1.0"}, {"record": "null"}, {"record": "[1]"}, {"record": "[" * 9000},
        {"record": '"1"'}, {"record": "1e0"}, {"key": "short"}, {"key": "k" * 65}, {"key": "key-of-an-attacker\n"},
        {"spent_ms": "-1"}, {"spent_ms": "1e9"}, {"spent_ms": "9" * 400}, {"note": "n" * 2001}, {"note": "a\0b"},
        {"tag:pytorch": "maybe"}, {"tag:nonsense": "yes"}, {"tag:": "yes"}, {f"tag:{'t' * 30000}": "yes"},
    ],
)  # fmt: skip
def test_a_field_of_a_wrong_form_is_refused(site, ana, fields):
    answer = ana.post("/decisions", **{"record": "1", "key": "key-of-an-attacker", **fields})
    assert answer.status_code in {400, 404, 415}
    assert set(answer.json()) == {"what", "fix"}
    assert read_acts(site.database) == ()


def test_a_very_long_time_is_stored_as_a_day(site, ana):
    assert ana.decide(1, spent_ms="999999999999").status_code == 200
    assert read_acts(site.database)[0].spent_ms == 24 * 3600 * 1000


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"\xff\xfe", "application/x-www-form-urlencoded"), (b"a=%FF", "application/x-www-form-urlencoded"),
     (b"{}", "application/json"), (b"x", "text/plain"), (b"", "multipart/form-data; boundary=x"),
     (b"&".join(b"a%d=1" % i for i in range(400)), "application/x-www-form-urlencoded")],
)  # fmt: skip
def test_only_forms_are_read(ana, content, kind):
    assert ana.client.post("/decisions", content=content, headers={"Content-Type": kind}).status_code == 415


def test_a_body_of_ten_megabytes_is_refused_unread(site, ana):
    read = 0

    def pour():
        nonlocal read
        for _ in range(160):
            read += MAX_BODY_BYTES
            yield b"x" * MAX_BODY_BYTES

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in ("/login", "/decisions", "/skip", "/undo", "/leases", "/logout"):
        assert ana.client.post(path, content=b"x" * 10_000_000, headers=form).status_code == 413  # says its length
        assert ana.client.post(path, content=pour(), headers=form).status_code == 413  # does not
    assert ana.client.get("/tags", params={"q": "x" * 60_000}).status_code == 413
    assert read_acts(site.database) == ()


@pytest.mark.parametrize("length", ["-1", "1e9", "9" * 30, "x"])
def test_a_length_that_is_none_is_refused(ana, length):
    answer = ana.client.post("/decisions", content=b"a=b", headers={"Content-Length": length})
    assert answer.status_code == 413


def ask_often(browser, method, path, times, body=b"", cookie=""):
    """Send a request many times, right to the application; return how often each status was answered."""
    kind = b"application/x-www-form-urlencoded"
    headers = [(b"host", b"127.0.0.1:8765"), (b"content-type", kind), (b"cookie", cookie.encode())]
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "client": ("10.0.0.1", 1)}
    statuses = Counter()

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        statuses[message.get("status")] += message["type"] == "http.response.start"

    async def repeat():
        for _ in range(times):
            await browser.client.app({**scope, "headers": headers}, receive, send)

    asyncio.run(repeat())
    return statuses


def test_ten_thousand_requests_of_one_client_do_not_pass(database):
    limits = RateLimits(annotator=Rate(1, 30), stranger=Rate(1, 20))
    browser = Browser(make_site(database, limits=limits))
    statuses = ask_often(browser, "GET", "/", 10_000)
    assert statuses[401] < 60
    assert statuses[429] == 10_000 - statuses[401]
    browser.log_in("ana").get()  # from another address
    cookie = f"{browser.site.cookie}={browser.client.cookies[browser.site.cookie]}"
    body = urlencode({"csrf": browser.csrf, "record": "1", "key": "key-of-a-decision"}).encode()
    statuses = ask_often(browser, "POST", "/decisions", 10_000, body, cookie)
    assert statuses[429] > 9_900
    assert statuses[303] == 10_000 - statuses[429]
    assert len(read_acts(database)) == 1


def test_who_asks_too_often_is_told_when_to_come_back(database):
    browser = Browser(make_site(database, limits=RateLimits(stranger=Rate(0.1, 1))))
    assert [browser.get().status_code for _ in range(2)] == [401, 429]
    refused = browser.get()
    assert int(refused.headers["retry-after"]) in {9, 10}
    assert "content-security-policy" in refused.headers


def test_a_bucket_fills_again_and_clients_are_forgotten():
    now = 0.0
    buckets = Buckets(Rate(2, 3), clock=lambda: now)
    assert [buckets.wait_s("a") for _ in range(4)] == [0, 0, 0, 1]
    assert buckets.wait_s("b") == 0
    now = 1.0
    assert [buckets.wait_s("a") for _ in range(3)] == [0, 0, 1]
    for i in range(20_000):
        buckets.wait_s(f"client {i}")
    assert len(buckets._known) == 10_000


@pytest.mark.parametrize(
    ("host", "is_expected"),
    [
        ("127.0.0.1:8765", True), ("localhost", True), ("localhost.:1", True), ("[::1]:80", True), ("10.0.0.7", True),
        ("review.example:80", True), ("evil.example", False), ("127.0.0.1.evil.example", False), ("", False),
        ("localhost.evil.example", False), ("a@localhost", False), ("[::1", False), ("localhost:x", False),
    ],
)  # fmt: skip
def test_the_host_has_to_be_this_one(host, is_expected):
    assert is_expected_host(host, frozenset({"review.example"})) == is_expected


def test_another_hosts_name_is_refused_whoever_asks(site, ana):
    answer = ana.client.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 421
    assert "--allow-host" in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "X" * 50])
def test_other_methods_are_not_allowed(ana, method):
    assert ana.client.request(method, "/decisions").status_code == 405


def test_a_browser_that_goes_away_while_it_sends_leaves_no_trace(site, ana):
    cookie = f"{site.cookie}={ana.client.cookies[site.cookie]}".encode()
    headers = [(b"host", b"localhost"), (b"content-type", b"application/x-www-form-urlencoded"), (b"cookie", cookie)]
    scope = {"type": "http", "method": "POST", "path": "/decisions", "query_string": b"", "headers": headers}
    sent = []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message.get("status"))

    asyncio.run(ana.client.app(scope, receive, send))  # which would raise what the terminal then shows
    assert sent[0] == 400
    assert read_acts(site.database) == ()


def test_cookies_of_other_programs_do_not_hide_ours(site, ana):
    cookie = f'other={{"a": [1, 2]}}; =; {site.cookie}={ana.client.cookies[site.cookie]}; last="x'
    ana.client.cookies.clear()
    assert ana.client.get("/", headers={"Cookie": cookie}).status_code == 200


def test_a_database_that_is_away_before_anyone_is_known_is_told(site, ana):
    with site.database.write() as connection:
        connection.exec_driver_sql("DROP TABLE sessions")
    answer = Browser(site).client.get("/", headers={"Cookie": f"{site.cookie}=x"})
    assert answer.status_code == 503
    assert "content-security-policy" in answer.headers


def test_a_database_that_is_away_is_told_without_its_traceback(site, ana):
    with site.database.write() as connection:
        connection.exec_driver_sql("DROP TABLE leases")
    answer = ana.decide(1)
    assert answer.status_code == 503
    assert answer.json()["what"] == "The database does not answer."
    assert answer.headers["retry-after"] == "1"
