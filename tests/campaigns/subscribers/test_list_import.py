"""A list from its file to the register: columns, what is shown beforehand, and a restart in the middle."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlmodel import col, select

from campaigns.audit import Actor, AuditEvent
from campaigns.clock import FixedClock
from campaigns.errors import InvalidInput, TransitionNotAllowed
from campaigns.language import Language
from campaigns.subscribers import list_intake, list_reading, throttle
from campaigns.subscribers.addresses import parse_address
from campaigns.subscribers.audience import owed_account_mail, subscriber_by_key
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.list_columns import ListColumn, guessed_columns, quick_address
from campaigns.subscribers.list_desk import (
    Said,
    bring_in,
    describe,
    fault_list,
    file_of,
    list_of,
    look_through,
    receive,
    settle,
    work_on_lists,
)
from campaigns.subscribers.list_file import kind_of, look_at_list
from campaigns.subscribers.list_import import ImportState, ListImport, ListKind, ListLine
from campaigns.subscribers.lists import Provenance
from campaigns.subscribers.subscriber import Consent, Frequency, Subscriber, SuppressionReason
from campaigns.subscribers.suppression import keep
from service.database import Database

OLD, NEW = b"the secret before this one......", b"a master secret for these tests."
KEYS = Keyring((NEW,))
WORD = Provenance(text="Påmelding på konferansen", already_confirmed="sa ja der")
SOMEBODY = Actor.editor(1)


def written(folder: Path, text: str, name: str = "liste.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def brought(database: Database, clock: FixedClock, folder: Path, text: str, word: Provenance = WORD) -> ListImport:
    """A list whose columns have been said, waiting to be read."""
    path = written(folder, text)
    with database.session_scope() as session:
        found = receive(session, clock, path, name=path.name, by=SOMEBODY)
        describe(session, found, Said(columns=found.columns, provenance=word))
        path.rename(file_of(folder, found))
        return list_reading.seen(session, found)


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("E-post;Språk;Hyppighet;Temaer\n", ["address", "language", "frequency", "topics"]),
        ("Name,Email Address,How often\n", ["", "address", "frequency"]),
        ("Hvem\tHvor\nOla\tola@eksempel.no\n", ["", "address"]),
    ],
)
def test_it_guesses_what_the_columns_are(text: str, uses: list[str], tmp_path: Path) -> None:
    look = look_at_list(written(tmp_path, text), ListKind.CSV)

    assert [use.value for use in guessed_columns(look)] == uses


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_it_reads_what_spreadsheets_save(
    encoding: str, sqlite_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    text = "E-post;Målform;Hvor ofte;Temaer\r\nola@eksempel.no;Nynorsk;månedlig;Kreft, Helsenæringen\r\n"
    path = written(tmp_path, text, encoding=encoding)

    bring_in(sqlite_database.session_scope, clock, path, provenance=WORD, keys=KEYS, by=SOMEBODY)

    with sqlite_database.session_scope() as session:
        ola = session.exec(select(Subscriber)).one()
        assert (ola.language, ola.frequency, ola.topics) == (
            Language.NYNORSK, Frequency.MONTHLY, ["naeringsliv", "kreft"],
        )  # fmt: skip
        assert session.exec(select(Consent.detail)).one() == {
            "topics": ["naeringsliv", "kreft"], "frequency": "monthly", "paused_until": None,
        }  # fmt: skip


def test_it_reads_a_workbook(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    headings = ["Navn", "E-postadresse", "Språk", None]
    for row in (headings, ["Ola", "ola@eksempel.no"], [], [None, "kari@eksempel.no", "nn"]):
        book.active.append(row)
    book.save(out)
    (tmp_path / "liste.xlsx").write_bytes(out.getvalue())

    done = bring_in(database.session_scope, clock, tmp_path / "liste.xlsx", provenance=WORD, keys=KEYS, by=SOMEBODY)

    assert (done.state, done.added, done.lines) == (ImportState.TAKEN, 2, 2)


def test_it_shows_what_would_become_of_the_lines(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    with database.session_scope() as session:
        keep(session, clock, "gone@eksempel.no", SuppressionReason.UNSUBSCRIBED, keys=Keyring((OLD,)))
    first = written(tmp_path, "epost\nhere@eksempel.no\n")
    bring_in(database.session_scope, clock, first, provenance=WORD, keys=KEYS, by=SOMEBODY)
    text = "epost\nnew@eksempel.no\nhere@eksempel.no\ngone@eksempel.no\nbad\nNew@eksempel.no\n=1@x\n"
    waiting = brought(database, clock, tmp_path, text)

    work_on_lists(database.session_scope, clock, tmp_path, keys=Keyring((NEW, OLD)))

    with database.session_scope() as session:
        found = list_of(session, waiting.id or 0)
        assert (found.state, found.new, found.known, found.left_alone, found.faults) == (
            ImportState.READ, 1, 1, 1, 3,
        )  # fmt: skip
        faults = "".join(fault_list(session, found))
        assert subscriber_by_key(session, "new@eksempel.no") is None
    assert "5;bad;E-postadressen mangler krøllalfa" in faults
    assert "6;New@eksempel.no;Adressen står også på linje 2." in faults
    assert "7;'=1@x;" in faults
    assert list(tmp_path.glob("*.csv")) == []


def test_it_goes_on_after_a_restart_and_takes_nobody_in_twice(
    database: Database, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_reading, "BUNCH", 2)
    monkeypatch.setattr(list_intake, "BUNCH", 2)
    path = written(tmp_path, "epost\n" + "".join(f"leser{number}@eksempel.no\n" for number in range(7)))
    said = Said(columns=["address"], provenance=WORD)
    found = look_through(database.session_scope, clock, path, said, keys=KEYS, by=SOMEBODY)

    def pulled_out(seen: ListImport) -> None:
        if seen.added == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        settle(database.session_scope, clock, found, keys=KEYS, by=SOMEBODY, told=pulled_out)
    with database.session_scope() as session:
        assert len(session.exec(select(Subscriber)).all()) == 4
    at_once = work_on_lists(database.session_scope, clock, tmp_path, keys=KEYS)
    clock.advance(hours=1)
    later = work_on_lists(database.session_scope, clock, tmp_path, keys=KEYS)

    assert (at_once["lists_taken_in"], later["lists_taken_in"]) == (0, 1)
    with database.session_scope() as session:
        done = list_of(session, found.id or 0)
        assert (done.state, done.added) == (ImportState.TAKEN, 7)
        assert len(session.exec(select(Subscriber)).all()) == 7
        assert len(session.exec(select(Consent)).all()) == 7
        assert session.exec(select(ListLine)).all() == []
        bunches = session.exec(select(AuditEvent.detail).where(col(AuditEvent.action) == "subscribers.taken_in")).all()
        assert [bunch["added"] for bunch in bunches] == [2, 2, 2, 1]


def test_it_passes_over_one_who_was_held_back_after_the_list_was_shown(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    path = written(tmp_path, "epost\nola@eksempel.no\nkari@eksempel.no\n")
    said = Said(columns=["address"], provenance=WORD)
    found = look_through(database.session_scope, clock, path, said, keys=KEYS, by=SOMEBODY)
    with database.session_scope() as session:
        keep(session, clock, "ola@eksempel.no", SuppressionReason.STAFF, keys=KEYS)

    assert settle(database.session_scope, clock, found, keys=KEYS, by=SOMEBODY).added == 1


def test_it_mails_nobody_more_often_than_others_may(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    with database.session_scope() as session:
        throttle.may_mail(session, clock, "ola@eksempel.no", KEYS)
    path = written(tmp_path, "epost\nola@eksempel.no\nkari@eksempel.no\n")

    bring_in(database.session_scope, clock, path, provenance=Provenance(text="Her"), keys=KEYS, by=SOMEBODY)

    with database.session_scope() as session:
        assert [person.normalized for person in owed_account_mail(session)] == ["kari@eksempel.no"]
        assert not throttle.may_mail(session, clock, "kari@eksempel.no", KEYS)


def test_it_lets_a_list_be_that_nobody_decides_on(sqlite_database: Database, clock: FixedClock, tmp_path: Path) -> None:
    waiting = brought(sqlite_database, clock, tmp_path, "epost\nola@eksempel.no\n")
    work_on_lists(sqlite_database.session_scope, clock, tmp_path, keys=KEYS)
    clock.advance(days=2)

    done = work_on_lists(sqlite_database.session_scope, clock, tmp_path, keys=KEYS)

    with sqlite_database.session_scope() as session:
        found = list_of(session, waiting.id or 0)
        assert (done["lists_forgotten"], found.state) == (1, ImportState.DROPPED)
        assert "Ingenting er tatt inn." in (found.note or "")
        assert session.exec(select(ListLine)).all() == []
        with pytest.raises(TransitionNotAllowed):
            list_intake.allow(session, clock, found, actor=SOMEBODY, passing_over_faults=True)


def test_it_says_so_when_the_file_is_gone(sqlite_database: Database, clock: FixedClock, tmp_path: Path) -> None:
    waiting = brought(sqlite_database, clock, tmp_path, "epost\nola@eksempel.no\n")
    file_of(tmp_path, waiting).unlink()

    work_on_lists(sqlite_database.session_scope, clock, tmp_path, keys=KEYS)

    with sqlite_database.session_scope() as session:
        assert "borte" in (list_of(session, waiting.id or 0).note or "")


def test_it_takes_no_other_kind_of_file() -> None:
    with pytest.raises(InvalidInput, match="CSV eller Excel"):
        kind_of("liste.pdf")


@given(
    local=st.text("abcXYZ019._+-'é ", max_size=70)
    | st.sampled_from(["info", "POSTMASTER", "a" * 64, "a" * 65, "a..b", ".a"]),
    domain=st.sampled_from(
        [
            "eksempel.no",
            "EKSEMPEL.no",
            "blåbær.no",
            "xn--blbr-roah.no",
            "a",
            "",
            "x_y.no",
            "test",
            f"{'a' * 63}.no",
            ".".join(["a" * 60] * 4) + ".no",
            "[127.0.0.1]",
            "eksempel.no.",
        ]
    ),
)
def test_the_quick_way_says_what_the_slow_one_does(local: str, domain: str) -> None:
    def said(parse: object) -> object:
        try:
            return parse(f"{local}@{domain}".strip())  # type: ignore[operator]
        except InvalidInput as error:
            return str(error)

    assert said(quick_address) == said(parse_address)


def test_nothing_but_the_four_columns_is_kept() -> None:
    assert {use.value for use in ListColumn} == {"address", "language", "topics", "frequency", ""}
