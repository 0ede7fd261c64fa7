"""The one HTTP client for sources: guarded against being sent astray, and against answers without end (S-36).

It waits for nobody twice: when to ask again is a column in the database, not a sleep here.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.request import url2pathname

import requests
import urllib3
from requests.adapters import HTTPAdapter

from campaigns.sources.addresses import Destination, Resolver, checked_destination, resolve
from campaigns.sources.fuse import Fuse, watched
from campaigns.sources.refusal import AddressRefused, PayloadRefused, SourceUnavailable

MAX_BYTES = 50 * 1024 * 1024
CONNECT_SECONDS = 10.0
TOTAL_SECONDS = 30.0
MAX_REDIRECTS = 3
_CHUNK = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Response:
    """What came back. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class SourceClient:
    """Fetches from sources. Opens no connection until asked; keeps none.

    ``allowed_hosts`` are the operator's exceptions (``host`` or ``host:port``); ``file:`` addresses are read
    only with ``allow_files``, which the demo uses. ``ca_file`` replaces the public certificate authorities.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        allowed_hosts: Collection[str] = (),
        allow_files: bool = False,
        max_bytes: int = MAX_BYTES,
        total_seconds: float = TOTAL_SECONDS,
        ca_file: Path | None = None,
        resolver: Resolver = resolve,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._user_agent = user_agent
        self._allowed_hosts = frozenset(host.lower() for host in allowed_hosts)
        self._allow_files = allow_files
        self._max_bytes = max_bytes
        self._total_seconds = total_seconds
        self._verify: str | bool = str(ca_file) if ca_file is not None else True
        self._resolver = resolver
        self._monotonic = monotonic
        self._lock = Lock()
        self._fuses: set[Fuse] = set()
        self._stopped = False

    @property
    def stopped(self) -> bool:
        """Whether nothing more is sent, because the process is about to end."""
        return self._stopped

    def stop(self) -> None:
        """Send nothing more, and hang up on whoever is answering now: a process that ends does not wait for them."""
        with self._lock:
            self._stopped = True
            running = list(self._fuses)
        for fuse in running:
            fuse.blow()

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Response:
        """Fetch, following at most three redirects, each checked like the first address.

        Raises ``AddressRefused``, ``PayloadRefused`` (too large) or ``SourceUnavailable``.
        """
        if url.startswith("file:"):
            return self._read_file(url)
        deadline = self._monotonic() + self._total_seconds
        for _ in range(MAX_REDIRECTS + 1):
            response = self._send("GET", url, headers or {}, None, deadline)
            onward = response.headers.get("location")
            if response.status not in _REDIRECTS or onward is None:
                return response
            url = urljoin(url, onward)
        raise SourceUnavailable(f"Kilden sender oss videre mer enn {MAX_REDIRECTS} ganger.")

    def post(self, url: str, *, payload: Any, headers: Mapping[str, str] | None = None) -> Response:
        """Send a question as JSON. A redirect is handed back as it is, never followed."""
        deadline = self._monotonic() + self._total_seconds
        return self._send("POST", url, headers or {}, payload, deadline)

    def _send(self, method: str, url: str, headers: Mapping[str, str], payload: Any, deadline: float) -> Response:
        destination = checked_destination(url, self._allowed_hosts, self._resolver)
        with self._fuse(deadline) as fuse, requests.Session() as session:
            session.trust_env = False  # a proxy from the environment would look names up again
            session.mount(f"{destination.scheme}://", _CheckedAddress(destination, fuse))
            try:
                with session.request(
                    method,
                    url,
                    json=payload,
                    headers={"User-Agent": self._user_agent, "Accept-Encoding": "gzip", **headers},
                    allow_redirects=False,
                    stream=True,
                    verify=self._verify,
                    timeout=(CONNECT_SECONDS, CONNECT_SECONDS),
                ) as response:
                    body = self._body(response, deadline, destination.host)
                    lowered = {name.lower(): value for name, value in response.headers.items()}
            except requests.Timeout as error:
                raise SourceUnavailable(f"{destination.host} svarte ikke i tide.") from error
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                if fuse.blown:
                    raise self._took_too_long(destination.host) from error
                raise SourceUnavailable(f"Fikk ikke svar fra {destination.host}: {_cause(error)}.") from error
            if fuse.blown:  # an answer without a length looks whole wherever it is cut
                raise self._took_too_long(destination.host)
            return Response(response.status_code, lowered, body, url)

    @contextmanager
    def _fuse(self, deadline: float) -> Iterator[Fuse]:
        """What cuts this connection at the deadline, or when the client is stopped."""
        with Fuse(deadline - self._monotonic()) as fuse:
            with self._lock:
                if self._stopped:
                    raise SourceUnavailable("Tjenesten er i ferd med å stoppe. Kilden spørres når den er oppe igjen.")
                self._fuses.add(fuse)
            try:
                yield fuse
            finally:
                with self._lock:
                    self._fuses.discard(fuse)

    def _took_too_long(self, host: str) -> SourceUnavailable:
        return SourceUnavailable(f"{host} brukte mer enn {self._total_seconds:.0f} sekunder på svaret.")

    def _body(self, response: requests.Response, deadline: float, host: str) -> bytes:
        raw: urllib3.response.HTTPResponse = response.raw
        chunks: list[bytes] = []
        size = 0
        while chunk := raw.read1(_CHUNK, decode_content=True):
            size += len(chunk)
            if size > self._max_bytes:
                raise PayloadRefused("TOO_LARGE", f"svaret fra {host} er større enn {self._max_bytes} byte.")
            if self._monotonic() > deadline:
                raise self._took_too_long(host)
            chunks.append(chunk)
        return b"".join(chunks)

    def _read_file(self, url: str) -> Response:
        if not self._allow_files:
            raise AddressRefused("file:-adresser leses bare i demoen.")
        path = Path(url2pathname(urlsplit(url).path))
        try:
            if path.stat().st_size > self._max_bytes:
                raise PayloadRefused("TOO_LARGE", f"{path.name} er større enn {self._max_bytes} byte.")
            body = path.read_bytes()
        except OSError as error:
            raise SourceUnavailable(f"Filen {path} kan ikke leses: {error.strerror}.") from error
        return Response(200, {"content-type": "application/json"}, body, url)


class _CheckedAddress(HTTPAdapter):
    """Connects to the address that was checked, while certificate and Host stay those of the name."""

    def __init__(self, destination: Destination, fuse: Fuse) -> None:
        self._destination = destination
        self._fuse = fuse
        super().__init__(max_retries=0)

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, *_proxies: Any, cert: Any = None, **_options: Any
    ) -> Any:
        pool: dict[str, Any] = {**self.build_connection_pool_key_attributes(request, verify, cert)[1]}
        if self._destination.scheme == "https":
            pool |= {"server_hostname": self._destination.host, "assert_hostname": self._destination.host}
        found: Any = self.poolmanager.connection_from_host(
            self._destination.address, port=self._destination.port, scheme=self._destination.scheme, pool_kwargs=pool
        )
        found.ConnectionCls = watched(found.ConnectionCls, self._fuse)
        return found

    def add_headers(self, request: requests.PreparedRequest, **_options: Any) -> None:
        request.headers["Host"] = self._destination.host_header


def _cause(error: BaseException) -> str:
    """The innermost reason, without object addresses."""
    while isinstance(error.__cause__ or error.__context__, Exception):
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    return str(getattr(error, "strerror", None) or type(error).__name__)
