"""Leaving with one click (RFC 8058; email contract E-40…E-48).

A mail program posts ``List-Unsubscribe=One-Click`` here, without a cookie or a form token, and follows no redirect.
Reading the address changes nothing. Every token gets the same answer, so that nobody learns from it who is here.
"""

from flask import Response, make_response, render_template, request

from campaigns.subscribers.consent import Origin
from campaigns.subscribers.enrolment import TooLateToUndo, undo_unsubscribe, unsubscribe
from campaigns.subscribers.links import Grant, LinkExpired, LinkInvalid, Purpose
from campaigns.subscribers.subscriber import Subscriber
from service.auth.access import one_click, public
from service.i18n import gettext as _
from service.i18n import use_language
from service.public.reading import origin, token_blueprint
from service.request import current, db

blueprint = token_blueprint("unsubscription")

_FIELD, _VALUE = "list-unsubscribe", "one-click"
_FROM_THE_PAGE = "fra-siden"
_UNDO = "angre"


# ``path`` and ``merge_slashes`` so that no spelling of the address is answered with a redirect (E-44).
@blueprint.route("/u/<path:token>", methods=["GET", "POST"], strict_slashes=False, merge_slashes=False)
@public
@one_click
def one_click_unsubscribe(token: str) -> Response:
    grant = _opened(token)
    if grant is not None:
        _speak_their_language(grant)
    if request.method != "POST":
        return make_response(render_template("web/public/unsubscribe.html"))
    if _UNDO in request.form:
        return _undone(grant)
    if not _is_one_click():
        return make_response(render_template("web/public/unsubscribe.html"), 400)
    by_hand = _FROM_THE_PAGE in request.form
    if grant is not None:
        where = "unsubscribe page" if by_hand else "one-click"
        unsubscribe(db(), current().clock, grant.subscriber_id, Origin(where=where))
    if by_hand:
        return make_response(render_template("web/public/unsubscribed.html"))
    return Response(_("Du er meldt av nyhetsbrevet.") + "\n", mimetype="text/plain")


def _undone(grant: Grant | None) -> Response:
    """The button on the page that says one has left. A token nobody has is answered like one that is too late."""
    try:
        undo_unsubscribe(
            db(), current().clock, grant.subscriber_id if grant else 0, origin("/u"), keys=current().keyring
        )
    except TooLateToUndo as error:
        return make_response(render_template("web/public/link_not_good.html", sentence=_(str(error))), 410)
    return make_response(render_template("web/public/unsubscribe_undone.html"))


def _opened(token: str) -> Grant | None:
    try:
        return current().links.read(token.strip("/"), Purpose.UNSUBSCRIBE, now=current().clock.now())
    except (LinkInvalid, LinkExpired):
        return None


def _speak_their_language(grant: Grant) -> None:
    subscriber = db().get(Subscriber, grant.subscriber_id)
    if subscriber is not None:
        use_language(subscriber.language)


def _is_one_click() -> bool:
    """Whether the body is what RFC 8058 says, as a form of either kind or, from sloppy senders, with no type at all."""
    if request.form:
        return any(name.lower() == _FIELD and value.strip().lower() == _VALUE for name, value in request.form.items())
    return request.get_data(as_text=True).strip().lower() == f"{_FIELD}={_VALUE}"
