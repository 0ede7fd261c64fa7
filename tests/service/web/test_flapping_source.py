"""A source that misbehaves in every way for a fortnight: one finding per real change, and a sentence for every state.

The whole service runs: the timetable's own job, the guarded client, real HTTP on loopback, a clock moved by hand.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from campaigns.clock import FixedClock
from service.app import create_app
from service.bootstrap import Service
from service.database import Database
from service.settings import Settings
from tests.factories import desk as newsroom
from tests.factories.flapping_bank import Figures, FlappingBank
from tests.factories.staff_desk import StaffDesk
from tests.fakes.loopback import Answer

AT_FIRST: Figures = {"2017": ("3690.2", "3480.1"), "2019": ("4351.9", "4101.5")}
WITH_2021: Figures = {**AT_FIRST, "2021": ("4700.1", "4410.7")}
REVISED: Figures = {**WITH_2021, "2021": ("4688.0", "4398.6")}
EMPTY_2023: Figures = {**REVISED, "2023": (None, None)}
WITH_2023: Figures = {**REVISED, "2023": ("5012.4", "4701.3")}
ZEROS: Figures = {**REVISED, "2021": ("0", "0")}

NEW_2021 = ("new_period", "2021")
REVISION = ("revision", "2021")
NEW_2023 = ("new_period", "2023")

WELL = "Kilden svarer som den skal, sist nå nettopp."
SETTLING = "Nye tall er kommet; kilden spørres en gang til før de tas inn."


@pytest.fixture
def bank(sqlite_database: Database, tmp_path: Path) -> Iterator[FlappingBank]:
    """Followed from a Monday at ten, when 2017 and 2019 have been published."""
    clock = FixedClock(datetime(2027, 5, 10, 8, 0, tzinfo=UTC))
    settings = Settings(
        data_dir=tmp_path,
        database_url=sqlite_database.url,
        secret_key="a secret for these tests, long enough",
        source_allowed_hosts=("127.0.0.1",),
        _env_file=None,
    )
    service = Service(settings, clock)
    with service.database.session_scope() as session:
        newsroom.staff(session)
    bank = FlappingBank(StaffDesk(service, clock, create_app(service)))
    with bank.server:
        bank.follow()
        bank.figures(AT_FIRST)
        bank.next_poll()
        yield bank
    service.close()


@pytest.fixture
def revised(bank: FlappingBank) -> FlappingBank:
    """The new period has come and been revised; both have been found."""
    for years in (WITH_2021, REVISED):
        bank.figures(years)
        bank.next_poll()
        bank.next_poll()
    return bank


def test_the_whole_fortnight_gives_one_finding_per_real_change(bank: FlappingBank) -> None:
    said = [bank.says()]

    def goes(polls: int = 1) -> None:
        for _ in range(polls):
            bank.next_poll()
            said.append(bank.says())

    bank.figures(AT_FIRST, spelled_otherwise=True)
    goes()
    for _ in range(3):  # one server has the new year, another has not
        bank.figures(WITH_2021)
        goes()
        bank.figures(AT_FIRST)
        goes()
    assert bank.findings() == []

    bank.figures(WITH_2021)
    goes(3)
    assert bank.findings() == [NEW_2021]

    bank.page()
    goes(2)
    bank.outcome = Answer.of(429, "", Retry_After="7200")
    goes()
    bank.outcome = Answer.of(403, {"error": "Too many values selected"})
    goes()
    bank.figures(REVISED)
    goes(3)
    assert bank.findings() == [NEW_2021, REVISION]

    bank.figures(EMPTY_2023)
    goes(2)
    bank.figures(ZEROS)
    goes()
    bank.figures(REVISED, spelled_otherwise=True)
    goes()
    bank.away()
    bank.run_for(timedelta(days=1))
    said.append(bank.says())
    assert bank.findings() == [NEW_2021, REVISION]

    bank.figures(WITH_2023)
    bank.run_for(timedelta(days=1))
    said.append(bank.says())
    assert bank.findings() == [NEW_2021, REVISION, NEW_2023]
    assert all(sentence.endswith(".") and len(sentence) < 140 for sentence in said)


def test_a_new_year_that_comes_and_goes_is_no_news(bank: FlappingBank) -> None:
    bank.figures(WITH_2021)
    bank.next_poll()
    assert bank.says() == SETTLING
    bank.figures(AT_FIRST)
    bank.next_poll()

    assert bank.says() == WELL
    assert bank.findings() == []


def test_a_year_without_figures_is_no_news(revised: FlappingBank) -> None:
    revised.figures(EMPTY_2023)
    revised.next_poll()
    revised.next_poll()

    assert revised.findings() == [NEW_2021, REVISION]
    revised.figures(WITH_2023)
    revised.next_poll()
    revised.next_poll()
    assert revised.findings()[2:] == [NEW_2023]


def test_a_web_page_with_status_200_is_told_and_asked_again_within_the_half_hour(revised: FlappingBank) -> None:
    revised.page()
    revised.next_poll()
    before = revised.clock.now()

    assert revised.says() == "Kilden sendte en nettside i stedet for tall; den er trolig under oppdatering."
    revised.figures(REVISED)
    revised.next_poll()
    assert revised.clock.now() - before < timedelta(minutes=30)
    assert revised.says() == WELL


def test_a_429_is_waited_out_to_the_minute(revised: FlappingBank) -> None:
    revised.outcome = Answer.of(429, "", Retry_After="3600")
    revised.next_poll()
    told, asked = revised.clock.now(), len(revised.asked_at)

    assert revised.says().startswith("Kilden har bedt oss vente, og blir spurt igjen etter klokka ")
    revised.run_for(timedelta(minutes=59), step=timedelta(minutes=1))
    assert len(revised.asked_at) == asked
    revised.figures(REVISED)
    revised.run_for(timedelta(minutes=10), step=timedelta(minutes=1))
    assert timedelta(hours=1) <= revised.asked_at[-1] - told <= timedelta(hours=1, minutes=10)


def test_a_selection_that_is_too_large_is_told_and_not_repeated(revised: FlappingBank) -> None:
    revised.outcome = Answer.of(403, {"error": "Too many values selected"})
    revised.next_poll()
    asked = len(revised.asked_at)

    assert revised.says() == "Utvalget er større enn kilden gir ut på én gang; velg færre koder i katalogen."
    revised.run_for(timedelta(hours=12), step=timedelta(minutes=30))
    assert len(revised.asked_at) == asked


def test_zeros_are_held_and_told_and_the_last_good_figures_stand(revised: FlappingBank) -> None:
    revised.figures(ZEROS)
    revised.next_poll()

    assert revised.says() == "Kilden har sendt tall som ser feil ut; de er holdt tilbake, og de siste gode gjelder."
    revised.figures(REVISED)
    revised.next_poll()
    assert revised.findings() == [NEW_2021, REVISION]
    assert revised.says() == WELL


def test_it_is_never_asked_while_its_tables_are_not_whole(bank: FlappingBank) -> None:
    bank.page()  # would be asked again soon after each answer
    bank.run_for(timedelta(days=2), step=timedelta(minutes=10))
    wall = [at.astimezone(bank.clock.zone).time().isoformat("minutes") for at in bank.asked_at]

    assert len(wall) > 3
    assert [at for at in wall if "05:00" <= at < "08:20" or "11:25" <= at < "11:45"] == []


def test_the_quiet_hours_are_told_while_they_last(bank: FlappingBank) -> None:
    bank.clock.move_to(datetime(2027, 5, 11, 3, 30, tzinfo=UTC))
    assert bank.says() == "Kilden legger ut nye tall nå og blir spurt når tabellene er ferdige."
    asked = len(bank.asked_at)

    bank.run_for(timedelta(hours=2, minutes=40), step=timedelta(minutes=10))

    assert len(bank.asked_at) == asked


def test_a_day_away_costs_few_questions_and_ends_in_one_finding(revised: FlappingBank) -> None:
    revised.away()
    before = len(revised.asked_at)
    revised.next_poll()
    assert revised.says() == "Kilden svarte ikke; den spørres igjen av seg selv, og de siste gode tallene gjelder."
    for _ in range(2):
        revised.next_poll()
    assert "har ikke svart 3 ganger på rad" in revised.says()
    revised.run_for(timedelta(days=1))
    assert len(revised.asked_at) - before <= 8

    revised.figures(WITH_2023)
    revised.run_for(timedelta(days=1, hours=6), step=timedelta(minutes=15))

    assert revised.findings() == [NEW_2021, REVISION, NEW_2023]
    assert revised.says().startswith("Kilden svarer som den skal")


def test_a_restart_in_the_middle_asks_no_more_than_it_may(revised: FlappingBank) -> None:
    revised.outcome = Answer.of(429, "", Retry_After="3600")
    revised.next_poll()
    asked = len(revised.asked_at)

    another = Service(revised.service.settings, revised.clock)
    revised.desk.service = revised.service = another
    revised.desk.browser("Astrid").post("/redaksjon/kilder/banken/henting")
    revised.run_for(timedelta(minutes=50), step=timedelta(minutes=5))

    assert len(revised.asked_at) == asked
    revised.figures(REVISED)
    revised.run_for(timedelta(minutes=15), step=timedelta(minutes=1))
    assert len(revised.asked_at) == asked + 1
    another.close()


def test_a_person_who_asks_gets_past_the_breaker_once(revised: FlappingBank) -> None:
    revised.away()
    for _ in range(3):
        revised.next_poll()
    assert "får hvile" in revised.says()
    revised.figures(REVISED)
    revised.clock.advance(minutes=1)

    revised.desk.browser("Astrid").post("/redaksjon/kilder/banken/henting")
    revised.run_for(timedelta(minutes=1), step=timedelta(minutes=1))

    assert revised.says() == WELL
