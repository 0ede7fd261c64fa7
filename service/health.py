"""What is well and what is not, each with a sentence that says what to do: for `doctor`, and for ``/readyz``."""

import os
import shutil
from datetime import timedelta

import sqlalchemy as sa
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import col, func, select

from campaigns.channels.account import ChannelAccount
from campaigns.days.day import CommemorativeDay
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.kill_switch import NAMES, stopped_now
from campaigns.delivery.retention_log import latest_runs
from campaigns.delivery.returns.overview import count_waiting
from campaigns.delivery.returns.rates import Level, latest
from campaigns.indicators.directory import overview
from campaigns.indicators.standing import Standing
from campaigns.subscribers.throttle import Pressure, last_alarm, pressure
from chart_renderer.browser import find_browser
from chart_renderer.errors import ChartError
from service.bootstrap import Service
from service.database import MIGRATIONS
from service.mail_health import mail_symptoms, sending_symptoms
from service.symptom import Symptom
from service.timetable.turn import Turn

_LEAST_FREE_BYTES = 200 * 1024 * 1024
_TIMETABLE_SILENT = timedelta(minutes=10)
_UNTIDY = timedelta(days=2)  # the rules speak of days, so a day missed is worth a word


def examine(service: Service) -> list[Symptom]:
    """Look at everything; never raises for what it finds."""
    database = database_is_current(service)
    symptoms = [database, _folder(service), _secret(service), *mail_symptoms(service)]
    if database.well:
        symptoms += [_timetable(service), _days(service), _sources(service), _accounts(service), _deliveries(service)]
        symptoms += [_kill_switch(service)]
        symptoms += [_returned_mail(service), _sign_ups(service), _retention(service), *sending_symptoms(service)]
    return symptoms


def database_is_current(service: Service) -> Symptom:
    """Whether the database answers and has this version's schema."""
    script = ScriptDirectory.from_config(_config())
    try:
        with service.database.engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
    except sa.exc.SQLAlchemyError as error:
        return Symptom("Database", False, f"svarer ikke ({type(error).__name__}). Se på DATABASE_URL.")
    if revision != script.get_current_head():
        return Symptom("Database", False, "har et annet skjema enn denne versjonen. Kjør: monitorposten migrate")
    return Symptom("Database", True, f"svarer, skjema {revision}.")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _folder(service: Service) -> Symptom:
    folder = service.settings.data_dir
    if not folder.is_dir():
        return Symptom("Datamappe", False, f"{folder} finnes ikke. Kjør: monitorposten migrate")
    if not os.access(folder, os.W_OK):
        return Symptom("Datamappe", False, f"{folder} kan ikke skrives til. Gi tjenesten rettigheter til mappen.")
    free = shutil.disk_usage(folder).free
    if free < _LEAST_FREE_BYTES:
        return Symptom("Datamappe", False, f"det er bare {free // 1024 // 1024} MB ledig. Rydd plass på disken.")
    return Symptom("Datamappe", True, f"{folder}, {free // 1024 // 1024} MB ledig.")


def drawing(service: Service) -> Symptom:
    """Whether a known figure comes out as it should: takes seconds, so `doctor` asks and ``/readyz`` does not."""
    try:
        service.charts.check()
    except ChartError as error:
        return Symptom("Diagrammer", False, str(error))
    return Symptom(
        "Diagrammer", True, f"prøvefiguren ble tegnet riktig av {find_browser(service.settings.browser_path)}."
    )


def _secret(service: Service) -> Symptom:
    if service.settings.secret_key.get_secret_value():
        return Symptom("Hemmelig nøkkel", True, "er satt.")
    return Symptom("Hemmelig nøkkel", not service.settings.production, "er ikke satt; SECRET_KEY trengs i produksjon.")


def _timetable(service: Service) -> Symptom:
    with service.database.session_scope(read_only=True) as session:
        turns = session.exec(select(Turn)).all()
    failing = [f"«{turn.name}»: {turn.last_error}" for turn in turns if turn.last_error]
    if failing:
        return Symptom("Timeplan", False, "noe feiler: " + "; ".join(failing))
    started = max((turn.last_started_at for turn in turns if turn.last_started_at), default=None)
    if started is None:
        return Symptom("Timeplan", True, "har ikke kjørt ennå; den starter med: monitorposten serve")
    if service.clock.now() - started > _TIMETABLE_SILENT:
        return Symptom("Timeplan", False, f"har ikke kjørt siden {started:%d.%m.%Y %H:%M} UTC. Kjører tjenesten?")
    return Symptom("Timeplan", True, f"kjørte sist {started:%d.%m.%Y %H:%M:%S} UTC.")


def _days(service: Service) -> Symptom:
    with service.database.session_scope(read_only=True) as session:
        total, in_use = session.exec(
            select(func.count(), func.count().filter(col(CommemorativeDay.enabled))).select_from(CommemorativeDay)
        ).one()
    if not total:
        advice = "ingen er lagt inn. Kjør: monitorposten catalogue apply --default"
        return Symptom("Merkedager", False, advice)
    return Symptom("Merkedager", True, f"{total} er lagt inn, {in_use} er i bruk.")


def _sources(service: Service) -> Symptom:
    with service.database.session_scope(read_only=True) as session:
        views = overview(session)
        troubled = dict.fromkeys(
            f"{view.source.id} ({_TROUBLES[view.standing]}{': ' + view.reason if view.reason else ''})"
            for view in views
            if view.standing.calls_for_somebody
        )
        in_use = len({view.source.id for view in views if view.standing not in _NOT_IN_USE})
    if troubled:
        return Symptom("Kilder", False, f"se på {'; '.join(troubled)}. Siste gode tall står.")
    if not in_use:
        return Symptom("Kilder", True, "ingen er i bruk ennå. Slå på dem i katalogen, se docs/catalogue.md.")
    return Symptom("Kilder", True, f"{in_use} i bruk, ingen feiler.")


_NOT_IN_USE = {Standing.OFF, Standing.NO_TABLE, Standing.AWAITS_FILE}
_TROUBLES = {
    Standing.FAILING: "svarer ikke",
    Standing.HELD: "nye tall er holdt tilbake",
    Standing.NO_SERIES: "katalogen peker ikke på én tallrekke",
}


def _accounts(service: Service) -> Symptom:
    with service.database.session_scope(read_only=True) as session:
        paused = session.exec(select(ChannelAccount).where(col(ChannelAccount.paused_reason).is_not(None))).all()
    if paused:
        reasons = "; ".join(f"{account.name}: {account.paused_reason}" for account in paused)
        return Symptom("Kanaler", False, f"satt på pause: {reasons}")
    return Symptom("Kanaler", True, "ingen er satt på pause.")


def _deliveries(service: Service) -> Symptom:
    with service.database.session_scope(read_only=True) as session:
        unknown = session.exec(
            select(func.count()).select_from(Delivery).where(Delivery.state == DeliveryState.UNKNOWN)
        ).one()
    if unknown:
        return Symptom("Leveringer", False, f"{unknown} er usikre. Avgjør dem på siden Leveringer.")
    return Symptom("Leveringer", True, "ingen er usikre.")


def _kill_switch(service: Service) -> Symptom:
    with service.database.session_scope(read_only=True) as session:
        stopped = "; ".join(f"{NAMES[one.what]}: {one.reason}" for one in stopped_now(session))
    if stopped:
        return Symptom("Nødstopp", False, f"noen har stanset sendingen. {stopped}. Slipp løs på siden Nødstopp.")
    return Symptom("Nødstopp", True, "ingenting er stanset.")


def _returned_mail(service: Service) -> Symptom:
    """What comes back, and whether it is more than the mailbox providers put up with (E-83)."""
    with service.database.session_scope(read_only=True) as session:
        rates, waiting = latest(session), count_waiting(session)
    if rates is not None and not (rates.well and rates.ours_level is Level.WELL):
        said = f"{rates.bounced} av {rates.handed} e-poster kom ikke fram siste måned ({rates.ours} på grunn av oss)"
        advice = "Se siden Retur før neste utsendelse."
        return Symptom("Returpost", False, f"{said}, og {rates.complained} ble klaget på. {advice}")
    if waiting:
        messages = "1 melding" if waiting == 1 else f"{waiting} meldinger"
        return Symptom("Returpost", True, f"{messages} venter på noen, på siden Retur.")
    return Symptom("Returpost", True, "ingenting venter, og lite kommer i retur.")


def _sign_ups(service: Service) -> Symptom:
    with service.database.session_scope(read_only=True) as session:
        alarm = last_alarm(session, service.clock)
        found = pressure(session, service.clock, service.sign_up_limits)
    if alarm is not None:
        when = f"{alarm.astimezone(service.clock.zone):%d.%m. kl. %H.%M}"
        advice = "Skjemaet åpner igjen av seg selv; er det en kampanje, hev SIGN_UP_ALL_PER_HOUR."
        return Symptom("Påmelding", False, f"skjemaet nådde grensen {when} og ba folk vente. {advice}")
    if found is not Pressure.CALM:
        return Symptom("Påmelding", True, "mange påmeldinger nå; nettlesere må gjøre et regnestykke først.")
    return Symptom("Påmelding", True, "rolig.")


def _retention(service: Service) -> Symptom:
    with service.database.session_scope(read_only=True) as session:
        last = next((run.at for run in latest_runs(session, limit=1)), None)
    if last is not None and service.clock.now() - last > _UNTIDY:
        when = f"{last.astimezone(service.clock.zone):%d.%m.%Y}"
        return Symptom("Sletting", False, f"det er ikke ryddet siden {when}. Kjører tjenesten?")
    return Symptom("Sletting", True, "ryddet det siste døgnet." if last else "har ikke kjørt ennå.")
