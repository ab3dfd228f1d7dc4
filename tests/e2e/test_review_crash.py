"""The server is killed while people decide: every acknowledged decision is there once, none is lost or doubled."""

from collections import Counter

import pytest

pytest.importorskip("starlette", reason="the extra review is not installed")

from support.postgres import find_binaries, new_database, serve_postgres
from support.review_server import Server, decide_through_kills, percentile
from support.reviews import write_project
from weaklabel.review.store import open_database, read_acts, read_decisions

SPARE = 50  # more records than decisions, so that nobody waits for another's lease


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "sqlite":
        yield str(tmp_path / "review.sqlite")
        return
    pytest.importorskip("psycopg", reason="the extra postgres is not installed")
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    with serve_postgres(binaries, is_durable=True) as server:
        yield new_database(server)


def check(tmp_path, database, annotators, times, kills):
    names = [f"annotator-{i}" for i in range(annotators)]
    run = write_project(tmp_path, annotators * times + SPARE)
    with Server(run, database, names) as server:
        workers = decide_through_kills(server, names, times, kills)
    store = open_database(database)
    acts, decisions = read_acts(store), read_decisions(store)
    store.close()
    acknowledged = Counter(key for worker in workers for key in worker.acknowledged)
    assert set(acknowledged.values()) == {1}
    assert len(acknowledged) == annotators * times
    assert Counter(act.key for act in acts) == acknowledged
    assert set(Counter(act.record_id for act in acts).values()) == {1}  # no record was before two people
    assert len(decisions) == 2 * len(acts)
    assert {act.annotator for act in acts} == set(names)
    assert all(act.key.startswith(act.annotator) for act in acts)
    latencies = [latency for worker in workers for latency in worker.latencies_s]
    figures = {f"p{share:g}": percentile(latencies, share / 100) * 1e3 for share in (50, 95, 99, 99.9)}
    shown = ", ".join(f"{name} {value:.0f} ms" for name, value in figures.items())
    resent = sum(worker.resent for worker in workers)
    print(f"\n{annotators} × {times:,} decisions, {kills} kills, {resent} sent again: {shown}")


def test_nothing_is_lost_or_doubled_when_the_server_is_killed(tmp_path, database):
    check(tmp_path, database, annotators=2, times=50, kills=1)


@pytest.mark.slow
def test_eight_annotators_decide_a_thousand_times_each_through_three_kills(tmp_path, database):
    check(tmp_path, database, annotators=8, times=1_000, kills=3)
