"""The kill switch: nothing more leaves, at once, until somebody lets it go again (security contract S-04).

Everything, or one way out: mail or one network. It takes hold between two mails, within a second or two, in every
process that sends. What has left cannot be called back; what waits stays where it is and goes when it is let go.
While everything is stopped no issue and no draft is made ready either, so nothing new is read in the archive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, func, select

from campaigns.audit import record
from campaigns.channels.account import ChannelAccount
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryKind
from campaigns.delivery.ledger import WAITING
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.steps import acting, require_role
from campaigns.errors import InvalidInput, TransitionNotAllowed
from campaigns.tables import enum_type, instant

MAY_STOP = (Role.AUTHOR, Role.APPROVER, Role.ADMIN)
MAY_RELEASE = (Role.APPROVER, Role.ADMIN)
LONGEST_REASON = 500


class WayOut(StrEnum):
    """What can be stopped by itself."""

    EVERYTHING = "everything"
    MAIL = "mail"  # newsletters, confirmations and trials alike
    LINKEDIN = "linkedin"
    FACEBOOK = "facebook"


NAMES = {
    WayOut.EVERYTHING: "Alt",
    WayOut.MAIL: "E-post",
    WayOut.LINKEDIN: "LinkedIn",
    WayOut.FACEBOOK: "Facebook",
}
_MAIL = (WayOut.EVERYTHING, WayOut.MAIL)


class Stopped(SQLModel, table=True):
    """One way out that is stopped now. Who stopped and released it before stands in the audit trail."""

    __tablename__ = "stopped"

    what: WayOut = Field(primary_key=True, sa_type=enum_type(WayOut, "what"))
    reason: str = Field(max_length=LONGEST_REASON)
    editor_id: int = Field(foreign_key="editor.id")
    at: datetime = instant()


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How much would leave if a way out were let go now."""

    mails: int
    posts: int


def stop_sending(session: Session, what: WayOut, editor: Editor, *, reason: str, clock: Clock) -> Stopped:
    """Let nothing more out this way. Pressed a second time it changes nothing."""
    require_role(editor, *MAY_STOP, to="stanse sendingen")
    reason = _required(reason, "Skriv hvorfor sendingen stanses.")
    standing = session.get(Stopped, what, with_for_update=True)
    if standing is not None:
        return standing
    actor, editor_id = acting(editor)
    stopped = Stopped(what=what, reason=reason, editor_id=editor_id, at=clock.now())
    try:
        with session.begin_nested():
            session.add(stopped)
    except IntegrityError:  # somebody pressed in the same moment, and was first
        return session.get_one(Stopped, what)
    record(session, clock, actor, "sending.stopped", ("sending", what.value), reason=reason)
    return stopped


def release_sending(session: Session, what: WayOut, editor: Editor, *, reason: str, clock: Clock) -> Waiting:
    """Let it go again; what waited and leaves now. Raises ``TransitionNotAllowed`` when it is not stopped."""
    require_role(editor, *MAY_RELEASE, to="slippe sendingen løs")
    reason = _required(reason, "Skriv hvorfor det er trygt å sende igjen.")
    standing = session.get(Stopped, what, with_for_update=True)
    if standing is None:
        sentence = "Dette er ikke stanset. Last siden på nytt for å se hva som har skjedd."
        raise TransitionNotAllowed(sentence, state="flowing", wanted="flowing")
    waiting = waiting_for(session, what)
    session.delete(standing)
    session.flush()
    facts = {"reason": reason, "mails": waiting.mails, "posts": waiting.posts}
    record(session, clock, acting(editor)[0], "sending.released", ("sending", what.value), **facts)
    return waiting


def stopped_now(session: Session) -> Sequence[Stopped]:
    """What is stopped, the first first; nothing on an ordinary day."""
    return session.exec(select(Stopped).order_by(col(Stopped.at), col(Stopped.what))).all()


def everything_is_stopped(session: Session) -> bool:
    return _any(session, (WayOut.EVERYTHING,))


def mail_is_stopped(session: Session) -> bool:
    return _any(session, _MAIL)


def waiting_for(session: Session, what: WayOut) -> Waiting:
    """What waits for this way out. A million mails are counted from an index, and the posts, which are few, by row."""
    waits = col(Delivery.state).in_(WAITING)
    all_that_waits = select(func.count()).select_from(Delivery).where(waits)
    by_network = (
        select(ChannelAccount.channel, func.count())
        .join(Delivery, col(Delivery.account_id) == col(ChannelAccount.id))
        .where(waits, col(Delivery.issue_id).is_(None), Delivery.kind == DeliveryKind.POST)
        .group_by(col(ChannelAccount.channel))
    )
    posts = dict(session.exec(by_network).all())
    return Waiting(
        mails=session.exec(all_that_waits).one() - sum(posts.values()) if what in _MAIL else 0,
        posts=sum(posts.values()) if what is WayOut.EVERYTHING else posts.get(what.value, 0),
    )


def _any(session: Session, ways: Sequence[WayOut]) -> bool:
    return session.exec(select(Stopped.what).where(col(Stopped.what).in_(ways)).limit(1)).first() is not None


def _required(reason: str, sentence: str) -> str:
    reason = reason.strip()
    if not reason:
        raise InvalidInput(sentence, field="reason")
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(f"Begrunnelsen kan ha høyst {LONGEST_REASON} tegn.", field="reason")
    return reason
