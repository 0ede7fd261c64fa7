"""The sandbox: posts that go to a folder instead of a network, in every other way like the real thing.

It borrows its network's wire text, limits and problems, so that what an editor sees here is what would have gone
out. A post is a JSON file with its picture beside it; it exists from the moment its JSON has its name.
"""

import hashlib
import json
import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from campaigns.channels.attempt import Attempt
from campaigns.channels.channel import (
    Destination,
    Image,
    PermanentFailure,
    Post,
    PostChannel,
    Receipt,
    Recorder,
    Sighting,
    Step,
    TemporaryFailure,
)
from campaigns.clock import Clock

_NAME = re.compile(r"\d{8}T\d{6}-[a-z]+-[0-9a-f]{12}")


@dataclass(frozen=True, kw_only=True)
class SandboxedPost:
    """One post that would have gone out."""

    name: str
    channel: str
    account_id: str
    created_at: str
    wire_text: str
    text: str
    hashtags: tuple[str, ...]
    link: str | None
    link_title: str
    language: str
    image_sha256: str | None
    alt_text: str

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.created_at)


class SandboxFolder:
    """The folder the posts lie in, for writing and for looking."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, post: SandboxedPost, image: Image | None) -> None:
        """Whole or not at all: the picture first, then the JSON under its name in one step."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if image is not None:
            self._write(f"{post.name}.png", image.content)
        content = json.dumps(asdict(post), ensure_ascii=False, indent=1)
        self._write(f"{post.name}.json", content.encode())

    def posts(self) -> Iterator[SandboxedPost]:
        """Every post, newest first."""
        for path in sorted(self._folder.glob("*.json"), reverse=True):
            found = self.post(path.stem)
            if found is not None:
                yield found

    def post(self, name: str) -> SandboxedPost | None:
        if not _NAME.fullmatch(name):
            return None
        try:
            fields = json.loads((self._folder / f"{name}.json").read_bytes())
        except FileNotFoundError:
            return None
        return SandboxedPost(**fields | {"hashtags": tuple(fields["hashtags"])})

    def picture(self, name: str) -> bytes | None:
        """The post's PNG; None when it has none."""
        path = self._folder / f"{name}.png"
        return path.read_bytes() if _NAME.fullmatch(name) and path.is_file() else None

    def _write(self, name: str, content: bytes) -> None:
        handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=".unfinished-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self._folder / name)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


class SandboxPosts:
    """Stands in for one network. ``site_url`` is where the sandbox's own pages are."""

    def __init__(self, network: PostChannel, folder: Path, *, site_url: str, clock: Clock) -> None:
        self._network = network
        self._folder = SandboxFolder(folder)
        self._site_url = site_url
        self._clock = clock
        self.name = network.name
        self.max_length = network.max_length

    def wire_text(self, post: Post) -> str:
        return self._network.wire_text(post)

    def problems(self, post: Post) -> list[str]:
        return self._network.problems(post)

    def publish(self, post: Post, destination: Destination, known: dict[str, Any], record: Recorder) -> Receipt:
        problems = self.problems(post)
        if problems:
            raise PermanentFailure(" ".join(problems))
        attempt, now, text = Attempt(known, record), self._clock.now(), self.wire_text(post)
        attempt.record(Step.PREPARING, name=f"{now.astimezone(UTC):%Y%m%dT%H%M%S}-{self.name}-{secrets.token_hex(6)}")
        before = attempt.known
        attempt.record_call(text, hashlib.sha256(text.encode()).hexdigest(), now)
        try:
            self._folder.put(self._sandboxed(post, destination, attempt.known), post.image)
        except OSError as error:
            attempt.revert(before)
            sentence = "Får ikke skrevet til sandkassen. Se om disken er full; vi prøver igjen."
            raise TemporaryFailure(sentence, reply=str(error)) from error
        return Receipt(external_id=f"sandkasse:{attempt.known['name']}", url=self._url(attempt.known["name"]))

    def find(self, post: Post, destination: Destination, known: dict[str, Any]) -> list[Sighting] | None:
        found = self._folder.post(str(known.get("name", "")))
        if found is None or found.account_id != destination.account_id or found.wire_text != self.wire_text(post):
            return []
        return [Sighting(external_id=f"sandkasse:{found.name}", url=self._url(found.name), created_at=found.at)]

    def _sandboxed(self, post: Post, destination: Destination, known: dict[str, Any]) -> SandboxedPost:
        return SandboxedPost(
            name=known["name"],
            channel=self.name,
            account_id=destination.account_id,
            created_at=known["last_call_at"],
            wire_text=known["wire_text"],
            text=post.text,
            hashtags=post.hashtags,
            link=post.link,
            link_title=post.link_title,
            language=post.language,
            image_sha256=post.image.sha256 if post.image else None,
            alt_text=post.image.alt_text if post.image else "",
        )

    def _url(self, name: str) -> str:
        return f"{self._site_url}/sandkasse/innlegg/{name}"
