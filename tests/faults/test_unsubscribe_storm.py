"""Readers leave while their issue goes out: once a farewell is answered, no copy to that reader begins.

The farewells are the one-click requests that a mailbox provider sends, to the real application, on the database that
a sender in another process writes to at the same time.
"""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from campaigns.channels.return_path import read_return_token
from campaigns.clock import FixedClock
from service.app import create_app
from service.bootstrap import Service
from service.settings import Settings
from tests.faults.campaign import Campaign, campaign, require_sound, wait_until
from tests.faults.forge import Forge
from tests.faults.invariants import Evidence, breaches
from tests.faults.sabotage import Sabotage
from tests.faults.smtp_oracle import SmtpOracle
from tests.faults.whims import HELD_AT, Whims

SEED = 20270522


@pytest.mark.parametrize("pipelines", [False, True], ids=["command by command", "in one breath"])
def test_nobody_who_left_during_a_send_gets_a_copy(
    tmp_path: Path, clock: FixedClock, forge: Forge, *, pipelines: bool
) -> None:
    run = leave_one_by_one(tmp_path, clock, forge, recipients=120, leaving=20, pipelines=pipelines)

    withheld = sum(row.state == "suppressed" for row in run.rows)
    require_sound(run, told=f"seed {SEED}, 20 left while 120 were sent to, {withheld} of them in time:")
    assert withheld > 0


@pytest.mark.parametrize(("sabotage", "pipelines"), [(Sabotage.BEGINS_AHEAD, False), (Sabotage.DOT_DOES_NOT_ASK, True)])
def test_a_sender_that_asks_too_early_is_found_out(
    tmp_path: Path, clock: FixedClock, forge: Forge, sabotage: Sabotage, *, pipelines: bool
) -> None:
    run = leave_one_by_one(
        tmp_path, clock, forge, recipients=60, leaving=10, pipelines=pipelines, sabotage=sabotage
    )  # fmt: skip

    assert [breach for breach in breaches(run) if breach.startswith("I5: a copy to ")]


@pytest.mark.parametrize("pipelines", [False, True], ids=["command by command", "in one breath"])
def test_nothing_is_taken_of_a_mail_whose_reader_leaves_while_it_is_on_its_way(
    tmp_path: Path, clock: FixedClock, forge: Forge, *, pipelines: bool
) -> None:
    run, left_at = leave_on_the_way(
        tmp_path, clock, forge, Whims(holds_each=2, pipelines=pipelines, seed=SEED), recipients=40, connections=2
    )

    _require_each_landed(run, left_at, each=5)


def test_a_sender_that_does_not_ask_at_the_dot_is_found_out_wherever_the_mail_was(
    tmp_path: Path, clock: FixedClock, forge: Forge
) -> None:
    run, left_at = leave_on_the_way(
        tmp_path, clock, forge, Whims(holds_each=1, seed=SEED), recipients=16, connections=1,
        sabotage=Sabotage.DOT_DOES_NOT_ASK,
    )  # fmt: skip

    on_its_way = {address for command in HELD_AT[:-1] for address in left_at[command]}
    assert len(on_its_way) == 12
    assert {sentence.partition(" taken ")[0] for sentence in breaches(run)} == {
        f"I5: a copy to {address}" for address in on_its_way
    }


@pytest.mark.faults
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("pipelines", [False, True], ids=["command by command", "in one breath"])
def test_five_hundred_leave_while_their_mail_is_on_its_way(
    tmp_path: Path, clock: FixedClock, forge: Forge, *, pipelines: bool
) -> None:
    run, left_at = leave_on_the_way(
        tmp_path, clock, forge, Whims(holds_each=2, pipelines=pipelines, seed=SEED), recipients=1_000, connections=3
    )

    _require_each_landed(run, left_at, each=125)


@pytest.mark.faults
@pytest.mark.timeout(1_800)
def test_a_thousand_leave_while_five_thousand_are_sent_to(tmp_path: Path, clock: FixedClock, forge: Forge) -> None:
    _storm(tmp_path, clock, forge, recipients=5_000, leaving=1_000, threads=4)


def leave_one_by_one(
    folder: Path,
    clock: FixedClock,
    forge: Forge,
    *,
    recipients: int,
    leaving: int,
    pipelines: bool,
    sabotage: Sabotage | None = None,
) -> Evidence:
    """Each leaves while the server keeps the one connection waiting for an answer: nothing is between ask and wire."""
    connections = 1
    issue = campaign(folder, clock, recipients)
    service, leavers = _leavers(folder, clock, issue, leaving)
    client = create_app(service).test_client(use_cookies=False)
    with SmtpOracle(folder, Whims(metered=True, pipelines=pipelines, seed=SEED)) as oracle:
        sender = forge.send(folder, oracle.port, connections=connections, sabotage=sabotage)
        for number, drawn in enumerate(leavers):
            permitted = number * (recipients - leaving - connections) // leaving
            oracle.permit(permitted)
            wait_until(lambda goal=permitted + connections: oracle.has_taken() == goal)  # type: ignore[misc]
            _leave(client, issue, *(_begun_along(service, issue, clock) or drawn))
        oracle.permit(recipients)
        assert sender.wait() == 0
        run = replace(issue.evidence(oracle, connections=connections), race=0)
    service.close()
    assert 1 < len(issue.farewells) <= leaving  # one that is drawn may have been begun along before
    return run


def leave_on_the_way(
    folder: Path,
    clock: FixedClock,
    forge: Forge,
    whims: Whims,
    *,
    recipients: int,
    connections: int,
    sabotage: Sabotage | None = None,
) -> tuple[Evidence, Mapping[str, list[str]]]:
    """The server holds one answer to each of some mails until that mail's reader has left; who left at which command.

    So every farewell is answered while the mail is between MAIL and the end, and nothing is between ask and wire.
    """
    issue = campaign(folder, clock, recipients)
    service = Service(Settings(data_dir=folder, _env_file=None), clock)
    client = create_app(service).test_client(use_cookies=False)
    left_at: defaultdict[str, list[str]] = defaultdict(list)
    answered = 0
    with SmtpOracle(folder, whims) as oracle:
        sender = forge.send(folder, oracle.port, connections=connections, sabotage=sabotage)
        while not sender.gone():
            for held in oracle.held()[answered:]:
                address, token = _reader_of(service, issue, held.sender, clock)
                assert held.to in {"", address}
                _leave(client, issue, address, token)
                left_at[held.command].append(address)
                answered += 1
                oracle.release(answered)
            wait_until(lambda seen=answered: len(oracle.held()) > seen or sender.gone())  # type: ignore[misc]
        assert sender.wait() == 0, (folder / "sender.log").read_text()[-2_000:]
        run = replace(issue.evidence(oracle, connections=connections), race=0)
    service.close()
    return run, left_at


def _require_each_landed(run: Evidence, left_at: Mapping[str, list[str]], *, each: int) -> None:
    """So many left at each command; what had not come to its dot was not taken, and what was taken is accepted."""
    landed = {command: len(left_at[command]) for command in HELD_AT}
    require_sound(run, told=f"left while their mail was on its way, {landed}:")
    assert set(landed.values()) == {each}
    states = {row.address: row.state for row in run.rows}
    ended = {command: {states[address] for address in left_at[command]} for command in HELD_AT}
    assert ended == {"MAIL": {"suppressed"}, "RCPT": {"suppressed"}, "DATA": {"suppressed"}, ".": {"accepted"}}
    assert {row.state for row in run.rows if row.address not in run.farewells} == {"accepted"}
    assert run.farewells.keys() == {address for left in left_at.values() for address in left}


def _reader_of(service: Service, issue: Campaign, sender: str, clock: FixedClock) -> tuple[str, str]:
    """Whose mail has this envelope sender, and the link to leave by."""
    delivery = read_return_token(sender.partition("@")[0].removeprefix("b+"), service.derived_key("return-path"))
    assert delivery is not None
    found = issue.query(
        "SELECT s.normalized, s.id FROM delivery d JOIN subscriber s ON s.id = d.subscriber_id"
        f" WHERE d.id = {delivery:d}"
    )
    ((address, id_),) = found
    return address, service.links.unsubscribe_token(id_, clock.now())


def _begun_along(service: Service, issue: Campaign, clock: FixedClock) -> tuple[str, str] | None:
    """Whose mail was begun along with the dot that waits for its answer, if any was."""
    begun = issue.query(
        "SELECT s.id, s.normalized FROM delivery d JOIN subscriber s ON s.id = d.subscriber_id"
        " WHERE d.state = 'sending' AND d.stage = 'mail'"
    )
    return next(((address, service.links.unsubscribe_token(id_, clock.now())) for id_, address in begun), None)


def _storm(folder: Path, clock: FixedClock, forge: Forge, *, recipients: int, leaving: int, threads: int) -> None:
    issue = campaign(folder, clock, recipients)
    service, leavers = _leavers(folder, clock, issue, leaving)
    clients = [create_app(service).test_client(use_cookies=False) for _ in range(threads)]
    with SmtpOracle(folder, Whims(seed=SEED)) as oracle:
        sender = forge.send(folder, oracle.port, connections=3)
        wait_until(lambda: oracle.has_taken() > 5)
        crowd = [
            threading.Thread(target=_leave_all, args=(client, issue, leavers[part::threads]))
            for part, client in enumerate(clients)
        ]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
        during = oracle.has_taken()
        assert sender.wait() == 0
        assert forge.send(folder, oracle.port, connections=3).wait() == 0
        run = issue.evidence(oracle, connections=3)
    service.close()
    withheld = sum(row.state == "suppressed" for row in run.rows)
    require_sound(run, told=f"seed {SEED}, {leaving} left while up to {during} were sent, {withheld} of them in time:")
    assert len(issue.farewells) == leaving
    assert withheld > 0


def _leavers(folder: Path, clock: FixedClock, issue: Campaign, leaving: int) -> tuple[Service, list[tuple[str, str]]]:
    """Who is to leave: (address, token of the link), drawn from those who do not come first."""
    service = Service(Settings(data_dir=folder, _env_file=None), clock)
    rows = issue.query("SELECT s.id, s.normalized FROM subscriber s ORDER BY s.id")
    links = [(address, service.links.unsubscribe_token(id_, clock.now())) for id_, address in rows]
    return service, random.Random(SEED).sample(links[len(rows) // 6 :], leaving)


def _leave_all(client: FlaskClient, issue: Campaign, leavers: list[tuple[str, str]]) -> None:
    for address, token in leavers:
        _leave(client, issue, address, token)


def _leave(client: FlaskClient, issue: Campaign, address: str, token: str) -> None:
    answer = client.post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200, answer.text
    issue.farewells[address] = time.monotonic_ns()
