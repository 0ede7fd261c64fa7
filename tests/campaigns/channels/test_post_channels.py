"""What every channel promises, asked of each: the networks' own adapters against their fakes, and the sandbox."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from campaigns.channels.channel import (
    ChannelFault,
    Destination,
    PermanentFailure,
    Post,
    PostChannel,
    Step,
)
from campaigns.channels.facebook import Facebook
from campaigns.channels.linkedin import LinkedIn
from campaigns.channels.post_text import shown_text
from campaigns.channels.sandbox_post import SandboxFolder, SandboxPosts
from campaigns.clock import FixedClock
from tests.fakes.fake_facebook import FakeFacebook
from tests.fakes.fake_linkedin import FakeLinkedIn
from tests.fakes.pictures import picture
from tests.fakes.recorder import Notes

POST = Post(
    text="  Menon: 100 % av [alle] skrev *dette* \\ C:\\mappe @noen {a|b} ~1 <ja>\r\n\r\nNytt avsnitt 🧪 ",
    hashtags=("helseforskning", "Årsverk2026"),
    link="https://monitor.example.no/figur/aarsverk_(2026)",
    image=picture(),
)
SHOWN = (
    "Menon: 100 % av [alle] skrev *dette* \\ C:\\mappe @noen {a|b} ~1 <ja>\n\nNytt avsnitt 🧪\n\n"
    "https://monitor.example.no/figur/aarsverk_(2026)\n\n#helseforskning #Årsverk2026"
)


@dataclass(frozen=True)
class Seen:
    """A post as its reader has it before them."""

    text: str
    image: bytes | None
    alt_text: str | None


@dataclass(frozen=True)
class Case:
    """A channel, an account it may post as, and what has come out at the other end."""

    channel: PostChannel
    destination: Destination
    seen: Callable[[], list[Seen]]


@pytest.fixture(params=["linkedin", "facebook", "sandbox"])
def case(request: pytest.FixtureRequest, clock: FixedClock, tmp_path: Path) -> Iterator[Case]:
    if request.param == "linkedin":
        with FakeLinkedIn(clock) as linkedin:
            yield Case(
                LinkedIn(
                    api_url=linkedin.api_url, version="202607", clock=clock, network=linkedin.network,
                    wait=lambda seconds: clock.advance(seconds=seconds),
                ),
                Destination(account_id="a", external_id="urn:li:organization:123", token="good-token"),
                lambda: [_on_linkedin(linkedin, post) for post in linkedin.posts],
            )  # fmt: skip
    elif request.param == "facebook":
        with FakeFacebook(clock) as facebook:
            yield Case(
                Facebook(graph_url=facebook.server.url, version="v26.0", clock=clock, network=facebook.network),
                Destination(account_id="a", external_id="4711", token="good-token"),
                lambda: [_on_facebook(facebook, post) for post in facebook.posts],
            )
    else:
        likeness = LinkedIn(api_url="", version="202607", clock=clock)
        yield Case(
            SandboxPosts(likeness, tmp_path / "innlegg", site_url="http://127.0.0.1:8000", clock=clock),
            Destination(account_id="a", external_id=""),
            lambda: _in_sandbox(SandboxFolder(tmp_path / "innlegg")),
        )


def _on_linkedin(fake: FakeLinkedIn, post: dict[str, Any]) -> Seen:
    media = post["content"].get("media")
    return Seen(post["shown"], fake.pictures[media["id"]].content if media else None, media and media["altText"])


def _on_facebook(fake: FakeFacebook, post: dict[str, Any]) -> Seen:
    attached = post["attachments"]["data"]
    if not attached:
        return Seen(post["message"], None, None)
    photo = fake.photos[attached[0]["target"]["id"]]
    return Seen(post["message"], photo["content"], photo["alt_text"])


def _in_sandbox(folder: SandboxFolder) -> list[Seen]:
    return [
        Seen(
            shown_text(Post(text=one.text, hashtags=one.hashtags, link=one.link)),
            folder.picture(one.name),
            one.alt_text or None,
        )
        for one in folder.posts()
    ]


def test_it_publishes_exactly_what_was_approved(case: Case) -> None:
    receipt = case.channel.publish(POST, case.destination, {}, Notes())

    image = POST.image
    assert image is not None
    assert case.seen() == [Seen(SHOWN, image.content, image.alt_text)]
    assert receipt.external_id
    assert receipt.url is not None
    assert receipt.url.startswith("http")


def test_it_publishes_without_an_image(case: Case) -> None:
    case.channel.publish(replace(POST, image=None), case.destination, {}, Notes())

    assert case.seen() == [Seen(SHOWN, None, None)]


def test_it_says_that_it_will_publish_before_anybody_can_see_the_post(case: Case) -> None:
    seen: list[tuple[Step, int]] = []

    case.channel.publish(POST, case.destination, {}, lambda step, _known: seen.append((step, len(case.seen()))))

    assert seen[-1] == (Step.PUBLISHING, 0)
    assert {step for step, _ in seen[:-1]} == {Step.PREPARING}


def test_it_publishes_nothing_when_the_step_could_not_be_recorded(case: Case) -> None:
    def lost(step: Step, _known: dict[str, Any], /) -> None:
        if step is Step.PUBLISHING:
            raise LookupError

    with pytest.raises(LookupError):
        case.channel.publish(POST, case.destination, {}, lost)

    assert case.seen() == []


def test_it_finds_what_it_published(case: Case) -> None:
    notes = Notes()
    receipt = case.channel.publish(POST, case.destination, {}, notes)

    sightings = case.channel.find(POST, case.destination, notes.known)

    assert sightings is not None
    assert [one.external_id for one in sightings] == [receipt.external_id]


def test_it_finds_nothing_when_it_never_called(case: Case) -> None:
    case.channel.publish(POST, case.destination, {}, Notes())

    assert case.channel.find(POST, case.destination, {}) == []


def test_it_does_not_take_an_earlier_post_for_this_one(case: Case, clock: FixedClock) -> None:
    earlier = replace(POST, text="Et eldre innlegg", image=None)
    case.channel.publish(earlier, case.destination, {}, Notes())
    clock.advance(hours=3)
    notes = Notes()
    case.channel.publish(POST, case.destination, {}, notes)

    sightings = case.channel.find(earlier, case.destination, notes.known | {"image_urn": None, "photo_id": None})

    assert sightings == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"text": "", "link": None, "hashtags": (), "image": None}, "tomt"),
        ({"text": "å" * 70_000}, "Kort den ned"),
        ({"hashtags": ("to ord",)}, "«to ord»"),
        ({"text": "brutt \ud83d tegn"}, "ødelagt tegn"),
        ({"image": picture(alt_text=" ")}, "alternativ tekst"),
        ({"image": picture(alt_text="a" * 5_000)}, "5000 tegn"),
        ({"image": replace(picture(), content=b"x" * 6_000_000)}, "6,0 MB"),
    ],
)
def test_it_names_what_is_wrong_and_sends_nothing(case: Case, change: dict[str, Any], sentence: str) -> None:
    post = replace(POST, **change)

    problems = case.channel.problems(post)

    assert sentence in " ".join(problems)
    with pytest.raises(PermanentFailure):
        case.channel.publish(post, case.destination, {}, Notes())
    assert case.seen() == []


def test_it_has_nothing_to_say_about_a_good_post(case: Case) -> None:
    assert case.channel.problems(POST) == []


@pytest.mark.parametrize("case", ["linkedin", "facebook"], indirect=True)
def test_it_pauses_when_its_token_is_refused_and_tells_nobody_the_token(case: Case) -> None:
    destination = replace(case.destination, token="revoked-token")

    with pytest.raises(ChannelFault) as refused:
        case.channel.publish(POST, destination, {}, Notes())

    assert "revoked-token" not in f"{refused.value} {refused.value.reply} {destination!r}"
    assert case.seen() == []


@pytest.mark.parametrize("case", ["linkedin", "facebook"], indirect=True)
def test_it_does_not_call_a_broken_listing_an_answer(case: Case) -> None:
    notes = Notes()
    case.channel.publish(POST, case.destination, {}, notes)

    assert case.channel.find(POST, replace(case.destination, token="revoked-token"), notes.known) is None


def test_it_starts_the_search_a_little_before_the_call(case: Case, clock: FixedClock) -> None:
    notes = Notes()
    case.channel.publish(POST, case.destination, {}, notes)
    later = (clock.now() + timedelta(minutes=4)).isoformat()

    assert case.channel.find(POST, case.destination, notes.known | {"first_call_at": later})
