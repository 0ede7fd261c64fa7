"""Before every view: who is it, may they, and did the form come from us.

Order matters. The person is found first (so that even an error page knows them), then the permission is held
against the route's mark, then the form token is checked on everything that may change something.
"""

import hmac
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, url_for
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized
from werkzeug.wrappers import Response as BaseResponse

from service.auth import sessions
from service.auth.access import Access, Audience, access_of, is_one_click, largest_body
from service.auth.api_token import note_use, program_of
from service.auth.form_tokens import form_shown_at, issue_form_token
from service.request import SAFE_METHODS, current

_FORM_FIELD = "csrf_token"
_FORM_HEADER = "X-CSRF-Token"


class FormNotTaken(Forbidden):
    """The form's hidden token is not one of ours, or has lain too long."""

    def __init__(self) -> None:
        super().__init__("Skjemaet er for gammelt, eller det kom ikke herfra. Åpne det på nytt og prøv en gang til.")


def install(app: Flask) -> None:
    app.before_request(_find_editor)
    app.before_request(_hold_permission)
    app.before_request(_check_form)
    app.jinja_env.globals["csrf_token"] = csrf_token
    # Flask's own view of the static folder; everything in it is public.
    static = app.view_functions["static"]
    setattr(static, "access", Access(Audience.PUBLIC))  # noqa: B010 - functions declare no attributes


def cookie_name() -> str:
    """``__Host-`` binds the cookie to this host over https; browsers refuse that name on plain loopback."""
    return "__Host-sid" if _is_https() else "sid"


def set_cookie(response: Response | BaseResponse, token: str) -> None:
    response.set_cookie(cookie_name(), token, httponly=True, samesite="Lax", secure=_is_https(), path="/")


def clear_cookie(response: Response | BaseResponse) -> None:
    response.delete_cookie(cookie_name(), httponly=True, samesite="Lax", secure=_is_https(), path="/")


def csrf_token() -> str:
    """The token for the hidden field: the session's own, or a signed one when nobody is signed in."""
    signed_in: sessions.SignedIn | None = g.get("signed_in")
    if signed_in is not None:
        return signed_in.csrf_token
    return issue_form_token(current().derived_key("form"), current().clock.now())


def _is_https() -> bool:
    return current().settings.public_url.startswith("https://")


def _find_editor() -> None:
    token = request.cookies.get(cookie_name())
    if not token or request.endpoint == "static":
        return
    service = current()
    with service.database.session_scope(read_only=True) as session:
        found = sessions.find_session(session, token, service.clock)
    if found is None:
        g.session_expired = True
        return
    if found.wants_touch:
        with service.database.session_scope() as session:
            sessions.touch(session, found, service.clock)
    g.signed_in = found
    g.editor = found.editor


def _hold_permission() -> BaseResponse | None:
    if request.endpoint is None:  # no such route: the 404 page is for everybody
        return None
    access = access_of(current_app.view_functions[request.endpoint])
    if access is None:
        raise Forbidden(f"{request.endpoint} bærer ikke noe merke for hvem som har tilgang.")
    if access.audience is Audience.PUBLIC:
        return None
    if access.audience is Audience.PROGRAM:
        _hold_token(access)
        return None
    editor = g.get("editor")
    if editor is None:
        if request.method in SAFE_METHODS and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":
            return redirect(url_for("sign_in.ask", next=request.full_path.rstrip("?")), 303)
        raise Unauthorized("Gå tilbake i nettleseren og ta vare på det du har skrevet, før du logger inn igjen.")
    if access.roles and not any(editor.may(role) for role in access.roles):
        raise Forbidden("Du har ikke rollen som trengs for dette. En administrator kan gi deg den.")
    return None


def _hold_token(access: Access) -> None:
    """The program behind the request's token. A cookie counts for nothing here."""
    service, now = current(), current().clock.now()
    with service.database.session_scope(read_only=True) as session:
        program = program_of(session, request.headers.get("Authorization", ""), now)
    if program is None:
        how = WWWAuthenticate("bearer", {"realm": "monitorposten"})
        raise Unauthorized("Send et gyldig token: «Authorization: Bearer …».", www_authenticate=how)
    if access.roles and not any(program.editor.may(role) for role in access.roles):
        raise Forbidden("Tokenet har ikke rollen som trengs for dette.")
    if program.wants_note:
        with service.database.session_scope() as session:
            note_use(session, program, now)
    g.program, g.editor = program, program.editor


def _check_form() -> None:
    if request.method in SAFE_METHODS or request.endpoint is None:
        return
    view = current_app.view_functions[request.endpoint]
    if (largest := largest_body(view)) is not None:  # before the form is read, and after the person is known
        request.max_content_length = largest
    if is_one_click(view) or "program" in g:  # a browser sends nobody's token by itself
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise FormNotTaken
    origin = request.headers.get("Origin")
    if origin not in {None, "null"} and urlsplit(str(origin)).netloc != request.host:
        raise FormNotTaken
    given = request.form.get(_FORM_FIELD) or request.headers.get(_FORM_HEADER) or ""
    signed_in: sessions.SignedIn | None = g.get("signed_in")
    if signed_in is not None and hmac.compare_digest(given.encode(), signed_in.csrf_token.encode()):
        return
    access = access_of(view)
    if access is not None and access.audience is Audience.PUBLIC:
        service = current()
        g.form_shown_at = form_shown_at(service.derived_key("form"), given, service.clock.now())
        if g.form_shown_at is not None:
            return
    raise FormNotTaken
