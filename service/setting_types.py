"""What the value of a setting may be. A value that is something else is refused with what was expected."""

import re
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, PositiveFloat, SecretStr
from pydantic_settings import NoDecode

from campaigns.channels.imap_address import ImapAddress
from campaigns.channels.lmtp_server import LmtpAddress
from campaigns.delivery.domain_groups import DomainGroup
from campaigns.errors import InvalidInput

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")
_DNS_NAME = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*")


def _parts(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _pairs(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    pairs = [part.partition("=") for part in value.split(",") if part.strip()]
    if any(not sign for _, sign, _ in pairs):
        raise ValueError("expected pairs such as google=10,microsoft=5")
    return {name.strip(): rate.strip() for name, _, rate in pairs}


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("expected an IANA name such as Europe/Oslo") from error
    return value


def _absolute(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("expected an address that starts with http:// or https://")
    return value.rstrip("/")


def _name_in_dns(value: str) -> str:
    if value and not _DNS_NAME.fullmatch(value):
        raise ValueError("expected letters, digits and hyphens, with dots between labels")
    return value.lower()


def _origins(value: tuple[str, ...]) -> tuple[str, ...]:
    if not all(_ORIGIN.fullmatch(origin) for origin in value):
        raise ValueError("expected sites such as https://www.example.no, without a path")
    return value


def _place(value: str) -> str:
    if value:
        try:
            LmtpAddress.parse(value)
        except InvalidInput as error:
            raise ValueError("expected 127.0.0.1:2424 or unix:/run/monitorposten/lmtp") from error
    return value


def _mailbox(value: SecretStr) -> SecretStr:
    if value.get_secret_value():
        try:
            ImapAddress.parse(value.get_secret_value())
        except InvalidInput as error:
            raise ValueError("expected imaps://user:pass@host:993/folder") from error
    return value


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("expected an offset, as in 2027-05-12T08:00:00+02:00")
    return value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_parts)]
"""Names with commas between."""
Sites = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_parts), AfterValidator(_origins)]
"""Sites with commas between: scheme, host and port."""
Rates = Annotated[dict[DomainGroup, PositiveFloat], NoDecode, BeforeValidator(_pairs)]
"""A number for each of some large receivers of mail."""
ZoneName = Annotated[str, AfterValidator(_zone)]
SiteAddress = Annotated[str, AfterValidator(_absolute)]
DnsName = Annotated[str, AfterValidator(_name_in_dns)]
ListeningPlace = Annotated[str, AfterValidator(_place)]
MailboxAddress = Annotated[SecretStr, AfterValidator(_mailbox)]
AwareInstant = Annotated[datetime, AfterValidator(_aware)]
