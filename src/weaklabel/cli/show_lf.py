"""What the terminal shows of one labeling function."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from weaklabel.cli.show import out
from weaklabel.errors import list_some, quantity
from weaklabel.terms import ABSENT, PRESENT

if TYPE_CHECKING:
    from weaklabel.lf_inspection import LFInspection, VoteExample
    from weaklabel.terms import Failure, LFPair, LFSummaryRow, Span

AROUND = 60  # characters that are shown on either side of what was found
LONGEST = 200
MAX_TAGS, MAX_MEETINGS = 20, 5
COLUMNS = ("Coverage", "Conflict", "Precision", "Of", "95 %", "Estimated", "Value", "Alone")
MOST_WORDS = 12
WIDE = 1_000  # characters: a table as wide as it likes to be
POLARITIES = {PRESENT: "present", ABSENT: "absent", 0: "both"}


def show_inspection(inspection: LFInspection) -> None:
    """Show a labeling function: definition, figures, votes that are right and wrong, and whom it meets."""
    lf = inspection.lf
    out.print(Text.assemble((lf.id, "bold"), f"  {lf.origin}, {lf.family}"), soft_wrap=True)
    if lf.description:
        _print(Text(lf.description))
    _print(Text.assemble(("written in  ", "dim"), _where(inspection)))
    for name, value in _details(inspection):
        _print(Text.assemble((f"{name}  ", "dim"), value))
    if inspection.source:
        out.print()
        out.print(Text(inspection.source, style="cyan"), soft_wrap=True)
    if inspection.looks_for and not _says_all(inspection):
        out.print()
        out.print(Text("Looks for", style="bold"))
        _print(Text(_as_yaml(inspection.looks_for), style="cyan"))
    out.print()
    _show_failures(inspection)
    _show_figures(inspection)
    refuting = f"refuted by the {inspection.rows[0].reference} tags" if inspection.rows else "refuted"
    _show_examples("Votes", inspection.hits, inspection)
    _show_examples(f"Votes {refuting}", inspection.wrong, inspection)
    _show_pairs(inspection)


def print_inspection(inspection: LFInspection) -> None:
    """Print all of it as JSON; figures that are not known are null."""
    lf = inspection.lf
    plain = {
        "id": lf.id,
        "origin": lf.origin,
        "family": lf.family,
        "description": lf.description,
        "written_in": _where(inspection),
        "tags": lf.tags,
        "polarity": POLARITIES[lf.polarity],
        "group": lf.group or None,
        "expect": asdict(lf.expect),
        "looks_for": inspection.looks_for,
        "source": inspection.source,
        "figures": [_without_nan(asdict(row)) for row in inspection.rows],
        "pairs": [_without_nan(asdict(pair)) for pair in inspection.pairs],
        "failures": [_plain_failure(failure, inspection) for failure in inspection.failures],
        "votes": [_plain_example(example, inspection) for example in inspection.hits],
        "refuted_votes": [_plain_example(example, inspection) for example in inspection.wrong],
    }
    typer.echo(json.dumps(plain, ensure_ascii=False, default=str))  # dates, in metadata


def _plain_example(example: VoteExample, inspection: LFInspection) -> dict[str, Any]:
    plain = {**asdict(example), "vote": POLARITIES[example.vote]}
    return {"record_id": inspection.inputs.records.ids[plain.pop("record")], **plain}


def _plain_failure(failure: Failure, inspection: LFInspection) -> dict[str, Any]:
    first = inspection.inputs.records.ids[failure.first_record]
    return {"records": failure.count, "first_record": first, "error": failure.error, "traceback": failure.traceback}


def _without_nan(row: dict[str, Any]) -> dict[str, Any]:
    return {key: None if isinstance(value, float) and math.isnan(value) else value for key, value in row.items()}


def _print(text: Text, indent: int = 2) -> None:
    out.print(Padding(text, (0, 0, 0, indent)))


def _where(inspection: LFInspection) -> str:
    if inspection.lf.place is not None:
        return str(inspection.lf.place)
    places = [inspection.inputs.vocabulary[tag].place for tag in inspection.lf.tags]
    return ", ".join(str(place) for place in places if place) or "the tags file"


def _details(inspection: LFInspection) -> Iterator[tuple[str, str]]:
    lf = inspection.lf
    sign = "" if lf.polarity >= 0 else "not "
    yield "tags", ", ".join(f"{sign}{tag}" for tag in lf.tags) or "any tag"
    if _says_all(inspection):
        yield "fields", ", ".join(inspection.looks_for["fields"])
    if lf.group:
        yield "group", lf.group
    if lf.expect.coverage:
        yield "expected coverage", "{:.1%} to {:.1%}".format(*lf.expect.coverage)
    if lf.expect.precision is not None:
        yield "expected precision", f"{lf.expect.precision:.1%}"


def _says_all(inspection: LFInspection) -> bool:
    """Say whether the definition as it is written says what is looked for, with no file or placeholder to fill in."""
    return "for_each" not in inspection.source and inspection.lf.family in {"keyword", "regex", "spacy"}


def _as_yaml(plain: Mapping[str, Any]) -> str:
    """Return plain values as YAML; of long lists of words, the first ones."""
    import yaml

    text: str = yaml.safe_dump(_shorten(plain), allow_unicode=True, sort_keys=False, default_flow_style=None, width=76)
    return text.rstrip()


def _shorten(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _shorten(item) for key, item in value.items()}
    if isinstance(value, list):
        more = len(value) - MOST_WORDS
        return [*map(_shorten, value[:MOST_WORDS]), *([f"… and {more:,} more"] if more > 0 else [])]
    return value


def _show_failures(inspection: LFInspection) -> None:
    for failure in inspection.failures:
        first = inspection.inputs.records.ids[failure.first_record]
        what = f"It fails on {quantity(failure.count, 'record')}, first on record {first}: {failure.error}"
        out.print(Text(what, style="red"))


def _show_figures(inspection: LFInspection) -> None:
    voting = [row for row in inspection.rows if row.polarity]
    if not voting:
        out.print("It never votes otherwise." if inspection.failures else "It never votes.")
        return
    table = _figure_table(voting[:MAX_TAGS])
    if out.measure(table, options=out.options.update(width=WIDE)).maximum <= out.width:
        out.print(table)
    else:
        for row in voting[:MAX_TAGS]:
            out.print(_figure_list(row))
    legend = (
        f"Precision is that of votes on records with {voting[0].reference} tags, and value the micro-F1 that the label "
        "model loses without it. Estimated is the mean probability that its votes are right. Alone are the votes that "
        "no other casts, and that the tags do not refute."
    )
    out.print(Text(legend, style="dim"))
    if len(voting) > MAX_TAGS:
        out.print(f"… and {quantity(len(voting) - MAX_TAGS, 'more tag')}: see lf_summary.csv.")
    for row in voting[:MAX_TAGS]:
        for line in _remarks(row):
            out.print(Text(line), soft_wrap=True)


def _figure_table(rows: Sequence[LFSummaryRow]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Tag", overflow="fold")
    for name in COLUMNS:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(Text(row.tag), *_figures(row))
    return table


def _figure_list(row: LFSummaryRow) -> Table:
    """Return the figures of a tag one below the other, for terminals that are too narrow for the table."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    table.add_row("Tag", Text(row.tag))
    for name, figure in zip(COLUMNS, _figures(row), strict=True):
        table.add_row(name, figure)
    return table


def _figures(row: LFSummaryRow) -> tuple[str, ...]:
    """Return the figures of a tag, in the order of `COLUMNS`."""
    return (
        f"{row.coverage:.2%}",
        f"{row.conflict:.2%}",
        _share(row.precision),
        f"{row.reference_n:,}",
        "" if math.isnan(row.precision) else f"{row.precision_low:.2f}–{row.precision_high:.2f}",
        _share(row.estimated_accuracy),
        "unknown" if math.isnan(row.value_f1) else f"{row.value_f1:+.5f}",
        f"{row.sole:,}",
    )


def _share(value: float) -> str:
    return "unknown" if math.isnan(value) else f"{value:.1%}"


def _remarks(row: LFSummaryRow) -> Iterator[str]:
    if row.same_as:
        yield f"On {row.tag} it casts the same votes as {row.same_as}."
    elif row.redundant:
        yield f"On {row.tag} it is redundant: all that it gets right, others say too."
    if row.cluster and row.cluster != row.lf:
        yield f"On {row.tag} it belongs to the cluster of {row.cluster}."


def _show_examples(title: str, examples: Sequence[VoteExample], inspection: LFInspection) -> None:
    if not examples:
        return
    out.print()
    out.print(Text(title, style="bold"))
    records = inspection.inputs.records
    for example in examples:
        given = records.given[example.record]
        listed = "nobody tagged it" if given is None else f"given: {', '.join(given) or 'no tags'}"
        verb = "present" if example.vote == PRESENT else "absent"
        head = Text.assemble(
            (f"record {records.ids[example.record]}", "bold"), f"  {example.tag} {verb}  ", (listed, "dim")
        )
        _print(head)
        for line in (*_quote(example, inspection), *_reasons(example)):
            _print(line, 4)


def _reasons(example: VoteExample) -> Iterator[Text]:
    """Yield what a vote rests on that stands in no text."""
    for column, value in example.columns.items():
        yield Text.assemble((f"{column}  ", "dim"), "no value" if value is None else str(value)[:LONGEST])
    for tag, lfs in example.voted.items():
        yield Text.assemble(("voted  ", "dim"), f"{tag}, by {list_some(lfs)}")


def _quote(example: VoteExample, inspection: LFInspection) -> Iterator[Text]:
    """Yield the fields in which something was found, and where nothing was, the first one."""
    texts = inspection.inputs.records.texts
    style = "black on yellow" if example.vote == PRESENT else "black on red"
    fields = list(dict.fromkeys(span.field for span in example.spans)) or list(texts)[:1]
    for field in fields:
        spans = [span for span in example.spans if span.field == field]
        yield Text.assemble((f"{field}  ", "dim"), quote(texts[field][example.record], spans, style))


def quote(text: str, spans: Sequence[Span], style: str) -> Text:
    """Return a text with its spans highlighted, cut to what is around the first of them, on one line."""
    first = min((span.start for span in spans), default=0)
    begin = max(0, first - AROUND)
    end = min(len(text), max(first + AROUND, begin + LONGEST))
    shown = Text("…" if begin else "")
    before = len(shown)
    shown.append(text[begin:end].translate({ord(c): " " for c in "\n\r\t"}))
    for span in spans:
        if span.start < end:
            shown.stylize(style, before + max(span.start - begin, 0), before + min(span.end, end) - begin)
    return shown.append("…" if end < len(text) else "")


def _show_pairs(inspection: LFInspection) -> None:
    own = inspection.lf.id
    conflicting = [pair for pair in inspection.pairs if pair.conflicts]
    alike = [pair for pair in inspection.pairs if not pair.conflicts]
    for title, pairs in (("Conflicts with", conflicting), ("Correlates with", alike)):
        if not pairs:
            continue
        out.print()
        out.print(Text(title, style="bold"))
        for pair in pairs[:MAX_MEETINGS]:
            _print(Text(_describe(pair, own)))
        if len(pairs) > MAX_MEETINGS:
            _print(Text(f"… and {len(pairs) - MAX_MEETINGS:,} more: see lf_pairs.csv.", style="dim"))


def _describe(pair: LFPair, own: str) -> str:
    is_first = pair.lf == own
    other, family = (pair.other, pair.other_family) if is_first else (pair.lf, pair.family)
    tag = pair.other_tag if is_first else pair.tag
    if pair.conflicts:
        return f"{other} ({family}), {tag}: on {pair.conflicts:,} of {pair.both:,}"
    return f"{other} ({family}), {tag}: by {pair.correlation:.2f}; both vote on {pair.both:,}"
