"""The sign-up form alone, to stand in a frame on the monitor's own site.

The frame comes from here and stays here: no script of others, no cookie, nothing measured. Only the sites in
``PANEL_ORIGINS`` may show it. What is asked and answered is what the page of its own asks and answers.
"""

from flask import Response, make_response

from service.auth.access import public
from service.headers import content_security_policy
from service.public.reading import reading_blueprint
from service.public.sign_up import shown_form, taken
from service.request import current

blueprint = reading_blueprint("panel")


@blueprint.get("/abonner/panel")
@public
def panel() -> str:
    return shown_form("web/public/panel.html")


@blueprint.post("/abonner/panel")
@public
def sign_up_in_panel() -> str | tuple[str, int]:
    return taken("web/public/panel.html", done="web/public/panel_done.html", where="/abonner/panel")


@blueprint.after_request
def _in_these_frames(response: Response) -> Response:
    response = make_response(response)
    response.headers["Content-Security-Policy"] = content_security_policy(current().settings.framing_sites)
    return response
