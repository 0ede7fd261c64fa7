"""The secret a source signs its messages with: made here, shown once, kept sealed; the one before lives a day on."""

from datetime import datetime, timedelta

from sqlmodel import Session

from campaigns import audit
from campaigns.audit import Actor
from campaigns.channels.sealing import Cell, Sealing
from campaigns.clock import Clock
from campaigns.errors import NotFound
from campaigns.sources.incoming import PushKey
from campaigns.sources.signature import new_secret
from campaigns.sources.source import Source

OVERLAP = timedelta(hours=24)


def make_key(session: Session, clock: Clock, source_id: str, *, sealing: Sealing, actor: Actor) -> str:
    """A new secret for this source, to be shown once. The old one opens for another day, so that nobody is cut off."""
    if session.get(Source, source_id) is None:
        raise NotFound("Kilden", source_id)
    secret = new_secret()
    key = session.get(PushKey, source_id)
    if key is None:
        key = PushKey(source_id=source_id, sealed="", made_at=clock.now())
    else:
        key.previous_sealed, key.previous_until = key.sealed, clock.now() + OVERLAP
    key.sealed, key.made_at = sealing.seal(secret, _cell(source_id)), clock.now()
    session.add(key)
    audit.record(session, clock, actor, "source.key_made", ("source", source_id))
    return secret


def keys_of(session: Session, source_id: str, now: datetime, *, sealing: Sealing) -> list[str]:
    """The secrets that are good now; none for a source that nobody may push to."""
    key, source = session.get(PushKey, source_id), session.get(Source, source_id)
    if key is None or source is None or not source.enabled:
        return []
    sealed = [key.sealed]
    if key.previous_sealed is not None and key.previous_until is not None and now < key.previous_until:
        sealed.append(key.previous_sealed)
    return [sealing.open(each, _cell(source_id)) for each in sealed]


def _cell(source_id: str) -> Cell:
    # One cell for both: the secret moves from the one column to the other and must open there.
    return Cell("push_key", source_id, "sealed")
