"""What was found in one vintage becomes one draft: all its key figures, the first one's chart, the finding as title.

A revision becomes a correction that names the old value and the new one.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.drafting.chosen_remarks import Remarks, Spoken, chosen_remarks, statements_now
from campaigns.drafting.correction import Revised, correction_table, correction_words, telling_apart
from campaigns.drafting.corrections.from_task import afterword
from campaigns.drafting.earlier_items import items_with, naming
from campaigns.drafting.embargo import embargo_of
from campaigns.drafting.figures import Origin, card_for, figure_for, origin_of
from campaigns.drafting.found import Found
from campaigns.drafting.hashtags import hashtags_for_topics
from campaigns.drafting.pieces import chart_block, link_block, panel_block, panel_title, text_block
from campaigns.drafting.plan import DraftingPlan
from campaigns.drafting.prepared import Prepared, Wanted
from campaigns.drafting.slots import proposed_slot
from campaigns.drafting.social_text import newsletter_text, post_text, shortened
from campaigns.drafting.wording import Told, caveats, headline, level, list_line, sentence, tell
from campaigns.editorial.blocks import Block
from campaigns.editorial.draft import ChannelName, Draft, DraftKind, DraftStatus
from campaigns.editorial.editing import NewDraft
from campaigns.errors import InvalidInput
from campaigns.indicators.finding import FindingKind
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.key_figures import KeyFigure, key_figure
from campaigns.indicators.vintage import Vintage
from campaigns.language import Language
from chart_renderer.spec import FigureSpec

_LONGEST_TITLE = 200
_NEVER_TOLD = "Vi har ikke publisert noe om disse tallene før. Vurder om rettelsen trengs."
_POSTS = (ChannelName.LINKEDIN, ChannelName.FACEBOOK)


class _Written(NamedTuple):
    """What the two kinds of draft differ in."""

    title: str
    words: dict[str, Any]
    blocks: list[Block]
    chart: FigureSpec | None
    pictures: dict[ChannelName, FigureSpec | None]


def prepare_findings(
    session: Session,
    found: Sequence[Found],
    *,
    key: str,
    current: Vintage,
    clock: Clock,
    plan: DraftingPlan,
    language: Language,
) -> Prepared:
    """One draft for these findings, without its pictures, with the figures of the vintage that is current."""
    lead, kind = found[0].indicator, found[0].finding.kind
    told = _told(session, found, current, language)
    origin = origin_of(session, lead, current, language=language, monitor_name=plan.monitor_name, zone=clock.zone)
    title = headline(told[0]) if kind is FindingKind.NEW_PERIOD else None
    chart, note = _chart(session, lead, current, origin, language=language, title=title)
    after: list[Block] = []
    if kind is FindingKind.NEW_PERIOD:
        written = _new_period(told, origin, chart, lead, plan, remarks=_remarks(session, found, told, current))
    else:
        written = _revision(found, origin, chart, plan, language)
        written.words["earlier"] = _earlier_items(session, found, current, clock, language)
        after = afterword(session, current.dataset_id, language, plan.public_url)
        if not _was_published(session, current):
            note = " ".join(part for part in (note, _NEVER_TOLD) if part)
    letter = newsletter_text(kind.value, language, written.words)
    link = lead.figure_url or plan.monitor_url
    topics = list(dict.fromkeys(topic for one in found for topic in one.indicator.topics))
    posts = _posts(kind, written, link=link, tags=hashtags_for_topics(topics, language, plan), language=language)
    new = NewDraft(
        idempotency_key=key,
        kind=DraftKind(kind.value),
        title=written.title,
        language=language,
        blocks=(
            text_block(letter.text),
            *written.blocks,
            *([chart_block(written.chart, lead.figure_url)] if written.chart else []),
            *after,
            link_block(link, plan, language, figure=written.chart is not None and lead.figure_url is not None),
        ),
        topics=topics,
        slot_at=proposed_slot(session, clock, plan),
        vintage_id=current.id,
        embargo_until=embargo_of(session, [current.id, found[0].finding.vintage_id], clock.now()),
        note=note,
        variants={
            ChannelName.NEWSLETTER: {"subject": letter.subject, "preheader": letter.preheader, "canvas": "email"},
            **posts,
        },
    )
    finding_ids = tuple(one.finding.id for one in found if one.finding.id)
    return Prepared(new=new, wanted=_wanted(written), finding_ids=finding_ids)


def _chart(
    session: Session, lead: Indicator, current: Vintage, origin: Origin, *, language: Language, title: str | None
) -> tuple[FigureSpec | None, str | None]:
    """The figure, or why there is none."""
    try:
        return figure_for(session, lead, current, origin, language=language, title=title), None
    except InvalidInput as error:
        return None, f"Figuren til {lead.id} kunne ikke lages: {error}"


def _posts(
    kind: FindingKind, written: _Written, *, link: str, tags: list[str], language: Language
) -> dict[ChannelName, dict[str, Any]]:
    return {
        channel: {
            "text": post_text(channel, kind.value, language, written.words),
            "hashtags": tags if channel is ChannelName.LINKEDIN else [],
            "link": link,
        }
        for channel in _POSTS
    }


def _wanted(written: _Written) -> dict[ChannelName, Wanted]:
    """The pictures to be drawn."""
    canvases = {ChannelName.NEWSLETTER: "email"}
    return {
        channel: Wanted(spec, canvases.get(channel, "li_link"))
        for channel, spec in written.pictures.items()
        if spec is not None
    }


def _new_period(
    told: list[Told],
    origin: Origin,
    chart: FigureSpec | None,
    lead: Indicator,
    plan: DraftingPlan,
    *,
    remarks: Remarks,
) -> _Written:
    title = shortened(headline(told[0]), _LONGEST_TITLE)
    words = {
        "title": title,
        "finding": sentence(told[0]),
        "remarks": remarks.letter,
        "remark": remarks.post,
        "others": [list_line(one) for one in told[1:]],
        "period": told[0].period,
        "level": level(told[0]),
        "caveats": caveats(told),
        "figure": chart is not None,
        "figure_address": lead.figure_url is not None,
        "monitor_name": plan.monitor_name,
    }
    card = card_for(told, origin, title=panel_title(told))
    pictures: dict[ChannelName, FigureSpec | None] = {
        ChannelName.NEWSLETTER: chart,
        ChannelName.LINKEDIN: chart,
        ChannelName.FACEBOOK: card or chart,
    }
    return _Written(title, words, [panel_block(told, origin)], chart, pictures)


def _revision(
    found: Sequence[Found], origin: Origin, chart: FigureSpec | None, plan: DraftingPlan, language: Language
) -> _Written:
    revised = [
        Revised(
            new=tell(one.indicator, KeyFigure.from_json(one.finding.key_figure), language),
            old=tell(one.indicator, KeyFigure.from_json(one.finding.earlier), language),
        )
        for one in found
        if one.finding.earlier
    ]
    words = correction_words(revised, origin, language) | {"monitor_name": plan.monitor_name}
    title = shortened(words["title"], _LONGEST_TITLE)
    if chart and revised and found[0].finding.earlier:
        chart = telling_apart(chart, revised[0])
    pictures: dict[ChannelName, FigureSpec | None] = dict.fromkeys(ChannelName, chart)
    return _Written(title, words | {"title": title}, [correction_table(revised, origin, language)], chart, pictures)


def _earlier_items(session: Session, found: Sequence[Found], current: Vintage, clock: Clock, language: Language) -> str:
    """Where readers met the old figure: the items that gave the value or the change this correction begins with."""
    first = next((one for one in found if one.finding.earlier), None)
    if first is None:
        return ""
    old = KeyFigure.from_json(first.finding.earlier)
    return naming(items_with(session, first.indicator, old, current, clock.zone), language)


def _was_published(session: Session, current: Vintage) -> bool:
    """Whether readers have seen figures of this dataset from us, so that they are owed the correction."""
    return (
        session.exec(
            select(Draft.id)
            .join(Vintage, col(Vintage.id) == col(Draft.vintage_id))
            .where(
                Vintage.dataset_id == current.dataset_id,
                col(Draft.status).in_((DraftStatus.PUBLISHING, DraftStatus.PUBLISHED)),
            )
            .limit(1)
        ).first()
        is not None
    )


def _remarks(session: Session, found: Sequence[Found], told: Sequence[Told], current: Vintage) -> Remarks:
    """What else to say of each figure, beside its newest finding."""
    newest = {one.indicator.id: one for one in reversed(found)}
    by_order = [newest[indicator_id] for indicator_id in dict.fromkeys(one.indicator.id for one in found)]
    spoken = [
        Spoken(one_told, one.indicator, statements_now(session, one.finding, one.indicator, current))
        for one_told, one in zip(told, by_order, strict=True)
    ]
    return chosen_remarks(session, spoken)


def _told(session: Session, found: Sequence[Found], current: Vintage, language: Language) -> list[Told]:
    """One key figure per indicator, its newest period's: as it is now, else as it was when it was found."""
    newest: dict[str, Told] = {}
    for finding, indicator in found:
        if indicator.id in newest:
            continue
        now = key_figure(session, indicator, as_of_seq=current.seq, period=finding.period)
        newest[indicator.id] = tell(indicator, now or KeyFigure.from_json(finding.key_figure), language)
    return list(newest.values())
