"""Where the recipient's own links of a trial mail lead: a page that says so, and does nothing."""

from flask import render_template

from service.auth.access import public
from service.public.reading import reading_blueprint
from service.settings import Settings

blueprint = reading_blueprint("trial_link")

_PATH = "/proveutsendelse"


def trial_link(settings: Settings) -> str:
    """The address that stands in previews and trial mails instead of a reader's own."""
    return f"{settings.public_url}{_PATH}"


@blueprint.get(_PATH)
@public
def show() -> str:
    return render_template("web/public/trial_link.html")
