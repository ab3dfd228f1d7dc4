"""What the page's handlers work with."""

from __future__ import annotations

from dataclasses import dataclass, field

from weaklabel.review.app.limits import RateLimits
from weaklabel.review.cards import Deck
from weaklabel.review.search import TagSearch
from weaklabel.review.store import Database, LeaseRules


@dataclass(frozen=True, slots=True)
class Site:
    """One review that is served.

    Attributes
    ----------
    run
        The name of the run whose suggestions are shown.
    hosts
        The names, besides IP addresses and localhost, by which browsers may ask for the page.
    cookie
        The name of the session's cookie. Browsers send cookies to all ports of a host, so it should name the port.
    origin
        The origin of the public address, where a proxy stands before the server: scheme, host and port.
    """

    database: Database
    deck: Deck
    search: TagSearch
    run: str
    rules: LeaseRules = field(default_factory=LeaseRules)
    limits: RateLimits = field(default_factory=RateLimits)
    hosts: frozenset[str] = frozenset()
    cookie: str = "weaklabel_review"
    origin: str = ""

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach it by TLS, and are to send the cookie by TLS alone."""
        return self.origin.startswith("https://")
