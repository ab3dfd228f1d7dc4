"""The report as Markdown (GitHub's), section by section as on the page, for a terminal, a pull request or a wiki."""

from __future__ import annotations

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from weaklabel.report.data import Report
from weaklabel.report.render import shared_filters
from weaklabel.report.words import NOUNS, list_sections

SPECIAL = re.compile(r"([\\`*_\[\]|~$#!])")
MAX_ROWS = 20  # of a list; the page and the files have more


def render_markdown(report: Report) -> str:
    """Return the report as Markdown; every value is shown letter for letter."""
    sections = list_sections(report)
    template = _environment().get_template("report.md.j2")
    text = template.render(report=report, sections=sections, nouns=NOUNS[report.task], max_rows=MAX_ROWS)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def escape_markdown(value: object) -> object:
    """Return a text so that Markdown, and the HTML in it, shows it as it is and in one line."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    line = " ".join(value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").split())
    return SPECIAL.sub(r"\\\1", line).replace("://", "&#58;//").replace("www.", "www&#46;").replace("@", "&#64;")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("weaklabel.report"),
        autoescape=False,  # noqa: S701 - `finalize` escapes every value, by the rules of Markdown
        undefined=StrictUndefined,
        finalize=escape_markdown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= shared_filters()
    return environment
