"""The pages about sources: one sentence for every state, and «Hent nå» with its progress."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from campaigns.audit import AuditEvent
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.pointer import Watch
from campaigns.indicators.source_health import HealthState, source_health
from campaigns.sources.host import SourceHost
from campaigns.sources.source import Fetch, FetchOutcome, Source, SourceKind
from campaigns.sources.trouble import Trouble
from service.web import source_words
from tests.factories.staff_desk import StaffDesk

HOST = "ssb.example.no"


def change(desk: StaffDesk, act: Callable[[Session], Any]) -> None:
    with desk.service.database.session_scope() as session:
        act(session)


def fetched(desk: StaffDesk, outcome: FetchOutcome, **more: Any) -> None:
    """Both of SSB's tables were asked for just now."""

    def act(session: Session) -> None:
        now = desk.clock.now()
        for dataset in session.exec(select(Dataset).where(Dataset.source_id == "ssb")):
            dataset.next_poll_at = now + timedelta(hours=1)
            session.add(
                Fetch(source_id="ssb", dataset_id=dataset.id, at=now, request="GET https://x", outcome=outcome, **more)
            )

    change(desk, act)


def host(desk: StaffDesk, **columns: Any) -> None:
    change(desk, lambda session: session.add(SourceHost(host=HOST, **columns)))


def of(source_id: str, **columns: Any) -> Callable[[Session], None]:
    def act(session: Session) -> None:
        for name, value in columns.items():
            setattr(session.get_one(Source, source_id), name, value)

    return act


def sentence(desk: StaffDesk, source_id: str = "ssb") -> str:
    """What the source's own page says of it."""
    page = desk.browser("Revisor").get(f"/redaksjon/kilder/{source_id}")
    assert page.status_code == 200
    return page.text.split('<p class="source__state">', 1)[1].split("<span>", 1)[1].split("</span>", 1)[0]


def test_a_source_that_answers_says_so_and_when(busy_desk: StaffDesk) -> None:
    fetched(busy_desk, FetchOutcome.UNCHANGED)

    assert sentence(busy_desk) == "Kilden svarer som den skal, sist for 3 timer siden."


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_kind_of_trouble_has_a_sentence_of_its_own(busy_desk: StaffDesk, trouble: Trouble) -> None:
    fetched(busy_desk, FetchOutcome.FAILED, trouble=trouble, detail="Slik gikk det.")

    said = sentence(busy_desk)

    assert said.endswith(".")
    assert said.count(".") == 1
    assert "Feiler" in busy_desk.browser("Astrid").get("/redaksjon/kilder").text


def test_no_two_troubles_are_told_alike() -> None:
    told = [source_words._failing(trouble) for trouble in [None, *Trouble]]

    assert len(set(told)) == len(told)


def test_when_only_some_tables_fail_that_is_told(busy_desk: StaffDesk) -> None:
    fetched(busy_desk, FetchOutcome.UNCHANGED)
    change(
        busy_desk,
        lambda session: session.add(
            Fetch(
                source_id="ssb", dataset_id=1, at=busy_desk.clock.now(), request="GET https://x",
                outcome=FetchOutcome.FAILED, trouble=Trouble.NOT_THERE,
            )
        ),
    )  # fmt: skip

    assert sentence(busy_desk).endswith("Det gjelder 1 av 2 tabeller.")


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (FetchOutcome.HELD, "Kilden har sendt tall som ser feil ut; de er holdt tilbake, og de siste gode gjelder."),
        (FetchOutcome.STORED, "Kilden svarer som den skal, sist for 3 timer siden."),
    ],
)
def test_what_came_of_the_last_answer_is_told(busy_desk: StaffDesk, outcome: FetchOutcome, said: str) -> None:
    fetched(busy_desk, outcome)

    assert sentence(busy_desk) == said


def test_new_figures_that_settle_are_told(busy_desk: StaffDesk) -> None:
    fetched(busy_desk, FetchOutcome.SETTLING)

    def act(session: Session) -> None:
        session.get_one(Dataset, 1).settling_hash = "c" * 64

    change(busy_desk, act)

    assert sentence(busy_desk) == "Nye tall er kommet; kilden spørres en gang til før de tas inn."


def test_a_host_that_asked_us_to_wait_is_told_with_the_time(busy_desk: StaffDesk) -> None:
    host(busy_desk, not_before=busy_desk.clock.now() + timedelta(minutes=17))

    assert sentence(busy_desk) == "Kilden har bedt oss vente, og blir spurt igjen etter klokka 08.17."


def test_the_breaker_is_told_on_the_page_as_it_opens_and_is_tried(busy_desk: StaffDesk) -> None:
    host(busy_desk, failures=3, openings=1, open_until=busy_desk.clock.now() + timedelta(minutes=5))

    resting = busy_desk.browser("Astrid").get("/redaksjon/kilder/ssb").text
    assert "Kilden har ikke svart 3 ganger på rad og får hvile; den prøves igjen klokka 08.05." in resting
    assert "Bryteren er åpen til klokka 08.05: verten får være i fred." in resting
    busy_desk.clock.advance(minutes=5)

    assert sentence(busy_desk) == "Kilden har ikke svart 3 ganger på rad; den prøves nå én gang til."


def test_the_page_tells_how_often_the_host_is_asked(busy_desk: StaffDesk) -> None:
    host(busy_desk, told_calls=20, told_seconds=60)

    page = busy_desk.browser("Astrid").get("/redaksjon/kilder/ssb").text

    assert "Vi spør høyst 10 ganger i minuttet; verten tillater 20." in page


def test_a_timetable_that_does_not_run_is_told(busy_desk: StaffDesk) -> None:
    fetched(busy_desk, FetchOutcome.UNCHANGED)
    busy_desk.clock.advance(hours=2)

    assert "monitorposten doctor" in sentence(busy_desk)


def test_quiet_hours_are_told(busy_desk: StaffDesk) -> None:
    fetched(busy_desk, FetchOutcome.UNCHANGED)
    change(busy_desk, of("ssb", kind=SourceKind.PXWEB2))

    assert sentence(busy_desk) == "Kilden legger ut nye tall nå og blir spurt når tabellene er ferdige."


def test_a_source_that_is_off_or_new_or_followed_by_nobody_is_told(busy_desk: StaffDesk) -> None:
    change(
        busy_desk,
        lambda session: session.add(Source(id="ubrukt", kind=SourceKind.JSONSTAT, url="https://ubrukt.example.no")),
    )

    assert sentence(busy_desk, "dmp") == "Kilden er ny og blir spurt i løpet av et par minutter."
    assert sentence(busy_desk, "ubrukt") == "Ingen indikator er tatt fra kilden, så den blir ikke spurt."
    change(busy_desk, of("dmp", enabled=False))
    assert sentence(busy_desk, "dmp") == "Kilden er slått av i katalogen og blir ikke spurt."


def test_a_feed_is_told_of_by_how_its_last_reading_went(busy_desk: StaffDesk) -> None:
    feed = Source(id="rss", kind=SourceKind.FEED, url="https://rss.example.no", options={"points_to": ["ssb"]})
    change(busy_desk, lambda session: session.add(feed))
    assert sentence(busy_desk, "rss") == "Kilden er ny og blir spurt i løpet av et par minutter."

    change(busy_desk, of("rss", last_success_at=busy_desk.clock.now()))
    assert sentence(busy_desk, "rss") == "Kilden svarer som den skal, sist nå nettopp."
    change(busy_desk, of("rss", consecutive_failures=1))
    assert sentence(busy_desk, "rss").startswith("Kilden ga ikke et svar som kunne brukes")


def test_a_feed_is_read_at_once_when_a_person_asks(busy_desk: StaffDesk) -> None:
    later = busy_desk.clock.now() + timedelta(hours=5)

    def act(session: Session) -> None:
        session.add(
            Source(id="rss", kind=SourceKind.FEED, url="https://rss.example.no", options={"points_to": ["ssb"]})
        )
        session.flush()
        session.add(Watch(source_id="rss", next_at=later))

    change(busy_desk, act)

    answer = busy_desk.browser("Astrid").post("/redaksjon/kilder/rss/henting")

    assert "henting-bestilt" in answer.headers["Location"]
    with busy_desk.service.database.session_scope(read_only=True) as session:
        assert session.get_one(Watch, "rss").next_at == busy_desk.clock.now()


@pytest.mark.parametrize("state", list(HealthState))
def test_every_state_has_a_word_for_its_mark(busy_desk: StaffDesk, state: HealthState) -> None:
    with busy_desk.app.test_request_context():
        assert source_words.state_word(state)


def test_those_who_need_somebody_come_first(busy_desk: StaffDesk) -> None:
    fetched(busy_desk, FetchOutcome.FAILED, trouble=Trouble.BUSY)
    change(busy_desk, of("dmp", enabled=False))

    page = busy_desk.browser("Astrid").get("/redaksjon/kilder").text

    assert page.index("SSB, offisiell statistikk") < page.index("DMP, offisiell statistikk")


def test_a_person_has_a_source_fetched_and_follows_it(busy_desk: StaffDesk) -> None:
    astrid = busy_desk.browser("Astrid")

    answer = astrid.post("/redaksjon/kilder/ssb/henting")

    assert answer.headers["Location"].endswith("/redaksjon/kilder/ssb?melding=henting-bestilt")
    moving = astrid.get("/redaksjon/kilder/ssb/framdrift").text
    assert "Hentes nå: 0 av 2 tabeller." in moving
    assert '<progress id="framdrift" max="2" value="0">' in moving
    fetched(busy_desk, FetchOutcome.UNCHANGED)
    done = astrid.get("/redaksjon/kilder/ssb/framdrift").text
    assert 'data-finished="yes"' in done
    assert "er ferdig." in done


def test_what_was_asked_for_is_due_and_remembered(busy_desk: StaffDesk) -> None:
    busy_desk.browser("Astrid").post("/redaksjon/kilder/ssb/henting")

    with busy_desk.service.database.session_scope(read_only=True) as session:
        due = [each.next_poll_at for each in session.exec(select(Dataset).where(Dataset.source_id == "ssb"))]
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "source.asked_for")).one()
        assert source_health(session, busy_desk.clock, "ssb").progress is not None
        assert (event.object_id, event.detail) == ("ssb", {"tables": 2})
    assert due == [busy_desk.clock.now()] * 2


def test_a_second_click_changes_nothing(busy_desk: StaffDesk) -> None:
    astrid = busy_desk.browser("Astrid")
    astrid.post("/redaksjon/kilder/ssb/henting")
    busy_desk.clock.advance(minutes=1)

    answer = astrid.post("/redaksjon/kilder/ssb/henting")

    assert "henting-i-gang" in answer.headers["Location"]
    busy_desk.clock.advance(minutes=10)
    assert "henting-bestilt" in astrid.post("/redaksjon/kilder/ssb/henting").headers["Location"]


def test_what_cannot_be_fetched_is_refused_with_a_sentence(busy_desk: StaffDesk) -> None:
    change(busy_desk, of("ssb", enabled=False))

    answer = busy_desk.browser("Astrid").post("/redaksjon/kilder/ssb/henting")

    assert answer.status_code == 422
    assert "Slå den på der før den kan hentes." in answer.text
    assert busy_desk.browser("Astrid").get("/redaksjon/kilder/finnes-ikke").status_code == 404


def test_an_auditor_reads_and_does_not_fetch(busy_desk: StaffDesk) -> None:
    revisor = busy_desk.browser("Revisor")

    assert "Hent nå" not in revisor.get("/redaksjon/kilder").text
    assert revisor.post("/redaksjon/kilder/ssb/henting").status_code == 403


def test_without_sources_the_page_says_what_comes(desk: StaffDesk) -> None:
    assert "Ingen kilder ennå" in desk.browser("Astrid").get("/redaksjon/kilder").text


def test_a_source_that_brings_files_is_told_of_as_one(busy_desk: StaffDesk) -> None:
    change(
        busy_desk,
        lambda session: session.add(Source(id="rhf", kind=SourceKind.XLSX, url="", attribution={"nb": "RHF"})),
    )

    assert sentence(busy_desk, "rhf") == "Tallene fra kilden leveres hit, og ingen er kommet ennå."
    listed = busy_desk.browser("Astrid").get("/redaksjon/kilder").text
    card = listed.partition('href="/redaksjon/kilder/rhf"')[2].partition("</article>")[0]
    assert "Venter på fil" in card
    assert "Excel-fil" in card
    assert "/redaksjon/kilder/rhf/fil" in card
    assert "Neste forsøk" not in card
    change(busy_desk, of("rhf", last_success_at=busy_desk.clock.now()))
    assert sentence(busy_desk, "rhf") == "Det som er levert fra kilden, er tatt inn, sist nå nettopp."


def test_a_source_nobody_follows_stands_after_those_that_need_somebody(busy_desk: StaffDesk) -> None:
    fetched(busy_desk, FetchOutcome.FAILED, trouble=Trouble.BUSY)
    change(
        busy_desk,
        lambda session: session.add(Source(id="aaa", kind=SourceKind.JSONSTAT, url="https://ubrukt.example.no")),
    )

    listed = busy_desk.browser("Astrid").get("/redaksjon/kilder").text

    assert listed.index('href="/redaksjon/kilder/ssb"') < listed.index('href="/redaksjon/kilder/aaa"')


@pytest.mark.parametrize("kind", list(SourceKind))
def test_every_kind_of_source_has_a_name_people_know(busy_desk: StaffDesk, kind: SourceKind) -> None:
    with busy_desk.app.test_request_context("/redaksjon/kilder"):
        assert source_words.kind_word(kind) not in {"", kind.value}
