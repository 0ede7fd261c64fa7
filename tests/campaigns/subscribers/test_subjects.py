"""The subjects a reader can choose, and the topics they stand for."""

import pytest

from campaigns.days.topics import Topic
from campaigns.language import Language
from campaigns.subscribers.topics import SUBJECTS, choices, wants


def test_it_covers_every_topic_of_the_catalogue_but_the_calendars_own() -> None:
    covered = {topic for subject in SUBJECTS.values() for topic in subject.topics}

    assert {topic.value for topic in Topic} - covered == {"kalender"}
    assert covered <= {topic.value for topic in Topic}


def test_it_names_every_subject_in_each_language() -> None:
    assert all(name for language in Language for _, name in choices(language))
    assert len(choices(Language.NYNORSK)) == len(SUBJECTS)


@pytest.mark.parametrize(
    ("chosen", "item", "wanted"),
    [
        (("kreft",), ["kreft", "barn"], True),
        (("helsedata",), ["statistikk"], True),
        (("kreft",), ["statistikk"], False),
        ((), ["statistikk"], True),
        (("kreft",), [], True),
        (("kreft",), ["ny-ting"], True),
        (("kreft",), ["statistikk", "ny-ting"], True),
    ],
)
def test_it_wants_what_was_chosen_and_what_no_subject_covers(
    chosen: tuple[str, ...], item: list[str], wanted: bool
) -> None:
    assert wants(chosen, item) is wanted
