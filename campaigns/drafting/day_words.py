"""How a commemorative day is spoken of: its name inside a sentence, the opening line, and whom to congratulate.

Only days that celebrate people's work are congratulated on; nobody is congratulated on a disease.
"""

from collections.abc import Mapping
from datetime import date

from babel.dates import format_date as babel_date

from campaigns.days.day import CommemorativeDay, DayKind, PostPolicy
from campaigns.days.occurrence import Occurrence
from campaigns.drafting.wording import capitalised
from campaigns.language import Language
from chart_renderer.dates import format_date, format_date_range, month_name

_NB, _NN, _EN = Language.BOKMAAL, Language.NYNORSK, Language.ENGLISH

# Ordinary words that begin with a capital only because the name stands alone; proper names keep theirs.
_COMMON_STARTS = (
    "Den ", "Det ", "Dei ", "Verdensdagen", "Verdsdagen", "Verdens ", "Verdas ", "Verdensuka", "Verdsveka",
    "Internasjonal", "Europeisk", "Nasjonal",
)  # fmt: skip

_INDEFINITE = ("internasjonal ", "europeisk ", "nasjonal ")  # «I dag er det internasjonal dag for …»

_CELEBRATED: Mapping[str, Mapping[Language, str]] = {
    "kliniske-studier": {
        _NB: "alle som jobber med og for klinisk forskning",
        _NN: "alle som arbeider med og for klinisk forsking",
        _EN: "everyone who works in and for clinical research",
    },
    "helsepersonell": {
        _NB: "alle som jobber i helse- og omsorgstjenestene",
        _NN: "alle som arbeider i helse- og omsorgstenestene",
        _EN: "everyone who works in the health and care services",
    },
    "statistikk": {
        _NB: "alle som lager og bruker statistikk",
        _NN: "alle som lagar og bruker statistikk",
        _EN: "everyone who makes and uses statistics",
    },
    "brukermedvirkning": {
        _NB: "alle som deler erfaringene sine med forskningen",
        _NN: "alle som deler erfaringane sine med forskinga",
        _EN: "everyone who shares their experience with research",
    },
    "helsedata": {
        _NB: "alle som jobber med helsedata",
        _NN: "alle som arbeider med helsedata",
        _EN: "everyone who works with health data",
    },
    "aapen-forskning": {
        _NB: "alle som deler forskningen sin",
        _NN: "alle som deler forskinga si",
        _EN: "everyone who shares their research",
    },
    "innovasjon": {
        _NB: "alle som jobber med innovasjon i helse og omsorg",
        _NN: "alle som arbeider med innovasjon i helse og omsorg",
        _EN: "everyone who works on innovation in health and care",
    },
    "forskning": {_NB: "alle som forsker", _NN: "alle som forskar", _EN: "everyone in research"},
}

_OPENINGS: Mapping[Language, Mapping[str, str]] = {
    _NB: {
        "today": "I dag er {name}.",
        "later": "{when} er {name}.",
        "earlier": "{when} var {name}.",
        "week": "Denne uka markerer vi {name}.",
        "event": "Denne uka er det {name}.",
        "month": "I {month} markerer vi {name}.",
        "period": "{span} er det {name}.",
    },
    _NN: {
        "today": "I dag er {name}.",
        "later": "{when} er {name}.",
        "earlier": "{when} var {name}.",
        "week": "Denne veka markerer vi {name}.",
        "event": "Denne veka er det {name}.",
        "month": "I {month} markerer vi {name}.",
        "period": "{span} er det {name}.",
    },
    _EN: {
        "today": "Today is {name}.",
        "later": "{when} is {name}.",
        "earlier": "{when} was {name}.",
        "week": "This week is {name}.",
        "event": "This week is {name}.",
        "month": "{month} is {name}.",
        "period": "{name} is on {span}.",
    },
}

_HELPLINE = {
    _NB: "Trenger du noen å snakke med? Hjelpetelefonen til Mental Helse er åpen hele døgnet på 116 123.",
    _NN: "Treng du nokon å snakke med? Hjelpetelefonen til Mental Helse er open heile døgnet på 116 123.",
    _EN: "Do you need someone to talk to? Mental Helse’s helpline is open around the clock on 116 123.",
}


def name_in_sentence(name: str) -> str:
    """«den internasjonale dagen for kliniske studier», «sykepleierdagen», but «Arendalsuka»."""
    return name[:1].lower() + name[1:] if _is_common(name) else name


def opening(occurrence: Occurrence, language: Language) -> str:
    """The first sentence, true on the date it is posted."""
    forms, name = _OPENINGS[language], occurrence.name_in(language)
    if language is not Language.ENGLISH:
        name = name_in_sentence(name)
    elif " Day of " in name or " Day for " in name:
        name = f"the {name}"
    month = month_name(occurrence.start.month, language.value)
    return capitalised(
        forms[_situation(occurrence)].format(
            name=f"det {name}" if name.startswith(_INDEFINITE) else name,
            when=_weekday(occurrence.start, language),
            month=capitalised(month) if language is Language.ENGLISH else month,
            span=format_date_range(occurrence.start, occurrence.end, language.value),
        )
    )


def congratulated(day: CommemorativeDay, occurrence: Occurrence, language: Language) -> str:
    """Whom the monitor congratulates; empty when congratulations would be out of place."""
    if day.post_policy is PostPolicy.SOBER or day.kind is not DayKind.DAY or occurrence.post_on != occurrence.start:
        return ""
    if not day.topics or any(topic not in _CELEBRATED for topic in day.topics):
        return ""
    return next(words[language] for topic, words in _CELEBRATED.items() if topic in day.topics)


def background(day: CommemorativeDay, language: Language) -> str:
    """Why the day exists, if somebody has written it in this very language."""
    return day.background.get(language.value, "")


def helpline(day: CommemorativeDay, language: Language) -> str:
    """Where to find help, on days that may touch a reader who needs it."""
    return _HELPLINE[language] if day.post_policy is PostPolicy.SOBER and "psykisk-helse" in day.topics else ""


def _is_common(name: str) -> bool:
    return name.startswith(_COMMON_STARTS) or name.split(" ", maxsplit=1)[0].endswith("dagen")


def _situation(occurrence: Occurrence) -> str:
    if occurrence.kind is DayKind.MONTH:
        return "month"
    if occurrence.kind is DayKind.WEEK:
        return "week" if _is_common(occurrence.name_in(Language.BOKMAAL)) else "event"
    if occurrence.start != occurrence.end:
        return "period"
    if occurrence.post_on == occurrence.start:
        return "today"
    return "later" if occurrence.post_on < occurrence.start else "earlier"


def _weekday(day: date, language: Language) -> str:
    locale = {Language.ENGLISH: "en_GB"}.get(language, language.value)
    return f"{babel_date(day, 'EEEE', locale=locale)} {format_date(day, language.value, year=False)}"
