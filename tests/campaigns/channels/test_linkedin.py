"""LinkedIn: every answer of the network falls into the one outcome that is safe for it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from campaigns.channels.channel import (
    ChannelFault,
    OutcomeUnknown,
    PermanentFailure,
    Step,
    TemporaryFailure,
)
from campaigns.channels.linkedin import LinkedIn
from campaigns.clock import FixedClock
from tests.fakes.approved_post import LINKEDIN_PAGE as PAGE
from tests.fakes.approved_post import POST, SHOWN, Publish
from tests.fakes.fake_linkedin import FakeLinkedIn
from tests.fakes.linkedin_answers import Trap, duplicate, fault
from tests.fakes.loopback import Answer
from tests.fakes.pictures import picture
from tests.fakes.recorder import Notes


def test_it_publishes_the_whole_text_with_its_image(linkedin: FakeLinkedIn, publish: Publish) -> None:
    receipt = publish()

    post = linkedin.posts[0]
    assert post["shown"] == SHOWN
    assert post["content"]["media"]["altText"] == picture().alt_text
    assert linkedin.pictures[post["content"]["media"]["id"]].content == picture().content
    assert receipt.external_id == post["id"]
    assert receipt.url == f"https://www.linkedin.com/feed/update/{post['id']}/"


def test_it_records_the_attempt_before_the_call_that_creates(linkedin: FakeLinkedIn, adapter: LinkedIn) -> None:
    seen: list[tuple[Step, int, dict[str, Any]]] = []

    adapter.publish(POST, PAGE, {}, lambda step, known: seen.append((step, len(linkedin.creates), known)))

    step, creates, known = seen[-1]
    assert (step, creates) == (Step.PUBLISHING, 0)
    assert known["image_urn"] in linkedin.pictures
    assert known["wire_text"] == adapter.wire_text(POST)
    assert known["first_call_at"]


@pytest.mark.parametrize("trap", [Trap.ID_IN_OLD_HEADER, Trap.ID_IN_BODY])
def test_it_reads_the_id_wherever_it_stands(linkedin: FakeLinkedIn, publish: Publish, trap: Trap) -> None:
    linkedin.next_creates = [trap]

    assert publish().external_id == linkedin.posts[0]["id"]


@pytest.mark.parametrize(
    ("trap", "posts"),
    [
        (Trap.NO_ID_HEADER, 1),
        (Trap.NEVER_ANSWERS, 1),
        (Trap.RESET_AFTER, 1),
        (Trap.RESET_BEFORE, 0),
        (Trap.ERROR_500_AFTER, 1),
        (Trap.CONFLICT_409_AFTER, 1),
        (Trap.UNAVAILABLE_503_BEFORE, 0),
        (Trap.HTML_502, 0),
        (Answer(status=408), 0),
        (Answer(status=504), 0),
        (Answer(status=200), 0),
        (Answer(status=302, headers={"Location": "/rest/posts"}), 0),
    ],
)
def test_it_says_that_the_outcome_is_unknown_and_never_repeats_the_call(
    linkedin: FakeLinkedIn, publish: Publish, notes: Notes, trap: Trap | Answer, posts: int
) -> None:
    linkedin.next_creates = [trap]

    with pytest.raises(OutcomeUnknown):
        publish()

    assert len(linkedin.creates) == 1
    assert len(linkedin.posts) == posts
    assert notes.steps[-1] is Step.PUBLISHING


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (fault(400, "MISSING_FIELD"), PermanentFailure),
        (fault(400, "INVALID_VALUE_FOR_FIELD"), PermanentFailure),
        (fault(400, "FIELD_LENGTH_TOO_LONG"), PermanentFailure),
        (fault(400, "INVALID_IMAGE_ID"), PermanentFailure),
        (Answer(status=400, body=b"<html>"), PermanentFailure),
        (fault(401, "EXPIRED_ACCESS_TOKEN", serviceErrorCode=65602), ChannelFault),
        (fault(401, "REVOKED_ACCESS_TOKEN", serviceErrorCode=65601), ChannelFault),
        (Answer.of(401, {"message": "Empty oauth2_access_token", "serviceErrorCode": 401}), ChannelFault),
        (fault(403, "ACCESS_DENIED", message="partnerApiPostsExternal.CREATE.20260501"), ChannelFault),
        (fault(404, "NOT_FOUND"), ChannelFault),
        (Answer(status=405), PermanentFailure),
        (Answer(status=411), PermanentFailure),
        (Answer(status=413), PermanentFailure),
        (Answer(status=415), PermanentFailure),
        (fault(422, "INVALID"), PermanentFailure),
        (fault(426, "NONEXISTENT_VERSION"), ChannelFault),
        (fault(429, "TOO_MANY_REQUESTS"), TemporaryFailure),
    ],
)
def test_it_tells_refusals_apart(
    linkedin: FakeLinkedIn, publish: Publish, answer: Answer, failure: type[Exception]
) -> None:
    linkedin.next_creates = [answer]

    with pytest.raises(failure):
        publish()

    assert len(linkedin.creates) == 1


def test_it_waits_longer_each_time_it_is_throttled(linkedin: FakeLinkedIn, clock: FixedClock, publish: Publish) -> None:
    linkedin.next_creates = [fault(429, "TOO_MANY_REQUESTS")] * 3
    waits = []
    for _ in range(3):
        with pytest.raises(TemporaryFailure) as refused:
            publish()
        assert refused.value.retry_at is not None
        waits.append(refused.value.retry_at)

    assert waits[0] - clock.now() == timedelta(minutes=15)
    assert waits[1] - clock.now() == timedelta(hours=1)
    assert waits[2].isoformat() == "2027-05-11T00:05:00+00:00"


def test_it_knows_that_nothing_was_sent_when_nobody_listens(clock: FixedClock, notes: Notes) -> None:
    with FakeLinkedIn(clock) as gone:
        address = gone.api_url
    adapter = LinkedIn(api_url=address, version="202607", clock=clock, wait=lambda _: None)

    with pytest.raises(TemporaryFailure):
        adapter.publish(replace(POST, image=None), PAGE, {}, notes)

    assert "first_call_at" not in notes.known


def test_it_adopts_the_post_a_duplicate_refusal_names_when_it_is_this_one(
    linkedin: FakeLinkedIn, publish: Publish
) -> None:
    linkedin.next_creates = [Trap.RESET_AFTER]
    with pytest.raises(OutcomeUnknown):
        publish()

    receipt = publish()

    assert receipt.external_id == linkedin.posts[0]["id"]
    assert len(linkedin.posts) == 1


def test_it_leaves_a_duplicate_that_is_gone_to_a_person(linkedin: FakeLinkedIn, publish: Publish) -> None:
    linkedin.next_creates = [duplicate("urn:li:share:404404")]

    with pytest.raises(PermanentFailure, match="Se på siden"):
        publish()


def test_it_leaves_a_duplicate_of_an_older_post_to_a_person(
    linkedin: FakeLinkedIn, clock: FixedClock, adapter: LinkedIn, publish: Publish
) -> None:
    linkedin.add_post(adapter.wire_text(POST), wire=adapter.wire_text(POST))
    clock.advance(minutes=8)

    with pytest.raises(PermanentFailure):
        publish()


def test_it_is_unsure_about_a_vanished_duplicate_once_it_has_called_before(
    linkedin: FakeLinkedIn, publish: Publish
) -> None:
    linkedin.next_creates = [Trap.RESET_BEFORE, duplicate("urn:li:share:404404")]
    with pytest.raises(OutcomeUnknown):
        publish()

    with pytest.raises(OutcomeUnknown):
        publish()


def test_it_pauses_on_a_version_that_never_was(linkedin: FakeLinkedIn, clock: FixedClock, notes: Notes) -> None:
    adapter = LinkedIn(api_url=linkedin.api_url, version="202512", clock=clock, wait=lambda _: None)

    with pytest.raises(ChannelFault, match="versjon"):
        adapter.publish(POST, PAGE, {}, notes)


def test_it_says_nothing_of_the_token_in_a_failure(linkedin: FakeLinkedIn, publish: Publish) -> None:
    linkedin.tokens.clear()

    with pytest.raises(ChannelFault) as refused:
        publish()

    assert "good-token" not in f"{refused.value} {refused.value.reply} {PAGE!r}"


def test_it_counts_the_wire_text_against_the_limit(adapter: LinkedIn) -> None:
    long = replace(POST, text="(" * 1500, link=None, hashtags=())

    assert adapter.problems(long) == []
    assert "Kort den ned med 2" in adapter.problems(replace(long, text="(" * 1501))[0]


def test_it_says_that_a_tag_in_the_text_is_no_link(adapter: LinkedIn) -> None:
    assert "«#helse»" in adapter.problems(replace(POST, text="Les om #helse, nr. #1 og C#"))[0]


def test_it_sends_nothing_that_has_problems(linkedin: FakeLinkedIn, adapter: LinkedIn, notes: Notes) -> None:
    with pytest.raises(PermanentFailure, match="Kort den ned med 1"):
        adapter.publish(replace(POST, text="å" * 3001, link=None, hashtags=()), PAGE, {}, notes)

    assert linkedin.server.requests == []


def test_it_gives_a_link_without_an_image_a_card(linkedin: FakeLinkedIn, adapter: LinkedIn, notes: Notes) -> None:
    adapter.publish(replace(POST, image=None, link_title="Studier (2025)"), PAGE, {}, notes)

    assert linkedin.posts[0]["content"]["article"] == {"source": POST.link, "title": "Studier (2025)"}


def test_it_knows_that_nothing_was_sent_when_the_connection_could_not_be_secured(
    linkedin: FakeLinkedIn, clock: FixedClock, notes: Notes
) -> None:
    address = linkedin.api_url.replace("http://", "https://")
    adapter = LinkedIn(api_url=address, version="202607", clock=clock, wait=lambda _: None)

    with pytest.raises(TemporaryFailure):
        adapter.publish(replace(POST, image=None), PAGE, {}, notes)

    assert "first_call_at" not in notes.known


def test_it_lets_no_netrc_file_overrule_the_token(
    linkedin: FakeLinkedIn, publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))

    publish()

    assert {one.headers["Authorization"] for one in linkedin.server.requests} == {"Bearer good-token"}
