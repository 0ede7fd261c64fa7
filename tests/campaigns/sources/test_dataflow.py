"""The SDMX dataflow: whether data or structure changed, without fetching either."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from campaigns.sources.dataflow import read_dataflow
from campaigns.sources.refusal import PayloadRefused


def test_it_tells_when_data_and_structure_changed(samples: Path) -> None:
    found = read_dataflow((samples / "sources/sdmx/eurostat-dataflow-lfsa_egan.xml").read_bytes())

    assert found.id == "LFSA_EGAN"
    assert found.release.data_updated == found.release.structure_updated == datetime(2026, 4, 17, 9, 0, tzinfo=UTC)
    assert (found.release.newest_period, found.release.observations) == ("2025", 414005)
    assert found.names["en"] == "Employed persons by citizenship"


@pytest.mark.parametrize(
    "body",
    [
        b"<S:Envelope xmlns:S='http://schemas.xmlsoap.org/soap/envelope/'><S:Body><S:Fault/></S:Body></S:Envelope>",
        b"<html><body>Maintenance</body></html>",
        b"<Structure><Structures><Dataflows><Dataflow id='A'>",
    ],
)
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(PayloadRefused):
        read_dataflow(body)
