"""Packages that go out to other tools, and what these tools make of the files: the answer of a person who agrees."""

import json
from dataclasses import replace

from hypothesis import strategies as st

from weaklabel.exchange import Field, Label, Outgoing, OutgoingRecord, TagSpan
from weaklabel.terms import Tag, Vocabulary

# All of Unicode that a UTF-8 file can hold, with what formats give a meaning to, often.
MARKS = [
    "#",
    ",",
    '"',
    "'",
    "\t",
    "\n",
    "\r\n",
    "__label__",
    "$",
    "|",
    "<&>",
    "]]>",
    "\u2028",
    "é",
    "e\u0301",
    "名",
    "🙂",
    "_u23_",
]
TEXTS = st.lists(
    st.one_of(st.sampled_from(MARKS), st.text(st.characters(exclude_categories=["Cs"]), max_size=8)), max_size=4
).map("".join)
TAGS = TEXTS.map(str.strip).filter(bool)
PLAIN_TAGS = st.text("abcdefgh-", min_size=1, max_size=8)
IDS = st.one_of(
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=4, unique=True),
    st.lists(TEXTS.filter(bool), min_size=1, max_size=4, unique=True),
)

TITLE = (Field("title"),)
FIELDS = (
    "title",
    "text",
    "tags",
    "tags_",
    "labels",
    "label",
    "record_id",
    "given",
    "a field",
    "A-Field",
    "2nd",
    "名前",
    "",
)


@st.composite
def packages(draw, tags=TAGS, ids=IDS):
    """A package of up to four records and five tags; each of its spans is in a text."""
    names = sorted(draw(st.lists(tags, min_size=1, max_size=5, unique=True)))
    vocabulary = Vocabulary.of(
        [
            Tag(
                name,
                aliases=(draw(TEXTS),),
                parents=tuple(names[:i][-1:]) if draw(st.booleans()) else (),
                description="d",
            )
            for i, name in enumerate(names)
        ]
    )
    fields = tuple(map(Field, draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=3, unique=True))))
    records = tuple(_record(draw, record_id, names, fields) for record_id in draw(ids))
    return Outgoing("weaklabel@00000000", vocabulary, fields, records, classes=(f"not {names[0]}", names[0]))


def _record(draw, record_id, names, fields):
    values = {field.name: draw(TEXTS) for field in fields}
    labels = []
    spans = []
    for name in draw(st.lists(st.sampled_from(names), unique=True)):
        labels.append(Label(name, draw(st.one_of(st.none(), st.floats(0, 1))), "voted"))
        for field in fields:
            if values[field.name].strip():
                start = draw(st.integers(0, len(values[field.name]) - 1))
                spans.append(TagSpan(field.name, start, draw(st.integers(start + 1, len(values[field.name]))), name))
    given = draw(st.one_of(st.none(), st.lists(st.sampled_from(names), unique=True).map(tuple)))
    labels.sort(key=lambda label: -1 if label.probability is None else -label.probability)
    return OutgoingRecord(record_id, values, tuple(labels), given, spans=tuple(sorted(spans)), votes=(1, -1))


def make_package(*tags, labels=None, texts=None, parents=None, fields=TITLE, **settings):
    """A package of one record a row of `labels`: tags with their probabilities."""
    vocabulary = Vocabulary.of([Tag(tag, parents=tuple((parents or {}).get(tag, ()))) for tag in tags])
    rows = labels if labels is not None else [dict.fromkeys(tags, 0.9)]
    records = tuple(
        OutgoingRecord(
            i,
            (texts or {}).get(i) or {field.name: f"{field.name} {i}" for field in fields},
            tuple(Label(tag, p, "voted") for tag, p in sorted(row.items(), key=lambda item: -item[1])),
            given=(),
        )
        for i, row in enumerate(rows, start=1)
    )
    return replace(
        Outgoing("weaklabel@00000000", vocabulary, fields, records, classes=(f"not {tags[0]}", tags[0])), **settings
    )


def _agree_in_label_studio(files):
    tasks = json.loads(files["tasks.json"])
    for i, task in enumerate(tasks, start=1):
        [prediction] = task.pop("predictions")
        answered = {
            "id": i,
            "completed_by": 1,
            "was_cancelled": False,
            "lead_time": 1.5,
            "result": prediction["result"],
        }
        task |= {"id": i, "predictions": [i], "annotations": [answered]}
    return {"export.json": json.dumps(tasks).encode()}


def _agree_in_argilla(files):
    records = json.loads(files["records.json"])
    for record in records:
        value = record["suggestions"].get("tags", {"value": []})["value"]
        record["responses"] = {"tags": [{"value": value, "user_id": "u"}]}
        record["status"] = "completed"
    return {"records.json": json.dumps(records).encode()}


def _agree_in_prodigy(files):
    tasks = [json.loads(line) for line in files["tasks.jsonl"].decode().split("\n") if line]
    answered = [json.dumps({**task, "answer": "accept"}) for task in tasks]
    return {"tasks.jsonl": "".join(f"{line}\n" for line in answered).encode()}


def _only(*names):
    return lambda files: {name: files[name] for name in names}


_ANSWERS = {
    "label-studio": _agree_in_label_studio,
    "argilla": _agree_in_argilla,
    "prodigy": _agree_in_prodigy,
    "doccano": _only("doccano.jsonl"),
    "doccano-csv": _only("doccano.csv"),
}


def answer(name, files):
    """Return the files that the tool of a format gives back where a person agrees with all that was suggested."""
    return _ANSWERS[name](files) if name in _ANSWERS else dict(files)
