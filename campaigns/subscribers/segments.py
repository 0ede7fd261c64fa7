"""What is done with segments: saved from a search, counted, given another name or other criteria."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.errors import InvalidInput, NotFound, StaleVersion
from campaigns.language import one_line
from campaigns.subscribers.audience import is_on
from campaigns.subscribers.criteria import MOST_DAYS, Criteria, conditions
from campaigns.subscribers.kinds import Question, count_each
from campaigns.subscribers.register import Wanted
from campaigns.subscribers.segment import LONGEST_NAME, Segment


@dataclass(frozen=True, kw_only=True)
class SegmentCount:
    """How many fit now: of all who are here, and of those the newsletter may go to."""

    subscribers: int
    readers: int


def save_segment(session: Session, clock: Clock, *, name: str, wanted: Wanted, actor: Actor) -> Segment:
    """A new segment of those who are found now, and whoever comes to fit later."""
    criteria = _criteria(wanted)
    found = Segment(
        name="", name_key="", criteria=criteria.stored(), created_at=clock.now(), changed_at=clock.now()
    )  # fmt: skip
    _name(session, found, name)
    record(session, clock, actor, "segment.saved", ("segment", found.id), name=found.name, criteria=found.criteria)
    return found


def rename_segment(
    session: Session, clock: Clock, segment_id: int, *, name: str, actor: Actor, seen_name: str | None = None
) -> Segment:
    """Another name. Issues that have a copy keep the name they know it by.

    Raises ``StaleVersion`` when it is no longer called ``seen_name``: somebody gave it another name meanwhile.
    """
    found = locked_segment(session, segment_id)
    before = found.name
    if one_line(name) != before:
        if seen_name not in {None, before}:
            meanwhile = f"Noen ga utvalget navnet «{before}» etter at du åpnet siden."
            sentence = f"{meanwhile} Lagre en gang til hvis det skal hete det du har skrevet."
            raise StaleVersion(sentence, seen=seen_name, current=before)
        _name(session, found, name)
        record(session, clock, actor, "segment.renamed", ("segment", segment_id), before=before, name=found.name)
    return found


def redefine_segment(
    session: Session, clock: Clock, segment_id: int, *, wanted: Wanted, actor: Actor, seen_sha256: str | None = None
) -> Segment:
    """Other criteria. Issues go on with the ones they were given; what is made from now on gets these.

    Raises ``StaleVersion`` when others than those with this ``seen_sha256`` stand there by now.
    """
    found, criteria = locked_segment(session, segment_id), _criteria(wanted).stored()
    if criteria != found.criteria:
        if seen_sha256 not in {None, found.criteria_sha256}:
            sentence = "Utvalget er endret etter at du åpnet det. Se hva det er nå, før du lagrer dine valg."
            raise StaleVersion(sentence, seen=seen_sha256, current=found.criteria_sha256)
        before, found.criteria, found.changed_at = found.criteria, criteria, clock.now()
        session.add(found)
        session.flush()
        record(
            session, clock, actor, "segment.redefined", ("segment", segment_id), before=before, criteria=criteria
        )  # fmt: skip
    return found


def all_segments(session: Session) -> Sequence[Segment]:
    """By name."""
    return session.exec(select(Segment).order_by(col(Segment.name_key))).all()


def segment_by_id(session: Session, segment_id: int) -> Segment:
    """The segment. Raises ``NotFound``."""
    found = session.get(Segment, segment_id)
    if found is None:
        raise NotFound("Utvalg", segment_id)
    return found


def locked_segment(session: Session, segment_id: int) -> Segment:
    """The same, read anew and held until the caller's transaction ends."""
    query = select(Segment).where(Segment.id == segment_id).with_for_update()
    found = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("Utvalg", segment_id)
    return found


def count_segment(session: Session, clock: Clock, criteria: Criteria) -> SegmentCount:
    """How many it holds now."""
    return count_segments(session, clock, [criteria])[0]


def count_segments(session: Session, clock: Clock, wanted: Sequence[Criteria]) -> list[SegmentCount]:
    """How many each of these holds now; asked all at once."""
    now = clock.now()
    found = count_each(
        session, [ask for criteria in wanted for ask in (all_in(criteria, now), readers_in(criteria, now))]
    )
    return [SegmentCount(subscribers=all_of, readers=on) for all_of, on in zip(found[::2], found[1::2], strict=True)]


def all_in(criteria: Criteria, at: datetime) -> Question:
    """The question for all who fit at this instant."""
    now = criteria.bare.as_of(at)
    chosen = replace(now, since=None, before=None)
    return Question(holds=conditions(chosen), came=Criteria(since=now.since, before=now.before))


def readers_in(criteria: Criteria, at: datetime) -> Question:
    """The question for those of them whom the newsletter may go to."""
    everybody = all_in(criteria, at)
    return replace(everybody, holds=[*everybody.holds, *is_on()])


def _criteria(wanted: Wanted) -> Criteria:
    if wanted.search.strip():
        sentence = "Et utvalg kan ikke bygge på adresser. Tøm søkefeltet, og velg kjennetegn i stedet."
        raise InvalidInput(sentence, field="q")
    if not wanted.bare.stored():
        raise InvalidInput("Velg minst ett kjennetegn. Uten noe er utvalget alle abonnentene.", field="navn")
    if wanted.last_days is not None and not 1 <= wanted.last_days <= MOST_DAYS:
        raise InvalidInput(f"Velg mellom 1 og {MOST_DAYS} dager.", field="siste")
    return wanted.bare


def _name(session: Session, found: Segment, name: str) -> None:
    """Give it this name. Raises ``InvalidInput`` when there is none, or when another segment has it."""
    wanted = one_line(name)
    if not wanted:
        raise InvalidInput("Gi utvalget et navn.", field="navn")
    if len(wanted) > LONGEST_NAME:
        raise InvalidInput(f"Navnet kan ha {LONGEST_NAME} tegn. Kort det ned.", field="navn")
    try:
        with session.begin_nested():
            found.name, found.name_key = wanted, wanted.casefold()[:LONGEST_NAME]
            session.add(found)
    except IntegrityError as error:
        raise InvalidInput(
            f"Det finnes alt et utvalg som heter «{wanted}». Velg et annet navn.", field="navn"
        ) from error
