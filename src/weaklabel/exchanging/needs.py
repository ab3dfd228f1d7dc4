"""What some formats need besides labels: labeling functions, evidence in the text, votes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from weaklabel.errors import Place, Problem, UsageError, quantity
from weaklabel.exchange import Format, Outgoing, OutgoingRecord, TagSpan, binary_classes
from weaklabel.inputs import Inputs
from weaklabel.terms import Failure, LabelingFunction, Settings, Vocabulary
from weaklabel.vote import apply_lfs, find_spans


def add_needs(
    package: Outgoing, form: Format, settings: Settings, inputs: Inputs, tag: str | None
) -> tuple[Outgoing, tuple[Problem, ...]]:
    """Return a package with what a format needs besides labels: labeling functions, evidence, votes; and what failed.

    Parameters
    ----------
    tag
        The tag that votes are on, where the project has any number of tags a record.

    Raises
    ------
    UsageError
        Where votes are needed, and `tag` is missing or unknown.
    """
    warnings: tuple[Problem, ...] = ()
    if "lfs" in form.needs:
        package = replace(package, lfs=inputs.lfs)
    if "spans" in form.needs:
        package = _with_spans(package, inputs)
    if "votes" in form.needs:
        package, warnings = _with_votes(package, settings, inputs, tag)
    return package, warnings


def _with_spans(package: Outgoing, inputs: Inputs) -> Outgoing:
    by_tag: dict[str, list[LabelingFunction]] = defaultdict(list)
    for lf in inputs.lfs:
        if lf.polarity >= 0:
            for tag in lf.tags:
                by_tag[tag].append(lf)
    position = {record_id: i for i, record_id in enumerate(inputs.records.ids)}
    fields = {field.name for field in package.fields if field.kind == "text"}

    def spans_of(record: OutgoingRecord) -> Iterator[TagSpan]:
        for tag in package.decided_tags(record):
            for lf in by_tag[tag]:
                for span in find_spans(lf, inputs.records, position[record.id]):
                    if span.field in fields:
                        yield TagSpan(span.field, span.start, span.end, tag)

    return replace(package, records=tuple(replace(r, spans=tuple(sorted({*spans_of(r)}))) for r in package.records))


def _with_votes(
    package: Outgoing, settings: Settings, inputs: Inputs, tag: str | None
) -> tuple[Outgoing, tuple[Problem, ...]]:
    """Let the labeling functions vote again, on classes or on one tag; those that fail on every record stay at home."""
    vocabulary = inputs.vocabulary
    is_binary = settings.task == "multilabel"
    if is_binary:
        voted = _check_tag(tag, vocabulary)
        lfs = [lf for lf in inputs.lfs if not lf.tags or voted in lf.tags]
        classes: tuple[str, ...] = binary_classes(voted)
    else:
        lfs, classes = list(inputs.lfs), vocabulary.names
    votes = apply_lfs(
        lfs,
        inputs.records,
        vocabulary,
        nested_matches=settings.nested_matches,
        timeout_s=settings.lf_timeout_s,
    )
    matrix = np.full((votes.n_records, len(votes.lf_ids)), -1, dtype=np.int64)
    if is_binary:
        kept = votes.where(votes.tag == vocabulary.index[voted])
        matrix[kept.record, kept.lf] = kept.vote > 0
    else:
        kept = votes.where(votes.vote > 0)  # a vote against a class is none for another
        matrix[kept.record, kept.lf] = kept.tag
    failed = {failure.lf_id: failure for failure in votes.failures}
    able = [i for i, lf in enumerate(lfs) if lf.id not in failed or failed[lf.id].count < votes.n_records]
    position = {record_id: i for i, record_id in enumerate(inputs.records.ids)}
    records = tuple(replace(r, votes=tuple(matrix[position[r.id], able].tolist())) for r in package.records)
    warnings = tuple(_tell(failure, votes.n_records) for failure in votes.failures)
    return replace(package, records=records, lfs=tuple(lfs[i] for i in able), classes=classes), warnings


def _tell(failure: Failure, n_records: int) -> Problem:
    count = "every record" if failure.count == n_records else quantity(failure.count, "record")
    became = "is left out" if failure.count == n_records else "abstains there"
    what = f"{failure.lf_id!r} fails on {count}, and {became}: {failure.error}."
    return Problem(what, failure.place, f"Try it: weaklabel lf test {failure.lf_id}", "warning")


def _check_tag(tag: str | None, vocabulary: Vocabulary) -> str:
    if tag is None:
        what = "this format has one class a record, and this project any number of tags."
        raise UsageError(Problem(what, Place("--tag"), "Name the tag that goes out with --tag TAG."))
    if tag not in vocabulary:
        raise UsageError(Problem(f"{tag!r} is no tag.", Place("--tag"), vocabulary.explain_unknown(tag)))
    return tag
