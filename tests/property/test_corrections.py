"""Settling and applying decisions, against slow and plain truths, on anything that Hypothesis makes up."""

import csv
import io
import json

import networkx as nx
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from support.decided import VOCABULARY, make_given
from weaklabel.correcting.apply import settled_file
from weaklabel.corrections import amend, parse_decisions, settle
from weaklabel.documents import Row
from weaklabel.errors import Place
from weaklabel.records import parse_records
from weaklabel.records.rewriting import rewrite_tags
from weaklabel.terms import USUAL_NAMES
from weaklabel.terms.decisions import VERDICTS, Decision, TagEdit

TAGS = (*VOCABULARY.names, "zorp")
SPELLINGS = (*TAGS, "ml", "dl", "torch", "recipes", "Keras")
TIMES = ("", *(f"2026-01-0{day}T00:00:00+00:00" for day in range(1, 5)))
decisions = st.lists(
    st.builds(
        Decision,
        record_id=st.integers(1, 3),
        tag=st.sampled_from(TAGS),
        verdict=st.sampled_from(VERDICTS),
        annotator=st.sampled_from(["", "ana", "bo", "eve"]),
        time=st.sampled_from(TIMES[1:]),
        note=st.sampled_from(["", "näh"]),
        is_final=st.booleans(),
    ),
    max_size=40,
)
given_tags = st.lists(st.none() | st.lists(st.sampled_from(SPELLINGS), unique=True, max_size=5), min_size=3, max_size=3)
names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6).map(str.strip).filter(bool)


@given(decisions, st.integers(1, 3))
def test_what_is_settled_stays_settled_when_it_is_read_again(said, least):
    cells = settle(said, least)
    rows = [Row(json.loads(line), Place("d")) for line in settled_file(cells).decode().splitlines()]
    again = settle((decision for decision, _ in parse_decisions(rows, [])), 9)
    assert [(c.record_id, c.tag, c.verdict) for c in again] == [(c.record_id, c.tag, c.verdict) for c in cells]


@given(decisions, given_tags, st.booleans(), st.lists(st.sampled_from(TAGS), max_size=3))
def test_amending_does_what_was_decided_and_twice_is_once(said, rows, mends, suggested):
    before, cells = make_given(*rows), settle(said)
    shown = dict.fromkeys(range(3), suggested)
    amended = amend(before, cells, shown, mends_spellings=mends)
    after = [
        amended.edits[i].apply(tuple(t)) if i in amended.edits and (t := rows[i] or ()) is not None else rows[i]
        for i in range(3)
    ]
    result = make_given(*after)
    above = {tag: nx.descendants(before.graph, tag) for tag in before.graph}
    for i in range(3):
        own = {c.tag: c.verdict for c in cells if c.record_id == i + 1 and c.is_settled}
        yes = {tag for tag, verdict in own.items() if verdict == "yes"}
        no = {tag for tag, verdict in own.items() if verdict == "no"}
        clash = {t for t in yes for a in above.get(t, ()) if a in no} | {
            a for t in yes for a in above.get(t, ()) if a in no
        }
        names_before, names_after = set(before.names(i)), set(result.names(i))
        right = {t for t in yes - clash if t in VOCABULARY}
        closed = right.union(*(above[t] for t in right)) - (no | clash)
        if rows[i] is None and after[i] is None:
            assert i not in amended.gold
            continue
        wanted = (names_before | closed) - (no - clash)
        assert names_after == wanted, (rows[i], own)
        if i in amended.gold:
            assert not clash
            assert amended.gold[i] == right.union(*(above[t] for t in right))
            assert names_before <= yes | no | amended.gold[i]
    again = amend(result, cells, shown, mends_spellings=mends)
    assert [i for i in again.edits if rows[i] is not None] == []


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.none() | st.lists(names, unique=True, max_size=4), st.text(max_size=8)), min_size=1, max_size=4
    ),
    st.lists(names, unique=True, max_size=2),
    st.data(),
)
def test_any_file_is_written_with_other_tags_and_all_else_as_it_was(rows, added, data):
    tags = [None if row is None else tuple(row) for row, _ in rows]
    edits = {
        i: TagEdit(
            frozenset(data.draw(st.lists(st.sampled_from(own), unique=True)) if own else ()),
            tuple(tag for tag in added if tag not in (own or ())),
        )
        for i, own in enumerate(tags)
        if data.draw(st.booleans())
    }
    wanted = [edits[i].apply(own) if i in edits else own for i, own in enumerate(tags)]
    values = [
        {"id": i, "title": f"t{text}", "tags": None if own is None else list(own), "odd": text}
        for i, ((own, text)) in enumerate(rows)
    ]
    cells = io.StringIO(newline="")
    writer = csv.DictWriter(cells, list(values[0]))
    writer.writeheader()
    writer.writerows({**value, "tags": "" if value["tags"] is None else json.dumps(value["tags"])} for value in values)
    sink = pa.BufferOutputStream()
    schema = pa.schema(
        [("id", pa.int64()), ("title", pa.string()), ("tags", pa.list_(pa.string())), ("odd", pa.string())]
    )
    clean = [
        {key: v.encode("utf-8", "replace").decode() if isinstance(v, str) else v for key, v in row.items()}
        for row in values
    ]
    pq.write_table(pa.Table.from_pylist(clean, schema), sink)
    for name, content in {
        "r.json": json.dumps(values, indent=data.draw(st.sampled_from([None, 1]))).encode(),
        "r.jsonl": "\n".join(map(json.dumps, values)).encode(),
        "r.csv": cells.getvalue().encode("utf-8", "replace"),
        "r.parquet": sink.getvalue().to_pybytes(),
    }.items():
        before, _ = parse_records(name, content, USUAL_NAMES)
        after, _ = parse_records(name, rewrite_tags(name, content, USUAL_NAMES, edits), USUAL_NAMES)
        assert after.given == tuple(wanted), name
        columns = ["id", "title", "odd"]
        assert after.frame[columns].equals(before.frame[columns]), name
