"""The closed list of topics a commemorative day can be about. Subscribers choose among them; slugs are never reused."""

from enum import StrEnum
from typing import Self


class Topic(StrEnum):
    """One topic, by its slug and its name in bokmål."""

    label: str

    def __new__(cls, slug: str, label: str) -> Self:
        member = str.__new__(cls, slug)
        member._value_ = slug
        member.label = label
        return member

    KLINISKE_STUDIER = "kliniske-studier", "kliniske studier"
    KREFT = "kreft", "kreft"
    PSYKISK_HELSE = "psykisk-helse", "psykisk helse"
    HJERTE_KAR = "hjerte-kar", "hjerte og kar"
    DIABETES = "diabetes", "diabetes"
    SJELDNE_SYKDOMMER = "sjeldne-sykdommer", "sjeldne sykdommer"
    ANTIBIOTIKARESISTENS = "antibiotikaresistens", "antibiotikaresistens"
    SMITTEVERN = "smittevern", "smittevern"
    KVINNEHELSE = "kvinnehelse", "kvinnehelse"
    HJERNEHELSE = "hjernehelse", "hjernehelse"
    HELSEDATA = "helsedata", "helsedata"
    FORSKNING = "forskning", "forskning"
    INNOVASJON = "innovasjon", "innovasjon"
    FOLKEHELSE = "folkehelse", "folkehelse"
    ALDRING = "aldring", "aldring"
    BARN = "barn", "barn og unge"
    NYRE = "nyre", "nyrer"
    LUNGE = "lunge", "lunger"
    MUSKEL_SKJELETT = "muskel-skjelett", "muskler og skjelett"
    RUS = "rus", "rus"
    PASIENTSIKKERHET = "pasientsikkerhet", "pasientsikkerhet"
    BRUKERMEDVIRKNING = "brukermedvirkning", "brukermedvirkning"
    HELSEPERSONELL = "helsepersonell", "helsepersonell"
    PRIMAERHELSE = "primaerhelse", "primærhelsetjeneste"
    GLOBAL_HELSE = "global-helse", "global helse"
    LIKESTILLING = "likestilling", "likestilling"
    STATISTIKK = "statistikk", "statistikk"
    PERSONVERN = "personvern", "personvern"
    AAPEN_FORSKNING = "aapen-forskning", "åpen forskning"
    NAERINGSLIV = "naeringsliv", "næringsliv"
    TANNHELSE = "tannhelse", "tannhelse"
    SYN_HORSEL = "syn-horsel", "syn og hørsel"
    TRANSPLANTASJON_BLOD = "transplantasjon-blod", "transplantasjon og blod"
    PALLIASJON = "palliasjon", "palliasjon"
    ERNAERING = "ernaering", "ernæring"
    KALENDER = "kalender", "kalender"
