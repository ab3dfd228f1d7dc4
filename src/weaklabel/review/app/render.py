"""The pages as HTML: every value is escaped, and neither script nor style stands in a page."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope

from weaklabel.agreement import ContestedTag
from weaklabel.annotator_quality import say_accuracy, say_drift, say_interval, say_number, say_share, say_value
from weaklabel.report.render import when
from weaklabel.review.app.failures import Refusal

SCRIPTS = ("parts.js", "search.js", "outbox.js", "review.js", "qa.js")
STATIC = {"review.css": "text/css", **dict.fromkeys(SCRIPTS, "text/javascript")}


@cache
def environment() -> Environment:
    """Return what renders the templates."""
    environment = Environment(
        loader=PackageLoader("weaklabel.review"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"chance": chance, "when": when, "json": json.dumps}
    environment.filters |= {
        "value": say_value,
        "span": say_interval,
        "share": say_share,
        "accuracy": say_accuracy,
        "number": say_number,
        "drift": say_drift,
        "votes": say_votes,
    }
    environment.globals["version"] = {name: _version(name) for name in STATIC}
    return environment


@cache
def static_file(name: str) -> bytes:
    """Return a file that pages load; there are no others than those of `STATIC`."""
    return (files("weaklabel.review") / "static" / name).read_bytes()


def _version(name: str) -> str:
    return hashlib.sha256(static_file(name)).hexdigest()[:12]


def chance(probability: float) -> str:
    """Return a probability in percent; what is nearly sure is not called sure."""
    if 0.005 <= probability < 0.995:
        return f"{probability:.0%}"
    return ">99%" if probability > 0.5 else "<1%"


def say_votes(tag: ContestedTag) -> str:
    """Return how many say what of a tag."""
    counts = (("yes", tag.yes), ("no", tag.no), ("unsure", tag.unsure))
    return ", ".join(f"{count} {verdict}" for verdict, count in counts if count)


def render(template: str, **values: Any) -> str:
    """Return a template as HTML."""
    return environment().get_template(template).render(**values)


def page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Answer with a page."""
    return HTMLResponse(render(template, **values), status)


def wants_json(scope: Scope) -> bool:
    """Say whether the page's script asks, not a browser's navigation."""
    return Headers(scope=scope).get("accept", "").startswith("application/json")


def refuse(scope: Scope, refusal: Refusal) -> Response:
    """Answer with what is wrong and how to mend it, as JSON or as a page."""
    headers = {"Retry-After": str(refusal.wait_s)} if refusal.wait_s else None
    if wants_json(scope):
        body = {"what": refusal.what, "fix": refusal.fix}
        return JSONResponse(body, refusal.status, headers=headers)
    shown = render("message.html.j2", title=refusal.what, text=refusal.fix, link=_find_way_back(scope))
    return HTMLResponse(shown, refusal.status, headers=headers)


def _find_way_back(scope: Scope) -> str:
    """Return the address of the page that somebody who is logged in was on; for others nothing."""
    asker = scope.get("state", {}).get("annotator")
    if asker is None:
        return ""
    return "/qa" if asker.is_reviewer and scope["path"].startswith("/qa") else "/"
