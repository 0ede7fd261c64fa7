"""A desk that mail has come back to: an address that is gone, a complaint, refusals, and some that wait."""

from datetime import timedelta

from sqlmodel import col, select

from campaigns.channels.return_path import return_path
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState
from campaigns.delivery.returns.intake import keep
from campaigns.delivery.returns.processing import process_received
from campaigns.delivery.returns.returned_mail import ReturnRate, ReturnSource
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from service.bootstrap import Service
from service.returned_mail import return_reader
from tests.factories.returned_mail import abuse_report, delivery_report, failed, message

GONE, COMPLAINING, BLOCKED, ODD = range(1, 5)


def mail_comes_back(service: Service, *, bounced: int = 0, handed: int = 0, complained: int = 0) -> None:
    """On a desk with readers; the numbers are what the month's rates say."""
    key = service.derived_key("return-path")
    with service.database.session_scope() as session:
        people = session.exec(
            select(Subscriber)
            .where(Subscriber.status == SubscriberStatus.CONFIRMED)
            .order_by(col(Subscriber.id))
            .limit(3)
        ).all()
        addresses = [person.normalized for person in people]
        deliveries = []
        for person in people:
            delivery = Delivery(
                kind=DeliveryKind.ACCOUNT_MAIL,
                state=DeliveryState.ACCEPTED,
                subscriber_id=person.id,
                purpose="settings:returned",
                channel="mail",
                content_sha256="c" * 64,
                created_at=service.clock.now() - timedelta(hours=3),
                finished_at=service.clock.now() - timedelta(hours=3),
            )
            session.add(delivery)
            session.flush()
            deliveries.append(return_path(delivery.id or 0, key, "bounce.example.no"))
        gone = failed(addresses[0], f"550 5.1.1 <{addresses[0]}>: Recipient address rejected: User unknown")
        blocked = failed(
            addresses[2], "554 5.7.1 Service unavailable; client [203.0.113.5] blocked using zen.spamhaus.org"
        )
        arrivals: list[tuple[bytes, str | None]] = [
            (delivery_report(gone), deliveries[0]),
            (abuse_report("Feedback-Type: abuse\nUser-Agent: Example-FBL/1.0\n"), deliveries[1]),
            (delivery_report(blocked), deliveries[2]),
            (message("Hei! Kan dere melde meg av?", subject="Avmelding", **{"from": addresses[2]}), None),
            (delivery_report(failed(addresses[2], "550 5.1.1 User unknown")), None),
        ]  # fmt: skip
        for raw, recipient in arrivals:
            keep(session, service.clock, raw, source=ReturnSource.LMTP, envelope_recipient=recipient)
        if handed:
            now = service.clock.now()
            session.add(
                ReturnRate(
                    measured_at=now, since=now - timedelta(days=30),
                    handed=handed, bounced=bounced, complained=complained,
                )
            )  # fmt: skip
    process_received(return_reader(service))
