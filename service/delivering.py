"""Everything that is due goes out: plan, send, settle. The same for a command, the timetable and the demo."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from campaigns.delivery.digests import plan_digests
from campaigns.delivery.dispatch import deliver_mail_due
from campaigns.delivery.issue_control import clear_cancelled
from campaigns.delivery.kill_switch import everything_is_stopped
from campaigns.delivery.plan import plan_due
from campaigns.delivery.planned import Planned
from campaigns.delivery.posts import deliver_posts_due
from campaigns.delivery.recipients import freeze_rest
from campaigns.delivery.settle import Settled, settle
from campaigns.newsletter.overtaken import look_after_issues
from campaigns.subscribers.audience import end_pauses
from service.bootstrap import Service
from service.sent_since import hold_back_if_put_back


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What one round did."""

    planned: Planned
    mails: int
    posts: int
    settled: Settled

    @property
    def anything(self) -> bool:
        new = self.planned.issues or self.planned.account_mails or self.planned.posts or self.planned.held
        return bool(new or self.mails or self.posts or self.settled.issues or self.settled.drafts)


def plan(service: Service) -> Planned:
    """Turn what is due into rows of the ledger, after a look at what has changed in the issues that wait.

    While everything is stopped nothing is made ready: what is due waits, and is missed when that takes too long.
    """
    hold_back_if_put_back(service)
    with service.database.session_scope() as session:
        look_after_issues(session, service.clock)
    with service.database.session_scope() as session:
        end_pauses(session, service.clock.now())
        if everything_is_stopped(session):
            return Planned()
        grace = timedelta(hours=service.settings.slot_grace_hours)
        planned = plan_due(session, service.clock, service.press, grace=grace)
        plan_digests(session, service.clock, service.press, times=service.digest_times, grace=grace, planned=planned)
    planned.mails += freeze_rest(
        service.database.session_scope, service.clock, service.press.mail_from, ending=service.ending
    )
    return planned


def send_mails(service: Service, on_accepted: Callable[[], None] | None = None) -> int:
    """Hand over every mail that is due now."""
    hold_back_if_put_back(service)
    return deliver_mail_due(service.dispatcher, service.mail_lanes, on_accepted=on_accepted)


def send_posts(service: Service) -> int:
    """Publish every post that is due now."""
    hold_back_if_put_back(service)
    return deliver_posts_due(
        service.database.session_scope,
        service.clock,
        service.post_channels,
        service.image_of,
        service.sealing,
        worker=service.dispatcher.holder,
        stop=service.ending,
        note_claims=service.note_claims,
    )


def settle_finished(service: Service) -> Settled:
    """Mark what has nothing left to do; what waits in a cancelled issue will never be done."""
    with service.database.session_scope() as session:
        clear_cancelled(session, service.clock)
        return settle(session, service.clock)


def deliver_once(service: Service, on_accepted: Callable[[], None] | None = None) -> Delivered:
    """One round of everything."""
    planned = plan(service)
    mails = send_mails(service, on_accepted)
    posts = send_posts(service)
    return Delivered(planned=planned, mails=mails, posts=posts, settled=settle_finished(service))
