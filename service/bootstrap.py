"""The composition root: settings in, working parts out. Nothing else in the project makes a part for itself.

Parts are made when first asked for, so that a command that needs only the database starts no browser.
"""

from functools import cached_property

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from jinja2 import Environment

from campaigns.clock import Clock, ShiftedClock, SystemClock
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.links import Links
from service.database import Database
from service.mail_templates import mail_environment
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

    @cached_property
    def keyring(self) -> Keyring:
        """Keys for what subscribers are sent and counted by."""
        return Keyring((self.master_key,))

    @cached_property
    def links(self) -> Links:
        return Links(self.keyring, public_url=self.settings.public_url, list_id=self.settings.list_id)

    @cached_property
    def mail_templates(self) -> Environment:
        return mail_environment()

    def close(self) -> None:
        if "database" in self.__dict__:
            self.database.close()
