"""What subscribers are found by, as an address says it, as a form has it, and in words."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from flask import Flask

from campaigns.editorial.slots import slot_on
from campaigns.language import Language
from campaigns.subscribers.criteria import MOST_DAYS, Criteria, Way
from campaigns.subscribers.register import Wanted
from campaigns.subscribers.subscriber import Frequency, SubscriberStatus
from campaigns.subscribers.topics import SUBJECTS
from service.i18n import gettext as _
from service.i18n import language_name
from service.page_values import local, short_day, subject_name
from service.request import current

_WAYS = {"paamelding": Way.SIGN_UP, "liste": Way.LIST}
_DAY = timedelta(days=1)
_LATELY = (7, 14, 30, 90, 365)


def wanted_of(asked: Mapping[str, str]) -> Wanted:
    """Who an address or a form looks for; what it says that is no choice is passed over."""
    status, tongue, often = asked.get("status", ""), asked.get("spraak", ""), asked.get("hyppighet", "")
    topic, until = asked.get("tema", ""), _date(asked.get("til", ""))
    return Wanted(
        search=asked.get("q", ""),
        status=SubscriberStatus(status) if status in list(SubscriberStatus) else None,
        language=Language(tongue) if tongue in list(Language) else None,
        topic=topic if topic in SUBJECTS else "",
        frequency=Frequency(often) if often in list(Frequency) else None,
        way=_WAYS.get(asked.get("kom", "")),
        since=_midnight(_date(asked.get("fra", ""))),
        before=_midnight(until + _DAY if until is not None else None),
        last_days=_days(asked.get("siste", "")),
        held_back=asked.get("sperret") == "1",
    )


def asked_of(criteria: Criteria) -> dict[str, str]:
    """The same, as an address says it."""
    found = {
        "q": criteria.search if isinstance(criteria, Wanted) else "",
        "status": criteria.status.value if criteria.status else "",
        "spraak": criteria.language.value if criteria.language else "",
        "tema": criteria.topic,
        "hyppighet": criteria.frequency.value if criteria.frequency else "",
        "kom": next((name for name, way in _WAYS.items() if way is criteria.way), ""),
        "siste": str(criteria.last_days) if criteria.last_days else "",
        "fra": local(criteria.since).date().isoformat() if criteria.since else "",
        "til": last_day(criteria.before).isoformat() if criteria.before else "",
        "sperret": "1" if criteria.held_back else "",
    }
    return {name: value for name, value in found.items() if value}


def criteria_words(criteria: Criteria) -> list[str]:
    """A few words for each thing that is asked for, as the page says them."""
    statuses = {"confirmed": _("bekreftet"), "pending": _("venter på bekreftelse"), "unsubscribed": _("avmeldt")}
    often = {"each": _("hver utsendelse"), "weekly": _("én e-post i uken"), "monthly": _("én e-post i måneden")}
    ways = {"sign_up": _("meldte seg på selv"), "list": _("kom fra en liste")}
    found = []
    if criteria.status:
        found.append(statuses[criteria.status.value])
    if criteria.topic:
        found.append(_("valgte «%(subject)s»", subject=subject_name(criteria.topic)))
    if criteria.language:
        found.append(_("leser %(language)s", language=language_name(criteria.language)))
    if criteria.frequency:
        found.append(_("vil ha %(often)s", often=often[criteria.frequency.value]))
    if criteria.way:
        found.append(ways[criteria.way.value])
    if criteria.last_days:
        found.append(_lately(criteria.last_days))
    if criteria.since:
        found.append(_("kom %(day)s eller senere", day=short_day(criteria.since)))
    if criteria.before:
        found.append(_("kom %(day)s eller før", day=short_day(last_day(criteria.before))))
    if criteria.held_back:
        found.append(_("sperret"))
    return found


def lately_choices(criteria: Criteria) -> list[tuple[str, str]]:
    """So many days back there are to choose among; one that was asked for in another way stands among them."""
    days = sorted({*_LATELY, criteria.last_days or _LATELY[0]})
    words = {each: _("Siste %(number)s dager", number=each) if each > 1 else _("Det siste døgnet") for each in days}
    return [("", _("Når som helst")), *((str(each), said) for each, said in words.items())]


def last_day(before: datetime) -> date:
    """The last whole day before this midnight."""
    return local(before).date() - _DAY


def install(app: Flask) -> None:
    app.jinja_env.filters["criteria_words"] = criteria_words
    app.jinja_env.filters["asked_of"] = asked_of


def _lately(days: int) -> str:
    if days == 1:
        return _("kom det siste døgnet")
    return _("kom de siste %(number)s dagene", number=days)


def _days(text: str) -> int | None:
    fits = text.isascii() and text.isdecimal() and len(text) < 5 and 1 <= int(text) <= MOST_DAYS
    return int(text) if fits else None


def _date(text: str) -> date | None:
    """The date; not the first and the last of all, which have a midnight on one calendar and not on the next."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if date.min < found < date.max else None


def _midnight(on: date | None) -> datetime | None:
    """When the date begins on the office's clock."""
    return slot_on(on, time(), current().clock.zone) if on is not None else None
