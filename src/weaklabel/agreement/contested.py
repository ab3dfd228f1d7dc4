"""Records on which annotators disagree, or of which one is unsure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weaklabel.agreement.annotations import Annotations
from weaklabel.terms.records import RecordId


@dataclass(frozen=True, slots=True)
class ContestedTag:
    """A tag of a record, and how many say yes, say no, and are unsure."""

    tag: str
    yes: int
    no: int
    unsure: int

    @property
    def is_contested(self) -> bool:
        """Whether some say yes and some no."""
        return self.yes > 0 and self.no > 0

    @property
    def weight(self) -> float:
        """How evenly they are split: 1 is half and half, 0 is all of one mind."""
        return 2 * min(self.yes, self.no) / max(self.yes + self.no, 1)


@dataclass(frozen=True, slots=True)
class ContestedRecord:
    """A record, and the tags that are contested or unsure, the most evenly split first."""

    record_id: RecordId
    tags: tuple[ContestedTag, ...]

    @property
    def weight(self) -> float:
        """How contested it is: the sum over its tags."""
        return sum(each.weight for each in self.tags)

    @property
    def contested(self) -> int:
        """How many of its tags are contested."""
        return sum(each.is_contested for each in self.tags)


def find_contested(annotations: Annotations) -> tuple[ContestedRecord, ...]:
    """Return records that are contested, the most first, then those with an unsure verdict; of equals as they come."""
    counts, unsure = annotations.counts, annotations.unsure
    found: dict[int, list[ContestedTag]] = {}
    for cell in np.flatnonzero(counts.all(axis=1) | (unsure > 0)).tolist():
        no, yes = counts[cell].tolist()
        tag = ContestedTag(annotations.tags[annotations.cell_tag[cell]], yes, no, int(unsure[cell]))
        found.setdefault(int(annotations.cell_record[cell]), []).append(tag)
    records = [
        ContestedRecord(annotations.record_ids[i], tuple(sorted(tags, key=lambda each: (-each.weight, each.tag))))
        for i, tags in sorted(found.items())
    ]
    return tuple(sorted(records, key=lambda record: -record.weight))
