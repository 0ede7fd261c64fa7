"""A coming commemorative day becomes a draft: the day, why it exists, and what the monitor's figures show."""

from datetime import datetime, time
from typing import Any

from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.days.day import CommemorativeDay, PostPolicy
from campaigns.days.occurrence import Occurrence
from campaigns.drafting.day_words import background, congratulated, helpline, opening, spoken_name
from campaigns.drafting.embargo import embargo_of
from campaigns.drafting.hashtags import hashtags_for_day
from campaigns.drafting.material import Shown, shown
from campaigns.drafting.pieces import figure_block, link_block, text_block
from campaigns.drafting.plan import DraftingPlan
from campaigns.drafting.prepared import Prepared, Wanted
from campaigns.drafting.slots import slot_for_day
from campaigns.drafting.social_text import newsletter_text, post_text
from campaigns.drafting.wording import caveats, list_line, sentence
from campaigns.editorial.blocks import Block
from campaigns.editorial.draft import ChannelName, DraftKind
from campaigns.editorial.editing import NewDraft
from campaigns.embargo import as_seen_at
from campaigns.errors import InvalidInput
from campaigns.indicators.indicator import Indicator
from campaigns.language import Language


def key_of(occurrence: Occurrence) -> str:
    """By edition, not by date: a day that is moved after it was drafted must not be drafted again."""
    return f"day:{occurrence.day_id}:{occurrence.year}"


def can_be_in(day: CommemorativeDay, language: Language) -> bool:
    """Whether somebody has named the day in this language; a name is never derived from another language's."""
    return bool(day.names.get(language.value))


def prepare_day(
    session: Session, occurrence: Occurrence, clock: Clock, plan: DraftingPlan, language: Language
) -> Prepared:
    """The draft for this occurrence, without its pictures."""
    day = session.get_one(CommemorativeDay, occurrence.day_id)
    slot_at = slot_for_day(session, occurrence, clock, plan)
    # What is under embargo when the day comes is not there to be told; what is told then may still be kept back now.
    with as_seen_at(session, slot_at or clock.now()):
        found, notes = _figures(session, day, clock, plan, language)
    words = _words(day, occurrence, found, plan, language)
    letter = newsletter_text("day", language, words)
    link = (found[0].link if found else None) or plan.monitor_url
    tags = hashtags_for_day(day, occurrence, language, plan)
    if slot_at is None:
        notes.append("Dagens vanlige tidspunkt er passert eller stengt. Velg når utkastet skal ut.")
    specs = [one.spec for one in found if one.spec]
    blocks: list[Block] = [text_block(letter.text), *(figure_block(one) for one in found if one.spec)]
    new = NewDraft(
        idempotency_key=key_of(occurrence),
        kind=DraftKind.DAY,
        title=occurrence.name_in(language),
        language=language,
        blocks=(*blocks, link_block(link, plan, language, figure=bool(specs))),
        topics=list(day.topics),
        slot_at=slot_at,
        day_id=day.id,
        occurs_on=datetime.combine(occurrence.start, time(), clock.zone),
        vintage_id=found[0].vintage_id if found else None,
        embargo_until=embargo_of(session, [one.vintage_id for one in found], clock.now()),
        sober=day.post_policy is PostPolicy.SOBER,
        note=" ".join(notes + _editors_notes(day, language)) or None,
        variants={
            ChannelName.NEWSLETTER: {"subject": letter.subject, "preheader": letter.preheader, "canvas": "email"},
            **{
                channel: {"text": post_text(channel, "day", language, words), "link": link}
                | ({"hashtags": tags} if channel is ChannelName.LINKEDIN else {})
                for channel in (ChannelName.LINKEDIN, ChannelName.FACEBOOK)
            },
        },
    )
    return Prepared(new=new, wanted=_wanted(found))


def _figures(
    session: Session, day: CommemorativeDay, clock: Clock, plan: DraftingPlan, language: Language
) -> tuple[list[Shown], list[str]]:
    found, notes = [], []
    for indicator_id in day.indicator_ids:
        indicator = session.get(Indicator, indicator_id)
        if indicator is None or not indicator.enabled:
            continue
        try:
            one = shown(session, indicator, plan=plan, language=language, zone=clock.zone)
        except InvalidInput as error:
            notes.append(f"Figuren til {indicator_id} kunne ikke lages: {error}")
            continue
        if one is not None:
            found.append(one)
    return found, notes


def _words(
    day: CommemorativeDay, occurrence: Occurrence, found: list[Shown], plan: DraftingPlan, language: Language
) -> dict[str, Any]:
    told = [one.told for one in found]
    sentences = [sentence(one) for one in told[:2]]
    return {
        "title": occurrence.name_in(language),
        "name": spoken_name(occurrence, language),
        "opening": opening(occurrence, language),
        "congratulated": congratulated(day, occurrence, language),
        "background": background(day, language),
        "figures": " ".join(part for part in (*sentences, caveats(told)) if part),
        "teaser": list_line(told[0], dated=True) if told else "",
        "since": found[0].since if found else "",
        "helpline": helpline(day, language),
        "sober": day.post_policy is PostPolicy.SOBER,
        "monitor_name": plan.monitor_name,
    }


def _editors_notes(day: CommemorativeDay, language: Language) -> list[str]:
    notes = []
    if not day.name_confirmed:
        notes.append("Kontroller navnet på dagen før bruk: det er ikke lest i en kilde.")
    if day.post_policy is PostPolicy.SOBER:
        notes.append("Alvorlig tema: les teksten nøye, og følg Vær varsom-plakaten.")
    if day.background and language.value not in day.background:
        notes.append("Bakgrunnen for dagen er ikke skrevet på dette språket.")
    return notes


def _wanted(found: list[Shown]) -> dict[ChannelName, Wanted]:
    spec = next((one.spec for one in found if one.spec), None)
    if spec is None:
        return {}
    return {
        ChannelName.NEWSLETTER: Wanted(spec, "email"),
        ChannelName.LINKEDIN: Wanted(spec, "li_link"),
        ChannelName.FACEBOOK: Wanted(spec, "li_link"),
    }
