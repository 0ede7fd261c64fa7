"""The series that are due get their issue, some days before it is to go. Nothing of it goes without a person's yes.

An issue that lacks nothing stands as sent in by the service, for an approver to read; one that lacks something is
worked on first. Whatever way a run ends, the next one finds what is left to do: a turn and its issue are kept
together or not at all.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.editorial.blocks import TextBlock
from campaigns.editorial.changes import clean_blocks
from campaigns.editorial.slots import slot_in_words
from campaigns.errors import Faults
from campaigns.language import Language
from campaigns.newsletter.issue import Issue, IssueItem, IssueStatus, id_of
from campaigns.newsletter.issue_content import keep_issue_snapshot
from campaigns.newsletter.issue_lacks import lacks_of
from campaigns.newsletter.issue_reach import reach_of
from campaigns.newsletter.issue_steps import audit_issue
from campaigns.newsletter.series import IssueSeries, SeriesStatus, SeriesTurn, TurnOutcome, id_of_series
from campaigns.newsletter.series_calendar import Coming, turn_gone_by, turns_to_fill
from campaigns.newsletter.series_content import Gathered, covered_to, gathered
from campaigns.newsletter.series_words import filled_in
from campaigns.subscribers.reader_groups import Audience
from campaigns.subscribers.segments import segment_by_id
from campaigns.tables import SessionScope

_ACTOR = Actor.service("series")


@dataclass
class Filled:
    """What a round did, in ids of issues and counts."""

    issues: list[int] = field(default_factory=list)
    empty: int = 0
    passed: int = 0


def fill_series_due(scope: SessionScope, clock: Clock) -> Filled:
    """Fill what is due, each series in a transaction of its own."""
    with scope(read_only=True) as session:
        active = select(IssueSeries.id).where(IssueSeries.status == SeriesStatus.ACTIVE).order_by(col(IssueSeries.id))
        due = session.exec(active).all()
    done, faults = Filled(), Faults()
    for series_id in due:
        with faults.told_after(), scope() as session:
            fill_one(session, series_id or 0, clock, done)
    faults.tell("series that could not be filled")
    return done


def fill_one(session: Session, series_id: int, clock: Clock, done: Filled) -> None:
    """Fill this one if it is due, and note a turn that went by, within the caller's transaction."""
    query = select(IssueSeries).where(IssueSeries.id == series_id).with_for_update()
    series = session.exec(query).one_or_none()
    if series is None or series.status is not SeriesStatus.ACTIVE:
        return
    if (gone := turn_gone_by(session, series, clock)) is not None and not _is_taken(session, series, gone):
        _pass_by(session, series, gone, clock, done)
    for turn in turns_to_fill(session, series, clock):
        if not _is_taken(session, series, turn):
            _take(session, series, turn, clock, done)


def _is_taken(session: Session, series: IssueSeries, turn: Coming) -> bool:
    taken = select(SeriesTurn.id).where(SeriesTurn.series_id == series.id, SeriesTurn.due_on == turn.due_on)
    return session.exec(taken).first() is not None


def _pass_by(session: Session, series: IssueSeries, turn: Coming, clock: Clock, done: Filled) -> None:
    """The service was down from its filling to its slot: nothing is sent late, and the next turn covers its time."""
    since = covered_to(session, series, turn, clock)
    if _kept(session, series, turn, clock, outcome=TurnOutcome.PASSED, since=since, until=since):
        record(session, clock, _ACTOR, "series.passed", ("series", series.id), due_on=turn.due_on.isoformat())
        done.passed += 1


def _take(session: Session, series: IssueSeries, turn: Coming, clock: Clock, done: Filled) -> None:
    since = covered_to(session, series, turn, clock)
    kept = _kept(session, series, turn, clock, outcome=TurnOutcome.EMPTY, since=since, until=clock.now())
    if kept is None:
        return  # another service has it
    issue = _issue_of(session, series, turn, clock)
    found = gathered(session, series, issue, since, clock)
    if not found.drafts:
        record(session, clock, _ACTOR, "series.empty", ("series", series.id), due_on=turn.due_on.isoformat())
        done.empty += 1
        return
    _put_in(session, issue, _words(series, turn, series.opening), found)
    kept.outcome, kept.issue_id, kept.left_out = TurnOutcome.FILLED, id_of(issue), found.left_out
    session.add(kept)
    issue.note = _note(series, turn, found, clock)
    audit_issue(session, clock, _ACTOR, "gathered", issue, series=series.id, items=len(found.drafts))
    _send_in(session, issue, clock)
    done.issues.append(id_of(issue))


def _kept(session: Session, series: IssueSeries, turn: Coming, clock: Clock, **facts: Any) -> SeriesTurn | None:
    """The turn's row; None when another process has written it at the same moment."""
    row = SeriesTurn(
        series_id=id_of_series(series), due_on=turn.due_on, slot_at=turn.slot_at, at=clock.now(), **facts
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return None
    return row


def _issue_of(session: Session, series: IssueSeries, turn: Coming, clock: Clock) -> Issue:
    """An empty issue for this turn, for the readers the series has now; not kept yet."""
    segment = segment_by_id(session, series.segment_id).copy_of_now if series.segment_id is not None else None
    return Issue(
        slug=f"fast-{series.id}-{turn.due_on.isoformat()}",
        status=IssueStatus.DRAFT,
        composed=True,
        language=series.language,
        subject=_words(series, turn, series.subject)[:200],
        preheader=_words(series, turn, series.preheader)[:160],
        audience=Audience(
            languages=tuple(Language(tag) for tag in series.reader_languages),
            subjects=tuple(series.subjects),
            segment=segment,
        ).stored(),
        slot_at=turn.slot_at,
        begun_at=clock.now(),
        updated_at=clock.now(),
    )


def _words(series: IssueSeries, turn: Coming, pattern: str) -> str:
    return filled_in(pattern, series.language, due_on=turn.due_on, out_on=turn.out_on)


def _put_in(session: Session, issue: Issue, opening: str, found: Gathered) -> None:
    """Keep the issue: the series' own words first, then the drafts, each in the version that was approved."""
    session.add(issue)
    session.flush()
    rows = [
        IssueItem(issue_id=id_of(issue), position=0, draft_id=draft.id, snapshot_sha256=draft.approved_sha256)
        for draft in found.drafts
    ]
    if opening:
        (block,) = clean_blocks((TextBlock(text=opening),))
        rows.insert(0, IssueItem(issue_id=id_of(issue), position=0, block=block))
    for position, row in enumerate(rows):
        row.position = position
        session.add(row)
    session.flush()


def _send_in(session: Session, issue: Issue, clock: Clock) -> None:
    """Ask for approval in the service's own name, unless something is lacking: then say what."""
    lacks = list(lacks_of(session, issue, clock, recipients=reach_of(session, issue, clock).recipients))
    if lacks:
        issue.note = " ".join([issue.note or "", "Før den kan godkjennes:", *(lack.sentence for lack in lacks)])
    else:
        issue.status = IssueStatus.IN_REVIEW
        keep_issue_snapshot(session, issue, clock)
        audit_issue(session, clock, _ACTOR, "submitted", issue, sha256=issue.content_sha256)
    session.add(issue)
    session.flush()


def _note(series: IssueSeries, turn: Coming, found: Gathered, clock: Clock) -> str:
    when = slot_in_words(turn.slot_at, clock.zone)
    said = f"Satt sammen av den faste utsendelsen «{series.name}». Blir den ikke godkjent før {when}, går den ikke ut."
    if found.left_out:
        kept = len(found.drafts)
        said += f" De {kept} nyeste utkastene er med; det var ikke plass til {found.left_out} til."
    return said
