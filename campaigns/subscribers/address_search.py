"""Subscribers found by a part of an address, among a million in a moment."""

import sqlalchemy as sa
from sqlmodel import col

from campaigns.subscribers.subscriber import Subscriber


def in_address(search: str) -> sa.ColumnElement[bool]:
    """The condition on a subscriber that this stands somewhere in the address, however it is typed.

    What is plain letters is looked for in the key that addresses are unique by, so that an index is read and not
    the rows; it may find a few too many, where a domain has other letters. Those are looked for as they are shown.
    """
    wanted = search.strip().casefold()
    if wanted.isascii():
        return col(Subscriber.canonical_key).contains(wanted, autoescape=True)
    return sa.func.lower(col(Subscriber.normalized)).contains(search.strip().lower(), autoescape=True)
