"""The report as one self-contained HTML page."""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from weaklabel.errors import quantity
from weaklabel.report.data import Report
from weaklabel.report.words import NOUNS, describe_figures, describe_support, list_sections, remark_on
from weaklabel.terms.quality import CORRELATED

SHOWN_CARDS = 10  # the others can be unfolded


def render_report(report: Report, draw: Callable[[Report], Mapping[str, Markup]] | None = None) -> str:
    """Return the report as an HTML page that needs no other file and no network; all of the data is escaped.

    Parameters
    ----------
    report
        What it says.
    draw
        Returns its pictures by name; by default those of :mod:`weaklabel.report.plots`.
    """
    sections = list_sections(report)
    script = (files("weaklabel.report") / "templates/report.js").read_text(encoding="utf-8")
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            sections=sections,
            by_id={section.id: section for section in sections},
            figures=(draw or draw_figures)(report),
            nouns=NOUNS[report.task],
            shown_cards=SHOWN_CARDS,
            script=Markup(script),  # noqa: S704 - a file of this package
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


def draw_figures(report: Report) -> dict[str, Markup]:
    """Return the pictures that the report has something to show in, as SVG; imports matplotlib."""
    from weaklabel.report import plots, svg

    draw = {
        "imbalance": plots.draw_imbalance,
        "calibration": plots.draw_calibration,
        "cooccurrence": plots.draw_cooccurrence,
        "lf_overlap": plots.draw_lf_overlap,
        "slices": plots.draw_slices,
    }
    return {
        name: svg.as_svg(draw[name](report), f"plot-{name}", title, text)
        for name, (title, text) in describe_figures(report).items()
    }


@cache
def environment() -> Environment:
    """Return what renders the templates of pages; every value is escaped."""
    environment = Environment(
        loader=PackageLoader("weaklabel.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {**shared_filters(), "breakable": breakable}
    environment.globals["correlated"] = CORRELATED
    return environment


def shared_filters() -> dict[str, Callable[..., Any]]:
    """Return what the templates of every form of the report write values with."""
    return {
        "percent": percent,
        "number": number,
        "quantity": quantity,
        "signed": signed,
        "when": when,
        "remarks": remark_on,
        "in_words": describe_support,
    }


def breakable(name: str) -> Markup:
    """Return a name, escaped, with places where a narrow column may break it."""
    return Markup("<wbr>").join(re.split("(?<=[_:@])", name))


def percent(share: float | None, digits: int = 1) -> str:
    """Return a share as a percentage; nan and None are shown as a dash."""
    return "–" if share is None or math.isnan(share) else f"{share:.{digits}%}"


def number(value: float | None, digits: int = 0) -> str:
    """Return a number with thousands apart; None is shown as a dash."""
    return "–" if value is None else f"{value:,.{digits}f}"


def signed(value: float | None, digits: int) -> str:
    """Return a number with its sign; None is shown as a dash, and what rounds to nothing as 0."""
    if value is None:
        return "–"
    return f"{value:+,.{digits}f}" if round(value, digits) else "0"


def when(time: str) -> str:
    """Return a time in ISO 8601, in UTC, as people write it."""
    return f"{time[:16].replace('T', ' ')} UTC" if time else ""
