"""How it goes with a source, in one sentence that says what is wrong and what, if anything, somebody should do."""

from datetime import datetime

from campaigns.indicators.source_health import HealthState, SourceHealth, TableHealth
from campaigns.sources.breaker import BreakerState
from campaigns.sources.politeness import Rate, rate_of
from campaigns.sources.source import SourceKind
from campaigns.sources.trouble import Trouble
from service.i18n import gettext as _
from service.page_values import since, time_of_day


def sentence(health: SourceHealth) -> str:
    """The one thing to know about this source now."""
    if health.state is HealthState.FAILING:
        return _failing(health.trouble) + _also_fine(health)
    if health.state in {HealthState.RESTING, HealthState.TRIAL}:
        return _resting(health)
    return _steady(health)


def table_sentence(table: TableHealth) -> str:
    """The same for one table, with the words the answer was judged in."""
    if table.state in {HealthState.FAILING, HealthState.HELD} and table.last is not None and table.last.detail:
        return table.last.detail
    return {
        HealthState.SETTLING: _("Nye tall er kommet og venter på at en ny henting viser de samme."),
        HealthState.OVERDUE: _("Skulle vært spurt, men er ikke blitt det."),
        HealthState.QUIET: _("Venter til tabellene hos kilden er ferdige."),
        HealthState.AWAITED: _("Ingen fil er kommet ennå."),
        HealthState.UNASKED: _("Ikke spurt ennå."),
    }.get(table.state, _("Svarer som den skal."))


def breaker_sentence(health: SourceHealth) -> str:
    """Whether the host is asked as usual."""
    return {
        BreakerState.CLOSED: _("Bryteren er lukket: verten spørres som vanlig."),
        BreakerState.OPEN: _(
            "Bryteren er åpen til klokka %(time)s: verten får være i fred.", time=_clock(_rest(health))
        ),
        BreakerState.TRIAL: _("Bryteren er halvåpen: ett forsøk avgjør om verten spørres som vanlig igjen."),
    }[health.breaker]


def quota_sentence(health: SourceHealth) -> str:
    """How often we ask this host at most, and who says so."""
    host = health.host
    told = Rate(host.told_calls, host.told_seconds) if host and host.told_calls and host.told_seconds else None
    rate = rate_of(health.source, told)
    often = f"{rate.per_second * 60:.0f}"
    if told is not None:
        return _(
            "Vi spør høyst %(often)s ganger i minuttet; verten tillater %(told)s.",
            often=often,
            told=f"{told.per_second * 60:.0f}",
        )
    return _("Vi spør høyst %(often)s ganger i minuttet.", often=often)


def state_word(state: HealthState) -> str:
    """The state in a word or two, for its mark."""
    return {
        HealthState.OFF: _("Av"),
        HealthState.UNFOLLOWED: _("Ikke i bruk"),
        HealthState.TOLD: _("Venter"),
        HealthState.RESTING: _("Hviler"),
        HealthState.TRIAL: _("Prøves på nytt"),
        HealthState.FAILING: _("Feiler"),
        HealthState.HELD: _("Holdt tilbake"),
        HealthState.SETTLING: _("Nye tall på vei"),
        HealthState.OVERDUE: _("Forsinket"),
        HealthState.QUIET: _("Stille tid"),
        HealthState.AWAITED: _("Venter på fil"),
        HealthState.UNASKED: _("Ikke spurt ennå"),
        HealthState.WELL: _("I orden"),
    }[state]


def kind_word(kind: SourceKind) -> str:
    """The kind of source as people know it."""
    return {
        SourceKind.PXWEB1: "PxWebApi 1",
        SourceKind.PXWEB2: "PxWebApi 2",
        SourceKind.JSONSTAT: "JSON-stat",
        SourceKind.FHI: "FHI Statistikk",
        SourceKind.EUROSTAT: "Eurostat",
        SourceKind.GHO: "WHO (GHO)",
        SourceKind.PX: _("PX-fil"),
        SourceKind.CSV: _("CSV-fil"),
        SourceKind.XLSX: _("Excel-fil"),
        SourceKind.FEED: _("Nyhetsstrøm"),
        SourceKind.CALENDAR: _("Kalender"),
        SourceKind.PAGE: _("Nettside"),
        SourceKind.PUSH: _("Kilden sender selv"),
    }[kind]


def _steady(health: SourceHealth) -> str:
    """The states in which nothing has failed."""
    return {
        HealthState.OFF: _("Kilden er slått av i katalogen og blir ikke spurt."),
        HealthState.UNFOLLOWED: _("Ingen indikator er tatt fra kilden, så den blir ikke spurt."),
        HealthState.TOLD: _(
            "Kilden har bedt oss vente, og blir spurt igjen etter klokka %(time)s.", time=_clock(health.until)
        ),
        HealthState.HELD: _("Kilden har sendt tall som ser feil ut; de er holdt tilbake, og de siste gode gjelder."),
        HealthState.SETTLING: _("Nye tall er kommet; kilden spørres en gang til før de tas inn."),
        HealthState.OVERDUE: _(
            "Kilden skulle vært spurt, men er ikke blitt det; se på «monitorposten doctor» om timeplanen går."
        ),
        HealthState.QUIET: _("Kilden legger ut nye tall nå og blir spurt når tabellene er ferdige."),
        HealthState.AWAITED: _("Tallene fra kilden leveres hit, og ingen er kommet ennå."),
        HealthState.UNASKED: _("Kilden er ny og blir spurt i løpet av et par minutter."),
        HealthState.WELL: _well(health),
    }[health.state]


def _well(health: SourceHealth) -> str:
    if health.source.last_success_at is None:
        return _("Kilden svarer som den skal.")
    if health.source.is_brought:
        return _("Det som er levert fra kilden, er tatt inn, sist %(ago)s.", ago=since(health.source.last_success_at))
    return _("Kilden svarer som den skal, sist %(ago)s.", ago=since(health.source.last_success_at))


def _resting(health: SourceHealth) -> str:
    times = health.host.failures if health.host is not None else 0
    if health.state is HealthState.TRIAL:
        return _("Kilden har ikke svart %(times)s ganger på rad; den prøves nå én gang til.", times=times)
    return _(
        "Kilden har ikke svart %(times)s ganger på rad og får hvile; den prøves igjen klokka %(time)s.",
        times=times,
        time=_clock(health.until),
    )


def _failing(trouble: Trouble | None) -> str:
    return {
        None: _("Kilden ga ikke et svar som kunne brukes; de siste gode tallene gjelder."),
        Trouble.NO_ANSWER: _("Kilden svarte ikke; den spørres igjen av seg selv, og de siste gode tallene gjelder."),
        Trouble.TOO_OFTEN: _("Kilden mener vi spør for ofte; vi venter så lenge den ber om og spør igjen."),
        Trouble.BUSY: _("Kilden er nede eller under oppdatering; den spørres igjen av seg selv."),
        Trouble.BEING_MADE: _("Kilden lager fortsatt svaret; det hentes når det er ferdig."),
        Trouble.SOURCE_FAULT: _("Kilden feilet på spørringen; se etter en kode som er gitt to ganger i katalogen."),
        Trouble.QUESTION: _("Kilden forstår ikke spørringen; en administrator må rette utvalget i katalogen."),
        Trouble.TOO_LARGE: _("Utvalget er større enn kilden gir ut på én gang; velg færre koder i katalogen."),
        Trouble.FORBIDDEN: _("Kilden gir oss ikke tabellen; spør utgiveren om den fortsatt er åpen."),
        Trouble.NOT_THERE: _("Tabellen finnes ikke hos kilden; rett adressen eller tabellnummeret i katalogen."),
        Trouble.NOT_FIGURES: _("Kilden sendte en nettside i stedet for tall; den er trolig under oppdatering."),
        Trouble.UNREADABLE: _("Svaret fra kilden lot seg ikke lese; de siste gode tallene gjelder."),
        Trouble.NO_FIGURES: _("Kilden svarte uten et eneste tall; en kode i utvalget kan være feil."),
        Trouble.ADDRESS: _("Adressen kan ikke hentes fra; verten må stå i SOURCE_ALLOWED_HOSTS eller være åpen."),
        Trouble.CATALOGUE: _("Katalogen beskriver ikke en spørring kilden kan få; rett «query» i katalogen."),
        Trouble.DISK: _("Svaret kom, men kunne ikke lagres; rydd plass på disken."),
    }[trouble]


def _also_fine(health: SourceHealth) -> str:
    """When only some of the tables fail, that is said too."""
    failing = sum(table.state is HealthState.FAILING for table in health.tables)
    if failing == len(health.tables) or not health.tables:
        return ""
    return " " + _("Det gjelder %(failing)s av %(total)s tabeller.", failing=failing, total=len(health.tables))


def _rest(health: SourceHealth) -> datetime | None:
    return health.host.open_until if health.host is not None else None


def _clock(until: datetime | None) -> str:
    return time_of_day(until) if until is not None else "–"
