"""Which addresses may be fetched from (security contract S-36).

A public host must be https and every address of its name must be public. A host the operator has named in
``SOURCE_ALLOWED_HOSTS`` may be private, loopback or plain http. The name is looked up once; the connection
goes to the address that was checked, so a name that changes its mind in between gains nothing.
"""

import ipaddress
import socket
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit, urlunsplit

from campaigns.sources.refusal import AddressRefused, SourceUnavailable

Resolver = Callable[[str, int], Sequence[str]]
_PORTS = {"http": 80, "https": 443}
# Addresses that carry another one inside; what they lead to cannot be seen from outside.
_WRAPPING = tuple(
    ipaddress.ip_network(net)
    for net in ("::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)


@dataclass(frozen=True)
class Destination:
    """A checked address: connect to ``address``, speak to ``host``."""

    url: str
    scheme: str
    host: str
    port: int
    address: str
    target: str  # path and query

    @property
    def host_header(self) -> str:
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return shown if self.port == _PORTS[self.scheme] else f"{shown}:{self.port}"


def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of the name, in the system's order."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _not_found(host: str) -> str:
    return f"Fant ikke {host} på nettet. Adressen kan være feil, eller nettet kan være nede."


def checked_destination(url: str, allowed_hosts: Collection[str], resolver: Resolver = resolve) -> Destination:
    """Where to connect for this URL. Raises ``AddressRefused``, or ``SourceUnavailable`` when the name is unknown."""
    parts = _split(url)
    host = _host(parts)
    port = parts.port or _PORTS[parts.scheme]
    named = host in allowed_hosts or f"{host}:{port}" in allowed_hosts
    if parts.scheme != "https" and not named:
        raise AddressRefused(f"{host} må hentes over https; http er bare for verter i SOURCE_ALLOWED_HOSTS.")
    try:
        addresses = list(resolver(host, port))
    except (OSError, UnicodeError) as error:
        raise SourceUnavailable(_not_found(host)) from error
    if not addresses:
        raise SourceUnavailable(_not_found(host))
    if not named and not all(is_public(address) for address in addresses):
        raise AddressRefused(
            f"{host} peker inn i et lukket nett; skal det hentes derfra, må verten stå i SOURCE_ALLOWED_HOSTS."
        )
    target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    return Destination(url, parts.scheme, host, port, addresses[0], target)


def is_public(address: str) -> bool:
    """Whether an address is on the open internet and nothing else."""
    try:
        found = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and any(found in net for net in _WRAPPING):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved and not found.is_unspecified


def _split(url: str) -> SplitResult:
    if any(character.isspace() or ord(character) < 32 or character == "\\" for character in url):
        raise AddressRefused("Adressen inneholder tegn som ikke hører hjemme i en adresse.")
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is the check: a port out of range raises
    except ValueError as error:
        raise AddressRefused(f"«{url[:200]}» er ikke en adresse.") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise AddressRefused(f"«{url[:200]}» er ikke en http- eller https-adresse.")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("Adressen inneholder brukernavn eller passord; det sendes ikke til kilder.")
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".").lower()
    if ":" in host:
        return host
    try:
        return host.encode("idna").decode("ascii").lower() if not host.isascii() else host
    except UnicodeError as error:
        raise AddressRefused(f"«{host[:100]}» er ikke et gyldig vertsnavn.") from error
