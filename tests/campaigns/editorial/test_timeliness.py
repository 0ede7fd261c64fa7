"""A text that says «i dag» about another day is pointed out."""

from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.editorial.blocks import TextBlock
from campaigns.editorial.draft import ChannelName
from campaigns.editorial.snapshot import variants_of
from campaigns.editorial.timeliness import out_of_time
from tests.factories.newsroom import SLOT, stored_draft

TODAY: dict[str, Any] = {
    "occurs_on": datetime(2027, 5, 19, 22, tzinfo=UTC),  # 20 May in Oslo
    "blocks": (TextBlock(text="I dag er det dagen."),),
    "variants": {ChannelName.FACEBOOK: {"text": "Today is the day."}},
}


def test_it_is_silent_on_the_day_itself(session: Session, clock: FixedClock) -> None:
    draft = stored_draft(session, clock, slot_at=SLOT, **TODAY)

    assert out_of_time(draft, variants_of(session, draft), clock.zone) == []


def test_it_points_at_each_text_that_would_be_wrong(session: Session, clock: FixedClock) -> None:
    draft = stored_draft(session, clock, slot_at=datetime(2027, 5, 19, 7, tzinfo=UTC), **TODAY)

    found = out_of_time(draft, variants_of(session, draft), clock.zone)

    assert [lack.field for lack in found] == ["facebook.text", "blocks"]
    assert "19. mai 2027 kl. 09.00" in found[0].sentence
