"""What came of handing one mail over, and what a server's answer means (email contract E-32…E-35, §10).

The first digit of the SMTP code decides whether to try again; the enhanced code and the words decide the category.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


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


_BY_ENHANCED: tuple[tuple[str, str], ...] = (
    (r"5\.1\.[136]$", "dead-address"),
    (r"5\.1\.(2|10)$|5\.4\.4$", "dead-domain"),
    (r"5\.2\.1$|5\.7\.13$", "inactive"),
    (r"[45]\.2\.2$", "mailbox-full"),
    (r"5\.7\.(2[0-7]|30|515)$", "auth-fault"),
    (r"5\.3\.4$|5\.2\.3$|5\.6\.\d+$", "content"),
)
_BY_WORDS: tuple[tuple[str, str], ...] = (
    (r"user unknown|no such user|unknown (user|recipient)|does not exist|no mailbox here", "dead-address"),
    (r"disabled|suspended|inactive", "inactive"),
    (r"quota|mailbox (is )?full", "mailbox-full"),
    (r"\b(spf|dkim|dmarc)\b", "auth-fault"),
    (r"too (large|big)|exceeds.*size|virus", "content"),
    (r"spam|blocked|blacklist|blocklist|reputation|policy", "block"),
)
_RELAY_DENIED = re.compile(r"relay(ing)? (access )?(denied|not permitted)|not permitted to relay", re.IGNORECASE)


def category_of(reply: ServerReply) -> str:
    """The category of a refusal. Words outrank a generic code; an unknown permanent refusal is ``unknown``."""
    if reply.kind == 4:
        return "mailbox-full" if reply.enhanced == "4.2.2" else "transient"
    for pattern, category in _BY_ENHANCED:
        if reply.enhanced and re.match(pattern, reply.enhanced):
            return category
    for pattern, category in _BY_WORDS:
        if re.search(pattern, reply.text, re.IGNORECASE):
            return category
    return "block" if reply.enhanced == "5.7.1" else "unknown"


def judge(stage: MailStage, reply: ServerReply) -> MailReply:
    """What a reply that is not the one hoped for means at this stage."""
    outcome = MailOutcome.DEFERRED
    category: str | None = "network"
    if reply.kind in {4, 5}:
        category = category_of(reply)
    if reply.kind == 5:
        ours = stage in {MailStage.CONNECT, MailStage.MAIL} or _RELAY_DENIED.search(reply.text)
        outcome = MailOutcome.LANE_FAULT if ours else MailOutcome.FAILED
        category = "config" if ours else category
    if stage is MailStage.DOT and reply.kind not in {4, 5}:
        outcome = MailOutcome.UNKNOWN  # a 1yz or 3yz to the dot says neither yes nor no
    return MailReply(outcome=outcome, stage=stage, text=str(reply), code=reply.code, category=category)


def broken(stage: MailStage, why: str) -> MailReply:
    """The connection was lost, stalled or answered nonsense."""
    outcome = MailOutcome.UNKNOWN if stage is MailStage.DOT else MailOutcome.DEFERRED
    return MailReply(outcome=outcome, stage=stage, text=why[:500], category="network")
