"""The indicators' own pages: found by words, shown as of any vintage or day, compared, and traced to the bytes."""

import json
import re
from datetime import timedelta

import pytest

from campaigns.clock import FixedClock
from campaigns.indicators.finding import Finding, FindingKind, FindingState
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.vintage_log import vintage_of
from campaigns.sources import blobs
from campaigns.sources.source import Fetch, FetchOutcome
from tests.factories.many_indicators import many_indicators, second_vintage
from tests.factories.staff_desk import StaffDesk

PAGE = "/redaksjon/indikatorer/maalt-001"


@pytest.fixture
def measured(desk: StaffDesk, clock: FixedClock) -> StaffDesk:
    """Two indicators; the first was revised and got a new year ten days later."""
    with desk.service.database.session_scope() as session:
        many_indicators(session, clock, 2)
        clock.move_to(clock.now() + timedelta(days=10))
        second_vintage(session, clock, "maalt-001", {"2020": "999.50", "2027": "1050"})
    return desk


def _text(desk: StaffDesk, path: str) -> str:
    response = desk.browser("Astrid").get(path)
    assert response.status_code == 200, response.text
    return response.text.replace("\u00a0", " ")


def test_the_search_works_without_scripts(measured: StaffDesk) -> None:
    page = _text(measured, "/redaksjon/indikatorer?q=nummer+2")

    assert "1 av 2 indikatorer" in page
    assert "Målt størrelse nummer 2" in page
    assert "Målt størrelse nummer 1" not in page
    assert 'value="nummer 2"' in page


def test_a_search_without_a_find_says_so_and_leads_back(measured: StaffDesk) -> None:
    page = _text(measured, "/redaksjon/indikatorer?q=finnes+ikke")

    assert "Ingen treff" in page
    assert 'href="/redaksjon/indikatorer">Vis alle' in page


def test_topics_are_offered_by_name_with_how_many_each_has(measured: StaffDesk) -> None:
    page = _text(measured, "/redaksjon/indikatorer?tema=helsedata")

    assert '<option value="helsedata" selected>Helsedata (1)</option>' in page
    assert "Målt størrelse nummer 1" in page
    assert "Målt størrelse nummer 2" not in page


def test_a_source_that_calls_for_somebody_can_be_listed_alone(busy_desk: StaffDesk) -> None:
    page = _text(busy_desk, "/redaksjon/indikatorer?vis=tilsyn")

    assert page.count('data-calls="yes"') == 1
    assert 'data-calls="no"' not in page


def test_the_figure_comes_finished_to_the_pages_script(measured: StaffDesk) -> None:
    page = measured.browser("Astrid").get(PAGE).text
    found = re.search(r'<script type="application/json" id="figur-data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    drawing = json.loads(found.group(1))

    assert drawing["series"][0]["said"][-1] == "2027: 1\u00a0050"
    assert "vendor/plotly/plotly-basic.min.js" in page
    assert '<noscript><img class="figure-panel__picture"' in page


def test_the_figures_are_shown_as_they_were_in_an_earlier_vintage(measured: StaffDesk) -> None:
    page = _text(measured, f"{PAGE}?utgave=1")

    assert "Slik var tallene i utgave 1." in page
    assert '<th scope="row">2027</th>' not in page
    assert '<th scope="row">2020</th><td class="end">1 023</td>' in page


def test_the_figures_are_shown_as_they_were_published_on_a_day(measured: StaffDesk) -> None:
    page = _text(measured, f"{PAGE}?dato=2027-05-19")

    assert "Slik var tallene publisert 19. mai." in page
    assert '<th scope="row">2027</th>' not in page


def test_the_day_the_figures_came_shows_them(measured: StaffDesk) -> None:
    page = _text(measured, f"{PAGE}?dato=2027-05-20")

    assert '<th scope="row">2027</th><td class="end">1 050</td>' in page
    assert "Slik var tallene" not in page


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("dato=2027-05-09", 422, "Velg en senere dato."),
        ("dato=i%20fjor", 422, "Skriv datoen som år, måned og dag"),
        ("dato=9999-12-31", 422, "Skriv datoen som år, måned og dag"),
        ("utgave=7", 404, "Siden finnes ikke"),
    ],
)
def test_a_vintage_that_never_was_is_refused_in_words(
    measured: StaffDesk, query: str, status: int, sentence: str
) -> None:
    response = measured.browser("Astrid").get(f"{PAGE}?{query}")

    assert (response.status_code, sentence in response.text) == (status, True)


def test_the_figures_are_saved_for_a_spreadsheet(measured: StaffDesk) -> None:
    response = measured.browser("Astrid").get(f"{PAGE}/tall.csv?utgave=1")

    assert response.mimetype == "text/csv"
    assert 'filename="maalt-001-utgave-1.csv"' in response.headers["Content-Disposition"]
    assert response.text.startswith("\ufeffÅr;")
    assert "2020;1023;" in response.text


def test_two_vintages_stand_side_by_side_with_only_what_differs(measured: StaffDesk) -> None:
    page = _text(measured, f"{PAGE}/sammenlign?fra=1&til=2")
    rows = re.findall(r'<tr class="is-shown">(.*?)</tr>', page, re.DOTALL)

    assert len(rows) == 2
    assert ["1 023" in rows[0], "999,50" in rows[0], "Revidert" in rows[0]] == [True] * 3
    assert ["–" in rows[1], "1 050" in rows[1], "Ny periode" in rows[1]] == [True] * 3


def test_differences_are_counted_by_class_and_one_class_can_be_shown_alone(measured: StaffDesk) -> None:
    page = _text(measured, f"{PAGE}/sammenlign?fra=1&til=2&vis=revision")

    assert re.search(r"Revidert\s*<span>1</span>", page)
    assert re.search(r"Ny periode\s*<span>1</span>", page)
    assert page.count('<tr class="is-shown">') == 1


def test_two_vintages_asked_for_the_wrong_way_round_are_turned(measured: StaffDesk) -> None:
    response = measured.browser("Astrid").get(f"{PAGE}/sammenlign?fra=2&til=1")

    assert response.status_code == 302
    assert response.headers["Location"].endswith("/sammenlign?fra=1&til=2")


def test_a_vintage_compared_with_itself_has_no_differences(measured: StaffDesk) -> None:
    assert "Ingen tall er forskjellige" in _text(measured, f"{PAGE}/sammenlign?fra=2&til=2")


def test_a_comparison_without_two_vintages_says_what_to_do(measured: StaffDesk) -> None:
    response = measured.browser("Astrid").get(f"{PAGE}/sammenlign?fra=1")

    assert (response.status_code, "Velg to utgaver å sammenligne." in response.text) == (422, True)


def _with_an_answer(desk: StaffDesk, body: bytes) -> str:
    digest = blobs.keep(desk.service.folders.source_blobs, body)
    with desk.service.database.session_scope() as session:
        vintage = vintage_of(session, session.get_one(Indicator, "maalt-001"), 1)
        fetch = session.get_one(Fetch, vintage.fetch_id)
        fetch.body_sha256, fetch.body_bytes, fetch.headers = digest, len(body), {"etag": '"abc"'}
        session.add(
            Fetch(
                source_id="fabrikk", dataset_id=vintage.dataset_id, at=vintage.first_seen_at + timedelta(days=1),
                request="GET", status=304, outcome=FetchOutcome.UNCHANGED,
            )
        )  # fmt: skip
    return digest


def test_a_vintage_is_traced_to_the_request_that_brought_it(measured: StaffDesk) -> None:
    digest = _with_an_answer(measured, b"{}")

    page = _text(measured, f"{PAGE}/utgaver/1")

    assert "GET https://fabrikk.example.no/tabell/1" in page
    assert digest in page
    assert "etag: &#34;abc&#34;" in page
    assert "Én gang, tirsdag 11. mai" in page
    assert "torsdag 20. mai" in page


def test_the_answer_is_saved_byte_for_byte_and_never_shown(measured: StaffDesk) -> None:
    body = b"<script>alert('fra kilden')</script>\x00\xff"
    _with_an_answer(measured, body)

    response = measured.browser("Astrid").get(f"{PAGE}/utgaver/1/svar")

    assert response.data == body
    assert response.mimetype == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")


def test_an_answer_that_was_never_kept_is_said_to_be_gone(measured: StaffDesk) -> None:
    assert measured.browser("Astrid").get(f"{PAGE}/utgaver/1/svar").status_code == 404


def test_a_stranger_gets_none_of_it(measured: StaffDesk) -> None:
    stranger = measured.browser()
    paths = ("", "/tall.csv", "/figur.png", "/utgaver/1", "/utgaver/1/svar", "/sammenlign?fra=1&til=2")

    assert {stranger.get(PAGE + path).status_code for path in paths} <= {302, 303, 401, 403}


def test_a_chart_the_catalogue_got_wrong_leaves_the_rest_of_the_page(measured: StaffDesk) -> None:
    with measured.service.database.session_scope() as session:
        session.get_one(Indicator, "maalt-001").chart = {"type": "sirkus"}

    page = _text(measured, PAGE)

    assert "Figuren kan ikke tegnes" in page
    assert "Utgaver av tallene" in page


def test_a_finding_stands_with_its_draft(measured: StaffDesk) -> None:
    with measured.service.database.session_scope() as session:
        vintage = vintage_of(session, session.get_one(Indicator, "maalt-001"), 2)
        assert vintage.id is not None
        session.add(
            Finding(
                indicator_id="maalt-001", vintage_id=vintage.id, kind=FindingKind.NEW_PERIOD, period="2027",
                state=FindingState.DISMISSED, key_figure={"period_label": "2027"}, found_at=measured.clock.now(),
            )
        )  # fmt: skip

    page = _text(measured, PAGE)

    assert "Nye tall: 2027" in page
    assert "Lagt bort" in page


def test_a_day_without_figures_is_refused_beside_the_field_and_the_newest_stand(measured: StaffDesk) -> None:
    answer = measured.browser("Astrid").get(f"{PAGE}?dato=2027-05-09")

    assert answer.status_code == 422
    assert 'id="dato-feil"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'id="tallene"' in answer.text
