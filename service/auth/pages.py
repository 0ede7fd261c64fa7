"""Signing in and out."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.auth import guard, sign_in
from service.auth.access import public, signed_in
from service.auth.throttle import network_key
from service.request import current, db, editor
from service.web.notices import with_notice

blueprint = Blueprint("sign_in", __name__, url_prefix="/redaksjon")


@blueprint.get("/logg-inn")
@public
def ask() -> str | Response:
    if editor() is not None:
        return redirect(safe_next(request.args.get("next")), 303)
    return render_template("web/sign_in/ask.html", next=request.args.get("next", ""), email="", error=None)


@blueprint.post("/logg-inn")
@public
def by_password() -> tuple[str, int] | Response:
    service, form = current(), request.form
    email = form.get("email", "")
    try:
        token = sign_in.sign_in(
            service.database.session_scope,
            service.clock,
            sign_in.Attempt(email, form.get("password", ""), network_key(request.remote_addr)),
            key=service.derived_key("sign-in"),
        )
    except sign_in.SignInRefused as refusal:
        page = render_template("web/sign_in/ask.html", next=form.get("next", ""), email=email, error=str(refusal))
        return page, 422
    return _signed_in(token, form.get("next"))


@blueprint.get("/lenke/<token>")
@public
def show_link(token: str) -> str:
    person = sign_in.person_behind_link(db(), current().clock, token)
    return render_template("web/sign_in/link.html", person=person)


@blueprint.post("/lenke/<token>")
@public
def by_link(token: str) -> Response:
    return _signed_in(sign_in.use_link(db(), current().clock, token), None)


@blueprint.get("/innlogget")
@signed_in
def still_here() -> Response:
    """Asked for by a page whose reader says they are still there; asking is what keeps the session."""
    return Response(status=204)


@blueprint.post("/logg-ut")
@signed_in
def sign_out() -> Response:
    leaving = editor()
    token = request.cookies.get(guard.cookie_name(), "")
    sign_in.sign_out(db(), current().clock, token, leaving.id if leaving else None)
    response = redirect(with_notice(url_for("sign_in.ask"), "logget-ut"), 303)
    guard.clear_cookie(response)
    return response


def safe_next(path: str | None) -> str:
    """The page the person was on their way to, when it is one of ours; else the front page (S-35)."""
    if path and path.startswith("/redaksjon") and path.isprintable() and not set(path) & set("\\@"):
        parts = urlsplit(path)
        if not parts.scheme and not parts.netloc:
            return path
    return "/redaksjon/"


def _signed_in(token: str, next_path: str | None) -> Response:
    response = redirect(safe_next(next_path), 303)
    guard.set_cookie(response, token)
    return response
