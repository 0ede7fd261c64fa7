"""LinkedIn as social-apis.md §6 describes it, over real HTTP, with the traps its users have fallen into.

Time is the test's clock: a picture is read ``reading_takes`` after its upload, and a new post shows in listings
``listed_after`` its creation. ``next_creates`` scripts what becomes of the coming creates; ``answers`` what any
other call is told once.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import unquote

from campaigns.clock import Clock
from tests.fakes.fake_little_text import keep
from tests.fakes.linkedin_answers import Trap, duplicate, fault
from tests.fakes.loopback import Answer, LoopbackServer, Outcome, PatientNetwork, Request, Reset, Silence

VERSIONS = frozenset({"202511", "202601", "202602", "202603", "202604", "202605", "202606", "202607", "202609"})
DUPLICATE_WINDOW = timedelta(minutes=10)


@dataclass
class Picture:
    urn: str
    owner: str
    place_made_at: datetime
    content: bytes = b""
    stored_at: datetime | None = None
    unreadable: bool = False


@dataclass
class FakeLinkedIn:
    clock: Clock
    tokens: set[str] = field(default_factory=lambda: {"good-token"})
    reading_takes: timedelta = timedelta(seconds=3)
    listed_after: timedelta = timedelta(0)
    unreadable_pictures: int = 0
    page_cap: int = 100  # pages hold fewer than asked for while more exist
    next_creates: list[Trap | Answer] = field(default_factory=list)
    answers: dict[str, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    pictures: dict[str, Picture] = field(default_factory=dict)
    posts: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server = LoopbackServer(self._handle)
        self._number = 7_000

    def __enter__(self) -> Self:
        self.server.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.__exit__(None, None, None)

    @property
    def api_url(self) -> str:
        return self.server.url + "/rest"

    @property
    def network(self) -> PatientNetwork:
        """What to call it with."""

        def is_hopeless(method: str, url: str) -> bool:
            creates = method == "POST" and url.endswith("/posts")
            return creates and self.next_creates[:1] == [Trap.NEVER_ANSWERS]

        return PatientNetwork(self.server, is_hopeless)

    def calls(self, method: str, path: str) -> list[Request]:
        return [one for one in self.server.requests if one.method == method and one.path.startswith(path)]

    @property
    def creates(self) -> list[Request]:
        return [one for one in self.server.requests if one.method == "POST" and one.path == "/rest/posts"]

    def add_post(self, commentary: str, *, author: str = "urn:li:organization:123", **fields: Any) -> dict[str, Any]:
        self._number += 1
        made = int(self.clock.now().timestamp() * 1000)
        post = {
            "id": f"urn:li:share:{self._number}", "author": author, "commentary": keep(commentary).commentary,
            "shown": keep(commentary).shown, "createdAt": made, "publishedAt": made, "lastModifiedAt": made,
            "visibility": "PUBLIC", "lifecycleState": "PUBLISHED", "content": {},
        } | fields  # fmt: skip
        self.posts.append(post)
        return post

    def _handle(self, request: Request) -> Outcome:
        if request.path.startswith("/dms-uploads/"):
            return self._store(request)
        refusal = self._refusal(request)
        if refusal is not None:
            return refusal
        call = self._call_of(request)
        if self.answers[call]:
            return self.answers[call].pop(0)
        return {
            "initialize": self._initialize, "image": self._picture, "create": self._create,
            "list": self._list, "get": self._get,
        }.get(call, lambda _: fault(404, "NOT_FOUND"))(request)  # fmt: skip

    def _call_of(self, request: Request) -> str:
        if request.path == "/rest/images" and request.query.get("action") == "initializeUpload":
            return "initialize"
        if request.path.startswith("/rest/images/"):
            return "image"
        if request.path == "/rest/posts":
            return "create" if request.method == "POST" else "list"
        return "get" if request.path.startswith("/rest/posts/") else "other"

    def _refusal(self, request: Request) -> Answer | None:
        version = request.headers.get("LinkedIn-Version")
        if (request.headers.get("Authorization") or "").removeprefix("Bearer ") not in self.tokens:
            return fault(401, "REVOKED_ACCESS_TOKEN", serviceErrorCode=65601)
        if not version:
            return fault(400, "VERSION_MISSING")
        if version not in VERSIONS:
            return fault(426, "NONEXISTENT_VERSION", message=f"Requested version {version} is not active")
        if request.headers.get("X-Restli-Protocol-Version") != "2.0.0" or "urn:" in request.target:
            return fault(400, "ILLEGAL_ARGUMENT")
        finder = request.method == "GET" and "q=" in request.raw_query
        if finder and request.headers.get("X-RestLi-Method") != "FINDER":
            return fault(400, "ILLEGAL_ARGUMENT")
        return fault(400, "ILLEGAL_ARGUMENT") if "List%28" in request.target else None

    def _initialize(self, request: Request) -> Answer:
        owner = request.json()["initializeUploadRequest"]["owner"]
        urn = f"urn:li:image:C4E{len(self.pictures) + 1:04}"
        self.pictures[urn] = Picture(urn, owner, self.clock.now(), unreadable=self.unreadable_pictures > 0)
        self.unreadable_pictures -= 1
        url = f"{self.server.url}/dms-uploads/{urn.rsplit(':', 1)[1]}?e=1&v=beta&t=a%2Bb"
        return Answer.of(200, {"value": {"uploadUrl": url, "image": urn, "uploadUrlExpiresAt": 1}})

    def _store(self, request: Request) -> Answer:
        if (request.headers.get("Authorization") or "").removeprefix("Bearer ") not in self.tokens:
            return Answer(status=401)
        if self.answers["put"]:
            return self.answers["put"].pop(0)
        picture = self.pictures["urn:li:image:" + request.path.rsplit("/", 1)[1]]
        picture.content, picture.stored_at = request.body, self.clock.now()
        return Answer(status=201)

    def _status(self, picture: Picture) -> str:
        if picture.stored_at is None:
            return "WAITING_UPLOAD"
        if self.clock.now() < picture.stored_at + self.reading_takes:
            return "PROCESSING"
        return "PROCESSING_FAILED" if picture.unreadable else "AVAILABLE"

    def _picture(self, request: Request) -> Answer:
        picture = self.pictures.get(unquote(request.path.rsplit("/", 1)[1]))
        if picture is None:
            return fault(404, "NOT_FOUND")
        return Answer.of(200, {"id": picture.urn, "owner": picture.owner, "status": self._status(picture)})

    def _create(self, request: Request) -> Outcome:
        body = request.json()
        trap = self.next_creates.pop(0) if self.next_creates else None
        if isinstance(trap, Answer):
            return trap
        refusal = self._content_refusal(body)
        if refusal is not None:
            return refusal
        if trap is Trap.RESET_BEFORE:
            return Reset()
        if trap is Trap.UNAVAILABLE_503_BEFORE:
            return fault(503, "UNDER_MAINTENANCE")
        if trap is Trap.HTML_502:
            return Answer(status=502, body=b"<html><h1>Bad Gateway</h1></html>", headers={"Content-Type": "text/html"})
        post = self.add_post(
            body["commentary"], author=body["author"], content=body.get("content", {}), wire=body["commentary"]
        )
        return self._after_commit(trap, post["id"])

    def _after_commit(self, trap: Trap | None, urn: str) -> Outcome:
        outcomes: dict[Trap | None, Outcome] = {
            Trap.NO_ID_HEADER: Answer(status=201),
            Trap.ID_IN_OLD_HEADER: Answer(status=201, headers={"x-linkedin-id": urn}),
            Trap.ID_IN_BODY: Answer.of(201, {"id": urn}),
            Trap.NEVER_ANSWERS: Silence(),
            Trap.RESET_AFTER: Reset(),
            Trap.ERROR_500_AFTER: fault(500, "INTERNAL_SERVER_ERROR"),
            Trap.CONFLICT_409_AFTER: fault(409, "CONFLICT"),
        }
        return outcomes.get(trap, Answer(status=201, headers={"x-restli-id": urn}))

    def _content_refusal(self, body: dict[str, Any]) -> Answer | None:
        if len(body["commentary"].encode("utf-16-le")) // 2 > 3000:
            return fault(400, "FIELD_LENGTH_TOO_LONG")
        media = (body.get("content") or {}).get("media")
        if media is not None:
            picture = self.pictures.get(media["id"])
            if picture is None:
                return fault(400, "INVALID_IMAGE_ID")
            if picture.owner != body["author"]:
                return fault(403, "ACCESS_DENIED")
            status = self._status(picture)
            if status != "AVAILABLE":
                failed = status == "PROCESSING_FAILED"
                return fault(400, "MEDIA_ASSET_PROCESSING_FAILED" if failed else "MEDIA_ASSET_WAITING_UPLOAD")
        since = (self.clock.now() - DUPLICATE_WINDOW).timestamp() * 1000
        for post in self.posts:
            if (
                post.get("wire") == body["commentary"]
                and post["author"] == body["author"]
                and post["createdAt"] > since
            ):
                return duplicate(post["id"])
        return None

    def _list(self, request: Request) -> Answer:
        query = request.query
        order = "createdAt" if query.get("sortBy") == "CREATED" else "lastModifiedAt"
        start, count = int(query.get("start", 0)), min(int(query.get("count", 10)), 100)
        shown_until = (self.clock.now() - self.listed_after).timestamp() * 1000
        listed = sorted(
            (one for one in self.posts if one["author"] == query["author"] and one["createdAt"] <= shown_until),
            key=lambda one: int(one[order]), reverse=True,
        )  # fmt: skip
        page = listed[start : start + min(count, self.page_cap)]
        following = start + len(page)
        href = f"/rest/posts?q=author&count={count}&start={following}"
        links = [{"rel": "next", "href": href}] if following < len(listed) else []
        return Answer.of(200, {"elements": page, "paging": {"start": start, "count": count, "links": links}})

    def _get(self, request: Request) -> Answer:
        urn = unquote(request.path.rsplit("/", 1)[1])
        found = next((post for post in self.posts if post["id"] == urn), None)
        return fault(404, "NOT_FOUND") if found is None else Answer.of(200, found)
