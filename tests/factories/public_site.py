"""The public pages as a reader meets them, on a database of the test's own, and people in it."""

from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlmodel import col, select

from campaigns.clock import FixedClock
from campaigns.language import Language
from campaigns.subscribers.links import Purpose
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from service.auth.form_tokens import issue_form_token
from service.bootstrap import Service


@dataclass
class Site:
    """The public pages as a reader without cookies meets them."""

    service: Service
    clock: FixedClock
    client: FlaskClient

    @property
    def form_token(self) -> str:
        """The token of a form shown five seconds ago."""
        token = issue_form_token(self.service.derived_key("form"), self.clock.now())
        self.clock.advance(seconds=5)
        return token

    def add(
        self,
        typed: str = "ola@eksempel.no",
        status: SubscriberStatus = SubscriberStatus.CONFIRMED,
        language: Language = Language.BOKMAAL,
    ) -> int:
        with self.service.database.session_scope() as session:
            subscriber = Subscriber(
                raw=typed,
                normalized=typed,
                ascii_email=typed,
                canonical_key=typed,
                status=status,
                language=language,
                created_at=self.clock.now(),
                confirmed_at=self.clock.now() if status is SubscriberStatus.CONFIRMED else None,
            )
            session.add(subscriber)
            session.flush()
            assert subscriber.id is not None
            return subscriber.id

    def token(self, purpose: Purpose, subscriber_id: int) -> str:
        return self.service.links.token(purpose, subscriber_id, self.clock.now())

    def find(self, typed: str = "ola@eksempel.no") -> Subscriber | None:
        with self.service.database.session_scope(read_only=True) as session:
            found = session.exec(select(Subscriber).where(col(Subscriber.canonical_key) == typed)).first()
            session.expunge_all()
            return found

    def status(self, typed: str = "ola@eksempel.no") -> SubscriberStatus | None:
        found = self.find(typed)
        return found.status if found else None
