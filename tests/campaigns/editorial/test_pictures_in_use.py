"""A picture stays as long as a draft shows it, or something that was sent in showed it."""

from sqlmodel import Session, select

from campaigns.clock import FixedClock
from campaigns.editorial.draft import ChannelName, Variant
from campaigns.editorial.pictures import pictures_in_use
from tests.factories.newsroom import IMAGE, author, stored_draft, submitted_draft

_ANOTHER = "cd" * 32


def _show(session: Session, draft_id: int | None, picture: str) -> None:
    variant = session.exec(
        select(Variant).where(Variant.draft_id == draft_id, Variant.channel == ChannelName.LINKEDIN)
    ).one()
    variant.image_sha256 = picture
    session.add(variant)
    session.flush()


def test_it_names_the_picture_of_a_draft(session: Session, clock: FixedClock) -> None:
    stored_draft(session, clock)

    assert pictures_in_use(session) == {IMAGE}


def test_it_keeps_naming_what_was_sent_in_when_the_draft_shows_another_now(session: Session, clock: FixedClock) -> None:
    draft = submitted_draft(session, clock, author(session))

    _show(session, draft.id, _ANOTHER)

    assert pictures_in_use(session) >= {IMAGE, _ANOTHER}


def test_it_names_none_where_there_is_nothing(session: Session) -> None:
    assert pictures_in_use(session) == set()
