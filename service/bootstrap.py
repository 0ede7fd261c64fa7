"""The composition root: settings in, working parts out. Nothing else in the project makes a part for itself.

Parts are made when first asked for, so that a command that needs only the database starts no browser.
"""

from functools import cached_property

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from campaigns.clock import Clock, ShiftedClock, SystemClock
from service.database import Database
from service.master_key import master_key
from service.settings import Settings


class Service:
    """Everything one process works with. ``close`` lets go of what was opened."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self._given_clock = clock

    @cached_property
    def clock(self) -> Clock:
        if self._given_clock is not None:
            return self._given_clock
        if self.settings.demo_now is not None:
            return ShiftedClock.starting_at(self.settings.demo_now, self.settings.zone)
        return SystemClock(self.settings.zone)

    @cached_property
    def database(self) -> Database:
        return Database(self.settings.database)

    @cached_property
    def master_key(self) -> bytes:
        """The one secret; work with ``derived_key`` instead."""
        return master_key(self.settings)

    def derived_key(self, purpose: str) -> bytes:
        """A key of its own for each purpose (S-61): ``form``, ``links``, ``channel-tokens`` …"""
        return HKDF(SHA256(), length=32, salt=None, info=f"monitorposten/{purpose}".encode()).derive(self.master_key)

    def close(self) -> None:
        if "database" in self.__dict__:
            self.database.close()
