"""A sender that ends while it plans: the next one goes on, everybody has one row, and gets one mail.

It ends at one call to the database after the other, from the first question to the last commit, whether planning is
one transaction or, for readers who are as far apart by their numbers as portions are, many.
"""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from campaigns.clock import FixedClock
from campaigns.delivery.recipients import PORTION
from campaigns.subscribers.subscriber import Subscriber
from service.bootstrap import Service
from service.database import Database
from service.settings import Settings
from tests.factories.newsroom import approver, author, scheduled_draft
from tests.factories.readers import readers
from tests.faults.campaign import Campaign, copy_of
from tests.faults.forge import Forge
from tests.faults.invariants import approved_in, breaches, of_file
from tests.faults.seams import ENDED, Action, Fault, Seam
from tests.faults.smtp_oracle import SmtpOracle
from tests.faults.test_kill_serve import NEWSLETTER_ONLY


@pytest.mark.parametrize("action", [Action.END_AFTER])
def test_a_sender_that_ends_while_it_plans_leaves_an_issue_that_goes_out_whole(
    tmp_path: Path, clock: FixedClock, oracle: SmtpOracle, forge: Forge, action: Action
) -> None:
    _end_at_each(_due_issue(tmp_path, clock, 30, portions=1), oracle, forge, action, every=15)


@pytest.mark.faults
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("action", [Action.END, Action.END_AFTER])
def test_a_sender_that_ends_at_any_call_of_planning(
    tmp_path: Path, clock: FixedClock, oracle: SmtpOracle, forge: Forge, action: Action
) -> None:
    _end_at_each(_due_issue(tmp_path, clock, 60, portions=3), oracle, forge, action, every=1)


def _end_at_each(due: Campaign, oracle: SmtpOracle, forge: Forge, action: Action, *, every: int) -> None:
    undisturbed = copy_of(due, "undisturbed")
    planner = forge.send(undisturbed.folder, oracle.port, plans_only=True)
    assert planner.wait() == 0
    planning, written = planner.calls()[Seam.DATABASE], planner.calls()[Seam.COMMIT]
    found, plans = [], 0
    for at in range(1, planning + 1, every):
        copy = copy_of(due, f"{action.name}-{at}")
        start = oracle.log.stat().st_size
        fault = Fault(Seam.DATABASE, at, action)
        assert forge.send(copy.folder, oracle.port, plans_only=True, fault=fault).wait() == ENDED
        assert forge.send(copy.folder, oracle.port).wait() == 0, (copy.folder / "sender.log").read_text()[-2_000:]
        run = copy.evidence(oracle, connections=1, start=start)
        run = replace(run, approved=approved_in(copy.query))
        left = [f"{row.address} is {row.state}" for row in run.rows if row.state != "accepted"]
        found += [f"{action.name} at call {at}: {sentence}" for sentence in [*breaches(run), *left]]
        plans += 1
        shutil.rmtree(copy.folder)
    print(  # noqa: T201 - what the run is for
        f"{action.name} at {plans} of {planning} database calls, {written} of them commits, of planning "
        f"{len(due.audience)} readers: {len(found)} breaches"
    )
    assert planning > 10
    assert found == []


def _due_issue(folder: Path, clock: FixedClock, count: int, *, portions: int) -> Campaign:
    """An approved draft for so many readers in so many portions, its slot just come, nothing planned."""
    path = folder / "monitorposten.db"
    database = Database(f"sqlite:///{path}", synchronous="OFF")
    database.migrate()
    service = Service(Settings(data_dir=folder, _env_file=None), clock)
    with database.session_scope() as session:
        audience = frozenset(reader.normalized for reader in readers(session, clock, count))
        session.execute(sa.update(Subscriber).values(id=col(Subscriber.id) + col(Subscriber.id) % portions * PORTION))
        session.expire_all()
        scheduled_draft(session, clock, author(session), approver(session), variants=NEWSLETTER_ONLY)
    database.close()
    service.close()
    return Campaign(folder, of_file(path), audience, frozenset())
