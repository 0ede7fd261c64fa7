"""LinkedIn pictures: uploaded whole, waited for, and never posted before they are ready."""

from datetime import timedelta

import pytest

from campaigns.channels.channel import PermanentFailure, TemporaryFailure
from campaigns.clock import FixedClock
from tests.fakes.approved_post import Publish
from tests.fakes.fake_linkedin import FakeLinkedIn
from tests.fakes.linkedin_answers import fault
from tests.fakes.loopback import Answer
from tests.fakes.pictures import picture
from tests.fakes.recorder import Notes


def test_it_waits_until_the_image_is_read_before_it_creates(
    linkedin: FakeLinkedIn, clock: FixedClock, publish: Publish
) -> None:
    linkedin.reading_takes = timedelta(seconds=20)
    started = clock.now()

    publish()

    assert clock.now() - started >= timedelta(seconds=20)
    assert len(linkedin.creates) == 1


def test_it_gives_up_on_an_image_that_is_never_read_without_publishing(
    linkedin: FakeLinkedIn, publish: Publish
) -> None:
    linkedin.reading_takes = timedelta(hours=1)

    with pytest.raises(TemporaryFailure):
        publish()

    assert linkedin.creates == []


def test_it_uses_an_earlier_attempts_upload_again(linkedin: FakeLinkedIn, clock: FixedClock, publish: Publish) -> None:
    linkedin.reading_takes = timedelta(hours=1)
    with pytest.raises(TemporaryFailure):
        publish()
    clock.advance(hours=2)

    publish()

    assert len(linkedin.pictures) == 1


def test_it_uploads_anew_what_a_crash_kept_from_arriving(
    linkedin: FakeLinkedIn, publish: Publish, notes: Notes
) -> None:
    linkedin.answers["put"] = [Answer(status=500)]
    with pytest.raises(TemporaryFailure):
        publish()
    lost = next(iter(linkedin.pictures))
    notes.known = {"image_urn": lost, "image_sha256": picture().sha256}

    publish()

    assert linkedin.posts[0]["content"]["media"]["id"] != lost


def test_it_uploads_once_more_when_the_image_could_not_be_read(linkedin: FakeLinkedIn, publish: Publish) -> None:
    linkedin.unreadable_pictures = 1

    publish()

    assert len(linkedin.pictures) == 2


def test_it_refuses_an_image_that_can_never_be_read(linkedin: FakeLinkedIn, publish: Publish) -> None:
    linkedin.unreadable_pictures = 5

    with pytest.raises(PermanentFailure, match="lese bildet"):
        publish()

    assert len(linkedin.pictures) == 2
    assert linkedin.creates == []


def test_it_asks_for_a_new_place_when_the_first_has_expired(linkedin: FakeLinkedIn, publish: Publish) -> None:
    linkedin.answers["put"] = [fault(400, "EXPIRED_UPLOAD_URL")]

    publish()

    assert len(linkedin.pictures) == 2
    assert len(linkedin.posts) == 1


@pytest.mark.parametrize("code", ["MEDIA_ASSET_WAITING_UPLOAD", "MEDIA_ASSET_PROCESSING_FAILED"])
def test_it_creates_again_after_an_image_was_not_ready(linkedin: FakeLinkedIn, publish: Publish, code: str) -> None:
    linkedin.next_creates = [fault(400, code)]

    publish()

    assert len(linkedin.creates) == 2
    assert len(linkedin.posts) == 1
