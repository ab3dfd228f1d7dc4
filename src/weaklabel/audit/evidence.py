"""The votes and the stretches of text behind a cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from weaklabel.terms import PRESENT, Evidence, Records, Span, Vocabulary, Votes
from weaklabel.terms.finding import VoteName

FindSpans = Callable[[int, int], Sequence[Span]]


class EvidenceFinder:
    """Looks up the votes on a cell, and lists what else a record's text speaks of.

    Parameters
    ----------
    votes, records, vocabulary
        The run's votes and what they are about.
    find_spans
        Returns the spans of a labeling function (by its position in `votes.lf_ids`) in a record.
    """

    def __init__(self, votes: Votes, records: Records, vocabulary: Vocabulary, find_spans: FindSpans) -> None:
        self._votes, self._records, self._names = votes, records, vocabulary.names
        self._find_spans = find_spans
        present = votes.vote == PRESENT
        order = np.argsort(votes.record[present], kind="stable")
        self._present_record = votes.record[present][order]
        self._present_tag = votes.tag[present][order]

    def of_cell(self, record: int, tag: int) -> tuple[Evidence, ...]:
        """Return every vote on the cell, with each span of it; a vote without spans has one entry."""
        rows = self._votes.rows_of_tag(tag)
        first, last = np.searchsorted(self._votes.record[rows], [record, record + 1]) + rows.start
        found: list[Evidence] = []
        for row in range(int(first), int(last)):
            lf = int(self._votes.lf[row])
            vote: VoteName = "present" if self._votes.vote[row] == PRESENT else "absent"
            spans = self._find_spans(lf, record)
            found.extend(
                Evidence(self._votes.lf_ids[lf], vote, s.field, s.start, s.end, self._text(record, s)) for s in spans
            )
            if not spans:
                found.append(Evidence(self._votes.lf_ids[lf], vote))
        return tuple(found)

    def _text(self, record: int, span: Span) -> str:
        return self._records.texts[span.field][record][span.start : span.end]

    def tags_of_text(self, record: int) -> list[str]:
        """Return the tags that labeling functions call present in a record, sorted."""
        first, last = np.searchsorted(self._present_record, [record, record + 1])
        return [self._names[tag] for tag in np.unique(self._present_tag[first:last]).tolist()]
