"""Hugging Face datasets: Parquet that carries its Features, so that `load_dataset("parquet", …)` knows the tags.

The Features stand in the schema's metadata under `huggingface`, where `Dataset.to_parquet` puts them, and once more in
features.json, for tools that drop metadata.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from weaklabel.errors import ExchangeError, Place, Problem, raise_errors
from weaklabel.exchange.entries import Entry, json_file, read_object
from weaklabel.exchange.interface import Annotation, Annotations, Layout, Need, Outgoing, Parcel, name_fields
from weaklabel.exchange.parquet_rows import read_table
from weaklabel.exchange.prefilled import compare_with_suggested

if TYPE_CHECKING:
    import pyarrow as pa

KEY = b"huggingface"
LABELS = "labels"
NO_CLASS = -1
ALONE = "label"  # as data sets call it whose records have one class
_OWN = ("record_id", LABELS, "scores", "suggested", "given")


class HuggingFace:
    """See the module."""

    name = "huggingface"
    description = "Hugging Face datasets: Parquet with Features"
    layouts: tuple[Layout, ...] = ("all",)
    needs: frozenset[Need] = frozenset()

    def export(self, package: Outgoing) -> Parcel:
        """Return data.parquet and features.json."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        features = {"info": {"features": _features(package)}}
        schema = _schema(package).with_metadata({KEY: json.dumps(features, ensure_ascii=False).encode()})
        table = pa.table(_columns(package), schema=schema)
        buffer = io.BytesIO()
        pq.write_table(table, buffer)
        return Parcel({"data.parquet": buffer.getvalue(), "features.json": json_file(features)})

    def read(self, files: Mapping[str, bytes]) -> Annotations:
        """Read Parquet files whose Features name the labels; a JSON file among `files` may hold them instead.

        Labels stand in `labels` or `label`, as a list or alone; -1 alone is no label.
        """
        problems: list[Problem] = []
        aside = [data for name, data in files.items() if PurePath(name).suffix == ".json"]
        rows: list[Annotation] = []
        for name, data in files.items():
            if PurePath(name).suffix == ".json":
                continue
            table = read_table(name, data)
            column = LABELS if LABELS in table.column_names else ALONE
            names = _label_names(name, table, column, aside, problems)
            entries = [Entry(row, Place(name, i), problems) for i, row in enumerate(table.to_pylist(), start=1)]
            rows += [_read(entry, column, names, problems) for entry in entries if entry[column] != NO_CLASS]
        raise_errors(problems, ExchangeError)
        return Annotations(tuple(rows))


def _features(package: Outgoing) -> dict[str, Any]:
    text = {"dtype": "string", "_type": "Value"}
    id_type = "int64" if package.has_number_ids else "string"
    tags = {"feature": {"names": list(package.vocabulary.names), "_type": "ClassLabel"}, "_type": "Sequence"}
    return {
        "record_id": {"dtype": id_type, "_type": "Value"},
        **dict.fromkeys(name_fields(package.fields, _OWN).values(), text),
        LABELS: tags,
        "scores": {"feature": {"dtype": "float64", "_type": "Value"}, "_type": "Sequence"},
        "suggested": tags,
        "given": tags,
    }


def _schema(package: Outgoing) -> pa.Schema:
    import pyarrow as pa

    id_type = pa.int64() if package.has_number_ids else pa.string()
    texts = [(name, pa.string()) for name in name_fields(package.fields, _OWN).values()]
    ints = pa.list_(pa.int64())
    tags = [(LABELS, ints), ("scores", pa.list_(pa.float64())), ("suggested", ints), ("given", ints)]
    return pa.schema([("record_id", id_type), *texts, *tags])


def _columns(package: Outgoing) -> dict[str, list[Any]]:
    index, columns = package.vocabulary.index, name_fields(package.fields, _OWN)
    decided = [package.decided(record) for record in package.records]
    numbers = [[index[label.tag] for label in labels] for labels in decided]
    return {
        "record_id": [record.id for record in package.records],
        **{column: [record.fields[name] for record in package.records] for name, column in columns.items()},
        LABELS: numbers,
        "scores": [[label.probability for label in labels] for labels in decided],
        "suggested": numbers,
        "given": [None if r.given is None else [index[tag] for tag in r.given] for r in package.records],
    }


def _label_names(
    name: str, table: pa.Table, column: str, aside: list[bytes], problems: list[Problem]
) -> tuple[str, ...]:
    """Return the names that the numbers in a column stand for."""
    stored = (table.schema.metadata or {}).get(KEY)
    for content in [*([stored] if stored else []), *aside]:
        feature = read_object(name, content, problems).entry("info").entry("features").entry(column)
        names = (feature.entry("feature") if "feature" in feature else feature).names("names")
        if names:
            return names
    what = "its Features do not name the classes of `labels`."
    fix = "Write it with Dataset.to_parquet, or name features.json too."
    raise ExchangeError(Problem(what, Place(name), fix))


def _read(row: Entry, column: str, names: tuple[str, ...], problems: list[Problem]) -> Annotation:
    chosen = _names_of(row, column, names, problems)
    read = Annotation(row.place, row.record_id(), chosen=chosen, text=row.text("text"))
    suggested = _names_of(row, "suggested", names, problems) if "suggested" in row else None
    return compare_with_suggested(read, suggested)


def _names_of(row: Entry, column: str, names: tuple[str, ...], problems: list[Problem]) -> tuple[str, ...]:
    """Return the classes whose numbers stand in a column, as a list or alone."""
    numbers = [row[column]] if type(row[column]) is int else row.numbers(column)
    wrong = [number for number in numbers if not 0 <= number < len(names)]
    if wrong:
        what = f"there is no class {wrong[0]}: the Features name {len(names):,}."
        problems.append(Problem(what, row.place, "Write the file again with its Features."))
    return tuple(dict.fromkeys(names[number] for number in numbers if number not in wrong))


FORMAT = HuggingFace()
