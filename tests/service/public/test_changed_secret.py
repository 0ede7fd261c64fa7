"""The master key is changed: what was sent and stored under the one before works for as long as that is named."""

from collections.abc import Callable

import pytest

from campaigns.channels.return_path import return_token
from campaigns.channels.sealing import Cell, SealBroken
from campaigns.inbound.inbound import TokenPurpose
from campaigns.subscribers import suppression
from campaigns.subscribers.links import Purpose
from campaigns.subscribers.subscriber import SubscriberStatus, SuppressionReason
from service.returned_mail import token_reader
from tests.factories.public_site import Site

OLD = "the secret of last year, long enough too"
NEW = "a fresh secret for these tests, long enough"
CELL = Cell(table="channel_account", row="1", column="token")


def test_mail_that_was_sent_can_still_be_left_and_come_back(make_site: Callable[..., Site]) -> None:
    before = make_site(secret_key=OLD)
    reader_id = before.add()
    token = before.token(Purpose.UNSUBSCRIBE, reader_id)
    returned = return_token(12, before.service.derived_key("return-path"))

    after = make_site(secret_key=NEW, previous_secret_key=OLD)

    assert token_reader(after.service).read(TokenPurpose.DELIVERY, returned) == 12
    assert after.client.post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert after.status() is SubscriberStatus.UNSUBSCRIBED


def test_who_is_held_back_stays_so_and_what_was_sealed_opens(make_site: Callable[..., Site]) -> None:
    before = make_site(secret_key=OLD)
    sealed = before.service.sealing.seal("a network's token", CELL)
    with before.service.database.session_scope() as session:
        key, keys = "ola@eksempel.no", before.service.keyring
        suppression.keep(session, before.clock, key, SuppressionReason.COMPLAINED, keys=keys)

    after = make_site(secret_key=NEW, previous_secret_key=OLD)

    assert after.service.sealing.open(sealed, CELL) == "a network's token"
    with after.service.database.session_scope(read_only=True) as session:
        held = suppression.suppression_of(session, "ola@eksempel.no", after.service.keyring)
    assert held is SuppressionReason.COMPLAINED


def test_a_secret_that_is_no_longer_named_opens_nothing(make_site: Callable[..., Site]) -> None:
    before = make_site(secret_key=OLD)
    token = before.token(Purpose.UNSUBSCRIBE, before.add())
    returned, sealed = (
        return_token(12, before.service.derived_key("return-path")),
        before.service.sealing.seal("x", CELL),
    )

    after = make_site(secret_key=NEW)

    assert token_reader(after.service).read(TokenPurpose.DELIVERY, returned) is None
    after.client.post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"})
    assert after.status() is SubscriberStatus.CONFIRMED
    with pytest.raises(SealBroken):
        after.service.sealing.open(sealed, CELL)
