"""An embargo is set, moved or lifted: on a release or a table, on the figures that came of it, and on their drafts.

Until the moment nobody but authors and approvers sees anything of them, and what is approved waits for the later of
its slot and the embargo. Lifting it before its time is a decision a person gives a reason for.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.editorial.draft import Draft, DraftStatus
from campaigns.errors import InvalidInput, NotFound
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.release import PlannedRelease
from campaigns.indicators.release_steps import locked, note_step
from campaigns.indicators.release_watch import datasets_of
from campaigns.indicators.vintage import Vintage

_OUT = (DraftStatus.PUBLISHING, DraftStatus.PUBLISHED)


def embargo_release(
    session: Session, clock: Clock, release_id: int, until: datetime | None, *, reason: str, actor: Actor
) -> PlannedRelease:
    """Keep everything about the release back until then; None lifts it. Raises ``InvalidInput``."""
    release = locked(session, release_id)
    if until == release.embargo_until:
        return release
    told = _checked(clock, release.embargo_until, until, reason)
    before, release.embargo_until = release.embargo_until, until
    release.updated_at = clock.now()
    session.add(release)
    session.flush()
    note_step(session, clock, actor, release, "embargoed", before=_text(before), until=_text(until), reason=told)
    own = [release.vintage_id] if release.vintage_id else []
    running = [vintage.id for dataset in datasets_of(session, release) for vintage in _under(session, dataset, before)]
    _spread(session, clock, {vintage_id for vintage_id in (*own, *running) if vintage_id}, until)
    return release


def embargo_dataset(
    session: Session, clock: Clock, dataset_id: int, until: datetime | None, *, reason: str, actor: Actor
) -> Dataset:
    """Keep what comes of this table before then back until then; None lifts it. Raises ``InvalidInput``."""
    dataset = session.exec(select(Dataset).where(Dataset.id == dataset_id).with_for_update()).one_or_none()
    if dataset is None:
        raise NotFound("Tabellen", dataset_id)
    if until == dataset.embargo_until:
        return dataset
    told = _checked(clock, dataset.embargo_until, until, reason)
    before, dataset.embargo_until = dataset.embargo_until, until
    session.add(dataset)
    session.flush()
    record(
        session, clock, actor, "dataset.embargoed", ("dataset", dataset_id),
        before=_text(before), until=_text(until), reason=told,
    )  # fmt: skip
    _spread(session, clock, {vintage.id for vintage in _under(session, dataset, before) if vintage.id}, until)
    return dataset


def embargo_of(session: Session, vintage_ids: Iterable[int | None], now: datetime) -> datetime | None:
    """The latest embargo on these figures that has not passed: that of a draft made of them."""
    untils = session.exec(
        select(Vintage.embargo_until).where(
            col(Vintage.id).in_([found for found in vintage_ids if found is not None]),
            col(Vintage.embargo_until) > now,
        )
    )
    return max((until for until in untils if until is not None), default=None)


def _checked(clock: Clock, before: datetime | None, until: datetime | None, reason: str) -> str:
    """The reason. A moment that has passed keeps nothing back, and lifting what runs needs a reason."""
    if until is not None and until <= clock.now():
        raise InvalidInput("Sperrefristen er passert. Velg et tidspunkt som kommer.", field="embargo_date")
    running = before is not None and before > clock.now()
    if running and (until is None or until < (before or until)) and not reason.strip():
        raise InvalidInput("Skriv hvorfor sperrefristen gjøres kortere.", field="reason")
    return reason.strip()[:500]


def _under(session: Session, dataset: Dataset, before: datetime | None) -> list[Vintage]:
    """The figures that came under the embargo that is changed."""
    if before is None:
        return []
    return list(session.exec(select(Vintage).where(Vintage.dataset_id == dataset.id, Vintage.embargo_until == before)))


def _spread(session: Session, clock: Clock, vintage_ids: set[int], until: datetime | None) -> None:
    for vintage in session.exec(select(Vintage).where(col(Vintage.id).in_(vintage_ids))):
        vintage.embargo_until = until
        session.add(vintage)
    for draft in session.exec(
        select(Draft).where(col(Draft.vintage_id).in_(vintage_ids), col(Draft.status).not_in(_OUT)).with_for_update()
    ):
        draft.embargo_until, draft.updated_at = until, clock.now()
        session.add(draft)
    session.flush()


def _text(at: datetime | None) -> str | None:
    return at.isoformat(timespec="minutes") if at else None
