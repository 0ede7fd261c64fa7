"""Holding list bombing down: how often people, places and addresses may ask (security contract S-42).

Counted in the database, so that a restart forgives nobody, under keyed hashes, so that the counters name nobody.
What is refused openly depends on the asker alone, never on whether an address is known here (S-40).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select

from campaigns.clock import Clock
from campaigns.errors import Unavailable
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.subscriber import SignUpAttempt

KEPT = timedelta(days=31)
_HOUR = timedelta(hours=1)
_LABEL = "sign-up counter"
_TURN = 7_104_2027  # PostgreSQL advisory lock: sign-ups are counted one at a time, as SQLite does by itself


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much is allowed. Above half of ``all_per_hour`` each network's share shrinks to ``network_when_busy``."""

    network_per_hour: int = 5
    network_when_busy: int = 2
    domain_per_hour: int = 50
    all_per_hour: int = 200
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


def admit(
    session: Session,
    clock: Clock,
    asker: Asker,
    keys: Keyring,
    limits: Limits = DEFAULT_LIMITS,
) -> None:
    """Count one sign-up. Raises ``TooManySignUps`` when the network, the domain or everybody is over the limit."""
    since = clock.now() - _HOUR
    everybody = _count(session, "all", since)
    busy = everybody * 2 >= limits.all_per_hour
    network_limit = limits.network_when_busy if busy else limits.network_per_hour
    network_key = _key(keys, "network", asker.network or "unknown")
    domain_key = _key(keys, "domain", asker.domain)
    if everybody >= limits.all_per_hour:
        raise TooManySignUps("all")
    if _count(session, network_key, since) >= network_limit:
        raise TooManySignUps("network")
    if _count(session, domain_key, since) >= limits.domain_per_hour:
        raise TooManySignUps("domain")
    session.add_all(SignUpAttempt(key=key, at=clock.now()) for key in ("all", network_key, domain_key))


def may_mail(
    session: Session, clock: Clock, canonical_key: str, keys: Keyring, limits: Limits = DEFAULT_LIMITS
) -> bool:
    """Whether this address may be sent one more account mail now; counts it if so."""
    key = mail_key(canonical_key, keys)
    now = clock.now()
    if _count(session, key, now - timedelta(days=1)) >= limits.mails_per_day:
        return False
    if _count(session, key, now - timedelta(days=30)) >= limits.mails_per_month:
        return False
    session.add(SignUpAttempt(key=key, at=now))
    return True


def mail_key(canonical_key: str, keys: Keyring) -> str:
    """What this address's mails are counted under."""
    return _key(keys, "address", canonical_key)


def forget_old_attempts(session: Session, clock: Clock) -> int:
    """Delete counters no limit looks at any more; how many."""
    old = delete(SignUpAttempt).where(col(SignUpAttempt.at) < clock.now() - KEPT)
    return int(session.exec(old).rowcount)


def _key(keys: Keyring, kind: str, value: str) -> str:
    return f"{kind}:{keys.keyed_hash(_LABEL, f'{kind}:{value}')}"


def _count(session: Session, key: str, since: datetime) -> int:
    counted = select(func.count()).where(col(SignUpAttempt.key) == key, col(SignUpAttempt.at) > since)
    return session.exec(counted).one()
