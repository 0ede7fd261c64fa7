"""The independent checker: what the database says after a run, held against what the mail server remembers.

It reads the ledger with plain SQL and the server's log, and knows none of the code that wrote them: what may follow
what, and how the audit trail is chained, is spelled out here a second time, from the contract. ``breaches`` gives a
sentence for each thing that is not as promised, by invariant:

I1  at rest every recipient is in exactly one state that ends it        I5  nothing begins after an answered farewell
I2  nobody gets two copies                                              I6  only approved content goes out
I3  ``accepted`` means one copy, and a copy is accepted or uncertain    I7  the history is whole
I4  what is uncertain is bounded by faults × connections                I8  nothing waits for a hand in the database
"""

import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import psycopg

from tests.faults.oracle_log import Entry, Happened, content_hash

Query: TypeAlias = Callable[[str], list[tuple[Any, ...]]]
ENDED = {"accepted", "delivered", "bounced", "complained", "failed", "unknown", "suppressed", "cancelled"}
_TAKEN = {"accepted", "delivered", "bounced", "complained"}
_FOLLOWS: Mapping[str, set[str]] = {
    "": {"planned", "queued"},
    "planned": {"queued", "cancelled", "suppressed"},
    "queued": {"sending", "cancelled", "suppressed", "failed"},
    "sending": {"accepted", "deferred", "failed", "unknown", "queued", "suppressed", "cancelled"},
    "deferred": {"sending", "queued", "failed", "cancelled", "suppressed"},
    "accepted": {"delivered", "bounced", "complained"},
    "delivered": {"bounced", "complained"},
    "bounced": {"complained"},
    "unknown": {"accepted", "delivered", "bounced", "complained", "queued", "deferred", "failed"},
}
_RACE = 2 * 10**9  # nanoseconds a machine under load may need from the question to the wire


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a run leaves behind. ``audience`` and ``approved`` were noted before the first mail went."""

    query: Query
    log: Sequence[Entry]
    audience: frozenset[str]
    approved: frozenset[str]  # content hashes
    faults: int = 0  # how often a sender was killed or cut off from its database
    connections: int = 1
    farewells: Mapping[str, int] = field(default_factory=dict)  # address -> when its unsubscription was answered
    race: int = _RACE  # from the question to the wire; none where nothing was on its way

    @cached_property
    def rows(self) -> list["Row"]:
        return [Row(*row) for row in self.query(_ROWS)]

    @cached_property
    def copies(self) -> Mapping[str, list[Entry]]:
        found: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self.log:
            if entry.what is Happened.TAKEN:
                found[entry.to].append(entry)
        return found


@dataclass(frozen=True)
class Row:
    """One recipient in the ledger."""

    id: int
    address: str
    state: str
    message_id: str
    claimed_by: str | None
    ended: bool


_ROWS = """
    SELECT d.id, coalesce(s.ascii_email, s.normalized), d.state, d.message_id, d.claimed_by, d.finished_at IS NOT NULL
    FROM delivery d JOIN subscriber s ON s.id = d.subscriber_id WHERE d.kind = 'newsletter' ORDER BY d.id
"""


def of_file(path: Path) -> Query:
    """An SQLite database, opened for reading only."""

    def query(sql: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    return query


def of_server(url: str) -> Query:
    """A PostgreSQL database."""

    def query(sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(url) as connection:
            return connection.execute(sql.encode()).fetchall()

    return query


def audience_of(query: Query) -> frozenset[str]:
    """Whom the ledger has been planned for, to be noted before anything goes out."""
    return frozenset(address for _, address, *_ in query(_ROWS))


def approved_in(query: Query) -> frozenset[str]:
    """The content of every edition, to be noted before anything goes out."""
    return frozenset(content_hash(*row) for row in query("SELECT subject, text, html FROM edition"))


def one_state_each(run: Evidence) -> Iterator[str]:
    """I1."""
    found = Counter(row.address for row in run.rows)
    yield from (f"I1: {address} has {times} rows" for address, times in found.items() if times > 1)
    yield from (f"I1: {address} is not in the ledger" for address in sorted(run.audience - found.keys()))
    yield from (f"I1: {address} was never in the audience" for address in sorted(found.keys() - run.audience))
    for row in run.rows:
        if row.state not in ENDED:
            yield f"I1: delivery {row.id} is {row.state!r}, which ends nothing"
        elif not row.ended:
            yield f"I1: delivery {row.id} is {row.state!r} and has not ended"


def one_copy_at_most(run: Evidence) -> Iterator[str]:
    """I2."""
    for address, copies in run.copies.items():
        if len(copies) > 1:
            yield f"I2: {address} got {len(copies)} copies"


def accepted_means_taken(run: Evidence) -> Iterator[str]:
    """I3."""
    rows = {row.address: row for row in run.rows}
    for row in run.rows:
        copies = run.copies.get(row.address, [])
        if row.state in _TAKEN and len(copies) != 1:
            yield f"I3: delivery {row.id} is {row.state!r}, and the server has {len(copies)} copies of it"
        if copies and row.state not in _TAKEN | {"unknown"}:
            yield f"I3: delivery {row.id} is {row.state!r}, and the server has taken it"
        if any(copy.message_id != row.message_id for copy in copies):
            yield f"I3: what the server took for delivery {row.id} has another Message-ID"
    yield from (f"I3: the server has a mail to {address}, the ledger none" for address in run.copies.keys() - rows)


def uncertainty_is_bounded(run: Evidence) -> Iterator[str]:
    """I4."""
    unknown = sum(row.state == "unknown" for row in run.rows)
    unanswered = sum(entry.what in {Happened.SAID_NOTHING, Happened.CUT} for entry in run.log)
    most = run.faults * run.connections + unanswered
    if unknown > most:
        yield f"I4: {unknown} are uncertain after {run.faults} faults and {unanswered} lost answers: {most} at most"


def nothing_after_farewell(run: Evidence) -> Iterator[str]:
    """I5."""
    for entry in run.log:
        left = run.farewells.get(entry.to)
        if entry.what in {Happened.BEGAN, Happened.TAKEN} and left is not None and entry.at > left + run.race:
            what = entry.what.value
            yield f"I5: a copy to {entry.to} {what} {(entry.at - left) / 1e9:.1f} s after its farewell was answered"


def only_what_was_approved(run: Evidence) -> Iterator[str]:
    """I6."""
    owners: dict[str, str] = {}
    for address, copies in run.copies.items():
        for copy in copies:
            if copy.content not in run.approved:
                yield f"I6: {address} got something that nobody approved"
            if owners.setdefault(copy.link, address) != address:
                yield f"I6: {address} got the links of {owners[copy.link]}"


def history_is_whole(run: Evidence) -> Iterator[str]:
    """I7."""
    yield from _broken_chain(run)
    steps: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for delivery, before, after in run.query(
        "SELECT delivery_id, from_state, to_state FROM delivery_event ORDER BY delivery_id, id"
    ):
        steps[delivery].append((before, after))
    for row in run.rows:
        state = ""
        for before, after in steps[row.id]:
            if before != state:
                yield f"I7: the history of delivery {row.id} jumps from {state!r} to {before!r}"
            if after not in _FOLLOWS.get(before, set()):
                yield f"I7: delivery {row.id} went from {before!r} to {after!r}, which is not allowed"
            state = after
        if state != row.state:
            yield f"I7: delivery {row.id} is {row.state!r}, its history ends with {state!r}"
    planned = run.query("SELECT detail FROM audit_event WHERE action = 'issue.planned'")
    told = sum(_json(detail)["recipients"] for (detail,) in planned)
    if told != len(run.rows):
        yield f"I7: {told} recipients were planned by the audit trail, {len(run.rows)} are in the ledger"


def nothing_waits_for_a_hand(run: Evidence) -> Iterator[str]:
    """I8."""
    for row in run.rows:
        if row.claimed_by is not None:
            yield f"I8: delivery {row.id} is held by {row.claimed_by} at rest"
    for issue, status in run.query("SELECT id, status FROM issue"):
        if status not in {"sent", "cancelled"}:
            yield f"I8: issue {issue} is {status!r}, although nothing is left to be done"


INVARIANTS: tuple[Callable[[Evidence], Iterator[str]], ...] = (
    one_state_each,
    one_copy_at_most,
    accepted_means_taken,
    uncertainty_is_bounded,
    nothing_after_farewell,
    only_what_was_approved,
    history_is_whole,
    nothing_waits_for_a_hand,
)


def breaches(run: Evidence) -> list[str]:
    """A sentence for each thing that is not as promised."""
    return [sentence for invariant in INVARIANTS for sentence in invariant(run)]


def summary(run: Evidence) -> str:
    """The run in numbers."""
    states = Counter(row.state for row in run.rows)
    copies = Counter(len(copies) for copies in run.copies.values())
    got_none = sum(row.state == "unknown" and row.address not in run.copies for row in run.rows)
    told = ", ".join(f"{number} {state}" for state, number in states.most_common())
    doubles = sum(number for times, number in copies.items() if times > 1)
    return (
        f"{len(run.audience)} readers, {run.faults} faults × {run.connections} connections: {told}; "
        f"{sum(copies.values())} got a copy, {doubles} more than one, {got_none} of the uncertain got none"
    )


def _broken_chain(run: Evidence) -> Iterator[str]:
    expected = "0" * 64
    for id_, at, *words, detail, previous, own in run.query(
        "SELECT id, at, actor, action, object_type, object_id, detail, previous_hash, hash FROM audit_event ORDER BY id"
    ):
        row = json.dumps(
            [_instant(at), *words, _json(detail)], ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        if previous != expected or hashlib.sha256((previous + row).encode()).hexdigest() != own:
            yield f"I7: the audit trail is broken at {id_}"
        expected = own


def _instant(stored: str | datetime) -> str:
    if isinstance(stored, datetime):
        return stored.astimezone(UTC).isoformat()
    return datetime.fromisoformat(stored).replace(tzinfo=UTC).isoformat()


def _json(stored: str | dict[str, Any]) -> Any:
    return json.loads(stored) if isinstance(stored, str) else stored
