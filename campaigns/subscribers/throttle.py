"""Holding list bombing down: how often people, places and addresses may ask (security contract S-42).

Counted in the database, so that a restart forgives nobody, under keyed hashes, so that the counters name nobody.
What is refused openly depends on the asker alone, never on whether an address is known here (S-40). As the hour fills
up, the form tightens by itself: first the reader's machine must do some arithmetic, then each network's share
shrinks and the arithmetic gets harder; at the limit staff are told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, ip_address, ip_network

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select

from campaigns.audit import Actor, AuditEvent, record
from campaigns.clock import Clock
from campaigns.errors import Unavailable
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.subscriber import SignUpAttempt

KEPT = timedelta(days=31)
_HOUR = timedelta(hours=1)
_ALARM_SHOWN = timedelta(hours=24)
TIGHTENED, AT_LIMIT = "sign_ups.tightened", "sign_ups.at_limit"
_ACTOR = Actor.service("sign-up")
_LABEL = "sign-up counter"
_TURN = 7_104_2027  # PostgreSQL advisory lock: sign-ups are counted one at a time, as SQLite does by itself


class Kind(StrEnum):
    """Which mails of an address are counted together, so that having got one is no hindrance to the other."""

    CONFIRMATION = "address"  # anybody can set it off for anybody, so it is what list bombing is made of
    SETTINGS_LINK = "settings"  # only somebody who is on the list gets it


class Pressure(StrEnum):
    """How full the hour is, and so what the form asks for."""

    CALM = "calm"
    RAISED = "raised"  # proof of work is asked for
    BUSY = "busy"  # half of all that is let in: harder proof, and a smaller share for each network
    FULL = "full"  # nobody is let in before the hour thins out; staff have been told

    @property
    def hardness(self) -> int:
        """How hard the proof of work must be; 0 = none is asked for."""
        return {Pressure.CALM: 0, Pressure.RAISED: 1}.get(self, 4)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much is allowed. Above half of ``all_per_hour`` each network's share shrinks to ``network_when_busy``."""

    network_per_hour: int = 5
    network_when_busy: int = 2
    domain_per_hour: int = 50
    all_per_hour: int = 200
    proof_from: int = 30  # sign-ups in the last hour; fewer need no proof of work
    mails_per_day: int = 1
    mails_per_month: int = 3
    fastest_fill: timedelta = timedelta(seconds=2)


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, kw_only=True)
class Asker:
    """What is counted about one who asks: the domain of the address, and the network it came from."""

    domain: str
    network: str | None


class TooManySignUps(Unavailable):
    """This network, this domain or everybody together has asked too often in the last hour."""

    def __init__(self, limit: str) -> None:
        super().__init__(
            "Det har kommet uvanlig mange påmeldinger den siste timen. Vent en time og prøv igjen.",
            retry_after_seconds=_HOUR.total_seconds(),
        )
        self.limit = limit


def network_of(remote: str | None) -> str | None:
    """The asker's network: the first 24 bits of an IPv4 address, the first 64 of an IPv6 one."""
    if not remote:
        return None
    try:
        address = ip_address(remote.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    length = 24 if isinstance(address, IPv4Address) else 64
    return str(ip_network((address, length), strict=False))


def take_turn(session: Session) -> None:
    """Hold others back until this transaction ends, so that two at once cannot both be the last one allowed."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _TURN})


def pressure(session: Session, clock: Clock, limits: Limits = DEFAULT_LIMITS) -> Pressure:
    """How full the last hour is."""
    return _pressure(_count(session, "all", clock.now() - _HOUR), limits)


def last_alarm(session: Session, clock: Clock) -> datetime | None:
    """When the limit for everybody was reached, if that was in the last day."""
    reached = select(func.max(AuditEvent.at)).where(
        col(AuditEvent.action) == AT_LIMIT, col(AuditEvent.at) > clock.now() - _ALARM_SHOWN
    )
    return session.exec(reached).one()


def admit(
    session: Session,
    clock: Clock,
    asker: Asker,
    keys: Keyring,
    limits: Limits = DEFAULT_LIMITS,
) -> Pressure:
    """Count one sign-up, and say how full the hour was before it.

    Raises ``TooManySignUps`` when the network, the domain or everybody is over the limit.
    """
    since = clock.now() - _HOUR
    everybody = _count(session, "all", since)
    found = _pressure(everybody, limits)
    network_limit = limits.network_when_busy if found is Pressure.BUSY else limits.network_per_hour
    network_key = _key(keys, "network", asker.network or "unknown")
    domain_key = _key(keys, "domain", asker.domain)
    if found is Pressure.FULL:
        raise TooManySignUps("all")
    if _count(session, network_key, since) >= network_limit:
        raise TooManySignUps("network")
    if _count(session, domain_key, since) >= limits.domain_per_hour:
        raise TooManySignUps("domain")
    session.add_all(SignUpAttempt(key=key, at=clock.now()) for key in ("all", network_key, domain_key))
    for level, action in ((limits.proof_from, TIGHTENED), (limits.all_per_hour, AT_LIMIT)):
        if everybody + 1 == level:
            _tell(session, clock, action, level)
    return found


def may_mail(
    session: Session,
    clock: Clock,
    canonical_key: str,
    keys: Keyring,
    limits: Limits = DEFAULT_LIMITS,
    *,
    kind: Kind = Kind.CONFIRMATION,
    answered_at: datetime | None = None,
) -> bool:
    """Whether this address may be sent one more mail of this kind now; counts it if so.

    ``answered_at`` is when the owner of the mailbox last used the link in one: what they were sent until then was
    wanted, so it does not fill the day of somebody who left and comes back. It counts in the month all the same.
    """
    key = mail_key(canonical_key, keys, kind)
    now = clock.now()
    day = now - timedelta(days=1)
    if _count(session, key, max(day, answered_at or day)) >= limits.mails_per_day:
        return False
    if _count(session, key, now - timedelta(days=30)) >= limits.mails_per_month:
        return False
    session.add(SignUpAttempt(key=key, at=now))
    return True


def count_mails(
    session: Session,
    clock: Clock,
    canonical_keys: Sequence[str],
    keys: Keyring,
    limits: Limits = DEFAULT_LIMITS,
) -> list[str]:
    """``may_mail`` for many confirmations at once: counts one to each that may have it, gives those that may not."""
    by_key = {mail_key(address, keys): address for address in canonical_keys}
    now = clock.now()
    lately = func.sum(sa.case((col(SignUpAttempt.at) > now - timedelta(days=1), 1), else_=0))
    counted = (
        select(SignUpAttempt.key, lately, func.count())
        .where(col(SignUpAttempt.key).in_(list(by_key)), col(SignUpAttempt.at) > now - timedelta(days=30))
        .group_by(col(SignUpAttempt.key))
    )
    spent = {
        key
        for key, today, month in session.exec(counted)
        if today >= limits.mails_per_day or month >= limits.mails_per_month
    }
    if allowed := [{"key": key, "at": now} for key in by_key if key not in spent]:
        session.execute(sa.insert(SignUpAttempt), allowed)
    return [by_key[key] for key in spent]


def mail_key(canonical_key: str, keys: Keyring, kind: Kind = Kind.CONFIRMATION) -> str:
    """What this address's mails of this kind are counted under."""
    return _key(keys, kind.value, canonical_key)


def forget_old_attempts(session: Session, clock: Clock) -> int:
    """Delete counters no limit looks at any more; how many."""
    old = delete(SignUpAttempt).where(col(SignUpAttempt.at) < clock.now() - KEPT)
    return int(session.exec(old).rowcount)


def _pressure(everybody: int, limits: Limits) -> Pressure:
    if everybody >= limits.all_per_hour:
        return Pressure.FULL
    if everybody * 2 >= limits.all_per_hour:
        return Pressure.BUSY
    return Pressure.RAISED if everybody >= limits.proof_from else Pressure.CALM


def _tell(session: Session, clock: Clock, action: str, level: int) -> None:
    """Write it down once an hour, though the count goes up and down around the limit."""
    lately = select(AuditEvent.id).where(col(AuditEvent.action) == action, col(AuditEvent.at) > clock.now() - _HOUR)
    if session.exec(lately.limit(1)).first() is None:
        record(session, clock, _ACTOR, action, ("sign_up", "-"), in_an_hour=level)


def _key(keys: Keyring, kind: str, value: str) -> str:
    return f"{kind}:{keys.keyed_hash(_LABEL, f'{kind}:{value}')}"


def _count(session: Session, key: str, since: datetime) -> int:
    counted = select(func.count()).where(col(SignUpAttempt.key) == key, col(SignUpAttempt.at) > since)
    return session.exec(counted).one()
