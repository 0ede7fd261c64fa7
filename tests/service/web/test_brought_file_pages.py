"""Bringing figures at the desk: choose a file, see what was understood, say what the columns are, take it in."""

import html
import io
from datetime import date
from typing import Any

import pytest
from sqlmodel import select
from werkzeug.test import TestResponse

from campaigns.indicators.finding import Finding
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.vintage import Vintage
from campaigns.sources.incoming import FileState, IncomingFile
from campaigns.sources.source import Source, SourceKind
from tests.factories.staff_desk import StaffDesk
from tests.factories.workbooks import USES, key_figures, with_part, workbook

HERE = "/redaksjon/kilder/rhf/fil"


@pytest.fixture
def inbox(desk: StaffDesk) -> StaffDesk:
    """A desk whose key figures come as workbooks, and studies as CSV that nobody has described."""
    with desk.service.database.session_scope() as session:
        session.add(Source(id="rhf", kind=SourceKind.XLSX, url="", attribution={"nb": "De regionale helseforetakene"}))
        session.add(Source(id="dmp", kind=SourceKind.CSV, url="", attribution={"nb": "DMP"}))
        session.add(Source(id="ssb", kind=SourceKind.PXWEB2, url="https://ssb.example.no", attribution={"nb": "SSB"}))
        session.flush()
        session.add(Dataset(id=1, source_id="rhf", query={"columns": USES}, query_sha256="x"))
        session.flush()
        session.add(
            Indicator(id="kost", dataset_id=1, slice={"Indikator": "Driftskostnader"}, title={"nb": "Driftskostnader"})
        )
    return desk


def _upload(
    desk: StaffDesk, body: bytes, name: str = "tall.xlsx", *, path: str = HERE, person: str = "Astrid"
) -> TestResponse:
    return desk.browser(person).post(path, fil=(io.BytesIO(body), name))


def _brought(desk: StaffDesk, body: bytes, name: str = "tall.xlsx", *, path: str = HERE) -> str:
    response = _upload(desk, body, name, path=path)
    assert response.status_code == 303, response.text
    return str(response.headers["Location"])


def _take(desk: StaffDesk, page: str, **fields: str) -> TestResponse:
    return desk.browser("Astrid").post(f"{page}/inntak", **fields)


def _text(desk: StaffDesk, page: str) -> str:
    return html.unescape(desk.browser("Astrid").get(page).text)


def _rows(desk: StaffDesk, table: type[Any]) -> list[Any]:
    with desk.service.database.session_scope(read_only=True) as session:
        rows = list(session.exec(select(table)))
        session.expunge_all()
        return rows


def test_the_page_says_what_can_be_brought_and_where_the_folder_is(inbox: StaffDesk) -> None:
    page = _text(inbox, HERE)

    assert ".xlsx, inntil 50 MB" in page
    assert "innboks/rhf" in page
    assert "Ingen filer ennå" in page


def test_the_sources_page_leads_here_where_files_are_taken(inbox: StaffDesk) -> None:
    assert f'href="{HERE}"' in inbox.browser("Astrid").get("/redaksjon/kilder/rhf").text
    assert "Lever fil" not in inbox.browser("Astrid").get("/redaksjon/kilder/ssb").text


def test_a_file_is_shown_before_anything_is_taken_in(inbox: StaffDesk) -> None:
    page = _text(inbox, _brought(inbox, key_figures()))

    assert "Dette blir den første utgaven av tallene." in page
    assert "4\u00a0351,9" in page
    assert "Perioder: 2019, 2021" in page
    assert _rows(inbox, Vintage) == []


def test_taking_it_in_stores_the_figures_and_says_so(inbox: StaffDesk) -> None:
    page = _brought(inbox, key_figures())

    response = _take(inbox, page, released_on="2027-05-03", embargo="")

    assert response.headers["Location"].endswith("melding=fil-tatt-inn")
    (file,) = _rows(inbox, IncomingFile)
    assert (file.state, file.released_on) == (FileState.TAKEN, date(2027, 5, 3))
    assert "Tallene er tatt inn." in _text(inbox, page)


def test_the_next_file_shows_what_is_new_and_what_changed(inbox: StaffDesk) -> None:
    _take(inbox, _brought(inbox, key_figures()))
    page = _brought(inbox, key_figures("4 688,0", more=(4900, 3400)))
    shown = _text(inbox, page)

    _take(inbox, page)

    assert "<strong>Ny periode:</strong> 2023" in shown
    assert "4\u00a0700,1 → <strong>4\u00a0688</strong>" in shown
    assert len(_rows(inbox, Finding)) == 1


def test_a_second_click_takes_nothing_in_twice(inbox: StaffDesk) -> None:
    page = _brought(inbox, key_figures())
    _take(inbox, page)

    assert _take(inbox, page).headers["Location"].endswith("melding=fil-avgjort")
    assert len(_rows(inbox, Vintage)) == 1


def test_unusual_figures_need_a_reason(inbox: StaffDesk) -> None:
    _take(inbox, _brought(inbox, key_figures()))
    page = _brought(inbox, key_figures(0, more=(0, 0)))
    assert "Ser uvanlig ut:" in _text(inbox, page)

    without = _take(inbox, page, likevel="1", grunn=" ")
    with_reason = _take(inbox, page, likevel="1", grunn="Avtalt med RHF.")

    assert without.status_code == 422
    assert "Skriv hvorfor tallene er riktige" in html.unescape(without.text)
    assert with_reason.headers["Location"].endswith("melding=fil-tatt-inn")


def test_unusual_figures_without_a_word_are_held(inbox: StaffDesk) -> None:
    _take(inbox, _brought(inbox, key_figures()))

    response = _take(inbox, _brought(inbox, key_figures(0, more=(0, 0))))

    assert response.headers["Location"].endswith("melding=fil-holdt")


@pytest.mark.parametrize(
    ("body", "name", "sentence"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "tall.xls", "lagre den som .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "tall.xlsx", "låst med passord"),
        (with_part(workbook(), "xl/vbaProject.bin", b"x"), "tall.xlsm", "har makroer"),
        (b"a;b\n1;2\n", "tall.csv", "ikke en Excel-arbeidsbok"),
        (workbook(), "tall.csv", "ender på «.csv»"),
        (b"", "tall.xlsx", "Filen er tom"),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused_in_words(inbox: StaffDesk, body: bytes, name: str, sentence: str) -> None:
    response = _upload(inbox, body, name)

    assert response.status_code == 422
    assert sentence in html.unescape(response.text)
    assert _rows(inbox, IncomingFile) == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (with_part(workbook(), "xl/bomb.xml", b"0" * 30_000_000), "pakker seg ut til mer"),
        (key_figures("=1+1"), "ikke er regnet ut"),
        (workbook({"Tom": []}), "fant ingen rad med kolonnene"),
        (workbook({"A": [("x",)], "B": [("y",)]}), "arbeidsboken har «A», «B»"),
        (key_figures("omtrent 4"), "er ikke et tall"),
    ],
)
def test_a_workbook_that_cannot_be_read_waits_with_the_reason(inbox: StaffDesk, body: bytes, sentence: str) -> None:
    page = _brought(inbox, body)
    response = _take(inbox, page)

    assert sentence.lower() in _text(inbox, page).lower()
    assert "Ta inn tallene" not in _text(inbox, page)
    assert response.status_code == 422
    assert _rows(inbox, Vintage) == []


def test_a_file_that_is_too_large_is_refused_before_it_is_read(inbox: StaffDesk) -> None:
    response = inbox.browser("Astrid").client.post(
        HERE,
        data=b"--x",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(200 * 2**20)},
    )

    assert response.status_code == 413
    assert "Filen er for stor. Grensen er 50 MB." in html.unescape(response.text)
    assert _rows(inbox, IncomingFile) == []


def test_no_other_form_takes_so_much(inbox: StaffDesk) -> None:
    response = inbox.browser("Astrid").post("/redaksjon/utkast/ny", title="x" * (7 * 2**20))

    assert response.status_code == 413


def test_nothing_chosen_is_said_so(inbox: StaffDesk) -> None:
    response = inbox.browser("Astrid").post(HERE)

    assert response.status_code == 422
    assert "Velg filen du vil levere." in response.text


def test_columns_are_chosen_in_the_browser_and_remembered(inbox: StaffDesk) -> None:
    body = "studie;år;antall\nA;2021;4\nA;2022;5\n".encode("iso-8859-1")
    page = _brought(inbox, body, "studier.csv", path="/redaksjon/kilder/dmp/fil")
    columns = _text(inbox, f"{page}/kolonner")
    assert '<option value="time" selected>Tid</option>' in columns

    saved = inbox.browser("Astrid").post(
        f"{page}/kolonner/lagring", tabell="ny", rad="1", navn=["studie", "år", "antall"],
        bruk=["dimension", "time", "value"],
    )  # fmt: skip
    _take(inbox, page)

    assert saved.headers["Location"].endswith("melding=kolonner-lagret")
    (dataset,) = [row for row in _rows(inbox, Dataset) if row.source_id == "dmp"]
    assert dataset.query == {"columns": {"studie": "dimension", "år": "time", "antall": "value"}, "header": 1}


def test_columns_of_periods_are_remembered_with_a_star(inbox: StaffDesk) -> None:
    page = _brought(inbox, key_figures())

    inbox.browser("Astrid").post(
        f"{page}/kolonner/lagring", tabell="1", rad="3", ark="Tabell 1",
        navn=["Indikator", "Enhet", "2019", "2021"], bruk=["dimension", "unit:Indikator", "period", "period"],
    )  # fmt: skip

    (file,) = _rows(inbox, IncomingFile)
    assert file.mapping["1"] == {"sheet": "Tabell 1", "header": 3, "columns": USES}


@pytest.mark.parametrize(
    ("uses", "sentence"),
    [
        (["dimension", "", "value"], "Velg hva «år» er."),
        (["dimension", "time", "ignore"], "hvilken kolonne som er value"),
        (["dimension", "time", "noe annet"], "velg mellom"),
    ],
)
def test_columns_that_make_no_table_are_refused(inbox: StaffDesk, uses: list[str], sentence: str) -> None:
    page = _brought(inbox, b"studie;\xe5r;antall\nA;2021;4\n", "studier.csv", path="/redaksjon/kilder/dmp/fil")

    response = inbox.browser("Astrid").post(
        f"{page}/kolonner/lagring", tabell="ny", rad="1", navn=["studie", "år", "antall"], bruk=uses
    )

    assert response.status_code == 422
    assert sentence in html.unescape(response.text)
    assert _rows(inbox, IncomingFile)[0].mapping == {}


def test_a_file_is_set_aside_and_taken_up_again(inbox: StaffDesk) -> None:
    page = _brought(inbox, key_figures())
    browser = inbox.browser("Astrid")

    browser.post(f"{page}/forkasting")
    assert "lagt til side, og ingen tall" in _text(inbox, page)
    browser.post(f"{page}/gjenaapning")

    assert _rows(inbox, IncomingFile)[0].state is FileState.WAITING


def test_an_auditor_looks_and_changes_nothing(inbox: StaffDesk) -> None:
    page = _brought(inbox, key_figures())

    assert "Ta inn tallene" not in inbox.browser("Revisor").get(page).text
    assert inbox.browser("Revisor").post(f"{page}/inntak").status_code == 403


@pytest.mark.parametrize("path", ["/redaksjon/kilder/ukjent/fil", f"{HERE}/999", "/redaksjon/kilder/dmp/fil/1"])
def test_what_is_not_there_is_said_so(inbox: StaffDesk, path: str) -> None:
    _brought(inbox, key_figures())

    assert inbox.browser("Astrid").get(path).status_code == 404


def test_a_source_that_is_fetched_takes_no_files(inbox: StaffDesk) -> None:
    response = inbox.browser("Astrid").get("/redaksjon/kilder/ssb/fil")

    assert response.status_code == 422
    assert "tar ikke imot filer" in response.text
