"""What every request passes first, and the headers that every answer gets.

The gate looks at the host's name (another name that leads here is how DNS rebinding works), at how often the client
asks, at the size of what it sends, and at where it was sent from. It finds out whose session the cookie holds.
"""

from __future__ import annotations

import ipaddress
import re

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from weaklabel.review.app.auth import Sessions
from weaklabel.review.app.failures import NO_DATABASE, OTHER_SITE, TOO_LARGE, WRONG_HOST, RequestError, too_many
from weaklabel.review.app.limits import MAX_BODY_BYTES, MAX_QUERY_BYTES, Buckets
from weaklabel.review.app.render import refuse
from weaklabel.review.app.site import Site
from weaklabel.review.store import Annotator

MAX_SESSION = 100
SAFE = frozenset({"GET", "HEAD"})
POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
        "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    )
)  # fmt: skip
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",  # not no-referrer: with it, browsers hide a form's origin from its own site
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[\w.-]+)(:[0-9]{1,5})?")


class Gate:
    """The outermost part of the application: refuses, or finds out who asks and passes the request on."""

    def __init__(self, app: ASGIApp, site: Site, sessions: Sessions) -> None:
        self._app, self._site, self._sessions = app, site, sessions
        self._strangers, self._annotators = Buckets(site.limits.stranger), Buckets(site.limits.annotator)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self._admit(scope)
            receive = self._limit_body(scope, receive)
        except RequestError as error:
            await refuse(scope, error.refusal)(scope, receive, send_with_headers)
        except SQLAlchemyError:
            await refuse(scope, NO_DATABASE)(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)

    async def _admit(self, scope: Scope) -> None:
        """Find out who asks, or raise the refusal."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not is_expected_host(host, self._site.hosts):
            raise RequestError(WRONG_HOST)
        session = read_session(headers.get("cookie", ""), self._site.cookie)
        annotator = await self._recognize(session, is_safe=scope["method"] in SAFE) if session else None
        if annotator is None:
            client = scope["client"][0] if scope.get("client") else ""
            if wait_s := self._strangers.wait_s(client):
                raise RequestError(too_many(wait_s))
        if annotator is not None and (wait_s := self._annotators.wait_s(str(annotator.id))):
            raise RequestError(too_many(wait_s))
        if scope["method"] not in SAFE:
            _check_origin(headers, host, self._site.origin)
        if len(scope.get("query_string", b"")) > MAX_QUERY_BYTES:
            raise RequestError(TOO_LARGE)
        state: dict[str, Annotator | str | None] = scope.setdefault("state", {})
        state["annotator"], state["session"] = annotator, session if annotator else None

    async def _recognize(self, session: str, *, is_safe: bool) -> Annotator | None:
        """Return whose session it is. What changes the store is for those alone whose access has not ended just now."""
        known = self._sessions.recall(session) if is_safe else None
        return known or await run_in_threadpool(self._sessions.look_up, session)

    @staticmethod
    def _limit_body(scope: Scope, receive: Receive) -> Receive:
        """Return what receives the body, and raises where it goes on too long, whatever its header says."""
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isascii() or not length.isdigit() or int(length[:20]) > MAX_BODY_BYTES:
            raise RequestError(TOO_LARGE)
        received = 0

        async def receive_limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY_BYTES:
                raise RequestError(TOO_LARGE)
            return message

        return receive_limited


def is_expected_host(host: str, hosts: frozenset[str]) -> bool:
    """Say whether a Host header names this server: by an IP address, which no DNS server can point here, or by name."""
    match = _HOST.fullmatch(host.lower())
    if match is None:
        return False
    name = match["name"].strip("[]").rstrip(".")
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost" or name in hosts
    return True


def read_session(cookies: str, name: str) -> str:
    """Return the session that a Cookie header holds, or nothing."""
    session = cookie_parser(cookies).get(name, "")[:MAX_SESSION]
    return session if session.isascii() else ""


def _check_origin(headers: Headers, host: str, public: str) -> None:
    """Raise where the browser says that another site made it send this."""
    origin = headers.get("origin")
    if origin is not None and origin not in {f"http://{host}", f"https://{host}", public or None}:
        raise RequestError(OTHER_SITE)
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise RequestError(OTHER_SITE)
