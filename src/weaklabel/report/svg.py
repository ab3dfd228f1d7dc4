"""A matplotlib figure as a piece of a page: its colours are the page's, its text is text, its bytes do not change."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from markupsafe import Markup

from weaklabel.report.plots import FIRST, INK, LINE, MUTED, SECOND, drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = {
    INK: "currentColor",
    MUTED: "var(--muted)",
    LINE: "var(--line)",
    FIRST: "var(--plot-1)",
    SECOND: "var(--plot-2)",
}
NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
KEPT = {"viewBox", "transform", "d", "style", "id", "clip-path", "x", "y", "width", "height", "href"}


def as_svg(figure: Figure, name: str, title: str, text: str) -> Markup:
    """Return a figure as an SVG element to stand in a page.

    Parameters
    ----------
    figure
        The figure.
    name
        Begins each id inside, so that those of two figures differ.
    title, text
        What the picture is, and what it shows, for those who do not see it.
    """
    drawn = io.StringIO()
    with drawing():
        figure.savefig(drawn, format="svg", metadata=NO_METADATA, facecolor="none", transparent=True)
    root = ET.fromstring(drawn.getvalue())  # noqa: S314 - matplotlib wrote it a moment ago
    kept = _clean(root, name)
    kept.attrib = {"viewBox": root.attrib["viewBox"], "role": "img", "aria-labelledby": f"{name}-title {name}-text"}
    for tag, content in (("desc", text), ("title", title)):
        element = ET.Element(tag, {"id": f"{name}-{'title' if tag == 'title' else 'text'}"})
        element.text = content
        kept.insert(0, element)
    return Markup(ET.tostring(kept, encoding="unicode", short_empty_elements=True))  # noqa: S704 - ET escapes texts


def _clean(element: ET.Element, name: str) -> ET.Element:
    """Return a copy without name spaces, metadata and comments, the ids made this figure's own."""
    result = ET.Element(_local(element.tag), _attributes(element, name))
    result.text = element.text if (element.text or "").strip() and result.tag != "style" else None
    for child in element:
        if _local(child.tag) not in {"metadata", "style"}:
            result.append(_clean(child, name))
    return result


def _attributes(element: ET.Element, name: str) -> dict[str, str]:
    found = {_local(key): value for key, value in element.attrib.items()}
    kept = {key: value for key, value in found.items() if key in KEPT}
    if _local(element.tag) == "g":
        kept.pop("id", None)
    if "id" in kept:
        kept["id"] = f"{name}-{kept['id']}"
    if "href" in kept:
        kept["href"] = kept["href"].replace("#", f"#{name}-", 1)
    if "clip-path" in kept:
        kept["clip-path"] = kept["clip-path"].replace("#", f"#{name}-", 1)
    if "style" in kept:
        kept["style"] = _own_style(kept["style"])
    return kept


def _own_style(style: str) -> str:
    """Return a style with the page's colours, and without the name of a font."""
    style = re.sub(r"#[0-9a-f]{6}", lambda found: COLOURS[found[0]], style)
    style = re.sub(r"font: (?:[a-z]+ )*([\d.]+px)[^;]*", r"font-size: \1", style)
    return re.sub(r"font-family: [^;]*;? ?", "", style)


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]
