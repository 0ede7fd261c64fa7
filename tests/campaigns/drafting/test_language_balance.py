"""At least a quarter in each written form, over the year, per channel."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import Session

from campaigns.clock import OSLO, FixedClock
from campaigns.drafting.balance import Share, proposed_language, shares
from campaigns.editorial.draft import ChannelName, DraftStatus
from campaigns.language import Language
from tests.factories.newsroom import stored_draft

NB, NN, EN = Language.BOKMAAL, Language.NYNORSK, Language.ENGLISH


@pytest.mark.parametrize(
    ("share", "first", "expected"),
    [
        (Share(0, 0), NB, NB),
        (Share(2, 0), NB, NB),
        (Share(3, 0), NB, NN),
        (Share(3, 1), NB, NN),
        (Share(6, 3), NB, NB),
        (Share(7, 2), NB, NN),
        (Share(0, 3), NN, NB),
        (Share(9, 0), EN, EN),
    ],
)
def test_it_proposes_the_form_that_would_fall_behind(share: Share, first: Language, expected: Language) -> None:
    assert proposed_language({ChannelName.LINKEDIN: share}, [ChannelName.LINKEDIN], first) is expected


def test_a_year_of_proposals_keeps_the_quarter() -> None:
    share = Share()
    for _ in range(52):
        chosen = proposed_language({ChannelName.LINKEDIN: share}, [ChannelName.LINKEDIN], NB)
        share = Share(share.bokmaal + (chosen is NB), share.nynorsk + (chosen is NN))

    assert share == Share(39, 13)


def test_it_counts_the_offices_year_channel_by_channel(session: Session, clock: FixedClock) -> None:
    posts = {ChannelName.LINKEDIN: {"text": "x"}}
    sent_in(session, clock, key="a", language=NN, variants=posts)
    sent_in(session, clock, key="b")
    sent_in(session, clock, key="c", language=EN)
    last_year_in_oslo = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)
    sent_in(session, clock, key="d", slot_at=last_year_in_oslo)
    sent_in(session, clock, key="e", slot_at=last_year_in_oslo.replace(hour=23))

    found = shares(session, 2027, OSLO)

    assert found[ChannelName.LINKEDIN] == Share(2, 1)
    assert found[ChannelName.NEWSLETTER] == Share(2, 0)


def test_it_does_not_count_what_nobody_has_sent_in(session: Session, clock: FixedClock) -> None:
    stored_draft(session, clock, key="a")
    sent_in(session, clock, key="b", language=NN)

    assert shares(session, 2027, OSLO)[ChannelName.LINKEDIN] == Share(0, 1)


def sent_in(session: Session, clock: FixedClock, **given: Any) -> None:
    draft = stored_draft(session, clock, **given)
    draft.status = DraftStatus.IN_REVIEW
    session.add(draft)
    session.flush()
