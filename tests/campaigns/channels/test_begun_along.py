"""A mail that is begun along with the dot of the one before it: same outcomes, and nothing taken that must not be."""

from collections.abc import Callable, Iterator

import pytest

from campaigns.channels.envelope import Envelope
from campaigns.channels.mail_relay import MailRelay, ReuseLimits
from campaigns.channels.mail_reply import MailOutcome, MailReply, MailStage
from campaigns.channels.relay_address import RelayAddress, Tls
from campaigns.channels.smtp_client import StageTimeouts
from tests.faults.scripted_smtp import DROP, GOOD, PATIENCE, STALL, ScriptedSmtp, impatient

PIPELINING = b"250-relay.test\r\n250 PIPELINING\r\n"
A, D, F, U = MailOutcome.ACCEPTED, MailOutcome.DEFERRED, MailOutcome.FAILED, MailOutcome.UNKNOWN
RelayTo = Callable[..., MailRelay]


@pytest.fixture
def relay_to() -> Iterator[RelayTo]:
    """Makes relays to a server, and closes them when the test ends."""
    made: list[MailRelay] = []

    def make(
        server: ScriptedSmtp, limits: ReuseLimits | None = None, timeouts: StageTimeouts | None = None
    ) -> MailRelay:
        address = RelayAddress(host="127.0.0.1", port=server.port, tls=Tls.NONE)
        made.append(MailRelay(address, timeouts=timeouts, limits=limits))
        return made[-1]

    yield make
    for relay in made:
        relay.close()


def offering(**script: list[bytes]) -> ScriptedSmtp:
    return ScriptedSmtp({"ehlo": [PIPELINING] * 5} | script)


def envelope(number: int, recipient: str = "") -> Envelope:
    to = recipient or f"leser{number}@example.no"
    return Envelope(sender="b+x@bounce.example.no", recipient=to, message=f"Subject: {number}\r\n\r\nhei\r\n".encode())


def carried(relay: MailRelay, *envelopes: Envelope) -> tuple[list[MailReply], list[list[MailStage]]]:
    """Each begun along with the one before where that is possible: the replies, and the stages announced for each."""
    replies, stages = [], []
    following: Envelope | None
    for one, following in zip(envelopes, [*envelopes[1:], None], strict=True):
        seen: list[MailStage] = []

        def record(
            stage: MailStage, seen: list[MailStage] = seen, following: Envelope | None = following
        ) -> Envelope | None:
            seen.append(stage)
            return following if stage is MailStage.DOT and relay.goes_on else None

        replies.append(relay.hand_over(one, record))
        stages.append(seen)
    return replies, stages


def test_what_begins_the_next_mail_is_said_in_one_breath_with_the_dot(relay_to: RelayTo) -> None:
    with offering() as server:
        replies, stages = carried(relay_to(server), envelope(1), envelope(2), envelope(3))

    assert [reply.outcome for reply in replies] == [A, A, A]
    assert [text.split(b"\r\n")[0] for text in server.accepted] == [b"Subject: 1", b"Subject: 2", b"Subject: 3"]
    assert stages[1] == stages[2] == [MailStage.RCPT, MailStage.DATA, MailStage.DOT]  # its MAIL was announced before
    assert server.connections == 1


def test_nothing_is_said_along_where_pipelining_is_not_offered(relay_to: RelayTo) -> None:
    with ScriptedSmtp() as server:
        relay = relay_to(server)
        replies, stages = carried(relay, envelope(1), envelope(2))

        assert not relay.goes_on
    assert [reply.outcome for reply in replies] == [A, A]
    assert stages[1][0] is MailStage.MAIL


def test_the_last_mail_of_a_connection_begins_no_other(relay_to: RelayTo) -> None:
    with offering() as server:
        replies, stages = carried(relay_to(server, limits=ReuseLimits(messages=2)), *map(envelope, range(4)))

    assert [reply.outcome for reply in replies] == [A] * 4
    assert [seen[0] for seen in stages] == [MailStage.CONNECT, MailStage.RCPT, MailStage.CONNECT, MailStage.RCPT]
    assert server.connections == 2


@pytest.mark.parametrize(
    ("stage", "answer", "expected"),
    [
        ("mail", b"451 4.3.2 not now\r\n", D),
        ("rcpt", b"451 4.7.1 greylisted\r\n", D),
        ("rcpt", b"550 5.1.1 user unknown\r\n", F),
        ("data", b"451 4.3.0 later\r\n", D),
        ("dot", b"451 4.3.0 later\r\n", D),
        ("dot", b"554 5.6.0 no\r\n", F),
        ("dot", DROP, U),
        ("dot", b"250 2.0", U),
    ],
)
def test_what_goes_wrong_with_a_mail_begun_along_is_told_as_of_any_other(
    relay_to: RelayTo, stage: str, answer: bytes, expected: MailOutcome
) -> None:
    with offering(**{stage: [GOOD, answer]}) as server:
        replies, _ = carried(relay_to(server), envelope(1), envelope(2), envelope(3))

    assert [reply.outcome for reply in replies] == [A, expected, A]
    assert [text.split(b"\r\n")[0] for text in server.accepted if b"Subject: 2" not in text] == [
        b"Subject: 1",
        b"Subject: 3",
    ]


@pytest.mark.parametrize("stage", ["mail", "rcpt"])
@pytest.mark.parametrize("answer", [DROP, b"421 4.3.2 closing\r\n"], ids=["drop", "421"])
def test_a_connection_that_ends_under_a_mail_begun_along_is_opened_again_or_the_mail_waits(
    relay_to: RelayTo, stage: str, answer: bytes
) -> None:
    with offering(**{stage: [GOOD, answer]}) as server:
        replies, _ = carried(relay_to(server), envelope(1), envelope(2), envelope(3))

    assert [reply.outcome for reply in replies] == [A, A if stage == "mail" else D, A]
    assert server.connections == 2


@pytest.mark.parametrize(
    ("answer", "expected", "connections"),
    [
        (b"451 4.3.0 later\r\n", D, 1),
        (b"554 5.6.0 no\r\n", F, 1),
        (b"421 4.3.2 closing\r\n", D, 2),
        (DROP, U, 2),
        (b"354 what\r\n", U, 2),
    ],
)
def test_what_comes_of_the_dot_says_nothing_about_the_mail_begun_along_with_it(
    relay_to: RelayTo, answer: bytes, expected: MailOutcome, connections: int
) -> None:
    with offering(dot=[answer]) as server:
        replies, stages = carried(relay_to(server), envelope(1), envelope(2))

    assert [reply.outcome for reply in replies] == [expected, A]
    assert server.accepted == [envelope(2).message]
    assert server.connections == connections
    assert (MailStage.MAIL in stages[1]) is (connections == 2)  # on a new connection it is announced anew


def test_a_mail_that_was_begun_and_is_not_to_go_is_not_taken(relay_to: RelayTo) -> None:
    with offering() as server:
        relay = relay_to(server)
        relay.hand_over(envelope(1), lambda stage: envelope(2) if stage is MailStage.DOT else None)
        other = relay.hand_over(envelope(3), lambda _stage: None)

    assert other.outcome is A
    assert server.accepted == [envelope(1).message, envelope(3).message]
    assert server.connections == 2


def test_a_relay_closed_over_a_mail_that_was_begun_says_no_more(relay_to: RelayTo) -> None:
    with offering() as server:
        relay = relay_to(server)
        relay.hand_over(envelope(1), lambda stage: envelope(2) if stage is MailStage.DOT else None)
        relay.close()

    assert "QUIT" not in server.commands
    assert server.accepted == [envelope(1).message]


def test_an_address_the_relay_cannot_carry_waits_for_its_own_turn(relay_to: RelayTo) -> None:
    with offering() as server:
        replies, stages = carried(relay_to(server), envelope(1), envelope(2, "bjørn@example.no"), envelope(3))

    assert [(reply.outcome, reply.category) for reply in replies][1] == (F, "unsupported-address")
    assert [replies[0].outcome, replies[2].outcome] == [A, A]
    assert stages[1] == [MailStage.MAIL]


def test_it_tells_while_the_answer_to_what_was_said_along_is_not_here(relay_to: RelayTo) -> None:
    following = envelope(2)
    for patience in PATIENCE:
        with offering(mail=[GOOD, STALL]) as server:
            relay = relay_to(server, timeouts=impatient("mail", patience))
            first = relay.hand_over(envelope(1), lambda stage: following if stage is MailStage.DOT else None)
            awaited = relay.is_awaited
            second = relay.hand_over(following, lambda _stage: None)  # on a new connection
        if first.outcome is second.outcome is A:
            break

    assert (first.outcome, second.outcome) == (A, A)
    assert awaited
    assert not relay.is_awaited
    assert server.connections == 2
