"""Ten thousand sign-ups against one address, and how long an answer takes for each kind of address (S-40, S-42)."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from campaigns.clock import FixedClock
from campaigns.subscribers.audience import owed_account_mail
from campaigns.subscribers.enrolment import ask
from campaigns.subscribers.proof_of_work import ProofMissing
from campaigns.subscribers.subscriber import SubscriberStatus
from campaigns.subscribers.throttle import Asker, TooManySignUps, admit, last_alarm
from service.app import create_app
from service.bootstrap import Service
from service.database import Database
from service.settings import Settings
from tests.factories.enrolling import KEYS, sign_up
from tests.factories.public_site import Site

pytestmark = pytest.mark.faults
ATTEMPTS = 10_000
STATES = (None, SubscriberStatus.PENDING, SubscriberStatus.CONFIRMED, SubscriberStatus.UNSUBSCRIBED)


def test_ten_thousand_sign_ups_send_one_victim_one_mail(
    sqlite_database: Database, clock: FixedClock, record_property: Callable[[str, object], None]
) -> None:
    """From ten thousand networks within three hours, some of them with the arithmetic left out."""
    owed = refused = 0
    for number in range(ATTEMPTS):
        origin = sign_up().origin
        wanted = sign_up("offer@eksempel.no", origin=type(origin)(where=origin.where, network=f"n{number}"))
        try:
            with sqlite_database.session_scope(durable=False) as session:
                ask(session, clock, wanted, keys=KEYS)
                for person in owed_account_mail(session):
                    owed += 1
                    person.mail_due = person.mail_due_at = None
        except (TooManySignUps, ProofMissing):
            refused += 1
        clock.advance(seconds=1)

    record_property("refused", refused)
    assert owed == 1
    assert refused > ATTEMPTS * 0.98


def test_the_alarm_is_raised_though_each_network_asks_once(sqlite_database: Database, clock: FixedClock) -> None:
    with sqlite_database.session_scope() as session:
        for number in range(200):
            admit(session, clock, Asker(domain=f"d{number}.no", network=f"n{number}"), KEYS)
        assert last_alarm(session, clock) is not None


def test_an_answer_takes_as_long_for_every_kind_of_address(
    sqlite_database: Database, tmp_path: Path, clock: FixedClock, record_property: Callable[[str, object], None]
) -> None:
    """Medians of interleaved requests, so that what else the machine does falls on all alike."""
    settings = Settings(
        data_dir=tmp_path, database_url=sqlite_database.url, secret_key=SecretStr("x" * 40),
        public_url="https://x.example.no", sign_up_network_per_hour=10**6, sign_up_domain_per_hour=10**6,
        sign_up_all_per_hour=10**6, sign_up_proof_from=10**6, _env_file=None,
    )  # fmt: skip
    service = Service(settings, clock)
    client = create_app(service).test_client(use_cookies=False)
    client.environ_base["HTTP_HOST"] = "x.example.no"
    site = Site(service, clock, client)
    took: dict[SubscriberStatus | None, list[float]] = {state: [] for state in STATES}
    for turn in range(40):
        for state in STATES:
            address = f"a{turn}{state or 'ny'}@eksempel.no"
            if state is not None:
                site.add(address, state)
            data = {"csrf_token": site.form_token, "address": address}
            begun = time.perf_counter()
            response = client.post("/abonner", data=data)
            took[state].append(time.perf_counter() - begun)
            assert response.status_code == 200
    medians = {str(state or "new"): statistics.median(times) * 1000 for state, times in took.items()}
    record_property("medians_ms", {state: round(value, 1) for state, value in medians.items()})
    assert max(medians.values()) - min(medians.values()) <= 20
