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
from chart_renderer.running_text import small_first

_NB, _NN, _EN = Language.BOKMAAL, Language.NYNORSK, Language.ENGLISH

# Ordinary words that begin with a capital only because the name stands alone; proper names keep theirs.
_COMMON_STARTS = (
    "Den ", "Det ", "Dei ", "Dagen ", "Verdensdag", "Verdsdag", "Verdens ", "Verdas ", "Verdensuka", "Verdsveka",
    "Internasjonal", "Europeisk", "Nasjonal", "Framlegging ", "Kunngjøring ", "Kunngjering ",
)  # fmt: skip
_COMMON_ENDS = ("dagen", "sdag", "måneden", "månaden")

# «I dag er det internasjonal dag for …», «I dag er det morsdag»: names that are not in the definite form.
_INDEFINITE = (
    "internasjonal ", "europeisk ", "nasjonal ", "verdensdag ", "verdsdag ", "framlegging ", "kunngjøring ",
    "kunngjering ", "morsdag", "farsdag", "TV-aksjonen", "Girls in ICT", "Forskernatt",
)  # fmt: skip
_DEFINITE_IN_ENGLISH = (" Day of ", " Day for ", " Day against ", "Presentation of ", "Announcement of ")

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
        "campaign": "In {month} we mark {name}.",
        "day_in_week": "This week we mark {name}.",
        "period": "{name} runs {span}.",
    },
}

_HELPLINE = {
    _NB: "Trenger du noen å snakke med? Hjelpetelefonen til Mental Helse er åpen hele døgnet på 116\u00a0123.",
    _NN: "Treng du nokon å snakke med? Hjelpetelefonen til Mental Helse er open heile døgnet på 116\u00a0123.",
    _EN: "Do you need someone to talk to? Mental Helse’s helpline is open around the clock on 116\u00a0123.",
}


def name_in_sentence(name: str) -> str:
    """«den internasjonale dagen for kliniske studier», «sykepleierdagen», but «Arendalsuka» and «FN-dagen»."""
    return small_first(name) if _is_common(name) else name


def spoken_name(occurrence: Occurrence, language: Language) -> str:
    """The name as a sentence or a greeting takes it; a catalogue's «(Norway)» tells rows apart and is not said."""
    name = occurrence.name_in(language)
    return name.removesuffix(" (Norway)") if language is Language.ENGLISH else name_in_sentence(name)


def opening(occurrence: Occurrence, language: Language) -> str:
    """The first sentence, true on the date it is posted."""
    forms, name = _OPENINGS[language], spoken_name(occurrence, language)
    situation = _situation(occurrence)
    if language is Language.ENGLISH:
        if situation == "month" and not name.endswith("Month"):
            situation = "campaign"
        if situation in ("week", "event") and name.endswith("Day"):
            situation = "day_in_week"
        if any(part in name for part in _DEFINITE_IN_ENGLISH) and not name.startswith("Purple"):
            name = f"the {small_first(name) if name.startswith(_DEFINITE_IN_ENGLISH) else name}"
    month = month_name(occurrence.start.month, language.value)
    return capitalised(
        forms[situation].format(
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
    if "dag" not in day.names.get(_NB.value, "").casefold():  # an event, such as an announcement
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
    first, _, rest = name.partition(" ")
    return name.startswith(_COMMON_STARTS) or first.endswith(_COMMON_ENDS) or rest == "dag"


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
