"""The page or profile a channel posts as, and the token that allows it."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from campaigns.tables import instant, json_list


class ChannelAccount(SQLModel, table=True):
    """One account. ``adapter`` says who carries the post: the network's own adapter, or the sandbox."""

    __tablename__ = "channel_account"

    id: str = Field(primary_key=True, max_length=80)
    channel: str = Field(max_length=20, index=True)  # linkedin, facebook
    adapter: str = Field(default="sandbox", max_length=20)  # sandbox, linkedin, facebook
    name: str = Field(max_length=120)
    external_id: str = Field(default="", max_length=120)  # urn:li:organization:123, a page id
    sealed_token: str | None = None  # AEAD, see channels.sealing
    sealed_refresh_token: str | None = None
    token_expires_at: datetime | None = instant(nullable=True)
    scopes: list[str] = json_list()
    enabled: bool = True
    paused_reason: str | None = None  # set when the network refuses us; an admin clears it

    @property
    def carrier(self) -> str:
        """Which ``PostChannel`` carries its posts: ``linkedin``, or ``sandbox:linkedin`` while it only pretends."""
        return self.channel if self.adapter == self.channel else f"{self.adapter}:{self.channel}"


def account_names(session: Session) -> dict[str, str]:
    """Channel → the name its posts appear under: that of its first account in use."""
    in_use = select(ChannelAccount).where(col(ChannelAccount.enabled)).order_by(col(ChannelAccount.id).desc())
    return {account.channel: account.name for account in session.exec(in_use)}
