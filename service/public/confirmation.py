"""The page the confirmation mail leads to. GET only asks; the subscription begins with the POST (S-41)."""

from flask import render_template

from campaigns.errors import Refused
from campaigns.subscribers.addresses import masked
from campaigns.subscribers.consent import wording
from campaigns.subscribers.enrolment import LinkSpent, confirm
from campaigns.subscribers.links import Grant, NobodyThere, Purpose, same_epoch
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from service.auth.access import public
from service.i18n import gettext as _
from service.i18n import use_language
from service.public.reading import origin, speak_their_language, token_blueprint
from service.request import current, db

blueprint = token_blueprint("confirmation")


@blueprint.get("/bekreft/<token>")
@public
def question(token: str) -> str:
    grant, subscriber = _opened(token)
    use_language(subscriber.language)
    if not same_epoch(grant, subscriber):
        if subscriber.status is not SubscriberStatus.CONFIRMED:
            raise LinkSpent
        return _welcome(subscriber)
    return render_template(
        "web/public/confirm.html", masked=masked(subscriber.normalized), consent=wording(subscriber.language)
    )


@blueprint.post("/bekreft/<token>")
@public
def confirmation(token: str) -> str:
    grant, subscriber = _opened(token)
    use_language(subscriber.language)
    subscriber = confirm(
        db(),
        current().clock,
        grant,
        keys=current().keyring,
        origin=origin("/bekreft", token),
        welcome=current().settings.welcome_mail,
    )
    return _welcome(subscriber)


@blueprint.errorhandler(Refused)
def link_not_good(error: Refused) -> tuple[str, int]:
    speak_their_language(error)
    return render_template("web/public/link_not_good.html", sentence=_(str(error))), 410


def _opened(token: str) -> tuple[Grant, Subscriber]:
    grant = current().links.read(token, Purpose.CONFIRM, now=current().clock.now())
    subscriber = db().get(Subscriber, grant.subscriber_id)
    if subscriber is None:
        raise NobodyThere
    return grant, subscriber


def _welcome(subscriber: Subscriber) -> str:
    assert subscriber.id is not None
    preferences = current().links.preferences_url(subscriber.id, subscriber.confirmed_at or current().clock.now())
    return render_template("web/public/confirmed.html", preferences=preferences, frequency=subscriber.frequency.value)
