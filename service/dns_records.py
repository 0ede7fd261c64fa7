"""Every DNS record that this service's mail needs, from its settings (email contract E-60…E-64; docs/dns.md)."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

from campaigns.channels.alignment import domain_of
from campaigns.channels.dkim import DkimKey
from campaigns.channels.relay_address import RelayAddress
from service.mailing import SANDBOX
from service.settings import Settings

_TEXT = 255  # the longest string in a TXT record; a longer value is several of them


class Purpose(StrEnum):
    """What a record is for."""

    DKIM = "dkim"  # the public half of a key
    SPF = "spf"  # who may send for the return path's domain
    DMARC = "dmarc"  # what receivers do with mail that is neither
    RETURN_MX = "mx"  # where bounces go


@dataclass(frozen=True, kw_only=True)
class DnsRecord:
    """One record. ``value`` is whole; ``zone_line`` writes it as a zone file has it."""

    purpose: Purpose
    name: str
    type: str
    value: str
    why: str

    @property
    def zone_line(self) -> str:
        if self.type != "TXT":
            return f"{self.name}. {self.type} {self.value}"
        strings = [self.value[at : at + _TEXT] for at in range(0, len(self.value), _TEXT)]
        return f"{self.name}. TXT " + " ".join(f'"{part}"' for part in strings)


def dns_records(settings: Settings, keys: tuple[DkimKey, ...]) -> list[DnsRecord]:
    """What must stand in DNS. Relays that send from other names than they are reached at need their own in the SPF."""
    sender = domain_of(settings.mail_from)
    records = [
        DnsRecord(
            purpose=Purpose.DKIM, name=key.record_name, type="TXT", value=key.record, why="den offentlige DKIM-nøkkelen"
        )
        for key in keys
    ]
    records += [
        DnsRecord(
            purpose=Purpose.SPF,
            name=settings.bounce_domain,
            type="TXT",
            value=f"v=spf1 {' '.join(_relays(settings))} -all",
            why="hvem som sender med vår returadresse",
        ),
        DnsRecord(
            purpose=Purpose.RETURN_MX,
            name=settings.bounce_domain,
            type="MX",
            value="10 <e-postmottaket deres>.",
            why="hvor returpost og avmelding per e-post kommer",
        ),
    ]
    account = domain_of(settings.account_mail_from)
    return records + [
        DnsRecord(
            purpose=Purpose.DMARC,
            name=f"_dmarc.{domain}",
            type="TXT",
            value=f"v=DMARC1; p=none; rua=mailto:{settings.reply_to}",
            why="begynn med p=none, les rapportene, og gå til p=reject",
        )
        for domain in dict.fromkeys((sender, account))
    ]


def _relays(settings: Settings) -> list[str]:
    """Who sends for us, as SPF names them."""
    if settings.smtp_url == SANDBOX:
        return ["a:<e-posttjeneren deres>"]
    hosts = (RelayAddress.parse(url).host for url in settings.smtp_url.split(","))
    return list(dict.fromkeys(_named(host) for host in hosts))


def _named(host: str) -> str:
    """An address is not looked up as a name is; this machine's own is not the one that receivers see."""
    try:
        address = ip_address(host)
    except ValueError:
        return "a:<navnet maskinen har utad>" if host == "localhost" else f"a:{host}"
    return "a:<navnet maskinen har utad>" if address.is_loopback else f"ip{address.version}:{address}"
