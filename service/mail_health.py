"""What `doctor` says of the mail: who signs it, whether the sender's domains belong together, and whether what comes
back gets in (E-60, E-63, E-64, E-70).
"""

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from sqlalchemy import String, cast
from sqlmodel import col, select

from campaigns.audit import Actor, AuditEvent
from campaigns.channels.alignment import aligned, domain_of
from campaigns.channels.dkim import DkimKey
from campaigns.channels.imap_address import ImapAddress
from campaigns.delivery.lane_state import lane_states
from campaigns.newsletter.issue import Issue, IssueStatus
from service.bootstrap import Service
from service.mail_signing import require_relay_signs
from service.mailing import SANDBOX
from service.settings import Settings
from service.symptom import Symptom

_SIGNATURE = "E-postsignatur"
_DOMAINS = "Avsenderdomener"
_WAYS_IN = "Vei inn for retur"
_RELAY = "E-posttjener"
_ISSUES = "Utsendelser"


def mail_symptoms(service: Service) -> list[Symptom]:
    """Signature, domains, and the way in for what comes back."""
    return [_signature(service), _domains(service.settings), _ways_in(service.settings)]


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


def _ways_in(settings: Settings) -> Symptom:
    ways = []
    if settings.inbound_lmtp:
        ways.append(f"LMTP på {settings.inbound_lmtp}")
    if settings.inbound_folder is not None:
        ways.append(f"mappen {settings.inbound_folder}")
    if url := settings.inbound_imap_url.get_secret_value():
        how = "tilgangsnøkkel" if settings.inbound_oauth_token_url else "passord"
        ways.append(f"postkassen hos {ImapAddress.parse(url).host}, med {how}")
    if ways:
        return Symptom(_WAYS_IN, True, f"{'; '.join(ways)}. Prøv den med: monitorposten bounces collect")
    if settings.smtp_url == SANDBOX:
        return Symptom(_WAYS_IN, True, "trengs ikke i sandkassen. Før dere sender: se docs/returned-mail.md.")
    return Symptom(
        _WAYS_IN,
        False,
        "mangler, så ingen får vite hva som kommer i retur, og avmelding på e-post når ikke fram. Sett INBOUND_LMTP, "
        "INBOUND_FOLDER eller INBOUND_IMAP_URL. Se docs/returned-mail.md.",
    )


def _senders(settings: Settings) -> list[str]:
    return [settings.mail_from, settings.account_mail_from]


def _told(keys: tuple[DkimKey, ...]) -> str:
    return " og ".join(f"{_kind(key)} ({key.selector})" for key in keys)


def _kind(key: DkimKey) -> str:
    return f"RSA {key.private.key_size}" if isinstance(key.private, RSAPrivateKey) else "Ed25519"
