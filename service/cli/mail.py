"""Commands of this area: what mail needs in DNS, and whether a relay's signature holds."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from campaigns.channels.dkim_cover import require_cover
from service.bootstrap import Service
from service.cli.context import with_service
from service.dns_check import check_records
from service.dns_records import DnsRecord, dns_records
from service.symptom import Symptom


@click.command()
@click.option("--check", is_flag=True, help="Look the records up, and say what is missing or wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_service
def dns(service: Service, *, check: bool, as_json: bool) -> None:
    """Print every DNS record that mail needs, as lines of a zone file.

    With --check the exit status is 1 when something is missing or wrong.

    \b
    Example:
      monitorposten dns --check
    """
    records = dns_records(service.settings, service.dkim_keys)
    symptoms = check_records(records) if check else []
    if as_json:
        click.echo(json.dumps(_document(records, symptoms), ensure_ascii=False))
    elif check:
        for symptom in symptoms:
            click.echo(f"{'✓' if symptom.well else '✗'} {symptom.part}: {symptom.sentence}")
    else:
        click.echo(_zone(service, records))
    if not all(symptom.well for symptom in symptoms):
        raise SystemExit(1)


@click.command("check-signature")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_service
def check_signature(_service: Service, file: Path) -> None:
    """Check that the DKIM signature of a received newsletter covers both unsubscribe headers.

    For mail that the relay signs: save a newsletter as it came, with all its headers, as FILE.

    \b
    Example:
      monitorposten check-signature mottatt.eml
    """
    click.echo(f"Signert av {require_cover(file.read_bytes())}, avmeldingshodene med.")


def _zone(service: Service, records: list[DnsRecord]) -> str:
    lines = [f"; {record.why}\n{record.zone_line}" for record in records]
    if not service.dkim_keys:
        lines.insert(0, "; DKIM: ingen nøkkel er satt her (DKIM_KEY_FILE), så e-posttjeneren må signere")
    lines.append(
        "; PTR: adressen det sendes fra, må ha et navn, og navnet må peke tilbake på adressen. Den som eier adressen, "
        "setter det."
    )
    return "\n".join(lines)


def _document(records: list[DnsRecord], symptoms: list[Symptom]) -> dict[str, object]:
    listed = [asdict(record) | {"zone_line": record.zone_line} for record in records]
    for entry, symptom in zip(listed, symptoms, strict=False):
        entry |= {"well": symptom.well, "sentence": symptom.sentence}
    return {"records": listed}


COMMANDS = (dns, check_signature)
