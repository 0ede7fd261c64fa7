"""What has been published, which figures are expected and which days are coming, for people's own calendars.

Of what is not out yet, only the name and the time are told: of days, and of releases that are planned and under no
embargo. No draft, planned text or figure is looked at (design.md §7). A month or a season stands on its first day.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from flask import Response

from campaigns.days.calendar import occurrences
from campaigns.days.ics import CalendarEvent, EventStatus, calendar_text
from campaigns.days.span import Span
from campaigns.indicators.expected_time import Precision
from campaigns.indicators.expected_words import expected_words
from campaigns.indicators.release import PlannedRelease, ReleaseState
from campaigns.indicators.release_plan import public_releases
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
    events = [*_issues(), *_releases(clock.today()), *_days(clock.today())]
    title = _("Utgivelser, ventede tall og merkedager fra %(name)s", name=current().settings.monitor_name)
    text = calendar_text(events, title=title, stamped_at=clock.now())
    return cacheable(Response(text, mimetype="text/calendar"), seconds=3600)


def _issues() -> Iterator[CalendarEvent]:
    service = current()
    for issue in published_issues(db(), service.clock.now()):
        on = issue.out_at.astimezone(service.clock.zone).date()
        yield CalendarEvent(
            uid=f"utsendelse-{issue.id}@{service.settings.list_id}",
            span=Span(on, on),
            name=issue.subject,
            description=issue.preheader,
            url=f"{service.settings.public_url}/arkiv/{issue.slug}",
        )


def _releases(today: date) -> Iterator[CalendarEvent]:
    service = current()
    for release in public_releases(db(), service.clock.now(), today - _BACK, today + _AHEAD):
        assert release.starts_on is not None, "only what has a time is in the calendar"
        title = release.title_in(language()) + (f" ({release.period})" if release.period else "")
        when = expected_words(release.expected, service.clock.zone, language())
        yield CalendarEvent(
            uid=f"plan-{release.id}@{service.settings.list_id}",
            span=Span.day(release.starts_on),
            name=_("Nye tall fra %(publisher)s: %(title)s", publisher=release.publisher, title=title),
            description=_("Ventet: %(when)s", when=when),
            url=release.link,
            at=release.at,
            status=_status(release),
            sequence=release.sequence,
        )


def _status(release: PlannedRelease) -> EventStatus:
    if release.state is ReleaseState.CANCELLED:
        return EventStatus.CANCELLED
    vague = release.precision not in {Precision.MOMENT, Precision.DAY}
    return EventStatus.TENTATIVE if release.uncertain or vague else EventStatus.CONFIRMED


def _days(today: date) -> Iterator[CalendarEvent]:
    for found in occurrences(db(), today - _BACK, today + _AHEAD):
        if found.is_markable:
            yield CalendarEvent(
                uid=f"{found.day_id}-{found.year}@{current().settings.list_id}",
                span=found.span,
                name=found.name_in(language()),
            )
