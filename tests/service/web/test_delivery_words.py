"""Every state a delivery can be in, for every reason there is, has words that are true of it and say what to press."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product

import pytest
from flask import Flask

from campaigns.channels.mail_category import Category
from campaigns.channels.mail_reply import UNSUPPORTED_ADDRESS
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState
from campaigns.delivery.outcomes import ERASED, Outcome, Withheld, outcome_of
from campaigns.delivery.resolution import NOT_WANTED
from service.app import create_app
from service.bootstrap import Service
from service.settings import Settings

_S = DeliveryState
NOW = datetime(2027, 5, 20, 10, 0, tzinfo=UTC)
REFUSED = (
    *(Category.DEAD_ADDRESS, Category.DEAD_DOMAIN, Category.INACTIVE, Category.MAILBOX_FULL, Category.BLOCK),
    *(Category.AUTH_FAULT, Category.CONTENT, Category.TRANSIENT, Category.NETWORK, Category.UNKNOWN),
)
REASONS: dict[DeliveryState, tuple[str | None, ...]] = {
    _S.FAILED: (*REFUSED, UNSUPPORTED_ADDRESS, NOT_WANTED),
    _S.BOUNCED: REFUSED,
    _S.SUPPRESSED: tuple(Withheld),
    _S.CANCELLED: (None, ERASED),
    _S.DEFERRED: (Category.TRANSIENT, Category.NETWORK, Category.MAILBOX_FULL),
    _S.QUEUED: (None, Category.CONFIG),
}
MAIL = [pair for state in DeliveryState for pair in product([state], REASONS.get(state, (None,)))]
POST_STATES = (_S.QUEUED, _S.SENDING, _S.DEFERRED, _S.ACCEPTED, _S.FAILED, _S.UNKNOWN, _S.CANCELLED)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One for them all: nothing is stored."""
    service = Service(
        Settings(data_dir=tmp_path_factory.mktemp("words"), secret_key="x" * 40, _env_file=None), FixedClock(NOW)
    )
    yield create_app(service)
    service.close()


def told(app: Flask, delivery: Delivery, macro: str, *, held: bool = False) -> str:
    source = '{% import "web/deliveries/_words.html" as words with context %}{{ words.' + macro + " }}"
    with app.test_request_context():
        template = app.jinja_env.from_string(source)
        outcome = outcome_of(delivery.state, delivery.category)
        return " ".join(template.render(delivery=delivery, outcome=outcome, held=held).split())


def mail(state: DeliveryState, category: str | None, *, kind: DeliveryKind = DeliveryKind.NEWSLETTER) -> Delivery:
    return Delivery(
        id=1, kind=kind, state=state, category=category, issue_id=1, channel="mail", content_sha256="",
        reply="550 5.0.0 nei", next_attempt_at=NOW if state is _S.DEFERRED else None,
    )  # fmt: skip


@pytest.mark.parametrize(("state", "category"), MAIL)
def test_every_mail_says_why_in_a_whole_sentence(app: Flask, state: DeliveryState, category: str | None) -> None:
    why = told(app, mail(state, category), "why(delivery, outcome)")

    assert why.endswith(".")
    assert why[0].isupper()
    assert "nnlegg" not in why


def test_each_reason_for_a_failure_has_words_of_its_own(app: Flask) -> None:
    words = [told(app, mail(_S.FAILED, reason), "why(delivery, outcome)") for reason in REASONS[_S.FAILED]]

    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("state", "category"), [pair for pair in MAIL if pair[0] in {_S.FAILED, _S.BOUNCED, _S.SUPPRESSED, _S.DEFERRED}]
)
def test_who_did_not_get_it_is_told_with_what_follows(app: Flask, state: DeliveryState, category: str | None) -> None:
    then = told(app, mail(state, category), "then(delivery, outcome)")

    assert then or category in {NOT_WANTED, Withheld.CONSENT}


@pytest.mark.parametrize("category", [Category.BLOCK, Category.AUTH_FAULT, Category.CONTENT, Category.TRANSIENT])
@pytest.mark.parametrize("state", [_S.FAILED, _S.BOUNCED])
def test_what_is_about_us_says_that_nobody_is_held_back(app: Flask, state: DeliveryState, category: Category) -> None:
    assert "ikke sperret" in told(app, mail(state, category), "then(delivery, outcome)")


def test_a_reader_who_rests_is_not_called_held_back(app: Flask) -> None:
    resting = mail(_S.SUPPRESSED, Withheld.PAUSED)

    words = [told(app, resting, macro) for macro in ("name(outcome)", "why(delivery, outcome)")]

    assert words == ["På pause", "Leseren hadde satt nyhetsbrevet på pause, og fikk den ikke."]
    assert "sperret" not in told(app, resting, "then(delivery, outcome)").lower()


def test_no_mail_is_said_to_go_by_itself_while_its_issue_is_on_a_pause(app: Flask) -> None:
    waiting = mail(_S.QUEUED, None)

    assert "av seg selv" not in told(app, waiting, "why(delivery, outcome, held)", held=True)
    assert "Gå til utsendelsen" in told(app, waiting, "then(delivery, outcome, held)", held=True)


@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize("state", POST_STATES)
def test_a_post_is_told_in_a_posts_words(app: Flask, state: DeliveryState, held: bool) -> None:
    post = mail(state, None, kind=DeliveryKind.POST)

    why = told(app, post, "why(delivery, outcome, held)", held=held)

    assert why.endswith(".")
    assert not [word for word in ("e-post", "leser", "Adressen", "Mottaker") if word in why]


def test_a_post_that_was_taken_is_called_published(app: Flask) -> None:
    post = mail(_S.ACCEPTED, None, kind=DeliveryKind.POST)

    assert told(app, post, "name(outcome, true)") == "Publisert"


def test_every_outcome_has_a_name(app: Flask) -> None:
    names = {told(app, mail(state, reason), "name(outcome)") for state, reason in MAIL}

    assert len(names) == len(Outcome)
