"""Every real bounce through the whole of it, each to a reader of its own (email contract §12).

Nobody is held back for what is about us, forged marks do nothing, and a message cut off anywhere harms nobody.
"""

import json
from pathlib import Path

import pytest
from sqlmodel import col, select

from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.returns.returned_mail import Effect, ReturnedMail
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from service.database import Database
from tests.factories.returns import PostOffice, path_of

pytestmark = pytest.mark.faults
OURS = {
    "blocked", "policyviolation", "authfailure", "securityerror", "requireptr", "spamdetected", "badreputation",
    "norelaying", "notcompliantrfc", "virusdetected", "contenterror", "mesgtoobig", "exceedlimit",
}  # fmt: skip


@pytest.fixture
def office(sqlite_database: Database, clock: FixedClock) -> PostOffice:
    return PostOffice(sqlite_database, clock)


def _held_back(office: PostOffice) -> set[str]:
    with office.database.session_scope(read_only=True) as session:
        held = session.exec(select(Subscriber.normalized).where(col(Subscriber.suppressed).is_not(None)))
        return {address.partition("@")[0] for address in held}


def test_real_bounces_hold_back_who_is_gone_and_nobody_for_our_faults(office: PostOffice, samples: Path) -> None:
    labels = json.loads((samples / "bounces" / "labels.json").read_text("utf-8"))
    files = sorted((samples / "bounces").glob("*.eml"))
    for number, path in enumerate(files):
        office.bring(path.read_bytes(), path_of(office.send(f"leser{number}")))

    held = {files[int(name.removeprefix("leser"))].name for name in _held_back(office)}
    ours = {name for name in labels if {str(row["reason"]) for row in labels[name]} <= OURS}
    gone = {name for name in labels if {str(row["reason"]) for row in labels[name]} == {"userunknown"}}
    print(f"{len(files)} messages, {len(held)} held back, {len(gone)} labelled unknown users, {len(ours)} about us")  # noqa: T201 - the measurement

    assert len(ours) > 40
    assert held & ours == set()
    # Of the others one is a 450, one says too little, and one is about two recipients of whom only one is said to be
    # gone: they wait for people.
    assert len(gone - held) <= 3


def test_real_bounces_with_a_forged_mark_do_nothing_to_anybody(office: PostOffice, samples: Path) -> None:
    for number, path in enumerate(sorted((samples / "bounces").glob("*.eml"))):
        office.bring(path.read_bytes(), path_of(office.send(f"leser{number}"), b"somebody else's key"))

    with office.database.session_scope(read_only=True) as session:
        assert set(session.exec(select(Subscriber.suppressed))) == {None}
        assert set(session.exec(select(Subscriber.status))) == {SubscriberStatus.CONFIRMED}
        assert set(session.exec(select(Delivery.state))) == {DeliveryState.ACCEPTED}
        assert set(session.exec(select(ReturnedMail.effect))) <= {Effect.NOTHING, Effect.REPEATED}


def test_a_bounce_cut_off_anywhere_is_processed_and_about_us_stays_about_us(office: PostOffice, samples: Path) -> None:
    labels = json.loads((samples / "bounces" / "labels.json").read_text("utf-8"))
    ours = sorted(name for name in labels if {str(row["reason"]) for row in labels[name]} <= OURS)[::4]
    for number, name in enumerate(ours):
        raw = (samples / "bounces" / name).read_bytes()
        delivery = office.send(f"leser{number}")
        for end in range(0, len(raw), 64 * 8):
            office.bring(raw[:end], path_of(delivery))

    assert _held_back(office) == set()
