"""An indicator added at the desk: an address pasted, a slice chosen with counts, tried on real figures, saved."""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlmodel import select
from werkzeug.test import TestResponse

from campaigns.audit import AuditEvent
from campaigns.catalogue.apply import apply_catalogue
from campaigns.clock import FixedClock
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.refresh import poll_due
from campaigns.sources.source import Source
from chart_renderer.spec import FigureType
from service.app import create_app
from service.bootstrap import Service
from service.database import Database
from service.settings import Settings
from service.web.catalogue_form import entry_from, fields_of
from service.web.catalogue_form_page import chart_word
from tests.factories import desk as newsroom
from tests.factories.staff_desk import Browser, StaffDesk
from tests.fakes.table_bank import TABLE, TableBank

CATALOGUE = "/redaksjon/katalog"
CHOICES = {"kode-1": "K", "hent-1": "all", "hent-0": "left_out", "kode-2": "Studier", "hent-2": "one"}


@pytest.fixture
def bank() -> Iterator[TableBank]:
    bank = TableBank()
    with bank.server:
        yield bank


@pytest.fixture
def asking_desk(bank: TableBank, sqlite_database: Database, tmp_path: Path, clock: FixedClock) -> Iterator[StaffDesk]:
    """A desk that may ask the bank, which lives on this machine."""
    settings = Settings(
        data_dir=tmp_path,
        database_url=sqlite_database.url,
        secret_key="a secret for these tests, long enough",
        source_allowed_hosts=urlsplit(bank.server.url).netloc,
        _env_file=None,
    )
    service = Service(settings, clock)
    with service.database.session_scope() as session:
        newsroom.staff(session)
    yield StaffDesk(service, clock, create_app(service))
    service.close()


def pasted(browser: Browser, address: str, **more: str) -> TestResponse:
    return browser.post(f"{CATALOGUE}/ny/adresse", adresse=address, **more)


def described(browser: Browser, address: str, **more: str) -> dict[str, str]:
    """The address is looked up; what the next step is told."""
    answer = pasted(browser, address, **more)
    assert answer.status_code == 303, words_of(answer)
    return dict(parse_qsl(urlsplit(answer.location).query))


def words_of(answer: TestResponse) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def filled(answer: TestResponse) -> dict[str, Any]:
    """The form on the page as a browser would send it."""
    form = answer.text.split('id="indikator"', 1)[1].split("</form>", 1)[0]
    fields = {
        name: html.unescape(value)
        for name, value in re.findall(r'<input[^>]*? name="([^"]+)" value="([^"]*)"', form)
        if name not in {"topics", "change", "csrf_token"}
    }
    fields["change"] = re.findall(r'name="change" value="([^"]+)" checked', form)[0]
    for name, options in re.findall(r'<select[^>]*? name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        fields[name] = html.unescape(re.findall(r'value="([^"]*)" selected', options)[0])
    return fields


def words_step(browser: Browser, bank: TableBank, **choices: str) -> dict[str, Any]:
    found = described(browser, f"{bank.v2}/tables/{TABLE}")
    answer = browser.get(f"{CATALOGUE}/ny/innhold", query_string={**found, **CHOICES, **choices})
    assert answer.status_code == 200, words_of(answer)
    return filled(answer)


def saved(desk: StaffDesk, indicator_id: str) -> tuple[Indicator, Dataset, Source]:
    with desk.service.database.session_scope(read_only=True) as session:
        indicator = session.get_one(Indicator, indicator_id)
        dataset = session.get_one(Dataset, indicator.dataset_id)
        found = indicator, dataset, session.get_one(Source, dataset.source_id)
        session.expunge_all()
        return found


NEW = {
    "title.nb": "Søkte kliniske studier", "title.nn": "Søkte kliniske studiar",
    "title.en": "Clinical trials applied for",
    "id": "kliniske-studier", "topics": "kliniske-studier", "decimals": "0",
    "chart.measure.nb": "antallet søkte kliniske studier",
    "source.attribution.nb": "Direktoratet for medisinske produkter", "source.attribution.short": "DMP",
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "kind"),
    [(f"/api/pxwebapi/v2/tables/{TABLE}", "pxweb2"), (f"/api/v0/no/table/{TABLE}", "pxweb1")],
)
def test_a_pasted_address_is_recognised_and_its_table_described(
    asking_desk: StaffDesk, bank: TableBank, path: str, kind: str
) -> None:
    browser = asking_desk.browser("Solveig")
    found = described(browser, bank.server.url + path)
    shown = words_of(browser.get(f"{CATALOGUE}/ny/utvalg", query_string=found))

    assert found["type"] == kind
    assert "region 361 kategorier" in shown
    assert "sponsor 3 kategorier" in shown
    assert "år 3 perioder" in shown


def test_every_choice_says_how_many_cells_it_comes_to(asking_desk: StaffDesk, bank: TableBank) -> None:
    browser = asking_desk.browser("Solveig")
    found = described(browser, f"{bank.v2}/tables/{TABLE}")
    shown = words_of(browser.get(f"{CATALOGUE}/ny/utvalg", query_string={**found, **CHOICES}))
    newest = words_of(
        browser.get(f"{CATALOGUE}/ny/utvalg", query_string={**found, **CHOICES, "tid": "nyeste", "antall": "2"})
    )

    assert "Alle 3 249 celler" in shown.replace("\u00a0", " ")  # 361 regions × 3 sponsors × 3 years
    assert "9 celler hentes" in shown
    assert "6 celler hentes" in newest


def test_a_long_list_of_codes_is_searched(asking_desk: StaffDesk, bank: TableBank) -> None:
    browser = asking_desk.browser("Solveig")
    found = described(browser, f"{bank.v2}/tables/{TABLE}")
    everything = browser.get(f"{CATALOGUE}/ny/utvalg", query_string=found).text
    one = browser.get(f"{CATALOGUE}/ny/utvalg", query_string={**found, "sok-0": "nummer 655"}).text

    assert "Kommune nummer 655" not in everything
    assert "Søk for å finne dem" in everything
    assert "Kommune nummer 655" in one


def test_the_preview_is_made_of_the_real_figures_and_saves_nothing(asking_desk: StaffDesk, bank: TableBank) -> None:
    browser = asking_desk.browser("Solveig")
    fields = words_step(browser, bank)
    answer = browser.post(f"{CATALOGUE}/forhandsvisning", **{**fields, **NEW})
    shown = words_of(answer).replace("\u00a0", " ")

    assert answer.status_code == 200, shown
    assert "Slik blir den Søkte kliniske studier" in shown
    assert "216 studier" in shown  # (2021 − 2000) × 10 + 6
    assert "+10,2 %" in shown  # from 196
    picture = re.findall(r'<img class="preview__chart" src="([^"]+)"', answer.text)[0]
    assert browser.get(picture).data.startswith(b"\x89PNG")
    with asking_desk.service.database.session_scope(read_only=True) as session:
        assert session.exec(select(Indicator)).all() == []


def test_a_second_preview_does_not_ask_the_source_again(asking_desk: StaffDesk, bank: TableBank) -> None:
    browser = asking_desk.browser("Solveig")
    first = filled(browser.post(f"{CATALOGUE}/forhandsvisning", **{**words_step(browser, bank), **NEW}))
    asked = len(bank.server.requests)
    again = browser.post(f"{CATALOGUE}/forhandsvisning", **{**first, **NEW, "title.nb": "Studier"})

    assert "Slik blir den Studier" in words_of(again)
    assert len(bank.server.requests) == asked


def test_what_is_saved_is_what_was_chosen_however_often_the_button_is_pressed(
    asking_desk: StaffDesk, bank: TableBank
) -> None:
    browser = asking_desk.browser("Solveig")
    fields = {**words_step(browser, bank), **NEW}
    first = browser.post(f"{CATALOGUE}/lagring", **fields)
    second = browser.post(f"{CATALOGUE}/lagring", **fields)
    indicator, dataset, source = saved(asking_desk, "kliniske-studier")

    assert (first.status_code, second.status_code) == (303, 303), words_of(first)
    assert "ingen-endring" in second.location
    assert indicator.slice == {"Sponsor": "K", "ContentsCode": "Studier"}
    assert dataset.query == {
        "table": TABLE, "selection": {"Sponsor": ["*"], "ContentsCode": ["Studier"], "Tid": ["*"]}
    }  # fmt: skip
    assert (source.url, source.attribution["short"]) == (bank.v2, "DMP")
    with asking_desk.service.database.session_scope(read_only=True) as session:
        by = session.exec(select(AuditEvent.actor).where(AuditEvent.action == "indicator.added")).all()
    assert len(by) == 1
    assert by[0].startswith("editor:")


@pytest.mark.parametrize("dialect", ["v1", "v2"])
def test_what_is_saved_gets_its_figures(asking_desk: StaffDesk, bank: TableBank, dialect: str) -> None:
    browser = asking_desk.browser("Solveig")
    address = f"{bank.v2}/tables/{TABLE}" if dialect == "v2" else f"{bank.v1}/no/table/{TABLE}"
    found = described(browser, address)
    fields = filled(browser.get(f"{CATALOGUE}/ny/innhold", query_string={**found, **CHOICES}))
    browser.post(f"{CATALOGUE}/lagring", **{**fields, **NEW})

    service = asking_desk.service
    results = poll_due(
        service.database.session_scope, service.clock, service.source_client, blobs=service.folders.source_blobs
    )

    assert [result.failed for result in results] == [False]


@pytest.mark.parametrize(
    ("fields", "field", "told"),
    [
        ({"title.nb": ""}, "title.nb", "mangler"),
        ({"factor": "mange"}, "factor", "ikke et tall"),
        ({"decimals": "12"}, "decimals", "9 eller mindre"),
        ({"figure_url": "helseomsorg21monitor.no"}, "figure_url", "rett form"),
        ({"id": "Kliniske studier"}, "id", "rett form"),
        ({"update_period": "ofte"}, "update_period", "hele dager"),
    ],
)
def test_a_fault_the_catalogue_finds_stands_at_its_field(
    asking_desk: StaffDesk, bank: TableBank, fields: dict[str, str], field: str, told: str
) -> None:
    browser = asking_desk.browser("Solveig")
    answer = browser.post(f"{CATALOGUE}/lagring", **{**words_step(browser, bank), **NEW, **fields})

    assert answer.status_code == 422
    error = answer.text.split(f'id="{field}-feil"', 1)[1].split("</p>", 1)[0]
    assert told in error


def test_a_new_indicator_never_takes_the_place_of_another(asking_desk: StaffDesk, bank: TableBank) -> None:
    browser = asking_desk.browser("Solveig")
    fields = {**words_step(browser, bank), **NEW}
    browser.post(f"{CATALOGUE}/lagring", **fields)
    answer = browser.post(f"{CATALOGUE}/lagring", **{**fields, "title.nb": "Noe annet"})

    assert answer.status_code == 422
    assert "en annen indikator har denne id-en" in words_of(answer).lower()
    assert saved(asking_desk, "kliniske-studier")[0].title["nb"] == "Søkte kliniske studier"


def test_an_indicator_is_edited_and_keeps_what_the_form_does_not_show(asking_desk: StaffDesk, bank: TableBank) -> None:
    browser = asking_desk.browser("Solveig")
    browser.post(f"{CATALOGUE}/lagring", **{**words_step(browser, bank), **NEW})
    with asking_desk.service.database.session_scope() as session:
        session.get_one(Indicator, "kliniske-studier").breaks = ["2019"]
    page = browser.get(f"{CATALOGUE}/indikator/kliniske-studier")
    answer = browser.post(
        f"{CATALOGUE}/lagring", **{**filled(page), "title.nb": "Søkte studier", "topics": "forskning"}
    )
    indicator, dataset, _source = saved(asking_desk, "kliniske-studier")

    assert answer.status_code == 303, words_of(answer)
    assert indicator.title == {**{key[6:]: NEW[key] for key in NEW if key.startswith("title.")}, "nb": "Søkte studier"}
    assert indicator.breaks == ["2019"]
    assert indicator.topics == ["forskning"]
    assert dataset.query["table"] == TABLE


def test_an_indicator_is_switched_off_and_on_again(asking_desk: StaffDesk, bank: TableBank) -> None:
    browser = asking_desk.browser("Solveig")
    browser.post(f"{CATALOGUE}/lagring", **{**words_step(browser, bank), **NEW})
    place = f"{CATALOGUE}/indikator/kliniske-studier"
    off = browser.post(f"{place}/avslaaing")
    stood_off = saved(asking_desk, "kliniske-studier")[0].enabled
    again = browser.post(f"{place}/avslaaing")
    browser.post(f"{place}/paaslaaing")

    assert (off.status_code, stood_off) == (303, False)
    assert "ingen-endring" in again.location
    assert saved(asking_desk, "kliniske-studier")[0].enabled


def test_an_indicator_without_a_table_says_so_and_is_connected(asking_desk: StaffDesk, bank: TableBank) -> None:
    described_only = f"""
sources: [{{id: banken, kind: pxweb2, url: "{bank.v2}", attribution: Banken}}]
indicators: [{{id: studier, source: banken, title: Studier, unit: studier, topics: [forskning]}}]
"""
    with asking_desk.service.database.session_scope() as session:
        apply_catalogue(session, asking_desk.clock, described_only, name="katalog.yaml")
    browser = asking_desk.browser("Solveig")
    before = words_of(browser.get(CATALOGUE))
    found = described(browser, f"{bank.v2}/tables/{TABLE}", indikator="studier")
    fields = filled(browser.get(f"{CATALOGUE}/ny/innhold", query_string={**found, **CHOICES}))
    answer = browser.post(f"{CATALOGUE}/lagring", **fields, topics="forskning")
    indicator, dataset, source = saved(asking_desk, "studier")

    assert "Mangler tabell – koble på" in before
    assert answer.status_code == 303, words_of(answer)
    assert (indicator.title, source.id, dataset.query["table"]) == ({"nb": "Studier"}, "banken", TABLE)
    assert "Mangler tabell" not in words_of(browser.get(CATALOGUE))


def test_a_sheet_at_an_address_is_told_column_by_column(asking_desk: StaffDesk, bank: TableBank) -> None:
    browser = asking_desk.browser("Solveig")
    answer = pasted(browser, f"{bank.server.url}/studier.csv")
    found = dict(parse_qsl(urlsplit(answer.location).query))
    uses = {"navn": ["År", "Sponsor", "Antall"], "bruk": ["time", "dimension", "value"]}
    columns = browser.post(f"{CATALOGUE}/ny/kolonner", **found, rad="1", **uses)
    assert columns.status_code == 303, words_of(columns)
    told = dict(parse_qsl(urlsplit(columns.location).query))
    page = browser.get(f"{CATALOGUE}/ny/innhold", query_string={**told, "kode-1": "Kommersielle"})
    preview = browser.post(f"{CATALOGUE}/forhandsvisning", **{**filled(page), **NEW, "unit.nb": "studier"})

    assert "kolonner" in urlsplit(answer.location).path
    assert json.loads(filled(page)["slice"]) == {"Sponsor": "Kommersielle"}
    assert "120 studier" in words_of(preview).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("", "Lim inn adressen"),
        ("https://", "ingen nettadresse"),
        ("http://127.0.0.1:1/api/pxwebapi/v2/tables/1", "SOURCE_ALLOWED_HOSTS"),
        ("https://169.254.169.254/latest", "169.254.169.254"),
    ],
)
def test_an_address_that_cannot_be_fetched_is_refused_in_words(asking_desk: StaffDesk, address: str, told: str) -> None:
    answer = pasted(asking_desk.browser("Solveig"), address)

    assert answer.status_code == 422
    assert told in words_of(answer)


def test_a_table_that_is_not_there_and_a_page_without_one_are_told_apart(
    asking_desk: StaffDesk, bank: TableBank
) -> None:
    browser = asking_desk.browser("Solveig")
    missing = pasted(browser, f"{bank.v2}/tables/99999")
    page = browser.get(pasted(browser, f"{bank.server.url}/siden").location)

    assert "ingen tabell på denne adressen" in words_of(missing)
    assert "det er ingen tabell på siden" in words_of(page).lower()


def test_a_selection_without_figures_is_told_before_anything_is_saved(asking_desk: StaffDesk, bank: TableBank) -> None:
    browser = asking_desk.browser("Solveig")
    fields = words_step(browser, bank)
    bank.empty = True
    answer = browser.post(f"{CATALOGUE}/forhandsvisning", **{**fields, **NEW})

    assert answer.status_code == 422
    assert "har ingen tall" in words_of(answer)


@pytest.mark.parametrize("person", ["Astrid", "Gunnar", "Revisor"])
def test_only_an_administrator_changes_the_catalogue(asking_desk: StaffDesk, person: str) -> None:
    browser = asking_desk.browser(person)

    assert browser.get(CATALOGUE).status_code == 200
    assert "Legg til indikator" not in browser.get(CATALOGUE).text
    assert browser.get(f"{CATALOGUE}/ny").status_code == 403
    assert browser.post(f"{CATALOGUE}/lagring").status_code == 403


def test_remarks_in_the_figure_are_read_and_shown_again() -> None:
    fields = {"query": "{}", "slice": "{}", "chart.annotations.0.period": "2020"}
    fields |= {"chart.annotations.0.text.nb": "Koronapandemien", "chart.annotations.0.text.en": "The pandemic"}

    entry = entry_from(fields, [], {})

    assert entry["chart"]["annotations"] == [
        {"period": "2020", "text": {"nb": "Koronapandemien", "en": "The pandemic"}}
    ]
    assert {key: text for key, text in fields_of(entry).items() if "annotations" in key} == {
        key: text for key, text in fields.items() if "annotations" in key
    }


def test_every_type_has_a_word_in_the_editor(asking_desk: StaffDesk) -> None:
    with asking_desk.app.test_request_context():
        assert [kind for kind in FigureType if chart_word(kind.value) == kind.value] == []
