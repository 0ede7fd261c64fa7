"""Lists in and out: whole or not at all, and nobody who left is brought back."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from sqlmodel import Session, col, select

from campaigns.audit import Actor, AuditEvent
from campaigns.clock import FixedClock
from campaigns.errors import InvalidInput
from campaigns.language import Language
from campaigns.subscribers import enrolment
from campaigns.subscribers.audience import owed_account_mail, subscriber_by_key
from campaigns.subscribers.consent import Origin
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.list_desk import bring_in
from campaigns.subscribers.lists import ImportRefused, Provenance, export_subscribers
from campaigns.subscribers.register import Wanted
from campaigns.subscribers.subscriber import Consent, ConsentAction, Subscriber, SuppressionReason
from campaigns.subscribers.suppression import keep
from tests.factories.enrolling import audience

KEYS = Keyring((b"a master secret for these tests.",))
FROM_CONFERENCE = Provenance(text="Påmelding på konferansen 4. juni")
CONFIRMED_THERE = Provenance(
    text="Flyttet fra det gamle systemet", already_confirmed="bekreftet der, logg vedlagt saken"
)


@dataclass(frozen=True)
class Imported:
    """What became of the lines."""

    added: int = 0
    known: int = 0
    left_alone: int = 0


def take_in(session: Session, clock: FixedClock, text: str, provenance: Provenance = FROM_CONFERENCE) -> Imported:
    """The whole way, within the test's own session."""

    @contextmanager
    def scope(*, read_only: bool = False, durable: bool = True) -> Iterator[Session]:
        yield session
        session.flush()

    with NamedTemporaryFile(suffix=".csv") as file:
        file.write(text.encode())
        file.flush()
        done = bring_in(scope, clock, Path(file.name), provenance=provenance, keys=KEYS, by=Actor.service("test"))
    session.expire_all()
    return Imported(done.added, done.known, done.left_alone)


def test_it_asks_those_it_takes_in_to_confirm(session: Session, clock: FixedClock) -> None:
    imported = take_in(session, clock, "address,language,topics\nola@eksempel.no,nn,kreft;forskning\n")

    assert imported == Imported(added=1)
    assert audience(session) == []
    (subscriber,) = owed_account_mail(session)
    assert (subscriber.language, subscriber.topics) == (Language.NYNORSK, ["forskning", "kreft"])


def test_it_takes_them_in_as_confirmed_when_somebody_has_said_why(session: Session, clock: FixedClock) -> None:
    take_in(session, clock, "address\nola@eksempel.no\nkari@eksempel.no\n", CONFIRMED_THERE)

    assert len(audience(session)) == 2
    assert owed_account_mail(session) == []


def test_it_records_where_they_came_from(session: Session, clock: FixedClock) -> None:
    take_in(session, clock, "address\nola@eksempel.no\n", CONFIRMED_THERE)

    consent = session.exec(select(Consent)).one()
    event = session.exec(select(AuditEvent).where(col(AuditEvent.action) == "subscribers.imported")).one()

    assert consent.action is ConsentAction.IMPORTED
    assert consent.origin == "Flyttet fra det gamle systemet – bekreftet der, logg vedlagt saken"
    assert (event.detail["provenance"], event.detail["added"]) == ("Flyttet fra det gamle systemet", 1)


def test_it_never_brings_back_one_who_left(session: Session, clock: FixedClock) -> None:
    take_in(session, clock, "address\nola@eksempel.no\n", CONFIRMED_THERE)
    enrolment.unsubscribe(session, clock, audience(session)[0], Origin(where="one-click"))

    imported = take_in(session, clock, "address\nOLA@eksempel.no\n", CONFIRMED_THERE)

    assert imported == Imported(left_alone=1)
    assert audience(session) == []


def test_it_never_brings_back_one_who_left_and_was_erased(session: Session, clock: FixedClock) -> None:
    keep(session, clock, "ola@eksempel.no", SuppressionReason.UNSUBSCRIBED, keys=KEYS)

    imported = take_in(session, clock, "address\nola@eksempel.no\n", CONFIRMED_THERE)

    assert imported == Imported(left_alone=1)
    assert subscriber_by_key(session, "ola@eksempel.no") is None


def test_it_changes_nothing_the_second_time(session: Session, clock: FixedClock) -> None:
    text = "address\nola@eksempel.no\nkari@eksempel.no\n"
    take_in(session, clock, text)

    assert take_in(session, clock, text) == Imported(known=2)
    assert len(session.exec(select(Subscriber)).all()) == 2


def test_it_names_every_bad_line_and_takes_in_none(session: Session, clock: FixedClock) -> None:
    text = "address,language\nola@eksempel.no,nb\nkari.eksempel.no,nb\nper@eksempel.no,no\nOla@eksempel.no,nb\nx@y.no\n"

    with pytest.raises(ImportRefused) as refusal:
        take_in(session, clock, text)

    assert [line for line, _ in refusal.value.faults] == [3, 4, 5, 6]
    assert "Linje 3: E-postadressen mangler krøllalfa" in str(refusal.value)
    assert "Linje 5: Adressen står også på linje 2." in str(refusal.value)
    assert session.exec(select(Subscriber)).all() == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Filen er tom"),
        ("navn,sted\nOla,Bergen\n", "Velg hvilken kolonne"),
        ("ola@eksempel.no\nkari@eksempel.no\n", "kolonnenavn"),
        ("PK\x03\x04", "ikke en tekstfil"),
    ],
)
def test_it_wants_a_header_that_says_which_column_is_the_address(
    text: str, sentence: str, session: Session, clock: FixedClock
) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        take_in(session, clock, text)


def test_it_reads_a_file_saved_by_a_spreadsheet(session: Session, clock: FixedClock) -> None:
    assert take_in(session, clock, "\ufeffAddress,Language\r\nola@eksempel.no,nb\r\n") == Imported(added=1)


@pytest.mark.parametrize(("text", "reason"), [("  ", None), ("Konferanse", " ")])
def test_it_wants_to_know_where_the_addresses_are_from(text: str, reason: str | None) -> None:
    with pytest.raises(InvalidInput):
        Provenance(text=text, already_confirmed=reason)


def test_it_hands_out_a_list_that_no_spreadsheet_runs(session: Session, clock: FixedClock) -> None:
    take_in(session, clock, "address\n=cmd|x@eksempel.no\n+47@eksempel.no\nola@eksempel.no\n", CONFIRMED_THERE)

    text = "".join(export_subscribers(session, clock, actor=Actor.editor(1))(session))

    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["address"] for row in rows] == ["'=cmd|x@eksempel.no", "'+47@eksempel.no", "ola@eksempel.no"]
    assert {row["status"] for row in rows} == {"confirmed"}


def test_those_who_came_lately_are_taken_out_as_of_now(session: Session, clock: FixedClock) -> None:
    take_in(session, clock, "address\nola@eksempel.no\n", CONFIRMED_THERE)
    clock.advance(days=31)
    take_in(session, clock, "address\nkari@eksempel.no\n", CONFIRMED_THERE)

    lines = export_subscribers(session, clock, actor=Actor.editor(1), wanted=Wanted(last_days=30))(session)

    assert [line.partition(";")[0] for line in lines][1:] == ["kari@eksempel.no"]


def test_it_takes_its_own_list_back(session: Session, clock: FixedClock) -> None:
    take_in(session, clock, "address,topics\n+47@eksempel.no,kreft;forskning\n")

    exported = "".join(export_subscribers(session, clock, actor=Actor.editor(1))(session))

    assert take_in(session, clock, exported) == Imported(known=1)


def test_it_records_who_took_the_list_out(session: Session, clock: FixedClock) -> None:
    export_subscribers(session, clock, actor=Actor.editor(7))

    event = session.exec(select(AuditEvent).where(col(AuditEvent.action) == "subscribers.exported")).one()
    assert (event.actor, event.detail) == ("editor:7", {"count": 0})
