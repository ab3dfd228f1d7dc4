"""The report's words: the title of each section and what it means, and each picture in words."""

from __future__ import annotations

from dataclasses import dataclass

from weaklabel.errors import quantity
from weaklabel.report.data import Report

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
    "not give them. The most certain are first.",
    "unsupported": "Neither the text nor similar records support these given tags. A short text need not mention every "
    "tag that is right, so read this as “not supported”, not as “wrong”.",
    "missing_parent": "A more specific tag is given, and the tag above it is not.",
    "misspelt": "Spellings that stand for a tag in another form, or with a typing error.",
    "alias": "Aliases that authors wrote where the vocabulary has a tag.",
    "unknown": "Spellings that stand for no tag: a new tag, an alias to add, or something to remove.",
}
CLASS_LEADS = {
    "unsupported": "Another class than the given one is likely right, by the text, by similar records or by labeling "
    "functions. The most certain are first; the given class is shown before the one that is suggested.",
}


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the report: its id, its title, what it means, and how much there is in it (None for no number)."""

    id: str
    title: str
    lead: str = ""
    count: int | None = None


def list_sections(report: Report) -> tuple[Section, ...]:
    """Return the sections in their order; those with nothing to say are left out."""
    titles, leads, noun = TITLES, LEADS, "tag"
    if report.task == "multiclass":
        titles, leads, noun = TITLES | CLASS_TITLES, LEADS | CLASS_LEADS, "class"
    health = report.health
    sections = [
        Section("changes", "What changed"),
        Section(
            "health", "Data health", count=health.warning_total + health.failure_total + report.support.trouble_total
        ),
        *(Section(part.kind, titles[part.kind], leads[part.kind], part.likely) for part in report.cells),
        *(Section(part.kind, titles[part.kind], leads[part.kind], part.spellings) for part in report.spellings),
        Section(
            "support",
            "Tags and imbalance" if noun == "tag" else "Classes and imbalance",
            count=report.support.tag_total,
        ),
        Section("lfs", "Labeling functions", count=report.lfs.total),
        Section("meetings", "Overlap and conflict", count=report.lfs.conflict_total),
        Section("models", "Models"),
    ]
    if report.calibration:
        sections.append(Section("gold", "Against gold"))
    if report.cooccurrence.pairs or any(row.depth for row in report.cooccurrence.tree):
        sections.append(Section("cooccurrence", "Tags that stand together"))
    return (*sections, Section("queue", "Where the run is least sure", count=report.queue.total))


def describe_figures(report: Report) -> dict[str, tuple[str, str]]:
    """Return of each picture that there is something to show in its title and what it shows, in words."""
    support, grid = report.support, report.lfs.grid
    words = {
        "imbalance": (
            "Records given each tag",
            f"The most frequent tag was given to {quantity(support.most, 'record')}, the middle one to "
            f"{support.median:g}; {support.rare:,} have fewer than ten and {support.unused:,} none.",
        )
    }
    if report.calibration:
        words["calibration"] = (
            "Probability and share confirmed by gold",
            "The numbers are in the table below. On the diagonal, probabilities mean what they say.",
        )
    if report.cooccurrence.pairs:
        words["cooccurrence"] = (
            f"The {len(report.cooccurrence.tags)} most frequent given tags, two by two",
            "The darker a cell, the more of the records with the row's tag were given the column's too. "
            "The pairs that most often stand together are in the table below.",
        )
    if grid.lfs:
        words["lf_overlap"] = (
            "Labeling functions that meet most, two by two",
            "The darker a cell, the more votes the two share; the figure in it is on how many they conflict. "
            "The pairs are in the tables below.",
        )
    return words
