"""Given tags as they are amended."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from weaklabel.corrections.amended import Change
from weaklabel.terms import ResolvedTags, Vocabulary
from weaklabel.terms.decisions import SettledCell, TagEdit
from weaklabel.terms.records import RecordId
from weaklabel.terms.settings import Task

Cells = Mapping[str, SettledCell]


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """The given tags of all records, what their spellings stand for, and what a tag is.

    Attributes
    ----------
    ids, tags
        One entry a record.
    graph
        Edges go child → parent.
    """

    ids: Sequence[RecordId]
    tags: Sequence[ResolvedTags]
    vocabulary: Vocabulary
    graph: nx.DiGraph[str]
    task: Task = "multilabel"

    def names(self, record: int) -> dict[str, list[str]]:
        """Return the given tags of a record, each with its spellings; a spelling that stands for no tag is its own."""
        found: dict[str, list[str]] = {}
        for given in self.tags[record] or ():
            found.setdefault(given.match.tag if given.match else given.spelling, []).append(given.spelling)
        return found

    def above(self, tag: str) -> set[str]:
        """Return every tag above a tag."""
        return set(nx.descendants(self.graph, tag)) if tag in self.graph else set()

    def change(
        self,
        record: int,
        *,
        removed: Cells,
        added: Iterable[str],
        causes: Cells,
        mends_spellings: bool = False,
    ) -> tuple[tuple[Change, ...], TagEdit | None]:
        """Return the changes of a record's given tags, and how they are done; no edit where there are none.

        Parameters
        ----------
        removed
            The given tags to remove, with the cells by which they are wrong.
        added
            The tags to add, in their order.
        causes
            The cells by which tags are right.
        mends_spellings
            Whether a right tag that is written otherwise is written by its name.
        """
        names, record_id = self.names(record), self.ids[record]
        wrong = {spelling: tag for tag in removed for spelling in names[tag]}
        right = {tag: names[tag] for tag in causes if tag in names and tag in self.vocabulary and tag not in removed}
        respelt = {s[0]: tag for tag, s in right.items() if mends_spellings and tag not in s}
        new = tuple(added)
        changes = (
            *(Change(record_id, tag, "removed", spelling, removed[tag]) for spelling, tag in wrong.items()),
            *(Change(record_id, tag, "added", "", causes[tag]) for tag in new),
            *(Change(record_id, tag, "respelt", spelling, causes[tag]) for spelling, tag in respelt.items()),
        )
        if not changes:
            return (), None
        loses_class = self.task == "multiclass" and not new and len(wrong) == len(self.tags[record] or ())
        return changes, TagEdit(frozenset(wrong), new, respelt, becomes_null=loses_class)


def count_as_given(cells: Cells, names: Collection[str]) -> int:
    """Return how many settled cells say what was given: yes of a given tag, no of another."""
    return sum((cell.verdict == "yes") == (tag in names) for tag, cell in cells.items())
