"""A text that says «i dag» about another day is pointed out."""

from datetime import UTC, datetime

from campaigns.clock import OSLO
from campaigns.editorial.timeliness import out_of_time
from tests.factories.newsroom import SLOT

DAY = datetime(2027, 5, 19, 22, tzinfo=UTC)  # 20 May in Oslo
BEFORE = datetime(2027, 5, 19, 7, tzinfo=UTC)
TEXTS = ["I dag er det dagen.", "Today is the day.", "I dag igjen. Midagen er ikke med."]


def test_it_is_silent_on_the_day_itself_and_of_what_has_no_day() -> None:
    assert out_of_time(TEXTS, slot_at=SLOT, occurs_on=DAY, zone=OSLO) == []
    assert out_of_time(TEXTS, slot_at=BEFORE, occurs_on=None, zone=OSLO) == []


def test_it_points_once_at_each_way_of_saying_it() -> None:
    found = out_of_time(TEXTS, slot_at=BEFORE, occurs_on=DAY, zone=OSLO)

    assert found == [
        f"Teksten sier «{word}», men utkastet går ut 19. mai 2027 kl. 09.00, ikke på selve dagen."
        for word in ("I dag", "Today")
    ]
