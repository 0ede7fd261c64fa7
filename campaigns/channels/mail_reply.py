"""What came of handing one mail over, and what a server's answer means (email contract E-32…E-35, §10).

The first digit of the SMTP code decides whether to try again; the enhanced code and the words decide the category, by
the same table that reads what comes back later.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from campaigns.channels.mail_category import Category
from campaigns.channels.refusals import classify


class MailStage(StrEnum):
    """The steps of a hand-over, each written down before it is entered (E-31)."""

    CONNECT = "connect"  # connection, TLS, greeting, EHLO, sign-in
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"  # DATA, and the body without its final dot
    DOT = "dot"  # from here on the mail may have been taken


class MailOutcome(StrEnum):
    """What is known afterwards."""

    ACCEPTED = "accepted"  # a complete 2yz reply to the final dot was read
    DEFERRED = "deferred"  # certainly not taken; may be tried again
    FAILED = "failed"  # certainly not taken; this mail to this recipient cannot be
    UNKNOWN = "unknown"  # the dot was handed over and no complete reply came back
    LANE_FAULT = "lane_fault"  # certainly not taken, and the fault is ours: stop, tell a person


_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True, kw_only=True)
class ServerReply:
    """One complete reply. ``enhanced`` is the RFC 3463 code, where the server gives one."""

    code: int
    enhanced: str | None
    text: str

    @classmethod
    def parse(cls, code: int, text: str) -> "ServerReply":
        match = _ENHANCED.match(text)
        return cls(code=code, enhanced=match[1] if match else None, text=text)

    @property
    def kind(self) -> int:
        """The first digit."""
        return self.code // 100

    def __str__(self) -> str:
        return f"{self.code} {self.text}"[:500]


@dataclass(frozen=True, kw_only=True)
class MailReply:
    """The outcome for one recipient, and the words it rests on. ``category`` is one of email contract §10."""

    outcome: MailOutcome
    stage: MailStage
    text: str
    code: int | None = None
    category: str | None = None


UNSUPPORTED_ADDRESS = "unsupported-address"
"""The category of an address with letters that a server on the way cannot carry (E-23)."""
_NOT_IN_ASCII = "5.6.7"  # RFC 6531


def judge(stage: MailStage, reply: ServerReply) -> MailReply:
    """What a reply that is not the one hoped for means at this stage.

    One who refuses us, and not this mail or its recipient, refuses everything: the lane stops and nothing is lost
    (E-34). A server may keep what it has against the sender until the recipient is named.
    """
    if reply.kind not in {4, 5}:  # a 1yz or 3yz to the dot says neither yes nor no
        outcome = MailOutcome.UNKNOWN if stage is MailStage.DOT else MailOutcome.DEFERRED
        return MailReply(outcome=outcome, stage=stage, text=str(reply), code=reply.code, category="network")
    verdict = classify(str(reply))
    category = UNSUPPORTED_ADDRESS if reply.enhanced == _NOT_IN_ASCII else verdict.category.value
    outcome = MailOutcome.DEFERRED
    if reply.kind == 5:
        about_this_mail = category in {Category.CONTENT, UNSUPPORTED_ADDRESS}  # its size is told with MAIL (RFC 1870)
        before = stage is MailStage.CONNECT or (stage is MailStage.MAIL and not about_this_mail)
        ours = before or verdict.ours or verdict.category is Category.CONFIG
        outcome = MailOutcome.LANE_FAULT if ours else MailOutcome.FAILED
        category = Category.CONFIG.value if ours else category
    return MailReply(outcome=outcome, stage=stage, text=str(reply), code=reply.code, category=category)


def broken(stage: MailStage, why: str) -> MailReply:
    """The connection was lost, stalled or answered nonsense."""
    outcome = MailOutcome.UNKNOWN if stage is MailStage.DOT else MailOutcome.DEFERRED
    return MailReply(outcome=outcome, stage=stage, text=why[:500], category="network")
