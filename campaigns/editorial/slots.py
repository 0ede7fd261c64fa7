"""Instants of publishing: from the office's wall clock to UTC, and back to words.

A wall time in the missing hour of spring moves to the next valid minute; one in the doubled hour of autumn is
the first of the two (design.md §7). Days are dates in the office's zone; only slots are instants.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from campaigns.errors import InvalidInput


def slot_on(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, when the office's clock shows ``at`` on ``day``. Raises ``InvalidInput`` for no such day."""
    wall = datetime.combine(day, at.replace(second=0, microsecond=0, fold=0), zone)
    try:
        instant = wall.astimezone(UTC)
    except OverflowError as error:  # the first of days, which has no midnight in UTC
        raise InvalidInput("Den datoen kan ikke brukes. Velg en annen.", field="slot") from error
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    return _end_of_gap(wall.replace(tzinfo=None), zone)


def require_future(slot_at: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """The slot in UTC. Raises ``InvalidInput`` when it has no offset or has passed."""
    if slot_at.tzinfo is None:
        raise InvalidInput("Tidspunktet mangler tidssone. Velg dato og klokkeslett på nytt.", field="slot")
    if slot_at <= now:
        raise InvalidInput(
            f"Tidspunktet {slot_in_words(slot_at, zone)} er passert. Velg et tidspunkt som kommer.", field="slot"
        )
    return slot_at.astimezone(UTC)


def after_embargo(slot_at: datetime | None, embargo_until: datetime | None) -> datetime | None:
    """The slot, or the moment the figures may be told when that is later."""
    return max(slot_at, embargo_until) if slot_at and embargo_until else slot_at


def require_after_embargo(slot_at: datetime, embargo_until: datetime | None, zone: ZoneInfo) -> None:
    """Raise ``InvalidInput`` for a slot before the figures may be told."""
    if embargo_until is not None and slot_at < embargo_until:
        raise InvalidInput(
            f"Tallene er sperret til {slot_in_words(embargo_until, zone)}. Velg det tidspunktet eller et senere.",
            field="slot",
        )


def slot_in_words(slot_at: datetime, zone: ZoneInfo) -> str:
    """«20. mai 2027 kl. 09.00»"""
    return str(format_datetime(slot_at, "d. MMMM y 'kl.' HH.mm", tzinfo=zone, locale="nb"))


def passed_by(slot_at: datetime, zone: ZoneInfo) -> str:
    """Why what was due then did not go, for the note that goes on with what to do now."""
    return f"Tjenesten var nede eller sendingen stanset {slot_in_words(slot_at, zone)}, og det er for sent nå."


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    minute = wall
    while minute.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != minute:
        minute += timedelta(minutes=1)
    return minute.replace(tzinfo=zone).astimezone(UTC)
