"""What has been published and which days are coming, for people's own calendars.

Of what is not out yet, only the day's name and date are told: they are the calendar's, not ours to hold back. No
draft, planned text or figure is looked at (embargo, design.md §7).
"""

from collections.abc import Iterator
from datetime import date, timedelta

from flask import Response

from campaigns.days.calendar import occurrences
from campaigns.days.ics import CalendarEvent, calendar_text
from campaigns.days.span import Span
from campaigns.newsletter.archive import published_issues
from service.auth.access import public
from service.i18n import gettext as _
from service.i18n import language
from service.public.reading import cacheable, reading_blueprint
from service.request import current, db

blueprint = reading_blueprint("calendar_feed")

_BACK, _AHEAD = timedelta(days=400), timedelta(days=400)


@blueprint.get("/kalender.ics")
@public
def calendar() -> Response:
    clock = current().clock
    events = [*_issues(), *_days(clock.today())]
    title = _("Utgivelser og merkedager fra %(name)s", name=current().settings.monitor_name)
    text = calendar_text(events, title=title, stamped_at=clock.now())
    return cacheable(Response(text, mimetype="text/calendar"), seconds=3600)


def _issues() -> Iterator[CalendarEvent]:
    service = current()
    for issue in published_issues(db(), service.clock.now()):
        on = issue.slot_at.astimezone(service.clock.zone).date()
        yield CalendarEvent(
            uid=f"utsendelse-{issue.id}@{service.settings.list_id}",
            span=Span(on, on),
            name=issue.subject,
            description=issue.preheader,
            url=f"{service.settings.public_url}/arkiv/{issue.slug}",
        )


def _days(today: date) -> Iterator[CalendarEvent]:
    for found in occurrences(db(), today - _BACK, today + _AHEAD):
        if found.is_markable:
            yield CalendarEvent(
                uid=f"{found.day_id}-{found.year}@{current().settings.list_id}",
                span=found.span,
                name=found.name_in(language()),
            )
