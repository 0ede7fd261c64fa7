"""What the pages for readers share: the language they are in, and how little a page with a token says to others."""

import hashlib

from flask import Blueprint, Response, request

from campaigns.errors import Refused
from campaigns.language import Language
from campaigns.subscribers.consent import Origin
from campaigns.subscribers.links import LinkExpired
from campaigns.subscribers.subscriber import Frequency, Subscriber
from campaigns.subscribers.throttle import network_of
from service.i18n import gettext as _
from service.i18n import language, use_language, use_language_asked_for
from service.request import current, db


def reading_blueprint(name: str) -> Blueprint:
    """A blueprint whose pages come in the language asked for by ``?sprak=``; no cookie remembers it."""
    blueprint = Blueprint(name, __name__)
    blueprint.before_request(use_language_asked_for)
    return blueprint


def token_blueprint(name: str) -> Blueprint:
    """A blueprint whose addresses hold a token: kept out of caches, indexes and Referer headers (S-23, S-52)."""
    blueprint = reading_blueprint(name)
    blueprint.after_request(_keep_to_ourselves)
    return blueprint


def origin(path: str, token: str | None = None) -> Origin:
    """Where a consent was given: the form's address, never the token in it; of that only a few signs of its hash."""
    return Origin(
        where=f"{current().settings.public_url}{path}",
        network=network_of(request.remote_addr),
        user_agent=_printable(request.headers.get("User-Agent", "")) or None,
        token_id=hashlib.sha256(token.encode()).hexdigest()[:12] if token else None,
    )


def speak_their_language(error: Refused) -> None:
    """Tell of a link that is too old in the language of whom it was for; a forged one says nothing of that."""
    reader = db().get(Subscriber, error.subscriber_id) if isinstance(error, LinkExpired) else None
    if reader is not None:
        use_language(reader.language)


def cacheable(response: Response, seconds: int = 300) -> Response:
    """Let caches keep what is the same for everybody."""
    response.cache_control.public = True
    response.cache_control.max_age = seconds
    return response


def asked_language(text: str | None) -> Language:
    """The language a form names, else the page's own."""
    return Language(text) if text in set(Language) else language()


def asked_frequency(text: str | None) -> Frequency:
    """How often a form says; every time when it says nothing we know."""
    return Frequency(text) if text in set(Frequency) else Frequency.EACH


def frequencies() -> list[tuple[str, str]]:
    """(value, words) of what a reader may choose."""
    return [
        (Frequency.EACH.value, _("Hver gang det kommer noe nytt")),
        (Frequency.WEEKLY.value, _("Én gang i uka, alt samlet")),
        (Frequency.MONTHLY.value, _("Én gang i måneden, alt samlet")),
    ]


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())


def _keep_to_ourselves(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response
