"""The week's and the month's digest, when their time has come: closed as an issue, and a row for each recipient.

It is composed by the rule alone, from what people approved and others have had; nothing new is said. A turn that
comes too late (the service was down) is left out, and the next one covers its time as well.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.delivery.planned import Planned
from campaigns.delivery.recipients import plan_recipients
from campaigns.editorial.blocks import Block, LinkBlock, TextBlock
from campaigns.errors import Refused
from campaigns.language import Language
from campaigns.newsletter.assemble import Closed, Press, close_issue, free_slug
from campaigns.newsletter.digest import Digest, DigestTimes, Told, last_digest_of, main_language, sent_between
from campaigns.newsletter.issue import Issue, IssueStatus, id_of
from campaigns.newsletter.issue_content import items_of
from campaigns.newsletter.item import Item
from campaigns.newsletter.render import IssueTooLarge
from campaigns.subscribers.reader_groups import Audience, reader_groups
from campaigns.subscribers.subscriber import Frequency

_ACTOR = Actor.service("digest")
GATHERED = (Frequency.WEEKLY, Frequency.MONTHLY)
WRITTEN = (Language.BOKMAAL, Language.ENGLISH)  # what is in Norwegian goes together, whichever form it has
_OPENS = {
    Frequency.WEEKLY: {"nb": "Uka som gikk", "nn": "Veka som gjekk", "en": "The past week"},
    Frequency.MONTHLY: {"nb": "Måneden som gikk", "nn": "Månaden som gjekk", "en": "The past month"},
}
_READ_ON = {"nb": "Les mer", "nn": "Les meir", "en": "Read more"}


def plan_digests(
    session: Session, clock: Clock, press: Press, *, times: DigestTimes, grace: timedelta, planned: Planned
) -> None:
    """Plan the digests that are due and have not been, within the caller's transaction."""
    for frequency in GATHERED:
        due = times.latest(frequency, clock.now())
        if clock.now() - due > grace:
            continue
        for language in WRITTEN:
            last = last_digest_of(session, frequency, language)
            if last is None or last.until < due:
                since = last.until if last else times.before(frequency, due)
                turn = Digest(frequency=frequency, language=language, since=since, until=due)
                _plan(session, clock, press, turn, planned)


def _plan(session: Session, clock: Clock, press: Press, turn: Digest, planned: Planned) -> None:
    try:
        with session.begin_nested():
            session.add(turn)
            session.flush()
    except IntegrityError:
        return  # another service has it
    told = sent_between(session, turn.since, turn.until, turn.language)
    if not told or not reader_groups(session, Audience(frequencies=(turn.frequency,))):
        return
    try:
        with session.begin_nested():
            closed = _closed(session, clock, press, turn, told)
    except Refused as refusal:
        turn.note = str(refusal)[:500]
        record(session, clock, _ACTOR, "digest.held", ("digest", turn.id), reason=turn.note)
        return
    turn.issue_id = id_of(closed.issue)
    session.add(turn)
    planned.issues.append(turn.issue_id)
    planned.mails += plan_recipients(session, clock, closed, press.mail_from)
    record(session, clock, _ACTOR, "digest.planned", ("issue", turn.issue_id), frequency=turn.frequency.value)


def _closed(session: Session, clock: Clock, press: Press, turn: Digest, told: Sequence[Told]) -> Closed:
    language = main_language(told)
    issue = Issue(
        slug=free_slug(session, _OPENS[turn.frequency][language.value], turn.until, clock),
        status=IssueStatus.SENDING,
        language=language,
        subject="",
        audience=Audience(frequencies=(turn.frequency,)).stored(),
        slot_at=turn.until,
    )
    session.add(issue)
    session.flush()
    for position, one in enumerate(told):
        one.item.issue_id, one.item.position = id_of(issue), position
        session.add(one.item)
    session.flush()
    items = [
        replace(_opened(item, turn, language), readers=one.readers, language=one.language)
        for item, one in zip(items_of(session, issue), told, strict=True)
    ]
    try:
        with session.begin_nested():
            return close_issue(session, clock, issue, items, press)
    except IssueTooLarge:
        short = [_short(item, press, item.language or language) for item in items]
        return close_issue(session, clock, issue, short, press)


def _opened(item: Item, turn: Digest, language: Language) -> Item:
    """Any item may be the first one in some reader's edition, and so give the mail its subject."""
    opens = _OPENS[turn.frequency][language.value]
    return replace(item, subject=f"{opens}: {item.subject or item.title}" if item.subject or item.title else opens)


def _short(item: Item, press: Press, language: Language) -> Item:
    """How it begins and where the rest is, when the whole of everything is more than mail programs show."""
    begins: tuple[Block, ...] = item.blocks[:1]
    if begins and isinstance(begins[0], TextBlock):
        begins = (TextBlock(text=begins[0].text.partition("\n\n")[0]),)
    elif item.preheader:
        begins = (TextBlock(text=item.preheader),)
    link = item.link or f"{press.masthead.public_url}/arkiv"
    return replace(item, blocks=(*begins, LinkBlock(url=link, text=_READ_ON[language.value])), image=None)
