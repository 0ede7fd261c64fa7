"""The port to social networks: what we hand over, what we get back, and how it can go wrong.

An adapter opens no connection when it is made, reads no settings, and logs no token. It tells four outcomes
apart (social-apis.md §1.11), because only one of them may be tried again without a person:

    Receipt            published; the network's own id
    TemporaryFailure   certainly not published; may be tried again later
    PermanentFailure   certainly not published; trying the same again cannot help
    OutcomeUnknown     may or may not be published; look before doing anything
    ChannelFault       certainly not published; the fault is in our access, so the account is paused
"""

import hashlib
import struct
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from campaigns.errors import CampaignError

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, kw_only=True)
class Image:
    """A picture and what it shows in words. ``content`` is the PNG itself."""

    content: bytes
    sha256: str
    alt_text: str
    width: int
    height: int

    @classmethod
    def from_png(cls, content: bytes, *, alt_text: str) -> "Image":
        """A picture from its own bytes; its size stands in the file's header. ``ValueError`` when it is no PNG."""
        if content[:8] != _PNG_SIGNATURE or content[12:16] != b"IHDR" or len(content) < 33:
            raise ValueError("not a PNG file")
        width, height = struct.unpack(">II", content[16:24])
        digest = hashlib.sha256(content).hexdigest()
        return cls(content=content, sha256=digest, alt_text=alt_text, width=width, height=height)


@dataclass(frozen=True, kw_only=True)
class Post:
    """What an account is to publish: exactly what was approved."""

    text: str
    hashtags: tuple[str, ...] = ()  # without the sign
    link: str | None = None
    link_title: str = ""
    image: Image | None = None
    language: str = "nb"


@dataclass(frozen=True, kw_only=True)
class Destination:
    """The account that publishes, with its token in clear; lives only as long as the call."""

    account_id: str
    external_id: str
    token: str = field(repr=False, default="")


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The network's word that it has it."""

    external_id: str
    url: str | None = None
    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A post seen on the network that is ours."""

    external_id: str
    url: str | None
    created_at: datetime


class PublishingFailed(CampaignError):
    """The post was not confirmed as published. ``reply`` holds the network's own words, for an administrator."""

    def __init__(self, message: str, *, reply: str = "") -> None:
        super().__init__(message)
        self.reply = reply


class TemporaryFailure(PublishingFailed):
    """Not published; later may work. ``retry_at`` when the network or our own rule says so."""

    def __init__(self, message: str, *, reply: str = "", retry_at: datetime | None = None) -> None:
        super().__init__(message, reply=reply)
        self.retry_at = retry_at


class PermanentFailure(PublishingFailed):
    """Not published; the same again cannot work."""


class OutcomeUnknown(PublishingFailed):
    """It may have been published. Nothing is sent again before somebody, or the reconciler, has looked."""


class ChannelFault(PublishingFailed):
    """Not published; our token, role or version is refused. The account is paused until an admin acts."""


class Step(StrEnum):
    """How far publishing has come; said *before* the step is entered."""

    PREPARING = "preparing"  # uploading the picture: nothing a reader can see
    PUBLISHING = "publishing"  # the one call that makes the post; from here on only the network knows


class Recorder(Protocol):
    """Stores the step and what is known so far, durably, before the step is entered.

    ``known`` is JSON: the image's id at the network, the wire text and its hash, when the call was made. It is
    what the next attempt, or the search for a post whose outcome is unknown, starts from. Raises when the
    attempt is no longer the caller's; then nothing may be sent.
    """

    def __call__(self, step: Step, known: dict[str, Any], /) -> None: ...


class PostChannel(Protocol):
    """A network posts can go to."""

    name: str
    max_length: int

    def wire_text(self, post: Post) -> str:
        """The exact text that goes over the wire."""

    def problems(self, post: Post) -> list[str]:
        """Sentences for the editor: what would be refused or look wrong. Empty when it can go out."""

    def publish(self, post: Post, destination: Destination, known: dict[str, Any], record: Recorder) -> Receipt:
        """Publish once. ``known`` is what earlier attempts recorded. Raises one of the four failures above."""

    def find(self, post: Post, destination: Destination, known: dict[str, Any]) -> list[Sighting] | None:
        """Posts of the account that are this one; None when a clean, complete listing could not be had."""
