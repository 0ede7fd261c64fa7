"""A Facebook page as social-apis.md §2 and §6 describe it, over real HTTP.

Faults come as codes in HTTP 400; a photo's id is not the post's; the page refuses to say the same thing twice in
a row. ``next_creates`` scripts what becomes of the coming posts, ``next_photos`` of the coming uploads.
"""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from enum import Enum
from typing import Any, Self
from urllib.parse import parse_qs

from campaigns.clock import Clock
from tests.fakes.loopback import Answer, LoopbackServer, Outcome, PatientNetwork, Request, Reset, Silence


class Trap(Enum):
    """What can become of a post."""

    NEVER_ANSWERS = "created, then silence"
    RESET_BEFORE = "connection reset, nothing created"
    RESET_AFTER = "created, then connection reset"
    CODE_1_AFTER = "created, then an unknown error"
    HTML_502 = "a proxy's HTML, nothing created"
    PHOTO_ID_TOO = "created; the answer names photo and post"


@dataclass
class FakeFacebook:
    clock: Clock
    tokens: set[str] = field(default_factory=lambda: {"good-token"})
    page_size: int = 100
    next_creates: list[Trap | Answer] = field(default_factory=list)
    next_photos: list[Answer] = field(default_factory=list)
    photos: dict[str, dict[str, Any]] = field(default_factory=dict)
    posts: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server = LoopbackServer(self._handle)

    def __enter__(self) -> Self:
        self.server.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.__exit__(None, None, None)

    @property
    def network(self) -> PatientNetwork:
        """What to call it with."""
        return PatientNetwork(
            self.server, lambda _, url: url.endswith("/feed") and self.next_creates[:1] == [Trap.NEVER_ANSWERS]
        )

    @property
    def creates(self) -> list[Request]:
        return [one for one in self.server.requests if one.path.endswith("/feed")]

    def add_post(self, message: str, *, photo_id: str | None = None, at_offset: timedelta = timedelta()) -> str:
        post_id = f"4711_{900 + len(self.posts)}"
        attachments = {"data": [{"media_type": "photo", "target": {"id": photo_id}}]} if photo_id else {"data": []}
        self.posts.append(
            {
                "id": post_id, "message": message, "attachments": attachments,
                "created_time": (self.clock.now() + at_offset).strftime("%Y-%m-%dT%H:%M:%S+0000"),
                "permalink_url": f"https://www.facebook.com/monitor/posts/{post_id}",
            }
        )  # fmt: skip
        return post_id

    def _handle(self, request: Request) -> Outcome:
        if (request.headers.get("Authorization") or "").removeprefix("Bearer ") not in self.tokens:
            return fault(190, subcode=463, message="Error validating access token: Session has expired")
        if not request.path.startswith("/v26.0/4711/") or "access_token" in request.target:
            return fault(100)
        edge = request.path.rsplit("/", 1)[1]
        if edge == "photos":
            return self._photo(request)
        return self._feed(request) if edge == "feed" else self._listing(request)

    def _photo(self, request: Request) -> Answer:
        if self.next_photos:
            return self.next_photos.pop(0)
        parts = _multipart(request)
        if parts.get("published") != b"false":
            return fault(100, message="this fake takes hidden photos only")
        photo_id = f"55{len(self.photos) + 1:03}"
        self.photos[photo_id] = {"alt_text": parts["alt_text_custom"].decode(), "content": parts["source"]}
        return Answer.of(200, {"id": photo_id})

    def _feed(self, request: Request) -> Outcome:
        fields = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        trap = self.next_creates.pop(0) if self.next_creates else None
        if isinstance(trap, Answer):
            return trap
        if trap is Trap.RESET_BEFORE:
            return Reset()
        if trap is Trap.HTML_502:
            return Answer(status=502, body=b"<html>Bad Gateway</html>")
        if self.posts and self.posts[-1]["message"] == fields["message"]:
            return fault(506, message="(#506) Duplicate status message")
        media = fields.get("attached_media[0]")
        photo_id = json.loads(media)["media_fbid"] if media else None
        if photo_id is not None and photo_id not in self.photos:
            return fault(100)
        post_id = self.add_post(fields["message"], photo_id=photo_id)
        outcomes: dict[Trap | None, Outcome] = {
            Trap.NEVER_ANSWERS: Silence(),
            Trap.RESET_AFTER: Reset(),
            Trap.CODE_1_AFTER: fault(1, transient=True),
            Trap.PHOTO_ID_TOO: Answer.of(200, {"id": photo_id, "post_id": post_id}),
        }
        return outcomes.get(trap, Answer.of(200, {"id": post_id}))

    def _listing(self, request: Request) -> Answer:
        start = int(request.query.get("after", 0))
        end = start + self.page_size
        paging: dict[str, Any] = {"cursors": {"after": str(end)}}
        if end < len(self.posts):
            paging["next"] = f"{self.server.url}/next?access_token=leaked"
        return Answer.of(200, {"data": self.posts[start:end], "paging": paging})


def fault(
    code: int, *, subcode: int | None = None, message: str = "", transient: bool = False, **headers: str
) -> Answer:
    error = {"message": message or f"(#{code})", "type": "OAuthException", "code": code, "is_transient": transient}
    return Answer.of(400, {"error": error | ({"error_subcode": subcode} if subcode else {})}, **headers)


def _multipart(request: Request) -> dict[str, bytes]:
    kind = request.headers["Content-Type"]
    parsed = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.body)
    found = {}
    for part in parsed.get_payload():
        assert isinstance(part, Message)
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        found[str(part.get_param("name", header="content-disposition"))] = content
    return found
