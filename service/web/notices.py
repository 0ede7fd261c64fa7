"""The sentence a page opens with after something was done: named in the address, chosen from a closed list.

``redirect(with_notice(url, "approved"))`` needs no cookie and no stored message, and nobody can make a page say
something we did not write.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

PARAMETER = "melding"


@dataclass(frozen=True)
class Notice:
    """One sentence and the colour it is shown in."""

    text: str
    color: str = "success"


# The texts are msgids; templates put them through ``_``.
NOTICES: dict[str, Notice] = {
    "lagret": Notice("Lagret."),
    "sett-over": Notice("Du har sett over endringene. Kollegaen som gjorde dem, kan nå godkjenne."),
    "sendt-til-godkjenning": Notice("Sendt til godkjenning. En kollega kan nå lese og godkjenne."),
    "godkjent": Notice("Godkjent. Det går ut av seg selv til avtalt tid."),
    "endringer-bedt-om": Notice("Sendt tilbake. Forfatteren ser i køen hva som bør endres."),
    "avvist": Notice("Avvist. Ingenting blir sendt, og utkastet kan åpnes igjen."),
    "flyttet": Notice("Nytt tidspunkt er lagret."),
    "flyttet-uten-godkjenning": Notice("Nytt tidspunkt er lagret. Det må godkjennes på nytt.", "warning"),
    "trukket": Notice("Trukket tilbake. Ingenting blir sendt. Angre ved å åpne utkastet igjen."),
    "aapnet": Notice("Åpnet igjen. Du kan fortsette å skrive."),
    "nyskrevet": Notice("Skrevet på nytt med det som gjelder nå. Les det før du sender det til godkjenning."),
    "nytt-utkast": Notice("Utkastet er opprettet. Skriv i vei."),
    "utkast-av-funn": Notice("Utkastet er laget av funnet. Les det før du sender det til godkjenning."),
    "utsendelse-til-godkjenning": Notice("Sendt til godkjenning. En kollega kan nå lese og godkjenne."),
    "utsendelse-godkjent": Notice("Godkjent. Utsendelsen går ut av seg selv til avtalt tid."),
    "utsendelse-trukket": Notice("Trukket tilbake. Ingenting blir sendt. Angre ved å åpne utsendelsen igjen."),
    "prove-sendt": Notice("Prøven er sendt. Den er merket «[Test]» og går ikke til noen lesere."),
    "utsendelse-slettet": Notice("Utsendelsen er slettet. Det som lå i den, er ledig igjen."),
    "utsendelse-pause": Notice("Satt på pause. Ingen flere får utsendelsen før noen sender videre.", "warning"),
    "utsendelse-videre": Notice("Sendes videre der den stanset. Ingen får den to ganger."),
    "utsendelse-avbrutt": Notice("Avbrutt. De som ikke har fått utsendelsen, får den ikke.", "warning"),
    "utsendelse-rettes": Notice(
        "Rettelsen er laget. Skriv hva som er riktig, der det står «xxx», og send den til godkjenning."
    ),
    "utvalg-lagret": Notice("Utvalget er lagret. Du kan nå velge det som mottakere i en utsendelse."),
    "utvalg-endret": Notice("Utvalget er endret. Utsendelser som alt bruker det, beholder mottakerne sine."),
    "utvalg-slettet": Notice("Utvalget er slettet. Ingen abonnenter er borte."),
    "utvalg-hentet": Notice("Utsendelsen bruker nå utvalget slik det er i dag."),
    "utvalg-hentet-uten-godkjenning": Notice(
        "Utsendelsen bruker nå utvalget slik det er i dag. Den må godkjennes på nytt.", "warning"
    ),
    "serie-laget": Notice("Den faste utsendelsen er i gang. Hver gang den er satt sammen, venter den på godkjenning."),
    "serie-endret": Notice("Lagret. Det gjelder dem som kommer; de som er laget, er som de var."),
    "serie-pause": Notice("Satt på pause. Ingen nye lages før noen starter den igjen.", "warning"),
    "serie-videre": Notice("I gang igjen. Den neste står nedenfor."),
    "serie-avsluttet": Notice("Avsluttet. Det lages ikke flere; historikken står."),
    "serie-slettet": Notice("Den faste utsendelsen er slettet."),
    "innslag-lagt-til": Notice("Lagt til nederst i utsendelsen."),
    "innslag-fjernet": Notice("Tatt ut av utsendelsen."),
    "funn-bort": Notice("Funnet er lagt bort. Det lages ikke noe utkast av det."),
    "funn-utsatt": Notice("Funnet er utsatt. Det kommer tilbake hit den dagen du valgte."),
    "funn-tilbake": Notice("Funnet er tilbake til vurdering."),
    "rettelse-avsluttet": Notice("Rettelsen er avsluttet. Begrunnelsen ligger under «Avsluttet»."),
    "rettelse-aapnet": Notice("Rettelsen er åpen igjen."),
    "dag-paa": Notice("Merkedagen er slått på. Utkast lages i god tid før dagen."),
    "dag-av": Notice("Merkedagen er slått av. Det lages ikke flere utkast for den."),
    "avklart-sendt": Notice(
        "Avklart: det kom fram. Det kan angres på leveringens egen side så lenge ingenting mer har skjedd."
    ),
    "avklart-igjen": Notice("Avklart: det sendes på nytt. Det kan angres på leveringens egen side til det er på vei."),
    "avklart-ikke-sendt": Notice("Avklart: det sendes ikke. Det kan angres på leveringens egen side."),
    "avklart-delvis": Notice(
        "Noen av dem var alt avklart av andre, og er som de var. Resten er avklart nå.", "warning"
    ),
    "avklaring-angret": Notice("Avklaringen er angret. Leveringen er usikker igjen.", "warning"),
    "sendes-igjen": Notice("Lagt i køen. Den går ut én gang til."),
    "sendes-igjen-alle": Notice("Lagt i køen. De går ut én gang til, hver av dem."),
    "retur-ingenting": Notice("Meldingen er lagt bort. Den har ikke gjort noe."),
    "retur-sperret": Notice("Adressen er sperret. Det sendes ikke mer dit."),
    "retur-klage": Notice("Leseren er meldt av, og adressen er sperret."),
    "retur-avmeldt": Notice("Leseren er meldt av."),
    "retur-angret": Notice("Virkningen er angret."),
    "stanset": Notice("Stanset. Ingenting mer går ut denne veien før noen slipper det løs.", "warning"),
    "sluppet-los": Notice("Sluppet løs. Det som ventet, går ut nå."),
    "sperre-opphevet": Notice("Sperren er opphevet. Begrunnelsen ligger i sporet."),
    "ikke-sperret": Notice("Adressen er ikke sperret lenger."),
    "leser-sperret": Notice("Adressen er sperret og får ingen e-post."),
    "leser-avmeldt": Notice("Leseren er meldt av."),
    "leser-slettet": Notice("Leseren er slettet. Ingen liste henter adressen inn igjen."),
    "liste-lagt-bort": Notice("Listen er lagt bort. Ingenting er tatt inn."),
    "fil-tatt-inn": Notice("Tallene er tatt inn. Er noe nytt, ligger det snart et utkast i køen."),
    "fil-uendret": Notice("Filen er tatt inn. Tallene er de samme som før.", "info"),
    "fil-holdt": Notice("Filen er lest, men tallene holdes tilbake til noen har sett på dem.", "warning"),
    "fil-avgjort": Notice("Filen var allerede tatt inn eller lagt til side.", "info"),
    "fil-lagt-til-side": Notice("Filen er lagt til side. Ingen tall er tatt inn."),
    "kolonner-lagret": Notice("Kolonnene er lagret. Se over tallene før du tar dem inn."),
    "utgivelse-lagt-til": Notice("Utgivelsen er lagt til i planen."),
    "utgivelse-flyttet": Notice("Utgivelsen ventes nå til det nye tidspunktet."),
    "utgivelse-avlyst": Notice("Utgivelsen er avlyst. Angre ved å vente på den igjen."),
    "utgivelse-ventes-igjen": Notice("Utgivelsen ventes igjen."),
    "utgivelse-kommet": Notice("Utgivelsen er merket som kommet."),
    "sperrefrist-lagret": Notice("Sperrefristen er lagret. Den gjelder også tall og utkast som alt er kommet."),
    "henting-bestilt": Notice("Kilden er satt først i køen og hentes nå."),
    "henting-i-gang": Notice("Kilden hentes allerede.", "info"),
    "tall-tatt-inn": Notice("Tallene er tatt inn. De er nå den gjeldende utgaven."),
    "tall-tatt-inn-funn": Notice("Tallene er tatt inn. Det som er nytt, blir til utkast i køen."),
    "tall-avvist": Notice("Tallene er avvist. De siste gode tallene står."),
    "tall-venter-igjen": Notice("Avvisningen er angret. Tallene venter på en avgjørelse."),
    "indikator-lagret": Notice("Indikatoren er lagret. Tallene hentes i løpet av et par minutter."),
    "indikator-av": Notice("Indikatoren er slått av. Tallene er tatt vare på, og den kan slås på igjen."),
    "indikator-paa": Notice("Indikatoren er slått på og følges igjen."),
    "katalog-lest-inn": Notice("Katalogen er lest inn."),
    "figur-lagret": Notice("Figuren er lagret, og bildene i alle kanalene er tegnet på nytt."),
    "figur-lagret-tekst": Notice(
        "Figuren er lagret. Den alternative teksten er skrevet for hånd og står som før: les den mot den nye figuren.",
        "warning",
    ),
    "figur-angret": Notice("Figuren er slik den var før siste endring. Angre igjen for å få den tilbake."),
    "ingen-endring": Notice("Ingenting var endret.", "info"),
    "logget-ut": Notice("Du er logget ut."),
}


def with_notice(url: str, code: str) -> str:
    """The address, with the notice the page should open with."""
    if code not in NOTICES:
        raise KeyError(code)
    return f"{url}{'&' if '?' in url else '?'}{urlencode({PARAMETER: code})}"


def notice_of_request() -> Notice | None:
    """The notice this page was asked to open with."""
    return NOTICES.get(request.args.get(PARAMETER, ""))
