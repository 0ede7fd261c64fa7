"""A correction: which figures the source has revised, the old value beside the new one."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from campaigns.drafting.figures import Origin
from campaigns.drafting.phrases import in_period
from campaigns.drafting.wording import Told, capitalised, caveats, headline, sentence, told_apart
from campaigns.editorial.blocks import TableBlock
from campaigns.errors import InvalidInput
from campaigns.language import Language
from chart_renderer.numbers import format_change, rounded, spell_value
from chart_renderer.spec import FigureSpec

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
    _NB: "{what} fra {base} er nå {new}, mot {old} tidligere.",
    _NN: "{what} frå {base} er no {new}, mot {old} tidlegare.",
    _EN: "{what} from {base} is now {new}, compared with {old} before.",
}
_WHAT = {
    _NB: {"up": "Økningen", "down": "Nedgangen", "": "Endringen"},
    _NN: {"up": "Auken", "down": "Nedgangen", "": "Endringa"},
    _EN: {"up": "The increase", "down": "The decrease", "": "The change"},
}
_CHANGE_ROW = {
    _NB: "{label}, endring fra {base}",
    _NN: "{label}, endring frå {base}",
    _EN: "{label}, change from {base}",
}
_TABLE = {
    _NB: ("Rettede tall", "Nøkkeltall", "Periode", "Tidligere", "Rettet"),
    _NN: ("Retta tal", "Nøkkeltal", "Periode", "Tidlegare", "Retta"),
    _EN: ("Revised figures", "Key figure", "Period", "Before", "Revised"),
}


class Revised(NamedTuple):
    """One figure before and after the source changed it, or changed what it is compared with."""

    new: Told
    old: Told

    @property
    def level_changed(self) -> bool:
        return self.new.value != self.old.value

    @property
    def change_changed(self) -> bool:
        """Whether the printed change since the same base period is another one now."""
        if self.new.change is None or self.old.change is None or self.new.base_period != self.old.base_period:
            return False
        decimals = self.new.change_style.decimals
        return rounded(self.new.change, decimals) != rounded(self.old.change, decimals)


def correction_words(revised: Sequence[Revised], origin: Origin, language: Language) -> dict[str, Any]:
    """Title, finding, and how the change since the base period moved. Raises ``InvalidInput`` without an old value."""
    if not revised:
        raise InvalidInput("Rettelsen mangler den tidligere verdien og kan ikke skrives. Skriv den som en nyhet.")
    first = next((one for one in revised if one.level_changed), revised[0])
    changed = _changed(first, language)
    common = {"caveats": caveats([one.new for one in revised]), "owner": origin.short_owner}
    if not first.level_changed:
        return _base_only(first, changed, language) | common
    new, old = first
    was, is_now = told_apart(old, new)
    spoken_of = {"measure": new.measure, "in_period": in_period(new.period, language, dated=new.dated)}
    title = _TITLE[language].format(**spoken_of, new=is_now.short_value, old=was.short_value)
    prefix, _, rest = title.partition(": ")
    finding = _FINDING[language].format(**spoken_of, new=is_now.spelled_value, old=was.spelled_value)
    return {
        "title": f"{prefix}: {capitalised(rest)}",
        "finding": capitalised(finding),
        "changed": changed,
        **common,
    }


def correction_table(revised: Sequence[Revised], origin: Origin, language: Language) -> TableBlock:
    """Every revised figure, old and new, with so many decimals that they can be told apart."""
    caption, *header = _TABLE[language]
    rows = []
    for one in revised:
        if one.level_changed:
            was, is_now = told_apart(one.old, one.new)
            rows.append((one.new.label, one.new.period, was.short_value, is_now.short_value))
        if one.change_changed:
            label = _CHANGE_ROW[language].format(label=one.new.label, base=one.new.base_period)
            rows.append((label, one.new.period, _change(one.old, language), _change(one.new, language)))
    return TableBlock(caption=caption, header=tuple(header), rows=tuple(rows), source=origin.line)


def telling_apart(chart: FigureSpec, revised: Revised) -> FigureSpec:
    """The chart with so many decimals that a reader sees in it what the text corrects."""
    _, is_now = told_apart(revised.old, revised.new)
    return chart.model_copy(update={"style": is_now.style}) if revised.level_changed else chart


def _base_only(revised: Revised, changed: str, language: Language) -> dict[str, Any]:
    """The level stands; what it is compared with has changed."""
    prefix = _TITLE[language].partition(":")[0]
    return {
        "title": f"{prefix}: {headline(revised.new)}",
        "finding": sentence(revised.new),
        "changed": changed,
    }


def _changed(revised: Revised, language: Language) -> str:
    if not revised.change_changed:
        return ""
    new, old = revised
    same_way = new.direction if new.direction == old.direction else ""
    spoken = [
        spell_value(abs(told.change), told.change_style, language) if same_way else _change(told, language)
        for told in (new, old)
        if told.change is not None
    ]
    return _CHANGED[language].format(what=_WHAT[language][same_way], base=new.base_period, new=spoken[0], old=spoken[1])


def _change(told: Told, language: Language) -> str:
    assert told.change is not None
    return format_change(told.change, told.change_style, language)
