"""A copy that was made while the rows of a large audience were being written, put back."""

from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col, select

from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.plan import plan_due
from campaigns.delivery.recipients import PORTION
from campaigns.subscribers.subscriber import Subscriber
from service.bootstrap import Service
from service.database import Database
from service.sent_since import hold_back_what_may_have_gone
from service.settings import Settings
from tests.factories.newsroom import SLOT, approver, author, scheduled_draft
from tests.factories.readers import GRACE, readers, with_every_image


def test_nobody_in_the_audience_is_sent_to_again(sqlite_database: Database, clock: FixedClock, tmp_path: Path) -> None:
    service = Service(Settings(data_dir=tmp_path, database_url=sqlite_database.url, _env_file=None), clock)
    with service.database.session_scope() as session:
        readers(session, clock, 3)
        session.execute(sa.update(Subscriber).values(id=col(Subscriber.id) * PORTION))
        session.expire_all()
        scheduled_draft(session, clock, author(session), approver(session))
        clock.move_to(SLOT)
        assert plan_due(session, clock, with_every_image(service.press), grace=GRACE).mails == 1

    held = hold_back_what_may_have_gone(service, None)

    assert held.uncertain == 3
    with service.database.session_scope(read_only=True) as session:
        assert set(session.exec(select(Delivery.state))) == {DeliveryState.UNKNOWN}
    service.close()
