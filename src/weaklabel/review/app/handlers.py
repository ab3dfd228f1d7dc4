"""What the page's addresses do: read, call the store, render."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from weaklabel.review.app.asking import find_asker, new_key, unless_refused
from weaklabel.review.app.auth import Sessions
from weaklabel.review.app.csrf import csrf_token
from weaklabel.review.app.failures import NOWHERE, WRONG_TOKEN, Refusal, RequestError
from weaklabel.review.app.forms import (
    Form,
    name_record,
    read_act,
    read_again,
    read_decision,
    read_form,
    read_had,
    read_key,
    read_own_form,
)
from weaklabel.review.app.render import STATIC, page, render, static_file, wants_json
from weaklabel.review.app.site import Site
from weaklabel.review.cards import Card
from weaklabel.review.search import MAX_QUERY
from weaklabel.review.store import (
    Act,
    Desk,
    NewAct,
    decide,
    log_in,
    log_out,
    open_desk,
    read_acts,
    read_undone,
    skip,
    undo,
)
from weaklabel.review.store.annotators import SESSION, find_owner
from weaklabel.terms.records import RecordId

SHOWN_ACTS = 100
STATIC_AGE_S = 365 * 24 * 3600
Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Handlers:
    """The handlers of one site."""

    site: Site
    sessions: Sessions

    async def show_login(self, request: Request) -> Response:
        """Ask whether to log in. Only the form's answer sets a cookie: browsers keep strict ones back after a link."""
        token = request.query_params.get("token", "")[:100]
        owner = await run_in_threadpool(find_owner, self.site.database, token)
        if owner is None:
            raise RequestError(WRONG_TOKEN)
        return page("login.html.j2", name=owner.name, token=token)

    async def log_in(self, request: Request) -> Response:
        """Log in with a token."""
        token = (await read_form(request)).get("token", "")[:100]
        owner = await run_in_threadpool(find_owner, self.site.database, token)
        session = await run_in_threadpool(log_in, self.site.database, token)
        if session is None or owner is None:
            raise RequestError(WRONG_TOKEN)
        answer = RedirectResponse("/qa" if owner.is_reviewer else "/", 303)  # the other page would lease records
        age_s = int(SESSION.total_seconds())
        cookie, is_secure = self.site.cookie, self.site.is_secure
        answer.set_cookie(cookie, session, max_age=age_s, httponly=True, samesite="strict", secure=is_secure)
        return answer

    async def log_out(self, request: Request) -> Response:
        """End the session."""
        find_asker(request)
        await read_own_form(request)
        await run_in_threadpool(log_out, self.site.database, request.state.session)
        self.sessions.forget(request.state.session)  # after it: until then, another request may have looked it up
        answer = page("message.html.j2", title="You are logged out.", text="Your decisions are stored.", link="")
        answer.delete_cookie(self.site.cookie, httponly=True, samesite="strict", secure=self.site.is_secure)
        return answer

    async def show_page(self, request: Request) -> Response:
        """Show the record that is next, with the one after it at hand; first one that was undone, as it was left."""
        annotator = find_asker(request)
        again = read_again(request.query_params)
        undone = (
            None if again is None else await run_in_threadpool(read_undone, self.site.database, annotator.id, again)
        )
        desk = await run_in_threadpool(open_desk, self.site.database, annotator.id, self.site.rules)
        return page(
            "page.html.j2",
            cards=[(card, new_key()) for card in self._deal(desk, undone)],
            is_lost=undone is not None and undone.record_id not in desk.records,
            progress=desk.progress,
            annotator=annotator.name,
            is_reviewer=annotator.is_reviewer,
            csrf=csrf_token(request.state.session),
            key=new_key(),
            task=self.site.deck.task,
            lease_minutes=self.site.rules.minutes,
        )

    async def decide(self, request: Request) -> Response:
        """Store decisions."""
        return await self._act(request, read_decision, decide)

    async def skip(self, request: Request) -> Response:
        """Store that a record is skipped."""
        return await self._act(request, read_act, skip)

    async def undo(self, request: Request) -> Response:
        """Undo the last act."""
        annotator = find_asker(request)
        form = await read_own_form(request)
        undone = await run_in_threadpool(
            unless_refused, undo, self.site.database, annotator.id, read_key(form), self.site.rules
        )
        if undone is None:
            raise RequestError(Refusal(409, "There is nothing to undo in this queue."))
        act = undone.act
        if not wants_json(request.scope):
            return RedirectResponse(f"/?again={act.id}", 303)
        if act.record_id not in undone.desk.records or act.record_id not in self.site.deck:
            return self._answer(request, undone.desk, (), is_lost=True)
        return self._answer(request, undone.desk, (self._deal_one(undone.desk, act.record_id, act),), is_undone=True)

    async def renew(self, request: Request) -> Response:
        """Renew the annotator's leases."""
        annotator = find_asker(request)
        form = await read_own_form(request)
        desk = await run_in_threadpool(open_desk, self.site.database, annotator.id, self.site.rules)
        return self._answer(request, desk, self._new_cards(desk, form))

    async def find_tags(self, request: Request) -> Response:
        """Search the vocabulary."""
        find_asker(request)
        hits = await run_in_threadpool(self.site.search.find, request.query_params.get("q", "")[:MAX_QUERY])
        deck = self.site.deck
        found = [(hit, deck.add(hit.tag), len(deck.vocabulary.descendants(hit.tag))) for hit in hits]
        rows = [
            {
                "tag": hit.tag,
                "option": render("option.html.j2", hit=hit, offer=offer, below=below),
                "offer": render("added.html.j2", offer=offer),
            }
            for hit, offer, below in found
        ]
        return JSONResponse(rows)

    async def show_history(self, request: Request) -> Response:
        """Show what the annotator did, the last first."""
        annotator = find_asker(request)
        acts = await run_in_threadpool(read_acts, self.site.database, None, annotator.name, SHOWN_ACTS)
        return page("history.html.j2", acts=acts, annotator=annotator.name, most=SHOWN_ACTS)

    async def send_static(self, request: Request) -> Response:
        """Send a style sheet or script."""
        name = request.path_params["name"]
        if name not in STATIC:
            raise RequestError(NOWHERE)
        headers = {"Cache-Control": f"public, max-age={STATIC_AGE_S}, immutable"}
        return Response(static_file(name), media_type=STATIC[name], headers=headers)

    async def _act(self, request: Request, read: Callable[..., NewAct], store: Callable[..., Desk]) -> Response:
        annotator = find_asker(request)
        form = await read_own_form(request)
        act = read(form, self.site.deck, self.site.run)
        desk = await run_in_threadpool(unless_refused, store, self.site.database, annotator.id, act, self.site.rules)
        if not wants_json(request.scope):
            return RedirectResponse("/", 303)
        return self._answer(request, desk, self._new_cards(desk, form))

    def _answer(self, request: Request, desk: Desk, cards: Iterable[Card], **more: bool) -> Response:
        csrf = csrf_token(request.state.session)
        dealt = [
            {
                "record": name_record(card.record_id),
                "html": render("card.html.j2", card=card, key=new_key(), csrf=csrf),
            }
            for card in cards
        ]
        progress = render("progress.html.j2", progress=desk.progress)
        on_desk = [name_record(record_id) for record_id in desk.records]
        return JSONResponse({"cards": dealt, "desk": on_desk, "progress": progress, **more})

    def _new_cards(self, desk: Desk, form: Form) -> list[Card]:
        """Deal what is on the desk, but for the cards that the browser says it has."""
        had = read_had(form)
        return [card for card in self._deal(desk) if name_record(card.record_id) not in had]

    def _deal(self, desk: Desk, undone: Act | None = None) -> list[Card]:
        """Deal what is on the desk, first what was undone."""
        strange = [record_id for record_id in desk.records if record_id not in self.site.deck]
        if strange:
            fix = "Start `weaklabel review` again: another server has changed the queue of this database."
            raise RequestError(Refusal(409, "The queue holds a record that this run does not have.", fix))
        again = None if undone is None else undone.record_id
        order = sorted(desk.records, key=lambda record_id: record_id != again)
        return [self._deal_one(desk, record_id, undone if record_id == again else None) for record_id in order]

    def _deal_one(self, desk: Desk, record_id: RecordId, undone: Act | None = None) -> Card:
        verdicts, note = (undone.verdicts, undone.note) if undone is not None else (None, "")
        return replace(self.site.deck.deal(record_id, verdicts, note), returned=desk.returned.get(record_id))
