"""What the office has settled, as the values that the work is done by: settings in, plain values out."""

from datetime import timedelta

from campaigns.delivery.retention import Kept
from campaigns.drafting.plan import DraftingPlan
from campaigns.newsletter.digest import DigestTimes
from campaigns.newsletter.render import Masthead
from campaigns.subscribers.throttle import Limits
from service.settings import Settings


def sign_up_limits(settings: Settings) -> Limits:
    """How much the sign-up form takes."""
    return Limits(
        network_per_hour=settings.sign_up_network_per_hour,
        network_when_busy=min(Limits.network_when_busy, settings.sign_up_network_per_hour),
        domain_per_hour=settings.sign_up_domain_per_hour,
        all_per_hour=settings.sign_up_all_per_hour,
        proof_from=settings.sign_up_proof_from,
        mails_per_day=settings.sign_up_mails_per_day,
        mails_per_month=settings.sign_up_mails_per_month,
    )


def digest_times(settings: Settings) -> DigestTimes:
    """When the week's and the month's digest go."""
    return DigestTimes(weekday=settings.digest_weekday, hour=settings.slot_hour, zone=settings.zone)


def kept(settings: Settings) -> Kept:
    """How long each thing about readers is kept."""
    return Kept(
        pending=timedelta(days=settings.keep_pending_days),
        deliveries=timedelta(days=settings.keep_deliveries_days),
        returned_mail=timedelta(days=settings.keep_returned_mail_days),
        origins=timedelta(days=settings.keep_origin_days),
        left=timedelta(days=settings.keep_left_days),
    )


def masthead(settings: Settings) -> Masthead:
    """Whose newsletter it is."""
    return Masthead(
        monitor_name=settings.monitor_name,
        monitor_url=settings.monitor_url,
        public_url=settings.public_url,
        zone=settings.zone,
    )


def drafting_plan(settings: Settings) -> DraftingPlan:
    """What drafting must know about this monitor."""
    return DraftingPlan(
        monitor_name=settings.monitor_name,
        monitor_url=settings.monitor_url,
        public_url=settings.public_url,
        lead_days=settings.day_lead_days,
        slot_hour=settings.slot_hour,
        first_language=settings.language,
    )
