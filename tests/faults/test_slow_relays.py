"""A mail server that is slow on purpose, or gone without a word: no connection waits longer than its stage's deadline.

Before the dot nothing was taken, and the mail is tried again; from the dot on it is uncertain, and listed. The
deadlines are made short; the server would go on for ever.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.channels.envelope import Envelope
from campaigns.channels.mail_relay import MailRelay
from campaigns.channels.mail_reply import MailOutcome, MailStage
from campaigns.channels.relay_address import RelayAddress, Tls
from campaigns.channels.smtp_client import StageTimeouts
from campaigns.clock import FixedClock
from tests.faults.campaign import campaign, require_sound, wait_until
from tests.faults.forge import Forge
from tests.faults.scripted_smtp import DRIP, PATIENCE, SIP, STALL, ScriptedSmtp, impatient
from tests.faults.smtp_oracle import SmtpOracle
from tests.faults.whims import Manner, Whims

SEED = 20270525
CONNECTIONS = 2
_PATIENCE = 0.15  # seconds; a machine under load may need longer for a stage before the dot, and tries again
COPY = Envelope(sender="b+1@monitor.example.no", recipient="leser@example.no", message=b"Subject: x\r\n\r\nHei\r\n")
STAGES = {
    "greeting": MailStage.CONNECT, "ehlo": MailStage.CONNECT, "mail": MailStage.MAIL, "rcpt": MailStage.RCPT,
    "data": MailStage.DATA, "dot": MailStage.DOT,
}  # fmt: skip


def _relay(server: ScriptedSmtp, timeouts: StageTimeouts) -> MailRelay:
    return MailRelay(RelayAddress(host="127.0.0.1", port=server.port, tls=Tls.NONE), timeouts=timeouts)


@pytest.mark.parametrize("stage", STAGES)
def test_an_answer_that_comes_byte_by_byte_is_given_up_at_the_stage_s_deadline(stage: str) -> None:
    for patience in PATIENCE:
        with ScriptedSmtp({stage: [DRIP]}) as server:
            reply = _relay(server, impatient(stage, patience)).hand_over(COPY, lambda _stage: None)
        if reply.stage is STAGES[stage]:
            break

    assert reply.stage is STAGES[stage]
    assert reply.outcome is (MailOutcome.UNKNOWN if stage == "dot" else MailOutcome.DEFERRED)
    assert "no reply in time" in reply.text or "timed out" in reply.text


@pytest.mark.parametrize("manner", [SIP, STALL], ids=["a byte at a time", "not at all"])
def test_a_server_that_reads_the_message_slowly_is_given_up_before_the_dot(manner: bytes) -> None:
    entered: list[MailStage] = []
    large = replace(COPY, message=COPY.message * 400_000)  # more than the machine holds between the two
    with ScriptedSmtp({"body": [manner]}) as server:
        reply = _relay(server, impatient("body")).hand_over(large, entered.append)

    assert (reply.stage, reply.outcome) == (MailStage.DATA, MailOutcome.DEFERRED)
    assert MailStage.DOT not in entered


def test_a_kept_connection_whose_other_end_has_vanished_is_opened_again() -> None:
    for patience in PATIENCE:
        with ScriptedSmtp({"mail": [b"250 2.1.0 ok\r\n", STALL]}) as server:
            relay = _relay(server, impatient("mail", patience))
            first = relay.hand_over(COPY, lambda _stage: None)
            second = relay.hand_over(COPY, lambda _stage: None)
            relay.close()
        if first.outcome is second.outcome is MailOutcome.ACCEPTED:
            break

    assert (first.outcome, second.outcome) == (MailOutcome.ACCEPTED, MailOutcome.ACCEPTED)
    assert (len(server.accepted), server.connections) == (2, 2)


SLOW = [("MAIL", Manner.DRIPS), ("RCPT", Manner.DEAF), ("DATA", Manner.DRIPS), (".", Manner.DRIPS), (".", Manner.DEAF)]


@pytest.mark.parametrize(("command", "manner"), [(".", Manner.DRIPS)])
def test_an_issue_behind_a_slow_loris(
    tmp_path: Path, clock: FixedClock, forge: Forge, command: str, manner: Manner
) -> None:
    _send_slowly(tmp_path, clock, forge, Whims(slow=0.1, slow_at=command, manner=manner, seed=SEED), readers=24)


@pytest.mark.faults
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize(("command", "manner"), SLOW)
def test_five_hundred_behind_a_slow_loris(
    tmp_path: Path, clock: FixedClock, forge: Forge, command: str, manner: Manner
) -> None:
    _send_slowly(tmp_path, clock, forge, Whims(slow=0.1, slow_at=command, manner=manner, seed=SEED), readers=500)


def _send_slowly(folder: Path, clock: FixedClock, forge: Forge, whims: Whims, *, readers: int) -> None:
    issue = campaign(folder, clock, readers)
    with SmtpOracle(folder, whims) as oracle:
        sender = forge.send(folder, oracle.port, connections=CONNECTIONS, rounds=200, patience=_PATIENCE)
        assert sender.wait() == 0, (folder / "sender.log").read_text()[-2_000:]
        run = issue.evidence(oracle, connections=CONNECTIONS)

    told = f"seed {SEED}, a tenth of the answers to {whims.slow_at}: {whims.manner.value},"
    require_sound(run, told=told)
    assert {row.state for row in run.rows} <= ({"accepted", "unknown"} if whims.slow_at == "." else {"accepted"})


def test_a_server_that_vanishes_without_a_word_leaves_one_uncertain_mail_for_each_connection(
    tmp_path: Path, clock: FixedClock, forge: Forge
) -> None:
    _vanish(tmp_path, clock, forge, readers=100, times=1)


@pytest.mark.faults
@pytest.mark.timeout(3_600)
def test_a_server_that_vanishes_thirty_times(tmp_path: Path, clock: FixedClock, forge: Forge) -> None:
    _vanish(tmp_path, clock, forge, readers=3_000, times=30)


def _vanish(folder: Path, clock: FixedClock, forge: Forge, *, readers: int, times: int) -> None:
    """Half open: the connections stand, and the machine at the other end does nothing any more, until it is back."""
    issue = campaign(folder, clock, readers)
    with SmtpOracle(folder) as oracle:
        for turn in range(times):
            goal = oracle.has_taken() + readers // (2 * times)
            minutes = 1 + 60 * turn
            sender = forge.send(folder, oracle.port, connections=CONNECTIONS, patience=_PATIENCE, minutes=minutes)
            wait_until(lambda goal=goal: oracle.has_taken() >= goal or oracle.has_taken() == readers)  # type: ignore[misc]
            oracle.hold()
            assert sender.wait() == 0
            oracle.go_on()
        last = forge.send(folder, oracle.port, connections=CONNECTIONS, rounds=50, minutes=1 + 60 * times)
        assert last.wait() == 0
        run = replace(issue.evidence(oracle, connections=CONNECTIONS), faults=times)

    require_sound(run, told=f"the server vanished {times} times:")
