"""The figures of an indicator, as they were in any vintage. Read-only."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.canonical import canonical_json
from campaigns.errors import InvalidInput
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.reading import Reading, reading_of
from campaigns.indicators.vintage import ObservationVersion, Vintage, VintageState
from campaigns.sources.flags import COMMON, Legend, Mark
from campaigns.sources.periods import Period, parse_period
from campaigns.sources.table import Role


@dataclass(frozen=True)
class Observation:
    """One figure. ``value`` is in the unit it is printed in, unrounded; None is a gap and ``flag`` may say why.

    ``marks`` are what the source's flag means, and what the catalogue says of the period besides.
    """

    period: Period
    value: Decimal | None
    flag: str
    label: str
    source_value: Decimal | None
    legend: Legend = COMMON
    declared: frozenset[Mark] = frozenset()

    @property
    def marks(self) -> frozenset[Mark]:
        return self.legend.marks(self.flag) | self.declared

    @property
    def provisional(self) -> bool:
        return Mark.PROVISIONAL in self.marks

    @property
    def projected(self) -> bool:
        """Not observed; never the latest figure."""
        return Mark.FORECAST in self.marks

    @property
    def starts_anew(self) -> bool:
        """Not comparable with what came before it."""
        return Mark.BREAK in self.marks


def latest_vintage(session: Session, dataset_id: int) -> Vintage | None:
    """The newest accepted vintage; None before the first."""
    return session.exec(
        select(Vintage)
        .where(Vintage.dataset_id == dataset_id, Vintage.state == VintageState.ACCEPTED)
        .order_by(col(Vintage.seq).desc())
        .limit(1)
    ).first()


def vintage_at(session: Session, dataset_id: int, seq: int) -> Vintage | None:
    """The vintage with this number."""
    return session.exec(select(Vintage).where(Vintage.dataset_id == dataset_id, Vintage.seq == seq)).first()


def series(
    session: Session,
    indicator: Indicator,
    *,
    as_of_seq: int | None = None,
    slice: Mapping[str, str] | None = None,  # noqa: A002 - the catalogue's own word for it
) -> list[Observation]:
    """The indicator's figures in order of time, as of a vintage (the newest unless told).

    Periods between others that lack this figure are there with None; a period no figure has reached yet is
    left out, and so are other frequencies than the one the indicator follows, if it says which. ``slice`` shows
    another series of the same table. Raises ``InvalidInput`` when the slice does not name exactly one series.
    """
    vintage = (
        latest_vintage(session, indicator.dataset_id)
        if as_of_seq is None
        else vintage_at(session, indicator.dataset_id, as_of_seq)
    )
    if vintage is None:
        return []
    key = series_key(vintage, slice) if slice else own_series_key(vintage, indicator)
    found = {
        row.period: row
        for row in session.exec(
            select(ObservationVersion).where(
                *held_at(indicator.dataset_id, vintage.seq), ObservationVersion.series == key
            )
        )
    }
    labels = time_labels(vintage)
    reading = reading_of(session, indicator, vintage)
    return [
        observation_of(indicator, period, labels.get(period, period), found.get(period), reading=reading)
        for period in _periods(session, vintage, labels)
        if reading.follows(period)
    ]


def own_series_key(vintage: Vintage, indicator: Indicator) -> str:
    """The indicator's series in this vintage, under the codes it had then. Raises ``InvalidInput``."""
    try:
        return series_key(vintage, indicator.slice)
    except InvalidInput:
        for earlier in indicator.earlier_slices:
            with suppress(InvalidInput):
                return series_key(vintage, earlier)
        raise


def held_at(dataset_id: int, seq: int) -> tuple[sa.ColumnElement[bool], ...]:
    """The rows of a dataset that held in vintage ``seq``."""
    return (
        col(ObservationVersion.dataset_id) == dataset_id,
        col(ObservationVersion.from_seq) <= seq,
        sa.or_(col(ObservationVersion.to_seq).is_(None), col(ObservationVersion.to_seq) > seq),
    )


def series_key(vintage: Vintage, slice: Mapping[str, str]) -> str:  # noqa: A002 - as above
    """The stored name of the series a slice picks; a dimension with one category need not be named."""
    codes: dict[str, str] = {}
    for dimension in vintage.dimensions:
        if dimension["role"] == Role.TIME:
            continue
        known = [category["code"] for category in dimension["categories"]]
        code = slice.get(dimension["id"], known[0] if len(known) == 1 else "")
        if code not in known:
            listed = ", ".join(known[:12]) + (" …" if len(known) > 12 else "")
            raise InvalidInput(f"Utvalget (slice) må velge én kode i «{dimension['id']}»: {listed}.", field="slice")
        codes[dimension["id"]] = code
    if extra := sorted(set(slice) - set(codes)):
        listed = ", ".join(extra)
        raise InvalidInput(f"Utvalget (slice) nevner {listed}, som ikke er dimensjoner i tabellen.", field="slice")
    return series_name(codes)


def series_name(codes: Mapping[str, str]) -> str:
    """Canonical JSON of {dimension: code}."""
    return canonical_json(codes)


def mandatory_notes(vintage: Vintage, slice: Mapping[str, str]) -> list[str]:  # noqa: A002 - as above
    """The notes the source requires beside a figure of this slice; an announcement without them is a defect."""
    return [
        str(note["text"])
        for note in vintage.notes
        if note.get("mandatory") and (not note.get("code") or slice.get(note["dimension"]) == note["code"])
    ]


def time_labels(vintage: Vintage) -> dict[str, str]:
    """The source's name for each of its periods, in its order."""
    time = next((found for found in vintage.dimensions if found["role"] == Role.TIME), None)
    return {category["code"]: category["label"] for category in time["categories"]} if time else {}


def _periods(session: Session, vintage: Vintage, labels: Mapping[str, str]) -> Sequence[str]:
    """Every period the table has a figure for, oldest first: those it no longer sends, then its own order."""
    reached = set(
        session.exec(
            select(ObservationVersion.period)
            .where(*held_at(vintage.dataset_id, vintage.seq), col(ObservationVersion.value).is_not(None))
            .distinct()
        )
    )
    codes = [*sorted(reached - labels.keys()), *(code for code in labels if code in reached)]
    parsed = {code: parse_period(code) for code in codes}
    if all(period.known for period in parsed.values()):
        codes.sort(key=lambda code: (parsed[code].end, parsed[code].start))
    return codes


def observation_of(
    indicator: Indicator, code: str, label: str, row: ObservationVersion | None, *, reading: Reading
) -> Observation:
    """The figure in the unit it is printed in; without a row it is a gap."""
    source_value = Decimal(row.value) if row is not None and row.value is not None else None
    period = parse_period(code)
    return Observation(
        period=period,
        value=None if source_value is None else indicator.printed(source_value),
        flag=row.flag if row is not None else "",
        label=label,
        source_value=source_value,
        legend=reading.legend,
        declared=reading.declared(period),
    )
