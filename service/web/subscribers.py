"""Subscribers as staff see them: found by address or by what they chose, and taken out as a list."""

from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request

from campaigns.audit import Actor
from campaigns.editorial.editor import Role
from campaigns.language import Language
from campaigns.subscribers.lists import export_subscribers
from campaigns.subscribers.register import Wanted, counts, register_page
from campaigns.subscribers.subscriber import Frequency, SubscriberStatus
from campaigns.subscribers.throttle import last_alarm
from campaigns.subscribers.topics import SUBJECTS, choices
from service.auth.access import requires, signed_in
from service.i18n import language
from service.request import current, db, signed_in_editor

blueprint = Blueprint("subscribers", __name__, url_prefix="/redaksjon/abonnenter")


@blueprint.get("")
@signed_in
def index() -> str:
    wanted = _wanted()
    return render_template(
        "web/subscribers/index.html",
        counts=counts(db()),
        page=register_page(db(), wanted, page=request.args.get("side", 1, int)),
        wanted=wanted,
        asked={key: value for key, value in request.args.items() if key in _ASKED and value},
        subjects=choices(language()),
        in_clear=signed_in_editor().may(Role.ADMIN),
        alarm=last_alarm(db(), current().clock),
        limits=current().sign_up_limits,
    )


@blueprint.post("/uttak")
@requires(Role.ADMIN)
def export() -> Response:
    """Those who are shown, all of them, as CSV. That they were taken out, and by whom, is written down."""
    lines = export_subscribers(db(), current().clock, actor=Actor.editor(signed_in_editor().id or 0), wanted=_wanted())
    scope = current().database.session_scope

    def body() -> Iterator[str]:
        yield "\ufeff"  # tells spreadsheets that it is UTF-8
        with scope(read_only=True) as session:
            yield from lines(session)

    name = f"abonnenter-{current().clock.today().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body(), mimetype="text/csv", headers=headers)


_ASKED = ("q", "status", "spraak", "tema", "hyppighet", "sperret")


def _wanted() -> Wanted:
    asked = request.values
    status, tongue, often = asked.get("status", ""), asked.get("spraak", ""), asked.get("hyppighet", "")
    topic = asked.get("tema", "")
    return Wanted(
        search=asked.get("q", ""),
        status=SubscriberStatus(status) if status in list(SubscriberStatus) else None,
        language=Language(tongue) if tongue in list(Language) else None,
        topic=topic if topic in SUBJECTS else "",
        frequency=Frequency(often) if often in list(Frequency) else None,
        held_back=asked.get("sperret") == "1",
    )
