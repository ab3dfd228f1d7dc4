"""Small reviews: records, a run's tables and the cards of both, and a clock that stands still."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pandas as pd

from support.made import make_records
from weaklabel.review.cards import Deck
from weaklabel.tags import build_graph
from weaklabel.terms import Tag, Vocabulary

TAGS = (
    Tag("machine-learning", ("ml",)),
    Tag("deep-learning", ("dl",), ("machine-learning",), "Networks of many layers.", examples=("Six layers of LSTMs",)),
    Tag("pytorch", ("torch",), ("deep-learning",)),
    Tag("cooking", ("recipes",)),
)


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self):
        self.time = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    def __call__(self):
        return self.time

    def pass_minutes(self, minutes):
        self.time += timedelta(minutes=minutes)


def make_tables(ids):
    """Labels, findings and votes in which each record lacks pytorch, and wrongly has cooking."""
    labels = pd.DataFrame(
        [
            (i, tag, probability, source)
            for i in ids
            for tag, probability, source in [
                ("cooking", 0.2, "given"), ("deep-learning", 0.8, "inferred"), ("machine-learning", 0.05, "predicted"),
                ("pytorch", 0.93, "voted"),
            ]
        ],
        columns=["record_id", "tag", "probability", "source"],
    )  # fmt: skip
    evidence = json.dumps([{"lf": "name:pytorch@title", "vote": "present", "field": "title", "start": 0, "end": 7}])
    findings = pd.DataFrame(
        [(i, "pytorch", None, "missing", 0.9, rank, f"The text speaks of it, {rank}.", evidence)
         for rank, i in enumerate(ids, 1)],
        columns=["record_id", "tag", "given", "kind", "score", "rank", "reason", "evidence"],
    )  # fmt: skip
    votes = pd.DataFrame(
        [(i, "pytorch", "name:pytorch@title", "present") for i in ids], columns=["record_id", "tag", "lf", "vote"]
    )
    return labels, findings, votes


def make_deck(size=6, *, titles=None, given=None, task="multilabel", tags=TAGS, ids=None):
    """A deck of records that are given cooking, about PyTorch."""
    titles = titles or [f"PyTorch in the kitchen, part {i}" for i in range(1, size + 1)]
    records = make_records(titles, given=given or [("Cooking",)] * len(titles), ids=ids)
    vocabulary = Vocabulary.of(list(tags))
    return Deck(records, vocabulary, build_graph(vocabulary)[0], *make_tables(records.ids), task)


def write_project(folder, size, task="multilabel"):
    """Write a project of `size` records and a run of it, without running it; return the run's folder."""
    rows = [{"id": i, "title": f"PyTorch, part {i}", "tags": ["cooking"]} for i in range(1, size + 1)]
    (folder / "records.json").write_text(json.dumps(rows), encoding="utf-8")
    tags = [
        {"tag": tag.name, "aliases": tag.aliases, "parents": tag.parents, "description": tag.description}
        for tag in TAGS
    ]
    (folder / "tags.json").write_text(json.dumps(tags), encoding="utf-8")
    (folder / "weaklabel.yaml").write_text(f"records: records.json\ntags: tags.json\ntask: {task}\nout: runs/latest\n")
    run = folder / "runs/latest"
    run.mkdir(parents=True)
    for name, table in zip(("labels", "findings", "votes"), make_tables(range(1, size + 1)), strict=True):
        table.to_parquet(run / f"{name}.parquet")
    (run / "run.json").write_text(json.dumps({"inputs": {}, "times": {}}))
    return run


class Browser:
    """An annotator's browser, without script: it keeps cookies, and sends forms as a page has them."""

    def __init__(self, site, address="http://127.0.0.1:8765"):
        from starlette.testclient import TestClient

        from weaklabel.review.app import create_app

        self.site = site
        self.client = TestClient(create_app(site), base_url=address, raise_server_exceptions=False)

    def log_in(self, name, *, is_reviewer=False):
        from weaklabel.review.store import enrol

        token = enrol(self.site.database, name, is_reviewer=is_reviewer)
        answer = self.client.post("/login", data={"token": token}, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return self

    @property
    def csrf(self):
        from weaklabel.review.app.csrf import csrf_token

        return csrf_token(self.client.cookies[self.site.cookie])

    def get(self, path="/", **more):
        return self.client.get(path, **more)

    def post(self, path, *, is_script=True, **fields):
        data = {"csrf": self.csrf, **fields}
        headers = {"Accept": "application/json"} if is_script else {}
        return self.client.post(path, data=data, headers=headers, follow_redirects=False)

    def decide(self, record, key=None, **fields):
        key = key or f"key-of-a-decision-{record}"
        return self.post("/decisions", record=json.dumps(record), key=key, **fields)


def make_site(database, deck=None, overlap=1, **options):
    """A site whose queue is all records, in their order."""
    from weaklabel.review.app import Site
    from weaklabel.review.search import TagSearch
    from weaklabel.review.store import LeaseRules, open_queue

    deck = deck or make_deck()
    open_queue(database, deck.records.ids, overlap)
    return Site(database, deck, TagSearch(deck.vocabulary), "r1", LeaseRules(minutes=10, ahead=2), **options)
