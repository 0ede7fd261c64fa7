"""Lists of subscribers: the word that is asked for with one that comes in, and ours handed out to staff as CSV.

An import never brings back somebody who left, and every line is read before the first is taken in. Where the
addresses come from is recorded, and they are asked to confirm unless somebody has said why they need not (P-04).
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.errors import InvalidInput, Refused
from campaigns.subscribers.formula_guard import guarded
from campaigns.subscribers.register import EVERYBODY, Wanted, matching
from campaigns.subscribers.subscriber import Subscriber

SEPARATOR = ";"  # a comma is what Norwegian spreadsheets write decimals with, so they put all of it in one column
COLUMNS = ("address", "language", "topics", "frequency", "status", "asked_at", "confirmed_at")
_TOLD = tuple(
    Subscriber.__table__.c[name]  # type: ignore[attr-defined]  # SQLModel does not declare it
    for name in ("normalized", "language", "topics", "frequency", "status", "created_at", "confirmed_at")
)
_MOST_SENTENCES = 20


class ImportRefused(Refused):
    """Some rows are wrong; nothing was taken in. The message has a sentence for each, with its line number."""

    def __init__(self, faults: list[tuple[int, str]], total: int) -> None:
        shown = [f"Linje {line}: {sentence}" for line, sentence in faults[:_MOST_SENTENCES]]
        if more := total - len(shown):
            shown.append("… og 1 linje til." if more == 1 else f"… og {more} linjer til.")
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


def export_subscribers(
    session: Session, clock: Clock, *, actor: Actor, wanted: Wanted = EVERYBODY
) -> Callable[[Session], Iterator[str]]:
    """Write down that the list is taken out, and give what yields its lines, from a session of the caller's.

    It is CSV as a spreadsheet here opens it, a column for each thing, and it runs nothing in it.
    """
    where = matching(wanted.as_of(clock.now()))
    count = session.exec(select(func.count()).select_from(Subscriber).where(*where)).one()
    record(session, clock, actor, "subscribers.exported", ("export", "-"), count=count)
    people = sa.select(*_TOLD).where(*where).order_by(col(Subscriber.id)).execution_options(yield_per=1_000)

    def lines(reading: Session) -> Iterator[str]:
        yield _written(COLUMNS)
        for person in reading.execute(people):
            yield _written([guarded(cell) for cell in _cells(person)])

    return lines


def _written(cells: Sequence[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=SEPARATOR).writerow(cells)
    return out.getvalue()


def _cells(person: sa.Row[Any]) -> tuple[str, ...]:
    return (
        person.normalized,
        person.language.value,
        ", ".join(person.topics),
        person.frequency.value,
        person.status.value,
        person.created_at.isoformat(timespec="seconds"),
        person.confirmed_at.isoformat(timespec="seconds") if person.confirmed_at else "",
    )
