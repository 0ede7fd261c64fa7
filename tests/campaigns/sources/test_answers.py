"""Each envelope the documents give is met with the right kind of patience."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from campaigns.sources.adapters import adapter_for
from campaigns.sources.answers import check_answer, retry_after
from campaigns.sources.http import Response
from campaigns.sources.refusal import PayloadRefused, RequestRefused, SourceUnavailable, trouble_of
from campaigns.sources.source import Source, SourceKind
from campaigns.sources.trouble import Trouble

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _envelope(samples: Path, name: str) -> Response:
    envelope: dict[str, Any] = json.loads((samples / "sources/synthetic/errors" / name).read_bytes())
    return Response(envelope["status"], envelope["headers"], envelope["body"].encode(), "https://stat.example/x")


@pytest.mark.parametrize(
    "name",
    ["pxwebapi2-429.json", "pxwebapi1-503-updating.json", "eurostat-413-async.json", "eurostat-200-warning.json"],
)
def test_it_comes_back_later_to_what_passes(samples: Path, name: str) -> None:
    with pytest.raises(SourceUnavailable):
        check_answer(_envelope(samples, name), now=NOW)


def test_it_waits_as_long_as_it_is_told(samples: Path) -> None:
    with pytest.raises(SourceUnavailable) as unavailable:
        check_answer(_envelope(samples, "pxwebapi2-429.json"), now=NOW)

    assert unavailable.value.retry_after_seconds == 17


@pytest.mark.parametrize(
    "name",
    [
        "pxwebapi1-400-parameter.json", "pxwebapi1-400-plain-other-site.json", "pxwebapi1-403-too-many-values.json",
        "pxwebapi2-400-nonexistent-value.json", "pxwebapi2-400-too-many-cells.json", "pxwebapi2-404-table.json",
        "pxwebapi2-404-url-too-long.html.json", "pxwebapi2-500-duplicate-code.json", "eurostat-413-too-big.json",
        "fhi-405-get-on-data.json",
    ],
)  # fmt: skip
def test_it_does_not_repeat_a_question_that_was_refused(samples: Path, name: str) -> None:
    envelope = _envelope(samples, name)

    with pytest.raises(RequestRefused) as refused:
        check_answer(envelope, now=NOW)

    assert refused.value.status == envelope.status
    assert f"status {envelope.status}" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "trouble"),
    [
        ("pxwebapi2-429", Trouble.TOO_OFTEN),
        ("pxwebapi1-503-updating", Trouble.BUSY),
        ("eurostat-413-async", Trouble.BEING_MADE),
        ("eurostat-200-warning", Trouble.BEING_MADE),
        ("pxwebapi1-400-parameter", Trouble.QUESTION),
        ("pxwebapi1-400-plain-other-site", Trouble.QUESTION),
        ("pxwebapi1-403-too-many-values", Trouble.TOO_LARGE),
        ("pxwebapi2-400-nonexistent-value", Trouble.QUESTION),
        ("pxwebapi2-400-too-many-cells", Trouble.TOO_LARGE),
        ("pxwebapi2-404-table", Trouble.NOT_THERE),
        ("pxwebapi2-404-url-too-long.html", Trouble.NOT_THERE),
        ("pxwebapi2-500-duplicate-code", Trouble.SOURCE_FAULT),
        ("eurostat-413-too-big", Trouble.TOO_LARGE),
        ("fhi-405-get-on-data", Trouble.QUESTION),
        ("pxwebapi2-200-but-html", Trouble.NOT_FIGURES),
    ],
)
def test_it_tells_what_kind_of_trouble_each_envelope_is(samples: Path, name: str, trouble: Trouble) -> None:
    with pytest.raises((SourceUnavailable, RequestRefused, PayloadRefused)) as caught:
        check_answer(_envelope(samples, f"{name}.json"), now=NOW)

    assert trouble_of(caught.value) is trouble


def test_a_403_outside_that_envelope_means_what_it_says() -> None:
    with pytest.raises(RequestRefused) as refused:
        check_answer(Response(403, {"content-type": "text/html"}, b"<html>Nei</html>", "https://x.example"), now=NOW)

    assert refused.value.trouble is Trouble.FORBIDDEN


@pytest.mark.parametrize(
    ("trouble", "tries"), [(Trouble.BUSY, 6), (Trouble.SOURCE_FAULT, 1), (Trouble.QUESTION, 0), (Trouble.NOT_THERE, 0)]
)
def test_only_what_may_pass_is_asked_again(trouble: Trouble, tries: int) -> None:
    assert trouble.tries == tries


def test_a_page_is_welcome_where_one_was_asked_for() -> None:
    check_answer(
        Response(200, {"content-type": "text/html"}, b"<html></html>", "https://x.example"), now=NOW, markup=True
    )


def test_a_page_with_status_200_is_no_figures(samples: Path) -> None:
    with pytest.raises(PayloadRefused, match="NOT_JSON"):
        check_answer(_envelope(samples, "pxwebapi2-200-but-html.json"), now=NOW)


def test_an_answer_without_a_single_value_is_no_figures(samples: Path) -> None:
    envelope = _envelope(samples, "eurostat-200-empty-value.json")
    source = Source(id="x", kind=SourceKind.JSONSTAT, url="https://stat.example/x")
    check_answer(envelope, now=NOW)

    with pytest.raises(PayloadRefused, match="EMPTY_VALUE"):
        adapter_for(SourceKind.JSONSTAT).read(envelope.body, source, {})


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("17", 17.0),
        ("Sat, 21 Nov 2026 12:02:00 GMT", 120.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        ("9999999999", 86400.0),
        ("snart", None),
        ("²", None),
        ("", None),
    ],
)
def test_it_reads_how_long_to_wait(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, NOW) == seconds
