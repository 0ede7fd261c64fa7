"""kill -9 while the rows of a large audience are written, a portion at a time: everybody has one row and gets one mail.

The readers are few, but as far apart by their numbers as portions are, so that each is a transaction of its own.
"""

from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col

from campaigns.clock import FixedClock
from campaigns.delivery.plan import plan_due
from campaigns.delivery.recipients import PORTION
from campaigns.subscribers.subscriber import Subscriber
from service.bootstrap import Service
from service.database import Database
from service.settings import Settings
from tests.factories.newsroom import SLOT, approver, author, scheduled_draft
from tests.factories.readers import GRACE, readers, with_every_image
from tests.faults.campaign import Campaign, require_sound
from tests.faults.forge import Forge
from tests.faults.invariants import approved_in, of_file
from tests.faults.seams import ENDED, Action, Fault, Seam
from tests.faults.smtp_oracle import SmtpOracle

READERS = 8
ENDS = ((Action.END, 5), (Action.END_AFTER, 6), (Action.END, 8))


def test_a_sender_that_is_killed_between_and_within_portions_leaves_nobody_out(
    tmp_path: Path, clock: FixedClock, oracle: SmtpOracle, forge: Forge
) -> None:
    issue = _far_apart(tmp_path, clock)

    for action, at in ENDS:
        fault = Fault(Seam.WRITE, at, action)
        assert forge.send(tmp_path, oracle.port, plans_only=True, fault=fault).wait() == ENDED
    planned = issue.query("SELECT count(*) FROM delivery")[0][0]
    sender = forge.send(tmp_path, oracle.port)

    assert sender.wait() == 0, (tmp_path / "sender.log").read_text()[-2_000:]
    assert 1 < planned < READERS
    run = issue.evidence(oracle, connections=1)
    require_sound(run, told=f"killed {len(ENDS)} times, {planned} of {READERS} planned by then:")
    assert {row.state for row in run.rows} == {"accepted"}
    assert issue.query("SELECT count(*) FROM freezing")[0][0] == 0


def _far_apart(folder: Path, clock: FixedClock) -> Campaign:
    """An issue whose slot has come, planned as far as its first transaction goes."""
    path = folder / "monitorposten.db"
    database = Database(f"sqlite:///{path}", synchronous="OFF")
    database.migrate()
    service = Service(Settings(data_dir=folder, _env_file=None), clock)
    with database.session_scope() as session:
        audience = frozenset(reader.normalized for reader in readers(session, clock, READERS))
        session.execute(sa.update(Subscriber).values(id=col(Subscriber.id) * PORTION))
        session.expire_all()
        scheduled_draft(session, clock, author(session), approver(session))
        clock.move_to(SLOT)
        assert plan_due(session, clock, with_every_image(service.press), grace=GRACE).mails == 1
    database.close()
    service.close()
    query = of_file(path)
    return Campaign(folder, query, audience, approved_in(query))
