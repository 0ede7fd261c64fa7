"""The front page and the sign-up form. What it answers is the same for every address (S-40)."""

from flask import Response, g, jsonify, render_template, request

from campaigns.delivery.archive_marks import marks_on
from campaigns.errors import InvalidInput
from campaigns.language import Language
from campaigns.newsletter.archive import published_issues
from campaigns.newsletter.issue import id_of
from campaigns.subscribers import proof_of_work, throttle
from campaigns.subscribers.addresses import parse_address
from campaigns.subscribers.consent import wording
from campaigns.subscribers.enrolment import SignUp, ask
from campaigns.subscribers.subscriber import Frequency
from campaigns.subscribers.throttle import TooManySignUps
from campaigns.subscribers.topics import choices
from service.auth.access import one_click, public, reads_only
from service.i18n import gettext as _
from service.i18n import language
from service.public.reading import asked_frequency, asked_language, frequencies, origin, reading_blueprint
from service.request import current, db

blueprint = reading_blueprint("sign_up")

# People never see this field and leave it empty; programs that fill in every field do not.
HONEYPOT = "nettsted"
_ON_THE_FRONT_PAGE = 5


@blueprint.get("/")
@public
def front_page() -> str:
    now = current().clock.now()
    issues = published_issues(db(), now, limit=_ON_THE_FRONT_PAGE)
    marks = marks_on(db(), [id_of(issue) for issue in issues], now)
    return shown_form("web/public/front.html", issues=issues, marks=marks)


@blueprint.get("/abonner")
@public
def form() -> str:
    return shown_form("web/public/sign_up.html")


@blueprint.post("/abonner")
@public
def sign_up() -> str | tuple[str, int]:
    return taken("web/public/sign_up.html", done="web/public/sign_up_done.html", where="/abonner")


@blueprint.post("/abonner/skjema")
@public
@one_click
@reads_only
def prefilled_form() -> str:
    """The form with an address in it that was typed into a field on another site; nobody is signed up by this.

    That site's reader has pressed no button of ours and seen none of our words, so the form is still to be sent.
    """
    return shown_form("web/public/sign_up.html")


@blueprint.get("/abonner/oppgave")
@public
def proof_challenge() -> Response:
    """The arithmetic that is asked for while sign-ups come in numbers, for the script beside the form."""
    hardness = throttle.pressure(db(), current().clock, current().sign_up_limits).hardness
    return jsonify(proof_of_work.challenge(current().keyring, current().clock, hardness=max(hardness, 1)))


def taken(template: str, *, done: str, where: str) -> str | tuple[str, int]:
    """Take the form; a robot is thanked like everybody else, and nothing happens."""
    if request.form.get(HONEYPOT):
        return render_template(done)
    if _filled_in_too_fast():
        return _refused(template, "address", _("Det gikk litt fort. Se over adressen og trykk på Abonner en gang til."))
    try:
        wanted = SignUp(
            address=parse_address(request.form.get("address", "")),
            language=asked_language(request.form.get("language")),
            topics=tuple(request.form.getlist("topics")),
            frequency=asked_frequency(request.form.get("frequency")),
            proof=request.form.get("proof", ""),
            origin=origin(where),
        )
        ask(db(), current().clock, wanted, keys=current().keyring, limits=current().sign_up_limits)
    except InvalidInput as error:
        return _refused(template, error.field or "address", _(str(error)))
    except TooManySignUps as error:
        return _refused(template, "address", _(str(error)), status=429)
    return render_template(done)


def shown_form(template: str, errors: dict[str, str] | None = None, **values: object) -> str:
    """The form on this page, with what was written in it."""
    asks_proof = throttle.pressure(db(), current().clock, current().sign_up_limits).hardness > 0
    return render_template(
        template,
        errors=errors or {},
        address=request.form.get("address", ""),
        chosen_language=asked_language(request.form.get("language")).value,
        languages=[(tag.value, name) for tag, name in _LANGUAGE_NAMES],
        subjects=choices(language()),
        chosen=request.form.getlist("topics"),
        frequencies=frequencies(),
        frequency=asked_frequency(request.form.get("frequency")).value,
        opened=asked_frequency(request.form.get("frequency")) is not Frequency.EACH,
        consent=wording(language()),
        honeypot=HONEYPOT,
        asks_proof=asks_proof,
        contact=current().settings.reply_to,
        **values,
    )


def _refused(template: str, field: str, sentence: str, *, status: int = 422) -> tuple[str, int]:
    return shown_form(template, {field: sentence}), status


def _filled_in_too_fast() -> bool:
    shown_at = g.get("form_shown_at")  # None when a member of staff is signed in: their form token is another
    return shown_at is not None and current().clock.now() - shown_at < current().sign_up_limits.fastest_fill


_LANGUAGE_NAMES = (
    (Language.BOKMAAL, "Bokmål"),
    (Language.NYNORSK, "Nynorsk"),
    (Language.ENGLISH, "English"),
)
