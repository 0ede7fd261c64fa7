"""Every setting: name, type, default and one line of meaning. The README's table is made from this class.

Read from the environment (``MONITORPOSTEN_…``) and a ``.env`` file in the working folder. A wrong or unknown
setting stops the start with its name and what was expected.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from campaigns.channels.imap_address import MICROSOFT_365, ClientCredentials
from campaigns.editorial.draft import ApprovalMode
from campaigns.language import Language
from service.folders import Folders
from service.setting_rules import RULES
from service.setting_types import (
    AwareInstant,
    DnsName,
    ListeningPlace,
    MailboxAddress,
    Names,
    Rates,
    SiteAddress,
    Sites,
    ZoneName,
)

PREFIX = "MONITORPOSTEN_"


class SettingsInvalid(Exception):
    """A setting is wrong or unknown; the message names it and says what was expected."""


class Settings(BaseSettings):
    """What the service is told at start. Nothing reads the environment after that."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="forbid", frozen=True)

    data_dir: Path = Field(Path("var"), description="Folder for the database, images, sandbox and archive")
    database_url: str = Field(
        "", description="`sqlite:///…` or `postgresql+psycopg://…`; empty = a SQLite file in the data folder"
    )
    secret_key: SecretStr = Field(
        SecretStr(""), description="Master key, at least 32 characters; every other key is derived from it"
    )
    previous_secret_key: SecretStr = Field(
        SecretStr(""), description="The master key before this one: links in mails already sent go on working by it"
    )
    production: bool = Field(False, description="Refuses to start without a secret key and with demo-only settings")
    public_url: SiteAddress = Field("http://127.0.0.1:8000", description="Start of every absolute link")
    host: str = Field("127.0.0.1", description="Address `serve` listens on")
    port: int = Field(8000, ge=0, le=65535, description="Port `serve` listens on")
    trusted_proxies: int = Field(
        0, ge=0, le=5, description="Proxies in front that add to `X-Forwarded-For`; 0 = the connection's own address"
    )
    approval: ApprovalMode = Field(
        ApprovalMode.TWO_PERSON, description="`two_person`, or `one_person` for a team of one"
    )
    timezone: ZoneName = Field("Europe/Oslo", description="The office's time zone")
    language: Language = Field(Language.BOKMAAL, description="First language of desk and mails: nb, nn or en")
    monitor_name: str = Field("HelseOmsorg21-monitoren", description="What the monitor calls itself")
    monitor_url: SiteAddress = Field("https://www.helseomsorg21monitor.no", description="The monitor's own web site")
    day_lead_days: int = Field(14, ge=1, le=90, description="How long before a day its draft is made")
    slot_hour: int = Field(9, ge=0, le=23, description="Hour of the day proposed for publishing")
    digest_weekday: int = Field(
        1,
        ge=1,
        le=7,
        description="Weekday of the weekly digest, 1 = Monday; the monthly one goes on the first working day",
    )
    slot_grace_hours: float = Field(
        6, gt=0, description="A slot that is later than this is missed, and a person decides"
    )
    smtp_url: str = Field(
        "sandbox:",
        description="`smtp://[user:pass@]host:port?tls=none\\|starttls\\|implicit`; several, comma separated, = lanes;"
        " `sandbox:` keeps the mails in the data folder",
    )
    mail_from: str = Field("nyhetsbrev@monitor.example.no", description="Sender of newsletters")
    account_mail_from: str = Field(
        "abonnement@monitor.example.no", description="Sender of confirmations and other account mail"
    )
    mail_from_name: str = Field("HelseOmsorg21-monitoren", description="Name shown as sender")
    reply_to: str = Field("redaksjonen@monitor.example.no", description="Where answers go")
    list_id: str = Field("nyhetsbrev.monitor.example.no", description="The list's name for ever (RFC 2919)")
    bounce_domain: str = Field("bounce.monitor.example.no", description="Domain of the return path")
    inbound_lmtp: ListeningPlace = Field(
        "",
        description="Where `serve` takes returned mail from the mail server: `127.0.0.1:2424` or"
        " `unix:/run/monitorposten/lmtp`; empty = off",
    )
    inbound_folder: Path | None = Field(
        None, description="Maildir or folder with returned mail; what is taken in is removed from it"
    )
    inbound_imap_url: MailboxAddress = Field(
        SecretStr(""),
        description="Mailbox with returned mail, one of its own: `imaps://user:pass@host:993/folder`; what is taken in"
        " is removed from it",
    )
    inbound_oauth_token_url: str = Field(
        "",
        description="Sign in to the mailbox with a token from here instead of a password; Microsoft 365:"
        " `https://login.microsoftonline.com/TENANT/oauth2/v2.0/token`",
    )
    inbound_oauth_client_id: str = Field("", description="The app that may read the mailbox")
    inbound_oauth_client_secret: SecretStr = Field(SecretStr(""), description="The app's secret")
    inbound_oauth_scope: str = Field(MICROSOFT_365, description="What the token is asked for")
    dkim_domain: DnsName = Field("", description="Domain that signs; empty = the relay signs")
    dkim_selector: DnsName = Field("", description="Name of the key in DNS")
    dkim_key_file: Path | None = Field(None, description="PEM file with the private RSA key; mode 0600")
    dkim_second_selector: DnsName = Field("", description="Name of a second key in DNS: Ed25519, or the next key")
    dkim_second_key_file: Path | None = Field(None, description="PEM file with it; mails get both signatures")
    dkim_relay_sample: Path | None = Field(
        None,
        description="A newsletter saved as it came, when the relay signs: start is refused unless its signature"
        " covers the unsubscribe headers",
    )
    mail_rate: float = Field(20, ge=0, description="Mails per second; 0 = unlimited")
    mail_connections: int = Field(5, ge=1, le=50, description="Connections to the relay at once")
    mail_receiver_rates: Rates = Field(
        {}, description="Mails per second to single receivers, as `google=10,microsoft=5`; also `yahoo` and `apple`"
    )
    mail_give_up_hours: float = Field(72, gt=0, le=120, description="How long a mail that is put off is tried again")
    welcome_mail: bool = Field(
        True, description="Sends new readers one mail, when they have confirmed, on what to expect"
    )
    count_links: bool = Field(
        False,
        description="Leads links in newsletters through a counter of our own, one for each link and issue and the same"
        " for every reader; nothing about the reader is kept",
    )
    panel_origins: Sites = Field(
        (),
        description="Comma separated sites that may show the sign-up panel in a frame, such as `https://www.example.no`;"
        " empty = the site in `MONITOR_URL`",
    )
    sign_up_proof_from: int = Field(
        30, ge=0, description="Sign-ups in an hour before the reader's browser must do some arithmetic first"
    )
    sign_up_network_per_hour: int = Field(5, ge=1, description="Sign-ups an hour from one network (/24 or /64)")
    sign_up_domain_per_hour: int = Field(50, ge=1, description="Sign-ups an hour to addresses of one domain")
    sign_up_all_per_hour: int = Field(
        200, ge=1, description="Sign-ups an hour in all; at half of it everything tightens, at all of it staff are told"
    )
    sign_up_mails_per_day: int = Field(
        1, ge=1, description="Unanswered confirmations or settings links to one address a day"
    )
    sign_up_mails_per_month: int = Field(3, ge=1, description="All of either, answered or not, in thirty days")
    keep_pending_days: int = Field(7, ge=1, description="How long a sign-up that nobody confirms is kept")
    keep_deliveries_days: int = Field(
        90, ge=30, description="How long it is kept who got which mail; after that only how many did"
    )
    keep_returned_mail_days: int = Field(30, ge=1, description="How long the raw text of returned mail is kept")
    keep_origin_days: int = Field(365, ge=1, le=365, description="How long network and browser of a consent are kept")
    keep_left_days: int = Field(
        365, ge=1, description="How long the consent of one who has left is kept; after that only a keyed hash"
    )
    linkedin_api_url: str = Field("https://api.linkedin.com/rest", description="LinkedIn's versioned API")
    linkedin_oauth_url: str = Field("https://www.linkedin.com/oauth/v2", description="LinkedIn's sign-in")
    linkedin_client_id: str = Field("", description="The app's id; empty = sandbox")
    linkedin_client_secret: SecretStr = Field(SecretStr(""), description="The app's secret")
    linkedin_version: str = Field("202607", pattern=r"^20\d{4}$", description="API version, never taken from the clock")
    facebook_graph_url: str = Field("https://graph.facebook.com", description="Facebook's Graph API")
    facebook_version: str = Field("v26.0", pattern=r"^v\d+\.\d+$", description="Graph API version")
    facebook_client_id: str = Field("", description="The app's id; empty = sandbox")
    facebook_client_secret: SecretStr = Field(SecretStr(""), description="The app's secret")
    source_allowed_hosts: Names = Field(
        (), description="Comma separated hosts that may be fetched although they are private or loopback"
    )
    browser_path: Path | None = Field(None, description="The Chromium that draws charts; empty = the first one found")
    brand_file: Path | None = Field(
        None, description="TOML with the house's logo, colours and font for figures; empty = the look that comes along"
    )
    demo_now: AwareInstant | None = Field(
        None, description="Demo only: the clock starts here and runs on (RFC 3339 with offset)"
    )

    @model_validator(mode="after")
    def _fit_together(self) -> "Settings":
        for rule in RULES:
            rule(self)
        return self

    @property
    def database(self) -> str:
        """The database's address, the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'monitorposten.db'}"

    @property
    def folders(self) -> Folders:
        """What lies where in the data folder."""
        return Folders(self.data_dir)

    @property
    def mailbox_credentials(self) -> ClientCredentials | None:
        """The app that opens the mailbox with returned mail; None where a password does."""
        if not self.inbound_oauth_token_url:
            return None
        return ClientCredentials(
            token_url=self.inbound_oauth_token_url,
            client_id=self.inbound_oauth_client_id,
            client_secret=self.inbound_oauth_client_secret.get_secret_value(),
            scope=self.inbound_oauth_scope,
        )

    @property
    def framing_sites(self) -> tuple[str, ...]:
        """The sites that may show the sign-up panel in a frame."""
        site = urlsplit(self.monitor_url)
        return self.panel_origins or (f"{site.scheme}://{site.netloc}",)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def load_settings(**overrides: Any) -> Settings:
    """The settings of this process. Raises ``SettingsInvalid`` with one sentence per fault."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise SettingsInvalid(f"Unknown setting {', '.join(unknown)}; the README lists those there are.")
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsInvalid("\n".join(_sentence(fault) for fault in error.errors())) from error


def _sentence(fault: Any) -> str:
    name = "_".join(str(part) for part in fault["loc"]).upper()
    message = str(fault["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{name}: {message}." if name else f"{PREFIX}{message}."
