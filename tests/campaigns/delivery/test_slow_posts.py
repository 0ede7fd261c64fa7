"""A post whose claim ran out while the network was slow, or that broke in the middle: never a second one."""

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest

from campaigns.channels.channel import Receipt, Step
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import DeliveryKind, DeliveryState
from campaigns.delivery.posts import deliver_posts_due
from campaigns.delivery.recover import recover
from service.database import Database
from tests.factories.posting import WORKER, planned_post, room, stored


class Slow:
    """A channel that does something between the call and its end."""

    name = "linkedin"

    def __init__(self, meanwhile: Callable[[], None], *, step: Step = Step.PUBLISHING) -> None:
        self.calls, self._meanwhile, self._step = 0, meanwhile, step

    def publish(self, _post: Any, _destination: Any, known: dict[str, Any], record: Callable[..., None]) -> Receipt:
        self.calls += 1
        record(self._step, known)
        self._meanwhile()
        return Receipt(external_id="urn:li:share:1", url="https://www.linkedin.com/feed/update/1/")


def publish(database: Database, clock: FixedClock, slow: Slow, stop: Event | None = None) -> int:
    channels: Any = {"linkedin": slow}
    return deliver_posts_due(*room(database, clock, channels), worker=WORKER, stop=stop)


def test_a_receipt_that_came_after_the_claim_ran_out_still_counts(database: Database, clock: FixedClock) -> None:
    post = planned_post(database, clock)

    def somebody_recovers() -> None:
        with database.session_scope() as session:
            recover(session, clock, kinds=(DeliveryKind.POST,), gone=lambda _holder: True)

    publish(database, clock, Slow(somebody_recovers))

    assert stored(database, post).state is DeliveryState.ACCEPTED
    assert stored(database, post).external_id == "urn:li:share:1"


@pytest.mark.parametrize(
    ("step", "state"), [(Step.PREPARING, DeliveryState.DEFERRED), (Step.PUBLISHING, DeliveryState.UNKNOWN)]
)
def test_a_line_that_broke_is_tried_again_only_before_the_call(
    database: Database, clock: FixedClock, step: Step, state: DeliveryState
) -> None:
    post = planned_post(database, clock)

    def broken() -> None:
        raise ConnectionResetError("reset by peer")

    slow = Slow(broken, step=step)
    publish(database, clock, slow)
    clock.advance(hours=2)

    assert stored(database, post).state is state
    assert publish(database, clock, slow) == 0
    assert slow.calls == (1 if step is Step.PUBLISHING else 2)


def test_nothing_is_begun_once_it_is_told_to_stop(database: Database, clock: FixedClock) -> None:
    post = planned_post(database, clock)
    stop = Event()
    stop.set()

    assert publish(database, clock, Slow(lambda: None), stop) == 0
    assert stored(database, post).state is DeliveryState.QUEUED
