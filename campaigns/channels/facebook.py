"""Facebook pages: a photo post in two steps, made at most once (social-apis.md §2.3–2.5).

The photo is uploaded hidden, with its alternative text; only the second call, which makes the post, can leave us
in doubt. Scheduling is ours, never Facebook's. The token goes in a header and so never into a logged address.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

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
from campaigns.channels.facebook_faults import error_of, is_repetition, known_fault, preparing_fault, unknown
from campaigns.channels.network import Network, NoAnswer, NotSent, Reply, form
from campaigns.channels.network_rules import FACEBOOK
from campaigns.clock import Clock

_CLOCKS_DIFFER = timedelta(minutes=5)
_MOST_PAGES = 20
_REPEATED = "Facebook sier at innlegget er likt det forrige. Se på siden før noe gjøres."


@dataclass(frozen=True)
class _Page:
    """One page's part of the Graph API; lives only as long as one publication."""

    url: str
    network: Network
    token: str = field(repr=False)

    def get(self, edge: str, **query: str) -> Reply:
        return self.network.call("GET", f"{self.url}/{edge}?{urlencode(query)}", token=self.token, headers={})

    def post(self, edge: str, content: bytes, content_type: str) -> Reply:
        headers = {"Content-Type": content_type}
        return self.network.call("POST", f"{self.url}/{edge}", token=self.token, headers=headers, body=content)


class Facebook:
    """The network's own adapter. ``version`` is always in the path: an unnamed one changes under us."""

    name = FACEBOOK.name
    max_length = FACEBOOK.max_length

    def __init__(self, *, graph_url: str, version: str, clock: Clock, network: Network | None = None) -> None:
        self._base = f"{graph_url}/{version}"
        self._clock = clock
        self._network = network or Network()

    def wire_text(self, post: Post) -> str:
        return FACEBOOK.wire_text(post)

    def problems(self, post: Post) -> list[str]:
        return FACEBOOK.problems(post)

    def publish(self, post: Post, destination: Destination, known: dict[str, Any], record: Recorder) -> Receipt:
        problems = self.problems(post)
        if problems:
            raise PermanentFailure(" ".join(problems))
        page, attempt = self._page(destination), Attempt(known, record)
        request = self._request(page, post, attempt)
        before, called_before = attempt.known, attempt.first_call_at is not None
        text = self.wire_text(post)
        attempt.record_call(text, hashlib.sha256(text.encode()).hexdigest(), self._clock.now())
        try:
            reply = page.post("feed", urlencode(request).encode(), "application/x-www-form-urlencoded")
        except NotSent as error:
            attempt.revert(before)
            raise TemporaryFailure("Fikk ikke kontakt med Facebook. Vi prøver igjen.", reply=str(error)) from error
        except NoAnswer as error:
            raise unknown(str(error)) from error
        if is_repetition(reply):
            return self._adopted(page, post, attempt, refusal=reply, called_before=called_before)
        fault = known_fault(reply, self._clock.now())
        if fault is not None:
            attempt.revert(before)
            raise fault
        return _receipt(reply)

    def find(self, post: Post, destination: Destination, known: dict[str, Any]) -> list[Sighting] | None:
        return self._find(self._page(destination), post, known)

    def _request(self, page: _Page, post: Post, attempt: Attempt) -> dict[str, str]:
        """The fields of the call that publishes, the picture uploaded. A link and a picture are not combined."""
        request = {"message": self.wire_text(post)}
        if post.image is not None:
            request["attached_media[0]"] = json.dumps({"media_fbid": self._photo(page, post, attempt)})
        elif post.link:
            request["link"] = post.link
        return request

    def _photo(self, page: _Page, post: Post, attempt: Attempt) -> str:
        """The id of the hidden photo; an earlier attempt's upload is used again."""
        image = post.image
        assert image is not None
        if attempt.known.get("image_sha256") == image.sha256 and attempt.known.get("photo_id"):
            return str(attempt.known["photo_id"])
        attempt.record(Step.PREPARING)
        content, content_type = form(
            {
                "published": "false",
                "alt_text_custom": image.alt_text,
                "source": ("figur.png", image.content, "image/png"),
            }
        )
        try:
            reply = page.post("photos", content, content_type)
        except (NotSent, NoAnswer) as error:
            raise TemporaryFailure("Fikk ikke kontakt med Facebook. Vi prøver igjen.", reply=str(error)) from error
        photo_id = reply.json().get("id")
        if reply.status != 200 or not photo_id:
            raise preparing_fault(reply, self._clock.now())
        attempt.record(Step.PREPARING, photo_id=str(photo_id), image_sha256=image.sha256)
        return str(photo_id)

    def _adopted(self, page: _Page, post: Post, attempt: Attempt, *, refusal: Reply, called_before: bool) -> Receipt:
        """Told that the page has this already: ours if it is there since we began; a person decides otherwise."""
        sighted = self._find(page, post, attempt.known)
        if sighted is not None and len(sighted) == 1:
            return Receipt(external_id=sighted[0].external_id, url=sighted[0].url, reply=refusal.summary())
        if sighted == [] and not called_before:
            raise PermanentFailure(_REPEATED, reply=refusal.summary())
        raise OutcomeUnknown(_REPEATED, reply=refusal.summary())

    def _find(self, page: _Page, post: Post, known: dict[str, Any]) -> list[Sighting] | None:
        started = first_call_at(known)
        if started is None:
            return []  # the call was never made
        listed = _listed(page)
        if listed is None:
            return None
        recent = [one for one in listed if _created_at(one) >= started - _CLOCKS_DIFFER]
        ours = [one for one in recent if known.get("photo_id") in _photos(one)] or [
            one for one in recent if str(one.get("message", "")).strip() == self.wire_text(post).strip()
        ]
        return [_sighting(one) for one in sorted(ours, key=_created_at)]

    def _page(self, destination: Destination) -> _Page:
        return _Page(f"{self._base}/{destination.external_id}", self._network, destination.token)


def _receipt(reply: Reply) -> Receipt:
    answer = reply.json()
    post_id = answer.get("post_id") or answer.get("id")  # with both, ``id`` is the photo
    if reply.status != 200 or not post_id or error_of(reply):
        raise unknown(reply.summary())
    return Receipt(external_id=str(post_id), url=_url(str(post_id)), reply=reply.summary())


def _url(post_id: str) -> str:
    return f"https://www.facebook.com/{post_id}"


def _listed(page: _Page) -> list[dict[str, Any]] | None:
    """All of the page's posts that Facebook lists, or None when it did not list them to the end.

    The listing is ranked, so an old post does not mean that no newer one follows. Facebook's ready-made ``next``
    address carries the token; the cursor in it is all we need.
    """
    found: list[dict[str, Any]] = []
    query = {"fields": "id,message,created_time,permalink_url,attachments", "limit": "100"}
    for _ in range(_MOST_PAGES):
        try:
            reply = page.get("published_posts", **query)
        except (NotSent, NoAnswer):
            return None
        listing = reply.json()
        if reply.status != 200 or "data" not in listing:
            return None
        found += listing["data"]
        paging = listing.get("paging") or {}
        after = (paging.get("cursors") or {}).get("after")
        if "next" not in paging or not after:
            return found
        query["after"] = after
    return None


def _created_at(post: dict[str, Any]) -> datetime:
    at = datetime.strptime(post["created_time"], "%Y-%m-%dT%H:%M:%S%z")
    return at.astimezone(UTC)


def _photos(post: dict[str, Any]) -> list[str]:
    attachments = (post.get("attachments") or {}).get("data") or []
    return [str((one.get("target") or {}).get("id")) for one in attachments]


def _sighting(post: dict[str, Any]) -> Sighting:
    url = post.get("permalink_url") or _url(post["id"])
    return Sighting(external_id=post["id"], url=url, created_at=_created_at(post))
