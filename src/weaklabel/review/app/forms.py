"""Read what a browser sends: forms in UTF-8, every field of a known name, form and length."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from weaklabel.review.app.csrf import is_csrf_token
from weaklabel.review.app.failures import NO_FORM, WRONG_CSRF, Refusal, RequestError
from weaklabel.review.cards import Deck
from weaklabel.review.store import NewAct, Verdict
from weaklabel.review.store.models import VERDICTS
from weaklabel.terms.records import RecordId

MAX_FIELDS = 300
MAX_NOTE = 2_000
MAX_SPENT_MS = 24 * 3600 * 1000
TAG = "tag:"
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
_NUMBER = re.compile(r"[0-9]{1,12}")
_ACT_ID = re.compile(r"[0-9]{1,9}")  # which a database takes

Form = Mapping[str, str]


async def read_form(request: Request) -> Form:
    """Return the fields of a form; raises the refusal of what is none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise RequestError(NO_FORM)
    try:
        text = (await request.body()).decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise RequestError(NO_FORM) from None
    if any("\0" in part for pair in pairs for part in pair):
        raise RequestError(NO_FORM)
    return dict(pairs)


async def read_own_form(request: Request) -> Form:
    """Return the fields of a form that the session's own page has sent."""
    form = await read_form(request)
    if not is_csrf_token(form.get("csrf", ""), request.state.session):
        raise RequestError(WRONG_CSRF)
    return form


def read_key(form: Form) -> str:
    """Return the key of an act."""
    key = form.get("key", "")
    if not _KEY.fullmatch(key):
        raise RequestError(Refusal(400, "The decision has no key.", "Load the page again."))
    return key


def read_act(form: Form, deck: Deck, run: str, decided: Collection[str] = ()) -> NewAct:
    """Return what a form says of a record; tags on which somebody decided before may be unknown to the vocabulary."""
    spent = form.get("spent_ms") or "0"
    if not _NUMBER.fullmatch(spent):
        raise RequestError(Refusal(400, "The time spent is no number.", "Load the page again."))
    note = form.get("note", "").strip()
    if len(note) > MAX_NOTE:
        raise RequestError(Refusal(400, f"The note has more than {MAX_NOTE:,} characters.", "Shorten it."))
    record_id = read_record(form, deck)
    verdicts = _read_verdicts(form, deck, record_id, decided)
    return NewAct(read_key(form), record_id, verdicts, run, min(int(spent), MAX_SPENT_MS), note)


def read_decision(form: Form, deck: Deck, run: str, decided: Collection[str] = ()) -> NewAct:
    """Return what a form decides of a record, as :func:`read_act` does; of classes one is yes, or one may be."""
    act = read_act(form, deck, run, decided)
    said = list(act.verdicts.values())
    if deck.task == "multiclass" and said.count("yes") != 1 and ("yes" in said or "unsure" not in said):
        raise RequestError(Refusal(400, "A record has exactly one class.", "Choose one, or unsure."))
    return act


def read_record(form: Form, deck: Deck, name: str = "record") -> RecordId:
    """Return the record that a field names."""
    record_id = _parse(form.get(name, ""))
    if type(record_id) not in (int, str) or record_id not in deck:
        raise RequestError(Refusal(404, "There is no such record.", "Load the page again."))
    known: RecordId = record_id
    return known


def name_record(record_id: RecordId) -> str:
    """Return the name of a record in the page: its id as JSON, a text, for scripts round large numbers."""
    return json.dumps(record_id)


def read_again(fields: Form) -> int | None:
    """Return the id of the act whose record is to be shown again, or nothing."""
    again = fields.get("again", "")
    return int(again) if _ACT_ID.fullmatch(again) else None


def read_had(form: Form) -> list[str]:
    """Return the names of the records whose cards the browser says that it has."""
    had = _parse(form.get("have", "[]"))
    return [name for name in had if isinstance(name, str)] if isinstance(had, list) else []


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _read_verdicts(form: Form, deck: Deck, record_id: RecordId, decided: Collection[str] = ()) -> dict[str, Verdict]:
    verdicts: dict[str, Verdict] = {}
    for name, value in form.items():
        if name.startswith(TAG):
            verdict = next((verdict for verdict in VERDICTS if verdict == value), None)
            if verdict is None:
                raise RequestError(Refusal(400, "A verdict is none of yes, no and unsure.", "Load the page again."))
            verdicts[name.removeprefix(TAG)] = verdict
    strange = [tag for tag in verdicts if tag not in deck.vocabulary and tag not in decided]
    if strange and not {offer.tag for offer in deck.deal(record_id).offers}.issuperset(strange):
        raise RequestError(Refusal(400, "A tag is not in the vocabulary.", "Load the page again."))
    return verdicts
