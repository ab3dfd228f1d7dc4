"""What an author likely got wrong: the audit's score, which is the probability that a verdict corrects something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from weaklabel.sampling.interface import Evidence, Scored
from weaklabel.sampling.words import as_share


def expected_correction(evidence: Evidence) -> Scored:
    """Score by how probable it is that looking at a cell corrects it; what nobody labelled cannot be corrected."""
    return Scored(evidence.suspicion)


def say_correction(evidence: Evidence, record: int, tags: Sequence[int]) -> str:
    """Say what is likely wrong, how sure that is, and why the first is."""
    suspected = [tag for tag in tags if evidence.suspicion[record, tag] > 0]
    return "; ".join(_say_cells(evidence, record, suspected)) or "nothing is suspected"


def _say_cells(evidence: Evidence, record: int, tags: Sequence[int]) -> Iterator[str]:
    """Yield the audit's reason for the first tag, and for others how likely they are wrong."""
    for place, tag in enumerate(tags):
        why = evidence.why.get((record, tag), "")
        error = "unsupported" if evidence.given[record, tag] else "missing"
        is_told = place == 0 and why
        yield (
            why.removesuffix(".")
            if is_told
            else f"{evidence.tags[tag]} {error}, {as_share(float(evidence.suspicion[record, tag]))}"
        )
