"""Who got an issue, who did not and why, what is uncertain, and what to press."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryState
from campaigns.delivery.outcomes import Outcome
from campaigns.newsletter.counted_link import CountedLink
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from tests.factories.sent_issue import ENDS, sent_issue
from tests.factories.staff_desk import StaffDesk

ISSUE = "/redaksjon/utsendelser/900"
ALL = f"{ISSUE}/mottakere"
SETTLE = "/redaksjon/leveringer/avklaringer"


@pytest.fixture
def sent(desk: StaffDesk, clock: FixedClock) -> StaffDesk:
    with desk.service.database.session_scope() as session:
        sent_issue(session, clock)
    return desk


def uncertain(desk: StaffDesk) -> list[int]:
    with desk.service.database.session_scope(read_only=True) as session:
        return [row or 0 for row in session.exec(select(Delivery.id).where(Delivery.state == DeliveryState.UNKNOWN))]


def state(desk: StaffDesk, delivery_id: int) -> DeliveryState:
    with desk.service.database.session_scope(read_only=True) as session:
        return session.get_one(Delivery, delivery_id).state


def test_the_issue_tells_every_outcome_and_that_it_adds_up(sent: StaffDesk) -> None:
    text = sent.browser("Gunnar").get(ISSUE).text

    assert "Til sammen 13, like mange som utsendelsen ble planlagt for." in text
    assert "2 leveringer er usikre" in text
    assert [outcome.value for outcome in Outcome if f"utfall={outcome.value}" not in text] == []
    assert "Avvist av mottakerens tjener" in text


def test_whoever_may_stop_it_weighs_the_same_numbers_and_they_are_counted_once(sent: StaffDesk) -> None:
    asked: list[str] = []
    with sent.service.database.session_scope() as session:
        session.exec(select(Delivery).where(Delivery.state == DeliveryState.QUEUED)).one().state = DeliveryState.SENDING
    browser = sent.browser("Gunnar")
    sa.event.listen(sent.service.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    text = browser.get(ISSUE).text

    assert "<dt>Fikk den</dt><dd>3</dd>" in text
    assert "<dt>På vei</dt><dd>2</dd>" in text
    assert "3 lesere har fått den. 2 lesere står igjen; noe overleveres akkurat nå og kan rekke fram" in text
    assert text.count("2 lesere står igjen") == 2  # before a pause, and before a cancellation
    assert sum("GROUP BY delivery.state UNION ALL" in statement for statement in asked) == 1


def test_it_says_so_when_the_numbers_do_not_add_up(sent: StaffDesk) -> None:
    with sent.service.database.session_scope() as session:
        session.get_one(Delivery, uncertain(sent)[0]).issue_id = None

    text = sent.browser("Gunnar").get(f"{ISSUE}/framdrift").text

    assert "planlagt for 13, men listen gjør rede for 12" in text
    assert 'data-finished="no"' in text


@pytest.mark.parametrize("outcome", Outcome)
def test_each_outcome_lists_its_readers_with_the_reason(sent: StaffDesk, outcome: Outcome) -> None:
    text = sent.browser("Gunnar").get(f"{ALL}?utfall={outcome.value}").text

    assert text.count('<th scope="row">') == (2 if outcome is Outcome.UNKNOWN else 1)
    assert "l••@e••.no" in text


def test_only_an_administrator_reads_the_addresses_and_anybody_may_look_for_one(sent: StaffDesk) -> None:
    found = sent.browser("Solveig").get(f"{ALL}?q=LESER-retur").text

    assert found.count('<th scope="row">') == 1
    assert "leser-retur-900@eksempel.no" in found
    assert "leser-retur-900@" not in sent.browser("Revisor").get(ALL).text
    assert sent.browser("Revisor").get(f"{ALL}?q=leser-retur").text.count('<th scope="row">') == 1
    assert "Ingen mottaker passer" in sent.browser("Gunnar").get(f"{ALL}?q=finnes-ikke").text
    assert sent.browser("Gunnar").get(ALL).text.count('<th scope="row">') == len(ENDS)


def test_a_delivery_tells_its_story_without_the_address(sent: StaffDesk) -> None:
    with sent.service.database.session_scope(read_only=True) as session:
        returned = session.exec(select(Delivery.id).where(Delivery.state == DeliveryState.BOUNCED)).one()

    text = sent.browser("Gunnar").get(f"/redaksjon/leveringer/{returned}").text

    assert "Adressen finnes ikke." in text
    assert "550 5.1.1 &lt;adresse&gt;: user unknown" in text
    assert re.search(r'href="/redaksjon/abonnenter/\d+">Se alt denne leseren har fått', text)
    assert text.index("Tatt ut av køen for å sendes") < text.rindex("Kom i retur")


def test_one_uncertain_delivery_is_settled_and_taken_back(sent: StaffDesk) -> None:
    one, browser = uncertain(sent)[0], sent.browser("Gunnar")
    page = f"/redaksjon/leveringer/{one}"
    assert "Hele innholdet var sendt, men svaret kom aldri." in browser.get(page).text

    settled = browser.post(f"{page}/avklaring", resolution="send-again", reason="Tjeneren har den ikke")

    assert settled.location == f"{page}?melding=avklart-igjen"
    assert state(sent, one) is DeliveryState.QUEUED
    assert "Avklart: kom ikke fram, sendes på nytt" in browser.get(page).text
    assert browser.post(f"{page}/avklaring", resolution="send-again", reason="Tjeneren har den ikke").status_code == 303
    assert browser.post(f"{page}/avklaring", resolution="arrived", reason="Jo").status_code == 409
    assert browser.post(f"{page}/angring", reason="").status_code == 422
    assert browser.post(f"{page}/angring", reason="Feil levering").status_code == 303
    assert state(sent, one) is DeliveryState.UNKNOWN


def test_a_word_on_what_has_moved_since_it_was_read_is_refused(sent: StaffDesk) -> None:
    one, browser = uncertain(sent)[0], sent.browser("Gunnar")
    page = f"/redaksjon/leveringer/{one}"
    with sent.service.database.session_scope(read_only=True) as session:
        version = max(
            row or 0 for row in session.exec(select(DeliveryEvent.id).where(DeliveryEvent.delivery_id == one))
        )
    browser.post(f"{page}/avklaring", resolution="arrived", reason="Ja")
    browser.post(f"{page}/angring", reason="Nei")

    late = browser.post(f"{page}/avklaring", resolution="leave", reason="Nei", version=str(version))

    assert late.status_code == 409
    assert state(sent, one) is DeliveryState.UNKNOWN


def test_many_are_settled_with_one_word_and_those_settled_before_are_told_of(sent: StaffDesk) -> None:
    ids, browser = uncertain(sent), sent.browser("Gunnar")
    assert browser.get("/redaksjon/leveringer/avklaring?utsendelse=900").text.count('name="levering"') == 2
    browser.post(f"/redaksjon/leveringer/{ids[0]}/avklaring", resolution="arrived", reason="Ja")

    done = browser.post(SETTLE, levering=[str(one) for one in ids], resolution="leave", reason="For sent")

    assert done.location.endswith("melding=avklart-delvis")
    assert [state(sent, one) for one in ids] == [DeliveryState.ACCEPTED, DeliveryState.FAILED]
    assert "Ingenting er usikkert" in browser.get("/redaksjon/leveringer/avklaring").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"resolution": "arrived", "reason": "Ja"}, "Kryss av for minst én levering."),
        ({"levering": "1", "resolution": "", "reason": "Ja"}, "Velg hva som skjedde."),
        ({"levering": "1", "resolution": "arrived", "reason": " "}, "Skriv hvordan du vet det."),
    ],
)
def test_a_form_that_lacks_something_says_what(sent: StaffDesk, fields: dict[str, str], sentence: str) -> None:
    answer = sent.browser("Gunnar").post(SETTLE, **fields)

    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_the_days_after_are_drawn_and_told_as_a_table(sent: StaffDesk, clock: FixedClock) -> None:
    with sent.service.database.session_scope() as session:
        gone = session.exec(select(Subscriber).where(col(Subscriber.normalized).startswith("leser-tatt"))).one()
        gone.status, gone.unsubscribed_at = SubscriberStatus.UNSUBSCRIBED, clock.now() + timedelta(hours=5)
        session.add(CountedLink(issue_id=900, position=1, url="https://example.no/rapport", number=17))
    clock.advance(days=3)

    text = sent.browser("Gunnar").get(ISSUE).text

    assert 'aria-label="Kom i retur, dag for dag: 1, 0, 0, 0"' in text
    assert 'aria-label="Meldte seg av, dag for dag: 1, 0, 0, 0"' in text
    assert text.count('class="after__column ') == 3
    assert '<td class="end">17</td>' in text


def test_who_only_reads_sees_it_and_may_not_settle(sent: StaffDesk) -> None:
    browser = sent.browser("Revisor")

    assert "En godkjenner eller en administrator avklarer" in browser.get("/redaksjon/leveringer/avklaring").text
    assert browser.post(SETTLE, levering="1").status_code == 403


def test_those_it_failed_for_are_sent_again_together(sent: StaffDesk) -> None:
    blocked = f"{ALL}?utfall=feilet&grunn=block"
    browser = sent.browser("Gunnar")
    assert "Send på nytt til alle her" in browser.get(blocked).text

    sent_again = browser.post(f"{ALL}/nytt-forsok", grunn="block")

    assert sent_again.location == f"{ALL}?utfall=venter&melding=sendes-igjen-alle"
    assert "Lagt i køen" in browser.get(sent_again.location).text
    assert "Send på nytt til alle her" not in browser.get(blocked).text


def test_with_more_reasons_than_one_it_is_said_how_to_send_again(sent: StaffDesk) -> None:
    with sent.service.database.session_scope() as session:
        held_up = session.exec(select(Delivery).where(Delivery.state == DeliveryState.DEFERRED)).one()
        held_up.state, held_up.category = DeliveryState.FAILED, "dead-address"
    failed, choose = f"{ALL}?utfall=feilet", "Velg én grunn for å sende på nytt"

    assert choose in sent.browser("Gunnar").get(failed).text
    assert choose not in sent.browser("Astrid").get(failed).text
    assert choose not in sent.browser("Gunnar").get(f"{failed}&grunn=block").text


def test_those_that_came_back_for_a_fault_of_ours_are_sent_again_together(sent: StaffDesk) -> None:
    with sent.service.database.session_scope() as session:
        returned = session.exec(select(Delivery).where(Delivery.state == DeliveryState.BOUNCED)).one()
        one, returned.category = returned.id or 0, "auth-fault"
    listed, page, browser = f"{ALL}?utfall=retur", f"/redaksjon/leveringer/{one}", sent.browser("Gunnar")
    assert "Send på nytt til alle her" in browser.get(listed).text
    assert "Rett feilen først, og send så på nytt." in browser.get(page).text
    assert "Send på nytt</button>" in browser.get(page).text

    browser.post(f"{ALL}/nytt-forsok", utfall="retur", grunn="auth-fault")

    assert state(sent, one) is DeliveryState.QUEUED


def test_what_came_back_because_of_the_reader_is_not_sent_again(sent: StaffDesk) -> None:
    browser = sent.browser("Gunnar")

    assert "Send på nytt til alle her" not in browser.get(f"{ALL}?utfall=retur").text
    assert browser.post(f"{ALL}/nytt-forsok", utfall="retur", grunn="dead-address").status_code == 422


def test_who_only_writes_is_not_offered_to_send_again(sent: StaffDesk) -> None:
    assert "Send på nytt til alle her" not in sent.browser("Astrid").get(f"{ALL}?utfall=feilet&grunn=block").text
