"""Reads a published item for the figures it prints, and writes them down with the cells and the vintage behind them.

What the item is made from tells where to look: its indicators, their figures and statements in the vintage it was
written with. What is written down is only what its words and its figure really say, for an editor may have rewritten
all of it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.drafting.chosen_remarks import can_be_said, indicators_beside
from campaigns.drafting.corrections.charted import charted
from campaigns.drafting.corrections.printed_text import Said, plain, texts_of_blocks, where_said, where_sentence
from campaigns.drafting.corrections.quotation import Quotation, QuotedItem, QuoteKind
from campaigns.drafting.corrections.spoken_of import SpokenOf, spoken_of
from campaigns.drafting.remarks import remark
from campaigns.drafting.wording import Told, tell
from campaigns.editorial.blocks import Blocks, FigureBlock
from campaigns.editorial.draft import ChannelName, Draft
from campaigns.editorial.snapshot import id_of, variants_of
from campaigns.errors import InvalidInput
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.key_figures import KeyFigure, key_figure_of
from campaigns.indicators.observations import Observation, own_series_key, series
from campaigns.indicators.statements.observed import statements_of
from campaigns.indicators.statements.statement import Cell, Statement
from campaigns.indicators.vintage import Vintage
from campaigns.language import Language
from campaigns.sources.json_text import decimal_text
from chart_renderer.numbers import format_change

_MOST_VINTAGES_BACK = 12
_CHANGE_FROM = {
    Language.BOKMAAL: "endring fra {base}",
    Language.NYNORSK: "endring frå {base}",
    Language.ENGLISH: "change from {base}",
}

Texts = Mapping[str, Sequence[str]]


def register_item(session: Session, clock: Clock, draft: Draft, *, archive_slug: str | None) -> list[Quotation]:
    """Write down what this item told readers. The second time it does nothing."""
    if session.get(QuotedItem, draft.id) is not None:
        return []
    session.add(QuotedItem(draft_id=id_of(draft), archive_slug=archive_slug, quoted_at=clock.now()))
    session.flush()
    texts = _texts(session, draft)
    found: list[Quotation] = []
    for one in spoken_of(session, draft):
        try:
            found += _quoted(session, draft, one, texts)
        except InvalidInput:  # the slice picks no series any more: nothing to hold what was said up against
            continue
    session.add_all(found)
    session.flush()
    return found


def remark_forms(session: Session, statement: Statement, told: Told, indicator: Indicator) -> set[str]:
    """Every way the statement may have been put."""
    others = indicators_beside([statement], session)
    if not can_be_said(statement, told.language, others):
        return set()
    return {
        plain(remark(statement, told, indicator, others, alone=alone, marked=marked))
        for alone in (True, False)
        for marked in (True, False)
    }


def _texts(session: Session, draft: Draft) -> Texts:
    """What each channel that carried it said."""
    blocks = Blocks.validate_python(draft.blocks)
    found: dict[str, Sequence[str]] = {}
    for variant in variants_of(session, draft):
        if not variant.enabled:
            continue
        if variant.channel is ChannelName.NEWSLETTER:
            words = [draft.title, variant.subject, variant.preheader]
            found[variant.channel.value] = [*map(plain, words), *texts_of_blocks(blocks)]
        else:
            found[variant.channel.value] = [plain(variant.text), plain(variant.alt_text)]
    return found


def _quoted(session: Session, draft: Draft, one: SpokenOf, texts: Texts) -> Iterator[Quotation]:
    for vintage in _vintages_back(session, one):
        observations = series(session, one.indicator, as_of_seq=vintage.seq)
        figure = key_figure_of(one.indicator, observations, period=one.period)
        if figure is None:
            continue
        reading = _Reading(session, draft, one.indicator, vintage, observations=observations, texts=texts)
        numbers = list(reading.numbers(figure))
        points = list(reading.points(numbers))
        if numbers or points:
            yield from numbers
            yield from reading.remarks(figure)
            yield from points
            return


def _vintages_back(session: Session, one: SpokenOf) -> list[Vintage]:
    """From the vintage the item was written with, or the newest, and back: an editor may have kept older figures."""
    query = select(Vintage).where(Vintage.dataset_id == one.indicator.dataset_id, Vintage.state == "accepted")
    if one.seq is not None:
        query = query.where(Vintage.seq <= one.seq)
    return list(session.exec(query.order_by(col(Vintage.seq).desc()).limit(_MOST_VINTAGES_BACK)))


class _Reading:
    """One indicator's figures in one vintage, held up against what the item says."""

    def __init__(
        self,
        session: Session,
        draft: Draft,
        indicator: Indicator,
        vintage: Vintage,
        *,
        observations: Sequence[Observation],
        texts: Texts,
    ) -> None:
        self._session, self._draft, self._indicator = session, draft, indicator
        self._vintage, self._texts = vintage, texts
        self._series = own_series_key(vintage, indicator)
        self._observed = {found.period.code: found for found in observations}

    def numbers(self, figure: KeyFigure) -> Iterator[Quotation]:
        """The level, and the change since the base period."""
        told = tell(self._indicator, figure, self._draft.language)
        if (said := where_said(told.value, told.style, told.language, self._texts)) is not None:
            yield self._row(QuoteKind.LEVEL, figure, told, said, [figure.period])
        if told.change is None or figure.base_period is None:
            return
        for change in (abs(told.change), told.change):
            if (said := where_said(change, told.change_style, told.language, self._texts)) is not None:
                printed = format_change(told.change, said.style, told.language)
                row = self._row(
                    QuoteKind.CHANGE, figure, told, said._replace(printed=printed), [figure.period, figure.base_period]
                )
                row.label = f"{row.label}, {_CHANGE_FROM[told.language].format(base=told.base_period)}"
                yield row
                return

    def remarks(self, figure: KeyFigure) -> Iterator[Quotation]:
        """The sentences that rest on more cells; one on two tables is written down for each of them."""
        told = tell(self._indicator, figure, self._draft.language)
        for statement in statements_of(self._session, self._indicator, self._vintage, figure.period):
            for sentence in sorted(
                remark_forms(self._session, statement, told, self._indicator), key=len, reverse=True
            ):
                channels = where_sentence(sentence, self._texts)
                if not channels:
                    continue
                said = Said(sentence, told.style, channels)
                for vintage_id, cells in _by_vintage(statement.evidence).items():
                    row = self._row(QuoteKind.REMARK, figure, told, said, [])
                    yield self._resting_on(row, vintage_id, cells)
                break

    def points(self, numbers: Sequence[Quotation]) -> Iterator[Quotation]:
        """The figure's points, but for the level the words print the same way."""
        said = {(one.series, one.period, one.printed) for one in numbers}
        channels = (ChannelName.NEWSLETTER.value,) if ChannelName.NEWSLETTER.value in self._texts else ()
        for block in Blocks.validate_python(self._draft.blocks):
            if not isinstance(block, FigureBlock):
                continue
            for point in charted(self._session, self._indicator, self._vintage, block.spec, self._draft.language):
                if (point.series, point.period, point.printed) in said:
                    continue
                said.add((point.series, point.period, point.printed))
                yield self._made(
                    kind=QuoteKind.CHART, series=point.series, period=point.period, label=point.label,
                    printed=point.printed, decimals=block.spec.style.decimals, unit=block.spec.style.unit,
                    cells=[{"series": point.series, "period": point.period, "value": decimal_text(point.source_value)}],
                    channels=list(channels),
                )  # fmt: skip

    def _row(self, kind: QuoteKind, figure: KeyFigure, told: Told, said: Said, periods: Sequence[str]) -> Quotation:
        return self._made(
            kind=kind, series=self._series, period=figure.period, base_period=figure.base_period,
            label=f"{told.label}, {told.period}", printed=said.printed, decimals=said.style.decimals,
            unit=said.style.unit, cells=[self._cell(period) for period in periods], channels=list(said.channels),
        )  # fmt: skip

    def _made(self, **columns: Any) -> Quotation:
        return Quotation(
            draft_id=id_of(self._draft),
            indicator_id=self._indicator.id,
            dataset_id=self._vintage.dataset_id,
            vintage_id=self._vintage.id or 0,
            language=self._draft.language,
            factor=self._indicator.factor,
            latest=columns["printed"],
            compared_seq=self._vintage.seq,
            **columns,
        )

    def _resting_on(self, row: Quotation, vintage_id: int, cells: Sequence[Cell]) -> Quotation:
        vintage = self._session.get_one(Vintage, vintage_id)
        row.dataset_id, row.vintage_id, row.compared_seq = vintage.dataset_id, vintage_id, vintage.seq
        row.cells = [
            {"series": cell.series, "period": cell.period, "value": decimal_text(cell.value)} for cell in cells
        ]
        return row

    def _cell(self, period: str) -> dict[str, Any]:
        value = self._observed[period].source_value
        assert value is not None
        return {"series": self._series, "period": period, "value": decimal_text(value)}


def _by_vintage(evidence: Sequence[Cell]) -> dict[int, list[Cell]]:
    found: dict[int, list[Cell]] = {}
    for cell in evidence:
        found.setdefault(cell.vintage_id, []).append(cell)
    return found


def codes_of(series_name: str) -> dict[str, str]:
    """{dimension: code}, from the stored name of a series."""
    found: dict[str, str] = json.loads(series_name)
    return found
