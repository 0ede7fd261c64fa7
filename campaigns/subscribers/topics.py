"""What a reader may choose among: a dozen subjects in everyday words, each covering some of the catalogue's topics.

A reader who has chosen nothing gets everything. Content on a topic that no subject covers is for everybody, so that
nothing new is hidden from readers by an old choice.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from campaigns.errors import InvalidInput
from campaigns.language import Language, Texts, text_in


@dataclass(frozen=True)
class Subject:
    """One box to tick."""

    names: Texts
    topics: frozenset[str]


SUBJECTS: dict[str, Subject] = {
    "kliniske-studier": Subject(
        {"nb": "Kliniske studier", "nn": "Kliniske studiar", "en": "Clinical trials"}, frozenset({"kliniske-studier"})
    ),
    "forskning": Subject(
        {"nb": "Forskning og innovasjon", "nn": "Forsking og innovasjon", "en": "Research and innovation"},
        frozenset({"forskning", "innovasjon", "aapen-forskning"}),
    ),
    "naeringsliv": Subject(
        {"nb": "Helsenæringen", "nn": "Helsenæringa", "en": "Health industry"}, frozenset({"naeringsliv"})
    ),
    "helsedata": Subject(
        {"nb": "Helsedata og statistikk", "nn": "Helsedata og statistikk", "en": "Health data and statistics"},
        frozenset({"helsedata", "statistikk", "personvern"}),
    ),
    "kreft": Subject({"nb": "Kreft", "nn": "Kreft", "en": "Cancer"}, frozenset({"kreft"})),
    "psykisk-helse": Subject(
        {"nb": "Psykisk helse og rus", "nn": "Psykisk helse og rus", "en": "Mental health and substance use"},
        frozenset({"psykisk-helse", "rus", "hjernehelse"}),
    ),
    "livslop": Subject(
        {"nb": "Barn, kvinner og aldring", "nn": "Barn, kvinner og aldring", "en": "Children, women and ageing"},
        frozenset({"barn", "kvinnehelse", "aldring", "likestilling"}),
    ),
    "folkehelse": Subject(
        {"nb": "Folkehelse og forebygging", "nn": "Folkehelse og førebygging", "en": "Public health and prevention"},
        frozenset({"folkehelse", "ernaering", "tannhelse"}),
    ),
    "smittevern": Subject(
        {"nb": "Smittevern og global helse", "nn": "Smittevern og global helse", "en": "Infections and global health"},
        frozenset({"smittevern", "antibiotikaresistens", "global-helse"}),
    ),
    "tjenesten": Subject(
        {"nb": "Helsetjenesten og de ansatte", "nn": "Helsetenesta og dei tilsette", "en": "Health services and staff"},
        frozenset({"helsepersonell", "primaerhelse", "pasientsikkerhet", "brukermedvirkning", "palliasjon"}),
    ),
    "sykdommer": Subject(
        {"nb": "Andre sykdommer", "nn": "Andre sjukdommar", "en": "Other diseases"},
        frozenset(
            {
                "hjerte-kar", "diabetes", "sjeldne-sykdommer", "nyre", "lunge", "muskel-skjelett", "syn-horsel",
                "transplantasjon-blod",
            }
        ),
    ),
}  # fmt: skip
_COVERED = frozenset(topic for subject in SUBJECTS.values() for topic in subject.topics)


def choices(language: Language) -> list[tuple[str, str]]:
    """(key, name) of every subject, in the order they are offered."""
    return [(key, text_in(subject.names, language)) for key, subject in SUBJECTS.items()]


def known_topics(chosen: Iterable[str]) -> tuple[str, ...]:
    """The chosen subjects in their own order, each once. Raises ``InvalidInput`` on one that is not offered."""
    wanted = set(chosen)
    if wanted - SUBJECTS.keys():
        raise InvalidInput("Et av temaene finnes ikke lenger. Velg blant dem som står der.", field="topics")
    return tuple(key for key in SUBJECTS if key in wanted)


def wants(chosen: Collection[str], item: Collection[str]) -> bool:
    """Whether a reader who chose these subjects wants an item on these topics."""
    if not chosen or not item or not _COVERED.issuperset(item):
        return True
    return any(not SUBJECTS[key].topics.isdisjoint(item) for key in chosen if key in SUBJECTS)


def topics_of(subjects: Iterable[str]) -> list[str]:
    """The catalogue's topics that these subjects cover: how something written by hand is given subjects."""
    return sorted(frozenset().union(*(SUBJECTS[key].topics for key in subjects)))


def subjects_of(topics: Collection[str]) -> list[str]:
    """The subjects that something on these topics belongs under."""
    return [key for key, subject in SUBJECTS.items() if not subject.topics.isdisjoint(topics)]
