"""The front page and the sign-up form. What it answers is the same for every address (S-40)."""

from flask import g, render_template, request

from campaigns.errors import InvalidInput
from campaigns.language import Language
from campaigns.newsletter.archive import published_issues
from campaigns.subscribers import throttle
from campaigns.subscribers.addresses import parse_address
from campaigns.subscribers.consent import wording
from campaigns.subscribers.enrolment import SignUp, ask
from campaigns.subscribers.throttle import TooManySignUps
from campaigns.subscribers.topics import choices
from service.auth.access import public
from service.i18n import gettext as _
from service.i18n import language
from service.public.reading import asked_language, origin, reading_blueprint
from service.request import current, db

blueprint = reading_blueprint("sign_up")

# People never see this field and leave it empty; programs that fill in every field do not.
HONEYPOT = "nettsted"
_ON_THE_FRONT_PAGE = 5
_LIMITS = throttle.DEFAULT_LIMITS


@blueprint.get("/")
@public
def front_page() -> str:
    issues = published_issues(db(), current().clock.now(), limit=_ON_THE_FRONT_PAGE)
    return _form("web/public/front.html", {}, issues=issues)


@blueprint.get("/abonner")
@public
def form() -> str:
    return _form("web/public/sign_up.html", {})


@blueprint.post("/abonner")
@public
def sign_up() -> str | tuple[str, int]:
    """Take the form; a robot is thanked like everybody else, and nothing happens."""
    if request.form.get(HONEYPOT):
        return render_template("web/public/sign_up_done.html")
    if _filled_in_too_fast():
        return _refused({"address": _("Det gikk litt fort. Se over adressen og trykk på Abonner en gang til.")}, 422)
    try:
        wanted = SignUp(
            address=parse_address(request.form.get("address", "")),
            language=asked_language(request.form.get("language")),
            topics=tuple(request.form.getlist("topics")),
            origin=origin("/abonner"),
        )
        ask(db(), current().clock, wanted, keys=current().keyring, limits=_LIMITS)
    except InvalidInput as error:
        return _refused({error.field or "address": _(str(error))}, 422)
    except TooManySignUps as error:
        return _refused({"address": _(str(error))}, 429)
    return render_template("web/public/sign_up_done.html")


def _refused(errors: dict[str, str], status: int) -> tuple[str, int]:
    return _form("web/public/sign_up.html", errors), status


def _form(template: str, errors: dict[str, str], **values: object) -> str:
    return render_template(
        template,
        errors=errors,
        address=request.form.get("address", ""),
        chosen_language=asked_language(request.form.get("language")).value,
        languages=[(tag.value, name) for tag, name in _LANGUAGE_NAMES],
        subjects=choices(language()),
        chosen=request.form.getlist("topics"),
        consent=wording(language()),
        honeypot=HONEYPOT,
        **values,
    )


def _filled_in_too_fast() -> bool:
    shown_at = g.get("form_shown_at")  # None when a member of staff is signed in: their form token is another
    return shown_at is not None and current().clock.now() - shown_at < _LIMITS.fastest_fill


_LANGUAGE_NAMES = (
    (Language.BOKMAAL, "Bokmål"),
    (Language.NYNORSK, "Nynorsk"),
    (Language.ENGLISH, "English"),
)
