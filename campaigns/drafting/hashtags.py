"""Which hashtags a post carries: three to five, the monitor's own last."""

from collections.abc import Iterable, Mapping

from campaigns.channels.little_text import is_hashtag
from campaigns.days.day import CommemorativeDay, PostPolicy
from campaigns.days.hashtags import expand_hashtags
from campaigns.days.occurrence import Occurrence
from campaigns.drafting.plan import DraftingPlan
from campaigns.language import Language

MOST = 5
FEWEST = 3

_TOPIC_TAGS: Mapping[Language, Mapping[str, str]] = {
    Language.BOKMAAL: {
        "kliniske-studier": "KliniskeStudier",
        "forskning": "forskning",
        "innovasjon": "innovasjon",
        "helsedata": "helsedata",
        "naeringsliv": "helsenæring",
        "brukermedvirkning": "brukermedvirkning",
        "statistikk": "statistikk",
        "psykisk-helse": "PsykiskHelse",
        "kreft": "kreftforskning",
    },
    Language.NYNORSK: {
        "kliniske-studier": "KliniskeStudiar",
        "forskning": "forsking",
        "innovasjon": "innovasjon",
        "helsedata": "helsedata",
        "naeringsliv": "helsenæring",
        "brukermedvirkning": "brukarmedverknad",
        "statistikk": "statistikk",
        "psykisk-helse": "PsykiskHelse",
        "kreft": "kreftforsking",
    },
    Language.ENGLISH: {
        "kliniske-studier": "ClinicalTrials",
        "forskning": "research",
        "innovasjon": "innovation",
        "helsedata": "HealthData",
        "naeringsliv": "HealthIndustry",
        "brukermedvirkning": "PatientInvolvement",
        "statistikk": "statistics",
        "psykisk-helse": "MentalHealth",
        "kreft": "CancerResearch",
    },
}
_USUAL = {
    Language.BOKMAAL: ("forskning", "helse"),
    Language.NYNORSK: ("forsking", "helse"),
    Language.ENGLISH: ("research", "health"),
}


def hashtags_for_day(
    day: CommemorativeDay, occurrence: Occurrence, language: Language, plan: DraftingPlan
) -> list[str]:
    """The day's own tag first, then its international one (with the year, if it has one), then the rest."""
    own = expand_hashtags(day, occurrence, language)
    if language is Language.NYNORSK:
        own = _in_nynorsk(own)
    year = str(occurrence.start.year)
    own = [tag for tag in own if f"{tag}{year}".casefold() not in {other.casefold() for other in own}]
    settled = language is Language.ENGLISH or day.post_policy is PostPolicy.SOBER
    if settled or any(year in tag for tag in own):
        return _with_monitor(own, language, plan)
    english = expand_hashtags(day, occurrence, Language.ENGLISH) if day.hashtags.get("en") else []
    abroad = [tag for tag in english if tag not in own]
    international = next((tag for tag in abroad if year in tag), next(iter(abroad), None))
    first, rest = own[:1], own[1:]
    return _with_monitor([*first, *([international] if international else []), *rest], language, plan)


def hashtags_for_topics(topics: Iterable[str], language: Language, plan: DraftingPlan) -> list[str]:
    """Tags for what the figures are about."""
    known = _TOPIC_TAGS[language]
    return _with_monitor([known[topic] for topic in topics if topic in known], language, plan)


def _in_nynorsk(tags: list[str]) -> list[str]:
    """Where a day has only bokmål tags, the ones we have words for ourselves are said in nynorsk."""
    nynorsk = _TOPIC_TAGS[Language.NYNORSK]
    known = {tag.casefold(): nynorsk[topic] for topic, tag in _TOPIC_TAGS[Language.BOKMAAL].items()}
    return [known.get(tag.casefold(), tag) for tag in tags]


def _with_monitor(tags: list[str], language: Language, plan: DraftingPlan) -> list[str]:
    monitor = plan.monitor_hashtag
    chosen = {tag.casefold(): tag for tag in tags if is_hashtag(tag) and tag.casefold() != monitor.casefold()}
    for usual in _USUAL[language]:
        if len(chosen) < FEWEST - 1:
            chosen.setdefault(usual.casefold(), usual)
    return [*list(chosen.values())[: MOST - 1], monitor]
