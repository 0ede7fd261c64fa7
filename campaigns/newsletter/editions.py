"""Who gets what of an issue: the items of the topics a reader chose, in one edition for all who chose the same.

Readers come in groups that chose the same topics and language, so that a million of them are a few dozen here.
Pure: the groups come from ``subscribers.reader_groups``, the topics from the issue's items.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

from campaigns.language import NORWEGIAN, Language
from campaigns.subscribers.reader_groups import ReaderGroup
from campaigns.subscribers.topics import wants

WHOLE = "*"


@dataclass(frozen=True)
class EditionKey:
    """What makes an edition: the language of the words around the content, and the places of its items."""

    language: Language
    topics_key: str

    @classmethod
    def named(cls, name: str) -> Self | None:
        """The key with this name in an address; None when it is the name of none."""
        tag, _, topics_key = name.partition(":")
        if tag not in list(Language) or not all(part.isdecimal() for part in topics_key.replace(WHOLE, "0").split(".")):
            return None
        return cls(Language(tag), topics_key)

    @property
    def name(self) -> str:
        """What it is called in an address."""
        return f"{self.language.value}:{self.topics_key}"

    def places(self, of: int) -> list[int]:
        """Which of so many items it holds."""
        return list(range(of)) if self.topics_key == WHOLE else [int(place) for place in self.topics_key.split(".")]


@dataclass
class Distribution:
    """Which groups of readers get which edition, and how many people get nothing at all."""

    editions: dict[EditionKey, list[ReaderGroup]] = field(default_factory=dict)
    without: int = 0  # in the audience, but nothing in the issue is for them

    @property
    def recipients(self) -> int:
        return sum(group.count for groups in self.editions.values() for group in groups)

    def count(self, key: EditionKey) -> int:
        return sum(group.count for group in self.editions[key])


def distribute(
    groups: Iterable[ReaderGroup],
    topics: Sequence[Collection[str]],
    *,
    language: Language,
    readers: Sequence[Collection[Language]] = (),
) -> Distribution:
    """Sort the groups by the edition they get of an issue with items on these topics, the largest edition first.

    ``readers``: the languages whose readers each item is for; without it, all of them.
    """
    found = Distribution()
    for group in groups:
        places = [
            place
            for place, item in enumerate(topics)
            if wants(group.topics, item) and (not readers or group.language in readers[place])
        ]
        if not places:
            found.without += group.count
            continue
        whole = len(places) == len(topics)
        key = EditionKey(frame_language(language, group.language), WHOLE if whole else ".".join(map(str, places)))
        found.editions.setdefault(key, []).append(group)
    order = sorted(found.editions, key=lambda key: (-found.count(key), key.language, key.topics_key))
    found.editions = {key: found.editions[key] for key in order}
    return found


def frame_language(issue: Language, reader: Language) -> Language:
    """The words around the content follow the content between bokmål and nynorsk, and else the reader.

    Nobody chooses one målform away (språklova § 13), but everybody must be able to read how to leave.
    """
    return issue if issue is reader or {issue, reader} <= NORWEGIAN else reader
