"""LinkedIn's versioned REST API as calls (social-apis.md §1.4): headers, encoding, nothing about posts.

Query strings are written by hand: a generic encoder would encode Rest.li's own brackets, or not encode a URN.
The version comes from configuration; one computed from the clock would some day name a month that never was.
"""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from campaigns.channels.network import Network, Reply


def encoded(urn: str) -> str:
    """A URN as it stands in a path or a query value: ``urn%3Ali%3Ashare%3A1``."""
    return quote(urn, safe="")


@dataclass(frozen=True)
class LinkedInApi:
    """The API with one account's token; lives only as long as one publication."""

    base_url: str
    version: str
    network: Network
    token: str = field(repr=False)

    def get(self, path: str, *, finder: bool = False) -> Reply:
        headers = self._headers()
        if finder:
            headers["X-RestLi-Method"] = "FINDER"
        return self.network.call("GET", self.base_url + path, token=self.token, headers=headers)

    def post(self, path: str, body: dict[str, Any]) -> Reply:
        headers = self._headers() | {"Content-Type": "application/json"}
        content = json.dumps(body, ensure_ascii=False).encode()
        return self.network.call("POST", self.base_url + path, token=self.token, headers=headers, body=content)

    def put_image(self, url: str, content: bytes) -> Reply:
        """The whole file at once, to the address exactly as LinkedIn gave it."""
        return self.network.call("PUT", url, token=self.token, headers={"Content-Type": "image/png"}, body=content)

    def _headers(self) -> dict[str, str]:
        return {"LinkedIn-Version": self.version, "X-Restli-Protocol-Version": "2.0.0"}
