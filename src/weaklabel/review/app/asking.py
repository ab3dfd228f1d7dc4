"""What handlers share: who asks, keys for forms, and what the store refuses."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from starlette.requests import Request

from weaklabel.review.app.failures import NOT_LOGGED_IN, Refusal, RequestError
from weaklabel.review.store import Annotator, RefusedError


def find_asker(request: Request) -> Annotator:
    """Return who asks; raises the refusal of who is not logged in."""
    annotator: Annotator | None = request.state.annotator
    if annotator is None:
        raise RequestError(NOT_LOGGED_IN)
    return annotator


def new_key() -> str:
    """Return a key for an act."""
    return secrets.token_urlsafe(18)


def unless_refused(call: Callable[..., Any], *arguments: Any) -> Any:
    """Call the store; what it refuses is told as a refusal."""
    try:
        return call(*arguments)
    except RefusedError as error:
        problem = error.problems[0]
        raise RequestError(Refusal(409, f"{problem.what[:1].upper()}{problem.what[1:]}", problem.fix)) from None
