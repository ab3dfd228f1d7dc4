"""What a browser is told where it is refused: what, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not served: the HTTP status, what is wrong, the fix, and after how long to come back."""

    status: int
    what: str
    fix: str = ""
    wait_s: int = 0


class RequestError(Exception):
    """A request is refused."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.what)
        self.refusal = refusal


NOT_LOGGED_IN = Refusal(401, "You are not logged in.", "Open the link that `weaklabel review` printed for you.")
NOT_REVIEWER = Refusal(403, "This page is for reviewers.", "Start `weaklabel review` with --reviewer and your name.")
NO_NOTE = Refusal(400, "A record is sent back with a note.", "Go back, and write what annotators should look at.")
WRONG_TOKEN = Refusal(
    403, "This link is not valid any more.", "Each start of `weaklabel review` prints new links: open yours."
)
WRONG_CSRF = Refusal(403, "This request was not made by the page.", "Load the page again.")
OTHER_SITE = Refusal(403, "Another site sent this request.", "Open the page itself.")
WRONG_HOST = Refusal(
    421,
    "The page is not served under this name.",
    "Start `weaklabel review` with --allow-host and the name, or with --public-url.",
)
TOO_LARGE = Refusal(413, "The request is too large.", "Shorten the note.")
NOWHERE = Refusal(404, "There is no such page.", "Open the page itself: /")
NO_DATABASE = Refusal(503, "The database does not answer.", "It is tried again.", wait_s=1)
NO_FORM = Refusal(415, "The request is no form.", "Send application/x-www-form-urlencoded in UTF-8.")
"""What each kind of wrong request is answered with."""


def too_many(wait_s: int) -> Refusal:
    """Return the refusal of a client that asks too often."""
    return Refusal(429, "Too many requests.", f"Try again in {wait_s} s.", wait_s)
