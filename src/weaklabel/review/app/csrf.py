"""A token that every form carries, and that another site cannot know: it is made of the session's secret cookie."""

from __future__ import annotations

import hashlib
import hmac


def csrf_token(session: str) -> str:
    """Return the token of a session."""
    return hmac.new(session.encode(), b"weaklabel review: csrf", hashlib.sha256).hexdigest()


def is_csrf_token(token: str, session: str) -> bool:
    """Say whether a token is the session's, in constant time."""
    return hmac.compare_digest(token.encode("utf-8", "replace"), csrf_token(session).encode())
