"""Getting a picture to LinkedIn (social-apis.md §1.6): ask for a place, put the file there, wait until it is read.

Nothing here is visible to a reader, so all of it may be repeated. The image's URN is recorded as soon as it is
known: it is unique to this upload, shows in what LinkedIn lists, and so finds a post whose outcome is unknown.
"""

from collections.abc import Callable, Iterator

from campaigns.channels.attempt import Attempt
from campaigns.channels.channel import Image, PermanentFailure, Step, TemporaryFailure
from campaigns.channels.linkedin_api import LinkedInApi, encoded
from campaigns.channels.linkedin_faults import Throttled, access_fault, code_of, preparing_fault
from campaigns.channels.network import NoAnswer, NotSent, Reply

_PATIENCE_SECONDS = 120
_FAILED = frozenset({"PROCESSING_FAILED", "FAILED"})  # one source has the second spelling
_UPLOADS = 2  # a picture that LinkedIn could not read, or whose place expired, is uploaded once more

Wait = Callable[[float], None]


def make_available(api: LinkedInApi, image: Image, owner: str, *, attempt: Attempt, wait: Wait) -> str:
    """The URN of an image that posts may use now; an earlier attempt's upload is used again when it can be."""
    known = attempt.known
    if known.get("image_urn") and known.get("image_sha256") == image.sha256:
        urn = str(known["image_urn"])
        if _status_of(api, urn) != "WAITING_UPLOAD" and _becomes_available(api, urn, wait=wait):
            return urn
    for _ in range(_UPLOADS):
        uploaded = _upload(api, image, owner, attempt=attempt)
        if uploaded is not None and _becomes_available(api, uploaded, wait=wait):
            return uploaded
    forget(attempt)
    raise PermanentFailure("LinkedIn klarte ikke å lese bildet. Tegn det på nytt.")


def forget(attempt: Attempt) -> None:
    """Leave an upload that LinkedIn could not use, so that the next attempt makes a new one."""
    attempt.record(Step.PREPARING, image_urn=None, image_sha256=None)


def _upload(api: LinkedInApi, image: Image, owner: str, *, attempt: Attempt) -> str | None:
    """The new image's URN; None when its place expired before the file came."""
    attempt.record(Step.PREPARING)
    wanted = {"initializeUploadRequest": {"owner": owner}}
    place = _answer(lambda: api.post("/images?action=initializeUpload", wanted))
    value = place.json().get("value") or {}
    url, urn = value.get("uploadUrl"), value.get("image")
    if place.status != 200 or not url or not urn:
        raise preparing_fault(place)
    attempt.record(Step.PREPARING, image_urn=urn, image_sha256=image.sha256)
    stored = _answer(lambda: api.put_image(url, image.content))
    if stored.status in {200, 201}:
        return str(urn)
    forget(attempt)
    if code_of(stored) == "EXPIRED_UPLOAD_URL":
        return None
    raise preparing_fault(stored)


def _becomes_available(api: LinkedInApi, urn: str, *, wait: Wait) -> bool:
    """Wait until LinkedIn has read the picture; False when it says that it cannot."""
    for pause in _pauses():
        status = _status_of(api, urn)
        if status == "AVAILABLE":
            return True
        if status in _FAILED:
            return False
        wait(pause)
    raise TemporaryFailure("LinkedIn bruker lang tid på bildet. Ingenting er publisert; vi prøver igjen.")


def _status_of(api: LinkedInApi, urn: str) -> str:
    """What LinkedIn says about the picture; empty when it did not say, which means: not yet."""
    try:
        reply = api.get(f"/images/{encoded(urn)}")
    except (NotSent, NoAnswer):
        return ""
    if reply.status == 429:
        raise Throttled(reply)
    fault = access_fault(reply)
    if fault is not None:
        raise fault
    return str(reply.json().get("status", "")) if reply.status == 200 else ""


def _pauses() -> Iterator[float]:
    """1, 2, 4, 8 … seconds, two minutes in all."""
    pause, spent = 1.0, 0.0
    while spent < _PATIENCE_SECONDS:
        yield pause
        spent, pause = spent + pause, min(pause * 2, _PATIENCE_SECONDS / 4)


def _answer(call: Callable[[], Reply]) -> Reply:
    try:
        reply = call()
    except (NotSent, NoAnswer) as error:
        raise TemporaryFailure("Fikk ikke kontakt med LinkedIn. Vi prøver igjen.", reply=str(error)) from error
    if reply.status == 429:
        raise Throttled(reply)
    return reply
