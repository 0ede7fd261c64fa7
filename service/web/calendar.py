"""The calendar: days, drafts and slots, a month at a time."""

from flask import Blueprint, render_template, request

from campaigns.days.calendar import occurrences
from campaigns.editorial.month import drafts_between
from service.auth.access import signed_in
from service.request import current, db
from service.web.month_grid import month, month_of, month_span

blueprint = Blueprint("calendar", __name__, url_prefix="/redaksjon")


@blueprint.get("/kalender")
@signed_in
def show() -> str:
    clock = current().clock
    first = month_of(request.args.get("maaned"), clock.today())
    start, end = month_span(first)
    planned = drafts_between(db(), start, end, clock.zone)
    return render_template(
        "web/calendar/show.html", month=month(first, clock.today(), occurrences(db(), start, end), planned)
    )
