"""The report as one self-contained HTML page."""

from __future__ import annotations

import math
import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from weaklabel.report.data import Report

TITLES = {
    "missing": "Likely missing tags",
    "unsupported": "Given tags that the text does not support",
    "missing_parent": "Missing parents",
    "misspelt": "Misspelt tags",
    "alias": "Aliases in place of tags",
    "unknown": "Tags outside the vocabulary",
}
CLASS_TITLES = {
    "unsupported": "Likely wrong classes",
    "misspelt": "Misspelt classes",
    "alias": "Aliases in place of classes",
}
LEADS = {
    "missing": "These tags are likely right, by the text, by similar records or by the other tags, and the author did "
    "not give them. The most certain are first.",
    "unsupported": "Neither the text nor similar records support these given tags. A short text need not mention every "
    "tag that is right, so read this as “not supported”, not as “wrong”.",
    "missing_parent": "A more specific tag is given, and the tag above it is not.",
    "misspelt": "Spellings that stand for a tag in another form, or with a typing error.",
    "alias": "Aliases that authors wrote where the vocabulary has a tag.",
    "unknown": "Spellings that stand for no tag: a new tag, an alias to add, or something to remove.",
}
CLASS_LEADS = {
    "unsupported": "Another class than the given one is likely right, by the text, by similar records or by labeling "
    "functions. The most certain are first; the given class is shown before the one that is suggested.",
}


def render_report(report: Report) -> str:
    """Return the report as an HTML page that needs no other file and no network; all of the data is escaped."""
    titles, leads = TITLES, LEADS
    if report.is_multiclass:
        titles, leads = TITLES | CLASS_TITLES, LEADS | CLASS_LEADS
    return _environment().get_template("report.html.j2").render(report=report, titles=titles, leads=leads)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("weaklabel.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = percent
    environment.filters["breakable"] = breakable
    return environment


def breakable(name: str) -> Markup:
    """Return a name, escaped, with places where a narrow column may break it."""
    return Markup("<wbr>").join(re.split("(?<=[_:@])", name))


def percent(share: float | None) -> str:
    """Return a share as a percentage; nan and None are shown as a dash."""
    return "–" if share is None or math.isnan(share) else f"{share:.1%}"
