"""Each kind of message, in the order of recognition (email contract E-76)."""

import pytest

from campaigns.channels.mail_category import Category
from campaigns.inbound.inbound import Kind
from campaigns.inbound.reading import read_inbound
from campaigns.inbound.tokens import TokenReader
from tests.factories.returned_mail import abuse_report, delivery_report, failed, message

QMAIL = """Hi. This is the qmail-send program at a.no.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<kari@example.org>:
192.0.2.1 does not like recipient.
Remote host said: 550 sorry, no mailbox here by that name. (#5.7.17)
Giving up on 192.0.2.1.

--- Below this line is a copy of the message.
"""
QMAIL_NO_HOST = """Hi. This is the qmail-send program.

<kari@example.invalid>:
Sorry, I couldn't find any host named example.invalid. (#5.1.2)
"""
DOMINO = """Your message

  Subject: Nytt

was not delivered to:

  kari@example.org

because:

  User kari (kari@example.org) not listed in public Name & Address Book
"""
EXCHANGE = """Your message did not reach some or all of the intended recipients.

The message could not be delivered to:

  kari@example.org on 1/2/2027 10:11 AM
  The e-mail account does not exist at the organization this message was sent to.
"""
POSTFIX = """This is the Postfix program at host a.no.

<kari@example.org>: host mx.example.org[192.0.2.1] said: 554
    5.7.1 Service unavailable; Client host [192.0.2.2] blocked using
    zen.spamhaus.org (in reply to RCPT TO command)
"""
GMAIL = """Delivery to the following recipients failed permanently:

     kari@example.org

The response was:

552-5.2.2 The email account that you tried to reach is over quota.
"""
YAHOO = """Unable to deliver message to the following address(es).

<kari@example.org>:
Sorry, your message to kari@example.org cannot be delivered.  This account is over quota.

--- Original message follows.
"""
IMAIL = """Unknown user: kari@example.org

RCPT TO generated following response:
553 5.3.0 <kari@example.org>... Addressee unknown

Original message follows.
"""
EXIM_DELAY = """A message that you sent has not yet been delivered to all its recipients after more than 24 hours.
The address to which the message has not yet been delivered is:

  kari@example.org
    host mx.example.org: connection timed out
"""


def test_it_reads_one_recipient_per_group(tokens: TokenReader) -> None:
    raw = delivery_report(
        failed("kari@example.org", "550 5.1.1 user unknown", "5.1.1"),
        failed("ola@example.org", "552 5.2.2 mailbox full", "5.2.2"),
        "Final-Recipient: rfc822; per@example.org\nAction: delayed\nStatus: 4.4.1",
        "Final-Recipient: rfc822; eva@example.org\nAction: delivered\nStatus: 2.0.0",
    )
    read = read_inbound(raw, tokens)

    assert read.kind is Kind.BOUNCE
    assert [(one.address, one.code, one.category, one.suppress) for one in read.recipients] == [
        ("kari@example.org", 550, Category.DEAD_ADDRESS, True),
        ("ola@example.org", 552, Category.MAILBOX_FULL, False),
    ]


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("delayed", Kind.DELAYED),
        ("delivered", Kind.DELIVERED),
        ("relayed", Kind.DELIVERED),
        ("expanded", Kind.DELIVERED),
    ],
)
def test_it_counts_only_failures_as_bounces(action: str, kind: Kind, tokens: TokenReader) -> None:
    raw = delivery_report(f"Final-Recipient: rfc822; kari@example.org\nAction: {action}\nStatus: 4.1.1")

    assert read_inbound(raw, tokens).kind is kind


def test_it_reads_reports_about_addresses_beyond_ascii(tokens: TokenReader) -> None:
    group = "Final-Recipient: utf-8; bl\\x{E5}b\\x{E6}r@example.org\nAction: failed\nStatus: 5.1.1"
    read = read_inbound(delivery_report(group, subtype="global-delivery-status"), tokens)

    assert [(one.address, one.category) for one in read.recipients] == [("blåbær@example.org", Category.DEAD_ADDRESS)]


def test_it_reads_a_report_whose_boundary_is_damaged(tokens: TokenReader) -> None:
    raw = delivery_report(failed("kari@example.org", "550 5.1.1 user unknown")).replace(b"--x\n", b"--y\n")

    assert [one.category for one in read_inbound(raw, tokens).recipients] == [Category.DEAD_ADDRESS]


def test_it_prefers_the_address_we_wrote_to(tokens: TokenReader) -> None:
    group = "Original-Recipient: rfc822;kari@example.org\n" + failed("box17@inside.example.org", "550 user unknown")

    assert read_inbound(delivery_report(group), tokens).recipients[0].address == "kari@example.org"


def test_it_reads_a_complaint(tokens: TokenReader) -> None:
    read = read_inbound(abuse_report("Feedback-Type: abuse\nOriginal-Rcpt-To: <kari@example.org>\n"), tokens)

    assert read.kind is Kind.COMPLAINT
    assert [(one.address, one.category, one.suppress) for one in read.recipients] == [
        ("kari@example.org", Category.COMPLAINT, True)
    ]


def test_it_reads_a_complaint_that_names_nobody(tokens: TokenReader) -> None:
    raw = abuse_report("Feedback-Type: abuse\nOriginal-Rcpt-To: redacted@example.org\n", "To: <redacted>\n")
    read = read_inbound(raw, tokens)

    assert [(one.address, one.category) for one in read.recipients] == [("", Category.COMPLAINT)]


def test_it_only_notes_that_something_was_no_spam(tokens: TokenReader) -> None:
    read = read_inbound(abuse_report("Feedback-Type: not-spam\nOriginal-Rcpt-To: <kari@example.org>\n"), tokens)

    assert [(one.category, one.suppress) for one in read.recipients] == [(Category.NOT_SPAM, False)]


def test_it_takes_a_report_about_authentication_for_no_complaint(tokens: TokenReader) -> None:
    assert read_inbound(abuse_report("Feedback-Type: auth-failure\n"), tokens).kind is Kind.UNKNOWN


@pytest.mark.parametrize(
    "head",
    [
        {"auto_submitted": "auto-replied", "subject": "Re: Nytt"},
        {"subject": "Automatisk svar: Nytt"},
        {"subject": "=?utf-8?Q?Frav=C3=A6rsmelding?="},
        {"subject": "Out of office: back on Monday"},
        {"subject": "Jeg er ikke på kontoret denne uken"},
        {"subject": "Permisjon til 1. august"},
        {"x_autoreply": "yes", "subject": "Re: Nytt"},
    ],
)
def test_it_knows_an_automatic_answer(head: dict[str, str], tokens: TokenReader) -> None:
    read = read_inbound(message("Jeg er tilbake mandag.", **{"from": "Kari <kari@example.org>", **head}), tokens)

    assert read.kind is Kind.AUTO_REPLY
    assert [(one.address, one.category, one.suppress) for one in read.recipients] == [
        ("kari@example.org", Category.AUTO_REPLY, False)
    ]


def test_it_leaves_a_challenge_to_people(tokens: TokenReader) -> None:
    raw = message("Please confirm you are human.", **{"from": "kari@example.org"}, subject="Re: Nytt")

    assert [one.category for one in read_inbound(raw, tokens).recipients] == [Category.CHALLENGE]


def test_it_takes_a_bounce_that_calls_itself_an_answer_for_a_bounce(tokens: TokenReader) -> None:
    raw = message(
        "A message that you sent could not be delivered to one or more of its recipients.\n\n"
        "  kari@example.org\n    host mx.example.org [192.0.2.1]: 550 No such user here\n",
        auto_submitted="auto-replied",
        x_failed_recipients="kari@example.org",
    )

    assert [one.category for one in read_inbound(raw, tokens).recipients] == [Category.DEAD_ADDRESS]


@pytest.mark.parametrize(
    ("body", "address", "category"),
    [
        (QMAIL, "kari@example.org", Category.DEAD_ADDRESS),
        (QMAIL_NO_HOST, "kari@example.invalid", Category.DEAD_DOMAIN),
        (DOMINO, "kari@example.org", Category.DEAD_ADDRESS),
        (EXCHANGE, "kari@example.org", Category.DEAD_ADDRESS),
        (POSTFIX, "kari@example.org", Category.BLOCK),
        (GMAIL, "kari@example.org", Category.MAILBOX_FULL),
        (YAHOO, "kari@example.org", Category.MAILBOX_FULL),
        (IMAIL, "kari@example.org", Category.DEAD_ADDRESS),
    ],
    ids=["qmail", "qmail-no-host", "domino", "exchange", "postfix", "gmail", "yahoo", "imail"],
)
def test_it_reads_what_is_worded_for_people(body: str, address: str, category: Category, tokens: TokenReader) -> None:
    read = read_inbound(message(body), tokens)

    assert (read.kind, [(one.address, one.category) for one in read.recipients]) == (Kind.BOUNCE, [(address, category)])


def test_it_tells_a_worded_delay_from_a_failure(tokens: TokenReader) -> None:
    read = read_inbound(message(EXIM_DELAY, subject="Warning: message 14jRTi-0007jE-00 delayed 24 hours"), tokens)

    assert (read.kind, [(one.address, one.category) for one in read.recipients]) == (
        Kind.DELAYED,
        [("kari@example.org", Category.NETWORK)],
    )


def test_it_reads_a_norwegian_failure(tokens: TokenReader) -> None:
    body = "Meldingen kunne ikke leveres til følgende mottaker:\n\n<kari@example.org>: Mottakeren finnes ikke\n"
    read = read_inbound(message(body, subject="Kan ikke leveres: Nytt"), tokens)

    assert [(read.kind, one.address, one.category) for one in read.recipients] == [
        (Kind.BOUNCE, "kari@example.org", Category.DEAD_ADDRESS)
    ]


def test_it_reads_a_norwegian_delay(tokens: TokenReader) -> None:
    body = "Leveringen av meldingen til <kari@example.org> er forsinket. Vi prøver igjen.\n"

    assert read_inbound(message(body, subject="Levering forsinket"), tokens).kind is Kind.DELAYED


@pytest.mark.parametrize(
    ("sender", "subject", "body"),
    [
        ("kari@example.org", "Re: Nytt", "Takk for nyhetsbrevet!"),
        ("kari@example.org", "Spørsmål", "Hva betyr 'mailbox full'? Jeg fikk ikke sendt til ola@example.org."),
        ("postmaster@example.org", "Ny e-posttjener", "Vi flytter tjenesten på lørdag."),
        ("", "", ""),
    ],
)
def test_it_leaves_other_mail_to_people(sender: str, subject: str, body: str, tokens: TokenReader) -> None:
    read = read_inbound(message(body, **{"from": sender}, subject=subject), tokens)

    assert (read.kind, read.recipients) == (Kind.UNKNOWN, ())
    assert read.problem
