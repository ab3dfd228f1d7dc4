"""Every exchange format through one contract: what goes out comes back, whatever the texts and tags are."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.packages import PLAIN_TAGS, TEXTS, answer, make_package, packages
from weaklabel.errors import ExchangeError, UsageError
from weaklabel.exchange import FORMATS, TagSpan, load_format

NAMES = [name for name in FORMATS if name != "patterns"]
RELAXED = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
each_format = pytest.mark.parametrize("name", NAMES)


def key_of(form, package, record):
    """What a record is found by: its id, or its text where a format has no room for ids."""
    if form == "fasttext":
        return " ".join(package.text(record).split())
    return str(record.id)


def expected_tags(form, package, record):
    if form == "cleanlab":
        return set(record.given)
    if form == "wrench":
        return {package.classes[1]} & set(record.given)
    decided = set(package.decided_tags(record))
    return decided & {span.tag for span in record.spans} if form == "brat" else decided


def expected_refusals(form, package, record):
    """What is said against tags where a person agrees with all that was suggested: of one tag its absence."""
    return {package.classes[1]} - set(record.given) if form == "wrench" else set()


def only_said(form, package):
    """The package without records that a format says nothing of: some go by what authors gave."""

    def is_said(record):
        if form == "fasttext":
            return bool(package.decided_tags(record) or package.text(record).split())
        return record.given is not None if form in {"cleanlab", "wrench"} else True

    return replace(package, records=tuple(record for record in package.records if is_said(record)))


def round_trip(form, package):
    parcel = load_format(form).export(package)
    return load_format(form).read(answer(form, parcel.files)).rows


def as_mapping(form, rows):
    return {row.text if form == "fasttext" else str(row.record_id): set(row.chosen) for row in rows}


def writable(form, package):
    """The package without what a format says that it cannot hold; each refusal names a tag or a record of it."""
    for _ in range(20):
        try:
            load_format(form).export(package)
        except ExchangeError as error:
            named = str(error)
            kept = [tag for tag in package.vocabulary.tags if f"{tag.name!r}" not in named]
            records = [record for record in package.records if f"record {record.id!r}" not in named]
            assert len(kept) < len(package.vocabulary) or len(records) < len(package.records), named
            names = {tag.name for tag in kept}
            package = restrict(package, kept, names, records)
        else:
            return package
    raise AssertionError("it refuses without end")


def restrict(package, kept, names, records):
    vocabulary = type(package.vocabulary).of(
        [replace(tag, parents=tuple(parent for parent in tag.parents if parent in names)) for tag in kept]
    )
    fewer = [
        replace(
            record,
            labels=tuple(label for label in record.labels if label.tag in names),
            given=None if record.given is None else tuple(tag for tag in record.given if tag in names),
            spans=tuple(span for span in record.spans if span.tag in names),
        )
        for record in records
    ]
    return replace(package, vocabulary=vocabulary, records=tuple(fewer))


def without_repeats(form, package):
    """The package without records that a format cannot tell apart, and without spans of undecided tags."""
    seen = {}
    for record in package.records:
        decided = set(package.decided_tags(record))
        spans = tuple(
            span for span in record.spans
            if span.tag in decided and record.fields[span.field][span.start : span.end].strip("\r\n")
        )  # fmt: skip
        seen.setdefault(key_of(form, package, record), replace(record, spans=spans))
    return replace(package, records=tuple(seen.values()))


@each_format
@RELAXED
@given(data=st.data())
def test_what_goes_out_comes_back(name, data):
    package = only_said(name, writable(name, without_repeats(name, data.draw(packages()))))
    if not package.records:
        return
    rows = round_trip(name, package)
    assert as_mapping(name, rows) == {
        key_of(name, package, r): expected_tags(name, package, r) for r in package.records
    }
    refused = {str(row.record_id): set(row.refused) for row in rows if row.refused}
    assert refused == {str(r.id): tags for r in package.records if (tags := expected_refusals(name, package, r))}


# Label Studio, Prodigy and Argilla have an act of the person who answers; fastText has no room for what was suggested.
WITHOUT_PREFILLED = {"label-studio", "prodigy", "argilla", "fasttext"}


@each_format
@RELAXED
@given(data=st.data())
def test_what_nobody_touched_is_told_from_what_somebody_did(name, data):
    package = only_said(name, writable(name, without_repeats(name, data.draw(packages()))))
    if package.records:
        rows = round_trip(name, package)
        assert {row.is_unchanged for row in rows} == {name not in WITHOUT_PREFILLED}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"brat", "fasttext"}])  # they look at texts too
@RELAXED
@given(package=packages(tags=PLAIN_TAGS))
def test_plain_tags_are_never_refused(name, package):
    assert load_format(name).export(package).files


@each_format
@RELAXED
@given(data=st.data())
def test_the_order_of_records_does_not_matter(name, data):
    drawn = data.draw(packages(tags=PLAIN_TAGS, ids=st.just([3, 1, 2])))
    package = only_said(name, writable(name, without_repeats(name, drawn)))
    if package.records:
        turned = replace(package, records=package.records[::-1])
        assert as_mapping(name, round_trip(name, turned)) == as_mapping(name, round_trip(name, package))


# fastText has no room for what was suggested, and WRENCH has one tag.
@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"fasttext", "wrench"}])
def test_what_a_person_takes_away_is_refused(name):
    package = make_package("a", "b", labels=[{"a": 0.9, "b": 0.8}])
    spans = (TagSpan("title", 0, 5, "a"), TagSpan("title", 0, 5, "b"))
    package = replace(package, records=(replace(package.records[0], given=("a", "b"), spans=spans),))
    files = answer(name, load_format(name).export(package).files)
    [row] = load_format(name).read(take_away(name, files)).rows
    assert (row.chosen, row.refused, row.is_unchanged) == (("a",), ("b",), False)


@each_format
@pytest.mark.parametrize("other", NAMES)
def test_a_file_of_another_tool_says_nothing_and_least_of_all_no(name, other):
    """Each tool's answers, read as each other tool's."""
    package = make_package("a", "b", labels=[{"a": 0.9, "b": 0.8}])
    package = replace(package, records=(replace(package.records[0], given=("a", "b")),))
    files = answer(other, load_format(other).export(package).files)
    try:
        rows = load_format(name).read(files).rows
    except ExchangeError:
        assert name != other
        return
    assert any(row.chosen for row in rows) == (name == other != "brat")
    assert not any(row.refused for row in rows) or name == other


def test_every_file_that_is_of_another_tool_is_named():
    mine, other = b'{"record_id": 1, "tags": ["a"]}', b'{"record_id": 1, "label": ["a"], "suggested": ["b"]}'
    files = {"ann.jsonl": mine, "ben.jsonl": other, "cyd.jsonl": other + b"\n" + other}
    with pytest.raises(ExchangeError) as caught:
        load_format("jsonl").read(files)
    assert [(str(problem.place), problem.what) for problem in caught.value.problems] == [
        ("ben.jsonl:1", "this is no table of records with their tags: it has no `tags`."),
        ("cyd.jsonl:1", "this is no table of records with their tags: it has no `tags`."),
    ]


def take_away(name, files):
    """Return the files after a person took away the tag b."""
    if name == "spacy":
        from weaklabel.terms.spacy_pipeline import BLANK, load_pipeline

        docs_of = pytest.importorskip("spacy.tokens").DocBin
        [doc] = docs_of().from_bytes(files["docs.spacy"]).get_docs(load_pipeline(BLANK).vocab)
        doc.cats["b"] = 0.0
        return {"docs.spacy": docs_of(docs=[doc], store_user_data=True).to_bytes()}
    if name == "parquet":
        import io

        import pyarrow.parquet as pq

        [row] = pq.read_table(io.BytesIO(files["records.parquet"])).to_pylist()
        buffer = io.BytesIO()
        pq.write_table(
            pq.read_table(io.BytesIO(files["records.parquet"])).from_pylist([{**row, "tags": ["a"]}]), buffer
        )
        return {"records.parquet": buffer.getvalue()}
    if name == "huggingface":
        import io

        import pyarrow.parquet as pq

        table = pq.read_table(io.BytesIO(files["data.parquet"]))
        fewer = table.set_column(table.schema.get_field_index("labels"), "labels", [[[0]]])
        buffer = io.BytesIO()
        pq.write_table(fewer.replace_schema_metadata(table.schema.metadata), buffer)
        return {"data.parquet": buffer.getvalue()}
    if name == "brat":
        return {**files, "1.ann": files["1.ann"].split(b"\n")[0]}
    if name == "cleanlab":
        return {"labels.json": files["labels.json"].replace(b'"labels": [[0, 1]]', b'"labels": [[0]]')}
    [(file, data)] = files.items()
    if name == "doccano-csv":
        return {file: data.replace(b",a#b,", b",a,", 1)}
    if name == "csv":
        return {file: data.replace(b'"[""a"", ""b""]"', b'"[""a""]"', 1)}
    value = json.loads(data)
    where = value
    for step in PATHS[name]:
        where = where[step]
    where.remove("b")
    return {file: json.dumps(value).encode()}


PATHS = {
    "label-studio": (0, "annotations", 0, "result", 0, "value", "choices"),
    "prodigy": ("accept",),
    "doccano": ("label",),
    "argilla": (0, "responses", "tags", 0, "value"),
    "udt": ("samples", 0, "annotation"),
    "jsonl": ("tags",),
}


@each_format
def test_each_layout_that_is_offered_shows_other_tags_and_no_other_layout_does(name):
    """Of three tags, of which one is another's parent and one is no candidate."""
    package = make_package("a", "b", "c", labels=[{"b": 0.9, "a": 0.2}], parents={"b": ("a",)})
    form = load_format(name)
    assert form.name == name
    layouts = ("all", "candidates", "taxonomy")
    shown = {layout: dict(form.export(replace(package, layout=layout)).files) for layout in layouts}
    told_apart = {layout for layout in layouts if shown[layout] != shown["all"]}
    assert told_apart == set(form.layouts) - {"all"}


@each_format
def test_two_exports_are_the_same_bytes(name):
    package = make_package("a", "b", "c", labels=[{"a": 0.9, "b": 0.2}, {"c": 0.7}])
    assert dict(load_format(name).export(package).files) == dict(load_format(name).export(package).files)


@each_format
@settings(RELAXED, max_examples=40)
@given(data=st.data())
def test_a_broken_file_is_an_error_with_its_name_and_no_other(name, data):
    package = make_package("a", "b", labels=[{"a": 0.9}, {"b": 0.8}])
    files = answer(name, load_format(name).export(package).files)
    broken = data.draw(st.sampled_from(sorted(files)))
    content = files[broken]
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, len(content)))
    files[broken] = (
        content[:start] + data.draw(st.sampled_from([b"", b"\xff", b"[", b"7", b'"', b"null"])) + content[end:]
    )
    assert all(what.endswith(".") for what in problems_of(name, files))


def problems_of(name, files):
    """Return what is wrong with files, where something is; anything but an ExchangeError fails the test."""
    try:
        return [problem.what for problem in load_format(name).read(files).warnings]
    except ExchangeError as error:
        return [problem.what for problem in error.problems]


JSON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), TEXTS),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)


@pytest.mark.parametrize(
    "name", ["label-studio", "prodigy", "doccano", "argilla", "udt", "jsonl", "cleanlab", "wrench"]
)
@settings(RELAXED, max_examples=60)
@given(data=st.data())
def test_a_value_of_another_type_is_an_error_and_no_other(name, data):
    package = make_package("a", "b", labels=[{"a": 0.9}])
    files = answer(name, load_format(name).export(package).files)
    file = data.draw(st.sampled_from([file for file in files if file.endswith(("json", "jsonl"))]))
    files[file] = json.dumps(replace_somewhere(json.loads(files[file]), data)).encode()
    assert all(what.endswith(".") for what in problems_of(name, files))


def replace_somewhere(value, data):
    if isinstance(value, dict | list) and value and data.draw(st.integers(0, 5)):
        key = (
            data.draw(st.sampled_from(sorted(value)))
            if isinstance(value, dict)
            else data.draw(st.integers(0, len(value) - 1))
        )
        value[key] = replace_somewhere(value[key], data)
        return value
    return data.draw(JSON_VALUES)


def test_an_unknown_format_names_the_nearest():
    with pytest.raises(UsageError, match="Did you mean 'label-studio'"):
        load_format("labelstudio")
