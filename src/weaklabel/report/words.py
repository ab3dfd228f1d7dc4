"""The report's words: the title of each section and what it means, remarks, and each picture in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from weaklabel.errors import quantity
from weaklabel.report.data import LFRow, Report, Support
from weaklabel.terms.settings import Task

TITLES = {
    "missing": "Likely missing tags",
    "unsupported": "Given tags that the text does not support",
    "missing_parent": "Missing parents",
    "misspelt": "Misspelt tags",
    "alias": "Aliases in place of tags",
    "unknown": "Tags outside the vocabulary",
}
CLASS_TITLES = {
    "unsupported": "Likely wrong classes",
    "misspelt": "Misspelt classes",
    "alias": "Aliases in place of classes",
    "unknown": "Classes outside the vocabulary",
}
LEADS = {
    "missing": "These tags are likely right, by the text, by similar records or by the other tags, and the author did "
    "not give them. The most certain are first; the score is how likely the finding is right, by the run itself.",
    "unsupported": "Neither the text nor similar records support these given tags. A short text need not mention every "
    "tag that is right, so read this as “not supported”, not as “wrong”. The score is the run’s own.",
    "missing_parent": "A more specific tag is given, and the tag above it is not.",
    "misspelt": "Spellings that stand for a tag in another form, or with a typing error.",
    "alias": "Aliases that authors wrote where the vocabulary has a tag.",
    "unknown": "Spellings that stand for no tag: a new tag, an alias to add, or something to remove.",
}
CLASS_LEADS = {
    "unsupported": "Another class than the given one is likely right, by the text, by similar records or by labeling "
    "functions. The given class is shown before the one that is suggested. The most certain are first; the score is "
    "how likely the finding is right, by the run itself. In findings.csv their kind is unsupported.",
    "misspelt": "Spellings that stand for a class in another form, or with a typing error.",
    "alias": "Aliases that authors wrote where the vocabulary has a class.",
    "unknown": "Spellings that stand for no class: a new class, an alias to add, or something to remove.",
}


class Nouns(NamedTuple):
    """What the task calls a tag, and several."""

    one: str
    many: str


NOUNS: dict[Task, Nouns] = {"multilabel": Nouns("tag", "tags"), "multiclass": Nouns("class", "classes")}


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the report: its id, its title, what it means, and how much there is in it (None for no number)."""

    id: str
    title: str
    lead: str = ""
    count: int | None = None


def list_sections(report: Report) -> tuple[Section, ...]:
    """Return the sections in their order; those that can have nothing to say are left out.

    What changed comes first, but in a first run last. Spellings that none was found of are shown as none of tags, and
    not at all of classes.
    """
    is_of_classes = report.task == "multiclass"
    changes = Section("changes", "What changed")
    has_changes = bool(report.changes.since or report.changes.problem)
    sections = [changes] if has_changes else []
    if report.corrections.sources:
        sections.append(Section("corrections", "What people decided", count=report.corrections.cells))
    sections += [Section("health", "Data health", count=_count_oddities(report)), *_list_findings(report)]
    sections += [
        Section("support", f"{NOUNS[report.task].many.capitalize()} and imbalance", count=report.support.tag_total),
        Section("lfs", "Labeling functions", count=report.lfs.total),
        Section("meetings", "Overlap and conflict", count=report.lfs.conflict_total),
        Section("models", "Models"),
    ]
    if report.calibration:
        sections.append(Section("gold", "Against gold"))
    together = report.cooccurrence
    if not is_of_classes and (together.pairs or any(row.depth for row in together.tree)):
        sections.append(Section("cooccurrence", "Tags that stand together"))
    sections.append(Section("queue", "Where the run is least sure", count=report.queue.total))
    if report.slices.rows:
        sections.append(Section("slices", "Slices", count=len(report.slices.rows)))
    return (*sections, *([] if has_changes else [changes]))


def _count_oddities(report: Report) -> int:
    return report.health.warning_total + report.health.failure_total + report.support.trouble_total


def _list_findings(report: Report) -> Iterator[Section]:
    """Yield a section for each kind of findings."""
    is_of_classes = report.task == "multiclass"
    titles, leads = (TITLES | CLASS_TITLES, LEADS | CLASS_LEADS) if is_of_classes else (TITLES, LEADS)
    for cells in report.cells:
        yield Section(cells.kind, titles[cells.kind], leads[cells.kind], cells.likely)
    for spellings in report.spellings:
        if spellings.total or not is_of_classes:
            yield Section(spellings.kind, titles[spellings.kind], leads[spellings.kind], spellings.spellings)


def remark_on(row: LFRow) -> Iterator[tuple[str, str]]:
    """Yield what there is to say of a labeling function beside another: some words, and which other (or none)."""
    if row.same_as:
        yield "same votes as", row.same_as
    elif row.redundant:
        yield "redundant", ""
    if row.cluster not in {"", row.lf, row.same_as}:
        yield "in the cluster of", row.cluster


def describe_support(support: Support, noun: str) -> str:
    """Say in a sentence how often tags are given."""
    most = f"The most frequent {noun} was given to {quantity(support.most, 'record')}"
    middle = f", the middle one to {support.median:g}" if support.tag_total > 2 else ""
    if not (support.rare or support.unused):
        return f"{most}{middle}. None has fewer than ten."
    few = f"{support.rare:,} of {support.tag_total:,} have fewer than ten records, which is too few to learn from"
    return f"{most}{middle}. {few} or to measure, and {support.unused:,} have none."


def describe_figures(report: Report) -> dict[str, tuple[str, str]]:
    """Return of each picture that there is something to show in its title and what it shows, in words."""
    noun, grid = NOUNS[report.task].one, report.lfs.grid
    words = {"imbalance": (f"Records given each {noun}", describe_support(report.support, noun))}
    if report.calibration:
        words["calibration"] = (
            "Probability and share confirmed by gold",
            "The numbers are in the table below. On the diagonal, probabilities mean what they say.",
        )
    if report.cooccurrence.pairs:
        words["cooccurrence"] = (
            f"The {len(report.cooccurrence.tags)} most frequent given tags, two by two",
            "The stronger the colour, the more of the records with the row's tag were given the column's too. "
            "The pairs that most often stand together are in the table below.",
        )
    scores = report.slices
    if any(row.f1 is not None for row in scores.rows):
        words["slices"] = (
            f"{scores.metric[:1].upper()}{scores.metric[1:]} on each slice, "
            f"against {scores.reference} {NOUNS[report.task].many}",
            f"The line is {scores.metric} on all records, bars are 95 % intervals. The numbers are in the table below.",
        )
    if grid.lfs:
        words["lf_overlap"] = (
            "Labeling functions that meet most, two by two",
            "The stronger its colour, the more votes two share; the figure in a cell is on how many they conflict. "
            "The pairs are in the tables below.",
        )
    return words
