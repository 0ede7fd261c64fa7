"""The queue and the month: each person sees what stands still until they act."""

from datetime import UTC, date, datetime

from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.editorial.draft import ApprovalMode, ChannelName, DraftStatus
from campaigns.editorial.editor import Role
from campaigns.editorial.lapse import lapse_unapproved, supersede
from campaigns.editorial.month import drafts_between
from campaigns.editorial.queue import QueueRow, queue
from tests.factories.newsroom import SLOT, approver, author, editor, scheduled_draft, stored_draft, submitted_draft


def titles(rows: tuple[QueueRow, ...]) -> list[str]:
    return [row.title for row in rows]


def test_it_shows_each_person_what_waits_for_them(session: Session, clock: FixedClock) -> None:
    astrid, gunnar = author(session), approver(session)
    stored_draft(session, clock, key="a", title="Nytt")
    submitted_draft(session, clock, astrid, key="b", title="Til godkjenning")
    scheduled_draft(session, clock, astrid, gunnar, key="c", title="Planlagt")

    for_author, for_approver = queue(session, astrid, clock), queue(session, gunnar, clock)

    assert (titles(for_author.needs_me), titles(for_author.waiting)) == (["Nytt"], ["Til godkjenning"])
    assert (titles(for_approver.needs_me), titles(for_approver.waiting)) == (["Til godkjenning"], ["Nytt"])
    assert titles(for_author.upcoming) == titles(for_approver.upcoming) == ["Planlagt"]
    assert for_approver.needs_me[0].need == "Venter på din godkjenning"
    assert for_approver.needs_me[0].author == "Astrid"
    assert for_author.needs_me[0].channels == tuple(ChannelName)


def test_it_shows_own_submissions_as_waiting_unless_one_person_runs_it(session: Session, clock: FixedClock) -> None:
    both = editor(session, "Begge", Role.AUTHOR, Role.APPROVER)
    submitted_draft(session, clock, both)

    two, one = queue(session, both, clock), queue(session, both, clock, mode=ApprovalMode.ONE_PERSON)

    assert two.waiting[0].need == "Venter på at en annen godkjenner"
    assert one.needs_me[0].need == "Venter på din godkjenning"


def test_it_is_empty_in_an_empty_house(session: Session, clock: FixedClock) -> None:
    found = queue(session, author(session), clock)

    assert (found.needs_me, found.waiting, found.upcoming, found.published) == ((), (), (), ())


def test_it_marks_what_was_not_approved_in_time_as_missed(session: Session, clock: FixedClock) -> None:
    astrid, gunnar = author(session), approver(session)
    late = submitted_draft(session, clock, astrid, key="late")
    planned = scheduled_draft(session, clock, astrid, gunnar, key="planned")
    clock.move_to(SLOT)

    missed = lapse_unapproved(session, clock)

    assert missed == [late.id]
    assert (late.status, planned.status) == (DraftStatus.MISSED, DraftStatus.SCHEDULED)
    assert "20. mai 2027 kl. 09.00" in (late.note or "")
    assert lapse_unapproved(session, clock) == []


def test_it_takes_back_the_approval_of_what_newer_figures_overtook(session: Session, clock: FixedClock) -> None:
    draft = scheduled_draft(session, clock, author(session), approver(session))

    assert supersede(session, draft.id or 0, "Nyere tall kom 19. mai.", clock)

    assert (draft.status, draft.approved_sha256, draft.note) == (DraftStatus.STALE, None, "Nyere tall kom 19. mai.")
    assert not supersede(session, draft.id or 0, "igjen", clock)


def test_it_places_drafts_on_the_offices_dates(session: Session, clock: FixedClock) -> None:
    late_evening = datetime(2027, 5, 19, 22, 30, tzinfo=UTC)  # 00:30 on the 20th in Oslo
    stored_draft(session, clock, key="a", title="Natt", slot_at=late_evening)
    stored_draft(
        session, clock, key="b", title="Uten tid", slot_at=None, occurs_on=datetime(2027, 5, 16, 22, tzinfo=UTC)
    )
    stored_draft(session, clock, key="c", title="Juni", slot_at=datetime(2027, 6, 1, 7, tzinfo=UTC))

    found = drafts_between(session, date(2027, 5, 1), date(2027, 5, 31), clock.zone)

    assert {day: [(item.title, item.at is None) for item in items] for day, items in found.items()} == {
        date(2027, 5, 17): [("Uten tid", True)],
        date(2027, 5, 20): [("Natt", False)],
    }
