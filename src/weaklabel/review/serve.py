"""Serve a review: from a run's folder to a server that listens."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn

from weaklabel.errors import Place, Problem, ReviewError, UsageError, did_you_mean
from weaklabel.inputs import load_records, load_vocabulary
from weaklabel.manifest import name_run
from weaklabel.review.app import Site, create_app
from weaklabel.review.cards import Deck
from weaklabel.review.search import TagSearch
from weaklabel.review.store import Database, LeaseRules, enrol, list_annotators, revoke
from weaklabel.run_folder import read_tables
from weaklabel.terms import Settings

GRACE_S = 3
BACKLOG = 512
IDLE_S = 65
MAX_CONNECTIONS = 500
PORTS = {"http": 80, "https": 443}
NO_PUBLIC_URL = Problem(
    "it is no address of a host.", Place("--public-url"), "Write https://review.example, with a port if need be."
)
_HOST = re.compile(r"\[[0-9a-f:.]+\]|[a-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is reviewed: the cards of a run, its short hash, and what is odd about it."""

    deck: Deck
    run: str
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen, the names besides it by which browsers may ask, and the origin of a proxy's public address."""

    host: str = "127.0.0.1"
    port: int = 8765
    names: tuple[str, ...] = ()
    public: str = ""


def load_deck(settings: Settings, folder: Path) -> Loaded:
    """Read a run's folder, and the records and tags of its project.

    Raises
    ------
    WeaklabelError
        Where one of them cannot be read, or the run has none of the records.
    """
    tables = read_tables(folder)
    files: dict[str, dict[str, Any]] = {}
    records = load_records(settings, files, [])
    vocabulary, graph = load_vocabulary(settings.tags, files, [], settings.tag_labels)
    if len(tables.labels) and not tables.labels["record_id"].isin(records.ids).any():
        what = "the run has none of the project's records."
        raise ReviewError(Problem(what, Place(str(folder)), "Name a run of this project, or run it again."))
    deck = Deck(records, vocabulary, graph, tables.labels, tables.findings, tables.votes, settings.task)
    if records.ids:
        deck.deal(records.ids[0])  # so that the first reader does not wait for the look-ups
    return Loaded(deck, name_run(tables.manifest), tuple(_find_changes(tables.manifest, files)))


def _find_changes(manifest: Mapping[str, Any], files: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    """Yield a warning for each file that is otherwise than when the run read it."""
    for name, found in files.items():
        if manifest["inputs"].get(name, {}).get("sha256") != found["sha256"]:
            what = f"the {name} are not those that the run read: suggestions are as old as the run."
            yield Problem(what, Place(str(found["path"])), "Run `weaklabel run` again.", "warning")


@contextmanager
def listen(address: Address) -> Iterator[socket.socket]:
    """Open the socket on which the server listens.

    Raises
    ------
    ReviewError
        Where the port is taken, or the host is none of this machine's.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    # asyncio sends small answers at once only on sockets that say they are TCP; else each decision waits 40 ms.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((address.host, address.port))
        opened.listen(BACKLOG)
    except OSError as failure:
        opened.close()
        what = f"cannot listen on {address.host}:{address.port}: {failure.strerror or failure}."
        fix = "Name another with --port (0 takes any that is free) or --host."
        raise ReviewError(Problem(what, Place("--port"), fix)) from None
    with opened:
        yield opened


def make_links(
    database: Database, annotators: Sequence[str], address: Address, port: int, reviewers: Sequence[str] = ()
) -> dict[str, str]:
    """Return a new link for each annotator and reviewer, with the token that logs in; older ones end."""
    host = address.names[0] if address.names else _reachable(address.host)
    origin = address.public or f"http://{host}:{port}"
    return {
        name: f"{origin}/login?token={enrol(database, name, is_reviewer=name in reviewers)}"
        for name in dict.fromkeys((*annotators, *reviewers))
    }


def end_access(database: Database, names: Sequence[str]) -> None:
    """End the access of annotators.

    Raises
    ------
    ReviewError
        With every name that nobody has; the others' access has ended all the same.
    """
    unknown = [name for name in names if not revoke(database, name)]
    known = [annotator.name for annotator in list_annotators(database)]
    if unknown:
        raise ReviewError(
            Problem(f"there is no annotator {name!r}.", Place("--revoke"), did_you_mean(name, known))
            for name in unknown
        )


def read_public_url(url: str) -> str:
    """Return the origin of a public address as browsers write it: in lower case, without the scheme's own port.

    Raises
    ------
    UsageError
        Where it is no address of a whole host by HTTP or HTTPS.
    """
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port
        host = f"[{IPv6Address(name)}]" if ":" in name else name.encode("idna").decode()
    except ValueError:
        raise UsageError(NO_PUBLIC_URL) from None
    rest = (parts.username, parts.password, parts.path.strip("/"), parts.query, parts.fragment)
    if parts.scheme not in PORTS or not _HOST.fullmatch(host) or port == 0 or any(rest):
        raise UsageError(NO_PUBLIC_URL)
    return f"{parts.scheme}://{host}" + ("" if port in (None, PORTS[parts.scheme]) else f":{port}")


def _reachable(host: str) -> str:
    """Return by which name this machine is reached, where the host stands for all of its addresses."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


def make_site(loaded: Loaded, database: Database, rules: LeaseRules, address: Address, port: int) -> Site:
    """Return the site that serves a review."""
    names = (address.host, _reachable(address.host), *address.names, urlsplit(address.public).hostname or "")
    return Site(
        database=database,
        deck=loaded.deck,
        search=TagSearch(loaded.deck.vocabulary),
        run=loaded.run,
        rules=rules,
        hosts=frozenset(name.lower() for name in names if name),
        cookie=f"weaklabel_review_{port}",
        origin=address.public,
    )


def serve(site: Site, listening: socket.socket) -> None:
    """Serve until Ctrl-C or SIGTERM; requests that have begun are finished."""
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    config = uvicorn.Config(
        create_app(site),
        access_log=False,
        limit_concurrency=MAX_CONNECTIONS,
        lifespan="off",
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=IDLE_S,
        ws="none",
    )
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:  # uvicorn has shut down, and passes the signal on
        return
