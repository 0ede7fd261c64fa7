"""One table: what went wrong → status, heading, log level. Every page says what to do next, and an id to quote."""

import logging
import secrets
from contextlib import suppress
from dataclasses import dataclass

import structlog
from flask import Flask, Response, current_app, g, render_template, request
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError, Unauthorized

from campaigns.errors import (
    CampaignError,
    InvalidInput,
    NotFound,
    NotPermitted,
    Refused,
    StaleVersion,
    TransitionNotAllowed,
    Unavailable,
)
from service.api.problems import facts_of, kind_of, problem
from service.auth.guard import FormNotTaken
from service.i18n import gettext as _
from service.i18n import use_language_asked_for
from service.request import editor

log = structlog.get_logger("web")


@dataclass(frozen=True)
class ErrorPage:
    """How one kind of fault is answered."""

    status: int
    heading: str
    level: int


# The narrowest class first: the first one that fits is used.
DOMAIN_ERRORS: tuple[tuple[type[CampaignError], ErrorPage], ...] = (
    (NotFound, ErrorPage(404, "Siden finnes ikke", logging.INFO)),
    (StaleVersion, ErrorPage(409, "Noen har endret dette i mellomtiden", logging.INFO)),
    (TransitionNotAllowed, ErrorPage(409, "Det går ikke nå", logging.INFO)),
    (NotPermitted, ErrorPage(403, "Det har du ikke tilgang til", logging.WARNING)),
    (InvalidInput, ErrorPage(422, "Noe må rettes først", logging.INFO)),
    (Refused, ErrorPage(422, "Det lot seg ikke gjøre", logging.INFO)),
    (Unavailable, ErrorPage(503, "Noe svarer ikke akkurat nå", logging.WARNING)),
    (CampaignError, ErrorPage(422, "Det lot seg ikke gjøre", logging.WARNING)),
)

_HTTP_SENTENCES = {
    400: ("Forespørselen kunne ikke leses", "Gå tilbake, last siden på nytt og prøv igjen."),
    401: ("Du er logget ut", "Logg inn på nytt for å fortsette."),
    403: ("Det har du ikke tilgang til", "Spør en administrator hvis du mener du skulle hatt tilgang."),
    404: ("Siden finnes ikke", "Adressen kan være skrevet feil, eller siden er flyttet."),
    405: ("Det går ikke herfra", "Gå tilbake og bruk knappene på siden."),
    415: ("Innholdet er av feil slag", "Send JSON, og si det i Content-Type."),
    413: ("Det du sendte, er for stort", "Prøv med en mindre fil eller kortere tekst."),
    429: ("For mange forsøk", "Vent noen minutter og prøv igjen."),
}
# What is said to a program instead: it has no page to load anew and no buttons.
_TO_PROGRAMS = {
    400: "Forespørselen er ikke HTTP slik den skal være.",
    404: "Adressene står i /api/v1/openapi.json.",
    405: "Hva adressen tar imot, står i feltet Allow.",
    413: "Del meldingen i flere.",
}
_DESK_ITSELF = 2
"""Slashes in an address whose only page above is the desk's first, which the error page leads to anyway."""
_BUSY = ErrorPage(503, "Databasen er opptatt", logging.WARNING)
_REFUSED = ErrorPage(422, "Noe må rettes først", logging.INFO)
_UNEXPECTED = ErrorPage(500, "Noe gikk galt hos oss", logging.ERROR)


def install(app: Flask) -> None:
    app.register_error_handler(SecurityError, _not_our_name)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CampaignError, _domain_error)
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(Exception, _unexpected)


def page_for(error: CampaignError) -> ErrorPage:
    """The row of the table that this error falls under."""
    return next(page for kind, page in DOMAIN_ERRORS if isinstance(error, kind))


def _domain_error(error: CampaignError) -> tuple[str | Response, int]:
    page = page_for(error)
    if isinstance(error, NotFound) and editor() is None and not _is_for_program():
        return _render(page, _HTTP_SENTENCES[page.status][1], error)  # what it is called inside helps no reader
    return _render(page, str(error), error)


def _not_our_name(_error: SecurityError) -> Response:
    """The address is not one of ours (S-25), so no page with links to us can be made for it."""
    return Response("Denne tjenesten svarer ikke på det navnet.\n", status=400, mimetype="text/plain")


def _http_error(error: HTTPException) -> tuple[str | Response, int] | HTTPException:
    status = error.code or 500
    if status < 400:
        return error
    heading, advice = _HTTP_SENTENCES.get(status, (_UNEXPECTED.heading, "Prøv igjen om litt."))
    if _is_for_program():
        advice = _TO_PROGRAMS.get(status, advice)
    # A sentence of our own (401, 403) says more than the table; werkzeug's are in English.
    own = error.description if status in {401, 403} and error.description != type(error).description else None
    if isinstance(error, FormNotTaken):
        heading = "Skjemaet kan ikke brukes"
    level = logging.WARNING if status in {401, 403, 429} else logging.INFO
    return _render(ErrorPage(status, heading, level), own or advice, error)


def _database_error(error: OperationalError) -> tuple[str | Response, int]:
    return _render(_BUSY, "Ingenting er gått tapt. Vent et øyeblikk og prøv igjen.", error)


def _unstorable(error: DataError) -> tuple[str | Response, int]:
    """PostgreSQL keeps no NUL, and no number that is too large for its column."""
    return _render(_REFUSED, "Noe av det du skrev, inneholder et tegn som ikke kan lagres. Skriv det på nytt.", error)


def _unexpected(error: Exception) -> tuple[str | Response, int]:
    return _render(_UNEXPECTED, "Ingenting er sendt eller lagret. Prøv igjen om litt.", error)


def _render(page: ErrorPage, advice: str, error: Exception) -> tuple[str | Response, int]:
    if "language" not in g and (isinstance(error, FormNotTaken) or request.endpoint is None):
        with suppress(HTTPException):  # what is too large to be read names no language
            use_language_asked_for()  # no view was reached that does
    error_id = secrets.token_hex(4)
    log.log(
        page.level,
        "request refused" if page.status < 500 else "request failed",
        error_id=error_id,
        status=page.status,
        method=request.method,
        endpoint=request.endpoint,
        reason=type(error).__name__,
        exc_info=error if page.status == 500 else None,
    )
    if _is_for_program():
        instance = f"urn:monitorposten:error:{error_id}"
        answer = problem(page.status, kind_of(error), page.heading, advice, **facts_of(error), instance=instance)
        if isinstance(error, Unauthorized) and error.www_authenticate:
            answer.headers["WWW-Authenticate"] = ", ".join(map(str, error.www_authenticate))
        if isinstance(error, MethodNotAllowed):
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return answer, page.status
    body = render_template(
        "web/error.html", status=page.status, heading=_(page.heading), advice=_(advice), error_id=error_id,
        above=_page_above(request.path) if page.status == 409 else None,
        form_anew=_form_anew(request.path) if isinstance(error, FormNotTaken) else None,
    )  # fmt: skip
    return body, page.status


def _form_anew(path: str) -> str | None:
    """Where a reader gets the form afresh; loading the refused page anew would only send the old one again."""
    adapter = current_app.create_url_adapter(request)
    return path if adapter is not None and adapter.test(path, "GET") else _page_above(path)


def _page_above(path: str) -> str | None:
    """The page a step was taken from, which says how it stands now: the nearest one above the step's own address."""
    adapter = current_app.create_url_adapter(request)
    while adapter is not None and path.count("/") > _DESK_ITSELF:
        path = path.rpartition("/")[0]
        if adapter.test(path, "GET"):
            return path
    return None


def _is_for_program() -> bool:
    return request.path.startswith("/api/")
