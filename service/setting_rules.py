"""What settings must be together. A rule raises ``ValueError`` that names them and says what was expected."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from campaigns.channels.imap_address import ImapAddress

if TYPE_CHECKING:
    from service.settings import Settings


def dkim_whole(settings: "Settings") -> None:
    """Each signing key has all that belongs to it."""
    first = (bool(settings.dkim_domain), bool(settings.dkim_selector), settings.dkim_key_file is not None)
    if any(first) and not all(first):
        raise ValueError("DKIM_DOMAIN, DKIM_SELECTOR and DKIM_KEY_FILE: expected all three, or none")
    second = (bool(settings.dkim_second_selector), settings.dkim_second_key_file is not None)
    if any(second) and not all((*first, *second)):
        raise ValueError("DKIM_SECOND_SELECTOR and DKIM_SECOND_KEY_FILE: expected both, and a first key")


def oauth_whole(settings: "Settings") -> None:
    """The mailbox is opened in one way, and what that takes is there."""
    secret, mailbox = settings.inbound_oauth_client_secret, settings.inbound_imap_url
    given = (settings.inbound_oauth_token_url, settings.inbound_oauth_client_id, secret.get_secret_value())
    if any(given) and not all((*given, mailbox.get_secret_value())):
        raise ValueError(
            "INBOUND_OAUTH_TOKEN_URL, INBOUND_OAUTH_CLIENT_ID, INBOUND_OAUTH_CLIENT_SECRET and INBOUND_IMAP_URL:"
            " expected all four, or no OAUTH"
        )
    if not any(given) and mailbox.get_secret_value() and not ImapAddress.parse(mailbox.get_secret_value()).password:
        raise ValueError("INBOUND_IMAP_URL: expected a password, or INBOUND_OAUTH_TOKEN_URL and what goes with it")
    url = settings.inbound_oauth_token_url
    if url and not url.startswith("https://") and not _is_loopback(url):
        raise ValueError("INBOUND_OAUTH_TOKEN_URL: expected https://, because the app's secret goes there")


def fit_for_production(settings: "Settings") -> None:
    """The master key is long enough, and production has what the demo does without."""
    key = settings.secret_key.get_secret_value()
    if key and len(key) < 32:
        raise ValueError("SECRET_KEY: expected at least 32 characters")
    previous = settings.previous_secret_key.get_secret_value()
    if previous and (len(previous) < 32 or not key):
        raise ValueError("PREVIOUS_SECRET_KEY: expected at least 32 characters, and a SECRET_KEY after it")
    if settings.production:
        if not key:
            raise ValueError("SECRET_KEY: required in production; make one with `openssl rand -hex 32`")
        if not settings.public_url.startswith("https://") and not _is_loopback(settings.public_url):
            raise ValueError(
                "PUBLIC_URL: production needs https://; mail programs unsubscribe by https only, and staff sign in"
            )
        if settings.demo_now is not None:
            raise ValueError("DEMO_NOW: only for the demo; production runs on the machine's clock")


RULES: tuple[Callable[["Settings"], None], ...] = (dkim_whole, oauth_whole, fit_for_production)


def _is_loopback(url: str) -> bool:
    """Whether only this machine can be meant."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
