"""What newer figures change in a draft that waits, in bokmål: «Driftskostnader 2021: 4,7 → 4,69 mrd. kr»."""

from collections.abc import Iterator

from sqlmodel import Session

from campaigns.drafting.correction import Revised
from campaigns.drafting.corrections.spoken_of import SpokenOf, spoken_of
from campaigns.drafting.wording import Told, tell, told_apart
from campaigns.editorial.draft import Draft
from campaigns.errors import InvalidInput
from campaigns.indicators.key_figures import key_figure
from campaigns.indicators.vintage import Vintage
from campaigns.language import Language
from chart_renderer.numbers import format_change, format_number, rounded

_MOST = 4
_NB = Language.BOKMAAL


def what_changed(session: Session, draft: Draft, quoted: Vintage, newest: Vintage) -> str:
    """The changes to the draft's own figures in one line, or that there are none."""
    changes = [
        change
        for one in spoken_of(session, draft)
        if one.indicator.dataset_id == quoted.dataset_id
        for change in _changes(session, one, quoted, newest)
    ]
    if not changes:
        return "Ingen av tallene utkastet bygger på, er endret"
    rest = f"; og {len(changes) - _MOST} til" if len(changes) > _MOST else ""
    return "; ".join(changes[:_MOST]) + rest


def _changes(session: Session, one: SpokenOf, quoted: Vintage, newest: Vintage) -> Iterator[str]:
    indicator = one.indicator
    try:
        was = key_figure(session, indicator, as_of_seq=quoted.seq, period=one.period)
        if was is None:
            return
        is_now = key_figure(session, indicator, as_of_seq=newest.seq, period=was.period)
        latest = key_figure(session, indicator, as_of_seq=newest.seq)
    except InvalidInput:
        yield f"{indicator.title_in(_NB)}: serien finnes ikke lenger i tabellen"
        return
    old = tell(indicator, was, _NB)
    if is_now is None:
        yield f"{old.label} {old.period}: {old.short_value} → trukket tilbake"
    else:
        yield from _between(Revised(new=tell(indicator, is_now, _NB), old=old))
    if latest is not None and latest.period != was.period:
        told = tell(indicator, latest, _NB)
        yield f"{told.label} {told.period}: {told.short_value} er nytt"


def _between(revised: Revised) -> Iterator[str]:
    old, new = revised.old, revised.new
    if revised.level_changed:
        was, is_now = told_apart(old, new)
        yield f"{old.label} {old.period}: {_number(old, was, is_now)} → {is_now.short_value}"
    if revised.change_changed and old.change is not None and new.change is not None:
        was_printed, is_printed = (format_change(change, new.change_style, _NB) for change in (old.change, new.change))
        yield f"{old.label} {old.period}, endring fra {old.base_period}: {was_printed} → {is_printed}"


def _number(old: Told, finer: Told, new: Told) -> str:
    """As it stands in the draft, unless it would look like the new one."""
    looks_alike = rounded(old.value, old.style.decimals) == rounded(new.value, new.style.decimals)
    decimals = finer.style.decimals if looks_alike else old.style.decimals
    return format_number(old.value, decimals, _NB)
