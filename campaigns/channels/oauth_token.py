"""Access tokens for a mailbox, from its provider's token endpoint (OAuth 2.0 client credentials, RFC 6749 §4.4).

Microsoft 365 lets no program sign in with a password. An app that its administrator has given the mailbox asks for a
token instead, with nobody present; a token lasts an hour or so and is asked for anew.
"""

import json
import threading
from datetime import datetime, timedelta
from typing import Any

import requests
import urllib3

from campaigns.channels.imap_address import ClientCredentials
from campaigns.channels.mailbox import MailboxUnavailable
from campaigns.clock import Clock

_SECONDS = (10, 30)
_LONGEST_REPLY = 64_000
_LONGEST_WORDS = 200
_EARLY = timedelta(minutes=2)  # a token that runs out while we read is asked for before
_SHORTEST = timedelta(minutes=1)


class AccessTokens:
    """Keeps a token for as long as it lasts. Any thread may ask; a token stands in no message and no log."""

    def __init__(self, credentials: ClientCredentials, clock: Clock) -> None:
        self._credentials = credentials
        self._clock = clock
        self._token = ""
        self._until: datetime | None = None
        self._lock = threading.Lock()

    def token(self) -> str:
        """One that is good now. Raises ``MailboxUnavailable``."""
        with self._lock:
            if self._until is None or self._clock.now() >= self._until:
                self._token, lasts = self._asked()
                self._until = self._clock.now() + max(lasts - _EARLY, _SHORTEST)
            return self._token

    def forget(self) -> None:
        """The mailbox did not take it: the next one is asked for anew."""
        with self._lock:
            self._until = None

    def _asked(self) -> tuple[str, timedelta]:
        status, said = self._answer()
        token = said.get("access_token")
        if status != 200 or not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
            raise MailboxUnavailable(
                f"Fikk ingen tilgangsnøkkel til postkassen: {_words(status, said)}."
                " Se på INBOUND_OAUTH_TOKEN_URL, INBOUND_OAUTH_CLIENT_ID og INBOUND_OAUTH_CLIENT_SECRET."
            )
        lasts = said.get("expires_in")
        return token, timedelta(seconds=int(str(lasts))) if str(lasts).isdecimal() else timedelta(0)

    def _answer(self) -> tuple[int, dict[str, Any]]:
        asked = {
            "grant_type": "client_credentials",
            "client_id": self._credentials.client_id,
            "client_secret": self._credentials.client_secret,
            "scope": self._credentials.scope,
        }
        try:
            with requests.post(
                self._credentials.token_url, data=asked, timeout=_SECONDS, allow_redirects=False, stream=True,
                auth=_as_it_is,
            ) as response:  # fmt: skip
                return response.status_code, _object(response.raw.read(_LONGEST_REPLY, decode_content=True))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise MailboxUnavailable(
                f"Fikk ikke kontakt med innloggingen til postkassen ({type(error).__name__})."
            ) from error


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Without an ``auth`` of our own, requests would let a .netrc file put its own on."""
    return request


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _words(status: int, said: dict[str, Any]) -> str:
    told = " ".join(f"{said.get('error', '')} {said.get('error_description', '')}".split())
    return f"{status} {told[:_LONGEST_WORDS]}".strip()
