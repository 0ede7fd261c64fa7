"""What stands in DNS, held against what should: for `monitorposten dns --check`."""

import re

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from service.dns_records import DnsRecord, Purpose
from service.symptom import Symptom

_SECONDS = 5.0


def check_records(records: list[DnsRecord], resolver: Resolver | None = None) -> list[Symptom]:
    """Look each record up. An answer that could not be had is not called a missing record."""
    asking = resolver or Resolver()
    asking.lifetime = _SECONDS
    return [_checked(record, asking) for record in records]


def _checked(record: DnsRecord, resolver: Resolver) -> Symptom:
    part = f"{record.type} {record.name}"
    try:
        found = _look_up(record, resolver)
    except DNSException as error:
        return Symptom(part, False, f"fikk ikke svar fra DNS ({type(error).__name__}). Prøv igjen.")
    fault = _FAULTS[record.purpose](record, found)
    return Symptom(part, fault is None, fault or "står riktig.")


def _look_up(record: DnsRecord, resolver: Resolver) -> list[str]:
    try:
        answer = resolver.resolve(record.name, record.type)
    except (NXDOMAIN, NoAnswer):
        return []
    if record.type == "TXT":
        return [b"".join(item.strings).decode(errors="replace") for item in answer]
    return [item.to_text() for item in answer]


def _dkim_fault(record: DnsRecord, found: list[str]) -> str | None:
    if not found:
        return f"mangler. Legg inn: {record.zone_line}"
    wanted = _tags(record.value)["p"]
    if all(_tags(text).get("p") != wanted for text in found):
        return "har en annen nøkkel enn den det signeres med. Mottakere forkaster signaturen."
    return None


def _spf_fault(record: DnsRecord, found: list[str]) -> str | None:
    policies = [text for text in found if text.lower().startswith("v=spf1")]
    if not policies:
        return f"mangler. Legg inn: {record.zone_line}"
    if len(policies) > 1:
        return "har flere SPF-oppføringer. Da teller ingen av dem; slå dem sammen til én."
    policy = policies[0].lower().split()
    if policy[-1] in {"-all", "~all"} or any(term.startswith("redirect=") for term in policy):
        return None
    return "slutter ikke med -all, så hvem som helst slipper til."


def _dmarc_fault(record: DnsRecord, found: list[str]) -> str | None:
    policies = [_tags(text) for text in found if text.upper().startswith("V=DMARC1")]
    if not policies:
        return f"mangler. Legg inn: {record.zone_line}"
    if "pct" in policies[0]:
        return "bruker pct, som er avskaffet (RFC 9989). Fjern det; t=y er det som nå betyr prøve."
    if "rua" not in policies[0]:
        return "har ingen rua, så ingen ser rapportene. Legg til en adresse som leses."
    return None


def _mx_fault(record: DnsRecord, found: list[str]) -> str | None:
    return None if found else f"mangler. Uten den kommer ingen returpost fram: {record.zone_line}"


_FAULTS = {
    Purpose.DKIM: _dkim_fault,
    Purpose.SPF: _spf_fault,
    Purpose.DMARC: _dmarc_fault,
    Purpose.RETURN_MX: _mx_fault,
}


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in re.sub(r"\s", "", text).split(";") if part)
    return {name.lower(): value for name, _, value in pairs}
