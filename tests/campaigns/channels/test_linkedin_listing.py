"""Looking for our own post in LinkedIn's listing: read to its end, matched by picture, link and words."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns.channels.channel import Destination, Post, Sighting
from campaigns.channels.linkedin import LinkedIn
from campaigns.clock import FixedClock
from tests.fakes.fake_linkedin import FakeLinkedIn
from tests.fakes.linkedin_answers import fault
from tests.fakes.pictures import picture

PAGE = Destination(account_id="linkedin-ho21", external_id="urn:li:organization:123", token="good-token")
POST = Post(text="Vekst (12 %)", hashtags=("helse",), image=picture())
URN = "urn:li:image:C4E0001"


@pytest.fixture
def known(clock: FixedClock) -> dict[str, Any]:
    return {"first_call_at": clock.now().isoformat(), "image_urn": URN}


def ids(sightings: list[Sighting] | None) -> list[str]:
    assert sightings is not None
    return [one.external_id for one in sightings]


def test_it_knows_the_post_by_its_image_whatever_became_of_the_text(
    linkedin: FakeLinkedIn, adapter: LinkedIn, known: dict[str, Any]
) -> None:
    linkedin.add_post("Vekst \\(12 %\\)\n\n#helse")
    ours = linkedin.add_post("Vekst (kuttet", content={"media": {"id": URN}})

    assert ids(adapter.find(POST, PAGE, known)) == [ours["id"]]


def test_it_knows_the_post_among_several_images(
    linkedin: FakeLinkedIn, adapter: LinkedIn, known: dict[str, Any]
) -> None:
    ours = linkedin.add_post("", content={"multiImage": {"images": [{"id": "urn:li:image:X"}, {"id": URN}]}})

    assert ids(adapter.find(POST, PAGE, known)) == [ours["id"]]


def test_it_knows_a_card_by_its_link(linkedin: FakeLinkedIn, adapter: LinkedIn, known: dict[str, Any]) -> None:
    post = Post(text="Se figuren", link="https://m.example.no/figur/a", link_title="Figur A")
    ours = linkedin.add_post("noe annet", content={"article": {"source": post.link}})

    assert ids(adapter.find(post, PAGE, known)) == [ours["id"]]


def test_it_knows_the_post_by_the_text_it_reads_back(
    linkedin: FakeLinkedIn, adapter: LinkedIn, known: dict[str, Any]
) -> None:
    ours = linkedin.add_post(adapter.wire_text(POST))
    linkedin.add_post("Vekst \\(13 %\\)")

    assert ids(adapter.find(POST, PAGE, known)) == [ours["id"]]


def test_it_tells_of_every_match_oldest_first(
    linkedin: FakeLinkedIn, adapter: LinkedIn, clock: FixedClock, known: dict[str, Any]
) -> None:
    first = linkedin.add_post("a", content={"media": {"id": URN}})
    clock.advance(seconds=5)
    second = linkedin.add_post("b", content={"media": {"id": URN}})

    assert ids(adapter.find(POST, PAGE, known)) == [first["id"], second["id"]]


def test_it_reads_on_over_short_pages_to_the_last(
    linkedin: FakeLinkedIn, adapter: LinkedIn, clock: FixedClock, known: dict[str, Any]
) -> None:
    ours = linkedin.add_post("a", content={"media": {"id": URN}})
    for number in range(7):
        clock.advance(seconds=1)
        linkedin.add_post(f"nyere {number}")
    linkedin.page_cap = 2

    assert ids(adapter.find(POST, PAGE, known)) == [ours["id"]]
    assert len(linkedin.calls("GET", "/rest/posts")) == 4


def test_it_asks_for_the_order_of_creation(
    linkedin: FakeLinkedIn, adapter: LinkedIn, clock: FixedClock, known: dict[str, Any]
) -> None:
    ours = linkedin.add_post("a", content={"media": {"id": URN}})
    edited = int((clock.now() + timedelta(hours=1)).timestamp() * 1000)
    old = int((clock.now() - timedelta(days=9)).timestamp() * 1000)
    linkedin.add_post("gammelt, nylig endret", createdAt=old, lastModifiedAt=edited)
    linkedin.page_cap = 1

    assert ids(adapter.find(POST, PAGE, known)) == [ours["id"]]


def test_it_sees_nothing_while_linkedin_does_not_list_it_yet(
    linkedin: FakeLinkedIn, adapter: LinkedIn, clock: FixedClock, known: dict[str, Any]
) -> None:
    linkedin.listed_after = timedelta(minutes=1)
    linkedin.add_post("a", content={"media": {"id": URN}})
    assert adapter.find(POST, PAGE, known) == []

    clock.advance(minutes=2)

    assert len(ids(adapter.find(POST, PAGE, known))) == 1


def test_it_gives_no_answer_when_a_page_is_missing(
    linkedin: FakeLinkedIn, adapter: LinkedIn, known: dict[str, Any]
) -> None:
    linkedin.answers["list"] = [fault(403, "ACCESS_DENIED", message="partnerApiPostsExternal.FINDER")]

    assert adapter.find(POST, PAGE, known) is None
