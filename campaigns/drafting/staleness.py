"""Drafts whose figures have been overtaken: nothing goes out with numbers its source has replaced."""

from babel.dates import format_date
from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.editorial.draft import Draft
from campaigns.editorial.lapse import PENDING, supersede
from campaigns.indicators.observations import latest_vintage
from campaigns.indicators.vintage import Vintage


def mark_stale(session: Session, clock: Clock) -> list[int]:
    """Take every pending draft whose dataset has a newer accepted vintage off its way out; returns their ids.

    A standing approval is void with it. Drafts no person has touched are written anew by the next drafting run.
    """
    pending = session.exec(
        select(Draft, Vintage)
        .join(Vintage, col(Vintage.id) == col(Draft.vintage_id))
        .where(col(Draft.status).in_(PENDING))
        .order_by(col(Draft.id))
    ).all()
    overtaken = []
    for draft, quoted in pending:
        newest = latest_vintage(session, quoted.dataset_id)
        if newest is None or newest.seq <= quoted.seq:
            continue
        came = format_date(newest.first_seen_at.astimezone(clock.zone), "d. MMMM y", locale="nb")
        note = f"Kilden har kommet med nyere tall ({came}). Skriv utkastet på nytt med dem, eller trekk det tilbake."
        assert draft.id is not None
        if supersede(session, draft.id, note, clock):
            overtaken.append(draft.id)
    return overtaken
