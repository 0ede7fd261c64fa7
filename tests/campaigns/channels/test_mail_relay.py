"""The stage matrix (email contract E-31…E-37): every way to fail at every stage, over a real loopback socket."""

from collections.abc import Iterator
from itertools import product
from typing import Protocol

import pytest

from campaigns.channels.envelope import Envelope
from campaigns.channels.mail_relay import MailRelay, ReuseLimits
from campaigns.channels.mail_reply import MailOutcome, MailStage
from campaigns.channels.relay_address import RelayAddress, Tls
from campaigns.channels.smtp_client import StageTimeouts
from tests.faults.scripted_smtp import DROP, PATIENCE, STALL, ScriptedSmtp, impatient

A, D, F, U, L = (
    MailOutcome.ACCEPTED,
    MailOutcome.DEFERRED,
    MailOutcome.FAILED,
    MailOutcome.UNKNOWN,
    MailOutcome.LANE_FAULT,
)
FAULTS = {
    "drop": DROP,
    "421": b"421 4.3.2 closing\r\n",
    "4yz": b"451 4.7.1 greylisted\r\n",
    "5yz": b"550 5.5.0 no\r\n",
    "stall": STALL,
    "garbage": b"\xff\xfe what is this\r\n",
    "100 kB reply": b"250-padding padding padding padding\r\n" * 3_000 + b"250 ok\r\n",
    "half a line": b"250 2.0",
}
#                  drop 421 4yz 5yz stall garbage 100kB half
EXPECTED = {
    "greeting": (D, D, D, L, D, D, D, D),
    "ehlo": (D, D, D, L, D, D, D, D),
    "auth": (D, D, D, L, D, D, D, D),
    "mail": (D, D, D, L, D, D, D, D),
    "rcpt": (D, D, D, F, D, D, D, D),
    "data": (D, D, D, F, D, D, D, D),
    "dot": (U, D, D, F, U, U, U, U),
    "quit": (A, A, A, A, A, A, A, A),
}
MATRIX = [
    pytest.param(stage, fault, expected, id=f"{fault} at {stage}")
    for stage, row in EXPECTED.items()
    for fault, expected in zip(FAULTS, row, strict=True)
]
LONG = 60.0
STEPS = [MailStage.CONNECT, MailStage.MAIL, MailStage.RCPT, MailStage.DATA, MailStage.DOT]


def envelope(message: bytes = b"Subject: x\r\n\r\nhei\r\n", recipient: str = "kari@example.no") -> Envelope:
    return Envelope(sender="b+x@bounce.example.no", recipient=recipient, message=message, reference="abc")


class RelayTo(Protocol):
    def __call__(
        self, server: ScriptedSmtp, limits: ReuseLimits | None = None, timeouts: StageTimeouts | None = None
    ) -> MailRelay: ...


@pytest.fixture
def relay_to() -> Iterator[RelayTo]:
    """Makes relays to a server and closes them when the test ends."""
    made: list[MailRelay] = []

    def make(
        server: ScriptedSmtp, limits: ReuseLimits | None = None, timeouts: StageTimeouts | None = None
    ) -> MailRelay:
        address = RelayAddress(host="127.0.0.1", port=server.port, tls=Tls.NONE, username="post", password="hemmelig")
        made.append(MailRelay(address, timeouts=timeouts, limits=limits))
        return made[-1]

    yield make
    for relay in made:
        relay.close()


def nothing(_stage: MailStage) -> None:
    """Records nowhere."""


@pytest.mark.parametrize(("stage", "fault", "expected"), MATRIX)
def test_it_tells_what_is_known_after_a_fault(relay_to: RelayTo, stage: str, fault: str, expected: MailOutcome) -> None:
    with ScriptedSmtp({stage: [FAULTS[fault]]}) as server:
        relay = relay_to(server, timeouts=impatient(stage) if fault == "stall" else None)
        reply = relay.hand_over(envelope(), nothing)
        relay.close()

    assert reply.outcome is expected, reply
    assert len(server.accepted) == (
        expected is A or (stage, fault) in {("dot", "half a line"), ("dot", "100 kB reply")}
    )


PIPELINING = b"250-relay.test\r\n250-AUTH PLAIN\r\n250-PIPELINING\r\n250 DSN\r\n"


@pytest.mark.parametrize(
    ("stage", "fault", "expected"), [one for one in MATRIX if one.values[0] in {"mail", "rcpt", "data", "dot"}]
)
def test_it_tells_the_same_when_commands_leave_together(
    relay_to: RelayTo, stage: str, fault: str, expected: MailOutcome
) -> None:
    for patience in PATIENCE if fault == "stall" else (LONG,):
        with ScriptedSmtp({"ehlo": [PIPELINING] * 4, stage: [FAULTS[fault]]}) as server:
            reply = relay_to(server, timeouts=impatient(stage, patience)).hand_over(envelope(), nothing)
        if reply.stage is MailStage(stage):
            break

    assert (reply.outcome, reply.stage) == (expected, MailStage(stage)), reply
    assert len(server.accepted) == ((stage, fault) in {("dot", "half a line"), ("dot", "100 kB reply")})


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
def test_a_refusal_among_commands_that_left_together_leaves_the_next_mail_alone(relay_to: RelayTo, stage: str) -> None:
    with ScriptedSmtp({"ehlo": [PIPELINING] * 2, stage: [FAULTS["4yz"]]}) as server:
        relay = relay_to(server)
        replies = [relay.hand_over(envelope(), nothing) for _ in range(2)]

    assert [reply.outcome for reply in replies] == [D, A]
    assert len(server.accepted) == 1


def test_commands_leave_together_only_where_that_is_offered(relay_to: RelayTo) -> None:
    seen: list[tuple[MailStage, int]] = []
    with ScriptedSmtp({"ehlo": [PIPELINING]}) as server:
        relay_to(server).hand_over(envelope(), lambda stage: seen.append((stage, len(server.commands))))

    assert [stage for stage, _ in seen] == STEPS
    assert server.commands[dict(seen)[MailStage.MAIL] :][:4] == [
        "MAIL FROM:<b+x@bounce.example.no> RET=HDRS ENVID=abc", "RCPT TO:<kari@example.no> NOTIFY=FAILURE", "DATA", ".",
    ]  # fmt: skip
    assert server.commands[dict(seen)[MailStage.DOT]] == "."


@pytest.mark.parametrize("fault", [DROP, STALL], ids=["drop", "stall"])
def test_it_knows_the_mail_is_unsent_when_the_body_never_got_through(relay_to: RelayTo, fault: bytes) -> None:
    recorded: list[MailStage] = []
    with ScriptedSmtp({"body": [fault]}) as server:
        large = envelope(b"x" * 76 + b"\r\n" * 8_000_000)
        reply = relay_to(server, timeouts=impatient("body")).hand_over(large, recorded.append)

    assert reply.outcome is D
    assert MailStage.DOT not in recorded


@pytest.mark.parametrize(("answer", "expected"), [(b"451 4.3.0 no\r\n", D), (b"554 5.6.0 no\r\n", F), (b"?\r\n", U)])
def test_it_reads_an_answer_given_before_the_dot_as_the_answer_to_it(
    relay_to: RelayTo, answer: bytes, expected: MailOutcome
) -> None:
    with ScriptedSmtp({"body": [answer]}) as server:
        assert relay_to(server).hand_over(envelope(), nothing).outcome is expected


def test_it_announces_each_stage_before_entering_it(relay_to: RelayTo) -> None:
    seen: list[tuple[MailStage, int]] = []
    with ScriptedSmtp() as server:
        relay_to(server).hand_over(envelope(), lambda stage: seen.append((stage, len(server.commands))))

    assert [stage for stage, _ in seen] == STEPS
    assert dict(seen)[MailStage.CONNECT] == 0
    assert server.commands[dict(seen)[MailStage.MAIL]].startswith("MAIL FROM:<b+x@bounce.example.no>")
    assert server.commands[dict(seen)[MailStage.DOT]] == "."


@pytest.mark.parametrize("stop_at", STEPS)
def test_it_sends_nothing_when_the_recorder_says_no(relay_to: RelayTo, stop_at: MailStage) -> None:
    def refuse(stage: MailStage) -> None:
        if stage is stop_at:
            raise InterruptedError

    with ScriptedSmtp() as server:
        relay = relay_to(server)
        with pytest.raises(InterruptedError):
            relay.hand_over(envelope(), refuse)
        again = relay.hand_over(envelope(), nothing)

    assert again.outcome is A
    assert len(server.accepted) == 1


def test_a_mail_that_may_not_begin_leaves_the_connection_to_the_next_one(relay_to: RelayTo) -> None:
    def refuse(stage: MailStage) -> None:
        if stage is MailStage.MAIL:
            raise InterruptedError("its issue was paused")

    with ScriptedSmtp() as server:
        relay = relay_to(server)
        for _ in range(3):
            with pytest.raises(InterruptedError):
                relay.hand_over(envelope(), refuse)
        after = relay.hand_over(envelope(), nothing)

    assert after.outcome is A
    assert (server.connections, len(server.accepted)) == (1, 1)


def test_it_opens_a_connection_again_that_was_closed_while_idle(relay_to: RelayTo) -> None:
    with ScriptedSmtp({"mail": [b"250 ok\r\n", b"421 4.4.2 idle too long\r\n"]}) as server:
        relay = relay_to(server)
        replies = [relay.hand_over(envelope(), nothing) for _ in range(2)]

    assert [reply.outcome for reply in replies] == [A, A]
    assert server.connections == 2


def test_it_keeps_a_connection_no_longer_than_its_limit(relay_to: RelayTo) -> None:
    with ScriptedSmtp() as server:
        relay = relay_to(server, limits=ReuseLimits(messages=2))
        for _ in range(5):
            relay.hand_over(envelope(), nothing)
        relay.close()

    assert server.connections == 3
    assert server.commands.count("QUIT") == 3


def test_it_goes_on_with_the_same_connection_after_one_refused_recipient(relay_to: RelayTo) -> None:
    with ScriptedSmtp({"rcpt": [b"550 5.1.1 user unknown\r\n"]}) as server:
        relay = relay_to(server)
        first, second = (relay.hand_over(envelope(), nothing) for _ in range(2))

    assert (first.outcome, first.category, first.code) == (F, "dead-address", 550)
    assert second.outcome is A
    assert server.connections == 1


def test_it_blames_us_when_the_relay_will_not_carry_our_mail(relay_to: RelayTo) -> None:
    with ScriptedSmtp({"rcpt": [b"554 5.7.1 <kari@example.no>: Relay access denied\r\n"]}) as server:
        reply = relay_to(server).hand_over(envelope(), nothing)

    assert (reply.outcome, reply.category) == (L, "config")


def test_it_takes_every_2yz_to_the_dot_as_a_yes_and_reads_all_lines(relay_to: RelayTo) -> None:
    with ScriptedSmtp({"dot": [b"250-2.0.0 first\r\n250 2.0.0 queued as 42\r\n"]}) as server:
        reply = relay_to(server).hand_over(envelope(), nothing)

    assert reply.outcome is A
    assert reply.text.endswith("queued as 42")


def test_it_never_mangles_an_address_the_relay_cannot_carry(relay_to: RelayTo) -> None:
    with ScriptedSmtp() as server:
        reply = relay_to(server).hand_over(envelope(recipient="bjørn@example.no"), nothing)

    assert (reply.outcome, reply.category) == (F, "unsupported-address")
    assert not [command for command in server.commands if command.startswith("MAIL")]


def test_it_stuffs_leading_dots(relay_to: RelayTo) -> None:
    with ScriptedSmtp() as server:
        relay_to(server).hand_over(envelope(b"Subject: x\r\n\r\n.\r\n..\r\nhei"), nothing)

    assert server.accepted == [b"Subject: x\r\n\r\n..\r\n...\r\nhei\r\n"]


def test_it_asks_the_relay_for_failures_only(relay_to: RelayTo) -> None:
    with ScriptedSmtp() as server:
        relay_to(server).hand_over(envelope(), nothing)

    assert "MAIL FROM:<b+x@bounce.example.no> SIZE=19 RET=HDRS ENVID=abc" in server.commands
    assert "RCPT TO:<kari@example.no> NOTIFY=FAILURE" in server.commands


def test_nobody_answering_is_not_the_mails_fault(relay_to: RelayTo) -> None:
    with ScriptedSmtp() as server:
        relay = relay_to(server)
    reply = relay.hand_over(envelope(), nothing)

    assert (reply.outcome, reply.stage, reply.category) == (D, MailStage.CONNECT, "network")


@pytest.mark.parametrize(
    "recipient", ["kari@example.no>\r\nRCPT TO:<all@example.no", "a b@example.no", "a@example.no\x00"]
)
def test_an_envelope_refuses_what_would_be_a_command_of_its_own(recipient: str) -> None:
    with pytest.raises(ValueError, match="brackets"):
        envelope(recipient=recipient)


def test_the_matrix_is_whole() -> None:
    assert len(MATRIX) == len(list(product(EXPECTED, FAULTS)))
