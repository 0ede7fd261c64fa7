"""When failures add up: the table of email.md §10, row by row, and what makes counting begin anew (E-80)."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.channels.mail_category import Category
from campaigns.delivery.returns.strikes import ABOUT_US, Strike, count

START = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
C = Category


def _day(number: float) -> datetime:
    return START + timedelta(days=number)


def _full(category: Category, *days: float, accepted: tuple[float, ...] = (), now: float | None = None) -> bool:
    strikes = [Strike(_day(day), category) for day in days]
    counted = count(strikes, [_day(day) for day in accepted], category, _day(max(days) if now is None else now))
    assert counted is not None
    return counted.is_full


@pytest.mark.parametrize(
    ("category", "days", "full"),
    [
        (C.DEAD_ADDRESS, (0,), True),
        (C.DEAD_DOMAIN, (0, 7), False),
        (C.DEAD_DOMAIN, (0, 1, 13.9), False),
        (C.DEAD_DOMAIN, (0, 7, 14), True),
        (C.INACTIVE, (0, 20), False),
        (C.INACTIVE, (0, 7, 14), True),
        (C.MAILBOX_FULL, (0, 7, 14, 30), False),
        (C.MAILBOX_FULL, (0, 7, 14, 21, 29), False),
        (C.MAILBOX_FULL, (0, 7, 14, 21, 30), True),
        (C.NETWORK, (0, 7, 14, 21, 30), True),
    ],
)
def test_a_rule_is_full_after_so_many_over_so_long(category: Category, days: tuple[float, ...], full: bool) -> None:
    assert _full(category, *days) is full


@pytest.mark.parametrize(
    "category", [*sorted(ABOUT_US), C.TRANSIENT, C.UNKNOWN, C.AUTO_REPLY, C.CHALLENGE, C.DELIVERED]
)
def test_what_says_nothing_of_the_reader_has_no_rule(category: Category) -> None:
    strikes = [Strike(_day(day), category) for day in range(0, 365, 3)]

    assert count(strikes, [], category, _day(400)) is None


def test_a_mail_that_was_taken_and_a_quiet_week_begin_anew() -> None:
    assert not _full(C.DEAD_DOMAIN, 0, 7, 30, accepted=(10,))
    assert not _full(C.INACTIVE, 0, 7, 30, accepted=(10,))


def test_a_mail_that_was_taken_while_others_failed_does_not() -> None:
    assert _full(C.DEAD_DOMAIN, 0, 7, 14, accepted=(5,))


def test_a_mail_that_was_taken_yesterday_says_nothing_yet() -> None:
    assert _full(C.DEAD_DOMAIN, 0, 7, 14, accepted=(13,), now=14)


def test_in_a_row_means_that_none_arrived_in_between() -> None:
    assert not _full(C.MAILBOX_FULL, 0, 7, 14, 21, 35, accepted=(17,))
    assert _full(C.MAILBOX_FULL, 0, 7, 14, 21, 35, accepted=(-3,))


def test_full_and_unreachable_count_together() -> None:
    strikes = [Strike(_day(day), C.NETWORK if day % 2 else C.MAILBOX_FULL) for day in (0, 7, 14, 21, 30)]

    counted = count(strikes, [], C.NETWORK, _day(30))

    assert counted is not None
    assert counted.is_full


def test_other_troubles_do_not_count_for_a_rule() -> None:
    strikes = [Strike(_day(0), C.INACTIVE), Strike(_day(7), C.DEAD_DOMAIN), Strike(_day(14), C.DEAD_DOMAIN)]

    counted = count(strikes, [], C.DEAD_DOMAIN, _day(14))

    assert counted is not None
    assert not counted.is_full
