"""`weaklabel lf watch`: what each edit of a labeling function does, while it is being written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from weaklabel.errors import WeaklabelError
from weaklabel.evaluate import summarise_lfs
from weaklabel.inputs import load_inputs, load_lfs, record_columns
from weaklabel.lf_changes import LFDiff, Version, compare_versions
from weaklabel.pipeline import vote
from weaklabel.tags import resolve_given
from weaklabel.terms import Failure, LFSummaryRow, Settings, canonical_names, unreported

DEBOUNCE_MS, STEP_MS = 100, 20
"""Editors write a file in several steps: changes that follow each other this fast are one."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an edit does.

    Attributes
    ----------
    diff
        The labeling functions that are others, and the records that gain or lose tags.
    rows
        Hits, coverage and conflicts of those added or changed.
    failures
        Their failures.
    """

    diff: LFDiff
    rows: tuple[LFSummaryRow, ...]
    failures: tuple[Failure, ...]


class Session:
    """A project whose labeling functions are being edited; records, tags and the votes of the others are kept.

    Parameters
    ----------
    settings
        Of a project with a folder of labeling functions.

    Raises
    ------
    WeaklabelError
        Where an input is wrong.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.inputs = load_inputs(settings)
        self._version = Version.of_votes(self.inputs.lfs, vote(settings, self.inputs, unreported))
        given = resolve_given(self.inputs.records, self.inputs.vocabulary)
        self._given = [None if tags is None else canonical_names(tags) for tags in given]

    def update(self) -> Effect:
        """Read the labeling functions again, let them vote, and return what is otherwise than before.

        Raises
        ------
        LabelingFunctionError
            Where one is wrong; the version before stays the one that is compared with.
        """
        before, old = self.inputs, self._version
        columns = record_columns(before.records)
        lfs = load_lfs(self.settings, before.vocabulary, before.records.fields, columns)
        self.inputs = replace(before, lfs=lfs)
        votes = vote(self.settings, self.inputs, unreported)
        self._version = Version.of_votes(lfs, votes)
        diff = compare_versions(before, old, self._version)
        touched = {*diff.added, *diff.changed}
        summary = summarise_lfs(votes, lfs, before.vocabulary, self._given)
        rows = tuple(row for row in summary if row.lf in touched)
        failures = tuple(failure for failure in votes.failures if failure.lf_id in touched)
        return Effect(diff, rows, failures)


def watch_folder(session: Session, folder: Path) -> Iterator[Effect | WeaklabelError]:
    """Yield, after each change of a file in a folder, what it does, or what is wrong with it; ends with Ctrl-C."""
    from watchfiles import watch

    for _ in watch(folder, debounce=DEBOUNCE_MS, step=STEP_MS, raise_interrupt=False):
        try:
            yield session.update()
        except WeaklabelError as error:
            yield error
