"""An answer in several pages: fetched one after the other, kept as one.

The pages are kept byte for byte as a JSON text sequence (RFC 7464): each after a record separator, which cannot
stand in JSON. An answer in one page is kept as it came.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from campaigns.sources.adapter import SourceAdapter, SourceRequest
from campaigns.sources.http import Response
from campaigns.sources.limits import MAX_BYTES

MAX_PAGES = 200
_SEPARATOR = b"\x1e"
_VALIDATORS = frozenset({"etag", "last-modified"})


class Asks(Protocol):
    """What sends a question: the client itself, or a turn with a host."""

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Response: ...

    def post(self, url: str, *, payload: Any, headers: Mapping[str, str] | None = None) -> Response: ...


def ask(client: Asks, adapter: SourceAdapter, request: SourceRequest, *, validators: Mapping[str, str]) -> Response:
    """The whole answer. A page that is not 200 is handed back in place of it all.

    The validators of a first page say nothing of the others, so an answer in pages has none.
    """
    first = _send(client, request, validators)
    bodies, page, asked = [first.body], first, request
    while page.status == 200 and len(bodies) < MAX_PAGES and sum(map(len, bodies)) < MAX_BYTES:
        onward = adapter.next_page(page.body, asked)
        if onward is None:
            break
        page, asked = _send(client, onward, {}), onward
        bodies.append(page.body)
    if len(bodies) == 1 or page.status != 200:
        return page
    headers = {name: value for name, value in first.headers.items() if name not in _VALIDATORS}
    return Response(first.status, headers, joined(bodies), first.url)


def joined(bodies: list[bytes]) -> bytes:
    """The pages as one answer."""
    return b"".join(_SEPARATOR + body + b"\n" for body in bodies)


def pages(body: bytes) -> list[bytes]:
    """The pages of an answer, or the answer itself when it is one."""
    return body[1:].split(_SEPARATOR) if body.startswith(_SEPARATOR) else [body]


def _send(client: Asks, request: SourceRequest, validators: Mapping[str, str]) -> Response:
    headers = {"Accept": request.accept, **validators}
    if request.payload is None:
        return client.get(request.url, headers=headers)
    return client.post(request.url, payload=request.payload, headers=headers)
