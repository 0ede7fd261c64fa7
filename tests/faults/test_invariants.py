"""The checker of the fault suite, checked: a clean run is clean, and one planted violation of each kind is found."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from campaigns.clock import FixedClock
from service.bootstrap import Service
from service.delivering import deliver_once
from service.settings import Settings
from tests.faults.campaign import campaign
from tests.faults.invariants import Evidence, breaches, of_file
from tests.faults.oracle_log import Happened
from tests.faults.smtp_oracle import SmtpOracle

READER = "leser2@example.no"
Plant = Callable[[Evidence], Evidence]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Evidence]:
    """Four readers, and everything as it should be."""
    folder, clock = tmp_path_factory.mktemp("clean"), FixedClock(datetime(2027, 5, 10, 6, 0, tzinfo=UTC))
    issue = campaign(folder, clock, 4)
    with SmtpOracle(folder) as oracle:
        url = f"smtp://127.0.0.1:{oracle.port}?tls=none"
        service = Service(
            Settings(data_dir=folder, smtp_url=url, mail_rate=0, mail_connections=1, _env_file=None), clock
        )
        deliver_once(service)
        service.close()
        return folder / "monitorposten.db", issue.evidence(oracle, connections=1)


@pytest.fixture
def run(clean: tuple[Path, Evidence], tmp_path: Path) -> Evidence:
    """The same on a database of the test's own."""
    path = tmp_path / "planted.db"
    shutil.copyfile(clean[0], path)
    return replace(clean[1], query=of_file(path))


def _sql(statement: str) -> Plant:
    """Somebody goes past the code, and past the triggers that guard the history."""

    def plant(run: Evidence) -> Evidence:
        ((_, _, path),) = run.query("PRAGMA database_list")
        connection = sqlite3.connect(path)
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        assert connection.execute(statement).rowcount > 0
        connection.commit()
        connection.close()
        return run

    return plant


def _again(run: Evidence) -> Evidence:
    return replace(run, log=[*run.log, *run.copies[READER]])


def _never_taken(run: Evidence) -> Evidence:
    return replace(run, log=[entry for entry in run.log if entry.to != READER])


def _taken_as(**facts: Any) -> Plant:
    def plant(run: Evidence) -> Evidence:
        return replace(run, log=[replace(entry, **facts) if entry.to == READER else entry for entry in run.log])

    return plant


def _forgotten(run: Evidence) -> Evidence:
    return replace(run, audience=run.audience | {"glemt@example.no"})


def _had_left(run: Evidence) -> Evidence:
    (began,) = (entry.at for entry in run.log if entry.to == READER and entry.what is Happened.BEGAN)
    return replace(run, farewells={READER: began - 60 * 10**9})


def _left_on_the_way(run: Evidence) -> Evidence:
    """After MAIL and before the dot, where nothing was between ask and wire."""
    (began,) = (entry.at for entry in run.log if entry.to == READER and entry.what is Happened.BEGAN)
    return replace(run, farewells={READER: began}, race=0)


def _stranger(run: Evidence) -> Evidence:
    return replace(run, log=[*run.log, replace(run.copies[READER][0], to="fremmed@example.no")])


def _not_invited(run: Evidence) -> Evidence:
    return replace(run, audience=run.audience - {READER})


_THIRD = "WHERE id = (SELECT min(id) + 2 FROM delivery)"
PLANTED: dict[str, tuple[str, Plant]] = {
    "nobody made a row for a reader": ("I1: glemt@example.no is not in the ledger", _forgotten),
    "a row that waits": ("I1: delivery 3 is 'queued'", _sql(f"UPDATE delivery SET state = 'queued' {_THIRD}")),
    "a row that has no end": (
        "I1: delivery 3 is 'accepted' and",
        _sql(f"UPDATE delivery SET finished_at = NULL {_THIRD}"),
    ),
    "two rows for a reader": (
        "I1: leser1@example.no has 2 rows",
        _sql(f"UPDATE subscriber SET ascii_email = 'leser1@example.no' WHERE normalized = '{READER}'"),
    ),
    "a row for somebody who was not in the audience": (f"I1: {READER} was never in the audience", _not_invited),
    "a second copy": (f"I2: {READER} got 2 copies", _again),
    "accepted and never taken": ("I3: delivery 3 is 'accepted', and the server has 0", _never_taken),
    "taken and called failed": ("I3: delivery 3 is 'failed'", _sql(f"UPDATE delivery SET state = 'failed' {_THIRD}")),
    "a mail to nobody in the ledger": ("I3: the server has a mail to fremmed@example.no", _stranger),
    "another mail than the one in the ledger": ("I3: what the server took for delivery 3", _taken_as(message_id="<x>")),
    "uncertain for no reason": ("I4: 1 are uncertain", _sql(f"UPDATE delivery SET state = 'unknown' {_THIRD}")),
    "a copy after the farewell": (f"I5: a copy to {READER} began 60.0 s", _had_left),
    "a copy taken after the farewell": (f"I5: a copy to {READER} taken", _left_on_the_way),
    "content nobody approved": (f"I6: {READER} got something", _taken_as(content="0" * 64)),
    "a step that is missing": ("I7: the history of delivery 3", _sql("DELETE FROM delivery_event WHERE id = 7")),
    "a step that is not allowed": (
        "I7: delivery 3 went from 'sending' to 'complained'",
        _sql("UPDATE delivery_event SET to_state = 'complained' WHERE to_state = 'accepted' AND delivery_id = 3"),
    ),
    "a history that ends elsewhere": (
        "I7: delivery 3 is 'bounced', its history ends with 'accepted'",
        _sql(f"UPDATE delivery SET state = 'bounced' {_THIRD}"),
    ),
    "a trail that was written over": (
        "I7: the audit trail is broken at 2",
        _sql("UPDATE audit_event SET actor = 'editor:9' WHERE id = 2"),
    ),
    "a reader taken out": ("I7: 4 recipients were planned", _sql(f"DELETE FROM delivery {_THIRD}")),
    "an issue nobody ended": ("I8: issue 1 is 'sending'", _sql("UPDATE issue SET status = 'sending'")),
    "a row that is held": ("I8: delivery 3 is held", _sql(f"UPDATE delivery SET claimed_by = 'x' {_THIRD}")),
}


def test_a_clean_run_has_no_breach(run: Evidence) -> None:
    assert len(run.rows) == len(run.copies) == len(run.audience) == 4
    assert len(run.approved) == 1
    assert breaches(run) == []


@pytest.mark.parametrize("violation", PLANTED)
def test_a_planted_violation_is_found(run: Evidence, violation: str) -> None:
    sentence, plant = PLANTED[violation]

    found = breaches(plant(run))

    assert [breach for breach in found if breach.startswith(sentence)], found


def test_the_links_of_somebody_else_are_found(run: Evidence) -> None:
    theirs = run.copies["leser1@example.no"][0].link

    found = breaches(_taken_as(link=theirs)(run))

    assert found == [f"I6: {READER} got the links of leser1@example.no"]


def test_an_unanswered_mail_may_be_uncertain(run: Evidence) -> None:
    (copy,) = run.copies[READER]
    uncertain = _sql(f"UPDATE delivery SET state = 'unknown' {_THIRD}")(run)
    told = _sql("UPDATE delivery_event SET to_state = 'unknown' WHERE to_state = 'accepted' AND delivery_id = 3")

    found = breaches(told(replace(uncertain, log=[*run.log, replace(copy, what=Happened.SAID_NOTHING)])))

    assert found == []
