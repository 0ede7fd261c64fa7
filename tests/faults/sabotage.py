"""Senders that break one rule each, to see that the experiments notice: the product itself, with one thing wrong.

What a courier writes about a mail is bundled: that the last one was taken goes with the beginning of the next, and
several connections share a commit. Each of these is a way in which such a bundle could be got wrong.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from campaigns.delivery import dispatch, logbook
from campaigns.delivery.claim import Claim
from campaigns.delivery.delivery import Stage
from campaigns.delivery.dispatch import Dispatcher
from campaigns.delivery.holder import LEASE
from campaigns.delivery.lane import MailLane
from campaigns.delivery.logbook import Logbook
from campaigns.delivery.pen import Begins, EntersDot, Line, Taken
from campaigns.delivery.scribe import Scribe


class Sabotage(StrEnum):
    """What is wrong."""

    FORGETS_TAKEN = "that a mail was taken is not written with the beginning of the next one"
    DOT_DOES_NOT_WAIT = "the dot leaves before the disk has it"
    ALL_ARE_TOLD_YES = "whoever shares a commit is told that its line was written, when one of them was refused"
    BEGINS_AHEAD = "the whole batch begins at once, and each one's consent is asked for only then"
    DOT_DOES_NOT_ASK = "consent is asked for when a mail begins, which may be long before its dot, and not again"


def break_promise(how: Sabotage) -> None:
    """From here on, in this process."""
    _WAYS[how]()


def _forget_taken() -> None:
    real = Scribe.write_lines

    def write_lines(self: Scribe, *lines: Line, durable: bool = True) -> list[bool]:
        rest = [line for line in lines if not isinstance(line, Taken)]
        written = iter(real(self, *rest, durable=durable) if rest else [])
        return [True if isinstance(line, Taken) else next(written) for line in lines]

    _replace(Scribe, "write_lines", write_lines)


def _do_not_wait_for_dot() -> None:
    real = Scribe.write_lines

    def write_lines(self: Scribe, *lines: Line, durable: bool = True) -> list[bool]:
        return real(self, *lines, durable=durable and not any(isinstance(line, EntersDot) for line in lines))

    _replace(Scribe, "write_lines", write_lines)


def _tell_all_yes() -> None:
    real = Scribe.write_lines

    def write_lines(self: Scribe, *lines: Line, durable: bool = True) -> list[bool]:
        return [True for _ in real(self, *lines, durable=durable)]

    _replace(Scribe, "write_lines", write_lines)


def _begin_ahead() -> None:
    real = dispatch._claim

    def claim(dispatcher: Dispatcher, scribe: Scribe, lane: MailLane) -> list[Claim]:
        claims, now = real(dispatcher, scribe, lane), dispatcher.clock.now()
        for one in claims:
            assert one.subscriber_id is not None
            begins = Begins(
                id=one.id, subscriber_id=one.subscriber_id, holder=one.holder, until=now + LEASE, at=now
            )  # fmt: skip
            one.begun = scribe.write_lines(begins) == [True]
            one.stage, one.first_attempt_at = Stage.MAIL, now
        return claims

    _replace(dispatch, "_claim", claim)
    _replace(logbook, "_may_have", lambda *_: True)
    _do_not_ask_at_dot()


def _do_not_ask_at_dot() -> None:
    def dot(_self: Logbook, claim: Claim, now: datetime) -> EntersDot:
        return EntersDot(id=claim.id, holder=claim.holder, until=now + LEASE)

    _replace(Logbook, "_dot", dot)


def _replace(owner: Any, name: str, by: Callable[..., Any]) -> None:
    assert hasattr(owner, name), f"{owner.__name__} has no {name}: this sabotage breaks nothing any more"
    setattr(owner, name, by)


_WAYS: Mapping[Sabotage, Callable[[], None]] = {
    Sabotage.FORGETS_TAKEN: _forget_taken,
    Sabotage.DOT_DOES_NOT_WAIT: _do_not_wait_for_dot,
    Sabotage.ALL_ARE_TOLD_YES: _tell_all_yes,
    Sabotage.BEGINS_AHEAD: _begin_ahead,
    Sabotage.DOT_DOES_NOT_ASK: _do_not_ask_at_dot,
}
