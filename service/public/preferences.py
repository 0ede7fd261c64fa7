"""The subscriber's own page: see, change, rest, leave, take a copy, be erased.

Two links lead here. The one in every newsletter may be forwarded with it, so it shows the address masked and gives
no copy and no erasure; for those the page mails a link of its own, which works for a day (security contract §7).
"""

import json

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from campaigns.audit import Actor
from campaigns.delivery.personal_data import personal_data
from campaigns.errors import InvalidInput, NotFound, NotPermitted, Refused
from campaigns.subscribers.addresses import masked
from campaigns.subscribers.consent import Origin
from campaigns.subscribers.enrolment import ask_for_settings, can_undo, undo_unsubscribe, unsubscribe
from campaigns.subscribers.links import Grant, NobodyThere, Purpose
from campaigns.subscribers.preferences import Pause, Preferences, change_preferences, leave_topic, pause, resume
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from campaigns.subscribers.topics import choices
from service.auth.access import public
from service.erasing import erase_everywhere
from service.i18n import gettext as _
from service.i18n import language, use_language
from service.public.reading import (
    asked_frequency,
    asked_language,
    frequencies,
    origin,
    speak_their_language,
    token_blueprint,
)
from service.request import current, db

blueprint = token_blueprint("preferences")

# What the page may open with; the code stands in the address, the sentence here.
_DONE = {
    "lagret": "Endringene er lagret.",
    "sluttet": "Du følger ikke lenger temaet. Resten er som før.",
    "pause": "Pausen har begynt. Du får ingenting før den er over.",
    "igjen": "Pausen er slutt. Du får neste nyhetsbrev.",
    "avmeldt": "Du er meldt av og får ikke flere nyhetsbrev.",
    "angret": "Avmeldingen er angret. Alt er som før.",
    "lenke": "Vi sender deg en e-post med en lenke som virker i ett døgn. Vi sender høyst én slik i døgnet.",
    "sendt": "Du har nylig fått en slik lenke. Se etter den i innboksen og i søppelposten, eller be om en ny i morgen.",
}


@blueprint.get("/innstillinger/<token>")
@public
def show(token: str) -> str:
    grant, subscriber = _opened(token)
    return _page(token, grant, subscriber, {})


@blueprint.post("/innstillinger/<token>")
@public
def change(token: str) -> BaseResponse | tuple[str, int]:
    grant, subscriber = _opened(token)
    try:
        wanted = Preferences(
            language=asked_language(request.form.get("language")),
            topics=tuple(request.form.getlist("topics")),
            frequency=asked_frequency(request.form.get("frequency")),
        )
        change_preferences(db(), current().clock, grant.subscriber_id, wanted, origin=_origin(token))
    except InvalidInput as error:
        return _page(token, grant, subscriber, {error.field or "topics": _(str(error))}), 422
    return _back(token, "lagret")


@blueprint.post("/innstillinger/<token>/pause")
@public
def rest(token: str) -> BaseResponse:
    """Begin a pause, or end it."""
    grant, _subscriber = _opened(token)
    length = request.form.get("length", "")
    if length in set(Pause):
        pause(db(), current().clock, grant.subscriber_id, Pause(length), origin=_origin(token))
        return _back(token, "pause")
    resume(db(), current().clock, grant.subscriber_id, origin=_origin(token))
    return _back(token, "igjen")


@blueprint.post("/innstillinger/<token>/tema")
@public
def leave_one_topic(token: str) -> BaseResponse:
    grant, _subscriber = _opened(token)
    topic = request.form.get("topic", "")
    leave_topic(db(), current().clock, grant.subscriber_id, topic, origin=_origin(token))
    return _back(token, "sluttet")


@blueprint.post("/innstillinger/<token>/avmelding")
@public
def leave(token: str) -> BaseResponse:
    grant, _subscriber = _opened(token)
    unsubscribe(db(), current().clock, grant.subscriber_id, _origin(token))
    return _back(token, "avmeldt")


@blueprint.post("/innstillinger/<token>/angre")
@public
def undo(token: str) -> BaseResponse:
    """Take back the leaving of a moment ago."""
    grant, _subscriber = _opened(token)
    undo_unsubscribe(db(), current().clock, grant.subscriber_id, _origin(token), keys=current().keyring)
    return _back(token, "angret")


@blueprint.post("/innstillinger/<token>/lenke")
@public
def send_link(token: str) -> BaseResponse:
    grant, _subscriber = _opened(token)
    keys, limits = current().keyring, current().sign_up_limits
    comes = ask_for_settings(db(), current().clock, grant.subscriber_id, keys=keys, limits=limits)
    return _back(token, "lenke" if comes else "sendt")


@blueprint.post("/innstillinger/<token>/kopi")
@public
def copy(token: str) -> Response:
    """A POST, because programs that follow links in mails must not get it."""
    grant, _subscriber = _opened(token, only_settings=True)
    held = json.dumps(personal_data(db(), grant.subscriber_id), ensure_ascii=False, indent=2)
    response = Response(held + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="mine-opplysninger.json"'
    return response


@blueprint.get("/innstillinger/<token>/sletting")
@public
def erasure_question(token: str) -> str:
    _grant, subscriber = _opened(token, only_settings=True)
    return render_template(
        "web/public/erase.html", token=token, masked=masked(subscriber.normalized), is_on=_is_on(subscriber)
    )


@blueprint.post("/innstillinger/<token>/sletting")
@public
def erasure(token: str) -> str:
    try:
        grant, _subscriber = _opened(token, only_settings=True)
        erase_everywhere(current(), db(), grant.subscriber_id, actor=Actor.subscriber(grant.subscriber_id))
    except (NobodyThere, NotFound):  # the other of two clicks was a moment before
        pass
    return render_template("web/public/erased.html")


@blueprint.errorhandler(Refused)
def link_not_good(error: Refused) -> tuple[str, int]:
    speak_their_language(error)
    status = 403 if isinstance(error, NotPermitted) else 410
    return render_template("web/public/link_not_good.html", sentence=_(str(error))), status


def _opened(token: str, *, only_settings: bool = False) -> tuple[Grant, Subscriber]:
    grant = current().links.read(token, Purpose.SETTINGS, Purpose.PREFERENCES, now=current().clock.now())
    subscriber = db().get(Subscriber, grant.subscriber_id)
    if subscriber is None:
        raise NobodyThere
    use_language(subscriber.language)
    if only_settings and grant.purpose is not Purpose.SETTINGS:
        raise NotPermitted("Be om en egen lenke på e-post for å hente en kopi eller slette opplysningene.")
    return grant, subscriber


def _page(token: str, grant: Grant, subscriber: Subscriber, errors: dict[str, str]) -> str:
    done = _DONE.get(request.args.get("gjort", ""))
    return render_template(
        "web/public/preferences.html",
        token=token,
        masked=masked(subscriber.normalized),
        is_on=_is_on(subscriber),
        may_undo=can_undo(subscriber, current().clock),
        since=subscriber.confirmed_at,
        chosen_language=subscriber.language.value,
        languages=[("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English")],
        subjects=choices(language()),
        chosen=subscriber.topics,
        frequencies=frequencies(),
        frequency=subscriber.frequency.value,
        paused_until=subscriber.paused_until,
        pauses=[
            (Pause.MONTH.value, _("1 måned")),
            (Pause.QUARTER.value, _("3 måneder")),
            (Pause.HALF_YEAR.value, _("6 måneder")),
        ],
        may_take_all=grant.purpose is Purpose.SETTINGS,
        done=_(done) if done else None,
        errors=errors,
    )


def _origin(token: str) -> Origin:
    return origin("/innstillinger", token)


def _is_on(subscriber: Subscriber) -> bool:
    return subscriber.status is SubscriberStatus.CONFIRMED


def _back(token: str, done: str) -> BaseResponse:
    return redirect(url_for("preferences.show", token=token, gjort=done), 303)
