"""What the terminal shows of a run: counts, findings, labels, and what changed since the one before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from weaklabel.cli.show import describe_models, err, out, show_problems
from weaklabel.errors import Problem, list_some, quantity
from weaklabel.terms import Reuse
from weaklabel.terms.finding import LIKELY

if TYPE_CHECKING:
    from weaklabel.report import Changes
    from weaklabel.run import Run
    from weaklabel.terms import Failure

SHOWN_TAGS = 10


def show_run(run: Run, folder: Path, changes: Changes) -> None:
    """Show the summary of a run that was written to a folder, and what is otherwise than in the run before it."""
    from weaklabel.facts import say_models

    if problems := [*run.warnings, *map(_as_problem, run.failures)]:
        show_problems(problems)
        err.print()
    out.print(_count_inputs(run))
    out.print(Text(describe_models(say_models(run.settings, run.explainer.resolution))))
    if run.advice:
        out.print(Text(run.advice))
    if reused := _describe_reuse(Reuse(**run.manifest["times"]["reused"])):
        out.print(reused)
    if changed := describe_changes(changes):
        out.print(Text(changed))
    if run.decided is not None:
        out.print(Text(_describe_decided(run)))
    out.print()
    is_unlabelled = all(tags is None for tags in run.explainer.inputs.records.given)
    if is_unlabelled:
        out.print(_label_table(run))
    else:
        out.print(_finding_table(run))
        _show_best(run)
    out.print()
    for line in (_describe_labels(run, folder), f"Report: {folder / 'report.html'}"):
        out.print(Text(line), soft_wrap=True)


def _count_inputs(run: Run) -> str:
    votes, inputs = run.manifest["votes"], run.manifest["inputs"]
    records, covered = inputs["records"]["records"], votes["records_with_votes"]
    parts = [
        quantity(records, "record"),
        quantity(inputs["tags"]["tags"], run.settings.noun),
        quantity(votes["labeling_functions"], "labeling function"),
        f"{quantity(votes['votes'], 'vote')} on {quantity(covered, 'record')} ({covered / records:.0%})",
    ]
    return f"{', '.join(parts)}."


def describe_changes(changes: Changes) -> str:
    """Say in a line what is otherwise than in the last run; empty where there was none."""
    if changes.problem:
        return f"The last run cannot be compared with this one: {changes.problem}"
    if not changes.since:
        return ""
    return f"Since the last run: {'; '.join(_list_changes(changes)) or 'nothing changed'}."


def _list_changes(changes: Changes) -> Iterator[str]:
    if changes.inputs:
        yield list_some(changes.inputs)
    counted = (("+{}", changes.added_total), ("-{}", changes.removed_total), ("{} changed", changes.changed_total))
    if lfs := [form.format(f"{total:,}") for form, total in counted if total]:
        yield f"labeling functions {', '.join(lfs)}"
    if changes.new_total or changes.gone_total:
        yield f"findings +{changes.new_total:,}, -{changes.gone_total:,}"
    if changes.likely or changes.unlikely:
        yield f"{quantity(changes.likely, 'label')} became likely, {changes.unlikely:,} no longer"


def _describe_decided(run: Run) -> str:
    """Say how the run does on what people decided, and which labeling function they blame most."""
    said = run.report.corrections
    right = f"{said.after.cells - said.after.wrong:,} right"
    noun = run.settings.noun
    counted = (
        (said.open, "open"),
        (said.contradictions, "contradicting each other"),
        (said.lost, f"of no known record or {noun}"),
    )
    apart = ", ".join(f"{count:,} {what}" for count, what in counted if count)
    beside = f" ({apart}, which do not count)" if apart else ""
    decided = f"People decided on {quantity(said.cells, noun)}{beside}; the labels get {right}."
    if not said.led_astray:
        return decided
    worst = said.lfs[0]
    led = quantity(said.led_astray, "wrong cell")
    return f"{decided} Contradicted votes led the label model to {led}, most those of {worst.lf} ({worst.blame:g})."


def _show_best(run: Run) -> None:
    """Show the most certain findings of the kind that matters most."""
    kind, title = ("missing", "missing tags") if run.settings.task == "multilabel" else ("unsupported", "wrong classes")
    best = run.findings[(run.findings["kind"] == kind) & (run.findings["score"] > LIKELY)].head(5)
    if len(best):
        out.print()
        out.print(f"[bold]Most certain {title}[/]")
        for row in best.itertuples():
            out.print(Padding(Text(f"record {row.record_id}: {row.tag}. {row.reason}"), (0, 0, 0, 2)))


def _describe_labels(run: Run, folder: Path) -> str:
    """Say where the likely labels are, and how many of them records got that nobody had labelled."""
    records, file = run.explainer.inputs.records, folder / "labels.csv"
    unlabelled = {record_id for record_id, given in zip(records.ids, records.given, strict=True) if given is None}
    if not unlabelled:
        return f"Labels: {file}"
    got = int(run.likely_labels["record_id"].isin(unlabelled).sum())
    return f"{quantity(len(unlabelled), 'unlabelled record')} got {quantity(got, 'likely label')}: {file}"


def _label_table(run: Run) -> Table:
    """Return how many records each tag is likely for, of the tags that most have."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Likely labels")
    table.add_column("Records", justify="right")
    counts = run.likely_labels["tag"].value_counts()
    for tag, count in counts.head(SHOWN_TAGS).items():
        table.add_row(Text(str(tag)), f"{count:,}")
    if len(counts) > SHOWN_TAGS:
        table.add_row(Text(f"… and {len(counts) - SHOWN_TAGS:,} more", style="dim"), "")
    if not len(counts):
        table.add_row(Text("none", style="dim"), "")
    return table


def _describe_reuse(reuse: Reuse) -> str:
    """Say how many votes came from the cache, or why none are kept; nothing where none did."""
    if reuse.problem:
        return f"The cache cannot be written, so no votes are kept. {reuse.problem}."
    if not reuse.whole and not reuse.partly:
        return ""
    whole = f"all votes of {reuse.whole:,} of {quantity(reuse.kept, 'labeling function')}"
    partly = f"; {reuse.partly:,} ran on {quantity(reuse.records, 'record')}" if reuse.partly else ""
    return f"From the cache: {whole}{partly} (phrases are matched anew)."


def _as_problem(failure: Failure) -> Problem:
    what = f"{failure.lf_id!r} failed on {quantity(failure.count, 'record')}: {failure.error}"
    fix = "Its traceback is in the report." if failure.traceback else ""
    if failure.error.startswith("it ran longer"):
        fix = "Give it more time with --lf-timeout, or less to do."
    return Problem(what, failure.place, fix)


def _finding_table(run: Run) -> Table:
    from weaklabel.report.render import percent

    quality = {row.kind: row for row in run.quality}
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Findings")
    table.add_column("Likely", justify="right")
    if quality:
        table.add_column("Precision", justify="right")
        table.add_column("Recall", justify="right")
        table.add_column("(against gold)", justify="right")
    likely = run.findings[run.findings["score"] > LIKELY]["kind"].value_counts()
    for kind, found in run.manifest["findings"].items():
        known = quality[kind].known if quality else 0
        if run.settings.task == "multiclass" and kind != "unsupported" and not (found or known):
            continue  # classes are few, and mostly picked from a list
        cells = [kind.replace("_", " "), f"{int(likely.get(kind, 0)):,}"]
        if quality:
            row = quality[kind]
            cells += [percent(row.precision), percent(row.recall), f"{row.recalled}/{row.known} known"]
        table.add_row(*cells)
    return table
