"""LinkedIn organisation pages: an image post, made at most once (social-apis.md §1.6–1.11).

Upload first, create last. There is no idempotency key, so the create is sent once and never repeated by itself:
what may have been published is ``OutcomeUnknown``, and ``find`` looks for it in what LinkedIn lists.
"""

import hashlib
import time
from datetime import timedelta
from typing import Any

from campaigns.channels.attempt import Attempt, first_call_at
from campaigns.channels.channel import (
    Destination,
    OutcomeUnknown,
    PermanentFailure,
    Post,
    Receipt,
    Recorder,
    Sighting,
    Step,
    TemporaryFailure,
)
from campaigns.channels.linkedin_api import LinkedInApi, encoded
from campaigns.channels.linkedin_faults import (
    Throttled,
    certainly_not_created,
    code_of,
    creating_fault,
    duplicate_of,
    throttled,
    unknown,
)
from campaigns.channels.linkedin_images import Wait, forget, make_available
from campaigns.channels.linkedin_listing import Marks, created_at, listed_since, matching, post_url
from campaigns.channels.network import Network, NoAnswer, NotSent, Reply
from campaigns.channels.network_rules import LINKEDIN
from campaigns.channels.post_text import shown_text
from campaigns.clock import Clock

_IMAGE_NOT_READY = frozenset({"MEDIA_ASSET_WAITING_UPLOAD", "MEDIA_ASSET_PROCESSING_FAILED", "EXPIRED_UPLOAD_URL"})
_CLOCKS_DIFFER = timedelta(minutes=5)
_REPEATED = "LinkedIn sier at innlegget er likt et som nylig ble lagt ut. Se på siden før noe gjøres."


class LinkedIn:
    """The network's own adapter. ``wait`` is what passes the time while a picture is read."""

    name = LINKEDIN.name
    max_length = LINKEDIN.max_length

    def __init__(
        self, *, api_url: str, version: str, clock: Clock, network: Network | None = None, wait: Wait = time.sleep
    ) -> None:
        self._api_url = api_url
        self._version = version
        self._clock = clock
        self._network = network or Network()
        self._wait = wait

    def wire_text(self, post: Post) -> str:
        return LINKEDIN.wire_text(post)

    def problems(self, post: Post) -> list[str]:
        return LINKEDIN.problems(post)

    def publish(self, post: Post, destination: Destination, known: dict[str, Any], record: Recorder) -> Receipt:
        problems = self.problems(post)
        if problems:
            raise PermanentFailure(" ".join(problems))
        api, attempt = self._api(destination), Attempt(known, record)
        try:
            return self._published(api, post, destination.external_id, attempt)
        except Throttled as refusal:
            times = int(attempt.known.get("throttled", 0))
            attempt.record(Step.PREPARING, throttled=times + 1)
            raise throttled(refusal.reply, self._clock.now(), times=times) from refusal

    def find(self, post: Post, destination: Destination, known: dict[str, Any]) -> list[Sighting] | None:
        started = first_call_at(known)
        if started is None:
            return []  # the call was never made
        posts = listed_since(self._api(destination), destination.external_id, started - _CLOCKS_DIFFER)
        return None if posts is None else matching(posts, _marks(post, known))

    def _published(self, api: LinkedInApi, post: Post, author: str, attempt: Attempt) -> Receipt:
        called_before = attempt.first_call_at is not None
        reply = self._create(api, post, author, attempt)
        if reply.status == 400 and code_of(reply) in _IMAGE_NOT_READY:
            # Certainly not created, so once more: wait on, or with a new upload when the first is of no use.
            if code_of(reply) == "MEDIA_ASSET_WAITING_UPLOAD":
                self._wait(1)
            else:
                forget(attempt)
            reply = self._create(api, post, author, attempt)
        if reply.status == 201:
            return _receipt(reply)
        if reply.status == 429:
            raise Throttled(reply)
        duplicated = duplicate_of(reply)
        if duplicated is not None:
            if self._is_ours(api, duplicated, post, author, attempt=attempt):
                return Receipt(external_id=duplicated, url=post_url(duplicated), reply=reply.summary())
            # Changing the text to get past this would remove the only guard there is on LinkedIn's side.
            failure = OutcomeUnknown if called_before else PermanentFailure
            raise failure(_REPEATED, reply=reply.summary())
        raise creating_fault(reply)

    def _create(self, api: LinkedInApi, post: Post, author: str, attempt: Attempt) -> Reply:
        urn = None
        if post.image is not None:
            urn = make_available(api, post.image, author, attempt=attempt, wait=self._wait)
        text = self.wire_text(post)
        before = attempt.known
        attempt.record_call(text, hashlib.sha256(text.encode()).hexdigest(), self._clock.now())
        try:
            reply = api.post("/posts", _request(post, text, author=author, image_urn=urn))
        except NotSent as error:
            attempt.revert(before)
            raise TemporaryFailure("Fikk ikke kontakt med LinkedIn. Vi prøver igjen.", reply=str(error)) from error
        except NoAnswer as error:
            raise unknown(str(error)) from error
        if certainly_not_created(reply):
            attempt.revert(before)
        return reply

    def _is_ours(self, api: LinkedInApi, urn: str, post: Post, author: str, *, attempt: Attempt) -> bool:
        """Whether the post we are said to repeat exists (it may have been deleted) and came of this publication."""
        if not urn or attempt.first_call_at is None:
            return False
        try:
            reply = api.get(f"/posts/{encoded(urn)}?viewContext=AUTHOR")
        except (NotSent, NoAnswer):
            return False
        seen = reply.json() | {"id": urn}
        return (
            reply.status == 200
            and seen.get("author") == author
            and created_at(seen) >= attempt.first_call_at - _CLOCKS_DIFFER
            and bool(matching([seen], _marks(post, attempt.known)))
        )

    def _api(self, destination: Destination) -> LinkedInApi:
        return LinkedInApi(
            base_url=self._api_url, version=self._version, network=self._network, token=destination.token
        )


def _request(post: Post, text: str, *, author: str, image_urn: str | None) -> dict[str, Any]:
    request: dict[str, Any] = {
        "author": author,
        "commentary": text,
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    if post.image is not None:
        request["content"] = {"media": {"id": image_urn, "altText": post.image.alt_text}}
    elif post.link and post.link_title:
        # LinkedIn fetches nothing from the address itself: a card shows what is said here. Plain text, not little.
        request["content"] = {"article": {"source": post.link, "title": post.link_title}}
    return request


def _receipt(reply: Reply) -> Receipt:
    urn = reply.headers.get("x-restli-id") or reply.headers.get("x-linkedin-id") or reply.json().get("id")
    if not urn:
        raise unknown(reply.summary())  # published, but as what?
    return Receipt(external_id=str(urn), url=post_url(str(urn)), reply=reply.summary())


def _marks(post: Post, known: dict[str, Any]) -> Marks:
    return Marks(
        image_urn=known.get("image_urn") if post.image is not None else None,
        article_url=post.link if post.image is None and post.link_title else None,
        text=shown_text(post),
    )
