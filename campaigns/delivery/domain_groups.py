"""The receivers that hold so many mailboxes that each is paced by itself (email contract E-54)."""

from enum import StrEnum

import sqlalchemy as sa

from campaigns.channels.alignment import domain_of


class DomainGroup(StrEnum):
    """One receiver, whatever its addresses end with. Everybody else is paced by the lane alone."""

    GOOGLE = "google"
    MICROSOFT = "microsoft"
    YAHOO = "yahoo"
    APPLE = "apple"


_ENDINGS = ("com", "no", "se", "dk", "co.uk")  # what Norwegian readers have; each is asked of every row
_DOMAINS = {
    "gmail.com": DomainGroup.GOOGLE,
    "googlemail.com": DomainGroup.GOOGLE,
    **{f"{name}.{end}": DomainGroup.MICROSOFT for name in ("hotmail", "live", "outlook") for end in _ENDINGS},
    "msn.com": DomainGroup.MICROSOFT,
    **{f"yahoo.{end}": DomainGroup.YAHOO for end in _ENDINGS},
    "aol.com": DomainGroup.YAHOO,
    "rocketmail.com": DomainGroup.YAHOO,
    "ymail.com": DomainGroup.YAHOO,
    "icloud.com": DomainGroup.APPLE,
    "mac.com": DomainGroup.APPLE,
    "me.com": DomainGroup.APPLE,
}
_OF_A_DOMAIN = "abcdefghijklmnopqrstuvwxyz0123456789.-"


def group_of(address: str) -> DomainGroup | None:
    """Whose mailbox it is; None for all the others."""
    return _DOMAINS.get(domain_of(address).lower())


def group_in_sql(address: sa.ColumnElement[str | None]) -> sa.ColumnElement[str | None]:
    """The same, told by the database of a column of addresses."""
    lowered = sa.func.lower(address)
    # What is left of the domain's own letters taken off the end: both engines know no other common way to the "@".
    to_the_at = sa.func.length(sa.func.rtrim(lowered, _OF_A_DOMAIN))
    domain = sa.func.substr(lowered, to_the_at + 1)
    groups = {name: sa.literal(group.value) for name, group in _DOMAINS.items()}
    return sa.case(groups, value=domain, else_=sa.null())
