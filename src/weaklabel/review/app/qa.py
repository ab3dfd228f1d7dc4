"""What the addresses under /qa do: a reviewer sees how far annotators agree, adjudicates, and sends records back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from weaklabel.agreement import ContestedRecord, ContestedTag
from weaklabel.review.app.asking import find_asker, new_key, unless_refused
from weaklabel.review.app.csrf import csrf_token
from weaklabel.review.app.failures import NO_NOTE, NOT_REVIEWER, Refusal, RequestError
from weaklabel.review.app.figures import Contests, Figures
from weaklabel.review.app.forms import Form, name_record, read_act, read_decision, read_key, read_own_form, read_record
from weaklabel.review.app.render import page
from weaklabel.review.app.site import Site
from weaklabel.review.dossiers import lay_out
from weaklabel.review.store import (
    Annotator,
    adjudicate,
    read_acts,
    read_decisions,
    read_last_review,
    read_returns,
    return_record,
    undo_review,
)
from weaklabel.terms.records import RecordId

SHOWN_RECORDS = 100
SHOWN_TAGS = 30
SHOWN_ACTS = 50
MAX_TAG = 200
SHOWS = {"": "disagreement or unsure", "contested": "disagreement", "unsure": "unsure"}


class Chosen(NamedTuple):
    """Which records the reviewer goes through: about a tag (empty: any), and what is to be seen there."""

    tag: str = ""
    show: str = ""

    @classmethod
    def read(cls, fields: Form) -> Chosen:
        """Read a filter from a query or a form; what is none of the choices is any."""
        show = fields.get("show", "")
        return cls(fields.get("tag", "")[:MAX_TAG], show if show in SHOWS else "")

    def about(self, tag: str) -> Chosen:
        """Return the same filter for another tag."""
        return self._replace(tag=tag)

    def pick(self, records: Sequence[ContestedRecord]) -> list[ContestedRecord]:
        """Return the records that are to be gone through, the most contested first."""
        kept = [ContestedRecord(each.record_id, tuple(filter(self._is_meant, each.tags))) for each in records]
        return sorted((each for each in kept if each.tags), key=lambda each: -each.weight)

    def _is_meant(self, tag: ContestedTag) -> bool:
        is_shown = {"": True, "contested": tag.is_contested, "unsure": tag.unsure > 0}[self.show]
        return is_shown and self.tag in ("", tag.tag)

    def link(self, record_id: RecordId | None = None) -> str:
        """Return the address of a record, or of the list."""
        fields = {"record": name_record(record_id)} if record_id is not None else {}
        query = urlencode(fields | {name: value for name, value in self._asdict().items() if value})
        path = "/qa" if record_id is None else "/qa/record"
        return f"{path}?{query}" if query else path


class Row(NamedTuple):
    """A record in the list."""

    record_id: RecordId
    link: str
    tags: tuple[ContestedTag, ...]


@dataclass(frozen=True, slots=True)
class QualityHandlers:
    """The handlers of one site's addresses for reviewers."""

    site: Site
    figures: Figures
    contests: Contests

    async def show_list(self, request: Request) -> Response:
        """Show how far annotators agree, and the records that wait for a reviewer."""
        reviewer, chosen = _reviewer(request), Chosen.read(request.query_params)
        return await run_in_threadpool(self._list, request, reviewer, chosen)

    async def show_record(self, request: Request) -> Response:
        """Show one record, with what each annotator said of it."""
        reviewer, chosen = _reviewer(request), Chosen.read(request.query_params)
        record_id = read_record(request.query_params, self.site.deck)
        return await run_in_threadpool(self._show, request, reviewer, chosen, record_id)

    async def adjudicate(self, request: Request) -> Response:
        """Store final verdicts."""
        reviewer = _reviewer(request)
        form = await read_own_form(request)
        return await run_in_threadpool(self._adjudicate, reviewer, form)

    async def return_record(self, request: Request) -> Response:
        """Send a record back for relabeling."""
        reviewer = _reviewer(request)
        form = await read_own_form(request)
        return await run_in_threadpool(self._return, reviewer, form)

    async def undo(self, request: Request) -> Response:
        """Undo the reviewer's last act, and show its record."""
        reviewer = _reviewer(request)
        form = await read_own_form(request)
        act = await run_in_threadpool(unless_refused, undo_review, self.site.database, reviewer.id, read_key(form))
        if act is None:
            raise RequestError(Refusal(409, "There is nothing to undo."))
        chosen = Chosen.read(form)
        return RedirectResponse(chosen.link(act.record_id if act.record_id in self.site.deck else None), 303)

    def _list(self, request: Request, reviewer: Annotator, chosen: Chosen) -> Response:
        quality = self.figures.measure()
        waiting = self.contests.list_open()
        records = chosen.pick(waiting)
        rows = [Row(each.record_id, chosen.link(each.record_id), each.tags) for each in records[:SHOWN_RECORDS]]
        return self._page(
            "qa.html.j2",
            request,
            reviewer,
            chosen,
            quality=quality,
            waiting=len(waiting),
            rows=rows,
            more=len(records) - len(rows),
            choices=sorted({tag.tag for each in waiting for tag in each.tags} | ({chosen.tag} - {""})),
            shows=SHOWS,
            most_tags=SHOWN_TAGS,
        )

    def _show(self, request: Request, reviewer: Annotator, chosen: Chosen, record_id: RecordId) -> Response:
        database, deck = self.site.database, self.site.deck
        queue = [each.record_id for each in chosen.pick(self.contests.list_open())]
        position = queue.index(record_id) if record_id in queue else None
        later = queue[position + 1 :] if position is not None else queue
        following = later[0] if later else None
        dossier = lay_out(
            deck, record_id, read_decisions(database, record_id), read_returns(database, [record_id]).get(record_id)
        )
        return self._page(
            "qa_record.html.j2",
            request,
            reviewer,
            chosen,
            card=dossier.card,
            dossier=dossier,
            acts=read_acts(database, record_id, most=SHOWN_ACTS),
            position=None if position is None else position + 1,
            of=len(queue),
            next=following,
            next_link=chosen.link(following),
            list_link=chosen.link(),
        )

    def _adjudicate(self, reviewer: Annotator, form: Form) -> Response:
        record_id = read_record(form, self.site.deck)
        decided = {decision.tag for decision in read_decisions(self.site.database, record_id)}
        act = read_decision(form, self.site.deck, self.site.run, decided)
        if not act.verdicts:
            raise RequestError(Refusal(400, "There is no verdict in it.", "Load the page again."))
        unless_refused(adjudicate, self.site.database, reviewer.id, act)
        return self._go_on(form)

    def _return(self, reviewer: Annotator, form: Form) -> Response:
        record_id = read_record(form, self.site.deck)
        decided = {decision.tag for decision in read_decisions(self.site.database, record_id)}
        act = read_act(form, self.site.deck, self.site.run, decided)
        if not act.note:
            raise RequestError(NO_NOTE)
        unless_refused(return_record, self.site.database, reviewer.id, act)
        return self._go_on(form)

    def _go_on(self, form: Form) -> Response:
        following = read_record(form, self.site.deck, "next") if form.get("next") else None
        return RedirectResponse(Chosen.read(form).link(following), 303)

    def _page(self, template: str, request: Request, reviewer: Annotator, chosen: Chosen, **values: Any) -> Response:
        return page(
            template,
            reviewer=reviewer.name,
            csrf=csrf_token(request.state.session),
            key=new_key(),
            task=self.site.deck.task,
            chosen=chosen,
            last=read_last_review(self.site.database, reviewer.id),
            **values,
        )


def _reviewer(request: Request) -> Annotator:
    asker = find_asker(request)
    if not asker.is_reviewer:
        raise RequestError(NOT_REVIEWER)
    return asker
