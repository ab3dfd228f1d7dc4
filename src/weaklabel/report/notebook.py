"""What notebooks show of a run: small, in the notebook's own colours, every value escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from weaklabel.errors import quantity
from weaklabel.report.clipping import clip
from weaklabel.report.data import Report
from weaklabel.report.render import environment, number, percent
from weaklabel.terms.finding import LIKELY

MAX_ROWS = 10
FINDING_COLUMNS = ("record_id", "tag", "given", "kind", "score", "reason")
LF_COLUMNS = ("lf", "tag", "polarity", "coverage", "overlap", "conflict", "agreement", "n")


class Findings(pd.DataFrame):
    """The findings: a DataFrame that a notebook shows without its long columns; its parts are Findings too."""

    @property
    def _constructor(self) -> type[Findings]:
        return Findings

    def _repr_html_(self) -> str:
        if not set(FINDING_COLUMNS) <= set(self.columns):
            return pd.DataFrame(self).to_html(max_rows=MAX_ROWS, border=0)
        likely = int((self["score"] > LIKELY).sum())
        caption = f"{quantity(len(self), 'finding')}, {likely:,} with score > {LIKELY}"
        return _table(self, FINDING_COLUMNS, caption, {"score": 3})


class LFSummary(pd.DataFrame):
    """The labeling functions' summary: a DataFrame that a notebook shows with shares as percentages."""

    @property
    def _constructor(self) -> type[LFSummary]:
        return LFSummary

    def _repr_html_(self) -> str:
        if not set(LF_COLUMNS) <= set(self.columns):
            return pd.DataFrame(self).to_html(max_rows=MAX_ROWS, border=0)
        caption = f"{quantity(self['lf'].nunique(), 'labeling function')}; agreement is with given tags"
        return _table(self, LF_COLUMNS, caption, {})


def run_html(report: Report, likely: Mapping[str, int]) -> str:
    """Return a run in a few lines: its figures, and its likely findings by kind."""
    rows = [(kind.replace("_", " "), f"{count:,}") for kind, count in likely.items()]
    caption = ". ".join(f"{name}: {value}" for name, value in report.facts.items())
    return _render(caption, [("findings with score > 0.5", False), ("", True)], rows, 0)


def _table(frame: pd.DataFrame, columns: Sequence[str], caption: str, digits: Mapping[str, int]) -> str:
    first = pd.DataFrame(frame)[list(columns)].head(MAX_ROWS)
    is_number = [bool(pd.api.types.is_numeric_dtype(frame[name])) and name != "record_id" for name in columns]
    rows = [
        tuple(_cell(value, digits.get(name)) for name, value in zip(columns, row, strict=True))
        for row in first.itertuples(index=False, name=None)
    ]
    return _render(caption, list(zip(columns, is_number, strict=True)), rows, len(frame) - len(first))


def _cell(value: Any, digits: int | None) -> str:
    if isinstance(value, str):
        return clip(value, 200)
    if pd.isna(value):
        return "–"
    if isinstance(value, float):
        return percent(value) if digits is None else number(value, digits)
    return str(value)


def _render(caption: str, columns: Sequence[tuple[str, bool]], rows: Sequence[tuple[str, ...]], more: int) -> str:
    template = environment().get_template("notebook.html.j2")
    return template.render(caption=caption, columns=columns, rows=rows, more=more)
