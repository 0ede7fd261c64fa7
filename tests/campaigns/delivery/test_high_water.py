"""The number of claims: raised with each, and never lower than what was written down."""

from sqlmodel import Session

from campaigns.delivery.high_water import lift_water, raise_water, water


def test_it_begins_with_nothing_and_counts_each_claim(session: Session) -> None:
    before = water(session)

    assert (before, raise_water(session), raise_water(session), water(session)) == (0, 1, 2, 2)


def test_it_is_lifted_to_what_was_written_down_and_not_lowered(session: Session) -> None:
    lift_water(session, 7)
    assert water(session, held=True) == 7

    lift_water(session, 3)
    assert (water(session), raise_water(session)) == (7, 8)
