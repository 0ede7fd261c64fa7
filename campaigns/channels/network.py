"""One HTTP exchange with a network, with the one question answered that matters: did the request leave us?

A post must never be made twice, and neither LinkedIn nor Facebook takes an idempotency key. So nothing here
retries, follows a redirect or reuses a connection, and a broken exchange is told apart by whether the first
byte of the body had been handed to the socket: a server that never saw the body cannot have acted on it.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict

_LONGEST_REPLY = 2_000_000
_LONGEST_SUMMARY = 2_000


class NotSent(Exception):
    """The connection could not be made; no byte of the request's body left us."""


class NoAnswer(Exception):
    """The request left us, and no status came back. What became of it is not known."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A status with what came after it. The body is empty where it broke off: the status still stands."""

    status: int
    headers: Mapping[str, str] = field(default_factory=CaseInsensitiveDict)
    body: bytes = b""

    def json(self) -> dict[str, Any]:
        """The body as an object; empty when it is something else (a proxy's HTML, nothing at all)."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def summary(self) -> str:
        """The network's own words, for an administrator."""
        return f"{self.status} {self.body.decode('utf-8', 'replace')}".strip()[:_LONGEST_SUMMARY]


class Network:
    """Makes calls. ``read_seconds`` is how long a network may think before its answer counts as lost."""

    def __init__(self, *, connect_seconds: float = 10, read_seconds: float = 60) -> None:
        self._seconds = (connect_seconds, read_seconds)

    def call(
        self, method: str, url: str, *, token: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Reply:
        """One exchange. Raises ``NotSent`` or ``NoAnswer``; any status at all is a ``Reply``."""
        watched = _WatchedBody(body) if body else None
        with requests.Session() as session:
            for scheme in ("http://", "https://"):
                session.mount(scheme, HTTPAdapter(max_retries=0))
            try:
                response = session.request(
                    method, url, headers=dict(headers), data=watched, auth=_Bearer(token),
                    timeout=self._seconds, allow_redirects=False, stream=True,
                )  # fmt: skip
            except requests.RequestException as error:
                if watched is not None and not watched.begun:
                    raise NotSent(type(error).__name__) from error
                raise NoAnswer(type(error).__name__) from error
            with response:
                return Reply(status=response.status_code, headers=response.headers, body=_body_of(response))


def form(fields: Mapping[str, str | tuple[str, bytes, str]]) -> tuple[bytes, str]:
    """A multipart body and its content type; a file is (name, content, type)."""
    return urllib3.encode_multipart_formdata(dict(fields))


class _WatchedBody(io.BytesIO):
    """A request's body that remembers whether anybody has begun to send it."""

    begun = False

    def read(self, size: int | None = -1, /) -> bytes:
        self.begun = True
        return super().read(size)


class _Bearer(requests.auth.AuthBase):
    """Sets the token itself: without an ``auth`` of our own, requests would let a .netrc file overrule it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _body_of(response: requests.Response) -> bytes:
    try:
        content: bytes = response.raw.read(_LONGEST_REPLY, decode_content=True)
    except (urllib3.exceptions.HTTPError, OSError):
        return b""
    return content
