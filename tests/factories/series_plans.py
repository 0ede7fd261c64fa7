"""Series of issues as people set them up, and approved drafts that have gone out for them to tell of."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session, select

from campaigns.audit import Actor
from campaigns.clock import Clock, FixedClock
from campaigns.delivery.publish import publish_draft
from campaigns.editorial.draft import Draft
from campaigns.editorial.editor import Editor
from campaigns.language import Language
from campaigns.newsletter.rhythm import Every, Rhythm
from campaigns.newsletter.series import IssueSeries
from campaigns.newsletter.series_filling import Filled, fill_one
from campaigns.newsletter.series_steps import SeriesPlan, begin_series
from campaigns.subscribers.register import Wanted
from campaigns.subscribers.segments import save_segment
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from tests.factories.composing import mail_draft
from tests.factories.newsroom import SLOT

FIRST_SLOT = datetime(2027, 6, 1, 6, 0, tzinfo=UTC)  # Tuesday 1 June, 08:00 in Oslo
FIRST_FILL = datetime(2027, 5, 27, 6, 0, tzinfo=UTC)  # five days before


def monthly(**given: Any) -> SeriesPlan:
    """On the first of the month at 08:00, filled five days before."""
    values: dict[str, Any] = {
        "name": "Månedsbrev",
        "rhythm": Rhythm(every=Every.MONTH_DAY, day=1),
        "at": time(8),
        "lead_days": 5,
        "begins_on": date(2027, 5, 10),
        "language": Language.BOKMAAL,
        "subject": "Månedsbrev {forrige måned} {år}",
        "preheader": "Det viktigste fra monitoren i {forrige måned}.",
        "opening": "Kjære leser, dette skjedde i {forrige måned}.",
    } | given
    return SeriesPlan(**values)


def begun(session: Session, clock: Clock, by: Editor, token: str = "a", **given: Any) -> IssueSeries:
    return begin_series(session, by, monthly(**given), clock=clock, form_token=token)


def gone_out(
    session: Session, clock: FixedClock, by: Editor, approved_by: Editor, key: str, **given: Any
) -> Draft:  # fmt: skip
    """An approved draft that goes out at its slot. Leaves the clock there."""
    draft = mail_draft(session, clock, by, approved_by, key, **given)
    clock.move_to(max(clock.now(), draft.slot_at or SLOT))
    publish_draft(session, clock, draft)
    return draft


def coming_round(session: Session, clock: Clock, by: Editor, approved_by: Editor) -> None:
    """A segment, a weekly letter to it that waits for an approver, and a monthly one on its way."""
    segment = save_segment(
        session, clock, name="Kreftleserne", wanted=Wanted(topic="kreft"), actor=Actor.editor(by.id or 0)
    )  # fmt: skip
    for person in session.exec(select(Subscriber).where(Subscriber.status == SubscriberStatus.CONFIRMED).limit(3)):
        person.topics = ["kreft"]
        session.add(person)
    out = mail_draft(session, clock, by, approved_by, "overlevelse", slot_at=clock.now() + timedelta(hours=1))
    publish_draft(session, clock, out)
    weekly = {
        "name": "Ukebrev om kreft",
        "rhythm": Rhythm(every=Every.WEEK, weekday=3),
        "subject": "Uke {uke}: nytt om kreft",
        "preheader": "",
        "opening": "Dette er ukas nyheter om kreft.",
    }
    week = begun(session, clock, by, "uke", segment_id=segment.id, **weekly)
    begun(session, clock, by, "maaned")
    fill_one(session, week.id or 0, clock, Filled())
