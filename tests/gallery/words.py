"""The texts of the gallery's figures in three languages. The figures' numbers are made up."""

TITLE = {"nb": "Prosjekter etter sektor", "nn": "Prosjekt etter sektor", "en": "Projects by sector"}
LONG_TITLE = {
    "nb": "Driftsutgifter til forskning innen helse fordelt på helseforetak, universiteter og høyskoler, "
    "instituttsektor og næringsliv fra 2013 til 2022",
    "nn": "Driftsutgifter til forsking innan helse fordelte på helseføretak, universitet og høgskular, "
    "instituttsektor og næringsliv frå 2013 til 2022",
    "en": "Operating expenditure on health research by hospital trusts, universities and university colleges, "
    "institutes and business enterprises from 2013 to 2022",
}
SUBTITLE = {"nb": "Eksempeldata", "nn": "Eksempeldata", "en": "Example data"}
NOTE = {
    "nb": "Fra 2017 er private, ideelle sykehus med.",
    "nn": "Frå 2017 er private, ideelle sjukehus med.",
    "en": "Private, non-profit hospitals are included from 2017.",
}
SOURCE = {
    "nb": "Kilde: SSB Ressurskartlegging helseforetak og private ideelle sykehus · HelseOmsorg21-monitoren · "
    "Hentet 12. mai 2027",
    "nn": "Kjelde: SSB Ressurskartlegging helseføretak og private ideelle sjukehus · HelseOmsorg21-monitoren · "
    "Henta 12. mai 2027",
    "en": "Source: Statistics Norway, resources in hospital trusts · HelseOmsorg21-monitoren · Retrieved 12 May 2027",
}
SECTORS = {
    "nb": ("Helseforetak", "UoH-sektor", "Instituttsektor", "Næringsliv", "Offentlig sektor", "Utlandet", "Ukjent"),
    "nn": ("Helseføretak", "UoH-sektor", "Instituttsektor", "Næringsliv", "Offentleg sektor", "Utlandet", "Ukjend"),
    "en": ("Hospital trusts", "Higher education", "Institutes", "Business", "Public sector", "Abroad", "Unknown"),
}
LONG_NAMES = {
    "nb": (
        "Helseforetak og private, ideelle sykehus", "Universiteter og høyskoler", "Instituttsektoren",
        "Næringslivet, legemidler og medisinsk utstyr",
    ),
    "nn": (
        "Helseføretak og private, ideelle sjukehus", "Universitet og høgskular", "Instituttsektoren",
        "Næringslivet, legemiddel og medisinsk utstyr",
    ),
    "en": (
        "Hospital trusts and private, non-profit hospitals", "Universities and university colleges",
        "Research institutes", "Business enterprises, pharmaceuticals and devices",
    ),
}  # fmt: skip
MORE_NAMES = {
    "nb": "Kommuner og fylkeskommuner",
    "nn": "Kommunar og fylkeskommunar",
    "en": "Municipalities and counties",
}
ANNOTATION = {"nb": "Koronapandemien", "nn": "Koronapandemien", "en": "The pandemic"}
LABELS = {
    "nb": ("Driftskostnader", "Forskningsårsverk", "Andel av driften", "Kostnad per årsverk"),
    "nn": ("Driftskostnader", "Forskingsårsverk", "Del av drifta", "Kostnad per årsverk"),
    "en": ("Operating expenditure", "Research work years", "Share of operations", "Cost per work year"),
}
VALUES = {
    "nb": ("4,7 mrd. kr", "3 350", "2,82 %", "1,40 mill. kr"),
    "nn": ("4,7 mrd. kr", "3 350", "2,82 %", "1,40 mill. kr"),
    "en": ("NOK 4.7 billion", "3,350", "2.82%", "NOK 1.40 million"),
}
CHANGE = {"nb": "Opp 8,0 % fra 2019", "nn": "Opp 8,0 % frå 2019", "en": "Up 8.0% from 2019"}
