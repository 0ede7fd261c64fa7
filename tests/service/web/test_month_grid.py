"""A month as whole weeks, with everything in its place."""

from datetime import date

import pytest

from campaigns.days.day import DayKind, PostPolicy
from campaigns.days.occurrence import Occurrence
from campaigns.editorial.draft import DraftKind, DraftStatus
from campaigns.editorial.month import PlannedDraft
from campaigns.errors import InvalidInput
from campaigns.language import Texts
from service.web.month_grid import month, month_of, month_span

TODAY = date(2027, 5, 10)


def occurrence(on: date, names: Texts) -> Occurrence:
    return Occurrence(
        day_id="a-day",
        year=on.year,
        start=on,
        end=on,
        post_on=on,
        kind=DayKind.DAY,
        names=names,
        post_policy=PostPolicy.POST,
        confidence="sure",
        topics=(),
        indicator_ids=(),
        has_hook=False,
    )


def planned(title: str) -> PlannedDraft:
    return PlannedDraft(draft_id=1, title=title, kind=DraftKind.DAY, status=DraftStatus.DRAFT, at=None, channels=())


@pytest.mark.parametrize(
    ("first", "span"),
    [
        (date(2027, 5, 1), (date(2027, 4, 26), date(2027, 6, 6))),
        (date(2027, 2, 1), (date(2027, 2, 1), date(2027, 2, 28))),
        (date(2027, 12, 1), (date(2027, 11, 29), date(2028, 1, 2))),
    ],
)
def test_it_shows_whole_weeks(first: date, span: tuple[date, date]) -> None:
    assert month_span(first) == span


def test_it_knows_holidays_weekends_and_today() -> None:
    dates = {found.on: found for found in month(date(2027, 5, 1), TODAY, [], {}).dates}

    assert dates[date(2027, 5, 17)].holidays
    assert not dates[date(2027, 5, 17)].working
    assert not dates[date(2027, 5, 15)].working
    assert dates[TODAY].today
    assert not dates[date(2027, 4, 30)].in_month


@pytest.mark.parametrize(("title", "told"), [("Sykepleierdagen", True), ("Noe annet", False)])
def test_a_day_with_a_draft_of_its_name_is_told_once(title: str, told: bool) -> None:
    on = date(2027, 5, 12)
    day = occurrence(on, {"nb": "Sykepleierdagen", "en": "International Nurses Day"})

    dates = month(date(2027, 5, 1), TODAY, [day], {on: [planned(title)]}).dates

    assert (next(found for found in dates if found.on == on).untold == ()) is told


def test_it_leads_to_the_months_on_either_side() -> None:
    shown = month(date(2027, 12, 1), TODAY, [], {})

    assert (shown.previous, shown.next) == ("2027-11", "2028-01")


def test_it_opens_this_month_unless_another_is_asked_for() -> None:
    assert month_of(None, TODAY) == date(2027, 5, 1)
    assert month_of("2028-02", TODAY) == date(2028, 2, 1)


@pytest.mark.parametrize("text", ["2027", "2027-13", "mai", "2027-05-01", "0000-01"])
def test_it_refuses_what_is_no_month(text: str) -> None:
    with pytest.raises(InvalidInput, match="2027-05"):
        month_of(text, TODAY)
