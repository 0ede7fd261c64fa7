"""Statements in words: what is said of a figure beside its level and its change, in three languages. Pure.

A remark stands ``alone``, naming what it is about, or ``after`` the sentence that did. It says what was seen and
beside what, never why.
"""

from collections.abc import Mapping
from decimal import Decimal

from campaigns.drafting.counting_words import ordinal, times
from campaigns.drafting.phrases import in_period
from campaigns.drafting.remark_phrases import REMARKS, WORDS
from campaigns.drafting.wording import Told, capitalised, change_style, measure_of
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.statements.rules import StatementRules, rules_of
from campaigns.indicators.statements.statement import (
    Apart,
    Contrast,
    Crossing,
    Extreme,
    LargestChange,
    Mover,
    Share,
    Statement,
    Trend,
    Turn,
    YearAgo,
)
from campaigns.language import Language, Texts, text_in
from campaigns.sources.periods import parse_period
from chart_renderer.numbers import format_number, rounded, spell_value
from chart_renderer.spec import NumberStyle

_QUOTED = {Language.BOKMAAL: "«{}»", Language.NYNORSK: "«{}»", Language.ENGLISH: "“{}”"}
_WHOLE_PER_CENT = 10  # a share from here on is told without decimals
_PER_CENT = "%"

Words = tuple[str, dict[str, str]]  # the phrase's name, and what fills it


def remark(
    statement: Statement,
    told: Told,
    indicator: Indicator,
    others: Mapping[str, Indicator],
    *,
    alone: bool,
    marked: bool = False,
) -> str:
    """The statement as a sentence, with a word on provisional figures when ``marked``.

    ``others`` are the indicators it may stand beside, by id.
    """
    form, words = _Filling(told, indicator, others, alone=alone).of(statement)
    text = capitalised(REMARKS[told.language][form].format(**words))
    if marked and statement.provisional:
        return f"{text.removesuffix('.')}{REMARKS[told.language]['provisional']}."
    return text


class _Filling:
    """Finds each statement's phrase and the words that go into it."""

    def __init__(self, told: Told, indicator: Indicator, others: Mapping[str, Indicator], *, alone: bool) -> None:
        self._told, self._indicator, self._others = told, indicator, others
        self._language = told.language
        self._way = "alone" if alone else "after"
        self._alone = alone

    def of(self, statement: Statement) -> Words:
        match statement:
            case Extreme() | LargestChange() | Turn() | Trend() | Crossing() | YearAgo():
                form, words = self._of_history(statement)
            case Mover() | Apart() | Share():
                form, words = self._of_parts(statement)
            case Contrast():
                form, words = self._contrast(statement)
        common = {
            "measure": self._told.measure,
            "period": self._period(statement.period),
            "in_period": self._in(statement.period),
        }
        base = getattr(statement, "base_period", None)
        if base is not None:
            common |= {"base": self._period(base), "in_base": self._in(base)}
        return form, common | words

    def _of_history(self, statement: Extreme | LargestChange | Turn | Trend | Crossing | YearAgo) -> Words:
        match statement:
            case Extreme():
                extreme = WORDS[self._language]["highest" if statement.highest else "lowest"]
                return f"extreme_{self._way}", {"extreme": extreme, "reach": self._reach(statement)}
            case LargestChange():
                return self._largest_change(statement)
            case Turn():
                reach = self._since_or_first(statement.since, statement.first)
                return f"turn_{_up(rising=statement.rising)}_{self._way}", {"reach": reach}
            case Trend():
                return self._trend(statement)
            case Crossing():
                return self._crossing(statement)
            case YearAgo():
                change, direction = self._change(statement.change, self._told.change_style)
                return f"year_ago_{direction}_{self._way}", {"change": change}

    def _of_parts(self, statement: Mover | Apart | Share) -> Words:
        match statement:
            case Mover():
                before, value = self._from_to(statement.before, statement.after)
                words = {"part": self._part(statement.code, statement.label), "before": before, "value": value}
                return f"mover_{_up(rising=statement.rising)}_{self._way}", words
            case Apart():
                return self._apart(statement)
            case Share():
                return self._share(statement)

    def _largest_change(self, statement: LargestChange) -> Words:
        words, up = WORDS[self._language], _up(rising=statement.rising)
        largest = "largest_relative" if statement.relative else "largest"
        return f"largest_change_{self._way}", {
            "the_change": words[f"the_{up}"],
            "change_word": words[up],
            "largest": words[f"{largest}_alone" if self._alone else largest],
            "reach": self._reach(statement),
        }

    def _trend(self, statement: Trend) -> Words:
        uneven = "" if self._alone or statement.even else "_uneven"
        start_value, value = self._from_to(statement.start_value, statement.value, both=True)
        return f"trend_{_up(rising=statement.rising)}_{self._way}{uneven}", {
            "times": times(statement.steps, self._language),
            "nth": ordinal(statement.steps, self._language),
            "start_value": start_value,
            "value": value,
            "in_start": self._in(statement.start_period),
        }

    def _crossing(self, statement: Crossing) -> Words:
        style = self._told.style.model_copy(update={"decimals": _decimals_of(statement.threshold)})
        for_first = ""
        if statement.since is not None or statement.first_time:
            reach = self._since_or_first(statement.since, statement.first)
            for_first = REMARKS[self._language]["for_first"].format(reach=reach)
        direction = "exact" if statement.exact else _up(rising=statement.rising)
        return f"crossing_{direction}_{self._way}", {
            "threshold": spell_value(statement.threshold, style, self._language),
            "for_first": for_first,
        }

    def _apart(self, statement: Apart) -> Words:
        risen_before, risen_after = self._from_to(statement.risen_before, statement.risen_after)
        fallen_before, fallen_after = self._from_to(statement.fallen_before, statement.fallen_after)
        return f"apart_{self._way}", {
            "risen": self._part(statement.risen, statement.risen_label),
            "risen_before": risen_before,
            "risen_after": risen_after,
            "fallen": self._part(statement.fallen, statement.fallen_label),
            "fallen_before": fallen_before,
            "fallen_after": fallen_after,
        }

    def _share(self, statement: Share) -> Words:
        """One form, for it says itself what it is about."""
        least = min(statement.share, statement.before if statement.before is not None else statement.share)
        style = NumberStyle(decimals=0 if least >= _WHOLE_PER_CENT else 1, unit=_PER_CENT)
        share = spell_value(statement.share, style, self._language)
        before = None if statement.before is None else spell_value(statement.before, style, self._language)
        own = statement.code is None
        words = {
            "part": self._told.measure if own else self._part(statement.code or "", statement.label),
            "share": share,
            "whole": self._whole() if own else self._told.measure,
            "before": before or "",
        }
        return ("share" if before in {None, share} else "share_more"), words

    def _contrast(self, statement: Contrast) -> Words:
        other = self._others[statement.other_id]
        own_change, own_way = self._change(statement.change, self._told.change_style)
        other_change, other_way = self._change(statement.other_change, change_style(other, self._language))
        spoken = {"measure": measure_of(other, self._language), "change": other_change}
        if not self._alone:
            return f"contrast_{other_way}_after", spoken
        phrases, base = REMARKS[self._language], self._period(statement.base_period)
        own = phrases[f"contrast_{own_way}"].format(
            measure=self._told.measure, change=own_change, base=base, period=self._period(statement.period)
        )
        return "contrast_alone", {"own": own, "other": phrases[f"contrast_other_{other_way}"].format(**spoken)}

    def _change(self, change: Decimal, style: NumberStyle) -> tuple[str, str]:
        """The change without its sign, and which way it goes as printed."""
        printed = rounded(change, style.decimals)
        direction = "same" if printed.is_zero() else _up(rising=printed > 0)
        return spell_value(abs(change), style, self._language), direction

    def _from_to(self, before: Decimal, after: Decimal, *, both: bool = False) -> tuple[str, str]:
        """«1,2» and «1,9 milliarder kroner»; the unit on ``both``, or where it stands in front, as in English money."""
        style, spelled = self._told.style, spell_value(after, self._told.style, self._language)
        bare = format_number(after, style.decimals, self._language)
        if both or not spelled.startswith(bare):
            return spell_value(before, style, self._language), spelled
        return format_number(before, style.decimals, self._language), spelled

    def _reach(self, statement: Extreme | LargestChange) -> str:
        """How far back it holds."""
        if statement.since is not None or statement.whole:
            return self._since_or_first(statement.since, statement.first)
        return REMARKS[self._language]["from"].format(first=self._period(statement.first))

    def _since_or_first(self, since: str | None, first: str) -> str:
        phrases = REMARKS[self._language]
        if since is not None:
            return phrases["since"].format(since=self._period(since))
        return phrases["of_all"].format(first=self._period(first))

    def _part(self, code: str, label: str) -> str:
        """The part's name for running text; else its label, as such."""
        breakdown = self._rules().breakdown
        named = breakdown.names.get(code, {}) if breakdown else {}
        drawn = (self._indicator.chart.get("names") or {}).get(code, {})
        return named.get(self._language.value) or _QUOTED[self._language].format(
            _text(named, self._language) or _text(drawn, self._language) or label
        )

    def _whole(self) -> str:
        whole = self._rules().share_of
        return _text(whole.name, self._language) if whole else ""

    def _rules(self) -> StatementRules:
        return rules_of(self._indicator)

    def _period(self, code: str) -> str:
        return parse_period(code).in_words(self._language)

    def _in(self, code: str) -> str:
        return in_period(self._period(code), self._language, dated=parse_period(code).frequency == "day")


def _up(*, rising: bool) -> str:
    return "up" if rising else "down"


def _decimals_of(threshold: Decimal) -> int:
    """As many as it is written with: 3 000, 4,5."""
    exponent = threshold.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _text(texts: Mapping[str, str], language: Language) -> str:
    return text_in(Texts(**texts), language)  # type: ignore[typeddict-item]  # a JSON column
