"""What an editor may want to know although no figure changed: words around them, and figures that became final."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from campaigns.clock import OSLO
from campaigns.errors import InvalidInput
from campaigns.indicators.findings import followed_indicators
from campaigns.indicators.key_figures import key_figure
from campaigns.indicators.reading import final_rule, last_confirmed, provisional_on
from campaigns.indicators.vintage import Vintage
from campaigns.sources.periods import parse_period
from campaigns.sources.table import Table


def became_final(session: Session, vintage: Vintage, now: datetime) -> Iterator[str]:
    """A sentence for each indicator whose newest figure stopped being provisional since it was last confirmed."""
    followed = [indicator for indicator in followed_indicators(session, vintage.dataset_id) if indicator.provisional]
    if not followed:
        return
    before, today = (at.astimezone(OSLO).date() for at in (last_confirmed(session, vintage), now))
    for indicator in followed:
        try:
            figure = key_figure(session, indicator, as_of_seq=vintage.seq)
        except InvalidInput:
            continue  # ``unknown_slices`` tells the editor
        final = final_rule(indicator.provisional)
        period = parse_period(figure.period) if figure is not None else None
        if period is not None and provisional_on(before, period, final) and not provisional_on(today, period, final):
            yield f"Tallet for {period.in_words()} regnes ikke lenger som foreløpig ({indicator.id})."


def what_was_reworded(vintage: Vintage, table: Table) -> str:
    """Which words changed, with the notes that must be printed named first of all."""
    printed = {note["text"] for note in vintage.notes if note["mandatory"]}
    now = {note.text for note in table.notes if note.mandatory}
    if printed != now:
        return "Tallene er de samme, men en merknad som skal trykkes sammen med dem, er ny, endret eller borte."
    return "Tallene er de samme; navn eller merknader er endret."
