"""Drafts that have been overtaken: nothing goes out with figures its source has replaced, or about a day that moved."""

from collections.abc import Iterator
from datetime import datetime, time

from babel.dates import format_date
from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.days.calendar import edition_of
from campaigns.days.occurrence import Occurrence
from campaigns.drafting.what_changed import what_changed
from campaigns.editorial.draft import EDITABLE, Draft, DraftKind, DraftStatus
from campaigns.editorial.lapse import supersede
from campaigns.embargo import as_seen_at
from campaigns.indicators.observations import latest_vintage
from campaigns.indicators.vintage import Vintage


def mark_stale(session: Session, clock: Clock) -> list[int]:
    """Take every pending draft with overtaken figures, or of a day that has moved, off its way out; returns their ids.

    A standing approval is void with it. Drafts no person has touched are written anew by the next drafting run.
    """
    overtaken = [*_with_old_figures(session, clock), *_of_moved_days(session, clock)]
    return [
        draft_id for draft_id, reason, note in overtaken if supersede(session, draft_id, note, clock, reason=reason)
    ]


def acknowledge(session: Session, draft_id: int, clock: Clock) -> None:
    """A person takes a stale draft up as it is: from now on only what comes after this overtakes it."""
    draft = session.get(Draft, draft_id)
    if draft is None or draft.status is not DraftStatus.STALE:
        return
    quoted = session.get(Vintage, draft.vintage_id) if draft.vintage_id is not None else None
    newest = _newest_told(session, draft, quoted, clock) if quoted is not None else None
    if newest is not None:
        draft.vintage_id = newest.id
    edition = _edition(session, draft)
    draft.occurs_on = datetime.combine(edition.start, time(), clock.zone) if edition is not None else None
    session.add(draft)


def _newest_told(session: Session, draft: Draft, quoted: Vintage, clock: Clock) -> Vintage | None:
    """The newest figures that may be told when the draft may go out: those under embargo overtake nothing yet."""
    with as_seen_at(session, max(clock.now(), draft.embargo_until or clock.now())):
        return latest_vintage(session, quoted.dataset_id)


def _edition(session: Session, draft: Draft) -> Occurrence | None:
    """The day it was made for, as it stands now; None when the draft is of no day, or the day is cancelled."""
    kind, _, rest = draft.idempotency_key.partition(":")
    day_id, _, year = rest.rpartition(":")
    return edition_of(session, day_id, int(year)) if kind == "day" and year.isdigit() else None


def _with_old_figures(session: Session, clock: Clock) -> Iterator[tuple[int, str, str]]:
    pending = session.exec(
        select(Draft, Vintage)
        .join(Vintage, col(Vintage.id) == col(Draft.vintage_id))
        .where(col(Draft.status).in_(EDITABLE))
        .order_by(col(Draft.id))
    ).all()
    for draft, quoted in pending:
        newest = _newest_told(session, draft, quoted, clock)
        if newest is None or newest.seq <= quoted.seq or draft.id is None:
            continue
        changed = what_changed(session, draft, quoted, newest)
        came = format_date(newest.first_seen_at.astimezone(clock.zone), "d. MMMM y", locale="nb")
        yield (
            draft.id,
            "nyere tall",
            f"Kilden har kommet med nyere tall ({came}): {changed}. Skriv utkastet på nytt, eller trekk det tilbake.",
        )


def _of_moved_days(session: Session, clock: Clock) -> Iterator[tuple[int, str, str]]:
    pending = session.exec(
        select(Draft)
        .where(Draft.kind == DraftKind.DAY, col(Draft.status).in_(EDITABLE), col(Draft.occurs_on).is_not(None))
        .order_by(col(Draft.id))
    ).all()
    for draft in pending:
        if draft.occurs_on is None or draft.id is None:
            continue
        drafted_for = draft.occurs_on.astimezone(clock.zone).date()
        found = _edition(session, draft)
        was = format_date(drafted_for, "d. MMMM y", locale="nb")
        if found is None:
            yield draft.id, "dagen er avlyst", f"Dagen, som skulle være {was}, er avlyst. Trekk utkastet tilbake."
        elif found.start != drafted_for:
            now = format_date(found.start, "d. MMMM y", locale="nb")
            yield (
                draft.id,
                "dagen er flyttet",
                f"Dagen er flyttet fra {was} til {now}. Skriv utkastet på nytt, eller trekk det tilbake.",
            )
