"""Lists of subscribers as CSV: taking one in from elsewhere, and handing ours out to staff.

An import never brings back somebody who left, and never half succeeds: every row is read and found good before the
first is written. Where the addresses come from is recorded, and they are asked to confirm unless somebody has said
why they need not (P-04).
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.errors import InvalidInput, Refused
from campaigns.language import Language
from campaigns.subscribers import consent, suppression, throttle
from campaigns.subscribers.addresses import Address, parse_address
from campaigns.subscribers.audience import subscriber_by_key
from campaigns.subscribers.enrolment import CONFIRM, new_subscriber
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.subscriber import ConsentAction, Subscriber, SubscriberStatus
from campaigns.subscribers.topics import known_topics

COLUMNS = ("address", "language", "topics", "status", "asked_at", "confirmed_at")
_MOST_ROWS = 200_000
_MOST_SENTENCES = 20
# A spreadsheet takes a cell that starts with one of these for a formula (S-34).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_ACTOR = Actor.service("import")


class ImportRefused(Refused):
    """Some rows are wrong; nothing was taken in. The message has a sentence for each, with its line number."""

    def __init__(self, faults: list[tuple[int, str]]) -> None:
        shown = [f"Linje {line}: {sentence}" for line, sentence in faults[:_MOST_SENTENCES]]
        if len(faults) > _MOST_SENTENCES:
            shown.append(f"… og {len(faults) - _MOST_SENTENCES} linjer til.")
        super().__init__("Ingenting er importert. Rett dette og prøv igjen:\n" + "\n".join(shown))
        self.faults = tuple(faults)


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where a list comes from and, if its people are on already, why nobody has to ask them again."""

    text: str
    already_confirmed: str | None = None

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise InvalidInput("Skriv hvor adressene kommer fra, og hvordan de har sagt ja.", field="provenance")
        if self.already_confirmed is not None and not self.already_confirmed.strip():
            raise InvalidInput("Skriv hvorfor adressene ikke trenger å bekrefte.", field="already_confirmed")


@dataclass
class Imported:
    """What became of the rows."""

    added: int = 0
    known: int = 0  # here already, in whatever state; nothing changed
    left_alone: int = 0  # left earlier, complained, or asked us to stop; never brought back by an import


@dataclass(frozen=True)
class _Row:
    line: int
    address: Address
    language: Language
    topics: tuple[str, ...]


def import_subscribers(session: Session, clock: Clock, text: str, *, provenance: Provenance, keys: Keyring) -> Imported:
    """Take in a CSV with a header row: ``address``, and if wanted ``language`` and ``topics`` (separated by ``;``).

    Raises ``ImportRefused``, with a sentence per bad line, before anything is written.
    """
    rows = _read(text)
    throttle.take_turn(session)
    imported = Imported()
    for row in rows:
        _take_in(session, clock, row, imported, provenance=provenance, keys=keys)
    record(
        session, clock, _ACTOR, "subscribers.imported", ("import", "-"),
        added=imported.added, known=imported.known, left_alone=imported.left_alone,
        provenance=provenance.text, already_confirmed=provenance.already_confirmed,
    )  # fmt: skip
    return imported


def export_subscribers(session: Session, clock: Clock, *, actor: Actor) -> str:
    """Everybody, as CSV that a spreadsheet opens without running anything in it. The export is audited."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    count = 0
    for subscriber in session.exec(select(Subscriber).order_by(col(Subscriber.id))):
        writer.writerow([_guarded(cell) for cell in _cells(subscriber)])
        count += 1
    record(session, clock, actor, "subscribers.exported", ("export", "-"), count=count)
    return out.getvalue()


def _read(text: str) -> list[_Row]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    header = [(name or "").strip().lower() for name in reader.fieldnames or []]
    if "address" not in header:
        raise ImportRefused([(1, "Første linje må ha kolonnenavn, og ett av dem må være «address».")])
    reader.fieldnames = header
    rows: list[_Row] = []
    faults: list[tuple[int, str]] = []
    seen: dict[str, int] = {}
    for cells in _lines(reader, faults):
        try:
            row = _row(reader.line_num, cells)
        except InvalidInput as error:
            faults.append((reader.line_num, str(error)))
            continue
        if row.address.canonical_key in seen:
            faults.append((row.line, f"Adressen står også på linje {seen[row.address.canonical_key]}."))
        seen[row.address.canonical_key] = row.line
        rows.append(row)
    if faults:
        raise ImportRefused(faults)
    return rows


def _lines(reader: "csv.DictReader[str]", faults: list[tuple[int, str]]) -> Iterator[dict[str, str]]:
    try:
        for number, cells in enumerate(reader):
            if number >= _MOST_ROWS:
                faults.append((reader.line_num, f"Fila har mer enn {_MOST_ROWS} linjer. Del den opp."))
                return
            if None in cells or None in cells.values():
                faults.append((reader.line_num, "Linja har ikke like mange felter som første linje."))
                continue
            yield cells
    except csv.Error as error:
        faults.append((reader.line_num, f"Linja lar seg ikke lese som CSV ({error})."))


def _row(line: int, cells: dict[str, str]) -> _Row:
    typed = cells["address"].strip()
    if typed.startswith("'") and typed[1:].startswith(_FORMULA):
        typed = typed[1:]  # the guard of an export of ours
    language = (cells.get("language") or "nb").strip()
    if language not in set(Language):
        raise InvalidInput(f"Språket «{language}» finnes ikke. Bruk nb, nn eller en.")
    topics = [topic.strip() for topic in (cells.get("topics") or "").split(";") if topic.strip()]
    return _Row(line, parse_address(typed), Language(language), known_topics(topics))


def _take_in(
    session: Session, clock: Clock, row: _Row, imported: Imported, *, provenance: Provenance, keys: Keyring
) -> None:
    present = subscriber_by_key(session, row.address.canonical_key)
    held_back = suppression.suppression_of(session, row.address.canonical_key, keys)
    if held_back is not None or (present is not None and present.status is SubscriberStatus.UNSUBSCRIBED):
        imported.left_alone += 1
        return
    if present is not None:
        imported.known += 1
        return
    subscriber = new_subscriber(row.address, clock)
    subscriber.language = row.language
    subscriber.topics = list(row.topics)
    where = f"{provenance.text} – {provenance.already_confirmed}" if provenance.already_confirmed else provenance.text
    if provenance.already_confirmed:
        subscriber.status = SubscriberStatus.CONFIRMED
        subscriber.confirmed_at = clock.now()
        subscriber.epoch = 1
    else:
        subscriber.mail_due = CONFIRM
        subscriber.mail_due_at = clock.now()
        throttle.may_mail(session, clock, row.address.canonical_key, keys)
    session.add(subscriber)
    session.flush()
    origin = consent.Origin(where=where, wording_version=consent.IMPORTED_ELSEWHERE)
    consent.note(session, clock, subscriber, ConsentAction.IMPORTED, origin)
    record(session, clock, _ACTOR, "subscriber.imported", ("subscriber", subscriber.id))
    imported.added += 1


def _cells(subscriber: Subscriber) -> tuple[str, ...]:
    return (
        subscriber.normalized,
        subscriber.language.value,
        ";".join(subscriber.topics),
        subscriber.status.value,
        subscriber.created_at.isoformat(timespec="seconds"),
        subscriber.confirmed_at.isoformat(timespec="seconds") if subscriber.confirmed_at else "",
    )


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
