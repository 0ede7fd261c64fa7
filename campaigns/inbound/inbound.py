"""What one incoming message says, as values.

Nothing here has an effect on anybody: a message is only read and classified. An effect needs a token that we made
(email contract E-73), and belongs to whoever keeps the ledger.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from campaigns.channels.mail_category import Category


class Kind(StrEnum):
    """What sort of message it is."""

    BOUNCE = "bounce"  # a delivery failed for good
    COMPLAINT = "complaint"  # a reader pressed "spam", and the provider tells us
    AUTO_REPLY = "auto-reply"  # a vacation notice, or a program that wants its question answered
    DELAYED = "delayed"  # still being tried; never counts
    DELIVERED = "delivered"
    UNSUBSCRIBE = "unsubscribe"  # mail to the mailbox in List-Unsubscribe
    UNKNOWN = "unknown"  # for a person to look at


class TokenState(StrEnum):
    """Whether the message names something that we sent."""

    VALID = "valid"
    INVALID = "invalid"  # it looks like one of ours, and is not
    NONE = "none"


class TokenPurpose(StrEnum):
    """What a token stands for."""

    DELIVERY = "delivery"  # the return path of one delivery
    UNSUBSCRIBE = "unsubscribe"  # the mailbox of List-Unsubscribe; names a subscriber


@dataclass(frozen=True, kw_only=True)
class Token:
    """What the message was found to name. ``number`` is a delivery's or a subscriber's id; only set when valid."""

    state: TokenState = TokenState.NONE
    purpose: TokenPurpose | None = None
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """One address that the message reports on. ``address`` is empty where the report keeps it to itself."""

    address: str
    category: Category
    status: str | None = None  # RFC 3463
    code: int | None = None  # SMTP
    diagnostic: str = ""

    @property
    def suppress(self) -> bool:
        """What the category calls for; it takes effect only with a valid token."""
        return self.category.calls_for_suppression

    def as_json(self) -> dict[str, Any]:
        return {
            "address": self.address,
            "status": self.status,
            "code": self.code,
            "category": self.category.value,
            "suppress": self.suppress,
        }


@dataclass(frozen=True, kw_only=True)
class Inbound:
    """One incoming message, read. ``problem`` says why it could not be, for the person who looks at it.

    ``reader`` is whose copy a complaint is about, by the List-Unsubscribe in it: that outlives the ledger's row.
    """

    kind: Kind
    recipients: tuple[Recipient, ...] = ()
    token: Token = Token()
    reader: Token = Token()
    message_id: str = ""
    problem: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "recipients": [recipient.as_json() for recipient in self.recipients],
            "token": self.token.state.value,
        }
