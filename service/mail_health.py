"""What `doctor` says of the mail: who signs it, and whether the sender's domains belong together (E-60, E-63, E-64)."""

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from sqlalchemy import String, cast
from sqlmodel import col, select

from campaigns.audit import Actor, AuditEvent
from campaigns.channels.alignment import aligned, domain_of
from campaigns.channels.dkim import DkimKey
from campaigns.delivery.lane_state import lane_states
from campaigns.newsletter.issue import Issue, IssueStatus
from service.bootstrap import Service
from service.mail_signing import require_relay_signs
from service.mailing import SANDBOX
from service.settings import Settings
from service.symptom import Symptom

_SIGNATURE = "E-postsignatur"
_DOMAINS = "Avsenderdomener"
_RELAY = "E-posttjener"
_ISSUES = "Utsendelser"


def mail_symptoms(service: Service) -> list[Symptom]:
    """Signature and domains."""
    return [_signature(service), _domains(service.settings)]


def sending_symptoms(service: Service) -> list[Symptom]:
    """What holds mail back: a relay that takes nothing, an issue that the service itself has stopped."""
    with service.database.session_scope(read_only=True) as session:
        stopped = [
            f"{lane.name}: {lane.reason or 'svarer ikke'}" for lane in lane_states(session) if lane.stopped_until
        ]
        by_itself = select(AuditEvent.id).where(
            AuditEvent.action == "issue.paused",
            AuditEvent.object_type == "issue",
            col(AuditEvent.object_id) == cast(Issue.id, String),
            AuditEvent.actor == Actor.service("delivery").name,
        )
        paused = session.exec(
            select(Issue.note).where(Issue.status == IssueStatus.PAUSED, by_itself.exists()).order_by(col(Issue.id))
        ).all()
    lanes = "; ".join(stopped)
    notes = "; ".join(note for note in paused if note)
    return [
        Symptom(_RELAY, not stopped, f"tar ikke imot. {lanes}" if stopped else "tar imot, så vidt det er prøvd."),
        Symptom(_ISSUES, not paused, f"stanset av seg selv. {notes}" if paused else "ingen er stanset."),
    ]


def _signature(service: Service) -> Symptom:
    settings, keys = service.settings, service.dkim_keys
    if keys:
        strangers = [address for address in _senders(settings) if not aligned(settings.dkim_domain, domain_of(address))]
        if strangers:
            return Symptom(
                _SIGNATURE,
                False,
                f"DKIM_DOMAIN {settings.dkim_domain} hører ikke sammen med {' og '.join(strangers)}, så DMARC feiler. "
                "Bruk avsenderens domene, eller et under eller over det.",
            )
        return Symptom(_SIGNATURE, True, f"signeres som {settings.dkim_domain} med {_told(keys)}.")
    if settings.smtp_url == SANDBOX:
        return Symptom(_SIGNATURE, True, "trengs ikke i sandkassen. Før dere sender på ordentlig: se docs/dns.md.")
    domain = require_relay_signs(settings)
    if domain is None:
        return Symptom(
            _SIGNATURE,
            False,
            "ingenting signeres her. Sett DKIM_KEY_FILE, eller lagre et nyhetsbrev som e-posttjeneren har signert, og "
            "sett DKIM_RELAY_SAMPLE, så blir signaturen kontrollert. Se docs/dns.md.",
        )
    return Symptom(_SIGNATURE, True, f"e-posttjeneren signerer som {domain}, avmeldingshodene med.")


def _domains(settings: Settings) -> Symptom:
    sender = domain_of(settings.mail_from)
    if not aligned(settings.bounce_domain, sender):
        return Symptom(
            _DOMAINS,
            False,
            f"returadressens domene {settings.bounce_domain} ligger ikke under {sender}, så SPF teller ikke for DMARC. "
            f"Sett BOUNCE_DOMAIN til for eksempel bounce.{sender}.",
        )
    if settings.mail_from == settings.account_mail_from:
        return Symptom(
            _DOMAINS,
            False,
            "nyhetsbrev og bekreftelser har samme avsender. Gi dem hver sin (MAIL_FROM, ACCOUNT_MAIL_FROM), så "
            "klager på det ene ikke rammer det andre.",
        )
    return Symptom(_DOMAINS, True, f"{settings.bounce_domain} og {sender} hører sammen.")


def _senders(settings: Settings) -> list[str]:
    return [settings.mail_from, settings.account_mail_from]


def _told(keys: tuple[DkimKey, ...]) -> str:
    return " og ".join(f"{_kind(key)} ({key.selector})" for key in keys)


def _kind(key: DkimKey) -> str:
    return f"RSA {key.private.key_size}" if isinstance(key.private, RSAPrivateKey) else "Ed25519"
