"""Connecting the pages a monitor posts as: the sandbox to begin with, then the networks' own.

Connecting the real page takes the sandbox's account of that network out of use, so that a draft goes to one place.
"""

from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from campaigns.audit import Actor, record
from campaigns.channels.account import ChannelAccount
from campaigns.channels.sealing import Sealing, token_cell
from campaigns.clock import Clock
from campaigns.errors import InvalidInput

NETWORKS = ("linkedin", "facebook")
_ORGANISATION = "urn:li:organization:"


@dataclass(frozen=True, kw_only=True)
class Connection:
    """A page of ours on a network, and the token that lets us post as it."""

    network: str
    name: str
    external_id: str
    token: str = field(repr=False)

    def __post_init__(self) -> None:
        if self.network not in NETWORKS:
            raise InvalidInput(f"Nettverket må være ett av {', '.join(NETWORKS)}.", field="network")
        if self.network == "linkedin" and not self.external_id.removeprefix(_ORGANISATION).isdecimal():
            raise InvalidInput(f"LinkedIn-siden skrives {_ORGANISATION}12345.", field="external_id")
        if self.network == "facebook" and not self.external_id.isdecimal():
            raise InvalidInput("Facebook-siden oppgis med sitt nummer.", field="external_id")
        if not self.token.strip():
            raise InvalidInput("Tilgangsnøkkelen er tom. Lim inn nøkkelen fra nettverket.", field="token")


def provide_sandbox(session: Session, clock: Clock, *, name: str) -> list[str]:
    """Give each network that has no account a sandbox one; the ids of those made now."""
    connected = set(session.exec(select(ChannelAccount.channel)))
    made = [network for network in NETWORKS if network not in connected]
    for network in made:
        session.add(ChannelAccount(id=f"sandbox-{network}", channel=network, adapter="sandbox", name=name))
        record(session, clock, Actor.service("channels"), "account.provided", ("account", f"sandbox-{network}"))
    return [f"sandbox-{network}" for network in made]


def connect(
    session: Session, clock: Clock, connection: Connection, *, sealing: Sealing, actor: Actor
) -> ChannelAccount:
    """Store the account with its token sealed; connecting the same page again renews the token and lifts a pause."""
    account_id = f"{connection.network}-{connection.external_id.removeprefix(_ORGANISATION)}"
    account = session.get(ChannelAccount, account_id) or ChannelAccount(
        id=account_id, channel=connection.network, adapter=connection.network, name=connection.name
    )
    account.name, account.external_id = connection.name, connection.external_id
    account.sealed_token = sealing.seal(connection.token.strip(), token_cell(account_id))
    account.enabled, account.paused_reason = True, None
    session.add(account)
    pretending = session.exec(
        select(ChannelAccount).where(
            ChannelAccount.channel == connection.network,
            ChannelAccount.adapter == "sandbox",
            col(ChannelAccount.enabled),
        )
    )
    for sandboxed in pretending:
        sandboxed.enabled = False
        session.add(sandboxed)
    session.flush()
    record(session, clock, actor, "account.connected", ("account", account_id), network=connection.network)
    return account
