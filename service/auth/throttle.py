"""Failed sign-ins are counted in the database, per account and per network (S-14), so that a restart forgives nobody.

An account is never locked for good: from the fifth failure on, each further try waits longer.
"""

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from service.auth.credential import SignInFailure

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 5
PER_NETWORK = 30
_FORGET_AFTER = timedelta(hours=24)
_LONGEST_WAIT = timedelta(hours=4)


def account_key(key: bytes, email: str) -> str:
    """The counter of one account; holds no address."""
    return "account:" + hmac.new(key, email.strip().lower().encode(), hashlib.sha256).hexdigest()[:40]


def network_key(address: str | None) -> str:
    """The counter of one network: the /24 of an IPv4 address, the /64 of an IPv6 one."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return "network:unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return f"network:{ipaddress.ip_network((ip, 24 if ip.version == 4 else 64), strict=False)}"


def must_wait_until(session: Session, account: str, network: str, now: datetime) -> datetime | None:
    """When the next try is allowed; None when it is allowed now."""
    waits = [_network_wait(session, network, now), _account_wait(session, account, now)]
    return max((at for at in waits if at is not None and at > now), default=None)


def note_failure(session: Session, account: str, network: str, now: datetime) -> None:
    """Count one failed try, and forget those of yesterday."""
    session.exec(delete(SignInFailure).where(col(SignInFailure.at) < now - _FORGET_AFTER))
    session.add_all([SignInFailure(key=account, at=now), SignInFailure(key=network, at=now)])


def forgive(session: Session, account: str) -> None:
    """The person has shown who they are."""
    session.exec(delete(SignInFailure).where(col(SignInFailure.key) == account))


def _account_wait(session: Session, key: str, now: datetime) -> datetime | None:
    count, last = _failures(session, key, now - _FORGET_AFTER)
    if count < PER_ACCOUNT or last is None:
        return None
    doublings = min((count - PER_ACCOUNT) // PER_ACCOUNT, 8)
    return last + min(WINDOW * (1 << doublings), _LONGEST_WAIT)


def _network_wait(session: Session, key: str, now: datetime) -> datetime | None:
    count, last = _failures(session, key, now - WINDOW)
    return last + WINDOW if count >= PER_NETWORK and last is not None else None


def _failures(session: Session, key: str, since: datetime) -> tuple[int, datetime | None]:
    found = session.exec(
        select(SignInFailure.at)
        .where(SignInFailure.key == key, SignInFailure.at > since)
        .order_by(col(SignInFailure.at))
    ).all()
    return len(found), found[-1] if found else None
