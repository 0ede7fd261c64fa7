"""Finds the token that an incoming message names, and says whether we made it (email contract E-72, E-73).

A report is not authenticated by anything but this token: without a good one it has no effect on anybody. Relays wrap
the return path (``prvs=``, ``SRS0=``, ``SRS1=``, ``btv1==``), so the token is looked for inside the local part, and
its domain is not asked for: the MAC is what proves it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from campaigns.channels.return_path import read_return_token
from campaigns.inbound.anatomy import Anatomy, Head
from campaigns.inbound.inbound import Token, TokenPurpose, TokenState

# The "+" may come back encoded, and a forwarder may hang a tag of its own on behind.
_CANDIDATE = re.compile(r"(?<![a-z0-9.])([bu])(?:\+|[%=]2b)([a-z0-9]{16,61})(?=[@=/%+\"]|$)", re.IGNORECASE)
# 128 random bits; a newsletter's have the number of the mail in front (``delivery.recipients``).
_OUR_MESSAGE_ID = re.compile(r"<[0-9a-f]{32,48}\.delivery@[^\s<>@]{1,255}>")
_BARE = re.compile(r"[a-z2-7]{24,60}", re.IGNORECASE)
_ENVELOPE = ("x-original-to", "delivered-to", "envelope-to", "x-envelope-to")
_RETURNED = ("return-path", "message-id", "list-unsubscribe", "x-original-envelope-id")
_MAX_VALUE = 2_000
_MAX_CANDIDATES = 40


@dataclass(frozen=True, kw_only=True)
class TokenReader:
    """Knows which tokens are ours. ``subscriber_of`` reads a token of List-Unsubscribe, None for one that is not.

    ``delivery_of`` knows our own Message-IDs: 128 random bits each, so that only who got the mail can name it (E-17).
    """

    return_key: bytes
    subscriber_of: Callable[[str], int | None]
    delivery_of: Callable[[str], int | None] = lambda _message_id: None
    earlier_return_keys: tuple[bytes, ...] = ()  # mail may come back for weeks after the key was changed

    def read(self, purpose: TokenPurpose, token: str) -> int | None:
        """The delivery or subscriber it stands for."""
        if purpose is TokenPurpose.DELIVERY:
            read = (read_return_token(token, key) for key in (self.return_key, *self.earlier_return_keys))
            return next((number for number in read if number is not None), None)
        return self.subscriber_of(token.lower())


def addressed_token(reader: TokenReader, head: Head, envelope_recipient: str | None) -> Token:
    """The token that the message was sent to: the envelope first, then what relays noted of it, then To."""
    values = [envelope_recipient or "", *(value for name in _ENVELOPE for value in head.all(name)), *head.all("to")]
    return _first_valid(reader, _in_addresses(values))


def returned_token(reader: TokenReader, found: Anatomy, below: Head, envelope_id: str) -> Token:
    """The token in what is sent back: our return path, our list headers, our envelope id.

    A link in there says whose message it was; it does not ask to leave. So only the delivery's own token counts.
    """
    heads = [*found.returned[:5], below]
    values = [value for head in heads for name in _RETURNED for value in head.all(name)]
    bare = [(TokenPurpose.DELIVERY, match[0]) for match in _BARE.finditer(envelope_id[:200])]
    ours = [(purpose, text) for purpose, text in _in_addresses(values) if purpose is TokenPurpose.DELIVERY]
    return _first_valid(reader, [*ours, *bare])


def returned_message(reader: TokenReader, found: Anatomy, below: Head) -> Token:
    """The delivery whose own Message-ID stands in the message that is sent back."""
    for head in [*found.returned[:5], below]:
        message_id = _OUR_MESSAGE_ID.search(head.first("message-id")[:_MAX_VALUE])
        number = reader.delivery_of(message_id[0]) if message_id else None
        if number is not None:
            return Token(state=TokenState.VALID, purpose=TokenPurpose.DELIVERY, number=number)
    return Token()


def returned_link(reader: TokenReader, found: Anatomy, below: Head) -> Token:
    """Whose copy it was, by the List-Unsubscribe in it: for complaints, whose reports keep little else (E-83)."""
    heads = [*found.returned[:5], below]
    values = [value for head in heads for value in head.all("list-unsubscribe")]
    ours = [(purpose, text) for purpose, text in _in_addresses(values) if purpose is TokenPurpose.UNSUBSCRIBE]
    return _first_valid(reader, ours)


def _in_addresses(values: Iterable[str]) -> Iterator[tuple[TokenPurpose, str]]:
    for value in values:
        for match in _CANDIDATE.finditer(value[:_MAX_VALUE]):
            yield TokenPurpose.DELIVERY if match[1].lower() == "b" else TokenPurpose.UNSUBSCRIBE, match[2]


def _first_valid(reader: TokenReader, candidates: Iterable[tuple[TokenPurpose, str]]) -> Token:
    forged: TokenPurpose | None = None
    for count, (purpose, text) in enumerate(candidates):
        if count == _MAX_CANDIDATES:
            break
        number = reader.read(purpose, text)
        if number is not None:
            return Token(state=TokenState.VALID, purpose=purpose, number=number)
        forged = forged or purpose
    return Token(state=TokenState.INVALID, purpose=forged) if forged else Token()
