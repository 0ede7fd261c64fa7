"""What relays really answer to RCPT and DATA, and whose fault it is (email contract E-33, E-34, §10).

What is said of us never falls on a reader: it stops the lane, or fails this mail and makes the issue be looked at.
"""

import pytest

from campaigns.channels.mail_category import Category
from campaigns.channels.mail_reply import MailOutcome, MailStage, ServerReply, judge

SENDER_REFUSED = {
    "Postfix, unknown domain": "550 5.1.8 <b+x@bounce.example.no>: Sender address rejected: Domain not found",
    "Postfix, not ours to use": "553 5.7.1 <b+x@bounce.example.no>: Sender address rejected: not owned by user post",
    "Postfix, sender probed": "550 5.1.0 <b+x@bounce.example.no>: Sender address rejected: undeliverable address: "
    "host mx.bounce.example.no[192.0.2.1] said: 550 5.1.1 no such user (in reply to RCPT TO command)",
    "Postfix, relaying": "554 5.7.1 <kari@example.com>: Relay access denied",
    "Postfix, address": "554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied",
    "Postfix, name": "504 5.5.2 <monitor>: Helo command rejected: need fully-qualified hostname",
    "Sendmail, unknown domain": "553 5.1.8 <b+x@bounce.example.no>... Domain of sender address does not exist",
    "Sendmail, relaying": "550 5.7.1 <kari@example.com>... Relaying denied. Proper authentication required.",
    "Exim, sender probed": "550-Verification failed for <b+x@bounce.example.no>\n550-Unrouteable address\n"
    "550 Sender verify failed",
    "Exim, relaying": "550 relay not permitted",
    "qmail, unknown domain": "553 sorry, your envelope sender domain must exist (#5.7.1)",
    "qmail, unwanted": "553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)",
    "qmail, relaying": "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
    "Exchange, relaying": "550 5.7.1 Unable to relay for kari@example.com",
    "Exchange, no authentication": "530 5.7.57 Client was not authenticated to send anonymous mail",
    "Exchange Online, connector": "550 5.7.64 TenantAttribution; Relay Access Denied SMTP",
    "Exchange Online, another's name": "554 5.2.252 SendAsDenied; post@example.no not allowed to send as b@example.no",
    "Exchange Online, sender stopped": "550 5.1.8 Access denied, bad outbound sender AS(42004)",
    "Exchange Online, too much": "550 5.1.90 Your message can't be sent because you've reached your daily limit for "
    "message recipients",
    "Exchange Online, tenant": "550 5.7.705 Access denied, tenant has exceeded threshold",
    "Gmail, too much": "550 5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits",
    "Gmail, relaying": "550 5.7.1 Mail relay denied [192.0.2.1]. Invalid credentials for relay",
    "SES, too much": "554 Transaction failed: Daily message quota exceeded.",
    "SES, unknown sender": "554 Message rejected: Email address is not verified. The following identities failed the "
    "check in region EU-NORTH-1: post@example.no",
    "cPanel, too much": "550 Domain example.no has exceeded the max emails per hour (501/500) allowed. Discarded.",
    "a bare code": "550 5.1.7 <b+x@bounce.example.no>: Domain not found",
}


@pytest.mark.parametrize("stage", [MailStage.RCPT, MailStage.DOT])
@pytest.mark.parametrize("text", SENDER_REFUSED.values(), ids=SENDER_REFUSED)
def test_who_refuses_us_stops_the_lane_and_harms_no_reader(text: str, stage: MailStage) -> None:
    verdict = judge(stage, _reply(text))

    assert (verdict.outcome, verdict.category) == (MailOutcome.LANE_FAULT, "config")


READER_REFUSED = {
    "Postfix": (
        "550 5.1.1 <kari@x.no>: Recipient address rejected: User unknown in local recipient table",
        "dead-address",
    ),
    "Postfix, probed": (
        "550 5.1.1 <kari@x.no>: Recipient address rejected: undeliverable address: host mx.x.no said: 550 No such user",
        "dead-address",
    ),
    "Postfix, relay map": (
        "550 5.1.1 <kari@online.no>: Recipient address rejected: User unknown in relay recipient table",
        "dead-address",
    ),
    "Postfix, domain": ("550 5.1.2 <kari@x.invalid>: Recipient address rejected: Domain not found", "dead-domain"),
    "Sendmail": ("550 5.1.1 <kari@x.no>... User unknown", "dead-address"),
    "Exim": ("550 No such person at this address", "dead-address"),
    "qmail": ("550 sorry, no mailbox here by that name. (#5.1.1)", "dead-address"),
    "Exchange Online": (
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient kari@x.no not found by SMTP address lookup",
        "dead-address",
    ),
    "Exchange Online, at the door": (
        "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
        "dead-address",
    ),
    "Outlook.com": ("550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).", "dead-address"),
    "Gmail": ("550 5.1.1 The email account that you tried to reach does not exist. Please try", "dead-address"),
    "Gmail, closed": ("550 5.2.1 The email account that you tried to reach is inactive.", "inactive"),
    "Gmail, full": ("552 5.2.2 The recipient's inbox is out of storage space and inactive.", "mailbox-full"),
    "Yahoo": ("554 delivery error: dd This user doesn't have a yahoo.com account", "dead-address"),
    "Yahoo, now": ("552 1 Requested mail action aborted, mailbox not found", "dead-address"),
    "iCloud": ("550 5.1.1 <kari@icloud.com>: user does not exist", "dead-address"),
    "Barracuda": ("550 cuda_nsu 5.1.1 <kari@x.no> Recipient address rejected: User unknown", "dead-address"),
    "Mimecast": ("550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550", "dead-address"),
    "Cisco": ("550 5.1.1 unknown or illegal alias: kari@x.no", "dead-address"),
    "Symantec": ("553 Invalid recipient kari@x.no (Mode: normal)", "dead-address"),
    "null MX": (
        "556 5.1.10 <kari@x.no>: Recipient address rejected: Domain x.no does not accept mail (nullMX)",
        "dead-domain",
    ),
}


@pytest.mark.parametrize(("text", "category"), READER_REFUSED.values(), ids=READER_REFUSED)
def test_a_reader_who_is_gone_is_known_by_what_the_relay_says(text: str, category: str) -> None:
    verdict = judge(MailStage.RCPT, _reply(text))

    assert (verdict.outcome, verdict.category) == (MailOutcome.FAILED, category)


MAIL_REFUSED = {
    "Gmail": ("550 5.7.26 This mail has been blocked because the sender is unauthenticated.", "auth-fault"),
    "Gmail, PTR": ("550 5.7.25 The IP address sending this message does not have a PTR record setup", "auth-fault"),
    "Outlook.com": (
        "550 5.7.515 Access denied, sending domain example.no does not meet the required authentication level.",
        "auth-fault",
    ),
    "Outlook.com, network": (
        "550 5.7.1 Unfortunately, messages weren't sent, since part of their network is on our block list (S3140).",
        "block",
    ),
    "Outlook.com, policy": (
        "550 SC-001 (BAY004-MC1F1) Unfortunately, messages weren't sent for policy reasons",
        "block",
    ),
    "Exchange Online": ("550 5.7.606 Access denied, banned sending IP [192.0.2.1]", "block"),
    "Exchange Online, closed group": ("550 5.7.1 RESOLVER.RST.AuthRequired; authentication required", "block"),
    "Yahoo": ("553 5.7.2 [TSS09] All messages from 192.0.2.1 will be permanently deferred", "block"),
    "Yahoo, policy": ("554 5.7.9 Message not accepted for policy reasons", "block"),
    "Proofpoint": ("554 5.7.0 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.1", "block"),
    "Mimecast": ("550 Rejected by header based Anti-Spoofing policy: post@example.no", "block"),
    "Mimecast, by hand": ("550 Administrative prohibition - envelope blocked", "block"),
    "Mimecast, one reader": ("550 Envelope blocked - User Entry", "block"),
    "Barracuda": ("550 permanent failure for one or more recipients (kari@x.no:blocked)", "block"),
    "Barracuda, look-alike": ("550 rejecting spoofed message", "block"),
    "a list": ("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", "block"),
    "a proxy's remote": ("550 5.7.1 host mx.x.no[192.0.2.9] said: 550 relay not permitted", "block"),
    "Postfix, size": ("552 5.3.4 Message size exceeds fixed limit", "content"),
    "a virus": ("550 5.7.1 Message contains a virus", "content"),
    "too quick": (
        "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages",
        "transient",
    ),
    "beyond ASCII": ("553 5.6.7 Non-ASCII addresses not permitted for that recipient", "unsupported-address"),
    "nobody knows": ("550 5.0.0 no", "unknown"),
}


@pytest.mark.parametrize(("text", "category"), MAIL_REFUSED.values(), ids=MAIL_REFUSED)
def test_what_is_against_this_mail_says_nothing_of_the_reader(text: str, category: str) -> None:
    verdict = judge(MailStage.DOT, _reply(text))

    assert (verdict.outcome, verdict.category) == (MailOutcome.FAILED, category)
    assert category not in {"dead-address", "dead-domain", "inactive", "mailbox-full"}


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("450 4.7.1 <kari@x.no>: Recipient address rejected: Greylisted", "transient"),
        ("450 4.1.1 <kari@x.no>: Recipient address rejected: unverified address: user unknown", "transient"),
        ("450 4.1.2 <kari@x.no>: Recipient address rejected: Domain not found", "transient"),
        ("452 4.2.2 mailbox full", "mailbox-full"),
        ("451 4.7.26 unauthenticated email is rate limited", "transient"),
        ("421 4.7.26 Your email is unauthenticated", "auth-fault"),
        ("454 Throttling failure: Daily message quota exceeded", "transient"),
        ("421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred", "transient"),
        ("454 4.7.1 <kari@x.no>: Relay access denied", "block"),
    ],
)
def test_not_now_is_tried_again_and_never_says_that_somebody_is_gone(text: str, category: str) -> None:
    verdict = judge(MailStage.RCPT, _reply(text))

    assert (verdict.outcome, verdict.category) == (MailOutcome.DEFERRED, category)


@pytest.mark.parametrize("stage", [MailStage.CONNECT, MailStage.MAIL])
@pytest.mark.parametrize("text", ["550 5.1.1 user unknown", "550 5.7.1 spam", "535 5.7.8 no", "552 5.2.2 mailbox full"])
def test_whatever_is_refused_before_anybody_is_named_is_about_us(text: str, stage: MailStage) -> None:
    assert judge(stage, _reply(text)).outcome is MailOutcome.LANE_FAULT


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("552 5.3.4 Message size exceeds fixed maximum message size", "content"),
        ("552 5.2.3 Your message exceeded Google's message size limits", "content"),
        ("550 5.6.7 internationalized addresses are not supported", "unsupported-address"),
    ],
)
def test_a_mail_that_is_too_large_stops_no_other_mail(text: str, category: str) -> None:
    verdict = judge(MailStage.MAIL, _reply(text))

    assert (verdict.outcome, verdict.category) == (MailOutcome.FAILED, category)


def test_every_category_told_is_one_that_the_desk_has_words_for() -> None:
    told = {category for _, category in [*READER_REFUSED.values(), *MAIL_REFUSED.values()]}

    assert told - {"unsupported-address"} <= {category.value for category in Category}


def _reply(text: str) -> ServerReply:
    """As the client reads it: each line without its code."""
    lines = [line[4:] for line in text.split("\n")]
    return ServerReply.parse(int(text[:3]), "\n".join(lines))
