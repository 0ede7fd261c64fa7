"""What stood on a given day can be asked for ever after."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.published import published_on, vintage_on
from service.database import Database
from tests.factories.followed_table import Desk


@pytest.fixture
def desk(database: Database, clock: FixedClock, tmp_path: Path, samples: Path) -> Desk:
    """2021 was seen at 23:30 in Oslo on 12 May 2027, which is 21:30 UTC, and revised on the 14th."""
    made = Desk(database, clock, tmp_path, samples)
    made.follow()
    for number, at in ((1, (10, 9, 0)), (2, (12, 21, 30)), (3, (14, 22, 30))):
        made.clock.move_to(datetime(2027, 5, at[0], at[1], at[2], tzinfo=UTC))
        made.clock.advance(days=-2)
        made.poll(number)
    return made


def _newest(desk: Desk, day: date) -> tuple[str, Decimal | None] | None:
    def ask(session: Session) -> tuple[str, Decimal | None] | None:
        found = published_on(session, session.get_one(Indicator, "driftskostnader"), day)
        return (found[-1].period.code, found[-1].value) if found else None

    told: tuple[str, Decimal | None] | None = desk.ask(ask)
    return told


@pytest.mark.parametrize(
    ("day", "newest"),
    [
        (date(2027, 5, 9), None),
        (date(2027, 5, 10), ("2019", Decimal("4.3519"))),
        (date(2027, 5, 11), ("2019", Decimal("4.3519"))),
        (date(2027, 5, 12), ("2021", Decimal("4.7001"))),
        (date(2027, 5, 14), ("2021", Decimal("4.7001"))),  # the revision came half an hour into the 15th in Oslo
        (date(2027, 5, 15), ("2021", Decimal("4.688"))),
        (date(2030, 1, 1), ("2021", Decimal("4.688"))),
    ],
)
def test_it_tells_what_stood_when_the_day_ended(desk: Desk, day: date, newest: tuple[str, Decimal] | None) -> None:
    assert _newest(desk, day) == newest


def test_a_held_state_never_stood(desk: Desk) -> None:
    desk.poll(6)

    assert _newest(desk, date(2030, 1, 1)) == ("2021", Decimal("4.688"))


def test_another_table_has_its_own_days(desk: Desk) -> None:
    assert desk.ask(lambda session: vintage_on(session, 2, date(2030, 1, 1))) is None
