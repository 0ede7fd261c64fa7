"""How this service sends mail, from its settings: letterhead, lanes, and the sandbox's own server."""

from collections.abc import Callable
from datetime import datetime, timedelta

from jinja2 import Environment

from campaigns.channels.mail_message import MailingList, Sender, Signer
from campaigns.channels.mail_relay import MailRelay
from campaigns.channels.relay_address import RelayAddress
from campaigns.channels.taking_turns import sleep
from campaigns.delivery.caps import GroupCaps
from campaigns.delivery.lane import MailLane, Pace
from campaigns.delivery.mailroom import Letterhead, Mailroom
from campaigns.delivery.retry import RetryPolicy
from campaigns.subscribers.account_mail import MailText, account_mail
from campaigns.subscribers.links import Links
from campaigns.subscribers.subscriber import Subscriber
from service.settings import Settings

SANDBOX = "sandbox:"


def letterhead(settings: Settings) -> Letterhead:
    """What every mail has in common."""
    return Letterhead(
        newsletter=Sender(address=settings.mail_from, name=settings.mail_from_name, reply_to=settings.reply_to),
        account=Sender(address=settings.account_mail_from, name=settings.mail_from_name, reply_to=settings.reply_to),
        mailing_list=MailingList(
            id=settings.list_id,
            name=f"{settings.monitor_name} nyhetsbrev",
            help_url=f"{settings.public_url}/personvern",
            archive_url=f"{settings.public_url}/arkiv",
        ),
        bounce_domain=settings.bounce_domain,
        zone=settings.zone,
    )


def mailroom(settings: Settings, *, links: Links, return_key: bytes, templates: Environment, sign: Signer) -> Mailroom:
    """Makes a mail of each row that is due; ``templates`` are those of confirmations and other account mail."""

    def words(subscriber: Subscriber, purpose: str, issued_at: datetime) -> MailText:
        return account_mail(
            subscriber,
            purpose,
            environment=templates,
            links=links,
            monitor_name=settings.monitor_name,
            issued_at=issued_at,
        )

    return Mailroom(letterhead(settings), links=links, return_key=return_key, account_mail=words, sign=sign)


def mail_lanes(
    settings: Settings, sandbox: Callable[[], RelayAddress], wait: Callable[[float], object] = sleep
) -> tuple[MailLane, ...]:
    """One lane per relay. In the sandbox the only one leads to our own server, as fast as it takes them.

    ``sandbox`` starts that server, if need be, and says where it is; ``wait`` is how a lane waits for its next turn.
    """
    if settings.smtp_url == SANDBOX:
        return (_lane("sandbox", sandbox(), settings, pace=Pace(0), connections=1),)
    addresses = [RelayAddress.parse(url) for url in settings.smtp_url.split(",")]
    hosts = [address.host for address in addresses]
    return tuple(
        _lane(
            address.host if hosts.count(address.host) == 1 else f"{address.host}:{address.port}",
            address,
            settings,
            pace=Pace(settings.mail_rate, wait=wait),
            connections=settings.mail_connections,
        )
        for address in addresses
    )


def retry_policy(settings: Settings) -> RetryPolicy:
    """How long a mail that is put off is tried."""
    return RetryPolicy(give_up_after=timedelta(hours=settings.mail_give_up_hours))


def _lane(name: str, address: RelayAddress, settings: Settings, *, pace: Pace, connections: int) -> MailLane:
    domain = settings.mail_from.rpartition("@")[2]
    return MailLane(
        name=name,
        connect=lambda: MailRelay(address, local_hostname=domain),
        pace=pace,
        connections=connections,
        caps=GroupCaps(settings.mail_receiver_rates),
    )
