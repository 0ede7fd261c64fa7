"""A correction: which figures the source has revised, the old value beside the new one."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from campaigns.drafting.figures import Origin
from campaigns.drafting.phrases import in_period
from campaigns.drafting.wording import Told, capitalised, caveats, told_apart
from campaigns.editorial.blocks import TableBlock
from campaigns.errors import InvalidInput
from campaigns.language import Language
from chart_renderer.numbers import format_change, rounded

_NB, _NN, _EN = Language.BOKMAAL, Language.NYNORSK, Language.ENGLISH

_TITLE = {
    _NB: "Rettelse: {measure} {in_period} var {new}, ikke {old}",
    _NN: "Retting: {measure} {in_period} var {new}, ikkje {old}",
    _EN: "Correction: {measure} stood at {new} {in_period}, not {old}",
}
_FINDING = {
    _NB: "{measure} {in_period} var {new}, ikke {old} som tidligere oppgitt.",
    _NN: "{measure} {in_period} var {new}, ikkje {old} som tidlegare oppgitt.",
    _EN: "{measure} stood at {new} {in_period}, not {old} as previously stated.",
}
_CHANGED = {
    _NB: "Endringen fra {base} er nå {new}, mot {old} tidligere.",
    _NN: "Endringa frå {base} er no {new}, mot {old} tidlegare.",
    _EN: "The change from {base} is now {new}, against {old} before.",
}
_TABLE = {
    _NB: ("Rettede tall", "Nøkkeltall", "Periode", "Tidligere", "Rettet"),
    _NN: ("Retta tal", "Nøkkeltal", "Periode", "Tidlegare", "Retta"),
    _EN: ("Revised figures", "Key figure", "Period", "Before", "Revised"),
}


class Revised(NamedTuple):
    """One figure before and after the source changed it."""

    new: Told
    old: Told


def correction_words(revised: Sequence[Revised], language: Language) -> dict[str, Any]:
    """Title, finding, and how the change since the base period moved. Raises ``InvalidInput`` without an old value."""
    if not revised:
        raise InvalidInput("Rettelsen mangler den tidligere verdien og kan ikke skrives.")
    new, old = revised[0]
    was, is_now = told_apart(old, new)
    common = {"measure": new.measure, "in_period": in_period(new.period, language, dated=new.dated)}
    title = _TITLE[language].format(**common, new=is_now.short_value, old=was.short_value)
    prefix, _, rest = title.partition(": ")
    finding = _FINDING[language].format(**common, new=is_now.spelled_value, old=was.spelled_value)
    return {
        "title": f"{prefix}: {capitalised(rest)}",
        "finding": capitalised(finding),
        "changed": _changed(new, old, language),
        "caveats": caveats([one.new for one in revised]),
    }


def correction_table(revised: Sequence[Revised], origin: Origin, language: Language) -> TableBlock:
    """Every revised figure, old and new, with so many decimals that they can be told apart."""
    caption, *header = _TABLE[language]
    rows = []
    for new, old in revised:
        was, is_now = told_apart(old, new)
        rows.append((new.label, new.period, was.short_value, is_now.short_value))
    return TableBlock(caption=caption, header=tuple(header), rows=tuple(rows), source=origin.line)


def _changed(new: Told, old: Told, language: Language) -> str:
    if new.change is None or old.change is None or new.base_period != old.base_period:
        return ""
    style = new.change_style
    if rounded(new.change, style.decimals) == rounded(old.change, style.decimals):
        return ""
    return _CHANGED[language].format(
        base=new.base_period,
        new=format_change(new.change, style, language),
        old=format_change(old.change, style, language),
    )
