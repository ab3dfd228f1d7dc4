"""The application: its addresses, and what is answered where something is wrong."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from weaklabel.review.app.auth import Sessions
from weaklabel.review.app.failures import NO_DATABASE, NOWHERE, Refusal, RequestError
from weaklabel.review.app.figures import Contests, Figures
from weaklabel.review.app.gate import Gate
from weaklabel.review.app.handlers import Handlers
from weaklabel.review.app.qa import QualityHandlers
from weaklabel.review.app.render import refuse
from weaklabel.review.app.site import Site


def create_app(site: Site) -> ASGIApp:
    """Return the application that serves a review."""
    sessions = Sessions(site.database)
    contests = Contests(site.database, site.deck.records.ids)
    to, quality = Handlers(site, sessions), QualityHandlers(site, Figures(site.database), contests)
    routes = [
        Route("/", to.show_page),
        Route("/login", to.show_login),
        Route("/login", to.log_in, methods=["POST"]),
        Route("/logout", to.log_out, methods=["POST"]),
        Route("/decisions", to.decide, methods=["POST"]),
        Route("/skip", to.skip, methods=["POST"]),
        Route("/undo", to.undo, methods=["POST"]),
        Route("/leases", to.renew, methods=["POST"]),
        Route("/tags", to.find_tags),
        Route("/history", to.show_history),
        Route("/qa", quality.show_list),
        Route("/qa/record", quality.show_record),
        Route("/qa/adjudicate", quality.adjudicate, methods=["POST"]),
        Route("/qa/return", quality.return_record, methods=["POST"]),
        Route("/qa/undo", quality.undo, methods=["POST"]),
        Route("/static/{name}", to.send_static),
    ]
    handlers = {
        RequestError: _refuse_request,
        HTTPException: _refuse_http,
        SQLAlchemyError: _refuse_store,
        ClientDisconnect: _give_up,
    }
    return Gate(Starlette(routes=routes, exception_handlers=handlers), site, sessions)


async def _refuse_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestError)
    return refuse(request.scope, error.refusal)


async def _refuse_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    refusal = NOWHERE if error.status_code == 404 else Refusal(error.status_code, f"{error.detail}.")
    return refuse(request.scope, refusal)


async def _refuse_store(request: Request, error: Exception) -> Response:  # noqa: ARG001 - Starlette's interface
    """Tell that the database does not answer; what the page sent is not stored, and the page sends it again."""
    return refuse(request.scope, NO_DATABASE)


async def _give_up(request: Request, error: Exception) -> Response:  # noqa: ARG001 - Starlette's interface
    """Answer a browser that went away while it was sending: nobody reads it."""
    return Response(status_code=400)
