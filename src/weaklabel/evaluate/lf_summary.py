"""The labeling-function summary: one row for each labeling function and tag.

Coverage, overlap and conflict are those of Snorkel's LFAnalysis on the tag's binary matrix (1 present, 0 absent,
-1 abstain), or where each record has exactly one class, on the matrix of classes; agreement is its empirical accuracy,
with the author's tags in the place of gold ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from weaklabel.terms import ABSENT, PRESENT, LabelingFunction, LFSummaryRow, Vocabulary, Votes

Flags = npt.NDArray[np.bool_]


def summarise_lfs(
    votes: Votes,
    lfs: Sequence[LabelingFunction],
    vocabulary: Vocabulary,
    given: Sequence[set[str] | None],
    classes: npt.NDArray[np.int16] | None = None,
) -> list[LFSummaryRow]:
    """Summarise every labeling function, tag by tag, sorted by id and tag.

    Parameters
    ----------
    votes, lfs, vocabulary
        What voted; `lfs` in the order of `votes.lf_ids`.
    given
        The canonical given tags of each record; None where it is unlabelled.
    classes
        Where each record has exactly one class, int16 of shape (records, labeling functions that vote): the class that
        each votes for, or -1. Labeling functions then meet across classes; votes that it does not hold meet none.
    """
    failures = {failure.lf_id: failure.count for failure in votes.failures}
    labelled = np.array([tags is not None for tags in given], dtype=np.bool_)
    meetings = None if classes is None else _ClassMeetings.of(classes, votes, len(vocabulary))
    counts: dict[tuple[int, str], _Counts] = {}
    for tag in votes.tags().tolist():
        name = vocabulary.names[tag]
        matrix, records, columns = votes.matrix_of_tag(tag)
        right = np.array([name in (given[record] or ()) for record in records.tolist()], dtype=np.bool_)
        overlaps, conflicts = meetings.among(records, columns) if meetings else _meet_on_tag(matrix)
        for column, lf in enumerate(columns.tolist()):
            met = overlaps[:, column], conflicts[:, column]
            counts[lf, name] = _count(matrix[:, column], met, right, labelled[records])
    rows: list[LFSummaryRow] = []
    for index, lf_ in enumerate(lfs):
        voted = [name for i, name in counts if i == index] if not lf_.tags else ()
        for name in sorted({*lf_.tags, *voted}) or [""]:
            count = counts.get((index, name), _Counts())
            rows.append(_row(lf_, name, count, votes.n_records, failures.get(lf_.id, 0)))
    return rows


@dataclass(frozen=True, slots=True)
class _Counts:
    present: int = 0
    absent: int = 0
    overlap: int = 0
    conflict: int = 0
    agreeing: int = 0
    n: int = 0


def _meet_on_tag(matrix: npt.NDArray[np.int8]) -> tuple[Flags, Flags]:
    """Return where another labeling function votes on the tag too, and where one votes otherwise."""
    present, absent = ((matrix == vote).sum(axis=1)[:, None] for vote in (PRESENT, ABSENT))
    opposed = np.where(matrix == PRESENT, absent, present)
    return np.broadcast_to(present + absent > 1, matrix.shape), opposed > 0


@dataclass(frozen=True, slots=True, eq=False)
class _ClassMeetings:
    """How many labeling functions vote for each class of a record.

    Attributes
    ----------
    classes
        int16 of shape (records, labeling functions that vote): the class, or -1.
    lfs
        int32 of shape (labeling functions that vote,): their positions, ascending.
    votes
        int64 of shape (records, classes).
    """

    classes: npt.NDArray[np.int16]
    lfs: npt.NDArray[np.int32]
    votes: npt.NDArray[np.int64]

    @classmethod
    def of(cls, classes: npt.NDArray[np.int16], votes: Votes, n_classes: int) -> _ClassMeetings:
        counts = np.stack([(classes == index).sum(axis=1) for index in range(n_classes)], axis=1)
        return cls(classes, np.unique(votes.lf), counts)

    def among(self, records: npt.NDArray[np.int32], lfs: npt.NDArray[np.int32]) -> tuple[Flags, Flags]:
        """Return where another labeling function votes for a class too, and where one votes for another class."""
        own = self.classes[np.ix_(records, np.searchsorted(self.lfs, lfs))]
        in_all = self.votes[records].sum(axis=1)[:, None]
        alike = self.votes[records[:, None], own]
        return (own >= 0) & (in_all > 1), (own >= 0) & (in_all > alike)


def _count(own: npt.NDArray[np.int8], met: tuple[Flags, Flags], right: Flags, labelled: Flags) -> _Counts:
    """Count one labeling function's votes on a tag; `met` says where another votes too, and where otherwise."""
    fires = own != 0
    confirmed = (own == PRESENT) == right
    return _Counts(
        present=int((own > 0).sum()),
        absent=int((own < 0).sum()),
        overlap=int((fires & met[0]).sum()),
        conflict=int((fires & met[1]).sum()),
        agreeing=int((fires & labelled & confirmed).sum()),
        n=int((fires & labelled).sum()),
    )


def _row(lf: LabelingFunction, tag: str, count: _Counts, n_records: int, failures: int) -> LFSummaryRow:
    low, high = wilson_interval(count.agreeing, count.n)
    polarity = "both" if count.present and count.absent else "present" if count.present else "absent"
    total = max(n_records, 1)
    return LFSummaryRow(
        lf=lf.id,
        tag=tag,
        origin=lf.origin,
        family=lf.family,
        polarity=polarity if count.present or count.absent else "",
        coverage=(count.present + count.absent) / total,
        overlap=count.overlap / total,
        conflict=count.conflict / total,
        agreement=count.agreeing / count.n if count.n else float("nan"),
        agreement_low=low,
        agreement_high=high,
        n=count.n,
        failures=failures,
    )


def wilson_interval(successes: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the Wilson score interval of a proportion; nan, nan for n = 0.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    """
    if n == 0:
        return float("nan"), float("nan")
    z = float(ndtri(0.5 + confidence / 2))
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))
