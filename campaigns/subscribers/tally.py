"""The whole list in numbers, for those who look after it: how many there are, and what they chose. Names nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col

from campaigns.clock import Clock
from campaigns.language import Language
from campaigns.subscribers.audience import is_on
from campaigns.subscribers.criteria import TOPICS, Criteria, conditions
from campaigns.subscribers.kinds import Question, count_each
from campaigns.subscribers.segments import readers_in
from campaigns.subscribers.subscriber import Frequency, Subscriber, SubscriberStatus
from campaigns.subscribers.topics import SUBJECTS

_NOTHING_CHOSEN = "[]"


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What is chosen is counted among those who may receive the newsletter now; who chose no subject wants them all."""

    by_status: Mapping[SubscriberStatus, int]
    receiving: int
    by_language: Mapping[Language, int]
    by_frequency: Mapping[Frequency, int]
    by_subject: Mapping[str, int]
    every_subject: int
    in_segments: Sequence[int]  # readers, in the order the segments were given


def tally(session: Session, clock: Clock, segments: Sequence[Criteria]) -> Tally:
    """All of it from one reading of an index."""
    choices = [
        *(Criteria(language=language) for language in Language),
        *(Criteria(frequency=frequency) for frequency in Frequency),
        *(Criteria(topic=subject) for subject in SUBJECTS),
    ]
    numbers = iter(
        count_each(
            session,
            [
                *(Question(holds=[col(Subscriber.status) == status]) for status in SubscriberStatus),
                Question(holds=is_on()),
                Question(holds=[*is_on(), TOPICS == _NOTHING_CHOSEN]),
                *(Question(holds=[*is_on(), *conditions(choice)]) for choice in choices),
                *(readers_in(segment, clock.now()) for segment in segments),
            ],
        )
    )
    return Tally(  # in the order they were asked for
        by_status={status: next(numbers) for status in SubscriberStatus},
        receiving=next(numbers),
        every_subject=next(numbers),
        by_language={language: next(numbers) for language in Language},
        by_frequency={frequency: next(numbers) for frequency in Frequency},
        by_subject={subject: next(numbers) for subject in SUBJECTS},
        in_segments=list(numbers),
    )
