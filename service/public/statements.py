"""The privacy notice and the accessibility statement."""

from flask import render_template

from service.auth.access import public
from service.public.reading import reading_blueprint
from service.request import current

blueprint = reading_blueprint("statements")


@blueprint.get("/personvern")
@public
def privacy() -> str:
    settings = current().settings
    return render_template("web/public/privacy.html", contact=settings.reply_to, kept=settings)


@blueprint.get("/tilgjengelighet")
@public
def accessibility() -> str:
    return render_template("web/public/accessibility.html", contact=current().settings.reply_to)
