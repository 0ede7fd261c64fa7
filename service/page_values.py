"""What every template may use: dates and numbers in the reader's language, and the facts the frame shows."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_decimal
from flask import Flask, request

from campaigns.delivery.kill_switch import stopped_now
from campaigns.editorial.draft import ApprovalMode
from campaigns.editorial.editor import Role
from campaigns.language import LOCALES, Language
from campaigns.subscribers.addresses import masked
from campaigns.subscribers.topics import choices
from service.auth.sessions import IDLE
from service.i18n import gettext as _
from service.i18n import language
from service.request import current, db, editor
from service.web import figure_words
from service.web.navigation import menu
from service.web.notices import notice_of_request

_WARNED_BEFORE = timedelta(minutes=5)  # of the session's end, so that nobody loses what they write
_STRAKS = timedelta(seconds=45)  # the timetable looks every minute


def locale() -> str:
    """The CLDR locale of the page."""
    return LOCALES[language()]


def local(at: datetime) -> datetime:
    """The same instant on the office's wall clock."""
    return at.astimezone(current().clock.zone)


def day(value: date | datetime) -> str:
    """``torsdag 20. mai 2027``"""
    return format_date(
        _date_of(value), "EEEE d. MMMM y" if language() is not Language.ENGLISH else "EEEE d MMMM y", locale()
    )


def short_day(value: date | datetime) -> str:
    """``20. mai``; with the year when it is not this one."""
    on = _date_of(value)
    dot = "" if language() is Language.ENGLISH else "."
    pattern = f"d{dot} MMMM" if on.year == current().clock.today().year else f"d{dot} MMMM y"
    return format_date(on, pattern, locale())


def time_of_day(at: datetime) -> str:
    """``09.00``; ``09:00`` in English."""
    return format_time(local(at), "HH:mm" if language() is Language.ENGLISH else "HH.mm", locale=locale())


def moment(at: datetime) -> str:
    """``torsdag 20. mai kl. 09.00``"""
    weekday = format_datetime(local(at), "EEEE", locale=locale())
    return _("%(weekday)s %(date)s kl. %(time)s", weekday=weekday, date=short_day(at), time=time_of_day(at))


def ago(at: datetime) -> str:
    """``for 2 timer siden``, ``om 3 dager``"""
    away = at - current().clock.now()
    # Nearer than a fortnight, weeks are too coarse to plan by: eleven days are not «2 uker».
    threshold = 2 if timedelta(days=2) < abs(away) < timedelta(days=14) else 0.85
    said = format_timedelta(away, add_direction=True, threshold=threshold, locale=locale())
    if language() is Language.ENGLISH:
        return said
    # CLDR says «2 døgn»; people say «2 dager».
    days = "dagar" if language() is Language.NYNORSK else "dager"
    return re.sub(r"\b1 døgn", "1 dag", said).replace("døgn", days)


def since(at: datetime) -> str:
    """``for 2 timer siden``; ``nå nettopp`` for what has just been."""
    return ago(at) if current().clock.now() - at >= _STRAKS else _("nå nettopp")


def soon(at: datetime) -> str:
    """``om 3 timer``; ``straks`` for what is due."""
    return ago(at) if at - current().clock.now() >= _STRAKS else _("straks")


def number(value: float) -> str:
    """``1 234`` with a no-break space."""
    return format_decimal(value, locale=locale()).replace("\u202f", "\u00a0")


def month_name(first: date) -> str:
    """``mai 2027``"""
    return format_date(first, "LLLL y", locale())


def machine_time(at: datetime) -> str:
    """For ``<time datetime=…>``."""
    return local(at).isoformat(timespec="minutes")


def subject_name(key: str) -> str:
    """What a subscriber's chosen subject is called; the key itself when it is no longer offered."""
    return dict(choices(language())).get(key, key)


def channel_name(channel: str) -> str:
    """The channel as people call it."""
    return {"newsletter": _("Nyhetsbrev"), "linkedin": "LinkedIn", "facebook": "Facebook"}[channel]


def install(app: Flask) -> None:
    filters: tuple[Any, ...] = (
        day, short_day, time_of_day, moment, ago, since, soon, number, month_name, machine_time, masked, subject_name,
        channel_name,
    )  # fmt: skip
    app.jinja_env.filters.update({f.__name__: f for f in filters})
    figure_words.install(app)
    app.jinja_env.globals["menu"] = menu
    app.jinja_env.globals["stopped_now"] = lambda: stopped_now(db())
    app.context_processor(_frame)


def _frame() -> dict[str, Any]:
    """What the frame around every page shows."""
    settings = current().settings
    reader = editor()
    return {
        "reader": reader,
        "may_write": reader is not None and reader.may(Role.AUTHOR),
        "may_approve": reader is not None and reader.may(Role.APPROVER),
        "may_administer": reader is not None and reader.may(Role.ADMIN),
        "monitor_name": settings.monitor_name,
        "monitor_url": settings.monitor_url,
        "public_url": settings.public_url,
        "one_person": settings.approval is ApprovalMode.ONE_PERSON,
        "demo_now": current().clock.now() if settings.demo_now is not None else None,
        "in_sandbox": settings.smtp_url.startswith("sandbox:"),
        "here": request.path,
        "now": current().clock.now(),
        "notice": notice_of_request(),
        "warn_after_seconds": int((IDLE - _WARNED_BEFORE).total_seconds()),
    }


def _date_of(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value
