"""Series as people at the desk read them: the list, and all that belongs to one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.editorial.dossier import editor_names
from campaigns.errors import NotFound
from campaigns.newsletter.issue import Issue, IssueStatus
from campaigns.newsletter.series import IssueSeries, SeriesStatus, SeriesTurn, id_of_series
from campaigns.newsletter.series_calendar import Coming, coming_turns
from campaigns.newsletter.series_steps import SeriesPlan, checked_plan
from campaigns.newsletter.series_words import filled_in
from campaigns.newsletter.trail import TrailLine, trail_of
from campaigns.subscribers.segment import Segment

WAITS = (IssueStatus.DRAFT, IssueStatus.IN_REVIEW, IssueStatus.CHANGES_REQUESTED)
_AHEAD = 4
_BACK = 24


@dataclass(frozen=True, kw_only=True)
class ComingIssue:
    """A turn that comes, with the subject it will have; ``issue`` when it is filled already."""

    turn: Coming
    subject: str
    past: SeriesTurn | None
    issue: Issue | None


@dataclass(frozen=True, kw_only=True)
class PastTurn:
    """A turn whose time has come, and what became of its issue."""

    turn: SeriesTurn
    issue: Issue | None


@dataclass(frozen=True, kw_only=True)
class SeriesRow:
    """One series as a line in the list. ``waiting`` are its issues that nobody has approved yet."""

    series: IssueSeries
    next: ComingIssue | None
    last: PastTurn | None
    waiting: Sequence[Issue]


@dataclass(frozen=True, kw_only=True)
class SeriesDossier:
    """One series with all that belongs to it. ``past`` and ``history`` have the newest first."""

    series: IssueSeries
    segment: Segment | None
    coming: Sequence[ComingIssue]
    past: Sequence[PastTurn]
    deletable: bool
    history: tuple[TrailLine, ...]


def series_list(session: Session, clock: Clock) -> list[SeriesRow]:
    """Those that are going first, by name."""
    order = (col(IssueSeries.status) == SeriesStatus.ENDED, col(IssueSeries.name), col(IssueSeries.id))
    rows = []
    for series in session.exec(select(IssueSeries).order_by(*order)):
        coming, past = _coming(session, series, clock, 1), _past(session, series, clock, 1)
        waiting = _waiting(session, series)
        rows.append(
            SeriesRow(
                series=series, next=coming[0] if coming else None, last=past[0] if past else None, waiting=waiting
            )
        )
    return rows


def series_dossier(session: Session, series_id: int, clock: Clock) -> SeriesDossier:
    """The series with this id. Raises ``NotFound``."""
    series = session.get(IssueSeries, series_id)
    if series is None:
        raise NotFound("Fast utsendelse", series_id)
    turns = session.exec(select(SeriesTurn.id).where(SeriesTurn.series_id == series_id)).first()
    return SeriesDossier(
        series=series,
        segment=session.get(Segment, series.segment_id) if series.segment_id is not None else None,
        coming=_coming(session, series, clock, _AHEAD),
        past=_past(session, series, clock, _BACK),
        deletable=turns is None,
        history=trail_of(session, ("series", series_id), editor_names(session)),
    )


def planned_turns(session: Session, plan: SeriesPlan, clock: Clock) -> list[ComingIssue]:
    """The turns that come if a series is set up like this; nothing is kept. Raises ``InvalidInput``."""
    now = clock.now()
    series = IssueSeries(
        **checked_plan(session, plan), active_since=now, created_at=now, updated_at=now, form_token=""
    )  # fmt: skip
    return [
        ComingIssue(turn=turn, subject=words_of_turn(series, turn), past=None, issue=None)
        for turn in coming_turns(session, series, clock, _AHEAD)
    ]


def words_of_turn(series: IssueSeries, turn: Coming) -> str:
    """The subject this turn will have."""
    return filled_in(series.subject, series.language, due_on=turn.due_on, out_on=turn.out_on)


def _coming(session: Session, series: IssueSeries, clock: Clock, count: int) -> list[ComingIssue]:
    if series.status is not SeriesStatus.ACTIVE:
        return []
    turns = coming_turns(session, series, clock, count)
    made = {row.due_on: row for row in _turns(session, series, col(SeriesTurn.slot_at) > clock.now(), _BACK)}
    found = []
    for turn in turns:
        past = made.get(turn.due_on)
        issue = session.get(Issue, past.issue_id) if past is not None and past.issue_id is not None else None
        found.append(
            ComingIssue(
                turn=turn, subject=issue.subject if issue else words_of_turn(series, turn), past=past, issue=issue
            )
        )
    return found


def _past(session: Session, series: IssueSeries, clock: Clock, count: int) -> list[PastTurn]:
    turns = _turns(session, series, col(SeriesTurn.slot_at) <= clock.now(), count)
    return [
        PastTurn(turn=turn, issue=session.get(Issue, turn.issue_id) if turn.issue_id is not None else None)
        for turn in turns
    ]


def _turns(
    session: Session, series: IssueSeries, when: sa.ColumnElement[bool], count: int
) -> Sequence[SeriesTurn]:  # fmt: skip
    query = select(SeriesTurn).where(SeriesTurn.series_id == series.id, when)
    return session.exec(query.order_by(col(SeriesTurn.slot_at).desc(), col(SeriesTurn.id).desc()).limit(count)).all()


def _waiting(session: Session, series: IssueSeries) -> Sequence[Issue]:
    query = (
        select(Issue)
        .join(SeriesTurn, col(SeriesTurn.issue_id) == col(Issue.id))
        .where(SeriesTurn.series_id == id_of_series(series), col(Issue.status).in_(WAITS))
    )
    return session.exec(query.order_by(col(Issue.slot_at), col(Issue.id))).all()
