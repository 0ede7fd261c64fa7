"""What people do with a series: begin it, change it, pause it, end it. Each is one call and one row in the trail."""

import hashlib
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Self

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from campaigns.audit import record
from campaigns.clock import Clock
from campaigns.editorial.changes import clean_text
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.steps import acting, require_role
from campaigns.errors import InvalidInput, NotFound, StaleVersion, TransitionNotAllowed
from campaigns.language import Language, one_line
from campaigns.newsletter.compose_issue import MOST_ITEMS
from campaigns.newsletter.rhythm import Every, Rhythm
from campaigns.newsletter.series import IssueSeries, SeriesStatus, SeriesTurn, TakesIn, id_of_series
from campaigns.newsletter.series_words import require_known_places
from campaigns.subscribers.segment import Segment
from campaigns.subscribers.topics import known_topics

LEAD = {Every.MONTH_DAY: 14, Every.MONTH_WEEKDAY: 14, Every.FORTNIGHT: 13, Every.WEEK: 6}
"""How many days ahead it may be filled: it must not be old when it goes, nor filled before the last one has gone."""
MOST = MOST_ITEMS - 1  # its own words take one place
_NAME = 80
_LONGEST_OPENING = 5_000
_WHEN = frozenset({"rhythm", "at", "begins_on"})
STATUS_LABELS = {SeriesStatus.ACTIVE: "i gang", SeriesStatus.PAUSED: "på pause", SeriesStatus.ENDED: "avsluttet"}


@dataclass(frozen=True, kw_only=True)
class SeriesPlan:
    """Everything that is chosen for a series."""

    name: str
    rhythm: Rhythm
    at: time
    lead_days: int
    begins_on: date
    language: Language
    subject: str
    preheader: str = ""
    opening: str = ""
    takes_in: TakesIn = TakesIn.SENT
    most_items: int = 12
    subjects: tuple[str, ...] = ()
    reader_languages: tuple[Language, ...] = ()
    segment_id: int | None = None

    @classmethod
    def of(cls, series: IssueSeries) -> Self:
        """What is chosen for this one."""
        return cls(
            name=series.name,
            rhythm=series.comes,
            at=series.wall_time,
            lead_days=series.lead_days,
            begins_on=series.begins_on,
            language=series.language,
            subject=series.subject,
            preheader=series.preheader,
            opening=series.opening,
            takes_in=series.takes_in,
            most_items=series.most_items,
            subjects=tuple(series.subjects),
            reader_languages=tuple(Language(tag) for tag in series.reader_languages),
            segment_id=series.segment_id,
        )


def begin_series(session: Session, editor: Editor, plan: SeriesPlan, *, clock: Clock, form_token: str) -> IssueSeries:
    """A new series, active at once. The same ``form_token`` again, from the same person, gives the same one."""
    require_role(editor, Role.AUTHOR, to="lage faste utsendelser")
    actor, editor_id = acting(editor)
    token = hashlib.sha256(f"{editor_id}:{form_token}".encode()).hexdigest()  # two programs may choose the same one
    begun = select(IssueSeries).where(IssueSeries.form_token == token)
    known = session.exec(begun).first()
    if known is not None:
        return known
    series = IssueSeries(
        **checked_plan(session, plan),
        active_since=clock.now(),
        created_at=clock.now(),
        updated_at=clock.now(),
        last_editor_id=editor_id,
        form_token=token,
    )
    try:
        with session.begin_nested():
            session.add(series)
    except IntegrityError:  # the other of two clicks was a moment before
        return session.exec(begun).one()
    record(session, clock, actor, "series.begun", ("series", series.id), name=series.name)
    return series


def change_series(
    session: Session, series_id: int, editor: Editor, plan: SeriesPlan, *, seen_version: int, clock: Clock
) -> bool:
    """Other choices for the issues that come; whether any was. Those that are made are as they are.

    Raises ``StaleVersion`` when somebody saved after ``seen_version``.
    """
    require_role(editor, Role.AUTHOR, to="endre faste utsendelser")
    series = locked_series(session, series_id)
    actor, editor_id = acting(editor)
    if series.status is SeriesStatus.ENDED:
        raise _not_now(series, "changed", "Den faste utsendelsen kan ikke endres")
    new = {name: value for name, value in checked_plan(session, plan).items() if getattr(series, name) != value}
    if not new:
        return False
    if seen_version != series.version:
        raise StaleVersion(
            "Noen har endret den faste utsendelsen etter at du åpnet den. Det du skrev, står nedenfor. Se over det og"
            " lagre på nytt for å bruke det.",
            seen=seen_version,
            current=series.version,
        )
    for name, value in new.items():
        setattr(series, name, value)
    if _WHEN & new.keys():  # what would have come by the new rhythm before now was never to come
        series.active_since = clock.now()
    series.version += 1
    _save(session, series, clock, editor_id)
    record(session, clock, actor, "series.changed", ("series", series_id), fields=sorted(new))
    return True


def pause_series(session: Session, series_id: int, editor: Editor, *, clock: Clock) -> IssueSeries:
    """Fill no more issues until somebody resumes it. What is made already is not touched."""
    return _step(session, series_id, editor, SeriesStatus.PAUSED, clock=clock, of=(SeriesStatus.ACTIVE,))


def resume_series(session: Session, series_id: int, editor: Editor, *, clock: Clock) -> IssueSeries:
    """Go on. What came and went meanwhile is not made up for, but the next issue tells of it."""
    rested = locked_series(session, series_id).status is SeriesStatus.PAUSED
    series = _step(session, series_id, editor, SeriesStatus.ACTIVE, clock=clock, of=(SeriesStatus.PAUSED,))
    if rested:  # pressed on an old page it is no pause: what was missed since is to be told of
        series.active_since = clock.now()
    return series


def end_series(session: Session, series_id: int, editor: Editor, *, clock: Clock) -> IssueSeries:
    """Stop for good; its history stays."""
    going = (SeriesStatus.ACTIVE, SeriesStatus.PAUSED)
    return _step(session, series_id, editor, SeriesStatus.ENDED, clock=clock, of=going)


def delete_series(session: Session, series_id: int, editor: Editor, *, clock: Clock) -> None:
    """Remove one that has never come to a turn: there is no history to keep."""
    require_role(editor, Role.AUTHOR, to="slette faste utsendelser")
    series = locked_series(session, series_id)
    if has_turns(session, series):
        raise _not_now(
            series, "deleted", "Bare en fast utsendelse som aldri er fylt, kan slettes; avslutt den i stedet"
        )
    record(session, clock, acting(editor)[0], "series.deleted", ("series", series_id), name=series.name)
    session.delete(series)
    session.flush()


def locked_series(session: Session, series_id: int) -> IssueSeries:
    """The series, read anew, its row held until the caller's transaction ends. Raises ``NotFound``."""
    query = select(IssueSeries).where(IssueSeries.id == series_id).with_for_update()
    series = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if series is None:
        raise NotFound("Fast utsendelse", series_id)
    return series


def has_turns(session: Session, series: IssueSeries) -> bool:
    """Whether it has been filled, or would have been."""
    return session.exec(select(SeriesTurn.id).where(SeriesTurn.series_id == series.id)).first() is not None


def _step(
    session: Session,
    series_id: int,
    editor: Editor,
    status: SeriesStatus,
    *,
    clock: Clock,
    of: tuple[SeriesStatus, ...],
) -> IssueSeries:
    require_role(editor, Role.AUTHOR, Role.APPROVER, to="styre faste utsendelser")
    series = locked_series(session, series_id)
    if series.status is status:
        return series  # a second click
    if series.status not in of:
        raise _not_now(series, status.value, "Den faste utsendelsen kan ikke endres slik")
    actor, editor_id = acting(editor)
    before, series.status = series.status, status
    _save(session, series, clock, editor_id)
    record(session, clock, actor, f"series.{status.value}", ("series", id_of_series(series)), before=before.value)
    return series


def _save(session: Session, series: IssueSeries, clock: Clock, editor_id: int) -> None:
    series.updated_at, series.last_editor_id = clock.now(), editor_id
    session.add(series)
    session.flush()


def _not_now(series: IssueSeries, wanted: str, start: str) -> TransitionNotAllowed:
    return TransitionNotAllowed(
        f"{start}: den er {STATUS_LABELS[series.status]}. Last siden på nytt for å se hva som har skjedd.",
        state=series.status.value,
        wanted=wanted,
    )


def checked_plan(session: Session, plan: SeriesPlan) -> dict[str, Any]:
    """The columns' values. Raises ``InvalidInput`` that names the field."""
    name, subject = one_line(plan.name), clean_text("subject", plan.subject)
    if not name:
        raise InvalidInput("Gi den faste utsendelsen et navn.", field="name")
    if len(name) > _NAME:
        raise InvalidInput(f"Navnet kan ha {_NAME} tegn. Kort det ned.", field="name")
    if not subject:
        raise InvalidInput("Skriv et emne, for eksempel «Månedsbrev {måned} {år}».", field="subject")
    if not 1 <= plan.lead_days <= LEAD[plan.rhythm.every]:
        raise InvalidInput(f"Velg fra 1 til {LEAD[plan.rhythm.every]} dager før.", field="lead_days")
    if not 1 <= plan.most_items <= MOST:
        raise InvalidInput(f"Velg fra 1 til {MOST} utkast.", field="most_items")
    preheader, opening = clean_text("preheader", plan.preheader), plan.opening.strip()
    for field, words in (("subject", subject), ("preheader", preheader), ("opening", opening)):
        require_known_places(words, field)
    if len(opening) > _LONGEST_OPENING:
        sentence = f"Innledningen er på {len(opening)} tegn; det er plass til {_LONGEST_OPENING}."
        raise InvalidInput(sentence, field="opening")
    if plan.segment_id is not None and session.get(Segment, plan.segment_id) is None:
        raise InvalidInput("Utvalget er slettet siden du åpnet siden. Velg mottakere på nytt.", field="segment")
    return {
        "name": name,
        "rhythm": plan.rhythm.stored(),
        "at": plan.at.strftime("%H:%M"),
        "lead_days": plan.lead_days,
        "begins_on": plan.begins_on,
        "language": plan.language,
        "subject": subject,
        "preheader": preheader,
        "opening": opening,
        "takes_in": plan.takes_in,
        "most_items": plan.most_items,
        "subjects": list(known_topics(plan.subjects)),
        "reader_languages": [tag.value for tag in plan.reader_languages],
        "segment_id": plan.segment_id,
    }
