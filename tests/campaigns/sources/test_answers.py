"""Each envelope the documents give is met with the right kind of patience."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from campaigns.sources.adapters import adapter_for
from campaigns.sources.answers import check_answer, retry_after
from campaigns.sources.http import Response
from campaigns.sources.refusal import PayloadRefused, RequestRefused, SourceUnavailable
from campaigns.sources.source import Source, SourceKind

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
