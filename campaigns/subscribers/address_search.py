"""Subscribers found by an address or a part of one, among a million in a moment."""

import sqlalchemy as sa
from sqlmodel import col

from campaigns.errors import InvalidInput
from campaigns.subscribers.addresses import parse_address
from campaigns.subscribers.subscriber import Subscriber


def in_address(search: str) -> sa.ColumnElement[bool]:
    """The condition on a subscriber that this is the address, or stands somewhere in it, however it is typed.

    A whole address finds its own row. A part that is plain letters is looked for in the key that addresses are unique
    by, so that an index is read and not the rows; it may find a few too many, where a domain has other letters. Those
    are looked for as they are shown.
    """
    wanted = search.strip().casefold()
    try:
        return col(Subscriber.canonical_key) == parse_address(search, relay_takes_utf8=True).canonical_key
    except InvalidInput:
        pass
    if wanted.isascii():
        return col(Subscriber.canonical_key).contains(wanted, autoescape=True)
    return sa.func.lower(col(Subscriber.normalized)).contains(search.strip().lower(), autoescape=True)
