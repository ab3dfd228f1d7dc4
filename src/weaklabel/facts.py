"""What a run says of itself: warnings, the figures at the head of the report, and those in its manifest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from weaklabel.embeddings import describe_model
from weaklabel.errors import Place, Problem, list_some
from weaklabel.inputs import Inputs
from weaklabel.label_models.methods import describe_method
from weaklabel.resolution import Resolution
from weaklabel.tables import SOURCES
from weaklabel.terms import CellProbabilities, Finding, FindingQuality, ResolvedTags, Settings, Votes, kinds_of


def find_divergences(cells: CellProbabilities, inputs: Inputs) -> Iterator[Problem]:
    """Yield a warning for each tag whose label model could not be fitted."""
    for tag in cells.diverged:
        name = inputs.vocabulary.names[tag]
        what = f"the label model of {name!r} diverges; each of its labeling functions counts as equally accurate."
        fix = "It has many that nearly always vote alike: merge aliases, or use the label model `majority`."
        yield Problem(what, inputs.vocabulary[name].place, fix, "warning")


def find_silence(votes: Votes) -> Iterator[Problem]:
    """Yield a warning where nothing was voted on."""
    if not len(votes):
        what = "no labeling function votes on any record: no text has a tag's name, an alias, or what another LF seeks."
        fix = "Check which fields are read (`fields`), add aliases to the tags file, or write labeling functions."
        yield Problem(what, None, fix, "warning")


def find_empty_lists(inputs: Inputs) -> Iterator[Problem]:
    """Yield a warning where authors gave tags to no record, and yet all or some have a list of them."""
    labelled = [tags for tags in inputs.records.given if tags is not None]
    if labelled and not any(labelled):
        what = (
            f"no author gave any tag: the lists of {len(labelled):,} records are all empty. Labels rest on votes alone."
        )
        fix = "Where nobody tagged a record, write null or leave the field out: an empty list says that no tag applies."
        yield Problem(what, None, fix, "warning")


def find_strangers(inputs: Inputs, given: Sequence[ResolvedTags]) -> Iterator[Problem]:
    """Yield a warning where no given tag is in the vocabulary."""
    tags = [tag for tags in given for tag in tags or ()]
    if tags and not any(tag.match for tag in tags):
        spellings = list_some(sorted({repr(tag.spelling) for tag in tags}))
        what = f"no given tag is in the vocabulary: {spellings}."
        fix = "Do these records and this tags file belong together?"
        place = Place(inputs.files["tags"]["path"]) if "tags" in inputs.files else None
        yield Problem(what, place, fix, "warning")


def name_models(settings: Settings, resolution: Resolution) -> dict[str, str]:
    """Return the names of the models by their kind; embeddings only where the settings name some."""
    named = {"label_model": settings.label_model, "end_model": resolution.end_model}
    if settings.embeddings is not None:
        is_read = resolution.prediction is not None
        named["embeddings"] = settings.embeddings if is_read else "not used (only an end model reads them)"
    return named


def say_models(settings: Settings, resolution: Resolution, *, in_full: bool = False) -> dict[str, str]:
    """Return the same in words, with what was decided about the models: in short, or `in_full`."""
    named = name_models(settings, resolution)
    said = {name.replace("_", " ").capitalize(): value for name, value in named.items()}
    return said | {note.name: note.told if in_full else note.says for note in resolution.notes}


def _describe_models(settings: Settings, resolution: Resolution) -> dict[str, str]:
    """Return which code the models that were used are, with versions; for embeddings also a hash of their files."""
    described = {"label_model": describe_method(settings.label_model)}
    if resolution.prediction is not None:
        module = f"weaklabel.end_models.{resolution.prediction.model}"
        described["end_model"] = f"weaklabel {version('weaklabel')} ({module})"
        if settings.embeddings is not None:
            described["embeddings"] = describe_model(settings.embeddings)
    return described


def list_facts(settings: Settings, inputs: Inputs, votes: Votes, resolution: Resolution) -> dict[str, str]:
    """Return the figures at the head of the report."""
    covered = len(np.unique(votes.record))
    unlabelled = sum(tags is None for tags in inputs.records.given)
    return {
        "Records": f"{len(inputs.records):,}",
        "Unlabelled records": f"{unlabelled:,}",
        "Classes" if settings.task == "multiclass" else "Tags": f"{len(inputs.vocabulary):,}",
        "Labeling functions": f"{len(inputs.lfs):,}",
        "Votes": f"{len(votes):,}",
        "Records with votes": f"{covered:,} ({covered / len(inputs.records):.0%})",
        **say_models(settings, resolution, in_full=True),
    }


def count_results(
    settings: Settings,
    inputs: Inputs,
    votes: Votes,
    resolution: Resolution,
    labels: pd.DataFrame,
    findings: Sequence[Finding],
    quality: Sequence[FindingQuality],
) -> dict[str, Any]:
    """Return the figures of a run for its manifest."""
    return {
        "votes": {
            "labeling_functions": len(inputs.lfs),
            "votes": len(votes),
            "records_with_votes": len(np.unique(votes.record)),
            "failures": {failure.lf_id: failure.count for failure in votes.failures},
        },
        "models": {**name_models(settings, resolution), **{note.key: note.told for note in resolution.notes}},
        "model_versions": _describe_models(settings, resolution),
        "labels": {source: int((labels["source"] == source).sum()) for source in SOURCES},
        "findings": {kind: sum(finding.kind == kind for finding in findings) for kind in kinds_of(settings.task)},
        "gold": {q.kind: {"precision": q.precision, "recall": q.recall, **asdict(q)} for q in quality},
    }
