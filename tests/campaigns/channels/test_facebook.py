"""Facebook: a picture first, then the post; the code decides what became of it, not the HTTP status."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.channels.channel import (
    ChannelFault,
    Destination,
    OutcomeUnknown,
    PermanentFailure,
    Post,
    Step,
    TemporaryFailure,
)
from campaigns.channels.facebook import Facebook
from campaigns.clock import FixedClock
from tests.fakes.approved_post import Publish
from tests.fakes.fake_facebook import FakeFacebook, Trap, fault
from tests.fakes.loopback import Answer
from tests.fakes.pictures import picture
from tests.fakes.recorder import Notes

PAGE = Destination(account_id="facebook-ho21", external_id="4711", token="good-token")
POST = Post(
    text="Flere kliniske studier i 2025 (SSB)",
    hashtags=("helseforskning",),
    link="https://monitor.example.no/figur/studier-2025",
    image=picture(),
)


@pytest.fixture
def facebook(clock: FixedClock) -> Iterator[FakeFacebook]:
    with FakeFacebook(clock) as fake:
        yield fake


@pytest.fixture
def adapter(facebook: FakeFacebook, clock: FixedClock) -> Facebook:
    return Facebook(graph_url=facebook.server.url, version="v26.0", clock=clock, network=facebook.network)


@pytest.fixture
def publish(adapter: Facebook, notes: Notes) -> Publish:
    return lambda: adapter.publish(POST, PAGE, notes.known, notes)


def test_it_uploads_the_photo_hidden_and_then_makes_the_post(facebook: FakeFacebook, publish: Publish) -> None:
    receipt = publish()

    photo_id, photo = next(iter(facebook.photos.items()))
    assert photo == {"alt_text": picture().alt_text, "content": picture().content}
    assert facebook.posts[0]["attachments"]["data"][0]["target"]["id"] == photo_id
    assert facebook.posts[0]["message"] == (
        "Flere kliniske studier i 2025 (SSB)\n\nhttps://monitor.example.no/figur/studier-2025\n\n#helseforskning"
    )
    assert receipt.external_id == facebook.posts[0]["id"]


def test_it_keeps_the_posts_id_and_not_the_photos(facebook: FakeFacebook, publish: Publish) -> None:
    facebook.next_creates = [Trap.PHOTO_ID_TOO]

    assert publish().external_id == facebook.posts[0]["id"]


def test_it_uses_an_earlier_attempts_photo_again(facebook: FakeFacebook, publish: Publish) -> None:
    facebook.next_creates = [fault(4)]
    with pytest.raises(TemporaryFailure):
        publish()

    publish()

    assert len(facebook.photos) == 1


@pytest.mark.parametrize(
    ("trap", "posts"),
    [
        (Trap.NEVER_ANSWERS, 1),
        (Trap.RESET_AFTER, 1),
        (Trap.RESET_BEFORE, 0),
        (Trap.CODE_1_AFTER, 1),
        (Trap.HTML_502, 0),
        (fault(2, transient=True), 0),
        (fault(987654), 0),
        (Answer(status=200, body=b"{}"), 0),
    ],
)
def test_it_says_that_the_outcome_is_unknown_and_never_repeats_the_call(
    facebook: FakeFacebook, publish: Publish, notes: Notes, trap: Trap | Answer, posts: int
) -> None:
    facebook.next_creates = [trap]

    with pytest.raises(OutcomeUnknown):
        publish()

    assert len(facebook.creates) == 1
    assert len(facebook.posts) == posts
    assert notes.steps[-1] is Step.PUBLISHING


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (fault(3), ChannelFault),
        (fault(10), ChannelFault),
        (fault(200), ChannelFault),
        (fault(299), ChannelFault),
        (fault(102), ChannelFault),
        (fault(190, subcode=460), ChannelFault),
        (fault(368), ChannelFault),
        (fault(4), TemporaryFailure),
        (fault(17), TemporaryFailure),
        (fault(32), TemporaryFailure),
        (fault(341), TemporaryFailure),
        (fault(613), TemporaryFailure),
        (fault(80001), TemporaryFailure),
        (fault(1, subcode=1390008), TemporaryFailure),
        (fault(100), PermanentFailure),
        (fault(120), PermanentFailure),
        (fault(324), PermanentFailure),
        (fault(1609005), PermanentFailure),
        (fault(100, subcode=1366046), PermanentFailure),
    ],
)
def test_it_decides_on_the_code(
    facebook: FakeFacebook, publish: Publish, notes: Notes, answer: Answer, failure: type[Exception]
) -> None:
    facebook.next_creates = [answer]

    with pytest.raises(failure):
        publish()

    assert len(facebook.creates) == 1
    assert "first_call_at" not in notes.known


def test_it_waits_as_long_as_facebook_says(facebook: FakeFacebook, clock: FixedClock, publish: Publish) -> None:
    usage = '{"4711":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":42}]}'
    facebook.next_creates = [fault(80001, X_Business_Use_Case_Usage=usage)]

    with pytest.raises(TemporaryFailure) as refused:
        publish()

    assert refused.value.retry_at == clock.now() + timedelta(minutes=42)


@pytest.mark.parametrize("answer", [fault(1, transient=True), Answer(status=502, body=b"<html>")])
def test_it_may_try_an_upload_again_whatever_came_of_it(
    facebook: FakeFacebook, publish: Publish, answer: Answer
) -> None:
    facebook.next_photos = [answer]

    with pytest.raises(TemporaryFailure):
        publish()

    assert facebook.creates == []


def test_it_adopts_the_post_it_is_told_it_repeats_when_that_is_this_one(
    facebook: FakeFacebook, publish: Publish
) -> None:
    facebook.next_creates = [Trap.RESET_AFTER]
    with pytest.raises(OutcomeUnknown):
        publish()

    receipt = publish()

    assert receipt.external_id == facebook.posts[0]["id"]
    assert len(facebook.posts) == 1


def test_it_leaves_a_repetition_of_an_older_post_to_a_person(
    facebook: FakeFacebook, adapter: Facebook, publish: Publish
) -> None:
    facebook.add_post(adapter.wire_text(POST), at_offset=timedelta(days=-1))

    with pytest.raises(PermanentFailure, match="Se på siden"):
        publish()


def test_it_knows_that_nothing_was_sent_when_nobody_listens(clock: FixedClock, notes: Notes) -> None:
    with FakeFacebook(clock) as gone:
        address = gone.server.url
    adapter = Facebook(graph_url=address, version="v26.0", clock=clock)

    with pytest.raises(TemporaryFailure):
        adapter.publish(replace(POST, image=None), PAGE, {}, notes)

    assert "first_call_at" not in notes.known


def test_it_never_puts_the_token_in_an_address(facebook: FakeFacebook, adapter: Facebook, notes: Notes) -> None:
    facebook.page_size = 1
    facebook.add_post("Eldre", at_offset=timedelta(days=-1))
    adapter.publish(POST, PAGE, {}, notes)

    assert adapter.find(POST, PAGE, notes.known)

    assert [one.target for one in facebook.server.requests if "token" in one.target] == []
