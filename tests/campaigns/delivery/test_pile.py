"""What several connections take from, one at a time."""

from datetime import UTC, datetime

from campaigns.delivery.claim import Claim
from campaigns.delivery.delivery import DeliveryKind
from campaigns.delivery.pile import Pile


def claim(number: int) -> Claim:
    return Claim(
        id=number,
        holder="here:1:1/a",
        kind=DeliveryKind.ACCOUNT_MAIL,
        subscriber_id=number,
        message_id=f"<{number}@example.no>",
        planned_at=datetime(2026, 5, 20, tzinfo=UTC),
        first_attempt_at=None,
        attempts=0,
        to="kari@example.no",
    )


def test_what_was_put_aside_goes_back_before_more_is_claimed() -> None:
    back: list[list[int]] = []
    batches = iter([[claim(1), claim(2)], []])
    pile = Pile(
        claim=lambda: next(batches),
        give_back=lambda claims: back.append([one.id for one in claims]),
    )

    first, second = pile.take(), pile.take()
    assert (first, second) == (claim(1), claim(2))
    pile.put_aside(claim(1))

    assert pile.take() is None
    assert back == [[1]]


def test_a_connection_that_ends_gives_back_all_that_nobody_has_taken() -> None:
    back: list[list[int]] = []
    pile = Pile(
        claim=lambda: [claim(1), claim(2), claim(3)],
        give_back=lambda claims: back.append([one.id for one in claims]),
    )

    pile.put_back(pile.take())

    assert [sorted(ids) for ids in back] == [[1, 2, 3]]
    assert pile.was_used
